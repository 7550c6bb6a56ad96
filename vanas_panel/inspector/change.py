"""How far weights have moved: the kernel that adds one epoch, over arrays.

The change of a weight from one recorded epoch to the next is taken in float64 and its absolute value added to what the
weight has accumulated; a float32 sum is off by 2e-6 after 1,000 epochs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vanas_panel.inspector.picture_layout import PictureLayout

CHANGE_SQUARED, WEIGHT_SQUARED, NET_SQUARED, TOTAL, LARGEST = range(5)
"""Places in the sums that `add_epoch` gives."""


class Cells(NamedTuple):
    """Running figures of some weights of a layer, one epoch's worth; filled by `add_epoch`."""

    largest: NDArray[np.float64]
    """Shape (cells,): largest accumulated change in each cell of the picture."""
    total: NDArray[np.float64]
    """Shape (cells,): sum of them."""
    output_total: NDArray[np.float64]
    """Shape (outputs,)."""
    output_largest: NDArray[np.float64]
    """Shape (outputs,)."""
    input_total: NDArray[np.float64]
    """Shape (inputs,)."""
    input_largest: NDArray[np.float64]
    """Shape (inputs,)."""


def empty_cells(layout: PictureLayout) -> Cells:
    """Figures of a layer before any weight was seen.

    Parameters
    ----------
    layout : PictureLayout

    Returns
    -------
    Cells
        Zeros.
    """
    cells = layout.cell_rows * layout.cell_columns
    sizes = (cells, cells, layout.outputs, layout.outputs, layout.inputs, layout.inputs)
    return Cells(*(np.zeros(size) for size in sizes))


def cell_of_weights(layout: PictureLayout, start: int, stop: int) -> NDArray[np.int32]:
    """The cell that every weight of some outputs belongs to.

    Parameters
    ----------
    layout : PictureLayout
    start, stop : int
        Outputs.

    Returns
    -------
    ndarray of int32, shape (stop - start, inputs * height * width)
        Row of the cell times `PictureLayout.cell_columns` plus its column, in the order of the weights.

    Examples
    --------
    >>> from vanas_panel.inspector.layers import Layer
    >>> from vanas_panel.inspector.picture_layout import picture_layout
    >>> cell_of_weights(picture_layout(Layer("fc", (2, 3)), cells=100), 0, 2).tolist()
    [[0, 2, 4], [1, 3, 5]]
    """
    # A single output may have millions of weights, each of which takes a few of these numbers for a moment.
    count = layout.inputs * layout.height * layout.outputs * layout.width
    whole: type[np.integer] = np.int32 if count < 1 << 31 else np.int64
    rows: NDArray[np.integer] = np.arange(layout.inputs * layout.height, dtype=whole)
    columns: NDArray[np.integer] = np.arange(start * layout.width, stop * layout.width, dtype=whole)
    down: NDArray[np.integer] = np.zeros(1, whole)
    right: NDArray[np.integer] = np.zeros(1, whole)
    if layout.fold == "across":
        band, columns = np.divmod(columns, layout.length)
        down = band * layout.inputs * layout.height
    elif layout.fold == "down":
        band, rows = np.divmod(rows, layout.length)
        right = band * layout.outputs * layout.width
    row = (rows[:, None] + down) // layout.side
    column = (columns[None, :] + right[:, None]) // layout.side
    cell = (row * layout.cell_columns + column).astype(np.int32, copy=False)
    by_place = cell.reshape(layout.inputs, layout.height, stop - start, layout.width)
    return np.ascontiguousarray(by_place.transpose(2, 0, 1, 3)).reshape(stop - start, -1)


# Sums may be added in any order, so that they are vectorised; what a weight has accumulated is not a sum of that kind.
_ANY_ORDER = {"reassoc", "nsz", "contract"}


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_ANY_ORDER)
def _move(current, before, first, accumulated):
    """Add the absolute changes of some weights; gives the sums of squares and of what is accumulated."""
    change_squared, weight_squared, net_squared, total = 0.0, 0.0, 0.0, 0.0
    for place in range(len(accumulated)):
        weight = np.float64(current[place])
        change = weight - np.float64(before[place])
        net = weight - np.float64(first[place])
        moved = accumulated[place] + abs(change)
        accumulated[place] = moved
        change_squared += change * change
        weight_squared += weight * weight
        net_squared += net * net
        total += moved
    return change_squared, weight_squared, net_squared, total


@njit(cache=True, nogil=True)
def _largest(accumulated):
    """Largest of some values that are not negative; their bits have the same order, and are compared faster."""
    bits = accumulated.view(np.int64)
    largest = bits[0]
    for place in range(1, len(bits)):
        largest = max(largest, bits[place])
    for place in range(len(bits)):
        if bits[place] == largest:
            return accumulated[place], place
    return 0.0, 0


@njit(cache=True, nogil=True)
def _add_to_inputs(accumulated, kernel, total, largest):
    """Add what a unit's weights have accumulated to the figures of its inputs."""
    if kernel == 1:
        for each in range(len(total)):
            total[each] += accumulated[each]
        for each in range(len(total)):
            largest[each] = accumulated[each] if accumulated[each] > largest[each] else largest[each]
        return
    place = 0
    for each in range(len(total)):
        for _ in range(kernel):
            total[each] += accumulated[place]
            if accumulated[place] > largest[each]:
                largest[each] = accumulated[place]
            place += 1


@njit(cache=True, nogil=True)
def _add_to_cells(accumulated, cell_of, total, largest):
    """Add what a unit's weights have accumulated to the cells of the picture; neighbours mostly share one."""
    cell = cell_of[0]
    run_total, run_largest = 0.0, 0.0
    for place in range(len(accumulated)):
        if cell_of[place] != cell:
            total[cell] += run_total
            largest[cell] = run_largest if run_largest > largest[cell] else largest[cell]
            cell = cell_of[place]
            run_total, run_largest = 0.0, 0.0
        moved = accumulated[place]
        run_total += moved
        run_largest = moved if moved > run_largest else run_largest
    total[cell] += run_total
    largest[cell] = run_largest if run_largest > largest[cell] else largest[cell]


@njit(cache=True, nogil=True)
def add_epoch(
    current: NDArray, before: NDArray, first: NDArray, accumulated: NDArray[np.float64], cell_of: NDArray[np.int32],
    kernel: int, start: int, cells: Cells,
) -> tuple[NDArray[np.float64], int]:
    """Add the change of one epoch to some weights of a layer, and gather the figures of that epoch.

    Parameters
    ----------
    current, before, first : ndarray of float32 or float64, shape (outputs, inputs * kernel)
        Weights of this epoch, of the one before, and of the first one.
    accumulated : ndarray of float64, shape (outputs, inputs * kernel)
        Sum of absolute changes up to the epoch before; this epoch's are added in place.
    cell_of : ndarray of int32, shape (outputs, inputs * kernel)
        From `cell_of_weights`.
    kernel : int
        Weights of a unit on one input.
    start : int
        Number of the first of these outputs in the layer.
    cells : Cells
        Of the whole layer; what these weights have accumulated is added.

    Returns
    -------
    sums : ndarray of float64, shape (5,)
        Sums of the squares of the change, of the weights, and of the difference to the first epoch; the sum of what
        is accumulated, and the largest of it. The second one is not finite where a weight is not.
    at : int
        Flat index of the largest one among these weights, the first of equal ones.
    """
    sums = np.zeros(5)
    sums[LARGEST] = -1.0
    at = 0
    for output in range(len(current)):
        row = accumulated[output]
        change, weight, net, total = _move(current[output], before[output], first[output], row)
        largest, place = _largest(row)
        _add_to_inputs(row, kernel, cells.input_total, cells.input_largest)
        _add_to_cells(row, cell_of[output], cells.total, cells.largest)
        cells.output_total[start + output] = total
        cells.output_largest[start + output] = largest
        sums[CHANGE_SQUARED] += change
        sums[WEIGHT_SQUARED] += weight
        sums[NET_SQUARED] += net
        sums[TOTAL] += total
        if largest > sums[LARGEST]:
            sums[LARGEST] = largest
            at = output * current.shape[1] + place
    return sums, at
