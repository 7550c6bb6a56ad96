"""A tensor in a file of weights, as all formats describe it, and its values in pieces."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy import float32, float64
from numpy.typing import NDArray

from vanas_panel.inspector.formats.byte_ranges import Bytes
from vanas_panel.text.language import marked

FLOATS = {"float16": "f2", "bfloat16": "u2", "float32": "f4", "float64": "f8"}
"""Types of values that are measured, with how NumPy reads them: it has no bfloat16."""

WHOLE = marked("whole numbers or truth values")
QUANTISED = marked("quantised weights")
UNKNOWN_TYPE = marked("a type of values that is not measured")
NO_VALUES = marked("no values")
STATISTICS = marked("running statistics of normalisations")
OPTIMISER = marked("the state of an optimiser")
AVERAGED = marked("averaged copies of the weights")
REPEATED = marked("views that repeat their values")
BESIDE = marked("tensors beside the state of the network")
CONSTANTS = marked("constants of the graph")
IN_CHUNKS = marked("arrays in chunks or filtered")
ASKED = marked("what was asked to be left out")
WHOLE_TYPES = re.compile(r"(u?int\d+|bool)")
"""Names of types without fractions."""
MOST_AXES = 32
"""Axes of a tensor: NumPy has up to 64, networks up to 6."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor of floating-point values.

    Parameters
    ----------
    name : str
        As in the file; the parts of a nested name joined by full stops or slashes, as the framework does.
    shape, strides : tuple of int
        Sizes, and distances in values, of every axis; outputs first once its reader has turned it.
    type : str
        A key of `FLOATS`.
    values : Bytes
    start : int
        Where the first value stands, counted in values.
    big_endian : bool
    storage : hashable, optional
        Equal for tensors of one file that are the same values in memory.
    role : str
        Where the file tells it: one of `vanas_panel.inspector.layers.ROLES`, or `STATISTICS`; else empty.
    bands : int
        Where the file tells it, see `vanas_panel.inspector.layers.Layer`; else 1.
    turned : bool
        Whether the reader knows which axis holds the outputs, and has put it first.
    """

    name: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    type: str
    values: Bytes
    start: int = 0
    big_endian: bool = False
    storage: Hashable = None
    role: str = ""
    bands: int = 1
    turned: bool = False

    def rows(self, start: int, stop: int) -> NDArray[float32] | NDArray[float64]:
        """Values of some outputs, contiguous; half precision and bfloat16 as float32."""
        kind = np.dtype(FLOATS[self.type]).newbyteorder(">" if self.big_endian else "<")
        shape = (stop - start, *self.shape[1:])
        first = self.start + start * self.strides[0]
        length = extent(shape, self.strides)
        raw = self.values.read(first * kind.itemsize, (first + length) * kind.itemsize)
        strides = tuple(stride * kind.itemsize for stride in self.strides)
        found: NDArray[Any] = np.ndarray(shape, kind, np.ascontiguousarray(raw), strides=strides)
        if self.type == "bfloat16":
            # The upper half of a float32.
            return (found.astype(np.uint32, order="C") << np.uint32(16)).view(float32)
        return found.astype(float64, order="C") if self.type == "float64" else found.astype(float32, order="C")

    def permuted(self, axes: Sequence[int]) -> Tensor:
        """The tensor with its axes in another order, marked as one whose outputs stand first."""
        return replace(self, shape=tuple(self.shape[axis] for axis in axes),
                       strides=tuple(self.strides[axis] for axis in axes), turned=True)

    def reshaped(self, shape: tuple[int, ...]) -> Tensor:
        """The values of a contiguous tensor in another shape."""
        if self.strides != contiguous(self.shape) or prod(shape) != prod(self.shape):
            raise ValueError(f"{self.name}: {self.shape} to {shape}")
        return replace(self, shape=shape, strides=contiguous(shape))


@dataclass(frozen=True, eq=False)
class TensorFile:
    """What a reader finds in a file.

    Parameters
    ----------
    path : Path
    tensors : tuple of Tensor
        In the order of the file.
    ordered : bool
        Whether that is the order of the network.
    skipped : tuple of (str, str)
        Name, and the marked reason, of every tensor that is not measured.
    """

    path: Path
    tensors: tuple[Tensor, ...]
    ordered: bool
    skipped: tuple[tuple[str, str], ...] = ()


def contiguous(shape: Sequence[int]) -> tuple[int, ...]:
    """Distances in values of every axis, the last one being the nearest.

    Examples
    --------
    >>> contiguous((2, 3, 4))
    (12, 4, 1)
    """
    return tuple(prod(shape[axis + 1:]) for axis in range(len(shape)))


def extent(shape: Sequence[int], strides: Sequence[int]) -> int:
    """Values from the first to the last of a tensor, both included.

    Examples
    --------
    >>> extent((2, 3), (3, 1)), extent((2, 3), (1, 8))
    (6, 18)
    """
    return 1 + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))


def outputs_first(tensor: Tensor) -> Tensor:
    """A kernel of Keras or Flax, whose outputs stand last and whose inputs last but one, in the order of `Layer`.

    Parameters
    ----------
    tensor : Tensor
        Of at least two axes.

    Returns
    -------
    Tensor
        (height, width, inputs, outputs) becomes (outputs, inputs, height, width).
    """
    axes = len(tensor.shape)
    return tensor.permuted((axes - 1, axes - 2, *range(axes - 2)))
