"""Names of columns in data frames of cells, where a metric may be called as one of them."""

from __future__ import annotations

from collections.abc import Container

CELL_COLUMNS = frozenset({"row", "operations", "edges"})
"""Columns that say which cell a row of a frame is."""


def metric_column(metric: str, columns: Container[str] = CELL_COLUMNS) -> str:
    """The column of a metric in a frame of cells: its name, marked where that is the name of another column.

    Examples
    --------
    >>> metric_column("test_accuracy"), metric_column("edges")
    ('test_accuracy', 'edges (metric)')
    """
    return f"{metric} (metric)" if metric in columns else metric
