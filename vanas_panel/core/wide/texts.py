"""Larger cells as the texts that files hold: the adjacency matrix row by row, and the operations with commas."""

from __future__ import annotations

from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.columns import WideCells


def wide_cells_as_texts(cells: WideCells, space: Space) -> dict[str, list[str]]:
    """The columns ``adjacency`` and ``operations`` of some cells, each a list of texts.

    Examples
    --------
    >>> from vanas_panel.core.draft import Draft
    >>> from vanas_panel.core.space import CellSpace
    >>> cells = WideCells.of_drafts([Draft(["input", "conv", "output"], [(0, 1), (1, 2)])], ["conv"])
    >>> wide_cells_as_texts(cells, CellSpace(("conv",), 9, 9))
    {'adjacency': ['010001000'], 'operations': ['input,conv,output']}
    """
    matrices, labels = [], []
    for row in range(len(cells)):
        operations, edges = cells.cell_at(row)
        vertices = len(operations) + 2
        digits = ["0"] * (vertices * vertices)
        for source, target in edges:
            digits[source * vertices + target] = "1"
        matrices.append("".join(digits))
        labels.append(",".join((INPUT, *(space.operations[index] for index in operations), OUTPUT)))
    return {"adjacency": matrices, "operations": labels}
