"""How many weights the cells of a picture hold, and fewer, larger cells that still show true maxima and means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vanas_panel.inspector.picture_layout import PictureLayout
from vanas_panel.inspector.training import LayerPicture


def weights_in_cells(layout: PictureLayout) -> NDArray[np.int64]:
    """Number of weights in every cell, of shape (cell_rows, cell_columns).

    Examples
    --------
    >>> from vanas_panel.inspector.layers import Layer
    >>> from vanas_panel.inspector.picture_layout import picture_layout
    >>> weights_in_cells(picture_layout(Layer("fc", (3, 3)), cells=4))
    array([[4, 2],
           [2, 1]])
    """
    row_edges = np.minimum(np.arange(layout.cell_rows + 1) * layout.side, layout.rows)
    column_edges = np.minimum(np.arange(layout.cell_columns + 1) * layout.side, layout.columns)
    whole = np.outer(np.diff(row_edges), np.diff(column_edges))
    top, left = hole(layout)
    # The last band may be shorter than the others: what is missing there is a rectangle in the corner.
    return whole - np.outer(np.diff(np.maximum(row_edges, top)), np.diff(np.maximum(column_edges, left)))


def hole(layout: PictureLayout) -> tuple[int, int]:
    """First row and first column, in weights, of the corner at the bottom right that holds no weight."""
    before = layout.bands - 1
    if layout.fold == "across":
        return before * layout.inputs * layout.height, layout.outputs * layout.width - before * layout.length
    if layout.fold == "down":
        return layout.inputs * layout.height - before * layout.length, before * layout.outputs * layout.width
    return layout.rows, layout.columns


def coarser(picture: LayerPicture) -> LayerPicture:
    """A picture whose cells are two by two of the given one: largest of the maxima, mean of the means by weights."""
    layout = replace(picture.layout, side=picture.layout.side * 2)
    weights = weights_in_cells(picture.layout).astype(np.float64)
    sums = _fours(np.where(weights > 0, picture.means, 0) * weights, 0).sum(axis=(-3, -1))
    with np.errstate(invalid="ignore"):
        means = sums / weights_in_cells(layout)
    fours = _fours(np.where(np.isnan(picture.maxima), -1, picture.maxima), -1).max(axis=(-3, -1))
    return LayerPicture(layout, np.where(fours < 0, np.nan, fours).astype(np.float32), means.astype(np.float32))


def _fours(cells: NDArray, filling: float) -> NDArray:
    """Cells two by two: shape (epochs, rows / 2, 2, columns / 2, 2)."""
    epochs, rows, columns = cells.shape
    padded = np.pad(cells, ((0, 0), (0, rows % 2), (0, columns % 2)), constant_values=filling)
    return padded.reshape(epochs, (rows + 1) // 2, 2, (columns + 1) // 2, 2)
