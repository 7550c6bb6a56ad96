"""Exact cost of a cell before training: trainable parameters and multiply-accumulates.

A cell is put into a fixed network (a `Skeleton`), as Ying et al. (ICML 2019, supplementary material) describe it:

* the stem is a 3x3 convolution; then come stacks of equal cells, with a 2x2 max-pooling and twice the channels between
  two stacks; a global average pool and a dense layer with bias end it;
* every convolution has stride 1, keeps the image size, has no bias and is followed by a batch normalisation with scale
  and shift;
* the output channels of a cell are divided among the inner vertices that feed its output, the first ones in vertex
  order taking one more each where the division leaves some over; any other inner vertex takes the most channels among
  its inner successors, and larger tensors are truncated to what their target takes;
* the input of a cell is projected by a 1x1 convolution to the channels of each vertex that it feeds; the outputs of
  vertices that feed the output are concatenated, and a projection of the input is added where it feeds the output too.

So the cost depends on the *order* of the vertices: relabelling a cell can move a left-over channel from one vertex to
another. Both functions take the vertices in the order in which they are packed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from vanas_panel.core.encoding import (
    MAX_INNER,
    MAX_VERTICES,
    OPERATION_FIELD,
    has_edge,
    kernel,
    operation_at,
    vertex_count,
)
from vanas_panel.core.plain import plain_int
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import SearchSpaceError, UnknownOperationError
from vanas_panel.text.language import Message

KERNEL_SIZES = {"conv3x3-bn-relu": 3, "conv1x1-bn-relu": 1, "maxpool3x3": 0}
"""Edge of the square convolution kernel of each operation; 0 where it has no weights."""

STEM_KERNEL_SIZE = 3

# Together these keep every sum below 2**56, so nothing overflows an int64; six stem channels give every vertex one.
_LIMITS = {
    "stem_channels": (MAX_INNER, 1024),
    "stacks": (1, 6),
    "cells_per_stack": (1, 64),
    "image_size": (1, 1024),
    "image_channels": (1, 1024),
    "classes": (1, 1_000_000),
}


@dataclass(frozen=True)
class Skeleton:
    """The network around the cells.

    Parameters
    ----------
    stem_channels : int
        Channels of the stem and of the first stack, 6 to 1024; each further stack has twice as many.
    stacks : int
        Number of stacks, 1 to 6.
    cells_per_stack : int
        Cells in each stack, 1 to 64.
    image_size : int
        Height and width of an image in pixels, 1 to 1024. Each pooling halves them, an odd size is rounded up.
    image_channels : int
        Channels of an image, 1 to 1024.
    classes : int
        Outputs of the dense layer, 1 to 1,000,000.

    Raises
    ------
    SearchSpaceError
        Where one of them is out of its range.
    """

    stem_channels: int = 128
    stacks: int = 3
    cells_per_stack: int = 3
    image_size: int = 32
    image_channels: int = 3
    classes: int = 10

    def __post_init__(self):
        for field in fields(self):
            given, (low, high) = getattr(self, field.name), _LIMITS[field.name]
            value = plain_int(given)
            if value is None or not low <= value <= high:
                raise SearchSpaceError(
                    Message("Found {name} = {given!r}; expected a whole number from {low} to {high}. Change it.",
                            name=field.name, given=given, low=low, high=high)
                )
            object.__setattr__(self, field.name, value)


NASBENCH101_SKELETON = Skeleton()
"""The network of NAS-Bench-101, for the 32x32 colour images and ten classes of CIFAR-10."""


def trainable_parameters(
    packed: np.ndarray, space: Space, skeleton: Skeleton = NASBENCH101_SKELETON
) -> np.ndarray:
    """Trainable parameters of the network of each cell.

    A convolution of kernel size k from c to d channels has ``k * k * c * d`` weights and ``2 * d`` parameters of its
    batch normalisation; the dense layer has one weight for each channel and class, and one bias for each class.

    Parameters
    ----------
    packed : int64 (n,)
        Valid cells, packed with the operation indices of `space`; their vertex order counts, see the module.
    space : Space
        Its operations must be among `KERNEL_SIZES`.
    skeleton : Skeleton, optional

    Returns
    -------
    int64 (n,)
        Counts.

    Raises
    ------
    UnknownOperationError
        Where the space has an operation whose weights are not known.

    Notes
    -----
    Equal to the published number for every cell of NAS-Bench-101.

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
    >>> from vanas_panel.core.space import NASBENCH101
    >>> int(trainable_parameters(np.array([pack([0], [(0, 1), (1, 2)])]), NASBENCH101)[0])
    10177674
    """
    return _costs(*_kernel_arguments(packed, space, skeleton))[0]


def multiply_accumulates(
    packed: np.ndarray, space: Space, skeleton: Skeleton = NASBENCH101_SKELETON
) -> np.ndarray:
    """Multiply-accumulates of the network of each cell, for one image.

    Every weight of a convolution counts once for each pixel of its output, and so do the scale and the shift of the
    batch normalisation behind it; every weight of the dense layer counts once. Pooling, activations, additions and
    the bias of the dense layer count nothing.

    Parameters
    ----------
    packed, space, skeleton
        As for `trainable_parameters`.

    Returns
    -------
    int64 (n,)
        Counts.

    Raises
    ------
    UnknownOperationError
        Where the space has an operation whose weights are not known.

    Notes
    -----
    Counting scale and shift is the habit of common profilers. Without them the number falls by two for each element
    that batch normalisations put out: by 0.1 to 2.7 % in NAS-Bench-101, half a per cent at the median.

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
    >>> from vanas_panel.core.space import NASBENCH101
    >>> int(multiply_accumulates(np.array([pack([0], [(0, 1), (1, 2)])]), NASBENCH101)[0])
    1499730944
    """
    return _costs(*_kernel_arguments(packed, space, skeleton))[1]


def _kernel_arguments(packed: np.ndarray, space: Space, skeleton: Skeleton) -> tuple:
    """Plain arrays and integers for `_costs`, or an error that names the operations without known weights."""
    strangers = [operation for operation in space.operations if operation not in KERNEL_SIZES]
    if strangers:
        raise UnknownOperationError(
            Message("Found operation {strangers}; expected only {known}, whose weights are known. Bring "
                    "parameters and FLOPs as columns of the table instead.", strangers=", ".join(strangers),
                    known=", ".join(KERNEL_SIZES))
        )
    # One entry for every value of the operation field, so no packed number reads beyond the end.
    sizes = np.zeros(OPERATION_FIELD + 1, dtype=np.int64)
    sizes[: len(space.operations)] = [KERNEL_SIZES[operation] for operation in space.operations]
    return (
        np.ascontiguousarray(packed, dtype=np.int64),
        sizes,
        *(getattr(skeleton, field.name) for field in fields(skeleton)),
    )


@kernel
def _layer(kernel_size, sources, channels):
    """Parameters of a convolution from `sources` to `channels` channels and of the batch normalisation behind it."""
    return kernel_size * kernel_size * sources * channels + 2 * channels


@kernel
def _split_channels(packed, channels, split):
    """Write the channels of each inner vertex of a cell that puts out `channels` into `split`, ``(MAX_VERTICES,)``."""
    output = vertex_count(packed) - 1
    feeders = 0
    for vertex in range(1, output):
        feeders += has_edge(packed, vertex, output)
    left = channels % feeders if feeders else 0
    for vertex in range(1, output):
        split[vertex] = 0
        if has_edge(packed, vertex, output):
            split[vertex] = channels // feeders + (left > 0)
            left -= 1
    # Successors stand behind, so going backwards finds them done.
    for vertex in range(output - 1, 0, -1):
        if not has_edge(packed, vertex, output):
            for target in range(vertex + 1, output):
                if has_edge(packed, vertex, target):
                    split[vertex] = max(split[vertex], split[target])


@kernel
def _cell_parameters(packed, sizes, split, sources, channels):
    """Parameters of one cell that takes `sources` channels and puts out `channels`, split by `_split_channels`."""
    output = vertex_count(packed) - 1
    parameters = 0
    for vertex in range(1, output):
        if has_edge(packed, 0, vertex):
            parameters += _layer(1, sources, split[vertex])
        size = sizes[operation_at(packed, vertex)]
        if size:
            parameters += _layer(size, split[vertex], split[vertex])
    if has_edge(packed, 0, output):
        parameters += _layer(1, sources, channels)
    return parameters


@kernel
def _costs(packed, sizes, stem_channels, stacks, cells_per_stack, image_size, image_channels, classes):
    """Parameters and multiply-accumulates of `packed`, two ``int64 (n,)``; `sizes` is ``int64 (16,)`` by operation."""
    parameters = np.empty(packed.size, np.int64)
    accumulates = np.empty(packed.size, np.int64)
    split = np.zeros(MAX_VERTICES, np.int64)
    stem = _layer(STEM_KERNEL_SIZE, image_channels, stem_channels)
    for row in range(packed.size):
        cell = packed[row]
        total = stem
        pixels = image_size * image_size
        work = stem * pixels
        size = image_size
        sources = stem_channels
        for stack in range(stacks):
            channels = stem_channels << stack
            _split_channels(cell, channels, split)
            weights = _cell_parameters(cell, sizes, split, sources, channels)
            weights += (cells_per_stack - 1) * _cell_parameters(cell, sizes, split, channels, channels)
            total += weights
            # A layer's parameters each work once for every pixel that it puts out.
            work += weights * size * size
            size = (size + 1) // 2
            sources = channels
        parameters[row] = total + (sources + 1) * classes
        accumulates[row] = work + sources * classes
    return parameters, accumulates
