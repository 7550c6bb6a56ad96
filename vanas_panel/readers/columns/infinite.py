"""Rows that hold an infinite value, as programs write it for a training that failed or a number that was too large."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.errors import SourceError
from vanas_panel.readers.notes import SET_ASIDE

_NAMED = 8


def set_aside(rows: pa.Table, kept: np.ndarray, columns: Sequence[str], path: Path) -> tuple[np.ndarray, list[str]]:
    """Those of some rows in which every value is finite or unknown.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
    kept : int64 (m,)
        The rows that count so far.
    columns : sequence of str
        Those that become metrics.
    path : Path
        Of the source, for messages.

    Returns
    -------
    kept : int64 (l,)
    notes : list of str
        How many rows were set aside, and which.

    Raises
    ------
    SourceError
        Where none is left.
    """
    infinite = {name: found for name in columns if (found := _infinite(rows[name], kept)).any()}
    if not infinite:
        return kept, []
    aside = np.logical_or.reduce(list(infinite.values()))
    note = aside_note("row", kept[aside] + 1, kept.size, list(infinite))
    if aside.all():
        raise SourceError("an infinite value in every row", "at least one row of finite values",
                          "Correct the values or leave them empty", path=path)
    return kept[~aside], [note]


def aside_note(what: str, numbers: np.ndarray, total: int, columns: Sequence[str]) -> str:
    """The sentence about rows that were set aside.

    Examples
    --------
    >>> aside_note("row", np.array([3, 8]), 20, ["val_loss"])
    '2 of 20 rows set aside, since they hold an infinite value of val_loss: row 3, 8.'
    """
    listed = ", ".join(f"{number:,}" for number in numbers[:_NAMED].tolist())
    listed += (", ..." if len(numbers) > _NAMED else "")
    names = ", ".join(columns[:_NAMED]) + (", ..." if len(columns) > _NAMED else "")
    return SET_ASIDE[what].format(found=len(numbers), total=total, names=names, listed=listed)


def _infinite(column: pa.ChunkedArray, kept: np.ndarray) -> np.ndarray:
    """Which of some rows are infinite, ``bool (m,)``."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if not pa.types.is_floating(column.type):
        return np.zeros(kept.size, bool)
    return np.isinf(pc.cast(column, pa.float64()).to_numpy()[kept])
