"""Files of searches that a server shows with their tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from vanas_panel.errors import SearchError, VanasError
from vanas_panel.readers import embedded_tables
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import LONGEST_HEADER
from vanas_panel.state.followed import Followed
from vanas_panel.state.followed_search import followed_run, search_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

_HEAD = b'{"vanas_panel_search":'
"""How the file of a search begins."""


def is_run_file(source: str) -> bool:
    """Whether a source is the file that a search writes, of any version."""
    path = Path(source).expanduser()
    try:
        with path.open("rb") as file:
            return file.read(len(_HEAD)) == _HEAD
    except (OSError, ValueError):
        return False


def table_names(files: Sequence[str]) -> list[str]:
    """Names of the tables over which searches were made, where no other source is named.

    Raises
    ------
    SearchError
        Where the table of one comes with no name that opens it.
    """
    names = [_table_name(Path(each).expanduser()) for each in files]
    return list(dict.fromkeys(names))


def _table_name(path: Path) -> str:
    """The name of the table of one file, which has to be embedded."""
    with path.open("rb") as file:
        first = file.readline(LONGEST_HEADER)
    try:
        name = json.loads(first)["table"]["name"]
    except (ValueError, KeyError, TypeError, RecursionError):
        name = None
    if not isinstance(name, str) or name not in embedded_tables():
        raise SearchError(Message("{path}: Found the file of a search without the table that it was made on; expected "
                                  "both. Name the table, too: vanas-panel serve TABLE {path}", path=str(path)))
    return name


def followed_runs(files: Sequence[str], tables: Sequence[BenchmarkTable],
                  faults: list[tuple[str, VanasError]]) -> list[Followed[SearchRun]]:
    """Follow files of searches; those that cannot be shown with any of the tables are added to `faults`."""
    found = []
    for each in files:
        try:
            source = followed_run(Path(each).expanduser())
            _check(source, tables)
        except VanasError as error:
            faults.append((each, error))
        else:
            found.append(source)
    return found


def _check(source: Followed[SearchRun], tables: Sequence[BenchmarkTable]) -> None:
    """Refuse a search that belongs to none of the tables, with the reason of the last one."""
    plan, why = search_of(source), None
    for table in tables:
        try:
            plan.run(table)
        except VanasError as error:
            why = error
        else:
            return
    if why is not None:
        raise why
