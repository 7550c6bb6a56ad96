"""Cells with all their columns as files without a limit of rows: CSV and Parquet, made in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from vanas_panel.report import frame_files
from vanas_panel.report.tables import PART_ROWS, selection_table
from vanas_panel.tables.table import BenchmarkTable

KINDS: dict[str, str] = {kind: frame_files.KINDS[kind] for kind in ("csv", "parquet")}
"""Endings of the files, and what they are called."""


def cell_frame(table: BenchmarkTable, rows: np.ndarray) -> pd.DataFrame:
    """Cells with all their columns.

    Parameters
    ----------
    table : BenchmarkTable
    rows : int array (m,)
        In the order of the result.

    Returns
    -------
    DataFrame
        ``row``, ``operations``, ``edges`` and the exact mean of every metric as
        `vanas_panel.report.tables.selection_table` writes them, then every structure column, ``int64``.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> cell_frame(vp.open_table("structure4"), np.array([8, 3])).iloc[:, [0, 1, -3]].values.tolist()
    [[8, 'conv3x3-bn-relu conv3x3-bn-relu', 2], [3, 'conv1x1-bn-relu', 0]]
    """
    found = selection_table(table, rows)
    names = [name for name in table.structure_metrics if name not in table.metrics]
    return found.assign(**{name: table.column(name)[rows].astype(np.int64) for name in names})


def csv_parts(table: BenchmarkTable, rows: np.ndarray, size: int = PART_ROWS) -> Iterator[bytes]:
    """A `cell_frame` as CSV, see `vanas_panel.report.frame_files.csv_parts`."""
    return frame_files.csv_parts(partial(cell_frame, table), rows, ("operations", "edges"), size)


def parquet_parts(table: BenchmarkTable, rows: np.ndarray, size: int = PART_ROWS) -> Iterator[bytes]:
    """A `cell_frame` as Parquet, see `vanas_panel.report.frame_files.parquet_parts`."""
    return frame_files.parquet_parts(partial(cell_frame, table), rows, size=size)


PARTS: dict[str, Callable[[BenchmarkTable, np.ndarray], Iterator[bytes]]] = {
    "csv": csv_parts, "parquet": parquet_parts}
"""What makes the parts of a file, by its ending."""
