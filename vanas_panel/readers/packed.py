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

from vanas_panel.errors import SourceError
from vanas_panel.limits import current_limits

PACKED = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ", ".zip": b"PK\x03\x04"}
"""Endings of packed files that are opened where a text is in them, and their first bytes."""

_BLOCK = 1 << 20
_XZ_MEMORY = 128 << 20
"""Bytes that unpacking .xz may take; what its own program asks for at most is half of that."""

_DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
_FEWER = "Write the file with fewer rows or columns"


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
            raise limits.exceeded("bytes", "bytes once it is unpacked", _FEWER, path=path)
        if lines > limits.rows + 1:  # the header
            raise limits.exceeded("rows", "lines", "Leave some out", path=path)
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
    """What a packed file holds, in blocks of at most a megabyte; errors as for `read_unpacked`."""
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
    if not start.startswith(PACKED[ending]):
        raise SourceError(f"a file that is not packed as {ending}", f"one that starts with {PACKED[ending]!r}",
                          f"Take {ending} from its name, if it is plain text, or write it again", path=path)


@contextmanager
def _opened(file: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    """The one file in a packed file."""
    ending = path.suffix.lower()
    if ending == ".zip":
        with zipfile.ZipFile(file) as archive:
            inside = [member for member in archive.infolist()
                      if not member.is_dir() and not member.filename.startswith("__MACOSX/")]
            if len(inside) != 1 or inside[0].flag_bits & 1:
                found = "a file that is locked with a password" if len(inside) == 1 else f"{len(inside)} files"
                raise SourceError(f"{found} in a packed file", "one table that everybody can read",
                                  "Unpack it, and open the table in it", path=path)
            # Only what is deflated is unpacked in blocks: of the others a megabyte becomes gigabytes at once.
            if inside[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise SourceError("a .zip that is packed by another method than usual", "one that is deflated",
                                  "Unpack it, and open the table in it, or pack it again", path=path)
            with archive.open(inside[0]) as unpacked:
                yield unpacked  # type: ignore[misc]
    else:
        with gzip.open(file) if ending == ".gz" else bz2.open(file) as unpacked:
            yield unpacked  # type: ignore[misc]


def _from_xz(file: BinaryIO) -> Iterator[bytes]:
    """What an .xz file holds; its own reader in Python takes as much memory as the file asks for."""
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
    reason = (str(error) or "it ends too early").strip().split("\n")[0].rstrip(".")[:200]
    return SourceError(f"a packed file that does not unpack ({reason})", "a whole one", "Write or copy it again",
                       path=path)
