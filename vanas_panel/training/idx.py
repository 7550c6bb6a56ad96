"""The IDX form of MNIST and Fashion-MNIST: a header of sizes, then one byte for each pixel or label.

Source of the form: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import Protocol

import numpy as np

from vanas_panel.errors import TrainingError
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Constant, Message, marked

_BYTES = 8
"""The code for unsigned bytes, the only type that these files use."""

_MOST = 1 << 31
"""Bytes of one file once it is unpacked; MNIST has 47 million."""


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """Read an IDX file of unsigned bytes, packed with gzip or not.

    Parameters
    ----------
    path : Path
    dimensions : int
        3 for images, 1 for labels.

    Returns
    -------
    ndarray
        uint8, of the shape that the header says.

    Raises
    ------
    TrainingError
        Where the file cannot be read, is no IDX file of bytes, or is shorter or longer than its header says.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "labels-idx1-ubyte"
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     read_idx(path, 1).tolist()
    [5, 0, 4]
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not packed:
                return _read(file, path, dimensions)
            with gzip.GzipFile(fileobj=file) as unpacked:
                return _read(unpacked, path, dimensions)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _wrong(path, Constant("a damaged gzip file"), dimensions) from None
    except OSError as error:
        raise _wrong(path, cause(error), dimensions) from None


class _Readable(Protocol):
    """An open file, packed or not."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`."""


def _read(file: _Readable, path: Path, dimensions: int) -> np.ndarray:
    """Read an unpacked file."""
    magic = file.read(4)
    if magic != bytes([0, 0, _BYTES, dimensions]):
        raise _wrong(path, Message("first bytes {magic}", magic=magic.hex(" ") or marked("none")), dimensions)
    head = file.read(4 * dimensions)
    if len(head) < 4 * dimensions:
        raise _wrong(path, Constant("a header that is cut off"), dimensions)
    shape = tuple(np.frombuffer(head, ">u4").tolist())
    size = math.prod(shape)
    if size > _MOST:
        raise _wrong(path, Message("a header of {size:,} bytes", size=size), dimensions)
    # One more, so that a longer file is noticed.
    content = file.read(size + 1)
    if len(content) != size:
        found = (Message("{count:,} of {size:,} bytes", count=len(content), size=size) if len(content) < size else
                 Message("more than {size:,} bytes", size=size))
        raise _wrong(path, found, dimensions)
    return np.frombuffer(content, np.uint8).reshape(shape)


def _wrong(path: Path, found: str, dimensions: int) -> TrainingError:
    """The error for a file that is not what it should be."""
    return TrainingError(Message("{path}: Found {found}; expected an IDX file of {dimensions} dimensions of bytes. "
                                 "Get the file again, for example with: vanas-panel fetch mnist", path=path,
                                 found=found, dimensions=dimensions))
