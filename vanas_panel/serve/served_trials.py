"""Tables of trials that a server shows beside tables of cells, each on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from vanas_panel.page.trials_page import TrialsPage
from vanas_panel.readers.options import Asked
from vanas_panel.readers.trials import open_trials
from vanas_panel.state.followed import Followed
from vanas_panel.state.link_text import named
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.tables.trials import TrialTable
from vanas_panel.widgets.tools import OtherPage

PART = "trials"
"""The part of a link that names a table of trials."""


@dataclass(frozen=True)
class ServedTrials:
    """A table of trials of a server.

    Attributes
    ----------
    name : str
        By which links name it.
    entry : TrialTable or Followed
    """

    name: str
    entry: TrialTable | Followed[TrialTable]

    @property
    def followed(self) -> Followed[TrialTable] | None:
        """What follows its file; None where nothing does."""
        return self.entry if isinstance(self.entry, Followed) else None

    @property
    def table(self) -> TrialTable:
        """The newest version."""
        return self.entry.table if isinstance(self.entry, Followed) else self.entry

    @property
    def page(self) -> OtherPage:
        """What the choice of tables says of it."""
        return OtherPage(self.table.title, urlencode({PART: self.name}))


def opened_trials(source: str, asked: Asked, follow: bool, names: Sequence[str]) -> ServedTrials:
    """Open a table of trials, follow it where that is wanted, and make its page once, for what that compiles.

    Parameters
    ----------
    source : str
    asked : Asked
        Its directions are taken where the table has such a metric.
    follow : bool
    names : sequence of str
        That are taken already.

    Raises
    ------
    VanasError
        Where it cannot be opened.
    """
    path = Path(source).expanduser()
    read = partial(_read, asked=asked)
    entry = Followed(path, read) if follow and path.is_file() else read(path)
    table = entry.table if isinstance(entry, Followed) else entry
    TrialsPage(table)
    number, name = 1, table.name
    while name in names:
        number += 1
        name = f"{table.name}@{number}"
    return ServedTrials(name, entry)


def _read(path: Path, asked: Asked) -> TrialTable:
    """A table of trials with the directions that it has metrics for."""
    table = open_trials(path)
    for name, direction in asked.directions.items():
        if name in table.metrics:
            table = table.with_direction(name, direction)
    return table


def page_choices(tables: Sequence[BenchmarkTable], trials: Sequence[ServedTrials]) -> tuple[OtherPage, ...]:
    """The pages of all tables in the order of the choice: those of cells, then those of trials."""
    cells = [OtherPage(table.title, urlencode({"table": name})) for name, table in named(tables).items()]
    return (*cells, *(each.page for each in trials))
