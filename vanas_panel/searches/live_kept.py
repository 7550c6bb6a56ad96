"""The files of live searches that a server keeps for each person, so that closing a page loses none."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import filelock

from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.files.atomic import clear_left_over, publish, unpublished
from vanas_panel.files.disk_errors import cause, shortage
from vanas_panel.files.user_folders import ENVIRONMENT, data_folder
from vanas_panel.searches.header_space import described_space
from vanas_panel.searches.live_plan import LivePlan, read_plan
from vanas_panel.searches.reading import read_search
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import writing
from vanas_panel.text.language import Message

MOST_KEPT = 50
"""Live searches that are kept for one person."""

_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Kept:
    """A live search that is kept.

    Attributes
    ----------
    plan : LivePlan
    told : int
        Queries that have a value; full trainings that they cost, where there are several training budgets.
    is_finished : bool
    """

    plan: LivePlan
    told: int
    is_finished: bool


class KeptSearches:
    """The live searches of all people, in a folder for each of them that only the server can read.

    All methods wait for the disk.

    Parameters
    ----------
    root : path-like, optional
        ``searches`` in `vanas_panel.files.user_folders.data_folder` by default.

    Raises
    ------
    SearchError
        From every method, where the folder cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     KeptSearches(folder).all("somebody")
    []
    """

    def __init__(self, root: str | os.PathLike[str] | None = None):
        self._root = None if root is None else Path(root)

    def folder(self, user: str) -> Path:
        """Where the files of a person are; the name of a person may hold anything, so it is not in the path."""
        root = self._root or data_folder() / "searches"
        return root / hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def path(self, user: str, plan: LivePlan) -> Path:
        """The file of a run."""
        return self.folder(user) / f"{_checked(plan.name)}.jsonl"

    def add(self, user: str, plan: LivePlan) -> None:
        """Keep what is to be searched, before anything is trained.

        Raises
        ------
        SearchError
            Also where as many are kept as can be.
        """
        folder = self.folder(user)
        with _said(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            clear_left_over(folder)
            if len(list(folder.glob("*.json"))) >= MOST_KEPT:
                raise SearchError(Message("Found {most} searches that are kept; expected room for one more. Delete one "
                                          "first.", most=MOST_KEPT))
            with unpublished(folder) as part:
                part.write_text(plan.to_json(), encoding="utf-8")
                publish(part, folder / f"{_checked(plan.name)}.json", private=True)

    def all(self, user: str, space: Space | None = None) -> list[Kept]:
        """The searches of a person, the newest first; in one space, where that is given.

        What another version wrote, or what is damaged, is left out and left where it is.
        """
        folder, found = self.folder(user), []
        with _said(folder):
            for path in folder.glob("*.json") if folder.is_dir() else ():
                with suppress(VanasError):
                    plan = read_plan(path.read_bytes(), _checked(path.stem))
                    if space is None or described_space(plan.space) == described_space(space):
                        found.append(_counted(plan, self.path(user, plan)))
        return sorted(found, key=lambda each: (each.plan.begun, each.plan.name), reverse=True)

    def hold(self, user: str, plan: LivePlan) -> Callable[[], None]:
        """Have nobody else go on with a search or delete it, until what is returned is called.

        Raises
        ------
        SearchError
            Also where another process holds it, and where it was deleted.
        """
        about = self.path(user, plan).with_suffix(".json")
        with _said(about):
            if about.exists():
                lock = _locked(about)
                # Whoever held it may have deleted it.
                if about.exists():
                    return lock.release
                _unlock_for_good(lock)
        raise SearchError(Message("Found a search that was deleted; expected one that is kept. Take it off the page, "
                                  "or run it as a new one."))

    def run(self, user: str, plan: LivePlan) -> SearchRun | None:
        """The run so far; None where nothing was asked yet."""
        path = self.path(user, plan)
        with _said(path):
            return read_search(path) if path.exists() and path.stat().st_size else None

    def content(self, user: str, plan: LivePlan) -> bytes:
        """The file of a run as it stands on the disk, up to its last whole line."""
        path = self.path(user, plan)
        with _said(path):
            content = path.read_bytes() if path.exists() else b""
        return content[:content.rfind(b"\n") + 1]

    def remove(self, user: str, plan: LivePlan) -> None:
        """Delete a search for good.

        Raises
        ------
        SearchError
            Also where another process goes on with it.
        """
        path = self.path(user, plan)
        about = path.with_suffix(".json")
        with _said(path):
            if not about.exists():
                return
            lock = _locked(about)
            try:
                if path.exists():
                    with writing(path):
                        path.unlink()
                        path.with_name(f".{path.name}.lock").unlink(missing_ok=True)
                # Last: what is left of a search that is half deleted can be deleted.
                about.unlink(missing_ok=True)
            finally:
                (lock.release if about.exists() else partial(_unlock_for_good, lock))()


def _locked(about: Path) -> filelock.BaseFileLock:
    """The lock of a search, taken. Any thread may let go of it."""
    lock = filelock.FileLock(about.with_name(f".{about.name}.lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise SearchError(Message("Found another process that goes on with this search, or deletes it; expected none. "
                                  "Wait until it has ended, or stop it there.")) from None
    return lock


def _unlock_for_good(lock: filelock.BaseFileLock) -> None:
    """Let go of a lock of which nothing is to be left; whoever waits for it finds no search."""
    # Some systems refuse it while the lock is held, and do it themselves afterwards.
    with suppress(OSError):
        Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()


def _checked(name: str) -> str:
    """A name that is part of a path."""
    if _NAME.fullmatch(name) is None:
        raise SearchError(Message("Found {name} as the name of a search; expected 32 hexadecimal digits. Choose one of "
                                  "the list.", name=repr(name[:40])))
    return name


def _counted(plan: LivePlan, path: Path) -> Kept:
    """A search with how far it came."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    if lines and plan.chosen.kind.budgets:
        told = 0
        # Without a whole first line nothing was told; what is damaged says so when it goes on.
        with suppress(SearchError):
            told = read_search(path).spent
        return Kept(plan, told, lines[-1].startswith(b'{"end":'))
    told = sum(line.startswith(b'{"tell":') and b'"value":null' not in line for line in lines)
    return Kept(plan, told, bool(lines) and lines[-1].startswith(b'{"end":'))


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Make one error of what the system refuses."""
    try:
        yield
    except OSError as error:
        raise SearchError(Message("{path}: Found no usable folder for searches ({reason}); expected one that can be "
                                  "read and written. Make room or check the folder, then try again; {variable} names "
                                  "another one.", path=path, reason=shortage(error, path) or cause(error),
                                  variable=ENVIRONMENT)) from None
