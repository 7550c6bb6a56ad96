"""Searches of files that were handed to a page: checked against its table, and followed like those that ran there."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import VERTEX_SHIFT, operation_shift
from vanas_panel.core.plain import plain_int
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.budget_objective import BudgetObjective
from vanas_panel.searches.chance import objective_of_run
from vanas_panel.searches.goals import Goals
from vanas_panel.searches.optuna_study import is_storage
from vanas_panel.searches.parquet import ENDING
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.raw_cells import RawSpace, pruned
from vanas_panel.searches.reading import read_search
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.several import signs_of, values_of
from vanas_panel.searches.strategies import STRATEGIES, choose
from vanas_panel.searches.table_search import GoOn, check_population
from vanas_panel.searches.trace import ROW
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, gettext, translated

MOST_BYTES = 5 * 1024 * 1024
"""Of a file that is handed to a page: what goes through its connection in one piece."""
MOST_PROPOSALS = 1_000_000
ENDINGS = (".jsonl", ENDING, ".db", ".sqlite3", ".log")
"""How names of files end that may hold a search."""


@dataclass(frozen=True)
class OpenedSearch(SearchPlan):
    """The search of a file, among the searches of a page. `open_search_file` makes one.

    Attributes
    ----------
    file : str
        Name of the file, as its person has it.
    digest : str
        SHA-256 of its bytes: equal files are one search.
    held : SearchRun
        What was read.
    """

    file: str = ""
    digest: str = ""
    held: SearchRun | None = field(default=None, compare=False, repr=False)

    @property
    def is_opened(self) -> bool:
        """Whether what it came to is in a file, so that no link can bring it back by running it again."""
        return True

    def check(self, table: BenchmarkTable) -> None:
        """Refuse a table that the search was not made on; errors as for `open_search_file`."""
        self.run(table)

    def run(self, table: BenchmarkTable, go_on: GoOn | None = None) -> SearchRun:
        """The run, with the rows that its cells have in the table."""
        if self.held is None:
            raise SearchError(Message("Found no run of {file}; expected one. Open the file again.", file=self.file))
        return on_table(self.held, table, self.metric)


def open_search_file(content: bytes, name: str, table: BenchmarkTable, metric: str) -> OpenedSearch:
    """Read the file of a search, finished or not, or a study of Optuna.

    Parameters
    ----------
    content : bytes
        At most `MOST_BYTES`. Nothing of it is run or unpickled.
    name : str
        Of the file; its ending, one of `ENDINGS`, says what it is.
    table : BenchmarkTable
        The one that the search belongs to.
    metric : str
        What the values of a study are taken for where it does not name a metric of the table.

    Raises
    ------
    SearchError
        Where the file is none of a search, is too large, or belongs to another table.

    Examples
    --------
    >>> import tempfile
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = vp.search(table, "random", queries=20, out=f"{folder}/run.jsonl")
    ...     content = Path(folder, "run.jsonl").read_bytes()
    >>> opened = open_search_file(content, "run.jsonl", table, "test_accuracy")
    >>> opened.run(table).trials.equals(run.trials)
    True
    """
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise SearchError(Message("Found a file named {name}; expected a name that ends in {endings}. Choose a file of "
                                  "a search.", name=repr(name[-80:]), endings=", ".join(ENDINGS)))
    if len(content) > MOST_BYTES:
        raise SearchError(Message("Found a file of {found} MiB; expected at most {most} MiB. Open it in Python: "
                                  "vp.read_search(path).", found=-(-len(content) // 2**20), most=MOST_BYTES // 2**20))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"search{ending}")
        path.write_bytes(content)
        try:
            run = _read(path, table)
        except VanasError as error:
            # The path is the server's own.
            raise SearchError(translated(error).replace(str(path), name[-80:])) from None
    objective = run.header["objective"]
    if objective["metric"] not in table.metrics and run.header["table"] is None and metric in table.metrics:
        header = {**run.header, "objective": {**objective, "metric": metric}}
        note = gettext("The file calls what was searched {name}, which this table has not; it is shown as {metric}, as "
                       "the form says.").format(name=objective["metric"], metric=metric)
        run = SearchRun(header, run.proposals, run.others, (*run.notes, note), run.is_finished)
    opened = OpenedSearch(run.strategy, run.header["objective"]["metric"], run.header["objective"]["repeat"],
                          run.queries, run.seed, also=run.metrics[1:], file=name[-80:],
                          digest=hashlib.sha256(content).hexdigest(), held=run)
    return replace(opened, held=opened.run(table))


def _read(path: Path, table: BenchmarkTable) -> SearchRun:
    """The run of a file that was written here."""
    if path.suffix == ENDING:
        # A small file may stand for more than fits in memory.
        try:
            rows = pq.read_metadata(path).num_rows
        except (pa.ArrowException, OSError):
            rows = 0
        if rows > MOST_PROPOSALS:
            raise SearchError(Message("Found {found} proposals; expected at most {most}. Open the file in Python: "
                                      "vp.read_search(path).", found=f"{rows:,}", most=f"{MOST_PROPOSALS:,}"))
    if not is_storage(path):
        run = read_search(path)
    else:
        strange: list[SearchError] = []
        try:
            run = read_search(path, cell=_cell_of_trial(table, strange))
        except SearchError:
            raise (strange or [SearchError(Message("{path}: Found no study of Optuna that can be read; expected one "
                                                   "study of one objective. Check the file.", path=str(path)))])[
                0] from None
    described = run.header["strategy"]
    if described["name"] in STRATEGIES:
        # What a strategy knew is found out by running it again.
        check_population(choose(described["name"], described["settings"]), run.queries)
    return run


def _cell_of_trial(table: BenchmarkTable, strange: list[SearchError]) -> Callable[[Any], Cell | None]:
    """From a trial to its cell, by the parameters that the strategy ``optuna`` has; None for one that is no cell.

    The error for a trial of other parameters goes into `strange`, too: what is raised within is said in other words.
    """
    space = table.space
    limits = CellSpace(space.operations, space.max_vertices, space.max_edges)
    raws = RawSpace(limits)
    edges = [f"edge_{source}_{target}" for target in range(1, space.max_vertices) for source in range(target)]
    inner = [f"operation_{vertex}" for vertex in range(1, space.max_vertices - 1)]

    def cell(trial: Any) -> Cell | None:
        raw = space.max_vertices << VERTEX_SHIFT
        for bit, name in enumerate(edges):
            raw |= value(trial, name, 2) << bit
        for vertex, name in enumerate(inner, start=1):
            raw |= value(trial, name, len(space.operations)) << int(operation_shift(vertex))
        return Cell.from_packed(int(pruned(raw)), limits) if raws.key(raw) >= 0 else None

    def value(trial: Any, name: str, count: int) -> int:
        found = trial.params.get(name)
        if name.startswith("operation") and found in space.operations:
            return list(space.operations).index(found)
        number = plain_int(found)
        if number is None or not 0 <= number < count:
            strange.append(SearchError(Message(
                "Found trial {number} with {name} {found}; expected the parameters {first} to {last}, as the strategy "
                "optuna names them. Open this study in Python: vp.read_search(path, cell=...).", number=trial.number,
                name=name, found=repr(found)[:40], first=edges[0], last=inner[-1] if inner else edges[-1])))
            raise strange[-1]
        return number

    return cell


def with_rows(run: SearchRun, table: BenchmarkTable) -> SearchRun:
    """A run with the rows that its cells have in a table, -1 for those that it lacks."""
    keys, rows = table.lookup
    places = np.minimum(np.searchsorted(keys, run.keys), keys.size - 1)
    trace = run.proposals.trace.copy()
    trace[:, ROW] = np.where(keys[places] == run.keys, rows[places], -1)
    return SearchRun(run.header, replace(run.proposals, trace=trace), run.others, run.notes, run.is_finished)


def on_table(run: SearchRun, table: BenchmarkTable, metric: str) -> SearchRun:
    """A run with the rows of a table, which it has to belong to.

    Raises
    ------
    SearchError
        Where the table has another space, no such metric, or other values.
    """
    for name in (metric, *run.metrics[1:]):
        if name not in table.metrics:
            raise SearchError(Message("Found a search for {metric}, which {table} has not; expected a metric of it. "
                                      "Open the table that was searched.", metric=repr(name[:80]), table=table.name))
    space, described = table.space, run.header["objective"]
    if (run.space.max_vertices, tuple(run.space.operations)) != (space.max_vertices, tuple(space.operations)):
        raise SearchError(Message("Found a search in another space than that of {table}; expected the same. Open the "
                                  "table that it was made on.", table=table.name))
    for name, sign in zip((metric, *run.metrics[1:]), signs_of(described), strict=True):
        if (table.metric(name).higher_is_better is not False) != (sign > 0):
            raise SearchError(Message("Found a search for which the other direction of {metric} is better; expected "
                                      "that of the page. Turn the metric.", metric=name))
    run = with_rows(run, table)
    proposals, trace = run.proposals, run.proposals.trace
    best, known = None, {}
    if run.header["table"] is not None:
        objective = objective_of_run(run, table)
        best = objective.best
        told = (objective.told(trace[:, ROW], proposals.budgets)
                if isinstance(objective, BudgetObjective) and proposals.budgets is not None else
                np.where((trace[:, ROW] < 0)[:, None], np.nan, objective.values[trace[:, ROW]]))
        same = (told == proposals.values[:, None]).any(axis=1) | (
            np.isnan(proposals.values) & np.isnan(told).any(axis=1))
        if isinstance(objective, Goals):
            same &= [np.array_equal(one, other, equal_nan=True)
                     for one, other in zip(values_of(described, proposals), objective.told_all(trace[:, ROW]),
                                           strict=True)]
            # What shares are counted from is the table's, whatever the file says.
            known = {name: objective.described()[name] for name in ("also", "reference", "volume")}
        if not same.all():
            raise SearchError(Message("Found proposal {number} with a value that {table} does not have; expected what "
                                      "the table says. The file was changed: run the search again.",
                                      number=int(np.argmin(same)), table=table.name))
    header = {**run.header, "objective": {**described, "best": best, **known}}
    return SearchRun(header, proposals, run.others, run.notes, run.is_finished)
