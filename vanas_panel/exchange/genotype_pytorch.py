"""A genotype as a PyTorch source file that runs by itself."""

from __future__ import annotations

from string import Template

from vanas_panel.core.genotype import Gene, Genotype
from vanas_panel.core.plain import plain_int
from vanas_panel.errors import ExchangeError, UnknownOperationError
from vanas_panel.exchange.genotype_template import IMAGES, SOURCE, TEXTS
from vanas_panel.text.language import Message

BUILT = ("none", "max_pool_3x3", "max_pool_5x5", "avg_pool_3x3", "avg_pool_5x5", "skip_connect", "sep_conv_1x1",
         "sep_conv_3x3", "sep_conv_5x5", "dil_conv_1x1", "dil_conv_3x3", "dil_conv_5x5")
"""Operations on images that the text can build."""

TEXT_BUILT = ("none", "max_pool_3", "max_pool_5", "avg_pool_3", "avg_pool_5", "skip_connect", "sep_conv_1",
              "sep_conv_3", "sep_conv_5", "dil_conv_1", "dil_conv_3", "dil_conv_5", "attention_1", "attention_2",
              "attention_4", "attention_8")
"""Operations on texts that the text can build."""

_MOST = 100_000


def genotype_to_pytorch(genotype: Genotype | str, *, channels: int = 8, cells: int = 4, image_size: int = 12,
                        image_channels: int = 1, classes: int = 10, words: int = 0, length: int = 32) -> str:
    """The network of a genotype as plain PyTorch code: the one that `vanas_panel.train_genotype` trains.

    Parameters
    ----------
    genotype : Genotype or str
        Itself or its text form.
    channels, cells, image_size, image_channels, classes : int, optional
        Sizes of the network; they become constants in the text, which a reader may change.
    words, length : int, optional
        Numbers that words may have, where the network reads texts, and words of a text. By default it reads images.

    Returns
    -------
    str
        Python text that imports nothing but PyTorch. It defines ``Network``; run as a file, it prints the number of
        trainable parameters and the shapes of a forward pass. Paths and entries are not dropped in it.

    Raises
    ------
    UnknownOperationError
        Where an operation is not among those that a network can be built from.
    ExchangeError
        Where a size cannot be used.

    Examples
    --------
    >>> text = genotype_to_pytorch(Genotype([("sep_conv_3x3", 0), ("skip_connect", 1)], [2],
    ...                                     [("max_pool_3x3", 0), ("none", 1)], [2]))
    >>> print(text[text.index("NORMAL"):text.index("REDUCE =")])
    NORMAL = [
        ("sep_conv_3x3", 0), ("skip_connect", 1),
    ]
    NORMAL_CONCAT = [2]
    """
    if isinstance(genotype, str):
        genotype = Genotype.from_text(genotype)
    built = TEXT_BUILT if words else BUILT
    of_texts = sorted({name for name, _source in (*genotype.normal, *genotype.reduce)} & {*TEXT_BUILT} - {*BUILT})
    if of_texts and not words:
        raise UnknownOperationError(Message("Found operation {name}, which is one of texts, and words = 0; expected "
                                            "the size of the vocabulary. Give words and length.", name=of_texts[0]))
    strangers = sorted({name for name, _source in (*genotype.normal, *genotype.reduce) if name not in built})
    if strangers:
        raise UnknownOperationError(Message("Found operation {strangers}; expected only {known}, which a "
                                            "network can be built from. Replace it.", strangers=", ".join(strangers),
                                            known=", ".join(built)))
    sizes = _checked({"channels": channels, "cells": cells, "classes": classes,
                      **({"words": words, "length": length} if words else
                         {"image_size": image_size, "image_channels": image_channels})})
    _check_heads(genotype, sizes["channels"])
    constants = "".join(f"{name.upper()} = {sizes[name]}\n" for name in list(sizes)[3:])
    return Template(SOURCE).substitute(
        normal=_lines(genotype.normal), normal_concat=list(genotype.normal_concat), reduce=_lines(genotype.reduce),
        reduce_concat=list(genotype.reduce_concat), constants=constants, channels=sizes["channels"],
        cells=sizes["cells"], classes=sizes["classes"], **(TEXTS if words else IMAGES))


def _checked(sizes: dict[str, int]) -> dict[str, int]:
    """Sizes as whole numbers of a usual size."""
    found = {}
    for name, given in sizes.items():
        number = plain_int(given)
        if number is None or not 1 <= number <= _MOST:
            raise ExchangeError(Message("Found {name} {value}; expected a whole number from {low} to {high}. Choose "
                                        "one of these.", name=name, value=repr(given), low=1, high=f"{_MOST:,}"))
        found[name] = number
    return found


def _check_heads(genotype: Genotype, channels: int) -> None:
    """Refuse attention whose heads cannot share the channels equally."""
    for name, _source in (*genotype.normal, *genotype.reduce):
        heads = int(name[-1]) if name.startswith("attention") else 1
        if channels % heads:
            raise ExchangeError(Message("Found {channels} channels for the {heads} heads of {name}; expected a "
                                        "multiple of {heads}. Change channels, or leave {name} out.", channels=channels,
                                        heads=heads, name=name))


def _lines(genes: tuple[Gene, ...]) -> str:
    """The genes of a cell, a node a line."""
    pairs = [f'("{name}", {source})' for name, source in genes]
    return "\n".join(f"    {pairs[first]}, {pairs[first + 1]}," for first in range(0, len(pairs), 2))
