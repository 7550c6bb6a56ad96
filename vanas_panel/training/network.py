"""The network of a cell, for several seeds at once.

Seeds share every layer as groups of channels: seed s owns the s-th part of each tensor's channels, convolutions are
grouped, and batch normalisation and pooling work on each channel by itself anyway. So nothing passes from one seed to
another, and each computes what it would compute in a network of its own, in much less than the sum of their times.

What is around the cells and which channels its vertices take is said in `vanas_panel.core.cost`, whose counts a test
compares with the parameters here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import KERNEL_SIZES, STEM_KERNEL_SIZE, Skeleton
from vanas_panel.errors import UnknownOperationError
from vanas_panel.text.language import Message


def vertex_channels(cell: Cell, channels: int) -> dict[int, int]:
    """Channels of each inner vertex of a cell whose vertices are in topological order.

    Parameters
    ----------
    cell : Cell
    channels : int
        The output of the cell.

    Returns
    -------
    dict of int to int
        By vertex. Those that feed the output share `channels`, the first ones taking one more each where the division
        leaves some over; any other takes the most among its inner successors.
    """
    feeders = [source for source, target in cell.edges if target == cell.output and source]
    split = {vertex: channels // len(feeders) + (rank < channels % len(feeders)) for rank, vertex in enumerate(feeders)}
    for vertex in range(cell.output - 1, 0, -1):
        if vertex not in split:
            split[vertex] = max(split[target] for source, target in cell.edges if source == vertex)
    return split


class ConvBnRelu(nn.Module):
    """A convolution without bias that keeps the image size, batch normalisation and ReLU, for each seed by itself.

    Parameters
    ----------
    seeds : int
    sources, channels : int
        Channels in and out, of one seed.
    kernel_size : int
    momentum, epsilon : float
        Of the batch normalisation.
    """

    def __init__(self, seeds: int, sources: int, channels: int, kernel_size: int, momentum: float, epsilon: float):
        super().__init__()
        self.convolution = nn.Conv2d(seeds * sources, seeds * channels, kernel_size, padding=kernel_size // 2,
                                     groups=seeds, bias=False)
        self.normalisation = nn.BatchNorm2d(seeds * channels, eps=epsilon, momentum=momentum)

    def forward(self, images: Tensor) -> Tensor:
        """Images ``(batch, seeds * sources, height, width)`` to ``(batch, seeds * channels, height, width)``."""
        return functional.relu(self.normalisation(self.convolution(images)), inplace=True)


class CellModule(nn.Module):
    """One cell of a network.

    Parameters
    ----------
    cell : Cell
        Its vertices in topological order.
    seeds : int
    sources, channels : int
        Channels in and out, of one seed.
    momentum, epsilon : float
        Of the batch normalisations.
    """

    def __init__(self, cell: Cell, seeds: int, sources: int, channels: int, momentum: float, epsilon: float):
        super().__init__()
        self.seeds = seeds
        self.output = cell.output
        self.predecessors = [[s for s, t in cell.edges if t == vertex] for vertex in range(len(cell.operations))]
        self.channels = {0: sources, **vertex_channels(cell, channels), self.output: channels}
        self.projections = nn.ModuleDict()
        self.operations = nn.ModuleDict()
        for vertex in range(1, len(cell.operations)):
            own = self.channels[vertex]
            if 0 in self.predecessors[vertex]:
                self.projections[str(vertex)] = ConvBnRelu(seeds, sources, own, 1, momentum, epsilon)
            size = 0 if vertex == self.output else KERNEL_SIZES[cell.operations[vertex]]
            if size:
                self.operations[str(vertex)] = ConvBnRelu(seeds, own, own, size, momentum, epsilon)
            elif vertex != self.output:
                self.operations[str(vertex)] = nn.MaxPool2d(3, stride=1, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        """Images ``(batch, seeds * sources, height, width)`` to ``(batch, seeds * channels, height, width)``."""
        values = {0: images}
        for vertex in range(1, self.output):
            channels = self.channels[vertex]
            parts = [truncated(values[source], self.seeds, self.channels[source], channels)
                     for source in self.predecessors[vertex] if source]
            values[vertex] = self.operations[str(vertex)](self._with_projection(parts, images, vertex))
        parts = [values[source] for source in self.predecessors[self.output] if source]
        joined = [concatenated(parts, self.seeds)] if parts else []
        return self._with_projection(joined, images, self.output)

    def _with_projection(self, parts: list[Tensor], images: Tensor, vertex: int) -> Tensor:
        """The sum of some tensors and of the projected input of the cell where it feeds the vertex."""
        if str(vertex) in self.projections:
            parts = [*parts, self.projections[str(vertex)](images)]
        return reduce(torch.add, parts)


class GroupedNetwork(nn.Module):
    """The network of a cell for several seeds.

    Parameters
    ----------
    cell : Cell
        Its operations among `KERNEL_SIZES`. The vertices are put into topological order, which decides who takes a
        left-over channel; give equal cells in one order, such as that of the canonical key, to get equal networks.
    skeleton : Skeleton
    seeds : int
    batch_norm_momentum, batch_norm_epsilon : float

    Attributes
    ----------
    cell : Cell
        With its vertices in topological order.

    Raises
    ------
    UnknownOperationError
        Where an operation has no known weights.
    """

    def __init__(self, cell: Cell, skeleton: Skeleton, seeds: int = 1, *, batch_norm_momentum: float = 0.1,
                 batch_norm_epsilon: float = 1e-5):
        super().__init__()
        self.cell = cell = _in_order(cell)
        norm = batch_norm_momentum, batch_norm_epsilon
        widths = [skeleton.stem_channels << stack for stack in range(skeleton.stacks)]
        self.seeds = seeds
        self.stem = ConvBnRelu(seeds, skeleton.image_channels, widths[0], STEM_KERNEL_SIZE, *norm)
        self.stacks = nn.ModuleList()
        for sources, channels in pairwise([widths[0], *widths]):
            sizes = [sources, *[channels] * (skeleton.cells_per_stack - 1)]
            self.stacks.append(nn.Sequential(*(CellModule(cell, seeds, size, channels, *norm) for size in sizes)))
        self.weight = nn.Parameter(torch.zeros(seeds, widths[-1], skeleton.classes))
        self.bias = nn.Parameter(torch.zeros(seeds, 1, skeleton.classes))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload,unused-ignore]

    def forward(self, images: Tensor) -> Tensor:
        """Logits of each seed for its own images.

        Parameters
        ----------
        images : float32 (batch, seeds * image_channels, size, size)
            In ``channels_last``, which is several times faster here.

        Returns
        -------
        float32 (seeds, batch, classes)
        """
        values = self.stem(images)
        for number, stack in enumerate(self.stacks):
            if number:
                values = functional.max_pool2d(values, 2, ceil_mode=True)
            values = stack(values)
        features = values.mean(dim=(2, 3)).unflatten(1, (self.seeds, -1)).transpose(0, 1)
        return torch.baddbmm(self.bias, features, self.weight)

    def initialise(self, generators: Sequence[np.random.Generator]) -> None:
        """Draw the weights: normal with variance 2 / fan-in for convolutions, 1 / fan-in for the dense layer.

        Parameters
        ----------
        generators : sequence of numpy.random.Generator (seeds,)
            One for each seed, which so gets the weights that it would get in a network of its own.
        """
        with torch.no_grad():
            for module in self.modules():
                if isinstance(module, nn.Conv2d):
                    self._draw(module.weight, generators, (2 / module.weight[0].numel()) ** 0.5)
            self._draw(self.weight, generators, self.weight.shape[1] ** -0.5)

    def _draw(self, weight: Tensor, generators: Sequence[np.random.Generator], deviation: float) -> None:
        """Fill the part of each seed, which is a run of the first dimension."""
        for part, generator in zip(weight.chunk(self.seeds), generators, strict=True):
            part.copy_(torch.from_numpy(generator.standard_normal(tuple(part.shape), dtype=np.float32) * deviation))


def truncated(values: Tensor, seeds: int, sources: int, channels: int) -> Tensor:
    """The first `channels` of the `sources` channels of every seed.

    Parameters
    ----------
    values : Tensor (batch, seeds * sources, height, width)
        In ``channels_last``, as is the result.

    Returns
    -------
    Tensor (batch, seeds * channels, height, width)
    """
    if channels == sources:
        return values
    by_seed = values.permute(0, 2, 3, 1).unflatten(3, (seeds, sources))
    return by_seed[..., :channels].flatten(3).permute(0, 3, 1, 2)


def concatenated(parts: Sequence[Tensor], seeds: int) -> Tensor:
    """Join the channels of several tensors, seed by seed.

    Parameters
    ----------
    parts : sequence of Tensor (batch, seeds * channels_i, height, width)
        In ``channels_last``, as is the result.

    Returns
    -------
    Tensor (batch, seeds * sum of channels_i, height, width)
    """
    if len(parts) == 1:
        return parts[0]
    by_seed = [part.permute(0, 2, 3, 1).unflatten(3, (seeds, -1)) for part in parts]
    return torch.cat(by_seed, dim=4).flatten(3).permute(0, 3, 1, 2)


def _in_order(cell: Cell) -> Cell:
    """The same cell with its vertices in topological order, or an error for operations without known weights."""
    strangers = sorted({operation for operation in cell.operations[1:-1] if operation not in KERNEL_SIZES})
    if strangers:
        raise UnknownOperationError(Message("Found operation {strangers}; expected only {known}, which a "
                                            "network can be built from. Replace it.", strangers=", ".join(strangers),
                                            known=", ".join(KERNEL_SIZES)))
    order = cell.topological_order()
    assert order is not None  # a cell has no cycle
    rank = {vertex: index for index, vertex in enumerate(order)}
    edges = [(rank[source], rank[target]) for source, target in cell.edges]
    return Cell(tuple(cell.operations[vertex] for vertex in order), tuple(edges), cell.space)
