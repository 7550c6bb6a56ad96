"""Names and values of columns of trials in words."""

from __future__ import annotations

import math
from collections.abc import Mapping

from vanas_panel.core.trial_levels import number_text
from vanas_panel.draw.format import format_value
from vanas_panel.state.trials_view import ROW, Requirement
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import gettext as _

LONGEST = 60
"""Letters of a text in a table; a longer one is cut."""


def column_words(table: TrialTable, name: str) -> str:
    """What a column is called; `ROW` is the number of the trial."""
    if name == ROW:
        return _("Trial")
    return label_of(table.metrics[name]) if name in table.metrics else name


def metric_of(table: TrialTable, name: str) -> Metric:
    """The metric of an axis: that of the table, or one without unit and direction for another column of numbers."""
    return table.metrics[name] if name in table.metrics else Metric(name, column_words(table, name))


def value_words(table: TrialTable, name: str, row: int) -> str:
    """The value of a trial in a column."""
    value = table.columns[name].value(row)
    if name in table.metrics:
        return format_value(table.metrics[name], math.nan if value is None else float(value))
    if value is None:
        return _("not set")
    return short(value) if isinstance(value, str) else number_text(value)


def short(words: str) -> str:
    """A text, cut where it is long.

    Examples
    --------
    >>> len(short("x" * 100))
    60
    """
    return words if len(words) <= LONGEST else words[:LONGEST - 1] + "…"


def trial_words(row: int) -> str:
    """What a trial is called."""
    return _("Trial {row}").format(row=row)


def requirement_words(table: TrialTable, name: str, required: Requirement) -> str:
    """A requirement in words.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> requirement_words(trials, "lr", (None, 0.15)), requirement_words(trials, "lr", None)
    ('lr ≤ 0.15', 'lr not set')
    """
    column = column_words(table, name)
    if required is None:
        return _("{column} not set").format(column=column)
    if isinstance(required, str):
        return f"{column} = {short(required)}"
    low, high = required
    if low is not None and low == high:
        return f"{column} = {number_text(low)}"
    if low is None or high is None:
        return f"{column} ≥ {number_text(low)}" if low is not None else f"{column} ≤ {number_text(high or 0.0)}"
    return f"{column} {number_text(low)} – {number_text(high)}"


def where_words(table: TrialTable, where: Mapping[str, Requirement]) -> str:
    """All requirements in words."""
    return "; ".join(requirement_words(table, name, required) for name, required in where.items())
