"""The cards of the performance view as HTML: a value, its unit, its percentile and its change for each metric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from vanas_panel.draw.cards import Card, PinMark
from vanas_panel.draw.css import ACCENT, FAINT, LINE, MUTED, NEGATIVE, POSITIVE, TEXT
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.percentile import Histogram
from vanas_panel.draw.pins import CSS as PINS_CSS
from vanas_panel.draw.pins import apart
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

CSS = f"""
{PINS_CSS}
.cards {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); gap: 5px 8px; }}
.card {{ border: 1px solid {LINE}; border-radius: 7px; padding: 3px 9px; min-width: 0; }}
.card .label {{
  color: {MUTED}; font-size: 11.5px; overflow: hidden; overflow-wrap: anywhere;
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical;
}}
.card .value {{ font-size: 21px; font-weight: 650; line-height: 1.2; letter-spacing: -.01em; white-space: nowrap; }}
.card .value.long {{ font-size: 17px; line-height: 1.5; }}
.card .value small {{ font-size: 12px; font-weight: 500; color: {MUTED}; letter-spacing: 0; }}
.card .line {{ color: {MUTED}; font-size: 11px; letter-spacing: -.01em; }}
.card .range {{ white-space: nowrap; }}
.card .change {{ font-size: 11px; font-weight: 600; }}
.whole .value {{ color: {MUTED}; font-weight: 550; }}
.gain {{ color: {POSITIVE}; }}
.loss {{ color: {NEGATIVE}; }}
.spread {{ position: relative; height: 14px; margin: 1px 0 5px; }}
.spread svg {{ display: block; width: 100%; height: 100%; }}
.spread path {{ fill: {FAINT}; }}
.spread .chosen {{ fill: {TEXT}; }}
.card .selected {{ color: {TEXT}; }}
.spread i {{ position: absolute; top: -1px; bottom: -1px; width: 2px; margin-left: -1px; background: {ACCENT}; }}
.spread i::after {{
  content: ""; position: absolute; left: -3px; bottom: -4px;
  border: 4px solid transparent; border-top: 0; border-bottom: 5px solid {ACCENT};
}}
.spread.lettered {{ margin-top: 13px; }}
.spread u {{ position: absolute; top: -2px; bottom: 0; width: 2px; margin-left: -1px; background: var(--pin); }}
.spread b {{
  position: absolute; top: -14px; width: 10px; margin-left: -5px; text-align: center; color: var(--pin);
  font-size: 10px; line-height: 12px; font-weight: 700;
}}
.card .pins {{ display: flex; flex-wrap: wrap; column-gap: 5px; }}
.card .pins span {{ white-space: nowrap; }}
.card .pins b {{ color: var(--pin); font-weight: 700; }}
table {{ width: 100%; border-collapse: collapse; font-size: 11px; grid-column: 1 / -1; }}
td {{ padding: 4px 2px; border-top: 1px solid {LINE}; }}
td:nth-child(1) {{ color: {MUTED}; }}
td:nth-child(2) {{ font-weight: 600; text-align: right; }}
td:nth-child(3) {{ color: {MUTED}; text-align: right; }}
td span {{ white-space: nowrap; }}
@media (min-height: 1200px) {{
  .card {{ padding: 7px 12px; }}
  .spread {{ height: 44px; margin: 4px 0 8px; }}
  table {{ font-size: 12.5px; }}
  td {{ padding: 7px 2px; }}
}}
"""


_PIECES = pieces(__file__)
_MOST_TOLD = 2
"""Pins whose values a card shows in words; with more, the drawer has them all, and each letter its tooltip."""
_RANGE = re.compile(r"\S+–\S+(?: \S+)?$")
"""A range at the end of a line, such as ``92.35–93.10 %``, which stays together on a narrow card."""


def cards_html(shown: Sequence[Card]) -> Html:
    """Cards as HTML: the major ones in a grid, the minor ones as lines below.

    Parameters
    ----------
    shown : sequence of Card
        In the order in which to show them.

    Returns
    -------
    Html
        With all text escaped; `CSS` styles it.
    """
    minor = [card for card in shown if card.minor]
    missing = [card.label for card in minor if not card.known]
    words = ngettext("{count} further variant is not measured for this cell",
                     "{count} further variants are not measured for this cell", len(missing))
    return _PIECES.all(major=[_in_grid(card) for card in shown if not card.minor],
                       minor=[_in_table(card) for card in minor if card.known],
                       missing="; ".join(missing), missing_words=words.format(count=len(missing)))


def _in_grid(card: Card) -> dict[str, Any]:
    """A card of the grid for the template."""
    change = {True: _("{change} · better"), False: _("{change} · worse"), None: "{change}"}[card.gain]
    selected = card.selected
    return {
        "name": card.name, "tooltip": _tooltip(card), "label": card.label, "number": card.number, "unit": card.unit,
        "is_long": len(card.number) + len(card.unit) > 9,
        "histogram": _bars(card.histogram, None if selected is None else selected.heights),
        "selected": "" if selected is None else selected.words,
        "lines": [_line(line) for line in (card.percentile, *card.notes) if line],
        "pins": _pins(card.pins),
        "change": change.format(change=card.change) if card.change else "",
        "tone": {True: "gain", False: "loss", None: "quiet"}[card.gain],
    }


def _pins(pins: Sequence[PinMark]) -> dict[str, Any] | None:
    """The pinned cells of a card: letters over the histogram, and the values of the first ones."""
    if not pins:
        return None
    placed = [pin for pin in pins if pin.position is not None]
    letters = apart([100 * pin.position for pin in placed if pin.position is not None])
    more = len(pins) - _MOST_TOLD
    return {
        "told": [{"mark": pin.mark, "value": pin.value} for pin in pins[:_MOST_TOLD]],
        "more": f"+{more}" if more > 0 else "",
        "placed": [{"mark": pin.mark, "at": f"{100 * (pin.position or 0):.1f}", "letter_at": f"{letter:.1f}",
                    "tooltip": _("Pin {mark}: {value}").format(mark=pin.mark, value=pin.value)}
                   for pin, letter in zip(placed, letters, strict=True)],
    }


def _line(words: str) -> dict[str, str]:
    """A line of a card, and the range at its end apart."""
    found = _RANGE.search(words)
    return {"before": words[:found.start()] if found else words, "range": found[0] if found else ""}


def _in_table(card: Card) -> dict[str, str]:
    """A line of the table below the grid for the template."""
    brief = card.brief if card.selected is None else f"{card.brief} · {card.selected.brief}"
    return {"name": card.name, "tooltip": _tooltip(card), "label": card.label, "change": card.change,
            "value": f"{card.number} {card.unit}".rstrip(), "brief": brief}


def _tooltip(card: Card) -> str:
    """The tooltip of a card, with what it says of the selection."""
    return card.tooltip if card.selected is None else f"{card.tooltip} {card.selected.tooltip}"


def _bars(spread: Histogram | None, selected: np.ndarray | None = None) -> dict[str, Any] | None:
    """Bars of the whole column as a path, narrower ones of the selection, and where among them the cell is."""
    if spread is None:
        return None
    chosen = "" if selected is None else "".join(
        f"M{index}.2 20v-{max(0.7, 20 * height):.1f}h.42V20z" for index, height in enumerate(selected.tolist())
        if height > 0)
    bars = "".join(f"M{index} 20v-{max(0.7, 20 * height):.1f}h.82V20z"
                   for index, height in enumerate(spread.heights.tolist()) if height > 0)
    mark = "" if spread.position is None else f"{100 * spread.position:.1f}"
    return {"size": spread.heights.size, "bars": bars, "chosen": chosen, "mark": mark}
