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


def exact_values(table: np.ndarray, group: np.ndarray, rows: np.ndarray, metric: Metric,
                 path: Path) -> tuple[np.ndarray, list[str]]:
    """One value for each cell of what follows from the cell.

    Parameters
    ----------
    table : float64 (groups, repeats)
        NaN where a row says nothing.
    group, rows : int64 (n,)
        The cell of each measured row, and that row's index in the source.
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
    known = np.isfinite(table)
    lowest, highest = np.where(known, table, np.inf).min(axis=1), np.where(known, table, -np.inf).max(axis=1)
    differing = np.flatnonzero(highest > lowest * (1 + ROUNDING))
    count = np.maximum(known.sum(axis=1), 1)
    values = np.where(known.any(axis=1), np.where(known, table, 0).sum(axis=1) / count, np.nan)
    # A mean of equal numbers may differ from them in the last digit.
    same = np.isfinite(values)
    same[differing] = False
    values[same] = highest[same]
    if not differing.size:
        return values, []
    cell = int(differing[np.argmax(highest[differing] / np.maximum(lowest[differing], 1e-300))])
    found = (f"{metric.name} = {lowest[cell]:.15g} and {highest[cell]:.15g} for one cell, in rows "
             f"{_listed(rows[group == cell] + 1)}")
    if highest[cell] > lowest[cell] * (1 + TOLERANCE):
        raise SourceError(found, "one value, since it follows from the cell; cells that only number their vertices "
                          "differently are the same", "Correct the rows, or list the column under 'ignore' in the "
                          "description", path=path)
    return values, [f"{differing.size:,} cells have values that differ by up to {TOLERANCE:.1%}: {found}, for one. "
                    "Their mean is shown."]


def _listed(rows: np.ndarray) -> str:
    """Numbers of rows, shortened."""
    return ", ".join(map(str, rows[:4])) + (", ..." if rows.size > 4 else "")
