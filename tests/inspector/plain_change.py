"""Accumulated change once more, as a textbook has it: plain NumPy over whole arrays, for comparison."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from vanas_panel.inspector.layers import Layer


class ArraysCheckpoint:
    """A checkpoint that holds its arrays."""

    ordered, skipped = True, ()

    def __init__(self, layers, weights, name="epoch_0.npz", mapped=True):
        self.layers, self.weights, self.path, self.mapped = tuple(layers), weights, Path(name), mapped

    def rows(self, layer, start, stop):
        """Weights of some outputs."""
        return self.weights[layer][start:stop]


def random_training(layers, epochs, seed=0, kind=np.float32):
    """Weights of every epoch: a list over epochs of lists over layers."""
    random = np.random.default_rng(seed)
    weights = [[random.normal(size=layer.shape).astype(kind) for layer in layers]]
    for _ in range(epochs - 1):
        weights.append([(each + random.standard_t(3, size=each.shape) * 0.01).astype(kind) for each in weights[-1]])
    return weights


def checkpoints_of(layers, weights, mapped=True):
    """A checkpoint for every epoch."""
    return [ArraysCheckpoint(layers, each, f"epoch_{epoch}.npz", mapped) for epoch, each in enumerate(weights)]


def accumulated(weights, layer, epoch):
    """Accumulated absolute change of a layer up to an epoch, float64."""
    total = np.zeros(weights[0][layer].shape)
    for before, after in pairwise(weights[: epoch + 1]):
        total = total + np.abs(after[layer].astype(np.float64) - before[layer].astype(np.float64))
    return total


def plain_effective_rank(change):
    """From the singular values that NumPy finds, in the words of the article."""
    values = np.linalg.svd(np.reshape(change, (len(change), -1)).astype(np.float64))[1]
    probabilities = values / np.abs(values).sum()
    return float(np.exp(-sum(each * np.log(each) for each in probabilities if each > 0)))


def plain_cells(values, layout):
    """Largest and mean value of every cell, weight by weight."""
    found = {}
    outputs, inputs = layout.outputs, layout.inputs
    blocks = values.reshape(outputs, inputs, layout.height, layout.width)
    for (output, entry, y, x), value in np.ndenumerate(blocks):
        row, column = layout.place(output, entry, y, x)
        found.setdefault((row // layout.side, column // layout.side), []).append(value)
    shape = layout.cell_rows, layout.cell_columns
    largest, mean = np.full(shape, np.nan), np.full(shape, np.nan)
    for place, held in found.items():
        largest[place], mean[place] = max(held), sum(held) / len(held)
    return largest, mean


LAYERS = (Layer("conv1.weight", (6, 2, 3, 3)), Layer("conv1.bias", (6,), "bias"), Layer("fc1.weight", (7, 40)),
          Layer("wide.weight", (60, 4)), Layer("gates.weight", (8, 5), bands=4), Layer("conv1d.weight", (4, 3, 5)))
