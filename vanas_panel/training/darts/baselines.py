"""Genotypes of well-known blocks, as far as the operations of a search can say them."""

from __future__ import annotations

from vanas_panel.core.genotype import Gene, Genotype
from vanas_panel.core.plain import plain_text
from vanas_panel.errors import TrainingError, brief
from vanas_panel.text.language import Message

_BLOCKS: dict[str, tuple[Gene, ...]] = {
    # ReLU, convolution, normalisation, twice, beside an identity.
    "resnet": (("sep_conv_3x3", 1), ("skip_connect", 1)),
    # Attention beside an identity, then two layers at every position beside an identity.
    "transformer": (("attention_8", 1), ("skip_connect", 1), ("sep_conv_1", 2), ("skip_connect", 2)),
}


def baseline_genotype(name: str) -> Genotype:
    """A well-known block, written with the operations of a search.

    Parameters
    ----------
    name : str
        ``resnet``: the block of a residual network with its activations first (He et al., 2016), of separable
        convolutions; for images. ``transformer``: the block of an encoder (Vaswani et al., 2017), attention with eight
        heads and two layers at every position, batch normalisation in place of that of layers; for texts.

    Returns
    -------
    Genotype
        Normal and reduction cells have the same genes. Both take the output of the last cell alone.

    Raises
    ------
    TrainingError
        Where there is no such block.

    Examples
    --------
    >>> baseline_genotype("resnet").normal
    (('sep_conv_3x3', 1), ('skip_connect', 1))
    """
    name = plain_text(name)
    genes = _BLOCKS.get(name) if isinstance(name, str) else None
    if genes is None:
        raise TrainingError(Message("Found {name} = {found}; expected {wanted}. Change it.", name="name",
                                    found=brief(repr(name), 80), wanted=", ".join(_BLOCKS)))
    last = (1 + len(genes) // 2,)
    return Genotype(genes, last, genes, last)
