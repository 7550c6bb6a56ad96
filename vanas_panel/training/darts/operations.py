"""Candidate operations of an edge, computed for all edges that leave the same feature map at once.

Edges out of one feature map take the same input. Pooling and identity then give each of them the same result, which is
computed once; convolutions with weights of their own become one grouped convolution.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from vanas_panel.training.darts.network_shape import KIND, NONE, SKIP
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
    """

    def __init__(self, channels: int, edges: int, operations: tuple[str, ...], stride: int, *, affine: bool = False,
                 kept: Sequence[tuple[str, ...]] | None = None):
        super().__init__()
        self.edges, self.channels = edges, channels
        everywhere = list(range(edges))
        self.rows = [everywhere if kept is None else [edge for edge in everywhere if name in kept[edge]]
                     for name in operations]
        self.paths = nn.ModuleList(_path(name, channels, len(rows), stride, affine) if rows else _Nothing()
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
    """

    def __init__(self, inputs: int, outputs: int, groups: int = 1, *, affine: bool = True):
        super().__init__()
        self.groups = groups
        self.even, self.odd = (nn.Conv2d(groups * inputs, groups * size, 1, 2, bias=False, groups=groups)
                               for size in (outputs - outputs // 2, outputs // 2))
        self.norm = _norm(groups * outputs, affine)

    def forward(self, features: Tensor) -> Tensor:
        """Halve a feature map ``(batch, groups * inputs, height, width)``."""
        # One more row and column, so that maps of odd size have both halves.
        shifted = functional.pad(features, (0, 1, 0, 1))[:, :, 1:, 1:]
        parts = [part.view(part.shape[0], self.groups, -1, *part.shape[2:])
                 for part in (self.even(features), self.odd(shifted))]
        return self.norm(torch.cat(parts, dim=2).flatten(1, 2))


def _path(name: str, channels: int, edges: int, stride: int, affine: bool) -> nn.Module:
    """One operation for all edges."""
    if name == NONE:
        return _Nothing()
    if name == SKIP:
        return _Shared(nn.Identity()) if stride == 1 else _Own(Halved(channels, channels, edges, affine=affine), edges)
    found = KIND.fullmatch(name)
    assert found is not None  # `check_operations` has looked
    kind, size = found[1], int(found[2])
    if kind == "max_pool":
        return _Shared(nn.Sequential(nn.MaxPool2d(size, stride, size // 2), _norm(channels, affine)))
    if kind == "avg_pool":
        return _Shared(nn.Sequential(nn.AvgPool2d(size, stride, size // 2, count_include_pad=False),
                                     _norm(channels, affine)))
    everything = channels * edges
    if kind == "dil_conv":
        return _Own(nn.Sequential(Separable(channels, edges, size, stride, 2), _norm(everything, affine)), edges)
    return _Own(nn.Sequential(Separable(channels, edges, size, stride), _norm(everything, affine), nn.ReLU(),
                              Separable(channels, edges, size), _norm(everything, affine)), edges)


def _norm(channels: int, affine: bool) -> nn.BatchNorm2d:
    """A batch normalisation; while operations are weighed, always by the batch itself."""
    return nn.BatchNorm2d(channels, affine=affine, track_running_stats=affine)
