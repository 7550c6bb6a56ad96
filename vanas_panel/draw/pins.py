"""Marks of pins: a letter on a coloured disc, and where the pinned cells are among the values of each card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vanas_panel.draw.cards import Card, PinMark, values_of
from vanas_panel.draw.cell.thumbnail import describe
from vanas_panel.draw.css import variable
from vanas_panel.draw.format import format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.percentile import histogram
from vanas_panel.state.pins import MARKS, Pin
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

CLOSEST = 7.5
"""Least distance of two letters over a histogram, in per cent of its width."""

CSS = "\n".join(f".pin-{mark} {{ --pin: {variable(f'pin_{mark.lower()}')}; }}" for mark in MARKS) + f"""
.badge {{
  display: inline-flex; align-items: center; justify-content: center; flex: none; width: 16px; height: 16px;
  border-radius: 8px; background: var(--pin); color: {variable('card')}; font-size: 10.5px; font-weight: 700;
  line-height: 1; letter-spacing: 0; forced-color-adjust: none;
}}
"""


def badge_html(mark: str) -> Html:
    """The mark of a pin; `CSS` styles it."""
    return _PIECES.badge(mark=mark)


def pin_name(pin: Pin) -> str:
    """A pin in words, such as ``Pin B: 1 × conv 3×3; 2 edges``."""
    return _("Pin {mark}: {cell}").format(mark=pin.mark, cell=describe(pin.cell))


def with_pins(shown: Sequence[Card], table: BenchmarkTable, pins: Sequence[Pin]) -> list[Card]:
    """Cards on which the pinned cells stand, too.

    Parameters
    ----------
    shown : sequence of Card
        Of the cell in the designer, or of the whole table.
    table : BenchmarkTable
    pins : sequence of Pin

    Returns
    -------
    list of Card
        With a `PinMark` for every pin that has a value of the card's metric.
    """
    if not pins:
        return list(shown)
    values = {pin.mark: values_of(table, pin.cell) for pin in pins}
    made = []
    for card in shown:
        marks = tuple(_mark(table, card, pin.mark, values[pin.mark][card.name]) for pin in pins
                      if card.name in values[pin.mark])
        said = "; ".join(_("Pin {mark}: {value}").format(mark=each.mark, value=each.value) for each in marks)
        made.append(replace(card, pins=marks, tooltip=f"{card.tooltip} {said}.") if marks else card)
    return made


def _mark(table: BenchmarkTable, card: Card, mark: str, value: float) -> PinMark:
    """A pin on a card."""
    name = card.name
    metric = table.metrics[name] if name in table.metrics else known_metric(name)
    position = None if card.histogram is None else histogram(table, name, value).position
    return PinMark(mark, format_value(metric, value), position)


def apart(positions: Sequence[float], closest: float = CLOSEST) -> list[float]:
    """Where letters stand so that none covers another, each as near to its own position as the ones before let it.

    Parameters
    ----------
    positions : sequence of float
        In per cent of the width.
    closest : float, optional
        Least distance of two.

    Examples
    --------
    >>> apart([50.0, 50.0, 99.0], 10)
    [50.0, 60.0, 96.0]
    """
    low, high = closest / 2, 100 - closest * 0.4
    order = sorted(range(len(positions)), key=lambda index: (positions[index], index))
    placed: list[float] = []
    for index in order:
        placed.append(max(positions[index], low, placed[-1] + closest if placed else low))
    for at in range(len(placed) - 1, -1, -1):
        placed[at] = min(placed[at], high if at == len(placed) - 1 else placed[at + 1] - closest)
    found = dict(zip(order, placed, strict=True))
    return [round(found[index], 1) for index in range(len(positions))]
