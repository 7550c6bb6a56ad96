"""The network of a plan as a PyTorch module: stacked cells between a convolution and a classifier."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.derived_network import dropped
from vanas_panel.training.darts.network_shape import (
    OPERATIONS,
    SKIP,
    TEXT_OPERATIONS,
    Shape,
    check_heads,
    check_names,
    reduction_cells,
)
from vanas_panel.training.darts.operations import Fan, Halved
from vanas_panel.training.darts.stem import stem_of
from vanas_panel.training.neat.plan import Plan

_ACTIVATIONS = {"identity": nn.Identity(), "relu": nn.ReLU(), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()}


class NeatNetwork(nn.Module):
    """Cells of a plan in a row between a convolution and a classifier.

    Parameters
    ----------
    plan : Plan
        With one input: the cell before, or the convolution.
    shape : Shape
        Before the cells at one and at two thirds, height and width are halved and channels doubled. Its number of nodes
        is not used.
    dropout : float, optional
        Probability that an entry is dropped in training: of the vectors of words, and of what is classified.

    Raises
    ------
    TrainingError
        Where the plan has several inputs, or an operation that cannot be trained.
    """

    def __init__(self, plan: Plan, shape: Shape, dropout: float = 0.0):
        super().__init__()
        check_plan(plan, shape)
        channels, reducing = shape.channels, reduction_cells(shape.cells)
        is_text = bool(shape.words)
        self.stem, self.dropout = stem_of(shape, channels, dropout=dropout), nn.Dropout(dropout)
        cells: list[nn.Module] = []
        for index in range(shape.cells):
            if index in reducing:
                cells.append(_Halving(channels, is_text))
                channels *= 2
            cells.append(NeatCell(plan, channels, is_text))
        self.cells = nn.ModuleList(cells)
        self.classifier = nn.Linear(channels, shape.classes)

    def forward(self, images: Tensor, drop: float = 0.0) -> Tensor:
        """Class scores.

        Parameters
        ----------
        images : Tensor (batch, channels, height, width)
            Of texts the numbers of words, int64 ``(batch, 1, 1, length)``.
        drop : float, optional
            Probability that the result of an operation is dropped for an image, identities left out; only while the
            network is in training mode.

        Returns
        -------
        Tensor (batch, classes)
        """
        features = self.stem(images)
        for cell in self.cells:
            features = cell(features, drop)
        return self.classifier(self.dropout(features.mean(dim=(2, 3))))


class NeatCell(nn.Module):
    """A cell: every node applies its activation to the sum or the product of what its edges give.

    Parameters
    ----------
    plan : Plan
    channels : int
        Of every node.
    is_text : bool, optional
        Whether feature maps are texts, of height 1.
    """

    def __init__(self, plan: Plan, channels: int, is_text: bool = False):
        super().__init__()
        self.plan = plan
        self.paths = nn.ModuleList(Fan(channels, 1, (name,), 1, affine=True, is_text=is_text)
                                   for _source, _target, name in plan.edges)

    def forward(self, features: Tensor, drop: float) -> Tensor:
        """Run the cell."""
        states, weight = [features], features.new_ones(1, 1)
        for node, (activation, aggregation) in enumerate(self.plan.nodes, start=1):
            parts = []
            for path, (source, target, name) in zip(self.paths, self.plan.edges, strict=True):
                if target == node:
                    part = path(states[source], weight)[0]
                    parts.append(dropped(part, drop) if self.training and drop and name != SKIP else part)
            whole = parts[0]
            for part in parts[1:]:
                whole = whole * part if aggregation == "multiply" else whole + part
            states.append(_ACTIVATIONS[activation](whole))
        return states[-1]


class _Halving(nn.Module):
    """Halves height and width, of texts the length, and doubles the channels."""

    def __init__(self, channels: int, is_text: bool):
        super().__init__()
        self.halved = Halved(channels, 2 * channels, is_text=is_text)

    def forward(self, features: Tensor, drop: float) -> Tensor:
        return self.halved(torch.relu(features))


def check_plan(plan: Plan, shape: Shape) -> None:
    """Refuse a plan of which no network of this shape can be built.

    Raises
    ------
    TrainingError
    """
    if len(plan.inputs) != 1:
        raise TrainingError(Message("Found a network of {count} inputs; expected one, the images or texts. Choose a "
                                    "genome with one input.", count=len(plan.inputs)))
    names = [name for _source, _target, name in plan.edges]
    check_names(names, TEXT_OPERATIONS if shape.words else OPERATIONS)
    check_heads(names, shape.channels)
