"""What a page shows of searches by gradient, as one value, and as text in a link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from vanas_panel.errors import LinkError, SearchError
from vanas_panel.state.link_text import one_of, quoted
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import whole_number

MOST_SHOWN = 2
"""Searches that stand side by side."""

VALUES = ("weights", "alphas", "gradients")
KINDS = ("normal", "reduction")
COLOURS = ("operations", "groups")

_KEPT = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[0-9a-f]{32}|file-[0-9a-f]{32}")
_NONE = "-"


@dataclass(frozen=True)
class GradientView:
    """What is shown of searches by gradient.

    Attributes
    ----------
    runs : tuple of str
        Names of one or two searches; nothing where none is chosen. Those of opened files begin with ``file-``.
    epoch : int
        From 1, counted through all stages; 0 for the last one.
    kind : str
        ``normal`` or ``reduction`` cells.
    values : str
        ``weights``, ``alphas`` or ``gradients``.
    colours : str
        By ``operations`` or ``groups``.

    Raises
    ------
    SearchError
        Where a value is none of these.

    Examples
    --------
    >>> GradientView(values="betas")
    Traceback (most recent call last):
        ...
    vanas_panel.errors.SearchError: Found 'betas'; expected one of weights, alphas, gradients. Choose one of these.
    """

    runs: tuple[str, ...] = ()
    epoch: int = 0
    kind: str = KINDS[0]
    values: str = VALUES[0]
    colours: str = COLOURS[0]

    def __post_init__(self):
        runs = tuple(dict.fromkeys(self.runs)) if isinstance(self.runs, list | tuple) else (self.runs,)
        if len(runs) > MOST_SHOWN or not all(isinstance(each, str) and _NAME.fullmatch(each) for each in runs):
            raise SearchError(Message("Found {found}; expected the names of at most {most} searches by gradient. "
                                      "Choose them in the list.", found=repr(self.runs)[:80], most=MOST_SHOWN))
        object.__setattr__(self, "runs", runs)
        if not (isinstance(self.epoch, int) and 0 <= self.epoch < 1_000_000):
            raise SearchError(Message("Found epoch {epoch}; expected a whole number from 0. Change it.",
                                      epoch=repr(self.epoch)[:40]))
        for found, known in ((self.kind, KINDS), (self.values, VALUES), (self.colours, COLOURS)):
            if found not in known:
                raise SearchError(Message("Found {found}; expected one of {known}. Choose one of these.",
                                          found=repr(found)[:40], known=", ".join(known)))


def checked_gradient(value: Any) -> GradientView | None:
    """What a session keeps; None where the page shows no searches by gradient."""
    if value is None or isinstance(value, GradientView):
        return value
    raise SearchError(Message("Found something of type {kind}; expected a GradientView, or None. Change it.",
                              kind=type(value).__name__))


def gradient_text(view: GradientView | None) -> str | None:
    """A view as ``names:epoch:kind:values:colours``, without what is as at first at its end; no files are in it.

    Examples
    --------
    >>> gradient_text(GradientView(epoch=3)), gradient_text(GradientView()), gradient_text(None)
    ('-:3', '-', None)
    """
    if view is None:
        return None
    usual = GradientView()
    names = [each for each in view.runs if _KEPT.fullmatch(each)]
    parts = [",".join(names) or _NONE, str(view.epoch or ""),
             *("" if getattr(view, name) == getattr(usual, name) else getattr(view, name)
               for name in ("kind", "values", "colours"))]
    while not parts[-1]:
        parts.pop()
    return ":".join(parts)


def read_gradient(text: str) -> GradientView:
    """A view of a link.

    Raises
    ------
    LinkError
        Where it is none.

    Examples
    --------
    >>> read_gradient("-:3::alphas")
    GradientView(runs=(), epoch=3, kind='normal', values='alphas', colours='operations')
    """
    names, epoch, kind, values, colours, *more = [*text.split(":"), "", "", "", ""][:max(5, text.count(":") + 1)]
    number = whole_number(epoch or "0")
    try:
        if more or number is None:
            raise SearchError(Message("Found {found}.", found=quoted(text)))
        return GradientView(() if names == _NONE else tuple(names.split(",")), number, one_of(kind or KINDS[0], KINDS),
                            one_of(values or VALUES[0], VALUES), one_of(colours or COLOURS[0], COLOURS))
    except SearchError:
        raise LinkError(Message("Found {item}; expected searches by gradient such as '-:12:reduction:gradients'.",
                                item=quoted(text))) from None
