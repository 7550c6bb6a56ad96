"""How a page shows ways to improve a cell: completions, neighbours or a path, as one value, and as text in a link."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import isnan
from typing import Any
from urllib.parse import unquote

from vanas_panel.core.certificate import Bounds
from vanas_panel.core.draft import Draft
from vanas_panel.errors import LinkError
from vanas_panel.state.link_text import draft_text, escaped, one_of, quoted, read_draft
from vanas_panel.state.pins import MARKS
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import decimal_number, whole_number

TABS = ("completions", "neighbours", "path")
LOOKS = ("list", "picture")
BEST = "best"
"""The goal of a path that is the best of the selected cells, or of all where none are selected."""
PER_PAGE = 5
"""Completions on a page of the list."""
MOST_BEFORE = 1 << 40
"""Completions that a link lets stand on the pages before: more than any table has."""


@dataclass(frozen=True)
class Improve:
    """What the card of completions shows.

    Attributes
    ----------
    tab : str
        One of `TABS`.
    sort : str
        The metric that completions are sorted by; empty for the ranking one.
    start : int
        How many of the best completions stand on the pages before.
    bounds : tuple of (str, float or None, float or None)
        Bounds of metrics, each with its low and its high end.
    ends : tuple of Draft
        Both ends of the path that is walked; empty where it leads from the drawn cell to its goal.
    edits : int
        How many edits away neighbours may be: 1 or 2.
    look : str
        How neighbours are shown, one of `LOOKS`.
    goal : str or Draft
        Where the path leads: the letter of a pin, `BEST`, or a cell; empty for the first pin.

    Examples
    --------
    >>> Improve(start=5).where, Improve(bounds=(("flops", None, 1e9),)).where
    ({}, {'flops': (None, 1000000000.0)})
    """

    tab: str = TABS[0]
    sort: str = ""
    start: int = 0
    bounds: tuple[tuple[str, float | None, float | None], ...] = ()
    ends: tuple[Draft, ...] = ()
    edits: int = 1
    look: str = LOOKS[0]
    goal: str | Draft = ""

    @property
    def where(self) -> dict[str, Bounds]:
        """The bounds as `vanas_panel.complete` takes them."""
        return {name: (low, high) for name, low, high in self.bounds}

    def bounded(self, name: str, low: float | None, high: float | None) -> Improve:
        """The same with other bounds of a metric, from the first page on."""
        others = tuple(each if each[0] != name else (name, low, high) for each in self.bounds)
        return replace(self, start=0, bounds=others if name in self.where else (*self.bounds, (name, low, high)))

    def unbounded(self, name: str) -> Improve:
        """The same without bounds of a metric, from the first page on."""
        return replace(self, start=0, bounds=tuple(each for each in self.bounds if each[0] != name))

    def reported(self) -> Improve:
        """What of it a report shows: the completions, from the best one on. Ends of its path are its own."""
        return Improve(sort=self.sort, bounds=self.bounds)

    def on(self, table: BenchmarkTable) -> Improve:
        """What of it means something on another table: how it is shown, a goal by name, and what its metrics have."""
        return Improve(self.tab, self.sort if self.sort in table.metrics else "", 0,
                       tuple(each for each in self.bounds if each[0] in table.metrics), (), self.edits, self.look,
                       self.goal if isinstance(self.goal, str) else "")


def improve_text(shown: Improve) -> str | None:
    """The parts that are not as at first, as ``tab;sort=..;start=..;bounds=metric:low:high;ends=draft!draft;to=B``.

    Examples
    --------
    >>> improve_text(Improve("neighbours", bounds=(("flops", None, 1e9),)))
    'neighbours;bounds=flops::1000000000.0'
    """
    if shown == Improve():
        return None
    bounds = "!".join(":".join((_escaped(name), *("" if end is None else repr(float(end)) for end in (low, high))))
                      for name, low, high in shown.bounds)
    parts = {"sort": _escaped(shown.sort), "start": str(shown.start or ""), "bounds": bounds,
             "ends": "!".join(_escaped(draft_text(end)) for end in shown.ends),
             "edits": str(shown.edits) if shown.edits != 1 else "",
             "look": shown.look if shown.look != LOOKS[0] else "",
             "to": shown.goal if isinstance(shown.goal, str) else _escaped(draft_text(shown.goal))}
    return ";".join([shown.tab, *(f"{name}={text}" for name, text in parts.items() if text)])


def improve_code(shown: Improve) -> str:
    """What of it a report shows as Python, as far as it is not as at first.

    Examples
    --------
    >>> improve_code(Improve("path", sort="flops"))
    "Improve(sort='flops')"
    """
    told, first = shown.reported(), Improve()
    given = {each.name: getattr(told, each.name) for each in fields(told)}
    other = [f"{name}={value!r}" for name, value in given.items() if value != getattr(first, name)]
    return f"Improve({', '.join(other)})"


def read_improve(text: str, table: BenchmarkTable) -> Improve:
    """The reverse of `improve_text`.

    Raises
    ------
    LinkError
        Where the text says something else.
    """
    tab, *others = text.split(";")
    found: dict[str, Any] = {"tab": one_of(tab, TABS)}
    for other in others:
        name, _, value = other.partition("=")
        if one_of(name, ("sort", "start", "bounds", "ends", "edits", "look", "to")) == "sort":
            found[name] = one_of(unquote(value), table.metrics)
        elif name == "start":
            found[name] = _checked_start(value)
        elif name == "bounds":
            found[name] = tuple(_read_bound(each, table) for each in value.split("!"))
        elif name == "edits":
            found[name] = int(one_of(value, ("1", "2")))
        elif name == "look":
            found[name] = one_of(value, LOOKS)
        elif name == "to":
            text = unquote(value)
            # The text of a cell has a colon before its edges.
            found["goal"] = read_draft(text) if ":" in text else one_of(text, (*MARKS, BEST))
        else:
            found[name] = tuple(read_draft(unquote(each)) for each in value.split("!"))
    if len(found.get("ends", ())) not in (0, 2):
        raise LinkError(Message("Found {value}; expected the two ends of a path.", value=quoted(text)))
    return Improve(**found)


def _read_bound(text: str, table: BenchmarkTable) -> tuple[str, float | None, float | None]:
    """Bounds of one metric."""
    name, *ends = text.split(":")
    numbers = [None if not end else decimal_number(end) for end in ends]
    if len(numbers) != 2 or any(number is not None and isnan(number) for number in numbers):
        raise LinkError(Message("Found {value}; expected a metric and two bounds such as 'flops::1e9'.",
                                value=quoted(text)))
    low, high = numbers
    if low is not None and high is not None and low > high:
        raise LinkError(Message("Found {value}; expected the lower bound first.", value=quoted(text)))
    return one_of(unquote(name), table.metrics), low, high


def _checked_start(text: str) -> int:
    """How many completions stand before."""
    number = whole_number(text)
    if number is None or number < 0 or number > MOST_BEFORE:
        raise LinkError(Message("Found {value}; expected a number of cells.", value=quoted(text)))
    return number


def _escaped(text: str) -> str:
    """A text without the letters that separate parts; `urllib.parse.unquote` is the reverse."""
    return escaped(text).replace(";", "%3B").replace("!", "%21").replace("=", "%3D")
