"""Rows of one cell become one: its repeats side by side, their summary where there are many, or its exact value."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vanas_panel.readers.columns.exact import exact_values
from vanas_panel.readers.repeats.grouping import count_earlier, spread_repeats
from vanas_panel.readers.repeats.summaries import is_summarised, summarised
from vanas_panel.tables.metrics import Metric


def taken_from(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The values in some ascending rows, not copied where these are all."""
    return values if rows.size == values.size else values[rows]


class Owner(NamedTuple):
    """The cells of some rows, worked out once for all metrics.

    Attributes
    ----------
    group : int64 (n,)
        The number of each row's cell.
    earlier : int64 (n,) or None
        How many rows before hold the same cell; None where all cells stand in one row each, in their order.
    """

    group: np.ndarray
    earlier: np.ndarray | None

    @classmethod
    def of(cls, group: np.ndarray, groups: int) -> Owner:
        """That of rows whose cells are given by number, of so many."""
        return cls(group, None if np.array_equal(group, np.arange(groups)) else count_earlier(group))


def merged(parts: Sequence[np.ndarray], owner: Owner, groups: int, metric: Metric, rows: np.ndarray,
           path: Path, taken: Collection[str], *, exact: bool) -> tuple[dict[Metric, np.ndarray], list[str]]:
    """Columns of a metric, and notes about them.

    They are ``float64 (groups,)`` or, where there are repeats, ``(groups, repeats)``. `rows` says which rows of the
    source those of `owner` are; the names in `taken` are those of other metrics. `exact` says whether the metric
    follows from the cell.
    """
    if len(parts) == 1 and owner.earlier is None:
        return {metric: parts[0]}, []
    # A single column of many rows is not copied.
    values, cells = ((parts[0], owner.group) if len(parts) == 1 else
                     (np.concatenate(parts), np.tile(owner.group, len(parts))))
    if exact:
        column, notes = exact_values(values, cells, groups, rows, metric, path)
        return {metric: column}, notes
    if is_summarised(cells, groups):
        return summarised(values, cells, groups, metric, taken)
    earlier = np.zeros(owner.group.size, np.int64) if owner.earlier is None else owner.earlier
    repeat = earlier if len(parts) == 1 else np.concatenate([
        earlier * len(parts) + number for number in range(len(parts))])
    table = spread_repeats(values, cells, repeat, groups)
    return {metric: table[:, 0] if table.shape[1] == 1 else table}, []
