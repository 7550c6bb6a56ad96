"""Fewer and larger cells of a picture, of which each still shows its true maximum and mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vanas_panel.inspector.change import weights_in_cells
from vanas_panel.inspector.training import LayerPicture


def coarser(picture: LayerPicture) -> LayerPicture:
    """The picture with cells of twice the side.

    Parameters
    ----------
    picture : LayerPicture

    Returns
    -------
    LayerPicture
        Each cell has the maximum of up to four, and their mean weighted by how many weights they hold.
    """
    layout = replace(picture.layout, side=2 * picture.layout.side)
    held = weights_in_cells(picture.layout).reshape(1, picture.layout.cell_rows, -1)
    shape = layout.cell_rows, layout.cell_columns
    with np.errstate(invalid="ignore"):
        weights = _blocks(held.astype(np.float64), shape).sum(axis=(2, 4))
        largest = _blocks(np.where(held > 0, picture.maxima, -1), shape).max(axis=(2, 4))
        total = _blocks(np.where(held > 0, picture.means * held, 0.0), shape).sum(axis=(2, 4))
        maxima = np.where(weights > 0, largest, np.nan).astype(np.float32)
        means = (total / weights).astype(np.float32)
    return LayerPicture(layout, maxima, means)


def _blocks(cells: NDArray, shape: tuple[int, int]) -> NDArray:
    """Cells in blocks of two by two, shape (epochs, rows, 2, columns, 2); what lacks at the edges is -1 or nothing."""
    fill = -1 if (cells < 0).any() else 0
    down, across = 2 * shape[0] - cells.shape[1], 2 * shape[1] - cells.shape[2]
    padded = np.pad(cells, ((0, 0), (0, down), (0, across)), constant_values=fill)
    return padded.reshape(len(cells), shape[0], 2, shape[1], 2)
