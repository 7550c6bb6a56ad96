"""From checkpoints to a measured training: every layer in pieces, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from vanas_panel.errors import SourceError
from vanas_panel.inspector.change import (
    CHANGE_SQUARED,
    LARGEST,
    NET_SQUARED,
    TOTAL,
    WEIGHT_SQUARED,
    add_epoch,
    cell_of_weights,
    empty_cells,
)
from vanas_panel.inspector.checkpoint import Checkpoint
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.picture_cells import weights_in_cells
from vanas_panel.inspector.picture_layout import PictureLayout, picture_layout
from vanas_panel.inspector.training import Figures, LayerPicture, Training, UnitFigures, unit_word
from vanas_panel.text.language import Message

CELLS = 256 * 256
"""Most cells of a layer's picture."""

ALL_CELLS = 16_000_000
"""Most cells of all pictures at all epochs, each of which takes 8 bytes."""

ALL_UNITS = 32_000_000
"""Most outputs and inputs of all layers at all epochs, each of which takes 8 bytes."""

PIECE = 1 << 20
"""Weights that are held at a time where a format can be mapped."""


@dataclass
class _Bad:
    """The first weight that is no finite number."""

    epoch: int
    layer: int
    at: tuple[int, ...]
    value: float


class Measurement:
    """Figures of every layer at every epoch, filled piece by piece.

    Parameters
    ----------
    layers : sequence of Layer
    epochs : int
        Number of recorded epochs, the first among them.
    cells : int
        Most cells of a layer's picture.
    """

    def __init__(self, layers: Sequence[Layer], epochs: int, cells: int = CELLS):
        self.layers = tuple(layers)
        cells = _affordable(layers, epochs, cells)
        self.layouts = tuple(picture_layout(layer, cells) for layer in layers)
        self.sums = np.zeros((epochs, len(layers), 5))
        self.largest_at = np.zeros((epochs, len(layers)), dtype=np.int64)
        self.still = np.zeros((epochs, len(layers)), dtype=np.int64)
        self.pictures: list[LayerPicture] = []
        self.units: list[UnitFigures] = []

    def add_layer(self, layer: int, epochs: int, pieces: _Pieces) -> _Bad | None:
        """Measure a layer over so many epochs; gives its first weight that is no finite number."""
        layout, kernel = self.layouts[layer], prod(self.layers[layer].kernel)
        # Figures of outputs are final after each piece, and kept in single precision: a layer may have many.
        piece = empty_cells(layout)
        found = [empty_cells(layout)._replace(output_total=piece.output_total, output_largest=piece.output_largest)
                 for _ in range(epochs)]
        outputs = np.zeros((2, epochs, layout.outputs), dtype=np.float32)
        bad: _Bad | None = None
        for start, stop in _ranges(self.layers[layer], pieces.whole):
            cell_of = cell_of_weights(layout, start, stop)
            first = before = pieces.rows(0, layer, start, stop)
            accumulated = np.zeros(first.shape)
            for epoch in range(epochs if bad is None else bad.epoch):
                current = first if epoch == 0 else pieces.rows(epoch, layer, start, stop)
                # Squares of huge weights overflow, and what is no number spreads; both are looked at below.
                with np.errstate(over="ignore", invalid="ignore"):
                    sums, at = add_epoch(current, before, first, accumulated, cell_of, kernel, start, found[epoch])
                    outputs[:, epoch, start:stop] = (piece.output_total[start:stop] / first.shape[1],
                                                     piece.output_largest[start:stop])
                self.still[epoch, layer] += np.count_nonzero(piece.output_largest[start:stop] == 0)
                if not np.isfinite(sums[WEIGHT_SQUARED]) and not np.isfinite(current).all():
                    bad = _first_bad(current, self.layers[layer], layer, epoch, start)
                    break
                self._add(epoch, layer, sums, at + start * first.shape[1])
                before = current
        self.units.append(_units(found, outputs, self.layers[layer]))
        self.pictures.append(_picture(found, layout))
        return bad

    def _add(self, epoch: int, layer: int, sums: NDArray[np.float64], at: int) -> None:
        """Add the sums of one piece to those of its layer."""
        before = self.sums[epoch, layer]
        if sums[LARGEST] > before[LARGEST]:
            before[LARGEST], self.largest_at[epoch, layer] = sums[LARGEST], at
        before[:LARGEST] += sums[:LARGEST]

    def figures(self, epochs: int) -> Figures:
        """The figures of the first so many epochs."""
        sums = self.sums[:epochs]
        change = np.sqrt(sums[..., CHANGE_SQUARED])
        path = np.cumsum(change, axis=0)
        change[0] = np.nan
        return Figures(
            total=sums[..., TOTAL].copy(), largest=sums[..., LARGEST].copy(), largest_at=self.largest_at[:epochs],
            change_norm=change, weight_norm=np.sqrt(sums[..., WEIGHT_SQUARED]), path_length=path,
            net_displacement=np.sqrt(sums[..., NET_SQUARED]),
            effective_rank=np.full(change.shape, np.nan), still=self.still[:epochs])


@dataclass
class _Pieces:
    """Where the weights of an epoch come from, as matrices of outputs by the rest."""

    checkpoints: Sequence[Checkpoint]
    orders: list[dict[str, int]]
    names: list[str]
    whole: bool

    def rows(self, epoch: int, layer: int, start: int, stop: int) -> NDArray:
        checkpoint = self.checkpoints[epoch]
        rows = checkpoint.rows(self.orders[epoch][self.names[layer]], start, stop)
        # Kernels are compiled once more for arrays that cannot be written, as those of mapped files; a copy is quicker.
        return np.require(rows, requirements=("C", "W")).reshape(stop - start, -1)


def measure(
    checkpoints: Sequence[Checkpoint], epochs: Sequence[int], unit: str = "epoch", title: str = "",
    notes: Sequence[Message] = (), cells: int = CELLS, progress: Callable[[float], None] | None = None,
) -> Training:
    """Measure how far the weights of checkpoints moved.

    Parameters
    ----------
    checkpoints : sequence of Checkpoint
        At least two, each with the layers of the first one, which gives their order.
    epochs : sequence of int
        Their numbers, increasing.
    unit : {"epoch", "step", "checkpoint"}
        What the numbers count.
    title : str
    notes : sequence of Message
        What the files' readers have to say.
    cells : int
        Most cells of a layer's picture; fewer where all pictures at all epochs would take more than 128 MB.
    progress : callable, optional
        Told the share that is done, from 0 to 1.

    Returns
    -------
    Training

    Raises
    ------
    SourceError
        Where a weight of the first or second checkpoint is no finite number, or no weight differs.
    """
    layers = checkpoints[0].layers
    measurement = Measurement(layers, len(epochs), cells)
    pieces = _Pieces(checkpoints, [{each.name: at for at, each in enumerate(one.layers)} for one in checkpoints],
                     [layer.name for layer in layers], whole=not all(each.mapped for each in checkpoints))
    end, kept = len(epochs), list(notes)
    for layer in range(len(layers)):
        found = measurement.add_layer(layer, end, pieces)
        if found is not None:
            end, kept = found.epoch, [*notes, _cut_at(found, layers, checkpoints, epochs, unit)]
        if progress is not None:
            progress((layer + 1) / len(layers))
    figures = measurement.figures(end)
    if not figures.largest[-1].any():
        raise SourceError(Message("{count} checkpoints with the same weights", count=end),
                          "weights that change from one checkpoint to the next",
                          "Check that the files are of different epochs of one training", path=checkpoints[0].path)

    def net_change(layer: int, epoch: int) -> NDArray[np.float64]:
        outputs = layers[layer].outputs
        now, then = (pieces.rows(each, layer, 0, outputs) for each in (epoch, 0))
        return np.subtract(now, then, dtype=np.float64).reshape(layers[layer].shape)

    pictures = tuple(LayerPicture(each.layout, each.maxima[:end], each.means[:end]) for each in measurement.pictures)
    units = tuple(UnitFigures(*(getattr(each, name)[:end] for name in
                                ("output_mean", "output_max", "input_mean", "input_max")))
                  for each in measurement.units)
    return Training(title, tuple(layers), np.array(epochs[:end], dtype=np.int64), unit, figures, units, pictures,
                    tuple(kept), net_change=net_change)


def _affordable(layers: Sequence[Layer], epochs: int, cells: int) -> int:
    """Most cells of a layer for which all pictures at all epochs stay within `ALL_CELLS`, at least 256."""
    while cells > 256 and epochs * sum(min(layer.count, cells) for layer in layers) > ALL_CELLS:
        cells //= 2
    return cells


def _ranges(layer: Layer, whole: bool) -> list[tuple[int, int]]:
    """Outputs that are read at a time: all of them where a call reads the whole layer anyhow."""
    step = layer.outputs if whole else max(1, PIECE // (layer.count // layer.outputs))
    return [(start, min(start + step, layer.outputs)) for start in range(0, layer.outputs, step)]


def _first_bad(current: NDArray, layer: Layer, number: int, epoch: int, start: int) -> _Bad:
    at = int(np.argmin(np.isfinite(current)))
    place = np.unravel_index(at + start * current.shape[1], layer.shape)
    return _Bad(epoch, number, tuple(int(each) for each in place), float(current.reshape(-1)[at]))


def _cut_at(bad: _Bad, layers: Sequence[Layer], checkpoints: Sequence[Checkpoint], epochs: Sequence[int],
            unit: str) -> Message:
    """What is said where a training is shown up to a weight that is no number; the error where too little is left."""
    found = Message("the value {value} in layer {layer} at {place}, {unit} {epoch}", value=bad.value,
                    layer=layers[bad.layer].name, place=list(bad.at), unit=unit_word(unit), epoch=epochs[bad.epoch])
    if bad.epoch < 2:
        raise SourceError(found, "finite weights in at least two checkpoints",
                          "Leave this file out, or look why the training diverged", path=checkpoints[bad.epoch].path)
    return Message("Shown up to {unit} {last}: {file} has {found}.", unit=unit_word(unit), last=epochs[bad.epoch - 1],
                   file=checkpoints[bad.epoch].path.name, found=found)


def _picture(found: list, layout: PictureLayout) -> LayerPicture:
    shape = (len(found), layout.cell_rows, layout.cell_columns)
    held = weights_in_cells(layout).ravel()
    with np.errstate(invalid="ignore", over="ignore"):
        maxima = np.stack([np.where(held > 0, each.largest, np.nan).astype(np.float32) for each in found])
        means = np.stack([(each.total / held).astype(np.float32) for each in found])
    return LayerPicture(layout, maxima.reshape(shape), means.reshape(shape))


def _units(found: list, outputs: NDArray[np.float32], layer: Layer) -> UnitFigures:
    by_input = layer.count // layer.inputs
    with np.errstate(over="ignore"):
        means, largest = (np.stack(each).astype(np.float32) for each in (
            [each.input_total / by_input for each in found], [each.input_largest for each in found]))
    return UnitFigures(outputs[0], outputs[1], means, largest)
