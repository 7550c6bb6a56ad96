"""Certificate: why no cell completes a draft, as the requirements that exclude the last one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.core.plain import plain_float, plain_text
from vanas_panel.core.protocol import CellTable
from vanas_panel.errors import SearchSpaceError
from vanas_panel.text.language import Message

Bounds = tuple[float | None, float | None]
Where = Mapping[str, Bounds]


class Requirement(NamedTuple):
    """One of the things that a completion has to be.

    Attributes
    ----------
    kind : str
        ``metric``, ``edge`` or ``operation``.
    metric : str
        The metric that is bounded; empty for the other kinds.
    low, high : float or None
        Its bounds, both included.
    vertices : tuple of int
        Source and target of the edge, or the vertex with the operation.
    """

    kind: str
    metric: str = ""
    low: float | None = None
    high: float | None = None
    vertices: tuple[int, ...] = ()


class Certificate(NamedTuple):
    """The requirements that exclude the last completion.

    Attributes
    ----------
    alone : tuple of (Requirement, int)
        Every requirement without which, all others kept, some cells match, and how many.
    together : tuple of Requirement
        Where there is no such single one: requirements without which some match, and which all have to go for that.
        Empty where nothing helps, since the table has no cell of that size.
    matches : int
        How many match without those of `together`.
    """

    alone: tuple[tuple[Requirement, int], ...]
    together: tuple[Requirement, ...] = ()
    matches: int = 0


def checked_where(table: CellTable, where: object) -> dict[str, Bounds]:
    """Bounds of metrics as plain values.

    Raises
    ------
    SearchSpaceError
        Where they are no pairs of numbers, or a low one is above the high one.
    UnknownMetricError
        Where the table lacks a metric.
    """
    if where is None:
        return {}
    if not isinstance(where, Mapping):
        raise _no_bounds("where", where)
    checked: dict[str, Bounds] = {}
    for name, bounds in where.items():
        table.metric(name)
        if isinstance(bounds, str) or not isinstance(bounds, Iterable):
            raise _no_bounds(name, bounds)
        pair = [None if bound is None else plain_float(bound) for bound in bounds]
        wrong = len(pair) != 2 or any(
            (given is not None and bound is None) or (bound is not None and math.isnan(bound))
            for given, bound in zip(bounds, pair, strict=True))
        if wrong or (pair[0] is not None and pair[1] is not None and pair[0] > pair[1]):
            raise _no_bounds(name, tuple(bounds))
        checked[plain_text(name)] = pair[0], pair[1]
    return checked


def _no_bounds(name: Any, found: object) -> SearchSpaceError:
    """The error of bounds that are none."""
    return SearchSpaceError(Message("Found {found!r:.100} for {name}; expected a pair (low, high) of numbers, low "
                                    "first, either of them None where there is no bound. Change it.", found=found,
                                    name=name))


def within(table: CellTable, where: Where, rows: np.ndarray) -> np.ndarray:
    """Which rows keep to bounds of metrics, ``bool (n,)``; an unknown value keeps to none."""
    kept = np.ones(rows.size, bool)
    for name, (low, high) in where.items():
        values = table.column(name)[rows]
        kept &= ~np.isnan(values)
        if low is not None:
            kept &= values >= low
        if high is not None:
            kept &= values <= high
    return kept


def requirements_of(draft: Draft, where: Where) -> list[Requirement]:
    """All requirements in their order: bounds as given, then edges, then operations of the inner vertices."""
    return [*(Requirement("metric", name, low, high) for name, (low, high) in where.items()),
            *(Requirement("edge", vertices=edge) for edge in draft.edges),
            *(Requirement("operation", vertices=(vertex,)) for vertex in range(1, draft.output))]


def certified(table: CellTable, draft: Draft, where: Where,
              match: Callable[[Draft, frozenset[int]], np.ndarray]) -> Certificate:
    """Find the requirements that exclude the last completion of a draft that has none.

    Requirements are dropped one by one. Where no single one brings a cell back, they are dropped together in their
    order until some cell matches; then each of them is put back, the first one first, unless that excludes all cells
    again.

    Parameters
    ----------
    table : BenchmarkTable
    draft : Draft
    where : mapping of str to (low, high)
        From `checked_where`.
    match : callable
        Takes a draft and those of its vertices that may have any operation; gives the rows that contain it.

    Returns
    -------
    Certificate
    """
    everything = requirements_of(draft, where)

    @cache
    def structural(edges: tuple[Edge, ...], free: frozenset[int]) -> np.ndarray:
        return match(Draft(draft.operations, edges), free)

    def count(dropped: Sequence[Requirement]) -> int:
        edges = tuple(edge for edge in draft.edges if Requirement("edge", vertices=edge) not in dropped)
        free = frozenset(each.vertices[0] for each in dropped if each.kind == "operation")
        kept = {name: bounds for name, bounds in where.items() if Requirement("metric", name, *bounds) not in dropped}
        return int(within(table, kept, structural(edges, free)).sum())

    alone = [(each, found) for each in everything if (found := count([each]))]
    if alone:
        return Certificate(tuple(alone))
    dropped: list[Requirement] = []
    for each in everything:
        dropped.append(each)
        if count(dropped):
            break
    else:
        return Certificate(())
    for each in dropped[:-1]:
        rest = [other for other in dropped if other != each]
        if count(rest):
            dropped = rest
    return Certificate((), tuple(dropped), count(dropped))
