"""Protocol of a table of trials as the numbers need it: columns of parameters and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.protocol import MetricTable
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message


class Column(Protocol):
    """A column of numbers or texts; `vanas_panel.tables.trial_columns.TrialColumn` is one."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def values(self) -> np.ndarray:
        """Numbers, ``float64 (n,)``, NaN where there is none; or codes of the levels, ``int32 (n,)``, -1 for none."""

    @property
    def levels(self) -> tuple[str, ...] | None:
        """The texts; None for a column of numbers."""

    @property
    def known(self) -> np.ndarray:
        """Which trials have a value, ``bool (n,)``."""


class Trials(MetricTable, Protocol):
    """One row per trial; `vanas_panel.tables.trials.TrialTable` is one."""

    @property
    def columns(self) -> Mapping[str, Column]:
        """All columns by name."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of what the trials were given."""

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of what they were measured on."""


def check_trials(trials: object) -> None:
    """Refuse what is no table of trials, in one sentence.

    Raises
    ------
    ArgumentKindError

    Examples
    --------
    >>> check_trials("study.db")
    Traceback (most recent call last):
    vanas_panel.errors.ArgumentKindError: Found 'study.db'; expected a table of trials. Open it with ...
    """
    if all(hasattr(trials, name) for name in ("parameters", "columns", "checked_rows")):
        return
    if isinstance(trials, str):
        raise ArgumentKindError(Message("Found {table!r:.80}; expected a table of trials. Open it with "
                                        "vp.open_trials(...).", table=trials))
    raise ArgumentKindError(Message("Found something of type {kind}; expected a table of trials. Open it with "
                                    "vp.open_trials(...).", kind=type(trials).__name__))


def chosen_rows(trials: Trials, rows: ArrayLike | None) -> np.ndarray:
    """The rows to look at, ``int64 (m,)``: those that are given, else all complete trials."""
    selected = trials.checked_rows(rows)
    return np.arange(len(trials)) if selected is None else selected
