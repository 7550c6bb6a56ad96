"""A checkpoint whose layers are tensors of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from numpy import float32, float64
from numpy.typing import NDArray

from vanas_panel.inspector.formats.reading import read_tensors
from vanas_panel.inspector.formats.tensors import Tensor, contiguous
from vanas_panel.inspector.layer_names import weights_of
from vanas_panel.inspector.layer_roles import layers_of
from vanas_panel.inspector.layers import Layer
from vanas_panel.text.language import Message


@dataclass(frozen=True, eq=False)
class TensorCheckpoint:
    """A `vanas_panel.inspector.checkpoint.Checkpoint` of a file.

    Parameters
    ----------
    path : Path
    layers : tuple of Layer
    tensors : tuple of Tensor
        One a layer, of its shape.
    ordered : bool
        Whether the file keeps the order of layers.
    skipped : tuple of Message
        What is not measured, one sentence a reason.
    """

    path: Path
    layers: tuple[Layer, ...]
    tensors: tuple[Tensor, ...]
    ordered: bool
    skipped: tuple[Message, ...]

    @property
    def mapped(self) -> bool:
        """Whether `rows` touches only the part of the file that it gives."""
        return all(tensor.values.in_place and tensor.strides == contiguous(tensor.shape) for tensor in self.tensors)

    def rows(self, layer: int, start: int, stop: int) -> NDArray[float32] | NDArray[float64]:
        """Weights of some outputs of a layer, contiguous, outputs first.

        Parameters
        ----------
        layer : int
            Index into `layers`.
        start, stop : int
            Outputs, ``0 <= start < stop <= layers[layer].outputs``.

        Raises
        ------
        SourceError
            Where the file is another one by now, or a packed part of it is damaged.
        """
        return self.tensors[layer].rows(start, stop)

    def chosen(self, layers: Sequence[int]) -> TensorCheckpoint:
        """The checkpoint with some of its layers, in the order given."""
        return TensorCheckpoint(self.path, tuple(self.layers[layer] for layer in layers),
                                tuple(self.tensors[layer] for layer in layers), self.ordered, self.skipped)


def read_checkpoint(path: Path, roles: Mapping[str, str] | None = None) -> TensorCheckpoint:
    """The weights of a network in a file.

    Parameters
    ----------
    path : Path
    roles : mapping of str to str, optional
        Roles of layers by name, or ``"skip"``.

    Raises
    ------
    SourceError
        Where the file cannot be read, or holds no weights.
    """
    file = read_tensors(path)
    kept, skipped = weights_of(file, roles or {})
    layers, tensors = layers_of(kept, file.ordered)
    return TensorCheckpoint(path, layers, tensors, file.ordered, skipped)
