"""The first layer of a network: a convolution over pixels, or vectors of words."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vanas_panel.training.darts.network_shape import Shape

STEM_TIMES = 3
"""Channels of the first layer, for each channel of a node in the first cell; as in the published code."""

_SPREAD = 0.1
"""Standard deviation of the vectors of words at the beginning."""


def stem_of(shape: Shape, channels: int | None = None, *, affine: bool = True, dropout: float = 0.0) -> nn.Module:
    """The first layer of a network.

    Parameters
    ----------
    shape : Shape
    channels : int, optional
        Three times those of a node by default.
    affine : bool, optional
        Whether running statistics are kept, for the evaluation by themselves.
    dropout : float, optional
        Probability that an entry of a word's vector is dropped in training.
    """
    channels = channels or STEM_TIMES * shape.channels
    norm = nn.BatchNorm2d(channels, track_running_stats=affine)
    if not shape.words:
        return nn.Sequential(nn.Conv2d(shape.image_channels, channels, 3, padding=1, bias=False), norm)
    return nn.Sequential(WordStem(shape.words, shape.length, channels), nn.Dropout(dropout), norm)


class WordStem(nn.Module):
    """A learned vector for every word, plus one for its position.

    Parameters
    ----------
    words : int
        Size of the vocabulary. Word 0 is padding, whose vector is and stays 0.
    length : int
    channels : int
    """

    def __init__(self, words: int, length: int, channels: int):
        super().__init__()
        self.words = nn.Embedding(words, channels, padding_idx=0)
        with torch.no_grad():
            # With PyTorch's own deviation of 1 reviews were learned three times as slowly.
            self.words.weight.mul_(_SPREAD)
        self.positions = nn.Parameter(torch.zeros(channels, length))

    def forward(self, texts: Tensor) -> Tensor:
        """Look up the vectors.

        Parameters
        ----------
        texts : int64 Tensor (batch, 1, 1, length)

        Returns
        -------
        Tensor (batch, channels, 1, length)
        """
        vectors = self.words(texts.flatten(1)).transpose(1, 2) + self.positions
        return vectors.unsqueeze(2)
