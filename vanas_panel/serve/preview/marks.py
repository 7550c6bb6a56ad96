"""Parts that the preview's figures share: their type, colours that follow the appearance, and words at ticks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict

from vanas_panel.draw.css import variable
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import FONT, LIGHT

_PIECES = pieces(__file__)
_VARIABLES = {value: variable(name) for name, value in reversed(asdict(LIGHT).items())}
_COLOR = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')

CHART = f"""
:host > div {{ position: relative; width: 100%; height: 100%; font: 11px/13px {FONT}; color: {variable("muted")}; }}
/* Bokeh makes its canvas of whole pixels, and draws half a one further down. */
:host > div {{ width: round(down, 100%, 1px); height: round(down, 100%, 1px); }}
span {{ white-space: nowrap; translate: 0 1px; }}
svg {{ position: absolute; overflow: visible; translate: .5px .5px; }}
.left, .right {{ display: grid; position: relative; }}
.left span, .right span {{ grid-area: 1 / 1; position: relative; height: 0; line-height: 0; }}
.left span {{ justify-self: end; padding: 0 10px 0 3px; }}
"""
"""For every figure. The words beside one make their column as wide as the longest, and 13 pixels more, as Bokeh does:
6 for a tick, 4 between it and its word, 3 at the border."""


def following(color: str) -> str:
    """A colour of the light appearance as CSS that follows the appearance of the page; any other one as it is.

    Examples
    --------
    >>> following("#08805d"), following("#2a6a9e")
    ('var(--vp-positive, #08805d)', '#2a6a9e')
    """
    return _VARIABLES.get(color, color)


def with_following(html: str) -> Html:
    """HTML whose drawings follow the appearance of the page.

    Examples
    --------
    >>> print(with_following('fill="#ffffff"'))
    fill="var(--vp-card, #ffffff)"
    """
    # Where people typed such a thing, its quotes are escaped.
    return Html(_COLOR.sub(lambda found: f'{found[1]}="{following(found[2])}"', html))


def words_down(words: Sequence[str], shares: Sequence[float], extra: str = "") -> Html:
    """Words one below another.

    Parameters
    ----------
    words : sequence of str
        Any text.
    shares : sequence of float
        Where their middles are, 0 at the top and 1 at the bottom.
    extra : str, optional
        More CSS for each of them.
    """
    return _PIECES.words(words=[{"top": 100 * share, "extra": extra, "words": each}
                                for each, share in zip(words, shares, strict=True)])
