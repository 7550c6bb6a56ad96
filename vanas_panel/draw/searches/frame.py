"""The frame of a chart of searches: its axes with ticks, and where a value is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.svg_axis import axis_ticks, tick_texts
from vanas_panel.draw.theme import FONT, Palette
from vanas_panel.tables.metrics import Metric

_PIECES = pieces(__file__)

LETTER = 6.4
"""Width of a letter in pixels, at 11 pixels."""


@dataclass(frozen=True)
class Axis:
    """One axis of a chart.

    Attributes
    ----------
    low, high : float
        Values at its ends, ``low < high``; above zero where it is logarithmic.
    start, end : float
        Their places in pixels.
    metric : Metric
        Formats the ticks.
    log : bool
    """

    low: float
    high: float
    start: float
    end: float
    metric: Metric
    log: bool = False

    def at(self, values: np.ndarray | float) -> np.ndarray:
        """Places of values; those that a logarithmic axis cannot hold lie at its lower end."""
        held = np.asarray(values, np.float64)
        if self.log:
            held = np.maximum(held, self.low)
            share = (np.log(held) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        else:
            share = (held - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int) -> list[tuple[float, str]]:
        """Places and words of about so many ticks."""
        values = axis_ticks(self.metric, self.low, self.high, log=self.log, count=count)
        words = tick_texts(self.metric, values, log=self.log)
        return [(float(self.at(value)), word) for value, word in zip(values, words, strict=True)]


def axis_over(values: np.ndarray, start: float, end: float, metric: Metric, *, log: bool, spare: float = 0.06,
              from_zero: bool = False) -> Axis:
    """An axis that all finite values lie on; a logarithmic one begins at the smallest that is above zero."""
    known = values[np.isfinite(values)]
    if log:
        known = known[known > 0]
        if not known.size:
            return Axis(0.1, 1.0, start, end, metric, log)
        low, high = float(known.min()), float(known.max())
        room = max((high / low) ** spare, 1.02)
        # What it cannot hold gets a place of its own below the others.
        low /= 1.5 if (values <= 0).any() else 1.0
        return Axis(low / room, high * room, start, end, metric, log)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    low = min(low, 0.0) if from_zero else low
    room = spare * (high - low) or abs(high) * 0.1 or 1.0
    return Axis(low - (0.0 if from_zero and low == 0 else room), high + room, start, end, metric, log)


def axes_svg(x: Axis, y: Axis, colors: Palette, *, across: int = 5, up: int = 4) -> Html:
    """Grid lines of the upright axis, and the words of both; none below where `across` is 0."""
    parts = []
    for place, words in y.ticks(up):
        parts.append(_PIECES.line(x1=x.start, x2=x.end, y1=place, y2=place, color=colors.line))
        parts.append(text_svg(x.start - 6, place, words, colors.muted, "end", middle=True))
    parts.append(_PIECES.line(x1=x.start, x2=x.end, y1=y.start, y2=y.start, color=colors.faint))
    last = -math.inf
    for place, words in x.ticks(across) if across else ():
        half = LETTER * len(words) / 2
        if place - half > last + 6 and place + half < x.end + 30:
            parts.append(_PIECES.line(x1=place, x2=place, y1=y.start, y2=y.start + 4, color=colors.faint))
            parts.append(text_svg(place, y.start + 16, words, colors.muted, "middle"))
            last = place + half
    return joined(parts)


def text_svg(x: float, y: float, words: str, color: str, anchor: str = "start", *, middle: bool = False,
             strong: bool = False) -> Html:
    """A word."""
    return _PIECES.word(x=x, y=y, words=words, color=color, anchor=anchor, is_middle=middle, is_strong=strong)


def svg(width: float, height: float, name: str, parts: Iterable[Html], *, kind: str) -> Html:
    """A whole figure; its name is for those who do not see it."""
    return _PIECES.figure(width=width, height=height, name=name, font=FONT, kind=kind, content=joined(parts))


def clipped(x: Axis, y: Axis, parts: Iterable[Html]) -> Html:
    """What may reach beyond the axes, cut off at them."""
    return _PIECES.clip(x=x.start - 3, y=y.end - 3, width=x.end - x.start + 6, height=y.start - y.end + 6,
                        content=joined(parts))
