"""Packed cells as the texts that files hold: the adjacency matrix row by row, and the operations with commas."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.encoding import unpack
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.core.space_protocol import Space


def cells_as_texts(packed: np.ndarray, space: Space) -> dict[str, list[str]]:
    """The columns ``adjacency`` and ``operations`` of some cells.

    Parameters
    ----------
    packed : int64 (n,)
    space : Space
        Gives the operation indices of `packed`.

    Returns
    -------
    dict of str to list of str (n,)

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
    >>> from vanas_panel.core.space import CellSpace
    >>> cells_as_texts(np.array([pack([0], [(0, 1), (1, 2)])]), CellSpace(("conv",), 3, 3))
    {'adjacency': ['010001000'], 'operations': ['input,conv,output']}
    """
    matrices, labels = [], []
    for cell in packed.tolist():
        operations, edges = unpack(cell)
        vertices = len(operations) + 2
        digits = ["0"] * (vertices * vertices)
        for source, target in edges:
            digits[source * vertices + target] = "1"
        matrices.append("".join(digits))
        labels.append(",".join((INPUT, *(space.operations[index] for index in operations), OUTPUT)))
    return {"adjacency": matrices, "operations": labels}
