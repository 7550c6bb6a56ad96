"""Exact properties of a cell, such as its parameters: one value, whichever row it stands in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vanas_panel.errors import SourceError
from vanas_panel.metrics import MACS, PARAMETERS, Metric

EXACT_UNITS = (PARAMETERS, MACS)
"""Units of what follows from the cell alone."""

ROUNDING = 1e-9
"""Relative difference up to which two values are the same."""

TOLERANCE = 1e-3
"""Relative difference up to which values are averaged, with a note; sources that count by a tool differ that much."""


def exact_values(values: np.ndarray, owner: np.ndarray, groups: int, rows: np.ndarray, metric: Metric,
                 path: Path) -> tuple[np.ndarray, list[str]]:
    """One value for each cell of what follows from the cell.

    Parameters
    ----------
    values : float64 (m * n,)
        Of n rows, as often as there are columns of repeats; NaN where a row says nothing.
    owner : int64 (m * n,)
        The number of the cell of each value.
    groups : int
        How many cells there are.
    rows : int64 (n,)
        The index of each row in the source.
    metric : Metric
    path : Path
        Of the source, for messages.

    Returns
    -------
    values : float64 (groups,)
    notes : list of str
        Says where rows of a cell differ a little, so that the mean is taken.

    Raises
    ------
    SourceError
        Where rows of one cell contradict each other by more than `TOLERANCE`.
    """
    known = np.isfinite(values)
    some, belongs = values[known], owner[known]
    lowest, highest = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(lowest, belongs, some)
    np.maximum.at(highest, belongs, some)
    differing = np.flatnonzero(highest > lowest * (1 + ROUNDING))
    # A mean of equal numbers may differ from them in the last digit.
    means = np.where(np.isfinite(highest), highest, np.nan)
    if not differing.size:
        return means, []
    count, total = np.bincount(belongs, minlength=groups), np.bincount(belongs, some, groups)
    means[differing] = total[differing] / count[differing]
    cell = int(differing[np.argmax(highest[differing] / np.maximum(lowest[differing], 1e-300))])
    found = (f"{metric.name} = {lowest[cell]:.15g} and {highest[cell]:.15g} for one cell, in rows "
             f"{_listed(rows[owner[:rows.size] == cell] + 1)}")
    if highest[cell] > lowest[cell] * (1 + TOLERANCE):
        raise SourceError(found, "one value, since it follows from the cell; cells that only number their vertices "
                          "differently are the same", "Correct the rows, or list the column under 'ignore' in the "
                          "description", path=path)
    return means, [f"{differing.size:,} cells have values that differ by up to {TOLERANCE:.1%}: {found}, for one. "
                    "Their mean is shown."]


def _listed(rows: np.ndarray) -> str:
    """Numbers of rows, shortened."""
    return ", ".join(map(str, rows[:4])) + (", ..." if rows.size > 4 else "")
