"""Axes of the map of trials: which place a value has, and which value a place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vanas_panel.draw.spans import drawn_value, is_wide, widened
from vanas_panel.state.trials_found import axis_values
from vanas_panel.state.trials_view import ROW
from vanas_panel.tables.trials import TrialTable

WIDTH, HEIGHT = 560.0, 360.0
LEFT, RIGHT, TOP, BOTTOM = 58.0, 546.0, 10.0, 316.0
"""The drawing, and the plot within it, in the pixels of the drawing."""

_LOG = 1000.0
"""An axis is logarithmic where its largest value is so many times its smallest one, and that is above zero."""


@dataclass(frozen=True)
class TrialAxis:
    """An axis of the map.

    Attributes
    ----------
    name : str
        The column, or `ROW`.
    low, high : float
        The values at its ends.
    log : bool
    """

    name: str
    low: float
    high: float
    log: bool

    def shares(self, values: Any) -> Any:
        """Where values are, 0 at the low end and 1 at the high one."""
        low, high = self._drawn(self.low), self._drawn(self.high)
        return (self._drawn(values) - low) / (high - low)

    def value(self, share: float) -> float:
        """The value at a place, the inverse of `shares`."""
        low, high = self._drawn(self.low), self._drawn(self.high)
        found = float(low + share * (high - low))
        return math.exp(found) if self.log else found

    def _drawn(self, values: Any) -> Any:
        return np.log(drawn_value(values, log=True)) if self.log else drawn_value(values)


def map_axis(table: TrialTable, name: str, rows: np.ndarray) -> TrialAxis:
    """The axis of a column over some trials.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [1e-5, 0.1], "loss": [1.0, 2.0]}))
    >>> map_axis(trials, "lr", trials.rows_in("complete")).log
    True
    """
    values = axis_values(table, name)[rows]
    values = values[~np.isnan(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    log = low > 0 and high / low >= _LOG and name != ROW
    if log:
        return TrialAxis(name, low / 1.15, min(high * 1.15, 1.7e308), log)
    low, high = drawn_value(low), drawn_value(high)
    if not is_wide(low, high):
        low, high = widened(low, high, 0.1)
        return TrialAxis(name, low, high, log)
    margin = 0.04 * (high - low)
    return TrialAxis(name, low - margin, high + margin, log)
