"""BenchmarkTable: one row per unique cell, metrics as columns, and look-up of a cell in microseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from operator import index
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.cell import Cell
from vanas_panel.core.containment import build_index
from vanas_panel.core.draft import Draft
from vanas_panel.core.edge_index import edge_index_of
from vanas_panel.core.importance import edge_types_of, edge_types_of_arrays
from vanas_panel.core.kinds import described_space
from vanas_panel.core.matrix_text import cells_as_texts
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import CompletionIndex, EdgeIndex, EdgeTypes
from vanas_panel.core.space import NASBENCH101
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.structure import structure_of
from vanas_panel.core.wide.canonical import FORM_BYTES
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.errors import (
    ArgumentKindError,
    CellNotInTableError,
    InvalidCellError,
    RowOutsideTableError,
    SearchSpaceError,
    SelectionError,
    SourceError,
    UnknownOperationError,
)
from vanas_panel.providers import provided
from vanas_panel.tables.columns import MetricColumns, read_only
from vanas_panel.tables.directions import Directions
from vanas_panel.tables.limits import Limits
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.tables.source_columns import SourceColumn
from vanas_panel.tables.structure_columns import structure_metrics
from vanas_panel.text.language import Message

ACCURACY_WORDS = frozenset({"accuracy", "acc"})
"""Words in the name of a metric that a guess gives something of."""


def same_cell(one: int, other: int) -> SourceError:
    """The error for two rows of one cell."""
    return SourceError(Message("the same cell in rows {one} and {other}", one=one, other=other),
                       "one row per unique cell", "Merge the rows into repeats of one cell")


Kept = Callable[[str, Callable[[], Sequence[np.ndarray]]], tuple[np.ndarray, ...]]


def _made(_kind: str, make: Callable[[], Sequence[np.ndarray]]) -> tuple[np.ndarray, ...]:
    """Arrays that are kept nowhere."""
    return tuple(make())


class BenchmarkTable(MetricColumns, Directions):
    """Trained architectures as columns. All arrays it hands out are read-only, so that sessions can share one table.

    Parameters
    ----------
    space : Space
        Such as a `vanas_panel.CellSpace`; its operations are on vertices.
        Gives the operation indices of `packed`.
    packed : int64 (n,)
        The cells as `vanas_panel.core.encoding` packs them, each in the vertex order of its source and no two equal up
        to relabelling.
    metrics : Mapping of str to Metric
        By name, in the order in which they are offered to a person.
    columns : Mapping of str to array (n,) or (n, repeats)
        A column for every metric, NaN where unknown. A lazily loading mapping is asked for a column once, on first use.
    name, title : str
        A short name and a line for a person.
    notes : sequence of str
        Remarks about the source, such as duplicates that were found.
    keys : int64 (n,), optional
        Canonical keys of `packed` where they are known already.
    training : Mapping, optional
        How every row was measured, as plain JSON values, where our own trainer did it and with one set of settings:
        ``settings``, ``settings_digest`` and ``images``. Rows of tables with the same digests can stand side by side.
    lookup : (int64 (n,), int64 (n,)), optional
        `keys` in ascending order and their rows, where they are known and no two are equal: neither is checked again.

    Raises
    ------
    SourceError
        Where two rows hold the same cell, or a column has not one value per row.
    SearchSpaceError
        Where the space has its operations on edges.

    Examples
    --------
    >>> from vanas_panel.core.enumeration import enumerate_cells
    >>> from vanas_panel.core.space import CellSpace
    >>> from vanas_panel.tables.metrics import known_metric
    >>> space = CellSpace(("conv", "pool"), max_vertices=3, max_edges=3)
    >>> accuracy = {"test_accuracy": known_metric("test_accuracy")}
    >>> table = BenchmarkTable(space, enumerate_cells(space), accuracy, {"test_accuracy": np.linspace(0.5, 0.9, 5)},
    ...                        name="demo")
    >>> len(table), table.best("test_accuracy"), table.cell(4).operations
    (5, 4, ('input', 'pool', 'output'))

    A table is a collection of cells, in the order of its rows, with columns by name:

    >>> table.cell(4) in table, next(iter(table)) == table.cell(0), table["test_accuracy"][4].item()
    (True, True, 0.9)
    """

    def __init__(self, space: Space, packed: np.ndarray, metrics: Mapping[str, Metric],
                 columns: Mapping[str, np.ndarray], *, name: str, title: str = "", notes: Sequence[str] = (),
                 keys: np.ndarray | None = None, training: Mapping[str, Any] | None = None,
                 lookup: tuple[np.ndarray, np.ndarray] | None = None):
        if space.labels_on != "vertices":
            raise SearchSpaceError(Message("Found a search space with operations on edges; expected them on vertices. "
                                           "Make every operation a vertex of its own."))
        self.space = space
        self.name = plain_text(name)
        self.title = plain_text(title) or self.name
        self.notes = tuple(notes)
        self.training: Mapping[str, Any] | None = None if training is None else MappingProxyType(dict(training))
        self.metrics: Mapping[str, Metric] = MappingProxyType(
            {plain_text(key): metric for key, metric in metrics.items()})
        self.opened_with: Mapping[str, Any] = {}
        """The options its source was opened with, as keywords of `vanas_panel.open_table`."""
        self.source_columns: tuple[SourceColumn, ...] = ()
        """What the columns of its source were taken for; empty where that is not known."""
        self.source_file: Path | None = None
        """The file that it was read from, where there is one; not shown to visitors of a page."""
        self.kept: Kept = _made
        """Gives the arrays of a kind that follow from the cells: made, or from where they are kept."""
        self._origin = None
        self._keep(columns)
        self._derived: dict[str, Any] = {}
        self._remembered: dict[str, dict[str, Any]] = {}
        self._remembering = Lock()
        self._keep_cells(packed, keys, lookup)

    def _keep_cells(self, packed: np.ndarray, keys: np.ndarray | None,
                    lookup: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Keep the cells and what they are found by; `SourceError` where two rows hold the same one."""
        self._packed = read_only(np.asarray(packed, dtype=np.int64))
        self._keys = read_only(canonical_keys(self._packed) if keys is None else np.asarray(keys, dtype=np.int64))
        if lookup is not None:
            self._sorted_keys, self._order = map(read_only, lookup)
            return
        self._order = read_only(np.argsort(self.keys, kind="stable"))
        self._sorted_keys = read_only(self.keys[self._order])
        twice = np.flatnonzero(self._sorted_keys[1:] == self._sorted_keys[:-1])
        if twice.size:
            raise same_cell(self._order[twice[0]], self._order[twice[0] + 1])

    @property
    def packed(self) -> np.ndarray:
        """The cells as `vanas_panel.core.encoding` packs them, ``int64 (n,)``, each in the order of its source.

        Raises
        ------
        LargerCellsError
            Where `larger_cells` is true: they do not fit into numbers.
        """
        return self._packed

    @property
    def keys(self) -> np.ndarray:
        """Canonical keys of the cells, ``int64 (n,)``; `LargerCellsError` as for `packed`."""
        return self._keys

    @property
    def larger_cells(self) -> bool:
        """Whether cells may have more than 8 vertices or 15 operations: not all that there is works for these."""
        return self.wide is not None

    @property
    def wide(self) -> WideCells | None:
        """The cells as columns where they do not fit into numbers, else None."""
        return None

    @property
    def wide_forms(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical forms of larger cells in ascending order, ``uint8 (n, 58)``, and their rows; none where packed."""
        return np.zeros((0, FORM_BYTES), np.uint8), np.zeros(0, np.int64)

    def rows_of_wide(self, cells: WideCells) -> np.ndarray:
        """Rows of larger cells, ``int64 (m,)``, -1 where the table lacks one, as one of small cells does."""
        return np.full(len(cells), -1, np.int64)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, name: str = "frame", title: str = "",
                   conditions: Mapping[str, Any] | None = None, infinite: str | None = None,
                   none: str | None = None, directions: Mapping[str, bool | None] | None = None,
                   limits: Limits | None = None) -> BenchmarkTable:
        """Make a table of a data frame that has the columns of a file, see docs/schema.md.

        Parameters
        ----------
        frame : pandas.DataFrame
            One row for each trained cell: ``adjacency`` (a text of 0s and 1s row by row, a nested list or an array of
            shape (vertices, vertices)), ``operations`` (a text with commas or a list), and columns of numbers, which
            become metrics. ``frame.attrs["vanas_panel"]`` may hold a description. It is not changed.
        name, title : str, optional
            Name of the table.
        conditions, infinite, none, directions, limits : optional
            As for `vanas_panel.open_table`, which takes a frame, too.

        Returns
        -------
        BenchmarkTable

        Raises
        ------
        SourceError
            Where a column or a row does not fit, with the position of the row in the frame, as ``iloc`` takes it.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"adjacency": ["010001000", [[0, 1], [0, 0]]],
        ...                       "operations": ["input,conv,output", ["input", "output"]],
        ...                       "test_accuracy": [0.93, 0.85]})
        >>> table = BenchmarkTable.from_frame(frame, name="mine")
        >>> table.name, len(table), table["test_accuracy"].tolist()
        ('mine', 2, [0.93, 0.85])

        And back, so that another program can go on with it:

        >>> BenchmarkTable.from_frame(table.frame(cells=True)).cell(0) == table.cell(0)
        True
        """
        # Reading frames is the work of readers, which stand above tables.
        return provided("table of a frame")(frame, name=name, title=title, conditions=conditions, infinite=infinite,
                                            none=none, directions=directions, limits=limits)

    def __len__(self) -> int:
        return self._packed.size

    def __getitem__(self, name: str) -> np.ndarray:
        if isinstance(name, str):
            return self.column(name)
        raise ArgumentKindError(Message("Found {name!r:.100}; expected the name of a metric. Take a cell with "
                                        "table.cell(row), and values of some rows with table[name][rows].", name=name))

    def __contains__(self, cell: object) -> bool:
        if isinstance(cell, Draft):
            return self._has(cell)
        raise ArgumentKindError(Message("Found {cell!r:.100}; expected a cell. Ask for a metric with: name in "
                                        "table.metrics.", cell=cell))

    def __iter__(self) -> Iterator[Cell]:
        return map(self.cell, range(len(self)))

    def _has(self, draft: Draft) -> bool:
        """Whether a cell, or a draft that is one, has a row."""
        try:
            cell = draft if isinstance(draft, Cell) else Cell(draft.operations, draft.edges, None)
            self.find(cell)
        except (InvalidCellError, CellNotInTableError):
            return False
        return True

    def __repr__(self) -> str:
        return f"BenchmarkTable({self.name!r}, {len(self):,} cells, metrics: {', '.join(self.metrics) or 'none'})"

    def _repr_html_(self) -> str:
        return provided("HTML of a table")(self)

    def cell(self, row: int) -> Cell:
        """The cell of a row, its vertices in the order of the source.

        Raises
        ------
        SelectionError
            Where there is no such row.
        """
        number = plain_int(row)
        if number is None or not 0 <= number < len(self):
            kind = SelectionError if number is None else RowOutsideTableError
            raise kind(Message("Found row {row!r}; expected 0 to {most}. Choose one of these.", row=row,
                               most=len(self) - 1))
        return self._cell(number)

    def _cell(self, row: int) -> Cell:
        """The cell of a row that is there."""
        return Cell.from_packed(int(self.packed[row]), self.space)

    def find_key(self, key: int) -> int:
        """Row of a canonical key, -1 where the table lacks it."""
        key = index(key)
        found = int(np.searchsorted(self._sorted_keys, key))
        if found < len(self) and self._sorted_keys[found] == key:
            return int(self._order[found])
        return -1

    def find(self, cell: Cell) -> int:
        """Row of a cell, whatever the order of its inner vertices.

        Raises
        ------
        CellNotInTableError
            Where the table does not have it.
        ArgumentKindError
            Where it is no cell.
        """
        if not isinstance(cell, Cell):
            raise ArgumentKindError(Message("Found {cell!r:.100}; expected a Cell. Make one with vp.Cell(operations, "
                                            "edges).", cell=cell))
        try:
            row = self.find_key(self.space.key_of(cell))
        except UnknownOperationError as error:
            raise CellNotInTableError(Message("This cell is not in {name}. {error}", name=self.name,
                                              error=error)) from None
        if row < 0:
            raise CellNotInTableError(Message("Found a valid cell of {vertices} vertices and {edges} edges; expected "
                                              "one of the {total:,} cells of {name}. Change the cell, or ask "
                                              "vanas_panel.complete for measured ones near it.",
                                              vertices=len(cell.operations), edges=len(cell.edges), total=len(self),
                                              name=self.name))
        return row

    def frame(self, *, cells: bool = False) -> pd.DataFrame:
        """One row per cell: the mean of every metric.

        Parameters
        ----------
        cells : bool, optional
            Put the columns ``adjacency`` and ``operations`` before them, in the form of a file, and a description of
            metrics and space into ``attrs``: `from_frame` then gives a table of the same cells and metrics.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> vp.open_table("structure4").frame(cells=True).iloc[0, :2].tolist()
        ['0100', 'input,output']
        """
        columns: dict[str, Any] = self._cell_texts() if cells else {}
        frame = pd.DataFrame({**columns, **{name: self.column(name) for name in self.metrics}})
        if cells:
            frame.attrs["vanas_panel"] = {
                **({"title": self.title} if self.title != self.name else {}),
                "space": described_space(self.space),
                "metrics": {name: metric.described() for name, metric in self.metrics.items()}}
        return frame

    def _cell_texts(self) -> dict[str, list[str]]:
        """The columns of a frame that hold the cells."""
        return cells_as_texts(self.packed, self.space)

    @property
    def lookup(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical keys in ascending order and their rows, both ``int64 (n,)``, for kernels that look cells up."""
        return self._sorted_keys, self._order

    @property
    def edge_types(self) -> EdgeTypes:
        """Which edge types every cell has."""
        return self._derive("edge_types", lambda: edge_types_of_arrays(self.space, *self._arrays(
            "types", lambda: edge_types_of(self.packed, self.space).arrays)))

    @property
    def edge_index(self) -> EdgeIndex:
        """All edges of all cells, with the cell that is left without each of them."""
        return self._derive("edge_index", lambda: EdgeIndex(*self._arrays("edges", lambda: edge_index_of(
            self.packed, self.space, *self.lookup).arrays)))

    @property
    def structure_metrics(self) -> Mapping[str, Metric]:
        """Exact columns of the cells' structure by name, such as ``structure.depth``; none of them is measured."""
        return structure_metrics(tuple(self.space.operations))

    @property
    def structure(self) -> np.ndarray:
        """Structure of every cell, ``int8 (columns, n)``, see `vanas_panel.structure`."""
        return self._derive("structure", lambda: next(self._arrays(
            "structure", lambda: [structure_of(self.packed, len(self.space.operations))])))

    @property
    def completion_index(self) -> CompletionIndex:
        """Cells grouped by their operations, made for sub-graph search."""
        return self._derive("completion_index", lambda: CompletionIndex.of_arrays(*self._arrays(
            "completions", lambda: build_index(self.packed).arrays)))

    def __getstate__(self) -> dict[str, Any]:
        """The state of a pickle: cells and every column, read if need be. Indexes are rebuilt where they are used."""
        return {"space": self.space, **self._cell_state(), "metrics": dict(self.metrics),
                "columns": {name: self.repeats(name) for name in self.metrics}, "name": self.name, "title": self.title,
                "notes": self.notes, "training": None if self.training is None else dict(self.training),
                "opened_with": dict(self.opened_with), "origin": self._origin, "source_columns": self.source_columns}

    def _cell_state(self) -> dict[str, Any]:
        """The part of the state that holds the cells."""
        return {"packed": self.packed, "keys": self.keys}

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        opened_with, origin, columns = (state.pop(name) for name in ("opened_with", "origin", "source_columns"))
        type(self).__init__(self, **state)
        self.opened_with, self._origin, self.source_columns = opened_with, origin, columns

    def remembered(self, kind: str, key: str,
                   make: Callable[[], tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
        """Large arrays that follow from cells and a column, made at first use; of each kind the two newest are kept.

        They are looked for in the cache folder first, by what they follow from, and are kept there where it takes more
        than two seconds to make them.

        Parameters
        ----------
        kind, key : str
            What they are, and of which metric. Give a kind another name where its numbers change.
        make : callable
            Computes them; meanwhile other threads that ask for a result of this table wait.
        """
        with self._remembering:
            held = self._remembered.setdefault(kind, {})
            if key not in held:
                made = provided("kept arrays")(kind, self._digest(key), make)
                while len(held) > 1:
                    del held[next(iter(held))]
                held[key] = made
            return held[key]

    def _digest(self, name: str) -> str:
        """Of the operations of the space, the cells, and a column."""
        digest = sha256(repr((tuple(self.space.operations), len(self))).encode())
        for array in (*self._cell_arrays(), self.column(name)):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:32]

    def _cell_arrays(self) -> tuple[np.ndarray, ...]:
        """All that says which cells these are."""
        return (self.packed,)

    def chance(self, name: str) -> float | None:
        """What a guess among all classes gives: one in ten for accuracies of NAS-Bench-101, which are of CIFAR-10.

        Returns
        -------
        float or None
            None where the metric is no accuracy, or the number of classes is not known: that of our own trainings is,
            and that of cells with the operations of NAS-Bench-101.

        Raises
        ------
        UnknownMetricError
            Where the table lacks the metric.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> table = vp.open_table("mnist-cells")
        >>> table.chance("test_accuracy"), table.chance("training_time")
        (0.1, None)
        """
        metric = self.metric(name)
        if metric.unit != FRACTION or not ACCURACY_WORDS & set(metric.name.lower().split("_")):
            return None
        if self.training is not None:
            classes = plain_int(self.training.get("settings", {}).get("skeleton", {}).get("classes"))
            return 1 / classes if classes else None
        return 0.1 if self.space.operations == NASBENCH101.operations else None

    def _derive(self, name: str, make: Callable[[], Any]) -> Any:
        """Columns that follow from the cells alone, computed at first use."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]

    def _arrays(self, kind: str, make: Callable[[], Sequence[np.ndarray]]) -> Iterator[np.ndarray]:
        """Large arrays that follow from the cells; read-only, kept or made, since kernels have a form for each."""
        return map(read_only, self.kept(kind, make))
