"""Multi-head attention of many edges at once."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Attention(nn.Module):
    """Scaled dot-product self-attention with several heads (Vaswani et al., 2017), separately on every edge.

    Padding takes part like any word. The products are written out, since PyTorch's own fast kernels have no second
    derivative, which second-order DARTS needs.

    Parameters
    ----------
    channels : int
        Of each edge, a multiple of `heads`.
    edges, heads : int
    stride : int, optional
        Only every so many positions ask; all of them answer.
    """

    def __init__(self, channels: int, edges: int, heads: int, stride: int = 1):
        super().__init__()
        self.edges, self.heads, self.stride = edges, heads, stride
        self.query, self.key, self.value, self.out = (
            nn.Conv2d(edges * channels, edges * channels, 1, bias=False, groups=edges) for _ in range(4))

    def forward(self, features: Tensor) -> Tensor:
        """Attend.

        Parameters
        ----------
        features : Tensor (batch, edges * channels, 1, length)

        Returns
        -------
        Tensor (batch, edges * channels, 1, length / stride)
        """
        batch, channels = features.shape[:2]
        by_head = (batch, self.edges * self.heads, channels // (self.edges * self.heads), -1)
        query = self.query(features[:, :, :, ::self.stride]).view(by_head)
        key, value = self.key(features).view(by_head), self.value(features).view(by_head)
        scores = query.transpose(2, 3) @ key / by_head[2] ** 0.5
        found = value @ torch.softmax(scores, dim=-1).transpose(2, 3)
        return self.out(found.reshape(batch, channels, 1, -1))
