"""The tables of a server, each in its newest version."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import overload

from vanas_panel.errors import SourceError
from vanas_panel.readers import open_asked, open_unkept
from vanas_panel.readers.options import Asked
from vanas_panel.readers.snapshot import LINES
from vanas_panel.searches.run import SearchRun
from vanas_panel.serve.served_trials import ServedTrials
from vanas_panel.state.followed import Followed
from vanas_panel.tables.table import BenchmarkTable


class ServedTables(Sequence[BenchmarkTable]):
    """The newest versions of tables, some of which are followed.

    Parameters
    ----------
    entries : sequence of BenchmarkTable or Followed
    runs : sequence of Followed, optional
        Files of searches over these tables.
    trials : sequence of ServedTrials, optional
        Tables of trials, which have pages of their own.
    follow : bool, optional
        Whether `start` has the files of searches looked at, too.

    Attributes
    ----------
    followed : tuple of Followed or None
        For every table what follows it.
    runs : tuple of Followed
    trials : tuple of ServedTrials
    """

    def __init__(self, entries: Sequence[BenchmarkTable | Followed[BenchmarkTable]],
                 runs: Sequence[Followed[SearchRun]] = (), trials: Sequence[ServedTrials] = (), follow: bool = False):
        self._entries, self.runs, self.trials, self._follow = tuple(entries), tuple(runs), tuple(trials), follow
        self.followed = tuple(each if isinstance(each, Followed) else None for each in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> BenchmarkTable: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[BenchmarkTable, ...]: ...

    def __getitem__(self, place: int | slice) -> BenchmarkTable | tuple[BenchmarkTable, ...]:
        found = self._entries[place]
        if isinstance(found, tuple):
            return tuple(map(_newest, found))
        return _newest(found)

    def start(self) -> None:
        """Look at the files from now on; after a fork, not before."""
        for each in (*self.followed, *(self.runs if self._follow else ()), *(each.followed for each in self.trials)):
            if each is not None:
                each.start()


def _newest(entry: BenchmarkTable | Followed[BenchmarkTable]) -> BenchmarkTable:
    """The newest version of a table."""
    return entry.table if isinstance(entry, Followed) else entry


def opened(source: str, asked: Asked, follow: bool = False) -> BenchmarkTable | Followed[BenchmarkTable]:
    """Open a table, and follow it where that is wanted and its file is a text that can grow.

    Raises
    ------
    VanasError
        Where it cannot be opened.
    """
    path = Path(source).expanduser()
    if not (follow and path.is_file() and path.suffix.lower() in LINES):
        return open_asked(source, asked)

    def read(each: Path) -> BenchmarkTable:
        # The file itself once, by way of the cache; versions that come later are not kept there.
        if each == path:
            return open_asked(source, asked)
        table = open_unkept(each, asked)
        if not any(table.known(name) for name in table.metrics):
            raise SourceError("no value in any column of numbers", "at least one measured cell",
                              "Fill in the measured values", path=each)
        # The copy is gone after this; the Data drawer reads the file that grows in other ways.
        table.source_file = path
        return table

    return Followed(path, read)
