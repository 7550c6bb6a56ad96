"""What the records of a recorded training (``.vptrain``) hold, to and from bytes.

A record starts with four letters. ``VPTH`` is the header, JSON. ``VPTE`` is an epoch: its number (8 bytes), the length
of what follows uncompressed (8 bytes), and arrays compressed with Zstandard, whose sizes follow from the header:

1. eight figures of every layer as float64: total, largest, norms of change and of weights, path length, net
   displacement, effective rank; and as int64 the place of the largest and the number of still units,
2. layer by layer, as float32: mean and maximum by output, and by input,
3. layer by layer, as uint16: maxima of the cells, and their means unless a cell is one weight.

A cell's value is kept as the square root of its share of the layer's largest value, in 65,535 steps. ``VPTW`` holds the
weights of one layer at one epoch as they were, where everything is kept. ``VPTN`` is a note, JSON.
All numbers are little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vanas_panel.inspector.layers import ROLES, Layer
from vanas_panel.inspector.picture_layout import PictureLayout, picture_layout
from vanas_panel.inspector.training import UNITS

HEADER, EPOCH, WEIGHTS, NOTE = b"VPTH", b"VPTE", b"VPTW", b"VPTN"
FORM = 1
STEPS = 65535
"""Codes of a cell's value beyond 0."""

MOST_BYTES = 1 << 28
"""Longest arrays of one epoch that are believed, uncompressed."""

MOST_WEIGHTS = 1 << 40
"""Most weights of a layer that are believed."""

_EPOCH_HEAD = struct.Struct("<qQ")
_WEIGHTS_HEAD = struct.Struct("<qI")
_FLOATS, _WHOLES = 7, 2


class LayerEntry(msgspec.Struct, frozen=True):
    """A layer in a header."""

    name: str
    shape: tuple[int, ...]
    role: str = "weight"
    bands: int = 1


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first record of a file."""

    form: int
    layers: tuple[LayerEntry, ...]
    cells: int
    detail: str = "cells"
    unit: str = "epoch"
    title: str = ""
    settings: dict[str, str] = {}
    cell: str = ""

    def layer(self, at: int) -> Layer:
        """A layer as readers have it."""
        entry = self.layers[at]
        return Layer(entry.name, entry.shape, entry.role, entry.bands)


class StopNote(msgspec.Struct, frozen=True):
    """Why a recording ended early: a weight that is no finite number."""

    epoch: int
    layer: str
    place: tuple[int, ...]
    value: str


@dataclass
class EpochArrays:
    """What an epoch's record holds; cells as codes."""

    figures: NDArray[np.float64]
    """Shape (7, layers)."""
    places: NDArray[np.int64]
    """Shape (2, layers)."""
    units: list[list[NDArray[np.float32]]]
    """For each layer mean and maximum by output, and by input."""
    codes: list[list[NDArray[np.uint16]]]
    """For each layer the codes of maxima, and those of means unless a cell is one weight."""


def encode_header(header: Header) -> bytes:
    """The record of a header."""
    return HEADER + msgspec.json.encode(header)


def decode_header(payload: bytes) -> Header:
    """The header of a record.

    Raises
    ------
    ValueError
        Where it is none, with what is wrong for the reader of the error.
    """
    header = msgspec.json.decode(payload[4:], type=Header)
    if header.form != FORM:
        raise ValueError(f"form {header.form}")
    for entry in header.layers:
        if not 1 <= len(entry.shape) <= 8 or min(entry.shape) < 1 or entry.role not in ROLES:
            raise ValueError(f"layer {entry.name!r} of shape {list(entry.shape)} and role {entry.role!r}")
        if prod(entry.shape) > MOST_WEIGHTS:
            raise ValueError(f"layer {entry.name!r} of shape {list(entry.shape)}")
        if entry.bands < 1 or entry.shape[0] % entry.bands:
            raise ValueError(f"layer {entry.name!r} in {entry.bands} bands")
    if not header.layers or len({entry.name for entry in header.layers}) < len(header.layers):
        raise ValueError("no layers, or two of one name")
    if not 1 <= header.cells <= 1 << 20 or header.unit not in UNITS:
        raise ValueError(f"{header.cells} cells, unit {header.unit!r}")
    return header


def layouts_of(header: Header) -> tuple[PictureLayout, ...]:
    """The layout of every layer's picture."""
    return tuple(picture_layout(header.layer(at), header.cells) for at in range(len(header.layers)))


def epoch_bytes(layouts: tuple[PictureLayout, ...]) -> int:
    """Length of the arrays of an epoch, uncompressed."""
    cells = sum(2 * each.cell_rows * each.cell_columns * (1 if each.side == 1 else 2) for each in layouts)
    units = sum(8 * (each.outputs + each.inputs) for each in layouts)
    return 8 * (_FLOATS + _WHOLES) * len(layouts) + units + cells


def encode_epoch(epoch: int, arrays: EpochArrays) -> bytes:
    """The record of an epoch."""
    parts = [np.ascontiguousarray(arrays.figures, "<f8"), np.ascontiguousarray(arrays.places, "<i8"),
             *(np.ascontiguousarray(each, "<f4") for layer in arrays.units for each in layer),
             *(np.ascontiguousarray(each, "<u2") for layer in arrays.codes for each in layer)]
    raw = b"".join(each.tobytes() for each in parts)
    return EPOCH + _EPOCH_HEAD.pack(epoch, len(raw)) + pa.Codec("zstd", 3).compress(raw, asbytes=True)


def decode_epoch(payload: bytes, layouts: tuple[PictureLayout, ...]) -> tuple[int, EpochArrays]:
    """Number and arrays of an epoch's record.

    Raises
    ------
    ValueError
        Where the record is not of the length that the header tells.
    """
    expected = epoch_bytes(layouts)
    epoch, length = _EPOCH_HEAD.unpack_from(payload, 4)
    if length != expected or length > MOST_BYTES:
        raise ValueError(f"{length:,} bytes of arrays instead of {expected:,}")
    try:
        raw = pa.Codec("zstd").decompress(payload[4 + _EPOCH_HEAD.size :], length, asbytes=True)
    except OSError as error:
        raise ValueError("arrays that are not compressed with Zstandard") from error
    if len(raw) != expected:
        raise ValueError(f"{len(raw):,} bytes of arrays instead of {expected:,}")
    at = 0

    def take(kind: str, *shape: int) -> NDArray[Any]:
        nonlocal at
        array = np.frombuffer(raw, kind, int(np.prod(shape)), at).reshape(shape)
        at += array.nbytes
        return array

    count = len(layouts)
    figures, places = take("<f8", _FLOATS, count), take("<i8", _WHOLES, count)
    units = [[take("<f4", size) for size in (each.outputs, each.outputs, each.inputs, each.inputs)]
             for each in layouts]
    codes = [[take("<u2", each.cell_rows, each.cell_columns) for _ in range(1 if each.side == 1 else 2)]
             for each in layouts]
    _check_figures(figures, places, layouts)
    return epoch, EpochArrays(figures, places, units, codes)


def _check_figures(figures: NDArray[np.float64], places: NDArray[np.int64], layouts: tuple[PictureLayout, ...]) -> None:
    """Refuse figures that no training has: a file may hold anything.

    Raises
    ------
    ValueError
        That says which.
    """
    # The change at the first epoch and ranks that were not computed are NaN.
    known = np.nan_to_num(figures[[2, 6]], nan=0.0, posinf=np.inf)
    for each in (figures[[0, 1, 3, 4, 5]], known):
        if not (np.isfinite(each).all() and (each >= 0).all()):
            raise ValueError("figures that are no finite numbers of at least 0")
    counts = np.array([each.outputs * each.inputs * each.height * each.width for each in layouts])
    outputs = np.array([each.outputs for each in layouts])
    if (places < 0).any() or (places[0] >= counts).any() or (places[1] > outputs).any():
        raise ValueError("a place outside its layer")


def encode_weights(epoch: int, layer: int, weights: NDArray) -> bytes:
    """The record of a layer's weights at an epoch, as they are."""
    kind = "<f8" if weights.dtype == np.float64 else "<f4"
    return WEIGHTS + _WEIGHTS_HEAD.pack(epoch, layer) + np.ascontiguousarray(weights, kind).tobytes()


def weights_head(payload: bytes) -> tuple[int, int, int]:
    """Epoch and layer of such a record, and where its weights start."""
    return (*_WEIGHTS_HEAD.unpack_from(payload, 4), 4 + _WEIGHTS_HEAD.size)


def to_codes(values: NDArray[np.float64], largest: float) -> NDArray[np.uint16]:
    """Codes of some values, at most `largest`.

    Examples
    --------
    >>> to_codes(np.array([0.0, 0.25, 1.0]), 1.0).tolist()
    [0, 32768, 65535]
    """
    if not largest:
        return np.zeros(values.shape, np.uint16)
    return np.rint(np.sqrt(np.clip(values / largest, 0, 1)) * STEPS).astype(np.uint16)


def from_codes(codes: NDArray[np.uint16], largest: float) -> NDArray[np.float32]:
    """The values of some codes.

    Examples
    --------
    >>> from_codes(np.array([0, 65535], np.uint16), 0.5).tolist()
    [0.0, 0.5]
    """
    share = codes.astype(np.float32) / np.float32(STEPS)
    return share * share * np.float32(largest)
