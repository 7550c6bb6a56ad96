"""BenchmarkTable: one row per unique cell, metrics as columns, and look-up of a cell in microseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import index
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import build_index
from vanas_panel.core.draft import Draft
from vanas_panel.core.importance import edge_types_of
from vanas_panel.core.matrix_text import cells_as_texts
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import CompletionIndex, EdgeTypes
from vanas_panel.core.space_protocol import Space
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
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import Message


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
                 keys: np.ndarray | None = None, training: Mapping[str, Any] | None = None):
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
        self.packed = read_only(np.asarray(packed, dtype=np.int64))
        self.keys = read_only(canonical_keys(self.packed) if keys is None else np.asarray(keys, dtype=np.int64))
        self.opened_with: Mapping[str, Any] = {}
        """The options its source was opened with, as keywords of `vanas_panel.open_table`."""
        self._origin = None
        self._keep(columns)
        self._derived: dict[str, Any] = {}
        self._order = read_only(np.argsort(self.keys, kind="stable"))
        self._sorted_keys = read_only(self.keys[self._order])
        twice = np.flatnonzero(self._sorted_keys[1:] == self._sorted_keys[:-1])
        if twice.size:
            one, other = self._order[twice[0]], self._order[twice[0] + 1]
            raise SourceError(Message("the same cell in rows {one} and {other}", one=one, other=other),
                              "one row per unique cell", "Merge the rows into repeats of one cell")

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, name: str = "frame", title: str = "",
                   conditions: Mapping[str, Any] | None = None, infinite: str | None = None,
                   directions: Mapping[str, bool | None] | None = None,
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
        conditions, infinite, directions, limits : optional
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
                                            directions=directions, limits=limits)

    def __len__(self) -> int:
        return self.packed.size

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
        return Cell.from_packed(int(self.packed[number]), self.space)

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
        columns: dict[str, Any] = cells_as_texts(self.packed, self.space) if cells else {}
        frame = pd.DataFrame({**columns, **{name: self.column(name) for name in self.metrics}})
        if cells:
            frame.attrs["vanas_panel"] = {
                **({"title": self.title} if self.title != self.name else {}),
                "space": {"operations": list(self.space.operations), "max_vertices": self.space.max_vertices,
                          "max_edges": self.space.max_edges},
                "metrics": {name: metric.described() for name, metric in self.metrics.items()}}
        return frame

    @property
    def lookup(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical keys in ascending order and their rows, both ``int64 (n,)``, for kernels that look cells up."""
        return self._sorted_keys, self._order

    @property
    def edge_types(self) -> EdgeTypes:
        """Which edge types every cell has."""
        return self._derive("edge_types", lambda: edge_types_of(self.packed, self.space))

    @property
    def completion_index(self) -> CompletionIndex:
        """Cells grouped by their operations, made for sub-graph search."""
        return self._derive("completion_index", lambda: build_index(self.packed))

    def __getstate__(self) -> dict[str, Any]:
        """The state of a pickle: cells and every column, read if need be. Indexes are rebuilt where they are used."""
        return {"space": self.space, "packed": self.packed, "keys": self.keys, "metrics": dict(self.metrics),
                "columns": {name: self.repeats(name) for name in self.metrics}, "name": self.name, "title": self.title,
                "notes": self.notes, "training": None if self.training is None else dict(self.training),
                "opened_with": dict(self.opened_with), "origin": self._origin}

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        opened_with, origin = state.pop("opened_with"), state.pop("origin")
        BenchmarkTable.__init__(self, **state)
        self.opened_with, self._origin = opened_with, origin

    def _derive(self, name: str, make: Callable[[], Any]) -> Any:
        """Columns that follow from the cells alone, computed at first use."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]
