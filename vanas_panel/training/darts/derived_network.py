"""The network of a genotype: stacked cells with two operations into every node, to be trained from the beginning."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vanas_panel.core.genotype import Gene, Genotype
from vanas_panel.training.darts.cost import check_genotype
from vanas_panel.training.darts.network_shape import NONE, SKIP, Shape, reduction_cells
from vanas_panel.training.darts.operations import Fan, Halved, pooling
from vanas_panel.training.darts.stem import STEM_TIMES, stem_of


class GenotypeNetwork(nn.Module):
    """Cells of a genotype in a row between a convolution and a classifier.

    Parameters
    ----------
    genotype : Genotype
    shape : Shape
        Its number of nodes is not used: that of the genotype is.
    dropout : float, optional
        Probability that an entry is dropped in training: of the vectors of words, and of what is classified.

    Raises
    ------
    TrainingError
        Where the genotype has an operation that cannot be trained.
    """

    def __init__(self, genotype: Genotype, shape: Shape, dropout: float = 0.0):
        super().__init__()
        check_genotype(genotype, shape)
        channels, reducing = shape.channels, reduction_cells(shape.cells)
        self.stem, self.dropout = stem_of(shape, dropout=dropout), nn.Dropout(dropout)
        before = last = STEM_TIMES * channels
        cells: list[nn.Module] = []
        for index in range(shape.cells):
            reduces = index in reducing
            channels *= 2 if reduces else 1
            genes, concat = ((genotype.reduce, genotype.reduce_concat) if reduces else
                             (genotype.normal, genotype.normal_concat))
            cells.append(GenotypeCell(genes, concat, before, last, channels, reduces, index - 1 in reducing,
                                      is_text=bool(shape.words)))
            before, last = last, channels * len(concat)
        self.cells = nn.ModuleList(cells)
        self.classifier = nn.Linear(last, shape.classes)

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
        before = last = self.stem(images)
        for cell in self.cells:
            before, last = last, cell(before, last, drop)
        return self.classifier(self.dropout(last.mean(dim=(2, 3))))


class GenotypeCell(nn.Module):
    """A cell of a genotype.

    Parameters
    ----------
    genes : sequence of (str, int)
    concat : sequence of int
    before, last : int
        Channels of the outputs of the two cells before, the last one second.
    channels : int
    reduces, last_reduced : bool
        Whether this cell and the last one halve height and width.
    is_text : bool, optional
        Whether feature maps are texts, of height 1.
    """

    def __init__(self, genes: tuple[Gene, ...], concat: tuple[int, ...], before: int, last: int, channels: int,
                 reduces: bool, last_reduced: bool, is_text: bool = False):
        super().__init__()
        self.genes, self.concat, self.halves = genes, concat, [reduces and source < 2 for _, source in genes]
        self.rows = slice(None) if is_text else slice(None, None, 2)
        self.first = Halved(before, channels, is_text=is_text) if last_reduced else _joined(before, channels)
        self.second = _joined(last, channels)
        self.paths = nn.ModuleList(_path(name, channels, 2 if halves else 1, is_text)
                                   for (name, _), halves in zip(genes, self.halves, strict=True))

    def forward(self, before: Tensor, last: Tensor, drop: float) -> Tensor:
        """Run the cell on the outputs of the two before."""
        states = [self.first(torch.relu(before)), self.second(torch.relu(last))]
        for node in range(0, len(self.genes), 2):
            parts = []
            for number in (node, node + 1):
                name, halves = self.genes[number][0], self.halves[number]
                part = self._part(number, states)
                is_identity = name == NONE or (name == SKIP and not halves)
                parts.append(part if is_identity or not self.training or not drop else dropped(part, drop))
            states.append(parts[0] + parts[1])
        return torch.cat([states[node] for node in self.concat], dim=1)

    def _part(self, number: int, states: list[Tensor]) -> Tensor:
        """What one operation gives."""
        name, source = self.genes[number]
        if name == NONE:
            whole = states[source]
            return torch.zeros_like(whole[:, :, self.rows, ::2] if self.halves[number] else whole)
        return self.paths[number](states[source])


class _Single(nn.Module):
    """An operation with weights, for one edge."""

    def __init__(self, name: str, channels: int, stride: int, is_text: bool):
        super().__init__()
        self.fan = Fan(channels, 1, (name,), stride, affine=True, is_text=is_text)

    def forward(self, features: Tensor) -> Tensor:
        return self.fan(features, features.new_ones(1, 1))[0]


def _path(name: str, channels: int, stride: int, is_text: bool) -> nn.Module:
    """One operation; pooling is not normalised, unlike while operations are weighed."""
    if name == NONE or (name == SKIP and stride == 1):
        return nn.Identity()
    if name.startswith(("max_pool", "avg_pool")):
        return pooling(name, stride)
    return _Single(name, channels, stride, is_text)


def dropped(features: Tensor, probability: float) -> Tensor:
    """Zeros for some images of a batch, and the others scaled, so that the expected value stays."""
    kept = torch.rand(len(features), 1, 1, 1, device=features.device) >= probability
    return features * kept / (1 - probability)


def _joined(inputs: int, outputs: int) -> nn.Module:
    """A convolution over channels, normalised; its input is rectified already."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
