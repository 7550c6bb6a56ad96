"""Which reader takes a file of weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vanas_panel.errors import SourceError
from vanas_panel.inspector.formats.flax_file import read_flax
from vanas_panel.inspector.formats.keras_file import read_hdf5, read_keras
from vanas_panel.inspector.formats.numpy_file import read_npy, read_npz
from vanas_panel.inspector.formats.onnx_file import read_onnx
from vanas_panel.inspector.formats.pytorch_file import read_pytorch
from vanas_panel.inspector.formats.safetensors_file import read_safetensors
from vanas_panel.inspector.formats.tensors import TensorFile
from vanas_panel.text.language import Message

READERS: dict[str, Callable[[Path], TensorFile]] = {
    ".pt": read_pytorch,
    ".pth": read_pytorch,
    ".ckpt": read_pytorch,
    ".bin": read_pytorch,
    ".safetensors": read_safetensors,
    ".npz": read_npz,
    ".npy": read_npy,
    ".onnx": read_onnx,
    ".h5": read_hdf5,
    ".hdf5": read_hdf5,
    ".keras": read_keras,
    ".msgpack": read_flax,
    ".flax": read_flax,
}
"""Readers by the ending of a file's name."""


def read_tensors(path: Path) -> TensorFile:
    """The tensors of a file of weights.

    Parameters
    ----------
    path : Path

    Raises
    ------
    SourceError
        Where the file is damaged, or its name has an ending that no reader knows.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise SourceError(Message("a file whose name ends in {suffix!r}", suffix=path.suffix),
                          Message("a checkpoint ({known})", known=", ".join(READERS)),
                          "Save the weights with torch.save, safetensors or numpy.savez", path=path)
    return reader(path)
