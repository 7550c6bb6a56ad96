"""Reads recorded trainings (``.vptrain``), also while they grow; a torn end is cut, and said."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from io import SEEK_END
from math import ceil, log
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from vanas_panel.errors import SourceError
from vanas_panel.inspector.measure import ALL_CELLS, ALL_UNITS
from vanas_panel.inspector.picture_cells import coarser, weights_in_cells
from vanas_panel.inspector.picture_layout import PictureLayout
from vanas_panel.inspector.recording_form import (
    EPOCH,
    HEADER,
    MOST_BYTES,
    NOTE,
    WEIGHTS,
    Header,
    StopNote,
    decode_epoch,
    decode_header,
    epoch_bytes,
    from_codes,
    layouts_of,
    weights_head,
)
from vanas_panel.inspector.recording_frames import COPY_AGAIN, NO_RECORDING, framed_records
from vanas_panel.inspector.training import Figures, LayerPicture, Training, UnitFigures, unit_word
from vanas_panel.text.language import Message


@dataclass
class _Found:
    """What a pass over a file finds."""

    path: Path
    header: Header
    layouts: tuple[PictureLayout, ...]
    numbers: list[int] = field(default_factory=list)
    """Of the epochs."""
    records: list[tuple[int, int]] = field(default_factory=list)
    """Start and length of each epoch's record in the file."""
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
            found = _scanned(file, path)
            epochs = _Epochs(found)
            for start, length in found.records:
                file.seek(start)
                epochs.add(file.read(length), start)
    except OSError as error:
        raise SourceError(Message("a file that cannot be read ({reason})", reason=error.strerror or error),
                          "a recorded training", "Check its name and its permissions", path=path) from error
    layers = tuple(found.header.layer(at) for at in range(len(found.layouts)))

    def net_change(layer: int, epoch: int) -> NDArray[np.float64]:
        now, then = (_weights(found, layer, found.numbers[each]) for each in (epoch, 0))
        return np.subtract(now, then, dtype=np.float64).reshape(layers[layer].shape)

    return Training(
        found.header.title or path.stem, layers, np.array(found.numbers, dtype=np.int64), found.header.unit,
        epochs.figures(), tuple(epochs.units(at) for at in range(len(layers))),
        tuple(epochs.picture(at) for at in range(len(layers))),
        tuple(found.notes), dict(found.header.settings), found.header.cell,
        net_change if _all_weights(found) else None)


def _scanned(file: BinaryIO, path: Path) -> _Found:
    """One pass over the records, each of which is read by itself: a recording may still grow, or be cut meanwhile."""
    found: _Found | None = None
    size, last_end = file.seek(0, SEEK_END), 0
    for start, payload in framed_records(file, size, path):
        kind, last_end = payload[:4], start + len(payload) + 4
        if found is None:
            found = _begun(payload, path)
        elif kind == EPOCH:
            _add_epoch(found, payload, start)
        elif kind == WEIGHTS and len(payload) >= 16:
            epoch, layer, skip = weights_head(payload[:16])
            found.weights[epoch, layer] = start + skip, start + len(payload)
        elif kind == NOTE:
            found.notes.append(_stopped(payload[4:], found, start))
    if found is None:
        raise SourceError("no whole record" if size else "an empty file", "a recorded training", NO_RECORDING,
                          path=path)
    if last_end < size:
        found.notes.append(Message("The end of the recording is torn, or still being written: {count:,} bytes after "
                                   "{unit} {epoch} are left out.", count=size - last_end,
                                   unit=unit_word(found.header.unit),
                                   epoch=found.numbers[-1] if found.numbers else 0))
    if len(found.numbers) < 2:
        raise SourceError(Message("{count} recorded epochs", count=len(found.numbers)),
                          "at least two, since changes are from one to the next",
                          "Record once before the training and once after each epoch", path=path)
    return found


def _begun(payload: bytes, path: Path) -> _Found:
    """What is known after the first record."""
    header = _header(payload, path)
    return _Found(path, header, layouts_of(header))


def _add_epoch(found: _Found, payload: bytes, offset: int) -> None:
    """Note an epoch's record; its arrays are read later, one epoch after the other."""
    if len(payload) < 12:
        raise SourceError("a record of an epoch that is cut short", "a whole recording", COPY_AGAIN, path=found.path,
                          offset=offset)
    epoch = struct.unpack_from("<q", payload, 4)[0]
    if found.numbers and epoch <= found.numbers[-1]:
        raise SourceError(Message("epoch {epoch} after {before}", epoch=epoch, before=found.numbers[-1]),
                          "epochs in increasing order", COPY_AGAIN, path=found.path, offset=offset)
    found.numbers.append(epoch)
    found.records.append((offset, len(payload)))


class _Epochs:
    """What the records of all epochs hold, their pictures as coarse as the memory wants them."""

    def __init__(self, found: _Found):
        self._found = found
        cells = len(found.numbers) * sum(each.cell_rows * each.cell_columns for each in found.layouts)
        self._halvings = max(0, ceil(log(max(1, cells / ALL_CELLS), 4)))
        units = len(found.numbers) * sum(each.outputs + each.inputs for each in found.layouts)
        if units > ALL_UNITS:
            raise SourceError(Message("{units:,} values of units over {count:,} epochs", units=units,
                                      count=len(found.numbers)), Message("at most {most:,}", most=ALL_UNITS),
                              "Record less often", path=found.path)
        self._held = [weights_in_cells(each) > 0 for each in found.layouts]
        self._floats: list[NDArray[np.float64]] = []
        self._places: list[NDArray[np.int64]] = []
        self._units: list[list[list[NDArray[np.float32]]]] = []
        self._pictures: list[list[LayerPicture]] = [[] for _ in found.layouts]

    def add(self, payload: bytes, offset: int) -> None:
        """Take the arrays of the next epoch."""
        found = self._found
        try:
            _, arrays = decode_epoch(payload, found.layouts)
        except (ValueError, struct.error) as error:
            raise SourceError(Message("a record of an epoch with {reason}", reason=error), "a whole recording",
                              COPY_AGAIN, path=found.path, offset=offset) from error
        self._floats.append(arrays.figures)
        self._places.append(arrays.places)
        # Copies: a view would keep all arrays of the epoch.
        self._units.append([[each.copy() for each in layer] for layer in arrays.units])
        for at, layout in enumerate(found.layouts):
            largest = float(arrays.figures[1, at])
            values = [np.where(self._held[at], from_codes(code, largest), np.float32(np.nan))[None]
                      for code in arrays.codes[at]]
            # The value of a cell of one weight is its maximum and its mean.
            picture = LayerPicture(layout, values[0], values[-1])
            for _ in range(self._halvings):
                picture = coarser(picture)
            self._pictures[at].append(picture)

    def figures(self) -> Figures:
        """Exact figures of every layer."""
        floats, places = np.stack(self._floats), np.stack(self._places)
        total, largest, change, weights, path, net, rank = (floats[:, at] for at in range(7))
        return Figures(total, largest, places[:, 0], change, weights, path, net, rank, places[:, 1])

    def units(self, layer: int) -> UnitFigures:
        """Figures of a layer's units."""
        return UnitFigures(*(np.stack([epoch[layer][at] for epoch in self._units]) for at in range(4)))

    def picture(self, layer: int) -> LayerPicture:
        """The cells of a layer at all epochs."""
        made, self._pictures[layer] = self._pictures[layer], []
        return LayerPicture(made[0].layout, np.concatenate([each.maxima for each in made]),
                            np.concatenate([each.means for each in made]))


def _header(payload: bytes, path: Path) -> Header:
    if payload[:4] != HEADER:
        raise SourceError("records that are not of a recorded training", "a recorded training", NO_RECORDING,
                          path=path)
    try:
        header = decode_header(payload)
        expected = epoch_bytes(layouts_of(header))
    except (msgspec.DecodeError, ValueError) as error:
        raise SourceError(Message("a header that cannot be read ({reason})", reason=error), "a recorded training",
                          NO_RECORDING, path=path) from error
    if expected > MOST_BYTES:
        raise SourceError(Message("epochs of {bytes:,} bytes", bytes=expected),
                          Message("at most {most:,}", most=MOST_BYTES), "Record fewer layers or cells", path=path)
    return header


def _stopped(payload: bytes, found: _Found, offset: int) -> Message:
    try:
        note = msgspec.json.decode(payload, type=StopNote)
    except msgspec.DecodeError as error:
        raise SourceError(Message("a note that cannot be read ({reason})", reason=error), "a whole recording",
                          COPY_AGAIN, path=found.path, offset=offset) from error
    return Message("The recording ends before {unit} {epoch}: layer {layer} had {value} at {place}.",
                   unit=unit_word(found.header.unit), epoch=note.epoch, layer=note.layer, value=note.value,
                   place=list(note.place))


def _all_weights(found: _Found) -> bool:
    """Whether the weights of every layer are kept at every epoch."""
    return found.header.detail == "full" and all(
        _kind(found, epoch, at) is not None for epoch in found.numbers for at in range(len(found.header.layers)))


def _kind(found: _Found, epoch: int, layer: int) -> str | None:
    start, end = found.weights.get((epoch, layer), (0, 0))
    return {4: "<f4", 8: "<f8"}.get((end - start) // found.header.layer(layer).count)


def _weights(found: _Found, layer: int, epoch: int) -> NDArray:
    """The weights of a layer at an epoch, which are in the file alone."""
    start, _ = found.weights[epoch, layer]
    kind, count = _kind(found, epoch, layer), found.header.layer(layer).count
    try:
        read = np.fromfile(found.path, kind, count, offset=start)
    except OSError as error:
        raise SourceError(Message("a file that cannot be read ({reason})", reason=error.strerror or error),
                          "the recording that was opened", "Open it again", path=found.path) from error
    if len(read) != count:
        raise SourceError("a file that became shorter", "the recording that was opened", "Open it again",
                          path=found.path)
    return read
