"""SQLite files of other programs: opened to be read only, as they lie there, with queries of our own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from vanas_panel.errors import SourceError
from vanas_panel.tables.limits import current_limits
from vanas_panel.text.language import Message, marked

FIRST_BYTES = b"SQLite format 3\0"
"""How every SQLite file begins."""

_LONGEST_VALUE = 64 << 20


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that neither writes nor locks.

    Raises
    ------
    SourceError
        Where the file is damaged, at any moment within the block.
    """
    try:
        # Immutable: SQLite makes no file beside it and takes no lock, so a file of another person can be read, too.
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = lambda data: data.decode(errors="replace")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
            connection.execute("PRAGMA trusted_schema = OFF")
            yield connection
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
        reason = str(error).rstrip(".")
        raise SourceError(Message("a SQLite file that cannot be read ({reason})", reason=reason), "a whole one",
                          "Copy it again while no program writes it, or repair it with: sqlite3 FILE .recover",
                          path=path) from error


def tables_of(path: Path) -> dict[str, list[str]]:
    """The columns of every table of a file; views and virtual tables are none.

    Raises
    ------
    SourceError
    """
    with opened(path) as connection:
        names = [name for name, in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0") if isinstance(name, str)]
        return {name: [column for column, in connection.execute("SELECT name FROM pragma_table_info(?)", (name,))]
                for name in names[:1000]}


def check_schema(tables: Mapping[str, Sequence[str]], needed: Mapping[str, Sequence[str]], program: str,
                 path: Path) -> None:
    """Refuse a file that lacks a table or a column; `needed` is by table, `program` is what wrote the file."""
    for table, columns in needed.items():
        lacking = table if table not in tables else next(
            (f"{table}.{column}" for column in columns if column not in tables[table]), "")
        if lacking:
            raise SourceError(Message("a file of {program} without {lacking}", program=program, lacking=lacking),
                              Message("the tables that {program} writes today", program=program),
                              "Upgrade a copy of it with that program, and open the copy", path=path)


def check_count(connection: sqlite3.Connection, table: str, path: Path) -> None:
    """Refuse a table with more rows than the limits allow, before they are read."""
    count, = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
    current_limits().check("rows", count, marked("rows"), marked("Leave some out"), path=path)


def changes_beside(path: Path) -> list[str]:
    """A note where changes lie in a file beside it that is not read."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.is_file() and beside.stat().st_size:
        return [Message("Changes in {name} are not read. They are in the file once all programs have closed it.",
                        name=beside.name)]
    return []
