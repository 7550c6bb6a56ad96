"""How a table of trials was understood, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vanas_panel.tables.metrics import better_words
from vanas_panel.tables.trial_columns import (
    CONDITION,
    IDENTIFIER,
    METRIC,
    PARAMETER,
    REPEAT,
    STATES,
    TrialColumn,
)
from vanas_panel.text.language import Constant, gettext, marked, ngettext, translated
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import escaped

if TYPE_CHECKING:
    from vanas_panel.tables.trials import TrialTable

HEADINGS = {METRIC: marked("Metrics:"), PARAMETER: marked("Parameters:"), CONDITION: marked("Conditions:"),
            REPEAT: marked("Repeats:"), IDENTIFIER: marked("Identifiers:")}
"""What stands over the columns of a kind."""

_LEVELS = 8
"""Texts of a column that are named."""

_LONGEST = 40
"""Characters of such a text."""


def summary_of(table: TrialTable) -> str:
    """The whole table in words, several lines."""
    lines = [_("{title}: {trials} ({states}).").format(title=table.title, trials=trials_words(len(table)),
                                                       states=states_words(table) or _("none"))]
    if table.format:
        lines.append(_("Understood as: {format}.").format(format=translated(Constant(table.format))))
    for kind, heading in HEADINGS.items():
        columns = [column for column in table.columns.values() if column.kind == kind]
        if columns or kind == METRIC:
            lines.append(gettext(heading) if columns else _("Metrics: none was recognised."))
        lines += [f"  {_line(table, column)}" for column in columns]
    lines += [_("Note: {note}").format(note=translated(note)) for note in table.notes]
    # A name may hold the end of a line.
    return "\n".join(map(escaped, lines))


def trials_words(count: int) -> str:
    """A number of trials with its noun."""
    return ngettext("{count:,} trial", "{count:,} trials", count).format(count=count)


def states_words(table: TrialTable) -> str:
    """How many trials stand how, ``48 complete, 2 pruned``."""
    return ", ".join(_("{count:,} {state}").format(count=count, state=gettext(STATES[state]))
                     for state, count in table.state_counts.items())


def _line(table: TrialTable, column: TrialColumn) -> str:
    """What a column holds and why it is of its kind."""
    parts = [values_words(column), *_missing(column)]
    if column.kind == METRIC:
        parts.append(better_words(table.metrics[column.name]))
    return f"{column.name}: " + "; ".join([*parts, column.words])


def values_words(column: TrialColumn) -> str:
    """What values a column has: its range, or its texts.

    Examples
    --------
    >>> import numpy as np
    >>> values_words(TrialColumn("opt", PARAMETER, "", np.array([0, 1, 0], np.int32), ("adam", "sgd")))
    'adam, sgd'
    """
    if column.levels is not None:
        if column.kind == IDENTIFIER and len(column.levels) > _LEVELS:
            return _("{count:,} texts, such as {text}").format(count=len(column.levels),
                                                               text=column.levels[0][:_LONGEST])
        first = ", ".join(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in column.levels[:_LEVELS])
        more = len(column.levels) - _LEVELS
        return _("{values} and {count:,} more").format(values=first, count=more) if more > 0 else first
    known = column.values[column.known]
    if not known.size:
        return _("no values")
    low, high = float(known.min()), float(known.max())
    return number_words(low) if low == high else _("{low} to {high}").format(low=number_words(low),
                                                                           high=number_words(high))


def number_words(number: float) -> str:
    """A number in few digits; a whole one in all of them.

    Examples
    --------
    >>> number_words(30430.0), number_words(0.0072570057), number_words(1e-05)
    ('30430', '0.007257', '1e-05')
    """
    return f"{number:.0f}" if number % 1 == 0 and abs(number) < 1e15 else f"{number:.4g}"


def _missing(column: TrialColumn) -> Iterator[str]:
    """How many trials have no value, where some have none."""
    missing = column.values.size - int(column.known.sum())
    if missing:
        yield ngettext("not set in {count:,} trial", "not set in {count:,} trials", missing).format(count=missing)
