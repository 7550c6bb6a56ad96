"""Columns of a table: repeats, means and ranks of its metrics, and selections of rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.mean import summable
from vanas_panel.errors import SourceError, UnknownMetricError
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.selected_rows import selected_rows
from vanas_panel.text.language import Constant, Message


class MetricColumns:
    """The part of `vanas_panel.BenchmarkTable` that reads its columns.

    Attributes
    ----------
    metrics : Mapping of str to Metric
        By name.
    """

    metrics: Mapping[str, Metric]

    @property
    def structure_metrics(self) -> Mapping[str, Metric]:
        """Exact columns of the cells' structure by name, such as ``structure.depth``; none of them is measured."""
        raise NotImplementedError

    @property
    def structure(self) -> np.ndarray:
        """A row for each of `structure_metrics`, ``int8 (columns, n)``."""
        raise NotImplementedError

    @property
    def numbers(self) -> Mapping[str, Metric]:
        """Everything that can be an axis or a condition: the metrics, then the structure columns."""
        return {**self.metrics, **{name: each for name, each in self.structure_metrics.items()
                                   if name not in self.metrics}}

    def _keep(self, columns: Mapping[str, np.ndarray]) -> None:
        """Keep the columns by the names of their metrics; each is read on first use."""
        self._columns = columns
        self._repeats: dict[str, np.ndarray] = {}
        self._means: dict[str, np.ndarray] = {}
        self._sorted: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        raise NotImplementedError

    def metric(self, name: str) -> Metric:
        """The metric of that name, or the structure column, of which neither value is better.

        Raises
        ------
        UnknownMetricError
            Where the table has none.
        """
        try:
            return self.metrics[name] if name in self.metrics else self.structure_metrics[name]
        except (KeyError, TypeError):  # or something that can be no key
            raise UnknownMetricError(Message("Found metric {name!r}; expected one of {known}. Choose one of these.",
                                             name=name, known=", ".join(self.metrics) or Constant("none"))) from None

    def repeats(self, name: str) -> np.ndarray:
        """Every repeat of a metric, ``float64 (n, repeats)``, read-only, NaN where a repeat is missing."""
        self.metric(name)
        if name not in self._repeats:
            values = np.asarray(self._columns[name] if name in self.metrics else
                                self.structure[list(self.structure_metrics).index(name)], dtype=np.float64)
            values = values[:, None] if values.ndim == 1 else values
            if values.ndim != 2 or values.shape[0] != len(self):
                raise SourceError(Message("a column {name!r} of shape {shape}", name=name, shape=values.shape),
                                  Message("{found} rows", found=len(self)), "Check the source of this column")
            self._repeats[name] = read_only(values)
        return self._repeats[name]

    def column(self, name: str) -> np.ndarray:
        """Mean of a metric over the repeats that are known, ``float64 (n,)``, read-only, NaN where none is."""
        self.metric(name)
        if name not in self._means:
            values = self.repeats(name)
            self._means[name] = read_only(values[:, 0] if values.shape[1] == 1 else _mean_of_known(values))
        return self._means[name]

    def sorted_column(self, name: str) -> np.ndarray:
        """The known values of `column`, ascending, ``float64 (known,)``: what ranks and percentiles are read from."""
        self.metric(name)
        if name not in self._sorted:
            values = self.column(name)
            self._sorted[name] = read_only(np.sort(values[~np.isnan(values)]))
        return self._sorted[name]

    def known(self, name: str) -> int:
        """How many rows have a value of a metric."""
        return self.sorted_column(name).size

    def rank(self, name: str, value: float) -> tuple[int, int]:
        """Rank of a value among the known ones, best first.

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
        found = known[np.argmax(values[known]) if highest else np.argmin(values[known])]
        return int(found if rows is None else rows[found])

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
        return None if rows is None else selected_rows(rows, len(self))


def read_only(values: np.ndarray) -> np.ndarray:
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
