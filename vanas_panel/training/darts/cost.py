"""Parameters and multiply-accumulates of the network of a genotype; without PyTorch."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.core.genotype import Genotype
from vanas_panel.training.darts.network_shape import (
    HEADS,
    KIND,
    NONE,
    OPERATIONS,
    SKIP,
    TEXT_OPERATIONS,
    Shape,
    check_heads,
    check_names,
    operations_like,
    reduction_cells,
)


class GenotypeCost(NamedTuple):
    """What a network costs.

    Attributes
    ----------
    parameters : int
        Trainable ones.
    multiply_accumulates : int
        Of convolutions, attention and the classifier, for one image or text.
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
        Height and width of the images in pixels; not used where the network reads text.

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
    check_genotype(genotype, shape)
    channels, reducing = shape.channels, reduction_cells(shape.cells)
    height, width = (1, shape.length) if shape.words else (image_size, image_size)
    parts = [_stem(shape, height * width)]
    before = last = 3 * channels
    for index in range(shape.cells):
        reduces = index in reducing
        channels *= 2 if reduces else 1
        genes, concat = ((genotype.reduce, genotype.reduce_concat) if reduces else
                         (genotype.normal, genotype.normal_concat))
        whole = height * width
        # Where the last cell has halved, the output of the one before it is halved by a convolution of the same cost.
        parts += [_convolution(before, channels, 1, whole), _convolution(last, channels, 1, whole)]
        if reduces:
            height, width = -(-height // 2), -(-width // 2)
        for name, source in genes:
            halves = reduces and source < 2
            parts.append(_operation(name, channels, height * width, whole if halves else height * width,
                                    is_halving=halves))
        before, last = last, channels * len(concat)
    parts.append(GenotypeCost((last + 1) * shape.classes, last * shape.classes))
    return GenotypeCost(sum(each.parameters for each in parts), sum(each.multiply_accumulates for each in parts))


def check_genotype(genotype: Genotype, shape: Shape | None = None) -> None:
    """Refuse an operation of which no network can be built.

    Parameters
    ----------
    genotype : Genotype
    shape : Shape, optional
        Whether the network reads text, and its channels. By default the genotype may be of either kind.

    Raises
    ------
    TrainingError
    """
    names = [name for name, _source in (*genotype.normal, *genotype.reduce)]
    if shape is None:
        check_names(names, operations_like(names))
        return
    check_names(names, TEXT_OPERATIONS if shape.words else OPERATIONS)
    # Reduction cells have a multiple of the channels.
    check_heads(names, shape.channels)


def _stem(shape: Shape, positions: int) -> GenotypeCost:
    """The first layer: a convolution with 3 x 3 pixels, or vectors of words and positions, and a normalisation."""
    channels = 3 * shape.channels
    if shape.words:
        return GenotypeCost((shape.words + shape.length + 2) * channels, 0)
    return _convolution(shape.image_channels, channels, 9, positions)


def _operation(name: str, channels: int, positions: int, before: int, *, is_halving: bool) -> GenotypeCost:
    """One operation, whose result has so many positions, and whose input had `before`."""
    found = KIND.fullmatch(name)
    if name == SKIP and is_halving:
        return _convolution(channels, channels, 1, positions)
    if HEADS.fullmatch(name):
        # Queries and the result at the positions of the result, keys and values at those of the input; then the two
        # products of every position with every other.
        return GenotypeCost(4 * channels ** 2 + 2 * channels,
                            2 * channels ** 2 * (positions + before) + 2 * channels * positions * before)
    if name in (NONE, SKIP) or found is None or found[1].endswith("pool"):
        return GenotypeCost(0, 0)
    size = int(found[2])
    depthwise, pointwise = channels * size ** (2 if found[3] else 1), channels ** 2
    times = 1 if found[1] == "dil_conv" else 2
    return GenotypeCost(times * (depthwise + pointwise + 2 * channels), times * (depthwise + pointwise) * positions)


def _convolution(inputs: int, outputs: int, area: int, positions: int) -> GenotypeCost:
    """A convolution without bias, whose result has so many positions, and a batch normalisation."""
    weights = inputs * outputs * area
    return GenotypeCost(weights + 2 * outputs, weights * positions)
