"""Recorded trainings made with NumPy alone, for tests of what is shown of one: every weight is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vanas_panel.inspector.layers import BIAS, Layer
from vanas_panel.inspector.picture_layout import PictureLayout, picture_layout
from vanas_panel.inspector.training import Figures, LayerPicture, Training, UnitFigures

MNIST = (Layer("conv1.weight", (20, 1, 5, 5)), Layer("conv1.bias", (20,), BIAS), Layer("conv2.weight", (50, 20, 5, 5)),
         Layer("fc1.weight", (500, 800)), Layer("fc1.bias", (500,), BIAS), Layer("fc2.weight", (10, 500)))
"""A network for images of digits, 430,520 weights and biases."""


def walked(layers: tuple[Layer, ...] = MNIST, epochs: int = 6, seed: int = 0) -> list[NDArray[np.float64]]:
    """Weights of every layer at every epoch, each of shape (epochs, *shape): small steps, smaller with more inputs."""
    rng = np.random.default_rng(seed)
    found = []
    for layer in layers:
        fan_in = layer.count / layer.outputs
        # Some units move ten times as far as others, so that a picture has stripes.
        scale = 0.2 / np.sqrt(fan_in) * 10 ** rng.uniform(-1, 0, (layer.outputs,) + (1,) * (len(layer.shape) - 1))
        steps = rng.standard_normal((epochs, *layer.shape)) * scale
        steps[1:] *= (1 / np.arange(1, epochs))[(...,) + (None,) * len(layer.shape)]
        found.append(np.cumsum(steps, axis=0))
    return found


def accumulated(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of absolute changes up to every epoch."""
    changes = np.abs(np.diff(weights, axis=0))
    return np.concatenate([np.zeros_like(weights[:1]), np.cumsum(changes, axis=0)])


def made_training(layers: tuple[Layer, ...] = MNIST, epochs: int = 6, seed: int = 0, cells: int = 65536,
                  numbers: list[int] | None = None, title: str = "made", **more) -> Training:
    """A training whose weights are those of `walked`."""
    weights = walked(layers, epochs, seed)
    sums = [accumulated(each) for each in weights]
    layouts = [picture_layout(layer, cells) for layer in layers]
    pictures = tuple(_picture(total, layout) for total, layout in zip(sums, layouts, strict=True))
    return Training(title, layers, np.array(numbers if numbers is not None else range(epochs)), "epoch",
                    _figures(weights, sums), tuple(map(_units, sums)), pictures, **more)


def in_place(values: NDArray, layout: PictureLayout) -> NDArray[np.float64]:
    """Values of one epoch, outputs first, as the whole folded picture; NaN where there is no weight."""
    blocks = values.reshape(layout.outputs, layout.inputs, layout.height, layout.width)
    flat = blocks.transpose(1, 2, 0, 3).reshape(layout.inputs * layout.height, layout.outputs * layout.width)
    whole = np.full((layout.rows, layout.columns), np.nan)
    if layout.fold == "none":
        return flat
    axis = 1 if layout.fold == "across" else 0
    for band, start in enumerate(range(0, flat.shape[axis], layout.length)):
        if axis:
            part = flat[:, start:start + layout.length]
            whole[band * flat.shape[0]:(band + 1) * flat.shape[0], :part.shape[1]] = part
        else:
            part = flat[start:start + layout.length]
            whole[:part.shape[0], band * flat.shape[1]:(band + 1) * flat.shape[1]] = part
    return whole


def cell_values(whole: NDArray, side: int) -> tuple[NDArray, NDArray, NDArray]:
    """Maximum, mean and number of weights of every square of so many weights, by looking at each of them."""
    shape = tuple(-(-size // side) for size in whole.shape)
    largest, mean, count = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, int)
    for row, column in np.ndindex(*shape):
        square = whole[row * side:(row + 1) * side, column * side:(column + 1) * side]
        there = square[~np.isnan(square)]
        if there.size:
            largest[row, column], mean[row, column], count[row, column] = there.max(), there.mean(), there.size
    return largest, mean, count


def _picture(total: NDArray, layout: PictureLayout) -> LayerPicture:
    """The cells of a layer."""
    wholes = [in_place(values, layout) for values in total]
    if layout.side == 1:
        cells = np.array(wholes, np.float32)
        return LayerPicture(layout, cells, cells.copy())
    found = [cell_values(whole, layout.side) for whole in wholes]
    return LayerPicture(layout, np.array([each[0] for each in found], np.float32),
                        np.array([each[1] for each in found], np.float32))


def _units(total: NDArray) -> UnitFigures:
    """Figures by output and input."""
    flat = total.reshape(total.shape[0], total.shape[1], total.shape[2] if total.ndim > 2 else 1, -1)
    return UnitFigures(flat.mean((2, 3)).astype("f4"), flat.max((2, 3)).astype("f4"), flat.mean((1, 3)).astype("f4"),
                       flat.max((1, 3)).astype("f4"))


def _figures(weights: list[NDArray], sums: list[NDArray]) -> Figures:
    """The exact figures."""
    flat = [each.reshape(len(each), -1) for each in weights]
    steps = [np.concatenate([[np.nan], np.linalg.norm(np.diff(each, axis=0), axis=1)]) for each in flat]
    totals = [each.reshape(len(each), -1) for each in sums]
    still = [(each == each[:1]).reshape(*each.shape[:2], -1).all(axis=2).sum(axis=1) for each in weights]
    rank = [np.concatenate([[np.nan], np.full(len(each) - 1, min(each.shape[1:] + (9,)))]) for each in weights]

    def columns(values):
        return np.array(list(values)).T

    return Figures(columns(each.sum(1) for each in totals), columns(each.max(1) for each in totals),
                   columns(each.argmax(1) for each in totals), columns(steps),
                   columns(np.linalg.norm(each, axis=1) for each in flat),
                   columns(np.nancumsum(each) for each in steps),
                   columns(np.linalg.norm(each - each[:1], axis=1) for each in flat), columns(rank).astype(float),
                   columns(still))
