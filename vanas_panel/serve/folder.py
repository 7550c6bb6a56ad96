"""How a server writes the files that it keeps for itself, so that nobody sees half of one, and only its owner any."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_private(path: Path, text: str, *, replace: bool) -> bool:
    """Write a file that only its owner can read, all of it or nothing.

    Parameters
    ----------
    path : Path
        Its folder is made where it is missing.
    text : str
    replace : bool
        Whether a file that is there already is replaced.

    Returns
    -------
    bool
        Whether it was written; False where there was one that was not to be replaced.

    Raises
    ------
    OSError
        As from the system.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made by mkstemp with mode 0600, so that it was never open to others.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            _keep_owner(path, name)
            os.replace(name, path)
            return True
        try:
            os.link(name, path)
        except FileExistsError:
            return False
        return True
    finally:
        if os.path.exists(name):
            os.unlink(name)


def _keep_owner(path: Path, name: str) -> None:
    """Give a new file to whom the old one belonged, where the administrator writes for a service."""
    if path.exists() and os.name == "posix" and os.geteuid() == 0:
        old = path.stat()
        os.chown(name, old.st_uid, old.st_gid)
