"""Directions of metrics: the same table in which other values count as better."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from vanas_panel.errors import UnknownMetricError
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import Constant, Message


class Directions:
    """The part of `vanas_panel.BenchmarkTable` that changes which values of a metric are better.

    Attributes
    ----------
    metrics : Mapping of str to Metric
        By name.
    """

    metrics: Mapping[str, Metric]
    _origin: Any

    def metric(self, name: str) -> Metric:
        """The metric of that name."""
        raise NotImplementedError

    def __copy__(self) -> Self:
        """Another table that shares all arrays with this one."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    def with_direction(self, name: str, higher_is_better: bool | None) -> Self:
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
        other = self.__copy__()
        changed = self.metric(name).with_direction(higher_is_better)
        if name not in self.metrics:
            raise UnknownMetricError(Message("Found {name!r}, which follows from the structure of a cell and has no "
                                             "direction; expected one of {known}. Choose one of these.", name=name,
                                             known=", ".join(self.metrics) or Constant("none")))
        other.metrics = MappingProxyType({**self.metrics, name: changed})
        other._origin = self.origin
        return other

    def with_directions(self, directions: Mapping[str, bool | None]) -> Self:
        """The table as it was opened, with these directions instead of its own and no others.

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

    def as_opened(self) -> Self:
        """The same table, whose directions count as those that it was opened with: it is its own `origin`."""
        other = self.__copy__()
        other._origin = None
        return other

    @property
    def origin(self) -> Self:
        """The table before any direction was changed by `with_direction`; itself where none was."""
        return self if self._origin is None else self._origin

    @property
    def directions(self) -> dict[str, bool | None]:
        """The directions that differ from those of `origin`, by metric."""
        return {name: metric.higher_is_better for name, metric in self.metrics.items()
                if metric.higher_is_better is not self.origin.metrics[name].higher_is_better}
