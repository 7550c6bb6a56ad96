"""Rows of a table in the order of one of its columns: sorted once for each column, then read."""

from __future__ import annotations

import numpy as np

from vanas_panel.tables.kept import kept_with_table
from vanas_panel.tables.table import BenchmarkTable


def rising(values: np.ndarray) -> np.ndarray:
    """Positions from the lowest value to the highest, ``int32 (n,)``; equal ones by position, NaN last.

    Parameters
    ----------
    values : float64 (n,)

    Examples
    --------
    >>> rising(np.array([2.0, np.nan, 1.0, 2.0])).tolist()
    [2, 0, 3, 1]
    """
    return np.argsort(values, kind="stable").astype(np.int32)


def falling(values: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Positions from the highest value to the lowest, ``int32 (n,)``; equal ones by position, NaN last, too.

    Parameters
    ----------
    values : float64 (n,)
    order : int32 (n,)
        As `rising` returns it. Runs of equal values change places, so nothing is sorted once more.

    Examples
    --------
    >>> values = np.array([2.0, np.nan, 1.0, 2.0])
    >>> falling(values, rising(values)).tolist()
    [0, 3, 2, 1]
    """
    known = order[:order.size - int(np.isnan(values).sum())]
    found = order.copy()
    if known.size:
        sorted_values = values[known]
        starts = np.flatnonzero(np.r_[True, sorted_values[1:] != sorted_values[:-1]])
        lengths = np.diff(np.r_[starts, known.size])
        # What stands before a run now stood behind it before.
        moved = known.size - starts - lengths
        found[np.repeat(moved - starts, lengths) + np.arange(known.size)] = known
    return found


def ordered_rows(table: BenchmarkTable, name: str, *, down: bool = False, keep: np.ndarray | None = None) -> np.ndarray:
    """Rows of a table by the values of a column.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        A metric or a structure column.
    down : bool, optional
        From the highest value to the lowest.
    keep : bool (n,), optional
        Which rows to take; all of them by default.

    Returns
    -------
    int32 (m,)
        Read-only where it is all rows. Equal values are in the order of the rows; rows without a value come last.

    Raises
    ------
    UnknownMetricError
        Where the table has no such column.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> ordered_rows(vp.open_table("structure4"), "trainable_parameters", down=True)[:3].tolist()
    [10, 8, 9]
    """
    order = _order(table.origin, name, down)
    return order if keep is None else order[keep[order]]


@kept_with_table(64)
def _order(table: BenchmarkTable, name: str, down: bool) -> np.ndarray:
    """All rows by a column, shared by all sessions."""
    values = table.column(name)
    found = falling(values, _order(table, name, False)) if down else rising(values)
    found.flags.writeable = False
    return found
