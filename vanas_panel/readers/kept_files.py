"""Arrays that follow from a converted table, in the cache beside its file: mapped into memory, nothing recomputed.

``tables/<name of the table's file>.<kind>-<number>-<checksum>.kept``
    A NumPy file, one for each array of a kind. The checksum is that of the file itself. Where one is damaged or missing
    all of its kind are removed, and made again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vanas_panel.files.atomic import publish, unpublished

SECONDS = 1.0
"""What takes longer to make is kept."""

_SUFFIX = ".kept"


@dataclass(frozen=True)
class KeptFiles:
    """The arrays that are kept beside the file of a table.

    Parameters
    ----------
    beside : Path
        The file.
    checksum : callable
        Gives that of a file.
    """

    beside: Path
    checksum: Callable[[Path], str]

    def __call__(self, kind: str, make: Callable[[], Sequence[np.ndarray]]) -> tuple[np.ndarray, ...]:
        """Arrays of a kind: those that are kept, else what `make` gives, which is kept where that took long."""
        held = self.read(kind)
        if held is not None:
            return held
        begun = time.monotonic()
        made = tuple(make())
        if time.monotonic() - begun > SECONDS:
            self.write(kind, made)
        return made

    def write(self, kind: str, arrays: Sequence[np.ndarray]) -> None:
        """Keep arrays; it is no harm where that fails."""
        try:
            for number, array in enumerate(arrays):
                with unpublished(self.beside.parent) as part:
                    with part.open("wb") as file:
                        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
                    name = f"{self.beside.stem}.{kind}-{number}of{len(arrays)}-{self.checksum(part)}{_SUFFIX}"
                    publish(part, self.beside.parent / name)
        except OSError:
            self.forget(kind)

    def read(self, kind: str) -> tuple[np.ndarray, ...] | None:
        """Kept arrays, read-only and mapped into memory; None where they are not kept, or not whole."""
        files = self._files(kind)
        if not files:
            return None
        held = {}
        for file in files:
            _, place, said = file.stem.rsplit("-", 2)
            try:
                if self.checksum(file) == said:
                    held[place] = np.load(file, mmap_mode="r", allow_pickle=False).view(np.ndarray)
            except (OSError, ValueError):
                continue
        count = files[0].stem.rsplit("-", 2)[1].partition("of")[2]
        places = [f"{number}of{count}" for number in range(int(count) if count.isdecimal() else 0)]
        if places and len(files) == len(places) == len(held) and held.keys() == {*places}:
            return tuple(held[place] for place in places)
        self.forget(kind)
        return None

    def forget(self, kind: str = "*") -> None:
        """Remove the arrays of a kind, or of all; where that fails, they are refused again when they are read."""
        for file in self._files(kind):
            try:
                file.unlink(missing_ok=True)
            except OSError:
                continue

    def _files(self, kind: str) -> list[Path]:
        """The files of a kind."""
        return sorted(self.beside.parent.glob(f"{self.beside.stem}.{kind}-*{_SUFFIX}"))
