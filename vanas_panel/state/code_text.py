"""Values of a page as Python code, for the recipe in reports."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.state.condition_code import box_code, condition_code
from vanas_panel.state.selection import Selection, pack_rows

_MOST_RUNS = 24


def draft_code(draft: Draft) -> str:
    """A draft as Python."""
    return f"vp.Draft({_parts_code(draft)})"


def cell_code(cell: Cell | None) -> str:
    """A cell of the space of ``table`` as Python."""
    return "None" if cell is None else f"vp.Cell({_parts_code(cell)}, table.space)"


def pins_code(cells: tuple[Cell | None, ...]) -> str:
    """Cells of the space of ``table``, and gaps, as Python."""
    return f"[{', '.join(map(cell_code, cells))}]"


def positions_code(positions: Mapping[int, tuple[float, float]]) -> str:
    """Positions of vertices as Python."""
    return repr({int(vertex): tuple(map(float, at)) for vertex, at in positions.items()})


def selection_code(selection: Selection) -> str:
    """The statement that selects rows in ``session``; nothing where the whole table is selected."""
    if selection.rows is None:
        return ""
    if selection.where is not None:
        return f"session.select_where({condition_code(selection.where)})"
    if selection.box is not None:
        return f"session.select_box({box_code(selection.box)})"
    return f"session.select({rows_code(selection.rows, len(selection.table))})"


def rows_code(rows: np.ndarray, total: int) -> str:
    """Row numbers as Python: ranges where they are few, else packed.

    Examples
    --------
    >>> rows_code(np.array([3, 4, 5, 9]), 20)
    'np.r_[3:6, 9]'
    """
    if not rows.size:
        return "[]"
    cuts = np.flatnonzero(np.diff(rows) > 1) + 1
    runs = [(int(rows[start]), int(rows[end - 1])) for start, end in pairwise([0, *cuts.tolist(), rows.size])]
    if len(runs) <= _MOST_RUNS:
        return f"np.r_[{', '.join(str(first) if first == last else f'{first}:{last + 1}' for first, last in runs)}]"
    return f"unpack_rows({pack_rows(rows, total)!r}, len(table))"


def _parts_code(draft: Draft) -> str:
    """Operations and edges of a draft as Python."""
    return f"{list(draft.operations)!r}, {list(draft.edges)!r}"
