"""Long runs that a server keeps for each person, each in a folder of its own beside the text that describes it.

Searches by gradient are kept in this way; a run of another kind needs a text of its own, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from vanas_panel.errors import SearchError
from vanas_panel.files.atomic import clear_left_over, publish, unpublished
from vanas_panel.files.disk_errors import cause, shortage
from vanas_panel.files.user_folders import ENVIRONMENT, data_folder
from vanas_panel.text.language import Message

MOST_KEPT = 50
"""Runs of a kind that are kept for one person."""

NAME = re.compile(r"[0-9a-f]{32}")


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
        """Where the runs of a person are; the name of a person may hold anything, so it is not in the path."""
        root = self._root or data_folder() / self._kind
        return root / hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def path(self, user: str, name: str) -> Path:
        """The folder of a run."""
        return self.folder(user) / _checked(name)

    def add(self, user: str, name: str, text: str) -> None:
        """Keep what is to be run, before anything is.

        Raises
        ------
        SearchError
            Also where as many are kept as can be.
        """
        folder = self.folder(user)
        with said(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            clear_left_over(folder)
            if len(list(folder.glob("*.json"))) >= MOST_KEPT:
                raise SearchError(Message("Found {most} searches that are kept; expected room for one more. Delete one "
                                          "first.", most=MOST_KEPT))
            self.path(user, name).mkdir(mode=0o700, exist_ok=True)
            with unpublished(folder) as part:
                part.write_text(text, encoding="utf-8")
                publish(part, folder / f"{_checked(name)}.json", private=True)

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
        about = self.path(user, name).with_suffix(".json")
        with said(about):
            if about.exists():
                lock = _locked(about)
                # Whoever held it may have deleted it.
                if about.exists():
                    return lock.release
                _unlock_for_good(lock)
        raise SearchError(Message("Found a search that was deleted; expected one that is kept. Take it off the page, "
                                  "or run it as a new one."))

    def remove(self, user: str, name: str) -> None:
        """Delete a run for good.

        Raises
        ------
        SearchError
            Also where another process goes on with it.
        """
        path = self.path(user, name)
        about = path.with_suffix(".json")
        with said(path):
            if not about.exists():
                return
            lock = _locked(about)
            try:
                if path.exists():
                    shutil.rmtree(path)
                # Last: what is left of a run that is half deleted can be deleted.
                about.unlink(missing_ok=True)
            finally:
                lock.release() if about.exists() else _unlock_for_good(lock)


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Make one error of what the system refuses."""
    try:
        yield
    except OSError as error:
        raise SearchError(Message("{path}: Found no usable folder for searches ({reason}); expected one that can be "
                                  "read and written. Make room or check the folder, then try again; {variable} names "
                                  "another one.", path=path, reason=shortage(error, path) or cause(error),
                                  variable=ENVIRONMENT)) from None


def _locked(about: Path) -> filelock.BaseFileLock:
    """The lock of a run, taken. Any thread may let go of it."""
    lock = filelock.FileLock(about.with_name(f".{about.name}.lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise SearchError(Message("Found another process that goes on with this search, or deletes it; expected none. "
                                  "Wait until it has ended, or stop it there.")) from None
    return lock


def _unlock_for_good(lock: filelock.BaseFileLock) -> None:
    """Let go of a lock of which nothing is to be left; whoever waits for it finds no run."""
    # Some systems refuse it while the lock is held, and do it themselves afterwards.
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def _checked(name: str) -> str:
    """A name that is part of a path."""
    if NAME.fullmatch(name) is None:
        raise SearchError(Message("Found {name} as the name of a search; expected 32 hexadecimal digits. Choose one of "
                                  "the list.", name=repr(name[:40])))
    return name
