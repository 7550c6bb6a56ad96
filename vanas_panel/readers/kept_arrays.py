"""Large results that follow from a table and take seconds to compute, kept in the cache folder beside tables.

``results/<kind>-<digest>-<checksum>.parquet``
    Arrays of one length. The digest is of all that they follow from, so that they are right wherever it is the same;
    the checksum is that of the file itself. A damaged file is removed, and its result computed again.

The newest files are kept, up to `MOST_BYTES` together.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vanas_panel.files.atomic import clear_left_over, publish, unpublished
from vanas_panel.readers.cache import cache_folder, file_checksum
from vanas_panel.readers.source import ARROW_ERRORS

SECONDS = 2.0
"""What takes longer to compute is kept."""
MOST_BYTES = 500_000_000


def kept_arrays(kind: str, digest: str, make: Callable[[], Sequence[np.ndarray]]) -> tuple[np.ndarray, ...]:
    """Arrays from the cache folder, else computed, and kept where that took long.

    Parameters
    ----------
    kind : str
        What they are, a plain word.
    digest : str
        Of all that they follow from, hexadecimal.
    make : callable
        Computes them: one-dimensional and of one length.

    Returns
    -------
    tuple of array
        Where the folder cannot be read or written, they are computed all the same.

    Examples
    --------
    >>> kept_arrays("squares", "ab", lambda: [np.arange(3) ** 2])
    (array([0, 1, 4]),)
    """
    held = _read(kind, digest)
    if held is not None:
        return held
    begun = time.monotonic()
    made = tuple(make())
    if time.monotonic() - begun > SECONDS:
        _write(kind, digest, made)
    return made


def results_folder() -> Path:
    """The folder of kept results."""
    return cache_folder() / "results"


def _read(kind: str, digest: str) -> tuple[np.ndarray, ...] | None:
    """Kept arrays; None where there are none, or none that are whole."""
    for file in sorted(results_folder().glob(f"{kind}-{digest}-*.parquet")):
        try:
            if file.stem.endswith(f"-{file_checksum(file)}"):
                table = pq.read_table(file)
                # The newest are those that were used last.
                os.utime(file)
                return tuple(column.to_numpy() for column in table.columns)
            file.unlink(missing_ok=True)
        except (OSError, *ARROW_ERRORS):
            continue
    return None


def _write(kind: str, digest: str, arrays: Sequence[np.ndarray]) -> None:
    """Keep arrays; it is no harm where that fails."""
    folder = results_folder()
    try:
        clear_left_over(folder)
        with unpublished(folder) as part:
            pq.write_table(pa.table({str(place): array for place, array in enumerate(arrays)}), part,
                           compression="zstd")
            publish(part, folder / f"{kind}-{digest}-{file_checksum(part)}.parquet")
        _remove_oldest(folder)
    except (OSError, *ARROW_ERRORS):
        return


def _remove_oldest(folder: Path) -> None:
    """Keep within the limit."""
    files = sorted(((file, file.stat()) for file in folder.glob("*.parquet")), key=lambda each: -each[1].st_mtime_ns)
    total = 0
    for file, status in files:
        total += status.st_size
        if total > MOST_BYTES:
            file.unlink(missing_ok=True)
