"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def unpublished(folder: Path) -> Iterator[Path]:
    """A name for a new file in a folder; whatever has not been published under another name is removed at the end.

    Parameters
    ----------
    folder : Path
        Created where it is missing.

    Yields
    ------
    Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{uuid4().hex}.tmp"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def publish(path: Path, target: Path) -> None:
    """Give a finished file its name, in one step, after it has reached the disk. Both are in the same folder."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(path, target)
    if os.name == "posix":
        # The new name reaches the disk with the folder, which other systems do not let us open.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that a reader sees either its old content or all of the new one."""
    with unpublished(path.parent) as part:
        part.write_bytes(content)
        publish(part, path)
