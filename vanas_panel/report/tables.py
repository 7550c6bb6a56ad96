"""The tables behind page and report, as data frames that are ready for ``to_csv``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from csv import QUOTE_MINIMAL, QUOTE_NONNUMERIC
from io import StringIO

import numpy as np
import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import EDGE_FIELD, VERTEX_SHIFT, unpack
from vanas_panel.core.frame_names import metric_column
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.spreadsheet_formulas import defused, original

SELECTION, IMPORTANCE, CONTRIBUTIONS, COMPLETIONS, BEST, NEIGHBOURS, PATH, FRONT = (
    "selection", "importance", "contributions", "completions", "best-cells", "neighbours", "path", "front")
"""Names of the tables, which are also those of their files."""

PART_ROWS = 20_000
"""Cells that travel to a browser at once: a part takes some tenths of a second and a few megabytes."""


def tables_of(session: Session) -> dict[str, pd.DataFrame]:
    """Every table of a session except its selection, by name.

    Parameters
    ----------
    session : Session

    Returns
    -------
    dict of str to DataFrame
        `IMPORTANCE` as `vanas_panel.edge_importance` returns it; `CONTRIBUTIONS` where the designer holds a cell of
        the table, with the operations of both ends; `COMPLETIONS` with operations and edges as text.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session = vp.Session(vp.open_table("structure4"))
    >>> {name: frame.shape[0] for name, frame in tables_of(session).items()}
    {'importance': 16, 'completions': 1}
    """
    tables = {IMPORTANCE: session.importance}
    contributions = contributions_table(session)
    if contributions is not None:
        tables[CONTRIBUTIONS] = contributions
    tables[COMPLETIONS] = completions_table(session)
    return tables


def selection_table(table: BenchmarkTable, rows: np.ndarray | None = None) -> pd.DataFrame:
    """The selected cells with all their metrics.

    Parameters
    ----------
    table : BenchmarkTable
    rows : int64 (m,), optional
        The whole table by default.

    Returns
    -------
    DataFrame
        One row per cell: ``row``, ``operations`` (inner ones, separated by spaces), ``edges`` (pairs ``0-1``, separated
        by spaces), then the mean of every metric. A metric that is called as one of these three columns is marked,
        ``edges (metric)``.
    """
    taken = np.arange(len(table)) if rows is None else np.asarray(rows, dtype=np.int64)
    if table.wide is not None:
        cells = [table.cell(int(row)) for row in taken]
        return pd.DataFrame({
            "row": taken, "operations": [operations_text(cell) for cell in cells],
            "edges": [edges_text(cell) for cell in cells],
            **{metric_column(name): table.column(name)[taken] for name in table.metrics}})
    packed = table.packed[taken]
    vertices = packed >> VERTEX_SHIFT << VERTEX_SHIFT
    return pd.DataFrame({
        "row": taken,
        # Few operations and few edge sets are different, so each is worded once.
        "operations": _worded(packed - (packed & EDGE_FIELD), lambda part: " ".join(
            table.space.operations[operation] for operation in unpack(part)[0])),
        "edges": _worded(vertices + (packed & EDGE_FIELD), lambda part: " ".join(
            f"{source}-{target}" for source, target in unpack(part)[1])),
        **{metric_column(name): table.column(name)[taken] for name in table.metrics},
    })


def _worded(parts: np.ndarray, word: Callable[[int], str]) -> list[str]:
    """A text for each of many packed parts, ``int64 (m,)``."""
    different, index = np.unique(parts, return_inverse=True)
    texts = [word(int(part)) for part in different]
    return [texts[each] for each in index.tolist()]


def contributions_table(session: Session) -> pd.DataFrame | None:
    """Contributions of the cell in the designer with the operations of both ends; None where it is not in the table."""
    found, cell = session.contributions, session.cell
    if found is None or cell is None:
        return None
    ends = {name: [cell.operations[vertex] for vertex in found[name]] for name in ("source", "target")}
    return pd.DataFrame({"source": found["source"], "target": found["target"], "source_operation": ends["source"],
                         "target_operation": ends["target"], **{name: found[name] for name in found.columns[2:]}})


def completions_table(session: Session) -> pd.DataFrame:
    """The completions of the draft with operations and edges as text."""
    found = session.completions
    cells = [session.table.cell(int(row)) for row in found["row"]]
    return pd.DataFrame({"row": found["row"].to_numpy(), found.attrs["metric"]: found[found.attrs["metric"]].to_numpy(),
                         "operations": [operations_text(cell) for cell in cells],
                         "edges": [edges_text(cell) for cell in cells]})


def path_table(found: pd.DataFrame) -> pd.DataFrame:
    """A path as `vanas_panel.edit_path` gives it, with operations and edges as text."""
    cells = [Draft(*each) for each in zip(found["operations"], found["edges"], strict=True)]
    return found.assign(operations=list(map(operations_text, cells)), edges=list(map(edges_text, cells)))


def best_rows(table: BenchmarkTable, metric: str, count: int, rows: np.ndarray | None = None) -> np.ndarray:
    """The rows with the best values of a metric, best first, ``int64 (k,)``; equal ones by row.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str
        Without a direction, higher counts as better.
    count : int
        At most so many; fewer where fewer have a value.
    rows : int64 (m,), optional
        Rows to choose among.
    """
    taken = np.arange(len(table)) if rows is None else np.asarray(rows, dtype=np.int64)
    values = table.column(metric)[taken]
    known = ~np.isnan(values)
    sign = 1.0 if table.metric(metric).higher_is_better is False else -1.0
    return taken[known][np.argsort(sign * values[known], kind="stable")[:count]]


def best_table(table: BenchmarkTable, metric: str, count: int, rows: np.ndarray | None = None) -> pd.DataFrame:
    """The best cells as `selection_table` writes them, with their ``rank`` among these."""
    found = selection_table(table, best_rows(table, metric, count, rows))
    found.insert(0, "rank", np.arange(1, len(found) + 1))
    return found


def selection_parts(table: BenchmarkTable, rows: np.ndarray | None = None, size: int = PART_ROWS) -> Iterator[str]:
    """A `selection_table` as CSV, in parts, so that no more than one of them is in memory.

    Parameters
    ----------
    table : BenchmarkTable
    rows : int64 (m,), optional
        The whole table by default.
    size : int, optional
        Rows of each part but the last one.

    Yields
    ------
    str
        The first one with the names of the columns; at least one part, also of no rows.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> "".join(selection_parts(table, size=7)) == csv(selection_table(table))
    True
    """
    taken = np.arange(len(table)) if rows is None else np.asarray(rows, dtype=np.int64)
    for start in range(0, max(1, taken.size), size):
        yield csv(selection_table(table, taken[start:start + size]), header=start == 0)


def csv(frame: pd.DataFrame, header: bool = True) -> str:
    r"""A table as text of comma-separated values, without the index.

    `vanas_panel.text.spreadsheet_formulas` defuses its texts. Numbers stay numbers, also negative ones. `read_csv`
    brings the texts back. Without `header` the line with the names of the columns is left out.

    Examples
    --------
    >>> csv(pd.DataFrame({"row": [3], "value": [-0.5], "operation": ["=1+1"]}))
    "row,value,operation\n3,-0.5,'=1+1\n"
    """
    safe = pd.DataFrame({index: _defused(values) for index, (_, values) in enumerate(frame.items())}, frame.index)
    safe.columns = [defused(str(name)) for name in frame.columns]
    # A carriage return alone would end the line for some readers; Python puts no quotes around it by itself.
    returns = any("\r" in value for column in safe for value in [column, *safe[column]] if isinstance(value, str))
    return safe.to_csv(index=False, header=header, lineterminator="\n",
                       quoting=QUOTE_NONNUMERIC if returns else QUOTE_MINIMAL)


def read_csv(text: str) -> pd.DataFrame:
    r"""A table as `csv` has written it, or as a report saves it; what was defused is the text it was before.

    Examples
    --------
    >>> read_csv("value,operation\n-0.5,'=1+1\n").to_dict("list")
    {'value': [-0.5], 'operation': ['=1+1']}
    """
    frame = pd.read_csv(StringIO(text, newline=""))
    frame.columns = [original(name) for name in frame.columns]
    return frame.map(lambda value: original(value) if isinstance(value, str) else value)


def _defused(values: pd.Series) -> pd.Series:
    """A column in which no text is a formula."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    return values.astype(object).map(lambda value: defused(value) if isinstance(value, str) else value)


def operations_text(cell: Draft | Cell) -> str:
    """The inner operations of a cell, separated by spaces.

    Examples
    --------
    >>> operations_text(Draft(["input", "maxpool3x3", "output"], []))
    'maxpool3x3'
    """
    return " ".join(cell.operations[1:-1])


def edges_text(cell: Draft | Cell) -> str:
    """The edges of a cell as pairs of vertex indices.

    Examples
    --------
    >>> edges_text(Draft(["input", "output"], [(0, 1)]))
    '0-1'
    """
    return " ".join(f"{source}-{target}" for source, target in cell.edges)


def names(values: Sequence[str]) -> str:
    """Names in a sentence: ``a, b and c``.

    Examples
    --------
    >>> names(["a", "b", "c"])
    'a, b and c'
    """
    if len(values) < 2:
        return "".join(values)
    return _("{first} and {last}").format(first=", ".join(values[:-1]), last=values[-1])
