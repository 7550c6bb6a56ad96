"""Which cells can be trained, and their key; needs no PyTorch."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import KERNEL_SIZES, Skeleton, multiply_accumulates, trainable_parameters
from vanas_panel.core.encoding import MAX_EDGES, MAX_VERTICES
from vanas_panel.core.space import CellSpace

TRAINABLE = CellSpace(tuple(KERNEL_SIZES), MAX_VERTICES, MAX_EDGES)
"""Every cell that can be trained; its operation indices, and so its keys, are those of NAS-Bench-101."""


def canonical_cell(cell: Cell) -> tuple[int, Cell]:
    """The key of a cell, and the cell with its vertices in the order of the key, in which it is trained.

    Raises
    ------
    UnknownOperationError
        Where an operation cannot be trained.

    Examples
    --------
    >>> one = Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)])
    >>> key, same = canonical_cell(one)
    >>> same == one
    True
    """
    key = canonical_key(cell.packed(TRAINABLE))
    return key, Cell.from_packed(key, TRAINABLE)


def costs(key: int, skeleton: Skeleton) -> tuple[int, int]:
    """Trainable parameters, and multiply-accumulates for one image, of the network of a cell.

    Parameters
    ----------
    key : int
        Canonical key, see `canonical_cell`.
    skeleton : Skeleton

    Returns
    -------
    parameters, accumulates : int
    """
    packed = np.array([key], dtype=np.int64)
    return (int(trainable_parameters(packed, TRAINABLE, skeleton)[0]),
            int(multiply_accumulates(packed, TRAINABLE, skeleton)[0]))
