"""Tables of trials: what somebody's search evaluated, a row each, with parameters instead of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.errors import ArgumentKindError, RowOutsideTableError, SourceError, UnknownMetricError
from vanas_panel.tables.directions import Directions
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.selected_rows import selected_rows
from vanas_panel.tables.trial_columns import (
    CODES,
    COMPLETE,
    CONDITION,
    IDENTIFIER,
    KINDS,
    METRIC,
    PARAMETER,
    REPEAT,
    STATES,
    TrialColumn,
    asked_kind,
    state_counts,
)
from vanas_panel.tables.trial_words import summary_of
from vanas_panel.text.language import Constant, Message

STATE = "state"
"""The column of a data frame that says how a trial stands."""


class TrialTable(Directions):
    """One row per trial of a search: its parameters, what was measured, and how it stands.

    Made by `vanas_panel.open_trials`. It is never changed: `with_kinds` and `with_direction` give another table that
    shares the columns. Nothing is averaged: two trials with the same parameters are two rows.

    Parameters
    ----------
    columns : iterable of TrialColumn
        With names of their own, and values of n trials each.
    states : int8 (n,)
        Codes of `vanas_panel.tables.trial_columns.STATES`.
    metrics : Mapping of str to Metric, optional
        What is known of columns by their names; the rest by `vanas_panel.tables.metrics.known_metric`.
    name, title : str, optional
        The name of the source, and a line for a person.
    format : str, optional
        What the source was recognised as.
    notes : iterable of str, optional
        Sentences about what was done with the source.

    Attributes
    ----------
    columns : Mapping of str to TrialColumn
        All columns by name, in the order of the source.
    metrics : Mapping of str to Metric
        Those that are metrics.
    states : int8 (n,)
    name, title, format : str
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.01, 0.1], "seed": [1, 1, 2], "loss": [0.5, 0.4, 0.7]}))
    >>> trials.parameters, trials.repeats, trials.metrics["loss"].better
    (('lr',), ('seed',), 'lower is better (guessed)')
    """

    def __init__(self, columns: Iterable[TrialColumn], states: np.ndarray, metrics: Mapping[str, Metric] | None = None,
                 *, name: str = "trials", title: str = "", format: str = "", notes: Iterable[str] = ()):
        self.columns: Mapping[str, TrialColumn] = MappingProxyType({column.name: column for column in columns})
        self.states = states
        self.states.flags.writeable = False
        self._known = dict(metrics or {})
        self.metrics = self._of_metrics()
        self.name, self.title, self.format = name, title or name, format
        self.notes = tuple(notes)
        self._origin = None

    def _of_metrics(self) -> Mapping[str, Metric]:
        """The metrics among the columns."""
        return MappingProxyType({name: self._known.get(name, known_metric(name))
                                 for name, column in self.columns.items() if column.kind == METRIC})

    def __len__(self) -> int:
        return self.states.size

    def __repr__(self) -> str:
        return (f"<TrialTable {self.name!r}: {len(self):,} trials, {len(self.metrics)} metrics, "
                f"{len(self.parameters)} parameters>")

    def named(self, kind: str) -> tuple[str, ...]:
        """The names of the columns of a kind."""
        return tuple(name for name, column in self.columns.items() if column.kind == kind)

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the trials were given."""
        return self.named(PARAMETER)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What they were measured on: a data set, a budget."""
        return self.named(CONDITION)

    @property
    def repeats(self) -> tuple[str, ...]:
        """What numbers repeats: a seed."""
        return self.named(REPEAT)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """What names a trial, or says when and where it ran."""
        return self.named(IDENTIFIER)

    @property
    def state_counts(self) -> dict[str, int]:
        """How many trials stand how, without the states that none has."""
        return state_counts(self.states)

    def rows_in(self, *states: str) -> np.ndarray:
        """The rows of all trials in some states, ``int64 (k,)``, ascending.

        Parameters
        ----------
        *states : str
            Of ``complete``, ``failed``, ``pruned``, ``running``, ``waiting``.

        Raises
        ------
        ArgumentKindError
            Where there is no such state.

        Examples
        --------
        >>> import pandas as pd, vanas_panel as vp
        >>> trials = vp.open_trials(pd.DataFrame({"number": [0, 1], "state": ["COMPLETE", "FAIL"],
        ...                                       "value": [0.9, None], "params_lr": [0.1, 0.2]}))
        >>> trials.rows_in("failed").tolist(), trials.rows_in("complete", "failed").tolist()
        ([1], [0, 1])
        """
        for state in states:
            if state not in CODES:
                raise ArgumentKindError(Message("Found {state!r:.60} as a state; expected one of {known}. Choose one "
                                                "of these.", state=state, known=", ".join(STATES)))
        return np.flatnonzero(np.isin(self.states, [CODES[state] for state in states]))

    def checked_rows(self, rows: ArrayLike | None) -> np.ndarray | None:
        """A selection as sorted unique rows, ``int64 (m,)``; None stands for the complete trials.

        Parameters
        ----------
        rows : None, integer array_like (m,) or bool array (n,)

        Returns
        -------
        int64 (m,) or None
            None where all trials of the table are meant.

        Raises
        ------
        SelectionError
            Where it is neither, or a row is outside the table.
        """
        if rows is not None:
            return selected_rows(rows, len(self))
        complete = self.states == CODES[COMPLETE]
        return None if complete.all() else np.flatnonzero(complete)

    def metric(self, name: str) -> Metric:
        """The metric of that name; `UnknownMetricError` where there is none."""
        name = plain_text(name)
        if name not in self.metrics:
            raise UnknownMetricError(Message("Found metric {name!r:.80}; expected one of {known}. Choose one of these, "
                                             "or say that a column is a metric: kinds={{'column': 'metric'}}.",
                                             name=name, known=", ".join(self.metrics) or Constant("none")))
        return self.metrics[name]

    def column(self, name: str) -> np.ndarray:
        """Values of a metric, ``float64 (n,)``, NaN where unknown; `UnknownMetricError` where there is none."""
        return self.columns[self.metric(name).name].values

    def trial(self, row: int) -> dict[str, float | str | None]:
        """What is known of a trial, by column.

        Raises
        ------
        RowOutsideTableError
            Where there is no such row.
        """
        number = plain_int(row)
        if number is None or not 0 <= number < len(self):
            raise RowOutsideTableError(Message("Found row {row!r:.40}; expected one from 0 to {last}. Choose one of "
                                               "these.", row=row, last=len(self) - 1))
        return {name: column.value(number) for name, column in self.columns.items()}

    def with_kinds(self, kinds: Mapping[str, str]) -> TrialTable:
        """The same table with other kinds of some columns.

        Parameters
        ----------
        kinds : Mapping of str to str
            By column: ``metric``, ``parameter``, ``condition``, ``repeat`` or ``identifier``.

        Raises
        ------
        SourceError
            Where there is no such column or kind, or a column of texts is to be a metric.

        Examples
        --------
        >>> import pandas as pd, vanas_panel as vp
        >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.01], "depth": [3, 4], "loss": [0.5, 0.4]}))
        >>> trials.with_kinds({"depth": "metric"}).parameters
        ('lr',)
        """
        for name, kind in kinds.items():
            check_kind(self.columns, name, kind)
        columns = [column if name not in kinds else column.of_kind(kinds[name], asked_kind(kinds[name]))
                   for name, column in self.columns.items()]
        return TrialTable(columns, self.states, {**self._known, **self.metrics}, name=self.name, title=self.title,
                          format=self.format, notes=self.notes)

    def to_frame(self, rows: ArrayLike | None = None) -> pd.DataFrame:
        """The trials as a data frame.

        Parameters
        ----------
        rows : None, integer array_like (m,) or bool array (n,), optional
            All trials by default, whatever their state.

        Returns
        -------
        pandas.DataFrame
            All columns by name, texts as categories; ``state``, or ``state (trial)`` where a column has that name. The
            index holds the rows.
        """
        chosen = np.arange(len(self)) if rows is None else selected_rows(rows, len(self))
        data: dict[str, Any] = {name: column.series(chosen) for name, column in self.columns.items()}
        states = pd.Categorical.from_codes(self.states[chosen], pd.Index(list(STATES), dtype=object))
        data[STATE if STATE not in data else f"{STATE} (trial)"] = pd.Series(states)
        return pd.DataFrame(data).set_index(pd.Index(chosen, name="row"))

    def summary(self) -> str:
        """How the table was understood, in words: trials by state, and every column with its kind and the reason.

        Examples
        --------
        >>> import pandas as pd, vanas_panel as vp
        >>> print(vp.open_trials(pd.DataFrame({"lr": [0.1, 0.01], "loss": [0.5, 0.4]})).summary())
        DataFrame: 2 trials (2 complete).
        Understood as: a table whose columns say by their names and values what they are.
        Metrics:
          loss: 0.4 to 0.5; lower is better (guessed); its name says what is measured
        Parameters:
          lr: 0.01 to 0.1; numbers whose name says nothing of a measurement
        """
        return summary_of(self)


def check_kind(columns: Mapping[str, TrialColumn], name: str, kind: str) -> None:
    """Refuse a kind that is none, or that a column cannot have; `SourceError`."""
    if name not in columns:
        raise SourceError(Message("a kind for column {name!r:.80}, which is not there", name=name),
                          Message("one of {names}", names=", ".join(list(columns)[:40])), "Correct the name")
    if kind not in KINDS:
        raise SourceError(Message("{kind!r:.60} as the kind of column {name!r:.80}", kind=kind, name=name),
                          Message("one of {names}", names=", ".join(KINDS)), "Choose one of these")
    if kind == METRIC and columns[name].levels is not None:
        raise SourceError(Message("texts such as {text!r:.60} in column {name!r:.80}, which is to be a metric",
                                  text=next(iter(columns[name].levels or ()), ""), name=name), "numbers",
                          "Choose another kind, or correct the values")
