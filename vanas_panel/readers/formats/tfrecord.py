"""TFRecord framing: what TensorFlow writes around every record, read without TensorFlow.

=========  =====================================================================
bytes      meaning
=========  =====================================================================
8          length ``n`` of the payload, little-endian
4          masked CRC-32C of these eight bytes, little-endian
n          payload
4          masked CRC-32C of the payload, little-endian
=========  =====================================================================

A checksum ``c`` is masked as ``rotate_right(c, 15) + 0xA282EAD8``, modulo 2**32.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import google_crc32c

from vanas_panel.errors import SourceError
from vanas_panel.text.language import Message, marked

MAX_PAYLOAD = 1 << 20
"""Longest payload that is believed, in bytes. A record of NAS-Bench-101 has about 400."""

BLOCK = 4 << 20
_HEAD = struct.Struct("<QI")
_CHECKSUM = struct.Struct("<I")
_AGAIN = marked("Get the file again, for NAS-Bench-101 with: vanas-panel fetch nasbench101")


def masked_crc32c(data: bytes) -> int:
    """Masked CRC-32C of some bytes.

    Examples
    --------
    >>> hex(masked_crc32c(b"123456789"))
    '0xc78ab0e5'
    """
    checksum = google_crc32c.value(data)
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read_records(file: BinaryIO, path: Path, advance: Callable[[int], None]) -> Iterator[tuple[list[int], list[bytes]]]:
    """Every record of a TFRecord file, both checksums of each compared.

    The file is read block by block; nothing is allocated for a length before it has proved possible.

    Parameters
    ----------
    file : binary file
        Open at its start.
    path : Path
        Its name, for messages.
    advance : callable
        Called with the number of further bytes that have been read.

    Yields
    ------
    offsets : list of int
        Where the records of a block start in the file, in bytes.
    payloads : list of bytes
        What they hold.

    Raises
    ------
    SourceError
        At the first record that is damaged or cut short, with its offset.
    """
    buffer, base = b"", 0
    # Most records have one of a few hundred lengths, so the checksums of these are soon known.
    known: dict[int, int] = {}
    while block := file.read(BLOCK):
        advance(len(block))
        buffer += block
        offsets, payloads, used = _take(buffer, base, path, known)
        if offsets:
            yield offsets, payloads
        base += used
        buffer = buffer[used:]
    if buffer:
        raise _cut_short(buffer, path, base)


def _take(buffer: bytes, base: int, path: Path, known: dict[int, int]) -> tuple[list[int], list[bytes], int]:
    """Offsets and payloads of the whole records in a buffer that stands at byte `base`, and the bytes they take."""
    offsets: list[int] = []
    payloads: list[bytes] = []
    at = 0
    while len(buffer) - at >= _HEAD.size:
        length, checksum = _HEAD.unpack_from(buffer, at)
        if known.get(length) != checksum:
            if masked_crc32c(buffer[at : at + 8]) != checksum:
                raise _bad_head(buffer[at : at + 24], path, base + at)
            if length > MAX_PAYLOAD:
                raise SourceError(Message("a record that claims {length:,} bytes", length=length),
                                  Message("at most {most:,}", most=MAX_PAYLOAD), _AGAIN, path=path, offset=base + at)
            known[length] = checksum
        end = at + _HEAD.size + length
        if len(buffer) < end + _CHECKSUM.size:
            break
        payload = buffer[at + _HEAD.size : end]
        if masked_crc32c(payload) != _CHECKSUM.unpack_from(buffer, end)[0]:
            raise SourceError("a damaged record: its payload does not match its CRC-32C",
                              Message("checksum {checksum:#010x} after the payload",
                                      checksum=masked_crc32c(payload)), _AGAIN, path=path,
                              offset=base + at)
        offsets.append(base + at)
        payloads.append(payload)
        at = end + _CHECKSUM.size
    return offsets, payloads, at


def _bad_head(head: bytes, path: Path, offset: int) -> SourceError:
    """The error for a length that does not match its checksum."""
    if offset == 0:
        return SourceError(Message("a file that starts with {head!r}", head=head),
                           "TFRecords: a length and its CRC-32C", _AGAIN, path=path, offset=0)
    return SourceError("a damaged record: its length does not match its CRC-32C",
                       Message("checksum {checksum:#010x} after the length",
                               checksum=masked_crc32c(head[:8])), _AGAIN, path=path, offset=offset)


def _cut_short(rest: bytes, path: Path, offset: int) -> SourceError:
    """The error for a file that ends within a record."""
    if len(rest) < _HEAD.size:
        needed = Message("{size} bytes of a record's head", size=_HEAD.size)
        if offset == 0:
            return _bad_head(rest, path, offset)
    else:
        needed = Message("a record of {size:,} bytes",
                         size=_HEAD.unpack_from(rest)[0] + _HEAD.size + _CHECKSUM.size)
    return SourceError(Message("a file that ends {found:,} bytes after a record has started", found=len(rest)), needed,
                       _AGAIN, path=path, offset=offset)
