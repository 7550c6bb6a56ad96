"""Neighbours: every measured cell that is one edit away from a cell, or one or two edits, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, SupportsIndex

import numpy as np
import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.cell_edits import NONE, CellEdit, edits_of
from vanas_panel.core.frame_names import metric_column
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import CellTable, cell_of, check_table, known_row
from vanas_panel.core.ranking import ranked_rows
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message

COLUMNS = ("row", "edit", "kind", "source", "target", "vertex", "operation", "difference")
"""Columns of the frame besides the metric, see `neighbours`."""
COLUMNS_OF_TWO = (*COLUMNS, "edits", "via", "then")
"""Columns of the frame of two edits besides the metric."""
MOST_EDITS_AWAY = 2


def neighbours(table: CellTable, cell: Cell | SupportsIndex, metric: str = "test_accuracy",
               edits: SupportsIndex = 1) -> pd.DataFrame:
    """Find every cell of a table that is one edit away from a cell, best first; or one edit or two.

    One edit adds an edge, removes an edge, changes the operation of an inner vertex, inserts a vertex on an edge
    (``u -> v`` becomes ``u -> x -> v``), or contracts a vertex with exactly one edge in and one out into the edge that
    joins its ends, where that edge is not there yet. What it gives is itself a cell within the limits of the space:
    nothing is pruned. The relation is symmetric: *b* is a neighbour of *a* exactly where *a* is one of *b*.

    A cell is two edits away where one edit does not lead to it, it is not the cell itself, and it is a neighbour of a
    neighbour that the table has, too. So *b* is two edits away from *a* exactly where `vanas_panel.edit_path` between
    them has two edits.

    Parameters
    ----------
    table : BenchmarkTable
    cell : Cell or int
        A cell, which need not be in the table itself, or the row of one that is.
    metric : str, optional
        The metric to rank by, in its own direction; rows without a value come last, ties in row order.
    edits : int, optional
        How many edits away a cell may be: 1 or 2. All cells are ranked together.

    Returns
    -------
    pandas.DataFrame
        ``row``; ``edit`` in English words; ``kind`` (``add edge``, ``remove edge``, ``change operation``, ``insert
        vertex`` or ``contract vertex``); ``source``, ``target``, ``vertex`` (vertex indices of `cell`, missing where
        the kind has none) and ``operation`` (the new one, empty where there is none); the metric; and ``difference``,
        the neighbour's value minus the cell's, in the metric's unit, NaN where either is unknown. Several edits may
        give the same cell: the row names the first of them by kind in the order above, then source, target, vertex,
        and operation in the order of the space.

        With two edits, all of this is about the first edit, and there are three more columns: ``edits`` (1 or 2),
        ``via`` (the row of the cell between, the first one by the order above where there are several; missing for one
        edit) and ``then`` (the second edit in English words, in the vertex indices of the cell that
        `vanas_panel.core.cell_edits.CellEdit.applied` makes by the first one; empty for one edit).

        ``.attrs["cells"]`` says how many cells are one edit away, whether or not the table has them,
        ``.attrs["edits"]`` how many edits there are, ``.attrs["value"]`` the cell's own value, and
        ``.attrs["metric"]`` the name of the metric's column: ``row (metric)`` for a metric that is called as another
        column.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    SelectionError
        Where the table has no row of that number.
    ArgumentKindError
        Where `cell` is neither a cell nor a row number, a draft for instance, or `edits` is neither 1 nor 2.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> cell = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)])
    >>> found = vp.neighbours(table, cell, "trainable_parameters")
    >>> found.loc[0, "edit"], found.loc[0, "difference"].item()
    ('contract vertex 1 to edge 0 -> 2', -9295104.0)
    >>> vp.neighbours(table, cell, edits=2, metric="edges")["edits"].value_counts().to_dict()
    {2: 24, 1: 9}
    """
    check_table(table)
    cell = cell_of(table, cell)
    metric, away = plain_text(metric), plain_int(edits)
    if away not in (1, MOST_EDITS_AWAY):
        raise ArgumentKindError(Message("Found {edits!r:.80} edits; expected 1 or 2. Choose one of these.",
                                        edits=edits))
    values = table.column(metric)
    offered, keys = edits_of(cell, table.space)
    ways, value = _first_ring(table, offered, keys, metric), metric_column(metric, COLUMNS)
    if away == MOST_EDITS_AWAY:
        value = metric_column(metric, COLUMNS_OF_TWO)
        ways |= _second_ring(table, cell, ways)
    rows = np.array(list(ways), np.int64)
    best = ranked_rows(rows, values[rows], table.metric(metric).higher_is_better is False)
    taken = [ways[row] for row in best.tolist()]
    own = value_of(table, cell, values)
    with np.errstate(over="ignore", invalid="ignore"):
        differences = values[best] - own
    columns = {"row": best, **described([way.edit for way in taken]), value: values[best], "difference": differences}
    if away == MOST_EDITS_AWAY:
        between = np.array([way.via for way in taken], np.int64)
        columns |= {"edits": np.where(between < 0, 1, MOST_EDITS_AWAY).astype(np.int64),
                    "via": pd.arrays.IntegerArray(between, between < 0), "then": [way.then for way in taken]}
    frame = pd.DataFrame(columns)
    frame.attrs.update(cells=int(np.unique(keys).size), edits=len(offered), value=own, metric=value)
    return frame


class _Way(NamedTuple):
    """How edits lead to a cell: the first one, the row between and the second one in words."""

    edit: CellEdit
    via: int = NONE
    then: str = ""


def _first_ring(table: CellTable, offered: Sequence[CellEdit], keys: np.ndarray, metric: str) -> dict[int, _Way]:
    """The ways to all measured cells one edit away by row, best first."""
    rows, first = _measured(table, keys)
    values = table.column(metric)[rows]
    position = dict(zip(rows.tolist(), first.tolist(), strict=True))
    best = ranked_rows(rows, values, table.metric(metric).higher_is_better is False)
    return {row: _Way(offered[position[row]]) for row in best.tolist()}


def _second_ring(table: CellTable, cell: Cell, ring: Mapping[int, _Way]) -> dict[int, _Way]:
    """The ways to all measured cells two edits away by row; each by the first cell of the first ring that has one."""
    found: dict[int, _Way] = {}
    own = known_row(table, cell)
    for via, way in ring.items():
        between = way.edit.applied(cell)
        offered, keys = edits_of(Cell(between.operations, between.edges, None), table.space)
        for row, first in zip(*(part.tolist() for part in _measured(table, keys)), strict=True):
            if row != own and row not in ring and row not in found:
                found[row] = _Way(way.edit, via, offered[first].words)
    return found


def value_of(table: CellTable, cell: Cell, values: np.ndarray) -> float:
    """A cell's own value, of ``float64 (n,)`` values of a table; NaN where the table lacks the cell."""
    row = known_row(table, cell)
    return float("nan") if row < 0 else float(values[row])


def _measured(table: CellTable, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the cells of a table among these keys, each once, and the first position of each, both ``int64 (m,)``."""
    distinct, first = np.unique(keys, return_index=True)
    if keys.dtype == object:
        found = np.array([table.find_key(key) for key in distinct], np.int64)
        return found[found >= 0], first[found >= 0]
    ordered, order = table.lookup
    places = np.searchsorted(ordered, distinct)
    there = places < ordered.size
    there[there] = ordered[places[there]] == distinct[there]
    return order[places[there]].astype(np.int64), first[there]


def described(edits: Sequence[CellEdit | None]) -> dict[str, object]:
    """The columns that say what each edit is; a row without an edit is empty."""
    def indices(name: str) -> pd.arrays.IntegerArray:
        numbers = np.array([NONE if edit is None else getattr(edit, name) for edit in edits], np.int64)
        return pd.arrays.IntegerArray(numbers, numbers < 0)

    return {**{column: [getattr(edit, name, "") for edit in edits] for column, name in (("edit", "words"),
                                                                                        ("kind", "kind"))},
            **{name: indices(name) for name in ("source", "target", "vertex")},
            "operation": [getattr(edit, "operation", "") for edit in edits]}
