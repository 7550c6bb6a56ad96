"""The members of a zip archive as ranges of bytes, held against what the file really has."""

from __future__ import annotations

import struct
import zipfile
import zlib
from functools import partial
from itertools import pairwise
from pathlib import Path

from vanas_panel.inspector.formats.byte_ranges import Bytes, FileState, PackedBytes, file_range
from vanas_panel.inspector.formats.damage import damaged
from vanas_panel.text.language import marked

ZIP_START = b"PK\x03\x04"
_DIRECTORY_END = b"PK\x05\x06"
_LARGEST_DIRECTORY = 64 << 20
_DEFLATE_RATIO = 1032
"""Deflate makes at most so many bytes of one."""
_LOCAL = struct.Struct("<4s2x2xH4x4x4x4xHH")
"""Of a local header: signature, flags, version, method; times, sum, sizes; lengths of the name and of the rest."""
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
              struct.error, OverflowError)
"""What `zipfile` raises for damaged archives; archives with a password are a `RuntimeError`."""


def zip_members(file: FileState) -> dict[str, Bytes]:
    """The members of an archive by name.

    Members that are stored are ranges of the file. Packed ones are unpacked at every read.

    Raises
    ------
    SourceError
        Where the archive is damaged, or lies about where its members are or how large they become.
    """
    try:
        _check_directory(file)
        with zipfile.ZipFile(file.path) as archive:
            found, taken = {}, []
            for info in archive.infolist():
                start = _data_start(file, info)
                held = file_range(file, start, info.compress_size)
                taken.append((info.header_offset, start + info.compress_size))
                found[info.filename] = _member(file.path, info, held)
    except ZIP_ERRORS as error:
        raise damaged(file.path, error) from error
    taken.sort()
    if any(first[1] > second[0] for first, second in pairwise(taken)):
        raise damaged(file.path, marked("members of the archive overlap"))
    return found


def _check_directory(file: FileState) -> None:
    """Refuse a directory whose entries would fill the memory."""
    start = max(0, file.size - 65_557)
    end = file.read(start, file.size).tobytes()
    at = end.rfind(_DIRECTORY_END)
    if at < 0 or len(end) < at + 22:
        raise damaged(file.path, marked("the directory of the archive is missing"))
    if int.from_bytes(end[at + 12:at + 16], "little") > _LARGEST_DIRECTORY:
        raise damaged(file.path, marked("the directory of the archive is too large"))


def _data_start(file: FileState, info: zipfile.ZipInfo) -> int:
    """Where the bytes of a member begin, as its own header says."""
    header = file_range(file, info.header_offset, _LOCAL.size).read(0, _LOCAL.size).tobytes()
    signature, method, name, rest = _LOCAL.unpack(header)
    if signature != ZIP_START or method != info.compress_type or info.flag_bits & 1:
        raise damaged(file.path, marked("the directory of the archive does not fit its members"))
    return info.header_offset + _LOCAL.size + name + rest


def _member(path: Path, info: zipfile.ZipInfo, held: Bytes) -> Bytes:
    """A member, stored or packed with deflate."""
    if info.compress_type == zipfile.ZIP_STORED:
        if info.file_size != info.compress_size:
            raise damaged(path, marked("the archive lies about the size of a member"))
        return held
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise damaged(path, marked("a member is packed with something else than deflate"))
    if info.file_size > _DEFLATE_RATIO * info.compress_size + 64:
        raise damaged(path, marked("the archive lies about the size of a member"))
    return PackedBytes(info.file_size, partial(_unpacked, path, info.filename, info.file_size))


def _unpacked(path: Path, name: str, size: int) -> bytes:
    """The bytes of a packed member; its sum is checked."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as member:
            found = member.read()
    except (*ZIP_ERRORS, KeyError) as error:
        raise damaged(path, error) from error
    if len(found) != size:
        raise damaged(path, marked("the archive lies about the size of a member"))
    return found
