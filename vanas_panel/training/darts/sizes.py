"""Sizes of what a searched network reads and says, as they stand in the first line of a run's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vanas_panel.training.settings import DataSettings
from vanas_panel.training.text_settings import TextSettings

if TYPE_CHECKING:
    from vanas_panel.training.darts.datasets import PreparedData

IMAGES, TEXTS = ("image_size", "image_channels", "classes"), ("words", "length", "classes")
"""Names of the sizes, those that `vanas_panel.exchange.genotype_pytorch.genotype_to_pytorch` takes."""

_MOST = 10_000_000
_CHANNELS = {"mnist_5k": 1, "mnist": 1, "fashion-mnist": 1, "cifar10": 3}
"""Of the images that have a name; all of them have ten classes."""


def sizes_of(data: PreparedData) -> dict[str, int]:
    """The sizes of images or texts that were prepared."""
    shape, images = data.shape(1, 1, 1), data.dataset.train.images
    values = ((shape.words, shape.length, shape.classes) if data.words else
              (images.shape[1], shape.image_channels, shape.classes))
    return dict(zip(TEXTS if data.words else IMAGES, map(int, values), strict=True))


def are_sizes(found: Any, data: DataSettings | TextSettings) -> bool:
    """Whether what a file says are all sizes of images, or of texts.

    Examples
    --------
    >>> are_sizes({"image_size": 12, "image_channels": 1, "classes": 10}, DataSettings())
    True
    >>> are_sizes({"image_size": 12, "image_channels": 1, "classes": "10"}, DataSettings())
    False
    """
    names = TEXTS if isinstance(data, TextSettings) else IMAGES
    return isinstance(found, Mapping) and sorted(found) == sorted(names) and all(
        type(each) is int and 1 <= each <= _MOST for each in found.values())


def known_sizes(header: Mapping[str, Any], data: DataSettings | TextSettings) -> dict[str, int] | None:
    """The sizes of a run: those of its first line, or those of images that have a name.

    Parameters
    ----------
    header : mapping
        The first line. Files from before sizes were kept have none.
    data : DataSettings or TextSettings

    Returns
    -------
    dict or None
        None where nothing says them.

    Examples
    --------
    >>> known_sizes({}, DataSettings(source="cifar10", crop=32, pool=1))
    {'image_size': 32, 'image_channels': 3, 'classes': 10}
    """
    if are_sizes(header.get("sizes"), data):
        return {str(name): int(each) for name, each in header["sizes"].items()}
    if isinstance(data, TextSettings) or data.source not in _CHANNELS:
        return None
    return {"image_size": data.crop // data.pool, "image_channels": _CHANNELS[data.source], "classes": 10}
