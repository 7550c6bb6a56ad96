"""Long runs that a server keeps for each person, each in a folder of its own beside the text that describes it.

Searches by gradient are kept in this way; a run of another kind needs a text of its own, and nothing else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from vanas_panel.files.user_folders import data_folder
from vanas_panel.searches.kept_entries import (
    NAME,
    add_entry,
    checked_name,
    hold_entry,
    person_folder,
    remove_entry,
    said,
)


class KeptFolders:
    """The runs of all people, in a folder for each of them that only the server can read.

    All methods wait for the disk.

    Parameters
    ----------
    kind : str
        Names the folder in `vanas_panel.files.user_folders.data_folder`.
    root : path-like, optional
        Another folder.

    Raises
    ------
    SearchError
        From every method, where the folder cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     KeptFolders("gradient-searches", folder).texts("somebody")
    {}
    """

    def __init__(self, kind: str, root: str | os.PathLike[str] | None = None):
        self._kind, self._root = kind, None if root is None else Path(root)

    def folder(self, user: str) -> Path:
        """Where the runs of a person are."""
        return person_folder(self._root or data_folder() / self._kind, user)

    def path(self, user: str, name: str) -> Path:
        """The folder of a run."""
        return self.folder(user) / checked_name(name)

    def add(self, user: str, name: str, text: str) -> None:
        """Keep what is to be run, before anything is.

        Raises
        ------
        SearchError
            Also where as many are kept as can be.
        """
        make = partial(self.path(user, name).mkdir, mode=0o700, exist_ok=True)
        add_entry(self.folder(user), name, text, make)

    def texts(self, user: str) -> dict[str, bytes]:
        """What describes the runs of a person, by their names."""
        folder, found = self.folder(user), {}
        with said(folder):
            for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
                if NAME.fullmatch(path.stem):
                    with suppress(FileNotFoundError):
                        found[path.stem] = path.read_bytes()
        return found

    def hold(self, user: str, name: str) -> Callable[[], None]:
        """Have nobody else go on with a run or delete it, until what is returned is called.

        Raises
        ------
        SearchError
            Also where another process holds it, and where it was deleted.
        """
        return hold_entry(self.path(user, name).with_suffix(".json"))

    def remove(self, user: str, name: str) -> None:
        """Delete a run for good.

        Raises
        ------
        SearchError
            Also where another process goes on with it.
        """
        path = self.path(user, name)
        remove_entry(path.with_suffix(".json"), lambda: shutil.rmtree(path) if path.exists() else None)
