"""Reading a file again in another way, for one visitor of a page: in memory, and a few such tables for all of them.

Nothing is written into the cache folder, which would grow with everything that visitors try. The newest readings are
shared, so that two visitors who say the same have one table.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from vanas_panel.errors import SourceError, VanasError
from vanas_panel.files.json_schema import read_json
from vanas_panel.readers import READERS
from vanas_panel.readers.columns.names import base_and_repeat
from vanas_panel.readers.description import describe, sidecar
from vanas_panel.readers.formats.stored import is_stored
from vanas_panel.readers.formats.tabular import read_parquet
from vanas_panel.readers.options import Asked
from vanas_panel.readers.snapshot import gone, stamp_of
from vanas_panel.readers.source import check_readable, format_of
from vanas_panel.tables.limits import limited, out_of_memory
from vanas_panel.tables.table import BenchmarkTable

MOST = 3
"""Tables that are kept for all visitors."""

_kept: OrderedDict[tuple, BenchmarkTable] = OrderedDict()
_alone = Lock()


def kept_readings() -> int:
    """How many tables are kept for visitors who ask for the same; at most `MOST`."""
    return len(_kept)


def can_read_again(table: BenchmarkTable) -> bool:
    """Whether a table is of a file that can be read in another way: one in the form of vanas-panel is read already.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> can_read_again(vp.open_table("structure4"))
    False
    """
    return table.source_file is not None and bool(table.source_columns) and table.source_file.is_file() and not (
        READERS.get(format_of(table.source_file)) is read_parquet and is_stored(table.source_file))


def asked_of(table: BenchmarkTable, **changes: Any) -> Asked:
    """The options that a table was opened with, some of them changed; directions that were switched among them."""
    said = {name: value for name, value in table.opened_with.items() if name != "limits"}
    said["directions"] = {**said.get("directions", {}), **table.directions}
    return Asked(**{**said, **changes})


def conditions_of(table: BenchmarkTable) -> dict[str, Any]:
    """What is done with the conditions of a table: as it was opened with, else as the description beside it says.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> conditions_of(vp.open_table("structure4"))
    {}
    """
    beside = {} if table.source_file is None else _said_beside(table.source_file).get("conditions", {})
    return {**beside, **asked_of(table).conditions}


def read_again(table: BenchmarkTable, asked: Asked) -> BenchmarkTable:
    """The file of a table, read in another way.

    Parameters
    ----------
    table : BenchmarkTable
        See `can_read_again`.
    asked : Asked

    Raises
    ------
    SourceError
        Where it cannot be read so, or is gone.
    """
    path = table.source_file
    if path is None:
        raise SourceError("a table that was not read from a file", "one of a file",
                          "Open the file with vanas_panel.open_table")
    check_readable(path, READERS)
    # The description beside the file is a part of how it stands: it says what columns are, too.
    stamp = stamp_of(path)
    if stamp is None:
        raise gone(path)
    key = (path, stamp, json.dumps(asked.keywords, sort_keys=True, default=str))
    # One after the other, however many visitors ask: each may take as much memory as the file.
    with _alone:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        limits = table.opened_with.get("limits")
        with limited(limits):
            try:
                found = READERS[format_of(path)](path, lambda _count: None, asked)
            except MemoryError as error:
                raise out_of_memory(path) from error
            found.source_file = path
            # Metrics of another reading may have gone, and what was said of them with them.
            fits = replace(asked, directions={name: better for name, better in asked.directions.items()
                                              if name in found.metrics})
            found = fits.directed(found, {} if limits is None else {"limits": limits})
        found.name, found.title = table.name, found.title if found.title != found.name else table.title
        _kept[key] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def description_text(table: BenchmarkTable) -> tuple[str, str]:
    """The name and the text of a file beside the source that says what a table was opened with.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> frame = pd.DataFrame({"adjacency": ["0100"], "operations": ["input,output"], "score": [1.0]})
    >>> description_text(vp.open_table(frame, directions={"score": False}))[1].split()
    ['{', '"metrics":', '{', '"score":', '{', '"higher_is_better":', 'false', '}', '}', '}']
    """
    asked = asked_of(table)
    said = {} if table.source_file is None else _said_beside(table.source_file)
    for part in ("kinds", "conditions"):
        if getattr(asked, part):
            said[part] = {**said.get(part, {}), **getattr(asked, part)}
    for part in ("infinite", "none"):
        if getattr(asked, part):
            said[part] = getattr(asked, part)
    owners = {metric: base_and_repeat(column.name)[0] for column in table.source_columns for metric in column.metrics}
    metrics = {name: dict(each) for name, each in said.get("metrics", {}).items()}
    for name, better in asked.directions.items():
        metrics.setdefault(owners.get(name, name), {})["higher_is_better"] = better
    if metrics:
        said["metrics"] = metrics
    name = sidecar(table.source_file or Path(f"{table.name}.csv")).name
    return name, json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _said_beside(path: Path) -> dict[str, Any]:
    """What the description beside a file says; nothing where it was spoilt or went since the file was opened."""
    try:
        describe(path)
        return dict(read_json(sidecar(path).read_bytes()))
    except (VanasError, ValueError, OSError):
        return {}


def opening_code(table: BenchmarkTable) -> str:
    """The call that opens a table in the same way.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> opening_code(vp.open_table("structure4").with_direction("edges", False))
    "vp.open_table('structure4', directions={'edges': False})"
    """
    name = table.source_file.name if table.source_file is not None and can_read_again(table) else table.name
    how = "".join(f", {part}={value!r}" for part, value in asked_of(table).keywords.items())
    return f"vp.open_table({name!r}{how})"
