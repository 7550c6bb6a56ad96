"""Raw cells of each cell of a search space, counted once for this user and kept in the cache folder.

``counts/<key>-<checksum>.npy`` holds ``int64 (2, n)``: keys and counts. The key is a hash of what the counts depend on,
and of `FORM`; the checksum is the CRC-32C of the file, compared at every opening. All of it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import io

import google_crc32c
import numpy as np

from vanas_panel.core.space_protocol import Space
from vanas_panel.files.atomic import write_whole
from vanas_panel.readers.cache import cache_folder
from vanas_panel.searches.random_curve import raw_counts

FORM = 1
"""Version of the counts and of canonical keys. Raise it when either changes."""
_SMALL = 6
"""Spaces with fewer vertices are counted faster than a file is read."""


def kept_raw_counts(space: Space) -> tuple[np.ndarray, np.ndarray]:
    """What `raw_counts` gives, from the cache folder where it was counted before.

    Parameters
    ----------
    space : Space

    Returns
    -------
    keys, counts : int64 (n,)

    Raises
    ------
    SearchError
        Where the space has too many cells to count.
    """
    if space.max_vertices < _SMALL:
        return raw_counts(space)
    numbers = f"{FORM} {space.max_vertices} {space.max_edges} {len(space.operations)}"
    key = hashlib.sha256(numbers.encode()).hexdigest()
    found = _read(key)
    if found is None:
        found = np.stack(raw_counts(space))
        _write(key, found)
    return found[0], found[1]


def _read(key: str) -> np.ndarray | None:
    """The counts that are kept under a key; None where there are none, or none that are whole."""
    try:
        for file in sorted((cache_folder() / "counts").glob(f"{key}-*.npy")):
            content = file.read_bytes()
            if file.stem == f"{key}-{google_crc32c.value(content):08x}":
                found = np.load(io.BytesIO(content), allow_pickle=False)
                if found.dtype == np.int64 and found.ndim == 2 and len(found) == 2:
                    return found
            file.unlink(missing_ok=True)
    except (OSError, ValueError):
        # They are counted again.
        return None
    return None


def _write(key: str, found: np.ndarray) -> None:
    """Keep counts; it is no harm where that fails."""
    content = io.BytesIO()
    np.save(content, found, allow_pickle=False)
    whole = content.getvalue()
    try:
        write_whole(cache_folder() / "counts" / f"{key}-{google_crc32c.value(whole):08x}.npy", whole)
    except OSError:
        return
