"""Texts that are packed, such as results.csv.gz: unpacked within the limits, refused before they fill the memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from vanas_panel.errors import SourceError
from vanas_panel.tables.limits import current_limits
from vanas_panel.text.language import Constant, Message, marked

PACKED = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ", ".zip": b"PK\x03\x04",
          ".zst": b"\x28\xb5\x2f\xfd"}
"""Endings of packed files that are opened where a text is in them, and their first bytes."""

_ZST_SKIPPED = b"\x2a\x4d\x18"
"""Bytes 2 to 4 of a frame of .zst that holds no data; some programs begin with one (RFC 8878, section 3.1.2)."""

_BLOCK = 1 << 20
_XZ_MEMORY = 128 << 20
"""Bytes that unpacking .xz may take; what its own program asks for at most is half of that."""

_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
_FEWER = marked("Write the file with fewer rows or columns")


def is_packed(path: Path) -> bool:
    """Whether a file is packed, by its name."""
    return path.suffix.lower() in PACKED


def read_unpacked(path: Path) -> bytes:
    """All of a packed file.

    It is unpacked twice, so that one that grows beyond the limits is given up before anything of it is kept.

    Raises
    ------
    SourceError
        Where it is larger than the limits allow, damaged, or not what its ending says.
    OSError
        Where the system does not let us read it.
    """
    limits = current_limits()
    size = lines = 0
    for block in blocks(path):
        size += len(block)
        lines += block.count(b"\n")
        if size > limits.bytes:
            raise limits.exceeded("bytes", marked("bytes once it is unpacked"), _FEWER, path=path)
        if lines > limits.rows + 1:  # the header
            raise limits.exceeded("rows", marked("lines"), marked("Leave some out"), path=path)
    whole = io.BytesIO()
    for block in blocks(path):
        # Another file may stand there by now.
        if whole.tell() + len(block) > size:
            raise SourceError("a packed file that grows while it is read", "one that is written to its end",
                              "Open it again once it is whole", path=path)
        whole.write(block)
    return whole.getvalue()


def read_start(path: Path, size: int) -> bytes:
    """The first bytes of a file, packed or not; errors as for `read_unpacked`."""
    if not is_packed(path):
        with path.open("rb") as file:
            return file.read(size)
    start = b""
    with closing(blocks(path)) as unpacked:
        for block in unpacked:
            start += block
            if len(start) >= size:
                break
    return start[:size]


def blocks(path: Path) -> Generator[bytes, None, None]:
    """The content of a packed file, in blocks of at most a megabyte; errors as for `read_unpacked`."""
    try:
        with path.open("rb") as file:
            _check_start(file, path)
            if path.suffix.lower() == ".xz":
                yield from _from_xz(file)
                return
            with _opened(file, path) as unpacked:
                while block := unpacked.read(_BLOCK):
                    yield block
    except _DAMAGED as error:
        raise _damaged(error, path) from error
    except OSError as error:
        if error.errno is None:  # of the library, not of the system
            raise _damaged(error, path) from error
        raise


def _check_start(file: BinaryIO, path: Path) -> None:
    """Refuse a file that is packed otherwise than its ending says, or not at all."""
    ending = path.suffix.lower()
    start = file.read(8)
    file.seek(0)
    if ending == ".zst" and start[1:4] == _ZST_SKIPPED:
        return
    if not start.startswith(PACKED[ending]):
        raise SourceError(Message("a file that is not packed as {ending}", ending=ending),
                          Message("one that starts with {packed!r}", packed=PACKED[ending]),
                          Message("Take {ending} from its name, if it is plain text, or write it again", ending=ending),
                          path=path)


@contextmanager
def _opened(file: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    """The one file in a packed file."""
    ending = path.suffix.lower()
    if ending == ".zip":
        with zipfile.ZipFile(file) as archive:
            inside = [member for member in archive.infolist()
                      if not member.is_dir() and not member.filename.startswith("__MACOSX/")]
            if len(inside) != 1 or inside[0].flag_bits & 1:
                found = (Message("a file that is locked with a password in a packed file") if len(inside) == 1 else
                         Message("{found} files in a packed file", found=len(inside)))
                raise SourceError(found, "one table that all readers take",
                                  "Unpack it, and open the table in it", path=path)
            # Only what is deflated is unpacked in blocks: of the others a megabyte becomes gigabytes at once.
            if inside[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise SourceError("a .zip that is packed by another method than usual", "one that is deflated",
                                  "Unpack it, and open the table in it, or pack it again", path=path)
            with archive.open(inside[0]) as unpacked:
                yield unpacked  # type: ignore[misc]
    elif ending == ".zst":
        # Arrow's own reader: Python has none before 3.14. A file that asks for more than 128 MB of memory is an error.
        with pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd") as unpacked:
            yield unpacked
    else:
        with gzip.open(file) if ending == ".gz" else bz2.open(file) as unpacked:
            yield unpacked  # type: ignore[misc]


def _from_xz(file: BinaryIO) -> Iterator[bytes]:
    """The content of an .xz file; Python's own reader takes as much memory as the file asks for."""
    decompressor = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
    data = b""
    while True:
        if decompressor.eof:
            # Several may stand one after the other, with zeros between.
            data = decompressor.unused_data.lstrip(b"\0") or file.read(_BLOCK).lstrip(b"\0")
            if not data:
                return
            decompressor = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        elif decompressor.needs_input and not data:
            data = file.read(_BLOCK)
            if not data:
                raise EOFError("it ends before its end-of-stream marker was reached")
        block = decompressor.decompress(data, _BLOCK)
        data = b""
        if block:
            yield block


def _damaged(error: Exception, path: Path) -> SourceError:
    """The error for a file that does not unpack."""
    reason = str(error).strip().split("\n")[0].rstrip(".")[:200] or Constant("it ends too early")
    return SourceError(Message("a packed file that does not unpack ({reason})", reason=reason), "a whole one",
                       "Write or copy it again", path=path)
