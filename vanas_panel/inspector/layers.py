"""What a layer of a recorded training is: a name, a shape with outputs first, and a role."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

WEIGHT, BIAS, NORMALISATION = "weight", "bias", "normalisation"
ROLES = (WEIGHT, BIAS, NORMALISATION)
"""Roles that are measured: kernels and matrices; biases; gains and offsets of normalisations."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One tensor of weights, as every reader and the recorder describe it.

    Parameters
    ----------
    name : str
        As in the checkpoint, without prefixes that all names share; unique in a training.
    shape : tuple of int
        Outputs first, whatever the framework stores: ``(outputs, inputs)`` of a matrix, ``(outputs, inputs, height,
        width)`` of a convolution in two dimensions, ``(length,)`` of a vector. Every size is at least 1.
    role : {"weight", "bias", "normalisation"}
        What it does in the network.
    bands : int
        Into how many equal groups the outputs fall that are drawn one below the other: 4 for the gates of an LSTM, 3
        for those of a GRU, or for queries, keys and values in one matrix. Divides the outputs; 1 where there are none.

    Examples
    --------
    >>> layer = Layer("conv1.weight", (32, 3, 5, 5))
    >>> layer.outputs, layer.inputs, layer.kernel, layer.count
    (32, 3, (5, 5), 2400)
    """

    name: str
    shape: tuple[int, ...]
    role: str = WEIGHT
    bands: int = 1

    @property
    def outputs(self) -> int:
        """Number of output units or filters."""
        return self.shape[0]

    @property
    def inputs(self) -> int:
        """Number of inputs of a unit or filter; 1 for a vector."""
        return self.shape[1] if len(self.shape) > 1 else 1

    @property
    def kernel(self) -> tuple[int, int]:
        """Height and width of a kernel; all axes but the last one make the height, and a matrix has (1, 1)."""
        if len(self.shape) < 3:
            return 1, 1
        return prod(self.shape[2:-1]), self.shape[-1]

    @property
    def count(self) -> int:
        """Number of weights."""
        return prod(self.shape)


def role_of(name: str, shape: tuple[int, ...]) -> str:
    """The role that a name and a shape tell.

    Parameters
    ----------
    name : str
    shape : tuple of int

    Returns
    -------
    str
        One of `ROLES`: a vector is a bias where its name says so, and otherwise belongs to a normalisation.

    Examples
    --------
    >>> role_of("conv1.weight", (8, 3, 3, 3)), role_of("conv1.bias", (8,)), role_of("bn1.weight", (8,))
    ('weight', 'bias', 'normalisation')
    """
    if len(shape) > 1:
        return WEIGHT
    return BIAS if "bias" in name.rsplit(".", 1)[-1] or name.endswith("/bias") else NORMALISATION
