"""Parameters and multiply-accumulates of the network of a genotype; without PyTorch."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.core.genotype import Genotype
from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.network_shape import KIND, NONE, OPERATIONS, SKIP, Shape, reduction_cells


class GenotypeCost(NamedTuple):
    """What a network costs.

    Attributes
    ----------
    parameters : int
        Trainable ones.
    multiply_accumulates : int
        Of convolutions and the classifier, for one image.
    """

    parameters: int
    multiply_accumulates: int


def genotype_cost(genotype: Genotype, shape: Shape, image_size: int) -> GenotypeCost:
    """What the network of a genotype costs, see `vanas_panel.training.darts.derived_network.GenotypeNetwork`.

    Parameters
    ----------
    genotype : Genotype
    shape : Shape
        Its number of nodes is not used: that of the genotype is.
    image_size : int
        Height and width of the images in pixels.

    Raises
    ------
    TrainingError
        Where the genotype has an operation that cannot be trained.

    Examples
    --------
    >>> cell = [("sep_conv_3x3", 0), ("skip_connect", 1)]
    >>> genotype_cost(Genotype(cell, [2], cell, [2]), Shape(channels=8, cells=3), 12)
    GenotypeCost(parameters=7778, multiply_accumulates=298112)
    """
    check_genotype(genotype)
    channels, side, reducing = shape.channels, image_size, reduction_cells(shape.cells)
    parts = [_convolution(shape.image_channels, 3 * channels, 9, side)]
    before = last = 3 * channels
    for index in range(shape.cells):
        reduces = index in reducing
        channels *= 2 if reduces else 1
        genes, concat = ((genotype.reduce, genotype.reduce_concat) if reduces else
                         (genotype.normal, genotype.normal_concat))
        # Where the last cell has halved, the output of the one before it is halved by a convolution of the same cost.
        parts += [_convolution(before, channels, 1, side), _convolution(last, channels, 1, side)]
        half = -(-side // 2) if reduces else side
        parts += [_operation(name, channels, half, is_halving=reduces and source < 2) for name, source in genes]
        before, last, side = last, channels * len(concat), half
    parts.append(GenotypeCost((last + 1) * shape.classes, last * shape.classes))
    return GenotypeCost(sum(each.parameters for each in parts), sum(each.multiply_accumulates for each in parts))


def check_genotype(genotype: Genotype) -> None:
    """Refuse an operation of which no network can be built.

    Raises
    ------
    TrainingError
    """
    for name, _source in (*genotype.normal, *genotype.reduce):
        if name not in OPERATIONS:
            raise TrainingError(Message("Found operation {name}; expected one of {known}. Choose one of these.",
                                        name=repr(name), known=", ".join(OPERATIONS)))


def _operation(name: str, channels: int, side: int, *, is_halving: bool) -> GenotypeCost:
    """One operation, whose result has so many pixels on a side."""
    found = KIND.fullmatch(name)
    if name == SKIP and is_halving:
        return _convolution(channels, channels, 1, side)
    if name in (NONE, SKIP) or found is None or found[1].endswith("pool"):
        return GenotypeCost(0, 0)
    depthwise, pointwise = channels * int(found[2]) ** 2, channels ** 2
    times = 1 if found[1] == "dil_conv" else 2
    return GenotypeCost(times * (depthwise + pointwise + 2 * channels), times * (depthwise + pointwise) * side ** 2)


def _convolution(inputs: int, outputs: int, area: int, side: int) -> GenotypeCost:
    """A convolution without bias, whose result has so many pixels on a side, and a batch normalisation."""
    weights = inputs * outputs * area
    return GenotypeCost(weights + 2 * outputs, weights * side ** 2)
