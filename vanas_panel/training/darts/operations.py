"""Candidate operations of an edge, computed for all edges that leave the same feature map at once.

Edges out of one feature map take the same input. Pooling and identity then give each of them the same result, which is
computed once; convolutions with weights of their own become one grouped convolution. A feature map of text has height
1, and its operations go along the width alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vanas_panel.training.darts.attention import Attention
from vanas_panel.training.darts.network_shape import HEADS, KIND, NONE, SKIP
from vanas_panel.training.darts.separable import Separable


class Fan(nn.Module):
    """All edges that leave one feature map.

    Parameters
    ----------
    channels : int
    edges : int
    operations : sequence of str
        Candidates of every edge.
    stride : int
        1, or 2 where the edges halve height and width.
    affine : bool, optional
        Whether batch normalisations scale and shift; not while operations are weighed, as in DARTS.
    kept : sequence of tuple of str, optional
        The operations that every edge has, where these are not all. The others are not there: they have no weights and
        take no time.
    is_text : bool, optional
        Whether only the width is halved.
    """

    def __init__(self, channels: int, edges: int, operations: tuple[str, ...], stride: int, *, affine: bool = False,
                 kept: Sequence[tuple[str, ...]] | None = None, is_text: bool = False):
        super().__init__()
        self.edges, self.channels = edges, channels
        everywhere = list(range(edges))
        self.rows = [everywhere if kept is None else [edge for edge in everywhere if name in kept[edge]]
                     for name in operations]
        self.paths = nn.ModuleList(_path(name, channels, len(rows), stride, affine, is_text) if rows else _Nothing()
                                   for name, rows in zip(operations, self.rows, strict=True))

    def forward(self, features: Tensor, weights: Tensor) -> Tensor:
        """Weighted sums of all operations.

        Parameters
        ----------
        features : Tensor (batch, channels, height, width)
        weights : Tensor (edges, operations)

        Returns
        -------
        Tensor (edges, batch, channels, height, width)
        """
        # One copy for each edge, for the operations with weights of their own.
        copies = functional.relu(features).repeat(1, self.edges, 1, 1)
        total: Tensor | None = None
        for number, (path, rows) in enumerate(zip(self.paths, self.rows, strict=True)):
            out = path(features, copies[:, :len(rows) * self.channels])
            if out is None:
                continue
            term = weights[rows, number].view(-1, 1, 1, 1, 1) * out
            if len(rows) < self.edges:
                whole = term.new_zeros((self.edges, *term.shape[1:]))
                term = whole.index_add(0, torch.tensor(rows, device=term.device), term)
            total = term if total is None else total + term
        assert total is not None  # `check_operations` has left one that is not "none"
        return total


class _Nothing(nn.Module):
    """``none``: its weight takes from the others, and it adds nothing."""

    def forward(self, features: Tensor, copies: Tensor) -> None:
        return None


class _Shared(nn.Module):
    """An operation without weights: every edge gets the same result."""

    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner

    def forward(self, features: Tensor, copies: Tensor) -> Tensor:
        return self.inner(features).unsqueeze(0)


class _Own(nn.Module):
    """An operation with weights of its own on every edge, as grouped convolutions."""

    def __init__(self, inner: nn.Module, edges: int):
        super().__init__()
        self.inner, self.edges = inner, edges

    def forward(self, features: Tensor, copies: Tensor) -> Tensor:
        out = self.inner(copies)
        return out.view(out.shape[0], self.edges, -1, *out.shape[2:]).transpose(0, 1)


class Halved(nn.Module):
    """Halves height and width without losing every second pixel: two shifted convolutions, half the channels each.

    Parameters
    ----------
    inputs, outputs : int
        Channels of each group; `outputs` may be odd.
    groups : int, optional
    affine : bool, optional
    is_text : bool, optional
        Whether only the width is halved.
    """

    def __init__(self, inputs: int, outputs: int, groups: int = 1, *, affine: bool = True, is_text: bool = False):
        super().__init__()
        self.groups, self.top = groups, 0 if is_text else 1
        self.even, self.odd = (nn.Conv2d(groups * inputs, groups * size, 1, bias=False, groups=groups)
                               for size in (outputs - outputs // 2, outputs // 2))
        self.norm = _norm(groups * outputs, affine)

    def forward(self, features: Tensor) -> Tensor:
        """Halve a feature map ``(batch, groups * inputs, height, width)``."""
        # One more row and column, so that maps of odd size have both halves.
        shifted = functional.pad(features, (0, 1, 0, self.top))[:, :, self.top:, 1:]
        # Every second pixel is taken before the convolution: on processors without AVX-512, a 1x1 convolution with a
        # stride of 2 and 4 outputs writes beyond its memory where it is trained (oneDNN 3.12, in PyTorch 2.13).
        parts = [convolution(pixels[:, :, ::1 + self.top, ::2])
                 for convolution, pixels in ((self.even, features), (self.odd, shifted))]
        parts = [part.view(part.shape[0], self.groups, -1, *part.shape[2:]) for part in parts]
        return self.norm(torch.cat(parts, dim=2).flatten(1, 2))


def _path(name: str, channels: int, edges: int, stride: int, affine: bool, is_text: bool) -> nn.Module:
    """One operation for all edges."""
    if name == NONE:
        return _Nothing()
    if name == SKIP and stride == 1:
        return _Shared(nn.Identity())
    if name == SKIP:
        return _Own(Halved(channels, channels, edges, affine=affine, is_text=is_text), edges)
    everything = channels * edges
    heads = HEADS.fullmatch(name)
    if heads is not None:
        return _Own(nn.Sequential(Attention(channels, edges, int(heads[1]), stride), _norm(everything, affine)), edges)
    found = KIND.fullmatch(name)
    assert found is not None  # `check_operations` has looked
    kind, size = found[1], int(found[2])
    if kind.endswith("pool"):
        return _Shared(nn.Sequential(pooling(name, stride), _norm(channels, affine)))
    if kind == "dil_conv":
        return _Own(nn.Sequential(Separable(channels, edges, size, stride, 2, is_text=is_text),
                                  _norm(everything, affine)), edges)
    return _Own(nn.Sequential(Separable(channels, edges, size, stride, is_text=is_text), _norm(everything, affine),
                              nn.ReLU(), Separable(channels, edges, size, is_text=is_text),
                              _norm(everything, affine)), edges)


def pooling(name: str, stride: int) -> nn.Module:
    """Pooling by its name, such as ``max_pool_3x3``, or ``max_pool_3`` along the width alone."""
    found = KIND.fullmatch(name)
    assert found is not None
    size = int(found[2])
    shape, steps, padding = (((size, size), (stride, stride), (size // 2, size // 2)) if found[3] else
                             ((1, size), (1, stride), (0, size // 2)))
    if found[1] == "max_pool":
        return nn.MaxPool2d(shape, steps, padding)
    return nn.AvgPool2d(shape, steps, padding, count_include_pad=False)


def _norm(channels: int, affine: bool) -> nn.BatchNorm2d:
    """A batch normalisation; while operations are weighed, always by the batch itself."""
    return nn.BatchNorm2d(channels, affine=affine, track_running_stats=affine)
