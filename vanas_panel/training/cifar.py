"""The binary version of CIFAR-10: records of a label and 3 x 32 x 32 bytes, in a folder or in the official archive.

Source of the form: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009, and its web page.
The Python version of CIFAR-10 is pickled, so it is never read.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import numpy as np

from vanas_panel.errors import TrainingError
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Constant, Message

TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST = "test_batch.bin"

_SIDE, _CHANNELS, _CLASSES = 32, 3, 10
_RECORD = 1 + _CHANNELS * _SIDE * _SIDE
_MOST = 64 << 20
"""Bytes of one batch; the official ones have 30.7 million."""


def is_cifar10(path: Path) -> bool:
    """Whether a path is a folder with the batches of CIFAR-10, or an archive that may hold them."""
    return (path.is_dir() and any(path.glob("*_batch*"))) or path.name.endswith((".tar.gz", ".tgz", ".tar"))


def read_cifar10(path: Path) -> tuple[np.ndarray, np.ndarray, int]:
    """Read the five batches for training, then the one for the test.

    Parameters
    ----------
    path : Path
        The folder ``cifar-10-batches-bin``, or ``cifar-10-binary.tar.gz``, which is not unpacked to the disk.

    Returns
    -------
    pixels : uint8 (n, 32, 32, 3)
    labels : int64 (n,)
    test_from : int
        Index of the first image of the test batch.

    Raises
    ------
    TrainingError
        Where a batch is missing, damaged or pickled.
    """
    read = _from_folder if path.is_dir() else _from_archive
    try:
        batches = read(path)
    except OSError as error:
        raise _wrong(path, cause(error)) from None
    missing = [name for name in (*TRAIN, TEST) if name not in batches]
    if missing:
        if path.is_dir() and (path / "data_batch_1").exists():
            raise _wrong(path, Constant("the Python version, which is pickled"))
        raise _wrong(path, Message("no {names}", names=", ".join(missing)))
    parts = [_images(batches[name], path / name) for name in (*TRAIN, TEST)]
    pixels, labels = (np.concatenate(part) for part in zip(*parts, strict=True))
    return pixels, labels, labels.size - parts[-1][1].size


def _from_folder(folder: Path) -> dict[str, bytes]:
    """The batches of a folder, by name."""
    found: dict[str, bytes] = {}
    for path in (folder / name for name in (*TRAIN, TEST)):
        if path.is_file():
            with path.open("rb") as file:
                found[path.name] = _bounded(file.read, path)
    return found


def _from_archive(path: Path) -> dict[str, bytes]:
    """The batches of an archive, by name; only these are read, and nothing is written."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                file = archive.extractfile(member) if member.isfile() and name in (*TRAIN, TEST) else None
                if file is not None:
                    found[name] = _bounded(file.read, path / name)
    except (tarfile.TarError, EOFError, zlib.error):
        raise _wrong(path, Constant("a damaged archive")) from None
    return found


def _bounded(read: Callable[[int], bytes], path: Path) -> bytes:
    """What a file holds, unless that is too much."""
    content = read(_MOST + 1)
    if len(content) > _MOST:
        raise _wrong(path, Message("more than {most:,} bytes", most=_MOST))
    return content


def _images(content: bytes, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pixels and labels of a batch."""
    if not content or len(content) % _RECORD:
        raise _wrong(path, Message("{count:,} bytes, which is no multiple of {record:,}", count=len(content),
                                   record=_RECORD))
    records = np.frombuffer(content, np.uint8).reshape(-1, _RECORD)
    labels = records[:, 0].astype(np.int64)
    if labels.max() >= _CLASSES:
        raise _wrong(path, Message("label {label}", label=int(labels.max())))
    # Planes of red, green and blue become channels of pixels.
    pixels = records[:, 1:].reshape(-1, _CHANNELS, _SIDE, _SIDE).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pixels), labels


def _wrong(path: Path, found: str) -> TrainingError:
    """The error for what is no CIFAR-10."""
    return TrainingError(Message("{path}: Found {found}; expected the binary version of CIFAR-10, data_batch_1.bin to "
                                 "data_batch_5.bin and test_batch.bin. Get it with: vanas-panel fetch cifar10",
                                 path=path, found=found))
