"""A raster with few colours as a PNG file, without any library of pictures."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np

Colour = tuple[int, int, int, int]


def indexed_png(levels: np.ndarray, colours: Sequence[Colour]) -> bytes:
    r"""A raster whose pixels are indices of colours as PNG.

    Parameters
    ----------
    levels : uint8 (height, width)
        The uppermost line first; each below the number of colours.
    colours : sequence of (int, int, int, int)
        At most 256: red, green, blue and opacity, each from 0 to 255.

    Returns
    -------
    bytes
        The same for the same raster.

    Notes
    -----
    W3C, *Portable Network Graphics (PNG) Specification*, colour type 3.

    Examples
    --------
    >>> indexed_png(np.zeros((1, 1), np.uint8), [(0, 0, 0, 0)])[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    height, width = levels.shape
    # Each line begins with the number of its filter: none.
    lines = np.zeros((height, width + 1), np.uint8)
    lines[:, 1:] = levels
    parts = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
             _chunk(b"PLTE", bytes(part for colour in colours for part in colour[:3])),
             _chunk(b"tRNS", bytes(colour[3] for colour in colours)),
             _chunk(b"IDAT", zlib.compress(lines.tobytes(), 3)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def data_address(png: bytes) -> str:
    """A PNG file as an address that holds all of it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
