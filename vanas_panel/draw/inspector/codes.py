"""The cells of a layer's picture as bytes: square roots as whole numbers, differences over epochs, deflated.

Square roots, since changes are skewed: most weights move little, and a code has to tell these apart, too.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vanas_panel.inspector.picture_layout import PictureLayout
from vanas_panel.inspector.training import LayerPicture

FINE, COARSE = 65534, 4094
"""Steps between zero and the largest value of a layer; coarse ones where fine ones would not fit."""

_LEVEL = 1
"""Of deflating: higher ones take twice as long for files that are 5 % smaller."""

EMPTY = 0
"""Code of a cell that holds no weight; that of value ``v`` is ``1 + round(steps * sqrt(v / top))``."""


@dataclass(frozen=True, eq=False)
class CodedPicture:
    """The cells of one layer as the browser gets them.

    Parameters
    ----------
    layout : PictureLayout
        Its side may be larger than that of the training's picture.
    steps : int
        Number of steps of a code.
    top : float
        Value of the largest code, in the unit of the weights.
    has_means : bool
        Whether means follow the maxima; they are the same where every cell is one weight.
    data : bytes
        Deflated: maxima, then means, each of shape (epochs, cell_rows, cell_columns), uint16, little-endian; as
        differences to the epoch before (modulo 65,536); all low bytes first, then all high bytes.
    """

    layout: PictureLayout
    steps: int
    top: float
    has_means: bool
    data: bytes


def counts(layout: PictureLayout) -> NDArray[np.int64]:
    """Number of weights in every cell, of shape (cell_rows, cell_columns).

    Examples
    --------
    >>> from vanas_panel.inspector.layers import Layer
    >>> from vanas_panel.inspector.picture_layout import picture_layout
    >>> counts(picture_layout(Layer("fc", (3, 3)), cells=4))
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


def merged(picture: LayerPicture) -> LayerPicture:
    """A picture whose cells are two by two of the given one: largest of the maxima, mean of the means by weights."""
    layout = replace(picture.layout, side=picture.layout.side * 2)
    weights = counts(picture.layout).astype(np.float64)
    sums = _fours(np.where(weights > 0, picture.means, 0) * weights, 0).sum(axis=(-3, -1))
    with np.errstate(invalid="ignore"):
        means = sums / counts(layout)
    fours = _fours(np.where(np.isnan(picture.maxima), -1, picture.maxima), -1).max(axis=(-3, -1))
    return LayerPicture(layout, np.where(fours < 0, np.nan, fours).astype(np.float32), means.astype(np.float32))


def _fours(cells: NDArray, filling: float) -> NDArray:
    """Cells two by two: shape (epochs, rows / 2, 2, columns / 2, 2)."""
    epochs, rows, columns = cells.shape
    padded = np.pad(cells, ((0, 0), (0, rows % 2), (0, columns % 2)), constant_values=filling)
    return padded.reshape(epochs, (rows + 1) // 2, 2, (columns + 1) // 2, 2)


def coded(picture: LayerPicture, top: float, steps: int) -> CodedPicture:
    """A picture as bytes.

    Parameters
    ----------
    picture : LayerPicture
    top : float
        The largest value of the layer, in the unit of the weights; 0 where nothing moves.
    steps : int
        `FINE` or `COARSE`.
    """
    has_means = picture.layout.side > 1
    parts = [picture.maxima, picture.means] if has_means else [picture.maxima]
    differences = []
    for values in parts:
        codes = _codes(values, top, steps)
        codes[1:] -= codes[:-1].copy()
        differences.append(codes.reshape(-1))
    planes = np.concatenate(differences).astype("<u2").view(np.uint8).reshape(-1, 2).T
    return CodedPicture(picture.layout, steps, top, has_means, zlib.compress(planes.tobytes(), _LEVEL))


def _codes(values: NDArray[np.float32], top: float, steps: int) -> NDArray[np.uint16]:
    """Codes of values, a new array."""
    share = np.sqrt(np.clip(values / np.float32(top), 0, 1)) if top > 0 else values * 0
    return np.where(np.isnan(values), EMPTY, 1 + np.rint(share * steps)).astype(np.uint16)
