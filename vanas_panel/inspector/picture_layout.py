"""Where every weight of a layer stands in its picture, and which weights share a cell of it.

A picture is a rectangle. The outputs of a layer stand across, its inputs down; a convolution has a block of the size
of its kernel for every pair of them. Where this would be a thin stripe, the longer side is folded into bands of whole
blocks. A cell of the picture is a square of weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from vanas_panel.inspector.layers import Layer

LONGEST = 4.0
"""Ratio of the sides of a picture from which on the longer one is folded."""


@dataclass(frozen=True, slots=True)
class PictureLayout:
    """The rectangle of a layer.

    Weight ``(output, input, y, x)`` stands at row ``input * height + y`` and column ``output * width + x`` of the
    unfolded picture. With ``fold = "across"``, the columns from ``length`` on go below, ``rows_of_band`` rows further
    down, and so on; with ``fold = "down"``, the rows from ``length`` on go to the right.

    Parameters
    ----------
    outputs, inputs, height, width : int
        Sizes of the layer, as `Layer` has them.
    fold : {"none", "across", "down"}
        Which axis is folded.
    length : int
        Columns (``"across"``) or rows (``"down"``) of a band, a multiple of the kernel's size; 0 without folding.
    side : int
        Weights along a side of a cell.

    Examples
    --------
    >>> layout = picture_layout(Layer("fc2.weight", (10, 500)), cells=65536)
    >>> layout.fold, layout.rows, layout.columns, layout.side
    ('down', 72, 70, 1)
    >>> layout.place(output=3, input=100)
    (28, 13)
    """

    outputs: int
    inputs: int
    height: int
    width: int
    fold: str
    length: int
    side: int

    @property
    def bands(self) -> int:
        """Number of bands that the picture is folded into."""
        if self.fold == "across":
            return ceil(self.outputs * self.width / self.length)
        if self.fold == "down":
            return ceil(self.inputs * self.height / self.length)
        return 1

    @property
    def rows(self) -> int:
        """Weights down the picture."""
        unfolded = self.inputs * self.height
        return self.length if self.fold == "down" else unfolded * self.bands

    @property
    def columns(self) -> int:
        """Weights across the picture."""
        unfolded = self.outputs * self.width
        return self.length if self.fold == "across" else unfolded * self.bands

    @property
    def cell_rows(self) -> int:
        """Cells down the picture; the last row may be of fewer weights."""
        return ceil(self.rows / self.side)

    @property
    def cell_columns(self) -> int:
        """Cells across the picture."""
        return ceil(self.columns / self.side)

    def place(self, output: int, input: int, y: int = 0, x: int = 0) -> tuple[int, int]:
        """Row and column of a weight in the folded picture, in weights."""
        row, column = input * self.height + y, output * self.width + x
        if self.fold == "across":
            band, column = divmod(column, self.length)
            row += band * self.inputs * self.height
        elif self.fold == "down":
            band, row = divmod(row, self.length)
            column += band * self.outputs * self.width
        return row, column


def picture_layout(layer: Layer, cells: int) -> PictureLayout:
    """The picture of a layer with at most so many cells.

    Parameters
    ----------
    layer : Layer
    cells : int
        Most cells, at least 1. The cells are as small as this allows.

    Returns
    -------
    PictureLayout
    """
    height, width = layer.kernel
    fold, length = _folding(layer)
    layout = PictureLayout(layer.outputs, layer.inputs, height, width, fold, length, side=1)
    side = max(1, int(sqrt(layout.rows * layout.columns / cells)))
    while ceil(layout.rows / side) * ceil(layout.columns / side) > cells:
        side += 1
    return PictureLayout(layer.outputs, layer.inputs, height, width, fold, length, side)


def _folding(layer: Layer) -> tuple[str, int]:
    """Which axis is folded, and the length of a band; whole blocks, so that no kernel is cut."""
    height, width = layer.kernel
    if layer.bands > 1:
        return "across", layer.outputs // layer.bands * width
    rows, columns = layer.inputs * height, layer.outputs * width
    if len(layer.shape) > 1 and columns > LONGEST * rows:
        blocks = ceil(layer.outputs / max(1, round(sqrt(columns / rows))))
        return "across", blocks * width
    if len(layer.shape) > 1 and rows > LONGEST * columns:
        blocks = ceil(layer.inputs / max(1, round(sqrt(rows / columns))))
        return "down", blocks * height
    return "none", 0
