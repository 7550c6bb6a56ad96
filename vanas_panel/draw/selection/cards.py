"""The selection on the performance cards: its histogram beside that of the whole table, and its median."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from vanas_panel.core.spread import Spread, spread_of_rows
from vanas_panel.draw.cards import Card, SelectedSpread
from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.percentile import histogram_edges
from vanas_panel.state.selection import Selection
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _


def selected_spread(selection: Selection, name: str) -> Spread:
    """Spread of a metric over the selected cells, in the bins of the card's histogram of the whole table.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> selected_spread(Selection(table, np.array([0, 3, 6])), "edges").median
    2.0
    """
    return _spread(selection.table, selection, name)


@lru_cache(maxsize=32)
def _spread(table: BenchmarkTable, selection: Selection, name: str) -> Spread:
    """`selected_spread`, kept by the table as well: selections of two tables are equal where their rows are."""
    rows = np.arange(len(table)) if selection.rows is None else selection.rows
    return spread_of_rows(table.column(name), rows, histogram_edges(table, name))


def with_selection(cards: Sequence[Card], selection: Selection) -> list[Card]:
    """Cards that say how the selected cells are spread, too; as they are where the whole table is selected.

    Parameters
    ----------
    cards : sequence of Card
    selection : Selection

    Returns
    -------
    list of Card
        Those of metrics of the table that have a value have `Card.selected`; an empty selection says that it is one.
    """
    if selection.rows is None:
        return list(cards)
    table = selection.table
    return [replace(card, selected=_selected(selection, card.name)) if card.name in table.metrics
            and table.known(card.name) else card for card in cards]


def _selected(selection: Selection, name: str) -> SelectedSpread:
    """What a card says of the selection."""
    metric, spread = selection.table.metric(name), selected_spread(selection, name)
    if not spread.known:
        words = _("no selected cell has a value")
        return SelectedSpread(None, words, words, f"{label_of(metric)}: {words}.")
    median, count = format_value(metric, spread.median), format_count(spread.known)
    tooltip = _("{metric} of the {count} selected cells with a value: median {median}; the darker bars.").format(
        metric=label_of(metric), count=count, median=median)
    return SelectedSpread(spread.counts / spread.counts.max(), _("selected: median {median}").format(
        median=median.replace(" ", "\N{NO-BREAK SPACE}")),
                          _("selected {median}").format(median=median), tooltip)
