"""The graph of edits: rows of a table, joined where one edit leads from one to the other, searched from both ends."""

from __future__ import annotations

from typing import NamedTuple, SupportsIndex

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.cell_edits import MOST_EDITS, _edits
from vanas_panel.core.encoding import kernel
from vanas_panel.core.protocol import CellTable, cell_of, check_table
from vanas_panel.errors import NoEditPathError
from vanas_panel.text.language import Message

_FAR = -1


class EditGraph(NamedTuple):
    """What the kernels need to find the neighbours of a row.

    Attributes
    ----------
    packed : int64 (n,)
    keys : int64 (n,)
        Canonical keys, ascending.
    rows : int array (n,)
        The row of each of them.
    limits : (int, int, int)
        How many operations, vertices and edges a cell of the space may have.
    """

    packed: np.ndarray
    keys: np.ndarray
    rows: np.ndarray
    limits: tuple[int, int, int]

    @classmethod
    def of(cls, table: CellTable) -> EditGraph:
        """The graph of a table."""
        space = table.space
        return cls(table.packed, *table.lookup, (len(space.operations), space.max_vertices, space.max_edges))

    def collected(self, rows: np.ndarray, far: np.ndarray, wanted: int, mark: int) -> np.ndarray:
        """Neighbours of rows whose distance is the wanted one, each once.

        Parameters
        ----------
        rows : int64 (k,)
        far : int16 (n,)
            Distances; what is found gets `mark` in its place.
        wanted, mark : int

        Returns
        -------
        int64 (m,)
        """
        return _marked_neighbours(self.packed, self.keys, self.rows, *self.limits, rows, far, wanted, mark)


class Grown(NamedTuple):
    """Both ends of a shortest path with all that was found around them.

    Attributes
    ----------
    levels : (list of int64 array, list of int64 array)
        Rows by their distance from the first and from the last cell.
    far : (int16 (n,), int16 (n,))
        These distances by row; -1 for rows that were not found.
    meeting : int64 (m,)
        The rows where the outermost levels meet: shortest paths pass one of them.
    """

    levels: tuple[list[np.ndarray], list[np.ndarray]]
    far: tuple[np.ndarray, np.ndarray]
    meeting: np.ndarray


def grown(graph: EditGraph, first: int, last: int) -> Grown:
    """Search from two rows by whole levels, the end with fewer cells first, until a level meets the other end's.

    Raises
    ------
    NoEditPathError
        Where no edits lead from one to the other.
    """
    ends = np.array([first], np.int64), np.array([last], np.int64)
    far = np.full(graph.packed.size, _FAR, np.int16), np.full(graph.packed.size, _FAR, np.int16)
    levels = [ends[0]], [ends[1]]
    for side, end in enumerate(ends):
        far[side][end] = 0
    meeting = ends[0][far[1][ends[0]] == 0]
    while not meeting.size:
        side = 0 if levels[0][-1].size <= levels[1][-1].size else 1
        fresh = graph.collected(levels[side][-1], far[side], _FAR, len(levels[side]))
        if not fresh.size:
            raise NoEditPathError(Message(
                "Found no path of edits through measured cells from row {first} to row {last}: edits lead from row "
                "{stuck} to {reached:,} other cells only; expected two cells that are joined. Choose others, or open a "
                "table with more cells.", first=first, last=last, stuck=(first, last)[side],
                reached=sum(level.size for level in levels[side]) - 1))
        levels[side].append(fresh)
        meeting = fresh[far[1 - side][fresh] == len(levels[1 - side]) - 1]
    return Grown(levels, far, meeting)


def edit_count(table: CellTable, a: Cell | SupportsIndex, b: Cell | SupportsIndex) -> int:
    """How many edits the shortest paths from one cell to another through the cells of a table have.

    It is the number of edits of `vanas_panel.edit_path`, without the choice among these paths.

    Parameters
    ----------
    table : BenchmarkTable
    a, b : Cell or int
        Cells of the table, or their rows.

    Raises
    ------
    NoEditPathError
        Where no edits through cells of the table lead from one to the other.
    CellNotInTableError
        Where the table lacks one of them.
    SelectionError, ArgumentKindError
        As for `vanas_panel.neighbours`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> edit_count(vp.open_table("structure4"), 0, 9)
    3
    """
    check_table(table)
    first, last = (table.find(cell_of(table, cell)) for cell in (a, b))
    return sum(len(level) - 1 for level in grown(EditGraph.of(table), first, last).levels)


@kernel
def _row_of(keys, rows, key):
    """Row of a canonical key, -1 where there is none; `keys` ascend."""
    index = np.searchsorted(keys, key)
    return rows[index] if index < keys.size and keys[index] == key else np.int64(-1)


@kernel
def _marked_neighbours(packed, keys, rows, operations, max_vertices, max_edges, level, far, wanted, mark):
    """See `_collected`. Each row of the table is found once at most, since its mark is no longer the wanted one."""
    found = np.empty(packed.size, np.int64)
    edit_keys = np.empty(MOST_EDITS, np.int64)
    edits = np.empty((MOST_EDITS, 5), np.int8)
    count = 0
    for row in level:
        for index in range(_edits(packed[row], operations, max_vertices, max_edges, edit_keys, edits)):
            other = _row_of(keys, rows, edit_keys[index])
            if other >= 0 and far[other] == wanted:
                far[other] = mark
                found[count] = other
                count += 1
    return found[:count].copy()
