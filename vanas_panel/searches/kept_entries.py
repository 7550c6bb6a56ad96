"""What a server keeps for each person: a folder, a text for each entry, and a lock for who goes on with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from vanas_panel.errors import SearchError
from vanas_panel.files.atomic import clear_left_over, publish, unpublished
from vanas_panel.files.disk_errors import cause, shortage
from vanas_panel.files.user_folders import ENVIRONMENT
from vanas_panel.text.language import Message

MOST_KEPT = 50
"""Entries of a kind that are kept for one person."""

NAME = re.compile(r"[0-9a-f]{32}")


def person_folder(root: Path, user: str) -> Path:
    """Where the entries of a person are; the name of a person may hold anything, so it is not in the path."""
    return root / hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def checked_name(name: str) -> str:
    """A name that is part of a path.

    Raises
    ------
    SearchError
    """
    if NAME.fullmatch(name) is None:
        raise SearchError(Message("Found {name} as the name of a search; expected 32 hexadecimal digits. Choose one of "
                                  "the list.", name=repr(name[:40])))
    return name


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


def add_entry(folder: Path, name: str, text: str, prepare: Callable[[], object] = lambda: None) -> None:
    """Write the text of an entry, which others see whole or not at all.

    Parameters
    ----------
    folder : Path
        Of the person; made where it is absent, and only the server can read it.
    name : str
    text : str
    prepare : callable, optional
        Called before the text is there, once it is known that there is room.

    Raises
    ------
    SearchError
        Also where as many are kept as can be.
    """
    with said(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        clear_left_over(folder)
        if len(list(folder.glob("*.json"))) >= MOST_KEPT:
            raise SearchError(Message("Found {most} searches that are kept; expected room for one more. Delete one "
                                      "first.", most=MOST_KEPT))
        prepare()
        with unpublished(folder) as part:
            part.write_text(text, encoding="utf-8")
            publish(part, folder / f"{checked_name(name)}.json", private=True)


def hold_entry(about: Path) -> Callable[[], None]:
    """Have nobody else go on with an entry or delete it, until what is returned is called.

    Parameters
    ----------
    about : Path
        Its text.

    Raises
    ------
    SearchError
        Also where another process holds it, and where it was deleted.
    """
    with said(about):
        if about.exists():
            lock = _locked(about)
            # Whoever held it may have deleted it.
            if about.exists():
                return lock.release
            _unlock_for_good(lock)
    raise SearchError(Message("Found a search that was deleted; expected one that is kept. Take it off the page, "
                              "or run it as a new one."))


def remove_entry(about: Path, remove: Callable[[], object]) -> None:
    """Delete an entry for good; nothing happens where there is none.

    Parameters
    ----------
    about : Path
        Its text.
    remove : callable
        Deletes what else belongs to it, before the text: what is left of an entry that is half deleted can be deleted.

    Raises
    ------
    SearchError
        Also where another process goes on with it.
    """
    with said(about):
        if not about.exists():
            return
        lock = _locked(about)
        try:
            remove()
            about.unlink(missing_ok=True)
        finally:
            lock.release() if about.exists() else _unlock_for_good(lock)


def _locked(about: Path) -> filelock.BaseFileLock:
    """The lock of an entry, taken. Any thread may let go of it."""
    lock = filelock.FileLock(about.with_name(f".{about.name}.lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise SearchError(Message("Found another process that goes on with this search, or deletes it; expected none. "
                                  "Wait until it has ended, or stop it there.")) from None
    return lock


def _unlock_for_good(lock: filelock.BaseFileLock) -> None:
    """Let go of a lock of which nothing is to be left; whoever waits for it finds no entry."""
    # Some systems refuse it while the lock is held, and do it themselves afterwards.
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()
