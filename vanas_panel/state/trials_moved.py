"""A view of a table of trials on a newer version of the table: nothing that can stay is lost, the rest is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vanas_panel.state.trials_view import ROW, Requirement, TrialsView, numeric_columns, starting_view
from vanas_panel.tables.trial_columns import METRIC, TrialColumn
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import Message, ngettext
from vanas_panel.text.language import gettext as _


def moved(view: TrialsView, old: TrialTable, new: TrialTable) -> tuple[TrialsView, list[Message]]:
    """The view on another version of its table.

    Parameters
    ----------
    view : TrialsView
    old, new : TrialTable

    Returns
    -------
    view : TrialsView
        What is required is kept by its condition, the chosen trial by what it is, see `same_trial`.
    messages : list of Message
        What the new version does not have.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> old = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> new = vp.open_trials(pd.DataFrame({"lr": [0.3, 0.1, 0.2], "loss": [3.0, 1.0, 2.0]}))
    >>> moved(TrialsView("loss", chosen=0), old, new)[0].chosen
    1
    """
    start, numbers = starting_view(new), (ROW, *numeric_columns(new))
    messages: list[Message] = []
    lost = {name for name in {view.metric, view.x, view.y, view.color, view.order, *view.where, *view.better}
            if name != ROW and not _stays(view, name, new)}
    messages += [Message("The table that was taken in has no such column {name} any more.", name=name[:80])
                 for name in sorted(lost)]
    chosen = None if view.chosen is None else same_trial(old, new, view.chosen)
    if view.chosen is not None and chosen is None:
        messages.append(Message("The chosen trial {row} is not in the table that was taken in.", row=view.chosen))
    return replace(
        view, metric=view.metric if view.metric in new.metrics else start.metric, chosen=chosen,
        x=view.x if view.x in numbers else start.x, y=view.y if view.y in numbers else start.y,
        color=view.color if view.color in numbers else start.color,
        order=view.order if view.order in new.columns else "",
        where={name: required for name, required in view.where.items() if name not in lost},
        better={name: word for name, word in view.better.items() if name in new.metrics}), messages


def _stays(view: TrialsView, name: str, table: TrialTable) -> bool:
    """Whether a column means in a table what it means in a view."""
    if name not in table.columns:
        return False
    required: Requirement = view.where.get(name)
    is_text = table.columns[name].levels is not None
    return not (isinstance(required, tuple) and is_text) and not (isinstance(required, str) and not is_text)


def same_trial(old: TrialTable, new: TrialTable, row: int) -> int | None:
    """Where a trial of a table is in another version of it.

    It is the one at the same place, where all that is known of it but its metrics is the same there; else the only one
    of which that is so; else None.
    """
    keep = np.ones(len(new), bool)
    for name, column in old.columns.items():
        other = new.columns.get(name)
        value = column.value(row)
        if column.kind != METRIC and other is not None and value is not None:
            keep &= _equal(other, value)
    if row < len(new) and keep[row]:
        return row
    found = np.flatnonzero(keep)
    return int(found[0]) if found.size == 1 else None


def _equal(column: TrialColumn, value: float | str) -> np.ndarray:
    """Which trials have a value, ``bool (n,)``; all where it can no longer be compared."""
    if (column.levels is None) == isinstance(value, str):
        return np.ones(column.values.size, bool)
    if column.levels is None:
        return column.values == value
    code = column.levels.index(value) if value in column.levels else -2
    return column.values == code


def news_words(old: TrialTable, new: TrialTable) -> str:
    """What a newer version of a table has, ``12 new trials``."""
    more = len(new) - len(old)
    if more > 0:
        return ngettext("{count:,} new trial", "{count:,} new trials", more).format(count=more)
    if more < 0:
        return ngettext("{count:,} trial fewer", "{count:,} trials fewer", -more).format(count=-more)
    return _("The file has changed")
