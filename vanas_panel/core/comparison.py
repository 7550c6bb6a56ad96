"""Comparison of several cells of a table: their values, their differences, and what they share with the first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import SupportsIndex

import numpy as np
import pandas as pd

from vanas_panel.core.alignment import Alignment, align_cells
from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import MAX_VERTICES
from vanas_panel.core.plain import plain_text
from vanas_panel.core.protocol import CellTable, cell_of, check_table, known_row
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message


def compare_cells(table: CellTable, cells: Sequence[Cell | SupportsIndex],
                  metrics: Iterable[str] | None = None) -> pd.DataFrame:
    """Compare cells with the first of them, metric by metric.

    The difference of a cell is its value minus that of the first cell, in the unit of the metric. It is for the better
    where it has the sign of the metric's direction.

    Parameters
    ----------
    table : BenchmarkTable
    cells : sequence of Cell or int
        At least one. Cells need not be in the table, nor in its search space; numbers are rows of it. The same cell may
        stand there twice.
    metrics : iterable of str, optional
        By default all metrics of the table.

    Returns
    -------
    pandas.DataFrame
        One row for each cell and metric, cells in the given order, metrics in theirs. ``cell``: position among `cells`,
        from 0; ``row``: nullable, missing where the table lacks the cell; ``metric``; ``value`` and ``difference``:
        float64, NaN where either value is unknown; ``better``: nullable, missing where the metric has no direction, the
        difference is 0, or either value is unknown; ``best``: whether no compared cell has a better value (several
        where they are equal; never for a metric without a direction); ``shared_edges`` and ``different_edges``: how
        many edges the cell and the first one both have, and how many only one of them has, see `align_cells`; nullable
        and missing where either has more than 8 vertices.

    Raises
    ------
    ArgumentKindError
        Where `cells` is no sequence of cells and row numbers, or is empty.
    SelectionError
        Where the table has no row of such a number.
    UnknownMetricError
        Where the table lacks a metric.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> one = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)])
    >>> other = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2), (0, 2)])
    >>> found = vp.compare_cells(table, [one, other], ["edges"])
    >>> found[["cell", "value", "difference", "shared_edges", "different_edges"]].values.tolist()
    [[0.0, 2.0, 0.0, 2.0, 0.0], [1.0, 3.0, 1.0, 2.0, 1.0]]
    """
    check_table(table)
    compared = _cells(table, cells)
    names = list(table.metrics if metrics is None else map(plain_text, _names(metrics)))
    rows = [known_row(table, cell) for cell in compared]
    aligned = aligned_with(compared[0], compared)
    pieces = []
    for name in names:
        column, higher = table.column(name), table.metric(name).higher_is_better
        values = np.array([np.nan if row < 0 else column[row] for row in rows], dtype=np.float64)
        pieces.append(_of_metric(name, values, higher))
    columns = ("metric", "value", "difference", "better", "best")
    frame = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=list(columns))
    at = np.tile(np.arange(len(compared)), len(names))
    found = np.array(rows, dtype=np.int64)[at]
    frame.insert(0, "cell", at)
    frame.insert(1, "row", pd.Series(pd.arrays.IntegerArray(found, found < 0)))
    frame["shared_edges"] = _counts([None if each is None else len(each.edges) for each in aligned])[at]
    frame["different_edges"] = _counts([None if each is None else len(each.only_one) + len(each.only_other)
                                        for each in aligned])[at]
    return frame.sort_values("cell", kind="stable", ignore_index=True)


def aligned_with(first: Cell, cells: Iterable[Cell]) -> list[Alignment | None]:
    """The first cell aligned with each one; None where either is too large for it."""
    return [None if max(len(first.operations), len(cell.operations)) > MAX_VERTICES else align_cells(first, cell)
            for cell in cells]


def _counts(counts: list[int | None]) -> np.ndarray | pd.arrays.IntegerArray:
    """Counts as a column, which is nullable where one is not known."""
    if any(count is None for count in counts):
        return pd.array(counts, dtype="Int64")
    return np.array(counts, dtype=np.int64)


def _of_metric(name: str, values: np.ndarray, higher: bool | None) -> pd.DataFrame:
    """The rows of one metric, for ``float64 (cells,)`` values."""
    with np.errstate(over="ignore", invalid="ignore"):
        differences = values - values[0]
    # The same infinite value twice differs by nothing.
    differences = np.where(values == values[0], 0.0, differences)
    unknown = np.isnan(differences) | (differences == 0) | (higher is None)
    better = pd.arrays.BooleanArray((differences > 0) == bool(higher), unknown)
    best = np.zeros(values.size, dtype=bool)
    if higher is not None and not np.isnan(values).all():
        best = values == (np.nanmax(values) if higher else np.nanmin(values))
    return pd.DataFrame({"metric": name, "value": values, "difference": differences, "better": better, "best": best})


def _cells(table: CellTable, cells: object) -> list[Cell]:
    """The cells to compare."""
    if isinstance(cells, (Cell, str)) or not isinstance(cells, Iterable):
        raise ArgumentKindError(Message("Found {cells!r:.100}; expected a list of cells or row numbers.", cells=cells))
    found = [cell_of(table, cell) for cell in cells]
    if not found:
        raise ArgumentKindError(Message("Found no cells; expected at least one to compare."))
    return found


def _names(metrics: Iterable[str]) -> Iterable[str]:
    """Names of metrics, of which one alone may be given."""
    if not isinstance(metrics, Iterable):
        raise ArgumentKindError(Message("Found {metrics!r:.80} as metrics; expected a list of names. Put them in "
                                        "[...].", metrics=metrics))
    return [metrics] if isinstance(metrics, str) else metrics
