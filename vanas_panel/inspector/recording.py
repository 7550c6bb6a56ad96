"""Reads recorded trainings (``.vptrain``), also while they grow; a torn end is cut, and said."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from vanas_panel.errors import SourceError
from vanas_panel.inspector.change import weights_in_cells
from vanas_panel.inspector.measure import ALL_CELLS
from vanas_panel.inspector.picture_cells import coarser
from vanas_panel.inspector.picture_layout import PictureLayout
from vanas_panel.inspector.recording_form import (
    EPOCH,
    HEADER,
    MOST_BYTES,
    NOTE,
    WEIGHTS,
    EpochArrays,
    Header,
    StopNote,
    decode_epoch,
    decode_header,
    epoch_bytes,
    from_codes,
    layouts_of,
    weights_head,
)
from vanas_panel.inspector.training import Figures, LayerPicture, Training, UnitFigures, unit_word
from vanas_panel.readers.formats.tfrecord import masked_crc32c
from vanas_panel.text.language import Message, marked

_AGAIN = marked("Take a file that vanas_panel.inspector.Recorder wrote")
_CHECK = marked("Copy the recording again from where it was written")


@dataclass
class _Found:
    """What a pass over a file finds."""

    header: Header
    epochs: list[tuple[int, int, int]] = field(default_factory=list)
    """Number of each epoch, and start and end of its record."""
    weights: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Start and end of the weights by epoch and layer, in the file."""
    notes: list[Message] = field(default_factory=list)


def read_recording(path: str | PathLike[str]) -> Training:
    """Read a recorded training.

    Parameters
    ----------
    path : path-like
        A file of `vanas_panel.inspector.Recorder`.

    Returns
    -------
    Training
        Its pictures have fewer cells than recorded where all of them at all epochs would take more than 128 MB.

    Raises
    ------
    SourceError
        Where the file is none, is damaged before its end, or holds less than two epochs.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            empty = not path.stat().st_size
            data = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise SourceError(Message("a file that cannot be read ({reason})", reason=error.strerror or error),
                          "a recorded training", "Check its name and its permissions", path=path) from error
    found = _scanned(data, path)
    layouts = layouts_of(found.header)
    held = [weights_in_cells(each).reshape(each.cell_rows, -1) > 0 for each in layouts]
    halvings, cells = 0, 1.0 * len(found.epochs) * sum(each.cell_rows * each.cell_columns for each in layouts)
    while cells > ALL_CELLS:
        halvings, cells = halvings + 1, cells / 4
    arrays = [_decoded(bytes(data[start:end]), found.header, path, start) for _, start, end in found.epochs]
    layers = tuple(found.header.layer(at) for at in range(len(layouts)))
    numbers = np.array([epoch for epoch, _, _ in found.epochs], dtype=np.int64)

    def net_change(layer: int, epoch: int) -> NDArray[np.float64]:
        now, then = (_weights(data, found, layer, int(numbers[each])) for each in (epoch, 0))
        return np.subtract(now, then, dtype=np.float64).reshape(layers[layer].shape)

    return Training(
        found.header.title or path.stem, layers, numbers, found.header.unit, _figures(arrays),
        tuple(_units(arrays, at) for at in range(len(layers))),
        tuple(_picture(arrays, layouts[at], held[at], at, halvings) for at in range(len(layers))), tuple(found.notes),
        dict(found.header.settings), found.header.cell,
        net_change if _all_weights(found) else None)


def _scanned(data: bytes | mmap.mmap, path: Path) -> _Found:
    """One pass over the records: what is where."""
    found: _Found | None = None
    last_end = 0
    for start, end in _records(data, path):
        kind, last_end = bytes(data[start : start + 4]), end + 4
        if found is None:
            found = _Found(_header(bytes(data[start:end]), kind, path))
        elif kind == EPOCH:
            epoch = struct.unpack_from("<q", data, start + 4)[0]
            if found.epochs and epoch <= found.epochs[-1][0]:
                raise SourceError(Message("epoch {epoch} after {before}", epoch=epoch, before=found.epochs[-1][0]),
                                  "epochs in increasing order", _CHECK, path=path, offset=start)
            found.epochs.append((epoch, start, end))
        elif kind == WEIGHTS and end - start >= 16:
            epoch, layer, skip = weights_head(bytes(data[start : start + 16]))
            found.weights[epoch, layer] = start + skip, end
        elif kind == NOTE:
            found.notes.append(_stopped(bytes(data[start + 4 : end]), found, path, start))
    if found is None:
        raise SourceError("an empty file" if not len(data) else "no whole record", "a recorded training", _AGAIN,
                          path=path)
    if last_end < len(data):
        found.notes.append(Message("The end of the recording is torn: {count:,} bytes after {unit} {epoch} are left "
                                   "out.", count=len(data) - last_end, unit=unit_word(found.header.unit),
                                   epoch=found.epochs[-1][0] if found.epochs else 0))
    if len(found.epochs) < 2:
        raise SourceError(Message("{count} recorded epochs", count=len(found.epochs)),
                          "at least two, since changes are from one to the next",
                          "Record once before the training and once after each epoch", path=path)
    return found


def _records(data: bytes | mmap.mmap, path: Path) -> Iterator[tuple[int, int]]:
    """Start and end of every whole payload; both checksums are compared. What is torn at the end is not given."""
    at, size = 0, len(data)
    while size - at >= 12:
        length, checksum = struct.unpack_from("<QI", data, at)
        if masked_crc32c(bytes(data[at : at + 8])) != checksum:
            if at == 0:
                raise SourceError("a file that does not start with a record", "a recorded training", _AGAIN, path=path)
            raise SourceError("a damaged record: its length does not match its CRC-32C", "a whole recording", _CHECK,
                              path=path, offset=at)
        start, end = at + 12, at + 12 + length
        if end + 4 > size:
            return
        if masked_crc32c(bytes(data[start:end])) != struct.unpack_from("<I", data, end)[0]:
            raise SourceError("a damaged record: its payload does not match its CRC-32C", "a whole recording", _CHECK,
                              path=path, offset=at)
        yield start, end
        at = end + 4


def _header(payload: bytes, kind: bytes, path: Path) -> Header:
    if kind != HEADER:
        raise SourceError("records that are not of a recorded training", "a recorded training", _AGAIN, path=path)
    try:
        header = decode_header(payload)
        expected = epoch_bytes(layouts_of(header))
    except (msgspec.DecodeError, ValueError) as error:
        raise SourceError(Message("a header that cannot be read ({reason})", reason=error), "a recorded training",
                          _AGAIN, path=path) from error
    if expected > MOST_BYTES:
        raise SourceError(Message("epochs of {bytes:,} bytes", bytes=expected),
                          Message("at most {most:,}", most=MOST_BYTES), "Record fewer layers or cells", path=path)
    return header


def _decoded(payload: bytes, header: Header, path: Path, offset: int) -> EpochArrays:
    try:
        return decode_epoch(payload, layouts_of(header))[1]
    except (ValueError, struct.error) as error:
        raise SourceError(Message("a record of an epoch with {reason}", reason=error), "a whole recording", _CHECK,
                          path=path, offset=offset) from error


def _stopped(payload: bytes, found: _Found, path: Path, offset: int) -> Message:
    try:
        note = msgspec.json.decode(payload, type=StopNote)
    except msgspec.DecodeError as error:
        raise SourceError(Message("a note that cannot be read ({reason})", reason=error), "a whole recording", _CHECK,
                          path=path, offset=offset) from error
    return Message("The recording ends before {unit} {epoch}: layer {layer} had {value} at {place}.",
                   unit=unit_word(found.header.unit), epoch=note.epoch, layer=note.layer, value=note.value,
                   place=list(note.place))


def _figures(arrays: list[EpochArrays]) -> Figures:
    floats = np.stack([each.figures for each in arrays])
    places = np.stack([each.places for each in arrays])
    total, largest, change, weights, path, net, rank = (floats[:, at] for at in range(7))
    return Figures(total, largest, places[:, 0], change, weights, path, net, rank, places[:, 1])


def _units(arrays: list[EpochArrays], layer: int) -> UnitFigures:
    return UnitFigures(*(np.stack([each.units[layer][at] for each in arrays]) for at in range(4)))


def _picture(arrays: list[EpochArrays], layout: PictureLayout, held: NDArray[np.bool_], layer: int,
             halvings: int) -> LayerPicture:
    """The cells of a layer at all epochs, each epoch by itself made coarser: all together need not fit the memory."""
    made = []
    for each in arrays:
        codes, largest = each.codes[layer], float(each.figures[1, layer])
        values = [np.where(held, from_codes(code, largest), np.float32(np.nan))[None] for code in codes]
        # The value of a cell of one weight is its maximum and its mean.
        picture = LayerPicture(layout, values[0], values[-1])
        for _ in range(halvings):
            picture = coarser(picture)
        made.append(picture)
    return LayerPicture(made[0].layout, np.concatenate([each.maxima for each in made]),
                        np.concatenate([each.means for each in made]))


def _all_weights(found: _Found) -> bool:
    """Whether the weights of every layer are kept at every epoch."""
    return found.header.detail == "full" and all(
        _kind(found, epoch, at) is not None for epoch, _, _ in found.epochs for at in range(len(found.header.layers)))


def _kind(found: _Found, epoch: int, layer: int) -> str | None:
    start, end = found.weights.get((epoch, layer), (0, 0))
    return {4: "<f4", 8: "<f8"}.get((end - start) // found.header.layer(layer).count)


def _weights(data: bytes | mmap.mmap, found: _Found, layer: int, epoch: int) -> NDArray:
    start, _ = found.weights[epoch, layer]
    return np.frombuffer(data, _kind(found, epoch, layer), found.header.layer(layer).count, start)
