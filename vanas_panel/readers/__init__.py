"""Readers: one file per source format, and `open_table`, which finds the right one.

To add a format, copy one of the files, and give its function a line in `READERS`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from vanas_panel.errors import ArgumentKindError, SourceError
from vanas_panel.readers.cache import cached_sources, open_converted, open_remembered
from vanas_panel.readers.formats.frames import read_frame
from vanas_panel.readers.formats.json_documents import JSON, read_json_document
from vanas_panel.readers.formats.json_lines import read_json_lines
from vanas_panel.readers.formats.nasbench import read_nasbench
from vanas_panel.readers.formats.nasbench_graph import BENCH, WHEEL, read_bench, read_wheel
from vanas_panel.readers.formats.stored import is_stored, read_stored, write_table
from vanas_panel.readers.formats.tabular import read_csv, read_parquet
from vanas_panel.readers.known_names import check_known
from vanas_panel.readers.options import OWN_FORM, Asked
from vanas_panel.readers.source import Reader, check_readable, format_of, table_name
from vanas_panel.readers.trials.leading import led
from vanas_panel.tables.limits import Limits, current_limits, limited, out_of_memory
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

READERS: Mapping[str, Reader] = {
    ".parquet": read_parquet, ".pq": read_parquet,
    ".csv": read_csv, ".tsv": read_csv, ".tab": read_csv, ".txt": read_csv,
    ".jsonl": read_json_lines, ".ndjson": read_json_lines,
    ".tfrecord": read_nasbench,
    BENCH: read_bench, WHEEL: read_wheel, JSON: read_json_document,
}
"""The reader of a source, by the ending of its name. A text may be packed, and what separates
its columns is found in the text itself."""

EMBEDDED = Path(__file__).resolve().parents[1] / "data"
"""The folder of the tables that come with the package, in our own form."""

DEFAULT = "default"
"""The name of whichever embedded table is shown where none is asked for."""

__all__ = ["DEFAULT", "READERS", "check_names", "embedded_tables", "open_asked", "open_table", "open_unkept",
           "write_table"]


def embedded_tables() -> dict[str, Path]:
    """The tables that come with the package, by name; the first one is the default."""
    return {path.stem: path for path in sorted(EMBEDDED.glob("*.parquet"))}


def open_table(source: str | os.PathLike[str] | pd.DataFrame, *, progress: bool | None = None,
               conditions: Mapping[str, Any] | None = None, infinite: str | None = None,
               none: str | None = None, directions: Mapping[str, bool | None] | None = None,
               limits: Limits | None = None, kinds: Mapping[str, str] | None = None) -> BenchmarkTable:
    """Open a table of benchmark results.

    A source is converted once; the next opening takes a fraction of a second, and reads each column when it is first
    asked for. See `vanas_panel.readers.cache` for where that is kept.

    Parameters
    ----------
    source : str, path-like or pandas.DataFrame
        A file (see `READERS`), or the name of a table: an embedded one, ``default``, one that was fetched
        (``nasbench101``), or the name, without its ending, of a file that was opened before. Or a data frame with the
        columns of such a file, see `vanas_panel.BenchmarkTable.from_frame`.
    progress : bool, optional
        Whether to show a progress bar while a source is converted; by default where the standard error is a terminal.
    conditions : Mapping of str to str or Mapping, optional
        What to do where rows of one cell differ in a column: ``split``, ``repeat``, ``ignore``, or
        ``{"choose": value}``, see docs/schema.md. Each comes before what a description says of the same column.
    infinite : {"refuse", "set aside"}, optional
        What to do with rows that hold an infinite value; by default what a description says, else the file is refused.
    none : {"keep", "prune"}, optional
        What to do with the operation ``none`` in architecture strings of NAS-Bench-201: keep it as an operation, or
        leave it out with all that is then on no path; by default what a description says, else it is kept.
    directions : Mapping of str to bool or None, optional
        Whether higher values of a metric are better; None where neither is. By default what a description says, else
        what the name does.
    limits : Limits, optional
        How large the table may be; by default as `vanas_panel.tables.limits` says.
    kinds : Mapping of str to str, optional
        By column: ``metric``, ``parameter``, ``condition``, ``repeat``, ``identifier`` or ``left out``, where the guess
        is wrong. These come before what a description says. ``source_columns`` of a table says what was guessed.

    Returns
    -------
    BenchmarkTable

    Raises
    ------
    SourceError
        Where there is no such table, it cannot be read, or it is larger than the limits or the memory allow.
    UnknownMetricError
        Where it has no metric of a name in `directions`.

    Examples
    --------
    >>> open_table("structure4", directions={"edges": False}).metrics["edges"].better
    'lower is better'

    A data frame will do as well:

    >>> frame = pd.DataFrame({"adjacency": ["010001000"], "operations": ["input,conv,output"], "test_accuracy": [0.9]})
    >>> open_table(frame)["test_accuracy"].tolist()
    [0.9]
    """
    if isinstance(source, pd.DataFrame):
        return read_frame(source, conditions=conditions, infinite=infinite, none=none, directions=directions,
                          limits=limits, kinds=kinds)
    if not isinstance(source, str | os.PathLike):
        raise ArgumentKindError(Message("Found something of type {kind}; expected a path, the name of a table, or a "
                                        "pandas.DataFrame. Pass one of these.", kind=type(source).__name__))
    with limited(limits):
        asked = Asked(conditions or {}, infinite or "", directions or {}, none=none or "", kinds=kinds or {})
        return open_asked(source, asked, progress=progress)


def open_asked(source: str | os.PathLike[str], asked: Asked, *, progress: bool | None = None) -> BenchmarkTable:
    """Open a table with options, see `open_table`."""
    try:
        if isinstance(source, str) and _is_name(source):
            table = _open_named(source, progress, asked)
        else:
            table = _open_file(Path(source).expanduser(), progress, asked)
    except MemoryError as error:
        raise out_of_memory(source) from error
    except SourceError as error:
        raise led(source, error, format_of(Path(source)) in READERS) from error.__cause__
    table.source_file = _file_of(str(source)) if isinstance(source, str) else Path(source).expanduser()
    limits = current_limits()
    return asked.directed(table, {} if limits == Limits() else {"limits": limits})


def open_unkept(path: Path, asked: Asked) -> BenchmarkTable:
    """Open a file as `open_asked` does, in memory: what it becomes is not kept in the cache."""
    check_readable(path, READERS)
    table = READERS[format_of(path)](path, lambda _: None, asked)
    limits = current_limits()
    return asked.directed(table, {} if limits == Limits() else {"limits": limits})


def check_names(sources: Iterable[str], asked: Asked) -> None:
    """Refuse names in what is asked for that none of several sources has, before any is read.

    Raises
    ------
    SourceError
    """
    check_known(asked, map(_file_of, sources))


def _file_of(source: str) -> Path | None:
    """The file of a source; None where what it was converted to may be all that is left."""
    if not _is_name(source):
        return Path(source).expanduser()
    name = next(iter(embedded_tables()), source) if source == DEFAULT else source
    paths = [embedded_tables()[name]] if name in embedded_tables() else cached_sources().get(name, [])
    return paths[0] if len(paths) == 1 and paths[0].is_file() else None


def _is_name(source: str) -> bool:
    """Whether a source reads like the name of a table, and not like that of a file."""
    path = Path(source)
    return source == path.name and format_of(path) not in READERS and not path.is_file()


def _open_named(name: str, progress: bool | None, asked: Asked) -> BenchmarkTable:
    """Open an embedded or cached table."""
    embedded = embedded_tables()
    if name == DEFAULT and DEFAULT not in embedded and embedded:
        name = next(iter(embedded))
    if name in embedded:
        asked.without_conditions(OWN_FORM, embedded[name])
        return read_stored(embedded[name])
    cached = cached_sources()
    paths = cached.get(name, [])
    if len(paths) > 1:
        raise SourceError(Message("several tables named {name!r}: {paths}", name=name,
                                  paths=", ".join(map(str, paths))), "one", "Open it by its path")
    if paths and paths[0].is_file():
        return _open_file(paths[0], progress, asked)
    table = open_remembered(paths[0], asked) if paths else None
    if table is None:
        if Path(name).is_dir():
            check_readable(Path(name), READERS)  # says what kind of folder it is
        raise SourceError(Message("no table named {name!r}", name=name),
                          Message("a file, or one of {names}", names=", ".join([*embedded, *sorted(cached)])),
                          "Check the name; NAS-Bench-101 comes with: vanas-panel fetch nasbench101")
    return table


def _open_file(path: Path, progress: bool | None, asked: Asked) -> BenchmarkTable:
    """Open a file."""
    check_readable(path, READERS)
    if READERS[format_of(path)] is read_parquet and is_stored(path):
        asked.without_conditions(OWN_FORM, path)
        return read_stored(path, name=table_name(path))
    return open_converted(path, READERS[format_of(path)], progress=progress, asked=asked)
