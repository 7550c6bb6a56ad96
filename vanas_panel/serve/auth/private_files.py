"""Atomic writing of server files that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from vanas_panel.files.atomic import publish, unpublished
from vanas_panel.text.language import Constant

NO_TEXT = Constant("bytes that are no text")
"""The content of a file that is not UTF-8, in words that follow *Found*."""


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
    with unpublished(path.parent) as part:
        part.write_text(text, encoding="utf-8")
        if replace:
            _keep_owner(path, part)
            publish(part, path, private=True)
            return True
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            return False
        return True


def _keep_owner(path: Path, name: Path) -> None:
    """Give a new file to whom the old one belonged, where the administrator writes for a service."""
    if path.exists() and os.name == "posix" and os.geteuid() == 0:
        old = path.stat()
        os.chown(name, old.st_uid, old.st_gid)
