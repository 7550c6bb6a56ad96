"""The files of live searches that a server keeps for each person, so that closing a page loses none."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vanas_panel.core.kinds import described_space
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.files.user_folders import data_folder
from vanas_panel.searches.kept_entries import (
    add_entry,
    checked_name,
    hold_entry,
    person_folder,
    remove_entry,
    said,
)
from vanas_panel.searches.live_plan import LivePlan, read_plan
from vanas_panel.searches.reading import read_search
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import writing


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
        """Where the files of a person are."""
        return person_folder(self._root or data_folder() / "searches", user)

    def path(self, user: str, plan: LivePlan) -> Path:
        """The file of a run."""
        return self.folder(user) / f"{checked_name(plan.name)}.jsonl"

    def add(self, user: str, plan: LivePlan) -> None:
        """Keep what is to be searched, before anything is trained.

        Raises
        ------
        SearchError
            Also where as many are kept as can be.
        """
        add_entry(self.folder(user), plan.name, plan.to_json())

    def all(self, user: str, space: Space | None = None) -> list[Kept]:
        """The searches of a person, the newest first; in one space, where that is given.

        What another version wrote, or what is damaged, is left out and left where it is.
        """
        folder, found = self.folder(user), []
        with said(folder):
            for path in folder.glob("*.json") if folder.is_dir() else ():
                with suppress(VanasError):
                    plan = read_plan(path.read_bytes(), checked_name(path.stem))
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
        return hold_entry(self.path(user, plan).with_suffix(".json"))

    def run(self, user: str, plan: LivePlan) -> SearchRun | None:
        """The run so far; None where nothing was asked yet."""
        path = self.path(user, plan)
        with said(path):
            return read_search(path) if path.exists() and path.stat().st_size else None

    def content(self, user: str, plan: LivePlan) -> bytes:
        """The file of a run as it stands on the disk, up to its last whole line."""
        path = self.path(user, plan)
        with said(path):
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
        remove_entry(path.with_suffix(".json"), lambda: _remove_file(path))


def _remove_file(path: Path) -> None:
    """Delete the file of a search where it is, and its lock."""
    if path.exists():
        with writing(path):
            path.unlink()
            path.with_name(f".{path.name}.lock").unlink(missing_ok=True)


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
