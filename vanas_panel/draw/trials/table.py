"""The table of trials, a page of it, sorted on the server."""

from __future__ import annotations

from typing import Any

from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.trials.words import column_words, trial_words, value_words
from vanas_panel.state.trials_found import Found, pages
from vanas_panel.tables.trial_columns import COMPLETE, STATES
from vanas_panel.tables.trial_words import states_words
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import gettext as translate

_PIECES = pieces(__file__)

MOST_COLUMNS = 30
"""Columns that the table shows; the card of a trial shows all."""


def table_html(found: Found) -> Html:
    """The card of the table.

    Parameters
    ----------
    found : Found

    Returns
    -------
    Html
        With the actions ``sort``, ``page``, ``states`` and ``row``.
    """
    table, view = found.table, found.view
    names = (*table.metrics, *table.parameters, *table.conditions, *table.repeats)
    shown = names[:MOST_COLUMNS]
    order, last = view.order or view.metric, pages(found.matching.size) - 1
    page = min(view.page, last)
    words = [_("{states} in this table.").format(states=states_words(table) or _("none"))]
    if len(names) > len(shown):
        words.append(_("The first {count} columns; the card of a trial shows all.").format(count=len(shown)))
    is_every = view.states == "every"
    return _PIECES.card(
        title=_("Trials"), words=words, switch=None if table.state_counts.keys() <= {COMPLETE} else {
            "action": "states:complete" if is_every else "states:every", "pressed": "true" if is_every else "false",
            "words": _("Show failed and pruned ones")},
        heads=[_head(found, name, name == order) for name in shown],
        rows=[_row(found, row, shown) for row in found.listed.tolist()],
        names={"trial": _("Trial"), "state": _("state") if is_every else "", "before": _("Back"), "after": _("Next")},
        nothing=_("No trial matches.") if not found.listed.size else "",
        page=_("Page {page} of {pages}").format(page=format_count(page + 1), pages=format_count(last + 1)),
        before={"page": page - 1, "there": page > 0}, after={"page": page + 1, "there": page < last})


def _head(found: Found, name: str, is_order: bool) -> dict[str, Any]:
    """The head of a column."""
    words, way = column_words(found.table, name), _way(found, name) if is_order else ""
    return {"action": f"sort:{name}", "words": words, "tooltip": _("Sort by {column}").format(column=words),
            "sort": way, "is_number": found.table.columns[name].levels is None,
            "arrow": {"ascending": "↑", "descending": "↓"}.get(way, "")}


def _way(found: Found, name: str) -> str:
    """Which way the table is sorted by a column, as ARIA names it."""
    metrics = found.table.metrics
    lower_first = name not in metrics or metrics[name].higher_is_better is False
    return "ascending" if lower_first != found.view.reverse else "descending"


def _row(found: Found, row: int, names: tuple[str, ...]) -> dict[str, Any]:
    """One trial."""
    table = found.table
    return {"row": row, "name": trial_words(row), "is_chosen": row == found.view.chosen,
            "state": translate([*STATES.values()][table.states[row]]),
            "cells": [{"words": value_words(table, name, row), "is_number": table.columns[name].levels is None}
                      for name in names]}
