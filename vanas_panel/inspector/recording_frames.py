"""The records of a file that is framed as TensorFlow frames them, also while it grows."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vanas_panel.errors import SourceError
from vanas_panel.readers.formats.tfrecord import masked_crc32c
from vanas_panel.text.language import marked

NO_RECORDING = marked("Take a file that vanas_panel.inspector.Recorder wrote")
COPY_AGAIN = marked("Copy the recording again from where it was written")


def framed_records(file: BinaryIO, size: int, path: Path) -> Iterator[tuple[int, bytes]]:
    """Every whole record; both checksums of each are compared. What is torn at the end is not given.

    Parameters
    ----------
    file : binary file
    size : int
        Its length in bytes.
    path : Path
        Its name, for messages.

    Yields
    ------
    start : int
        Where the payload starts in the file.
    payload : bytes

    Raises
    ------
    SourceError
        At the first record that is damaged.
    """
    at = 0
    while size - at >= 12:
        file.seek(at)
        head = file.read(12)
        if len(head) < 12:
            return
        length, checksum = struct.unpack("<QI", head)
        if masked_crc32c(head[:8]) != checksum:
            if at == 0:
                raise SourceError("a file that does not start with a record", "a recorded training", NO_RECORDING,
                                  path=path)
            raise SourceError("a damaged record: its length does not match its CRC-32C", "a whole recording",
                              COPY_AGAIN, path=path, offset=at)
        start, end = at + 12, at + 12 + length
        if end + 4 > size:
            return
        payload, tail = file.read(length), file.read(4)
        if len(tail) < 4:
            return
        if masked_crc32c(payload) != struct.unpack("<I", tail)[0]:
            raise SourceError("a damaged record: its payload does not match its CRC-32C", "a whole recording",
                              COPY_AGAIN, path=path, offset=at)
        yield start, payload
        at = end + 4
