"""Edit paths: from one measured cell to another by as few edits as possible, past cells that are as good as can be."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np
import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.cell_edits import MOST_EDITS, CellEdit, _edits, edits_of
from vanas_panel.core.draft import Draft
from vanas_panel.core.edit_graph import EditGraph, _row_of, grown
from vanas_panel.core.encoding import kernel
from vanas_panel.core.frame_names import metric_column
from vanas_panel.core.neighbours import described
from vanas_panel.core.plain import plain_text
from vanas_panel.core.protocol import CellTable, cell_of, check_table

COLUMNS = ("row", "edit", "kind", "source", "target", "vertex", "operation", "operations", "edges", "difference")
"""Columns of the frame besides the metric, see `edit_path`."""

_ON_PATH = -2


def edit_path(table: CellTable, a: Cell | SupportsIndex, b: Cell | SupportsIndex,
              metric: str = "test_accuracy") -> pd.DataFrame:
    r"""Find the best of the shortest paths of edits from one cell to another through the cells of a table.

    The edits are those of `vanas_panel.neighbours`. Of all paths with the fewest edits, the one is taken whose worst
    cell is best:

    .. math:: \arg\max_{(a, G_1, \ldots, G_{k-1}, b)} \; \min_i \; eval(G_i)

    for a metric of which more is better. Where several have the same worst cell, the second worst counts, and so on;
    of paths with the same values throughout, the one with the lowest row first. A cell whose value is unknown counts as
    worse than any other.

    Parameters
    ----------
    table : BenchmarkTable
    a, b : Cell or int
        Cells of the table, or their rows.
    metric : str, optional
        The metric to compare paths by, in its own direction.

    Returns
    -------
    pandas.DataFrame
        One row for each cell of the path, `a` first: its ``row`` in the table; the ``edit`` that leads to it in English
        words, and its ``kind``, ``source``, ``target``, ``vertex`` and ``operation`` as `vanas_panel.neighbours` gives
        them (empty or missing in the first row), in the vertex indices of the row before; ``operations`` and ``edges``
        of the cell as these edits leave it, those of `a` in its own indices; the metric; and ``difference`` to the row
        before, in the metric's unit. ``.attrs["edits"]`` says how many edits the path has, ``.attrs["paths"]`` how many
        paths have as few (a float of 53 bits, so exact up to 2**53), and ``.attrs["metric"]`` the name of the metric's
        column.

    Raises
    ------
    NoEditPathError
        Where no edits through cells of the table lead from one to the other.
    CellNotInTableError
        Where the table lacks one of them.
    UnknownMetricError, SelectionError, ArgumentKindError
        As for `vanas_panel.neighbours`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> one = vp.Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])
    >>> other = vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2), (0, 2)])
    >>> vp.edit_path(table, one, other, "trainable_parameters")["edit"].tolist()
    ['', 'add edge 0 -> 2', 'change vertex 1 to conv3x3-bn-relu']
    """
    check_table(table)
    start, end = cell_of(table, a), cell_of(table, b)
    metric = plain_text(metric)
    values = table.column(metric)
    first, last = table.find(start), table.find(end)
    scores = -values if table.metric(metric).higher_is_better is False else values
    rows, paths = _best_rows(EditGraph.of(table), first, last, np.where(np.isnan(values), -np.inf, scores))
    edits, drafts = _walked(table, start, rows)
    value = metric_column(metric, COLUMNS)
    with np.errstate(over="ignore", invalid="ignore"):
        differences = np.diff(values[rows], prepend=np.nan)
    frame = pd.DataFrame({"row": rows, **described(edits), "operations": [draft.operations for draft in drafts],
                          "edges": [draft.edges for draft in drafts], value: values[rows], "difference": differences})
    frame.attrs.update(edits=len(rows) - 1, paths=paths, metric=value)
    return frame


def _walked(table: CellTable, start: Cell, rows: np.ndarray) -> tuple[list[CellEdit | None], list[Draft]]:
    """The edit that leads to each cell of a path, and the cells as these edits leave them."""
    edits: list[CellEdit | None] = [None]
    drafts: list[Draft] = [Draft(start.operations, start.edges)]
    for row in rows[1:].tolist():
        cell = Cell(drafts[-1].operations, drafts[-1].edges, None)
        offered, keys = edits_of(cell, table.space)
        edit = offered[int(np.argmax(keys == table.space.key_of(table.cell(row))))]
        edits.append(edit)
        drafts.append(edit.applied(drafts[-1]))
    return edits, drafts


def _best_rows(graph: EditGraph, first: int, last: int, scores: np.ndarray) -> tuple[np.ndarray, int]:
    """Rows of the best path, ``int64 (edits + 1,)``, and how many paths have as few edits.

    Layer after layer from the end, each cell takes the best way on. A way is better than another one of the same length
    where its sorted scores are; a cell that is put before both changes nothing about that, so the best ways on are
    enough.
    """
    layers = _layers(graph, first, last)
    places = np.full(graph.packed.size, -1, np.int64)  # of a row in the layer behind, the best one first
    ways = np.zeros(graph.packed.size)
    behind, along = layers[-1], np.empty((1, 0))
    followers = []
    ways[behind] = 1
    for layer in layers[-2::-1]:
        places[behind] = np.arange(behind.size)
        chosen = _best_next(graph, layer, places, ways)
        places[behind] = -1
        followers.append(dict(zip(layer.tolist(), behind[chosen].tolist(), strict=True)))
        along = np.sort(np.column_stack([scores[layer], along[chosen]]), axis=1)
        order = np.lexsort((layer, *-along.T[::-1]))
        behind, along = layer[order], along[order]
    path = [first]
    for following in reversed(followers):
        path.append(following[path[-1]])
    return np.array(path, np.int64), int(ways[first])


def _layers(graph: EditGraph, first: int, last: int) -> list[np.ndarray]:
    """All rows on shortest paths, by their distance from the first one, found from both ends."""
    levels, far, meeting = grown(graph, first, last)
    halves = []
    for side in (0, 1):
        half = [meeting]
        for distance in range(len(levels[side]) - 2, -1, -1):
            half.append(graph.collected(half[-1], far[side], distance, _ON_PATH))
        halves.append(half)
    return [*reversed(halves[0]), *halves[1][1:]]


def _best_next(graph: EditGraph, layer: np.ndarray, places: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """The place of each row's best neighbour in the layer behind, ``int64 (m,)``; adds up `ways` on the way."""
    return _first_neighbours(graph.packed, graph.keys, graph.rows, *graph.limits, layer, places, ways)


@kernel
def _first_neighbours(packed, keys, rows, operations, max_vertices, max_edges, layer, places, ways):
    """See `_best_next`. `ways`, ``float64 (n,)``, gets for each row of the layer the sum of its neighbours."""
    chosen = np.empty(layer.size, np.int64)
    edit_keys = np.empty(MOST_EDITS, np.int64)
    edits = np.empty((MOST_EDITS, 5), np.int8)
    for position in range(layer.size):
        row = layer[position]
        best = np.int64(-1)
        count = _edits(packed[row], operations, max_vertices, max_edges, edit_keys, edits)
        for index in range(count):
            key = edit_keys[index]
            other = _row_of(keys, rows, key)
            if other < 0 or places[other] < 0:
                continue
            if best < 0 or places[other] < best:
                best = places[other]
            again = False
            for before in range(index):
                again |= edit_keys[before] == key
            if not again:
                ways[row] += ways[other]
        chosen[position] = best
    return chosen
