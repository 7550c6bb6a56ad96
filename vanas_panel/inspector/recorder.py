"""Records a training while it runs: one file, to which every epoch appends what changed."""

from __future__ import annotations

import logging
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from math import prod
from os import PathLike, truncate
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from vanas_panel.errors import TrainingError
from vanas_panel.inspector.change import (
    CHANGE_SQUARED,
    LARGEST,
    NET_SQUARED,
    TOTAL,
    WEIGHT_SQUARED,
    Cells,
    add_epoch,
    cell_of_weights,
    empty_cells,
)
from vanas_panel.inspector.effective_rank import SMALLER_SIDE, effective_rank
from vanas_panel.inspector.layers import Layer, role_of
from vanas_panel.inspector.picture_cells import weights_in_cells
from vanas_panel.inspector.picture_layout import picture_layout
from vanas_panel.inspector.recording_form import (
    FORM,
    NOTE,
    EpochArrays,
    Header,
    LayerEntry,
    StopNote,
    encode_epoch,
    encode_header,
    encode_weights,
    to_codes,
)
from vanas_panel.inspector.training import UNITS, unit_word
from vanas_panel.readers.formats.tfrecord import masked_crc32c
from vanas_panel.text.language import Message

CELLS = 128 * 128
"""Most cells of a layer's picture in a recording."""

DETAILS = ("cells", "full")

_log = logging.getLogger(__name__)


class Recorder:
    """Writes how far every weight of a network moves, epoch by epoch.

    The file grows by one record an epoch and can be read while it does. It keeps exact figures of every layer, and of
    the weights what their pictures need. What the recorder holds in memory is 24 bytes a weight.

    Parameters
    ----------
    path : path-like
        A new file, by custom ``*.vptrain``.
    include, exclude : sequence of str
        Names of layers with wildcards, such as ``"encoder.*"``; by default everything is recorded.
    cells : int
        Most cells of a layer's picture, 1 to 1,048,576.
    detail : {"cells", "full"}
        Whether the weights themselves are kept, too, at 4 bytes (float64: 8) a weight and epoch.
    unit : {"epoch", "step"}
        What the numbers count. Paths per step are 1.2 to 10.5 times as long as those per epoch.
    roles : mapping of str to str, optional
        Roles of layers whose names do not tell them: ``"weight"``, ``"bias"``, ``"normalisation"``.
    bands : mapping of str to int, optional
        Groups of outputs that are drawn one below the other, such as 4 for the gates of an LSTM.
    title : str
        A name for people; by default that of the file.
    settings : mapping of str to str
        Of the training, shown beside it.
    cell : str
        JSON text of the cell that is trained and of the layers of its parts, see
        `vanas_panel.inspector.cell_change`.

    Raises
    ------
    TrainingError
        Where the file exists already, or an argument is none of those above.

    Examples
    --------
    >>> import numpy as np, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "run.vptrain"
    >>> with Recorder(path) as recorder:
    ...     recorder.record(0, {"fc.weight": np.zeros((2, 3))})
    ...     recorder.record(1, {"fc.weight": np.ones((2, 3))})
    >>> path.stat().st_size > 100
    True
    """

    def __init__(
        self, path: str | PathLike[str], include: Sequence[str] = (), exclude: Sequence[str] = (), cells: int = CELLS,
        detail: str = "cells", *, unit: str = "epoch", roles: Mapping[str, str] | None = None,
        bands: Mapping[str, int] | None = None, title: str = "", settings: Mapping[str, str] | None = None,
        cell: str = "",
    ):
        if detail not in DETAILS or not 1 <= cells <= 1 << 20 or unit not in UNITS:
            raise TrainingError(Message("Found detail={detail}, cells={cells} and unit={unit}; expected \"cells\" or "
                                        "\"full\", 1 to 1,048,576 cells, and \"epoch\", \"step\" or "
                                        "\"checkpoint\".", detail=repr(detail), cells=cells, unit=repr(unit)))
        self.path = Path(path)
        self.stopped: Message | None = None
        """Why nothing is recorded any more, where a weight was no finite number."""
        self._include, self._exclude = _patterns(include) or ["*"], _patterns(exclude)
        self._roles, self._bands = dict(roles or {}), dict(bands or {})
        self._header = Header(
            form=FORM, layers=(), cells=cells, detail=detail, unit=unit, title=title or self.path.stem, cell=cell,
            settings={str(key): str(value) for key, value in (settings or {}).items()})
        self._layers: list[_LayerState] = []
        self._epoch: int | None = None
        self._file = _created(self.path)

    def record(self, epoch: int, arrays: Mapping[str, Any]) -> None:
        """Add an epoch.

        Parameters
        ----------
        epoch : int
            Larger than the one before; the first one is what changes are counted from, by custom 0 before training.
        arrays : mapping of str to array_like
            Weights by the name of their layer, in the order of the network, outputs first. Arrays of whole numbers
            and scalars are left out.

        Raises
        ------
        TrainingError
            Where the epoch is not larger, or a layer is missing or has another shape. A weight that is no finite number
            is no error: it must not end a training. It ends the recording, with a line in the log, see
            `stopped`.
        """
        if self.stopped is not None or self._file.closed:
            return
        if self._epoch is not None and epoch <= self._epoch:
            raise TrainingError(Message("Found {unit} {epoch} after {before}; expected a larger number.",
                                        unit=unit_word(self._header.unit), epoch=epoch, before=self._epoch))
        if not self._layers:
            self._begin(arrays)
        weights = [self._taken(state.layer, arrays) for state in self._layers]
        for state, current in zip(self._layers, weights, strict=True):
            if not np.isfinite(current).all():
                self._stop(epoch, state.layer, current)
                return
        start = self._file.tell()
        try:
            self._write(encode_epoch(epoch, _joined([state.add(current) for state, current in
                                                     zip(self._layers, weights, strict=True)], self._layers)))
            if self._header.detail == "full":
                for at, current in enumerate(weights):
                    self._write(encode_weights(epoch, at, current))
            self._file.flush()
        except OSError as error:
            self._give_up(start, error)
        self._epoch = epoch

    def close(self) -> None:
        """Close the file; what was recorded stays."""
        try:
            self._file.close()
        except OSError as error:
            raise TrainingError(Message("The recording {path} cannot be written: {reason}.", path=self.path,
                                        reason=error.strerror or error)) from error

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, arrays: Mapping[str, Any]) -> None:
        """Choose the layers and write the header."""
        for name, array in arrays.items():
            found = np.asarray(array)
            if self._wanted(name) and found.ndim and found.size and found.dtype.kind == "f":
                role = self._roles.get(name) or role_of(name, found.shape)
                self._layers.append(_LayerState(Layer(name, found.shape, role, self._bands.get(name, 1)),
                                                self._header.cells))
        if not self._layers:
            raise TrainingError(Message("Found no layer to record among {count} arrays; expected one of floating-point "
                                        "numbers whose name matches {include}.", count=len(arrays),
                                        include=", ".join(self._include)))
        entries = tuple(LayerEntry(each.layer.name, each.layer.shape, each.layer.role, each.layer.bands)
                        for each in self._layers)
        self._write(encode_header(msgspec.structs.replace(self._header, layers=entries)))

    def _wanted(self, name: str) -> bool:
        return any(fnmatchcase(name, each) for each in self._include) and not any(
            fnmatchcase(name, each) for each in self._exclude)

    def _taken(self, layer: Layer, arrays: Mapping[str, Any]) -> NDArray:
        """The weights of a layer as a matrix of outputs by the rest, copied: trainings change theirs in place."""
        if layer.name not in arrays:
            raise TrainingError(Message("Found no array for layer {name}; expected all {count} layers of the first "
                                        "record at every one.", name=layer.name, count=len(self._layers)))
        found = np.asarray(arrays[layer.name])
        if found.shape != layer.shape:
            raise TrainingError(Message("Found layer {name} of shape {shape}; expected {before}, as at first.",
                                        name=layer.name, shape=list(found.shape), before=list(layer.shape)))
        kind = np.float64 if found.dtype == np.float64 else np.float32
        return np.array(found, dtype=kind, order="C").reshape(layer.outputs, -1)

    def _stop(self, epoch: int, layer: Layer, current: NDArray) -> None:
        """Say in the file that it ends here, and why."""
        at = int(np.argmin(np.isfinite(current)))
        place = tuple(int(each) for each in np.unravel_index(at, layer.shape))
        value = str(current.reshape(-1)[at])
        self.stopped = Message("Recorded up to {unit} {last}: layer {layer} has {value} at {place}.",
                               unit=unit_word(self._header.unit), last=self._epoch, layer=layer.name, value=value,
                               place=list(place))
        self._write(NOTE + msgspec.json.encode(StopNote(epoch, layer.name, place, value)))
        self._file.flush()
        _log.warning("%s", self.stopped)

    def _give_up(self, start: int, error: OSError) -> None:
        """End the recording where the disk takes no more: what a further record follows must be whole.

        Raises
        ------
        TrainingError
        """
        self.stopped = Message("The recording {path} ends after {unit} {last}: {reason}.", path=self.path,
                               unit=unit_word(self._header.unit), last=self._epoch, reason=error.strerror or error)
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            truncate(self.path, start)
        raise TrainingError(self.stopped) from error

    def _write(self, payload: bytes) -> None:
        """Append a record, framed as TensorFlow frames them."""
        head = struct.pack("<Q", len(payload))
        self._file.write(head + struct.pack("<I", masked_crc32c(head)) + payload
                         + struct.pack("<I", masked_crc32c(payload)))


class _LayerState:
    """What the recorder has to remember of a layer from epoch to epoch."""

    def __init__(self, layer: Layer, cells: int):
        self.layer = layer
        self.layout = picture_layout(layer, cells)
        self._cell_of = cell_of_weights(self.layout, 0, layer.outputs)
        self._held = np.maximum(weights_in_cells(self.layout), 1).ravel()
        self._first: NDArray | None = None
        self._before: NDArray | None = None
        self._path = 0.0

    def add(self, current: NDArray) -> tuple[list[float], list[int], list[NDArray], list[NDArray]]:
        """Figures, places, figures of units and codes of an epoch."""
        if self._first is None or self._before is None:
            self._first = self._before = current
            self._accumulated = np.zeros(current.shape)
        cells = empty_cells(self.layout)
        sums, at = add_epoch(current, self._before, self._first, self._accumulated, self._cell_of,
                             prod(self.layer.kernel), 0, cells)
        change = float(np.sqrt(sums[CHANGE_SQUARED]))
        self._path += change
        small = min(current.shape) <= SMALLER_SIDE
        rank = effective_rank(np.subtract(current, self._first, dtype=np.float64)) if small else float("nan")
        figures = [sums[TOTAL], sums[LARGEST], change if self._before is not current else float("nan"),
                   np.sqrt(sums[WEIGHT_SQUARED]), self._path, np.sqrt(sums[NET_SQUARED]), rank]
        self._before = current
        still = int(np.count_nonzero(cells.output_largest == 0))
        return figures, [at, still], self._units(cells), self._codes(cells, float(sums[LARGEST]))

    def _units(self, cells: Cells) -> list[NDArray]:
        by_output, by_input = self.layer.count / self.layer.outputs, self.layer.count / self.layer.inputs
        return [cells.output_total / by_output, cells.output_largest, cells.input_total / by_input,
                cells.input_largest]

    def _codes(self, cells: Cells, largest: float) -> list[NDArray]:
        codes = [to_codes(cells.largest, largest)]
        if self.layout.side > 1:
            codes.append(to_codes(cells.total / self._held, largest))
        return codes


def _joined(found: list, layers: list[_LayerState]) -> EpochArrays:
    """The arrays of all layers at an epoch."""
    figures, places, units, codes = zip(*found, strict=True)
    return EpochArrays(np.array(figures).T, np.array(places).T, list(units), list(codes))


def _patterns(given: Sequence[str]) -> list[str]:
    """Names with wildcards; one text is one name."""
    return [given] if isinstance(given, str) else list(given)


def _created(path: Path) -> BinaryIO:
    """A new file; one that exists is never written over."""
    if path.exists():
        raise TrainingError(Message("Found the file {path}; expected a new one. Choose another name, or move the "
                                    "recording away.", path=path))
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        return path.open("xb")
    except OSError as error:
        raise TrainingError(Message("The recording {path} cannot be written: {reason}.", path=path,
                                    reason=error.strerror or error)) from error
