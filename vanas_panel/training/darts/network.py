"""The network of a gradient search: stacked cells in which every edge is a weighted sum of its operations."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vanas_panel.training.darts.network_shape import Shape, edge_of, reduction_cells
from vanas_panel.training.darts.operations import Fan, Halved
from vanas_panel.training.darts.stem import STEM_TIMES, stem_of

Kept = Sequence[Sequence[tuple[str, ...]]]

class SearchCell(nn.Module):
    """A cell whose edges are weighted sums.

    Parameters
    ----------
    before, last : int
        Channels of the outputs of the two cells before, the last one second.
    channels, nodes : int
    operations : tuple of str
    reduces, last_reduced : bool
        Whether this cell and the last one halve height and width.
    kept : sequence of tuple of str, optional
        The operations of every edge, where these are not all.
    is_text : bool, optional
        Whether feature maps are texts, of height 1.
    """

    def __init__(self, before: int, last: int, channels: int, nodes: int, operations: tuple[str, ...],
                 reduces: bool, last_reduced: bool, kept: Sequence[tuple[str, ...]] | None = None,
                 is_text: bool = False):
        super().__init__()
        self.nodes = nodes
        self.first = (Halved(before, channels, affine=False, is_text=is_text) if last_reduced else
                      _joined(before, channels))
        self.second = _joined(last, channels)
        # Source 0 and 1 reach every node, source 2 the nodes after the first, and so on; the last node none.
        self.fans = nn.ModuleList(
            Fan(channels, nodes - max(0, source - 1), operations, 2 if reduces and source < 2 else 1,
                kept=None if kept is None else [kept[edge_of(node, source)]
                                                for node in range(max(0, source - 1), nodes)], is_text=is_text)
            for source in range(nodes + 1))

    def forward(self, before: Tensor, last: Tensor, weights: Tensor) -> Tensor:
        """Run the cell.

        Parameters
        ----------
        before, last : Tensor (batch, channels, height, width)
        weights : Tensor (edges, operations)

        Returns
        -------
        Tensor (batch, nodes * channels, height, width)
        """
        states = [self.first(torch.relu(before)), self.second(torch.relu(last))]
        sums: list[Tensor | None] = [None] * self.nodes
        for source, fan in enumerate(self.fans):
            reached = range(max(0, source - 1), self.nodes)
            out = fan(states[source], weights[[edge_of(node, source) for node in reached]])
            for number, node in enumerate(reached):
                before_this = sums[node]
                sums[node] = out[number] if before_this is None else before_this + out[number]
            finished = sums[source - 1] if source >= 1 else None
            if finished is not None:
                states.append(finished)
        return torch.cat([each for each in sums if each is not None], dim=1)


class SearchNetwork(nn.Module):
    """Cells in a row between a convolution and a classifier.

    Parameters
    ----------
    shape : Shape
    operations : tuple of str
        Candidates of every edge.
    kept : sequence of sequence of tuple of str, optional
        For normal cells, then for reduction cells where there are any: the operations of every edge, where these are
        not all candidates. An edge then shares its weight among these alone.
    dropout : float, optional
        Probability that an entry is dropped in training: of the vectors of words, and of what is classified.
    """

    def __init__(self, shape: Shape, operations: tuple[str, ...], kept: Kept | None = None, dropout: float = 0.0):
        super().__init__()
        channels, reducing = shape.channels, reduction_cells(shape.cells)
        self.stem, self.dropout = stem_of(shape, affine=False, dropout=dropout), nn.Dropout(dropout)
        before = last = STEM_TIMES * channels
        cells: list[nn.Module] = []
        for index in range(shape.cells):
            channels *= 2 if index in reducing else 1
            cells.append(SearchCell(before, last, channels, shape.nodes, operations, index in reducing,
                                    index - 1 in reducing, kept[index in reducing] if kept else None,
                                    bool(shape.words)))
            before, last = last, shape.nodes * channels
        self.cells = nn.ModuleList(cells)
        self.reducing = reducing
        self.masks = [torch.tensor([[name not in edge for name in operations] for edge in kind])
                      for kind in kept or ()]
        self.classifier = nn.Linear(last, shape.classes)

    def forward(self, images: Tensor, alphas: Sequence[Tensor]) -> Tensor:
        """Class scores.

        Parameters
        ----------
        images : Tensor (batch, channels, height, width)
            Of texts the numbers of words, int64 ``(batch, 1, 1, length)``.
        alphas : sequence of Tensor (edges, operations)
            Of normal cells, then of reduction cells where there are any.

        Returns
        -------
        Tensor (batch, classes)
        """
        if self.masks:
            alphas = [each.masked_fill(mask.to(each.device), -torch.inf)
                      for each, mask in zip(alphas, self.masks, strict=True)]
        weights = [each.softmax(dim=-1) for each in alphas]
        before = last = self.stem(images)
        for index, cell in enumerate(self.cells):
            before, last = last, cell(before, last, weights[index in self.reducing])
        return self.classifier(self.dropout(last.mean(dim=(2, 3))))


def _joined(inputs: int, outputs: int) -> nn.Module:
    """A convolution over channels, normalised; its input is rectified already."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False),
                         nn.BatchNorm2d(outputs, affine=False, track_running_stats=False))
