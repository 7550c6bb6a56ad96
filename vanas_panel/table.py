"""BenchmarkTable: one row per unique cell, metrics as columns, and look-up of a cell in microseconds."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from operator import index
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.canonical import canonical_key, canonical_keys
from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import build_index
from vanas_panel.core.importance import edge_types_of
from vanas_panel.core.mean import summable
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import CompletionIndex, EdgeTypes
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import (
    CellNotInTableError,
    SelectionError,
    SourceError,
    UnknownMetricError,
    UnknownOperationError,
)
from vanas_panel.metrics import Metric


class BenchmarkTable:
    """Trained architectures as columns. All arrays it hands out are read-only, so that sessions can share one table.

    Parameters
    ----------
    space : CellSpace
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
        What people should know about the source, such as duplicates that were found.
    keys : int64 (n,), optional
        Canonical keys of `packed` where they are known already.
    training : Mapping, optional
        How every row was measured, as plain JSON values, where our own trainer did it and with one set of settings:
        ``settings``, ``settings_digest`` and ``images``. Rows of tables with the same digests can stand side by side.

    Raises
    ------
    SourceError
        Where two rows hold the same cell, or a column has not one value per row.

    Examples
    --------
    >>> from vanas_panel.core.enumeration import enumerate_cells
    >>> from vanas_panel.metrics import known_metric
    >>> space = CellSpace(("conv", "pool"), max_vertices=3, max_edges=3)
    >>> accuracy = {"test_accuracy": known_metric("test_accuracy")}
    >>> table = BenchmarkTable(space, enumerate_cells(space), accuracy, {"test_accuracy": np.linspace(0.5, 0.9, 5)},
    ...                        name="demo")
    >>> len(table), table.best("test_accuracy"), table.cell(4).operations
    (5, 4, ('input', 'pool', 'output'))
    """

    def __init__(self, space: CellSpace, packed: np.ndarray, metrics: Mapping[str, Metric],
                 columns: Mapping[str, np.ndarray], *, name: str, title: str = "", notes: Sequence[str] = (),
                 keys: np.ndarray | None = None, training: Mapping[str, Any] | None = None):
        self.space = space
        self.name = plain_text(name)
        self.title = plain_text(title) or self.name
        self.notes = tuple(notes)
        self.training: Mapping[str, Any] | None = None if training is None else MappingProxyType(dict(training))
        self.metrics: Mapping[str, Metric] = MappingProxyType(
            {plain_text(key): metric for key, metric in metrics.items()})
        self.packed = _read_only(np.asarray(packed, dtype=np.int64))
        self.keys = _read_only(canonical_keys(self.packed) if keys is None else np.asarray(keys, dtype=np.int64))
        self._columns = columns
        self.opened_with: Mapping[str, Any] = {}
        """What was said when its source was opened, as keywords of `vanas_panel.open_table`."""
        self._origin: BenchmarkTable | None = None
        self._repeats: dict[str, np.ndarray] = {}
        self._means: dict[str, np.ndarray] = {}
        self._sorted: dict[str, np.ndarray] = {}
        self._derived: dict[str, Any] = {}
        self._order = _read_only(np.argsort(self.keys, kind="stable"))
        self._sorted_keys = _read_only(self.keys[self._order])
        twice = np.flatnonzero(self._sorted_keys[1:] == self._sorted_keys[:-1])
        if twice.size:
            one, other = self._order[twice[0]], self._order[twice[0] + 1]
            raise SourceError(f"the same cell in rows {one} and {other}", "one row per unique cell",
                              "Merge the rows into repeats of one cell")

    def __len__(self) -> int:
        return self.packed.size

    def __repr__(self) -> str:
        return f"BenchmarkTable({self.name!r}, {len(self):,} cells, metrics: {', '.join(self.metrics) or 'none'})"

    def metric(self, name: str) -> Metric:
        """The metric of that name.

        Raises
        ------
        UnknownMetricError
            Where the table has none.
        """
        try:
            return self.metrics[name]
        except (KeyError, TypeError):  # or something that can be no key
            raise UnknownMetricError(f"Found metric {name!r}; expected one of {', '.join(self.metrics) or 'none'}. "
                                     "Choose one of these.") from None

    def repeats(self, name: str) -> np.ndarray:
        """Every repeat of a metric, ``float64 (n, repeats)``, read-only, NaN where a repeat is missing."""
        self.metric(name)
        if name not in self._repeats:
            values = np.asarray(self._columns[name], dtype=np.float64)
            values = values[:, None] if values.ndim == 1 else values
            if values.ndim != 2 or values.shape[0] != len(self):
                raise SourceError(f"a column {name!r} of shape {values.shape}", f"{len(self)} rows",
                                  "Check the source of this column")
            self._repeats[name] = _read_only(values)
        return self._repeats[name]

    def column(self, name: str) -> np.ndarray:
        """Mean of a metric over the repeats that are known, ``float64 (n,)``, read-only, NaN where none is."""
        self.metric(name)
        if name not in self._means:
            values = self.repeats(name)
            self._means[name] = _read_only(values[:, 0] if values.shape[1] == 1 else _mean_of_known(values))
        return self._means[name]

    def sorted_column(self, name: str) -> np.ndarray:
        """The known values of `column`, ascending, ``float64 (known,)``: what ranks and percentiles are read from."""
        self.metric(name)
        if name not in self._sorted:
            values = self.column(name)
            self._sorted[name] = _read_only(np.sort(values[~np.isnan(values)]))
        return self._sorted[name]

    def known(self, name: str) -> int:
        """How many rows have a value of a metric."""
        return self.sorted_column(name).size

    def rank(self, name: str, value: float) -> tuple[int, int]:
        """Place of a value among the known ones, best first.

        Parameters
        ----------
        name : str
            A metric; without a direction, higher counts as first.
        value : float

        Returns
        -------
        rank, known : int
            One more than the number of strictly better values, and how many values there are.
        """
        values, value = self.sorted_column(name), float(value)
        if self.metric(name).higher_is_better is False:
            return int(np.searchsorted(values, value, side="left")) + 1, values.size
        return values.size - int(np.searchsorted(values, value, side="right")) + 1, values.size

    def best(self, name: str, rows: np.ndarray | None = None, *, worst: bool = False) -> int | None:
        """Row of the best value of a metric.

        Parameters
        ----------
        name : str
            A metric; one without a direction counts as higher is better.
        rows : int64 (m,), optional
            Rows to choose among; all of them by default.
        worst : bool, optional
            Ask for the worst instead.

        Returns
        -------
        int or None
            The lowest such row where several tie; None where no row has a value.
        """
        values = self.column(name) if rows is None else self.column(name)[rows]
        known = np.flatnonzero(~np.isnan(values))
        if not known.size:
            return None
        highest = (self.metric(name).higher_is_better is not False) != worst
        place = known[np.argmax(values[known]) if highest else np.argmin(values[known])]
        return int(place if rows is None else rows[place])

    def checked_rows(self, rows: ArrayLike | None) -> np.ndarray | None:
        """A selection as sorted unique row indices, ``int64 (m,)``; None, for the whole table, stays None.

        Parameters
        ----------
        rows : None, integer array_like (m,) or bool array (n,)

        Raises
        ------
        SelectionError
            Where it is neither, or a row is outside the table.
        """
        if rows is None:
            return None
        array = _unboxed(np.asarray(rows))
        if array.dtype == bool and array.shape == (len(self),):
            return np.flatnonzero(array)
        if array.size == 0:
            return np.empty(0, dtype=np.int64)
        if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
            raise SelectionError(f"Found rows of type {array.dtype} and shape {array.shape}; expected row numbers, or "
                                 f"{len(self)} truth values. Select with one of these.")
        array = array.astype(np.int64)
        if (array[1:] <= array[:-1]).any():
            array = np.unique(array)
        if array[0] < 0 or array[-1] >= len(self):
            raise SelectionError(f"Found rows from {array[0]} to {array[-1]}; expected 0 to {len(self) - 1}. Leave the "
                                 "others out.")
        return array

    def cell(self, row: int) -> Cell:
        """The cell of a row, its vertices in the order of the source.

        Raises
        ------
        SelectionError
            Where there is no such row.
        """
        number = plain_int(row)
        if number is None or not 0 <= number < len(self):
            raise SelectionError(f"Found row {row!r}; expected 0 to {len(self) - 1}. Choose one of these.")
        return Cell.from_packed(int(self.packed[number]), self.space)

    def find_key(self, key: int) -> int:
        """Row of a canonical key, -1 where the table lacks it."""
        key = index(key)
        place = int(np.searchsorted(self._sorted_keys, key))
        if place < len(self) and self._sorted_keys[place] == key:
            return int(self._order[place])
        return -1

    def find(self, cell: Cell) -> int:
        """Row of a cell, whatever the order of its inner vertices.

        Raises
        ------
        CellNotInTableError
            Where the table does not have it.
        """
        try:
            row = self.find_key(canonical_key(cell.packed(self.space)))
        except UnknownOperationError as error:
            raise CellNotInTableError(f"This cell is not in {self.name}. {error}") from None
        if row < 0:
            raise CellNotInTableError(f"Found a valid cell of {len(cell.operations)} vertices and {len(cell.edges)} "
                                      f"edges; expected one of the {len(self):,} cells of {self.name}. Change the "
                                      "cell, or ask vanas_panel.complete for measured ones near it.")
        return row

    def frame(self) -> pd.DataFrame:
        """One row per cell: the mean of every metric."""
        return pd.DataFrame({name: self.column(name) for name in self.metrics})

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

    def _derive(self, name: str, make: Callable[[], Any]) -> Any:
        """What follows from the cells alone, made when it is first asked for."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]

    def with_direction(self, name: str, higher_is_better: bool | None) -> BenchmarkTable:
        """The same table in which another direction of a metric is the better one.

        Parameters
        ----------
        name : str
            A metric.
        higher_is_better : bool or None
            None where neither is better.

        Returns
        -------
        BenchmarkTable
            It shares cells, columns and all that is derived from them with this one, so that it costs next to nothing.
            The direction of the metric counts as said, no longer as guessed.

        Raises
        ------
        UnknownMetricError
            Where the table lacks the metric.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> table = vp.open_table("structure4")
        >>> fewest = table.with_direction("edges", False)
        >>> table.rank("edges", 1), fewest.rank("edges", 1)
        ((91, 91), (1, 91))
        """
        other = copy.copy(self)
        changed = self.metric(name).with_direction(higher_is_better)
        other.metrics = MappingProxyType({**self.metrics, name: changed})
        other._origin = self.origin
        return other

    def with_directions(self, directions: Mapping[str, bool | None]) -> BenchmarkTable:
        """The table as it was opened, with these directions in the place of its own and no others.

        Parameters
        ----------
        directions : Mapping of str to bool or None
            By metric, as for `with_direction`.

        Returns
        -------
        BenchmarkTable
            `origin` itself where nothing differs from it.

        Raises
        ------
        UnknownMetricError
            Where the table lacks a metric.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> table = vp.open_table("structure4")
        >>> switched = table.with_directions({"flops": True, "edges": None})
        >>> switched.directions, switched.with_directions({}) is table
        ({'flops': True}, True)
        """
        table = self.origin
        for name, higher_is_better in directions.items():
            if table.metric(name).higher_is_better is not higher_is_better:
                table = table.with_direction(name, higher_is_better)
        return table

    def as_opened(self) -> BenchmarkTable:
        """The same table, whose directions count as those that it was opened with: it is its own `origin`."""
        other = copy.copy(self)
        other._origin = None
        return other

    @property
    def origin(self) -> BenchmarkTable:
        """The table before any direction was changed by `with_direction`; itself where none was."""
        return self if self._origin is None else self._origin

    @property
    def directions(self) -> dict[str, bool | None]:
        """The directions that differ from those of `origin`, by metric."""
        return {name: metric.higher_is_better for name, metric in self.metrics.items()
                if metric.higher_is_better is not self.origin.metrics[name].higher_is_better}


def _unboxed(array: np.ndarray) -> np.ndarray:
    """An array of objects, as pandas' own types become one, as truth values or whole numbers where all are."""
    if array.dtype != object or not array.size:
        return array
    items = array.ravel().tolist()
    if all(isinstance(item, bool | np.bool_) for item in items):
        return array.astype(bool)
    return array.astype(np.int64) if all(plain_int(item) is not None for item in items) else array


def _read_only(values: np.ndarray) -> np.ndarray:
    """A view of an array that cannot be written to."""
    view = values.view()
    view.flags.writeable = False
    return view


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    """Row means that leave NaN out, ``float64 (n,)``, without the warning of `numpy.nanmean` for rows of NaN alone."""
    known = ~np.isnan(values)
    counts = known.sum(axis=1)
    present = np.where(known, values, 0.0)
    small, factor = summable(present.ravel())
    sums = small.reshape(values.shape).sum(axis=1)
    return np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0) * factor
