"""What a reader of checkpoints gives: layers, and their weights in bounded pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from numpy import float32, float64
from numpy.typing import NDArray

from vanas_panel.inspector.layers import Layer
from vanas_panel.text.language import Message


class Checkpoint(Protocol):
    """The weights of a network at one time, in one file."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those that are measured, in the order of the network as far as the file tells it."""
        ...

    @property
    def ordered(self) -> bool:
        """Whether the file keeps the order of layers; otherwise they stand in natural order of their names."""
        ...

    @property
    def mapped(self) -> bool:
        """Whether `rows` touches only the part of the file that it gives. Otherwise a call may read a whole layer."""
        ...

    @property
    def skipped(self) -> tuple[Message, ...]:
        """What is in the file and is not measured, and why, one sentence each."""
        ...

    def rows(self, layer: int, start: int, stop: int) -> NDArray[float32] | NDArray[float64]:
        """Weights of some outputs of a layer.

        Parameters
        ----------
        layer : int
            Index into `layers`.
        start, stop : int
            Outputs, ``0 <= start < stop <= layers[layer].outputs``.

        Returns
        -------
        ndarray of shape (stop - start, ...)
            As `Layer.shape` has it, outputs first, contiguous. Half precision and bfloat16 are given as float32.

        Raises
        ------
        SourceError
            Where the file has changed since it was opened, or a packed part of it turns out to be damaged.
        """
        ...
