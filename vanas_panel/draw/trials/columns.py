"""The card *Columns* of the page of a table of trials: the kind of each column, why, and which values are better."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from vanas_panel.draw.data.columns import ColumnRow, columns_html
from vanas_panel.draw.html import Html
from vanas_panel.tables.trial_columns import KINDS, TrialColumn
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import gettext as _

MOST_COUNTED = 200_000
"""Trials up to which different numbers are counted: of more, that takes too long for a page that opens."""

_counted: WeakKeyDictionary[TrialColumn, tuple[int, int | None]] = WeakKeyDictionary()


def trial_columns_html(table: TrialTable) -> Html:
    """The card as HTML.

    Parameters
    ----------
    table : TrialTable

    Returns
    -------
    Html
        With all text escaped and the actions ``kind:<column>:<kind>`` and ``better:<metric>:<direction>``.
    """
    rows = [ColumnRow(name, column.kind, column.words, *_counts(column),
                      (table.metrics[name],) if name in table.metrics else ())
            for name, column in table.columns.items()]
    return columns_html(rows, tuple(KINDS), title=_("Columns"), about=_(
        "What each column was taken for, and why. Choose another kind where a guess is wrong; the link keeps it."))


def _counts(column: TrialColumn) -> tuple[int, int | None]:
    """How many trials have no value, and how many different ones there are; counted once."""
    found = _counted.get(column)
    if found is None:
        is_quick = column.levels is not None or column.values.size <= MOST_COUNTED
        found = (column.values.size - int(column.known.sum()), column.distinct if is_quick else None)
        _counted[column] = found
    return found
