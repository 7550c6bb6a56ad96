"""Short and alternative names of operations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"\d+x\d+|[^\W\d_]+|\d+")
_LIKE = {
    "convolution": ["conv"], "convolutional": ["conv"], "pooling": ["pool"], "maximum": ["max"], "average": ["avg"],
    "mean": ["avg"], "maxpool": ["max", "pool"], "maxpooling": ["max", "pool"], "avgpool": ["avg", "pool"],
    "avgpooling": ["avg", "pool"], "sepconv": ["sep", "conv"], "dilconv": ["dil", "conv"], "separable": ["sep"],
    "dilated": ["dil"], "atrous": ["dil"], "depthwise": ["sep"], "separableconv": ["sep", "conv"],
    "dilatedconv": ["dil", "conv"], "convbnrelu": ["conv", "bn", "relu"], "batchnorm": ["bn"], "identity": ["skip"],
}
# Operations of another kind, not longer names of the same one: sep_conv_3x3 is no conv3x3.
_KINDS = {"sep", "dil"}


def resolve(name: str, operations: Sequence[str]) -> list[str]:
    """The operations of a search space that a name may stand for.

    Parameters
    ----------
    name : str
    operations : sequence of str
        Those of the space.

    Returns
    -------
    list of str
        One where the name is an operation, or differs from only one in case, signs, order of words or usual
        abbreviations, or gives a part of the words of only one; else several, or none. Separable and dilated
        operations have to be named as such.

    Examples
    --------
    >>> space = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"]
    >>> [resolve(name, space) for name in ("3x3 conv", "max_pool", "CONV1X1", "sep_conv_3x3")]
    [['conv3x3-bn-relu'], ['maxpool3x3'], ['conv1x1-bn-relu'], []]
    >>> resolve("conv", space)
    ['conv3x3-bn-relu', 'conv1x1-bn-relu']
    """
    if name in operations:
        return [name]
    wanted = _words(name)
    if not wanted:
        return []
    same = [operation for operation in operations if _words(operation) == wanted]
    return same or [operation for operation in operations if set(wanted) <= set(_words(operation))
                    and _KINDS & set(wanted) == _KINDS & set(_words(operation))]


def _words(name: str) -> list[str]:
    """The words of a name in the alphabet's order, written as they usually are."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("×", "x")
    plain = re.sub(r"(\d)\s*[x*]\s*(\d)", r"\1x\2", plain)
    plain = re.sub(r"conv(?:olution)?2d", " conv ", plain)
    found = [word for part in _WORD.findall(plain) for word in _LIKE.get(part, [part])]
    return sorted(found)
