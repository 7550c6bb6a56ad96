"""Contributions of all edges of all cells of a table, in one pass, and how they are distributed."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.contribution import MOST_EDGES, _sub_cell
from vanas_panel.core.edge_index import _ends_of
from vanas_panel.core.encoding import MAX_EDGES, MAX_VERTICES, kernel, vertex_count
from vanas_panel.core.form_rows import FIRST_SLOTS, _form_row, _roomier
from vanas_panel.core.interval import mean_interval
from vanas_panel.core.mean import summable
from vanas_panel.core.protocol import CellTable, check_table
from vanas_panel.errors import ArgumentKindError, TooManyEdgesError
from vanas_panel.text.language import Message

PLACES = ("position", "depth")
"""What a distribution may be split by."""
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
_MOST_SUBSETS = 2.0**36
_MOST_THREADS = 4


@dataclass(frozen=True)
class Contributions:
    """Contributions of all edges, in the order of `vanas_panel.core.protocol.EdgeIndex`.

    Attributes
    ----------
    values : float64 (m,)
        NaN where a contribution is undefined.
    n_with, n_without : int32 (m,)
        Sub-cells with and without the edge.
    """

    values: np.ndarray
    n_with: np.ndarray
    n_without: np.ndarray


def all_contributions(table: CellTable, metric: str = "test_accuracy") -> pd.DataFrame:
    """Contribution of every edge of every cell of a table.

    The same numbers as `vanas_panel.edge_contributions` gives for each cell, to the last bit, in one pass: each subset
    of edges that is a cell is looked up once, by its labelled form.

    Parameters
    ----------
    table : BenchmarkTable
        It keeps the contributions of the last two metrics, 16 bytes an edge. Those that took more than two seconds are
        kept in the cache folder of the system, too, as converted tables are.
    metric : str, optional
        The metric to evaluate cells by.

    Returns
    -------
    pandas.DataFrame
        One row for each edge, cell by cell in the order of the table: ``row``, ``source``, ``target`` (vertex indices
        of ``table.cell(row)``), ``source_operation``, ``target_operation``, ``position`` (edges on the longest path
        from the input to the source of the edge), ``depth`` (edges on the longest path of the cell), ``contribution``
        in the metric's unit, NaN where one side is empty, and ``n_with``, ``n_without``. Edges of cells with more than
        20 of them have no contribution and counts of zero.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    TooManyEdgesError
        Where the cells have more than 2**36 subsets of edges together, which would take hours.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> found = vp.all_contributions(table, "edges")
    >>> len(found) == int(table.column("edges").sum())
    True
    >>> row = 40
    >>> one = vp.edge_contributions(table, row, "edges")["contribution"]
    >>> one.equals(found.loc[found["row"] == row, "contribution"].reset_index(drop=True))
    True
    """
    found, index = contributions_of_table(table, metric), table.edge_index
    edge_types = table.space.edge_types
    sides = []
    for side in (0, 1):
        names = list(dict.fromkeys(kind[side] for kind in edge_types))
        codes = np.array([names.index(kind[side]) for kind in edge_types], np.int8)[index.types]
        sides.append(pd.Categorical.from_codes(codes, pd.Index(names)))
    rows = np.repeat(np.arange(len(table), dtype=np.int32), np.diff(index.first))
    return pd.DataFrame({
        "row": rows, "source": index.sources, "target": index.targets, "source_operation": sides[0],
        "target_operation": sides[1], "position": index.positions, "depth": index.depths,
        "contribution": found.values, "n_with": found.n_with, "n_without": found.n_without})


def contribution_distribution(table: CellTable, metric: str = "test_accuracy", by: str | None = None,
                              rows: ArrayLike | None = None) -> pd.DataFrame:
    """How the contributions of all edges of a type are distributed.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str, optional
        The metric to evaluate cells by.
    by : {None, "position", "depth"}, optional
        Split every edge type by the position of its edges, or by the depth of their cells, see `all_contributions`.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells whose edges are looked at; all of them by default. Sub-cells may be anywhere in the table.

    Returns
    -------
    pandas.DataFrame
        One row for each edge type, and each value of `by` that occurs with it, in the order of the space: ``source``,
        ``target`` (operations), `by`, ``n`` (edges with a contribution), ``n_undefined``, ``mean``, ``low``, ``high``
        (95 % interval of the mean by Student's t, NaN for fewer than two edges, which it takes for independent: they
        are not), ``q05``, ``q25``, ``median``, ``q75``, ``q95``, and ``share_positive``.

    Raises
    ------
    UnknownMetricError, SelectionError, TooManyEdgesError
        As for `all_contributions`, and where the table lacks the rows.
    ArgumentKindError
        Where `by` is something else.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> found = vp.contribution_distribution(table, "edges", by="depth")
    >>> found.loc[found["target"] == "output", ["depth", "n", "median"]].head(2).round(3).values.tolist()
    [[1.0, 0.0, nan], [2.0, 9.0, 0.333]]
    """
    check_table(table)
    if by is not None and by not in PLACES:
        raise ArgumentKindError(Message("Found {by!r:.60} to split contributions by; expected None, 'position' or "
                                        "'depth'. Choose one of these.", by=by))
    selected = table.checked_rows(rows)
    index, values = table.edge_index, contributions_of_table(table, metric).values
    kinds = len(table.space.edge_types)
    codes = index.types if by is None else index.types + np.int16(kinds) * getattr(index, f"{by}s")
    if selected is not None:
        chosen = np.zeros(len(table), bool)
        chosen[selected] = True
        edges = np.repeat(chosen, np.diff(index.first))
        codes, values = codes[edges], values[edges]
    values, factor = summable(values)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=kinds))
    sorted_values = values[order]
    lines = [(code % kinds, code // kinds, _spread(part, factor)) for code, part in
             enumerate(np.split(sorted_values, ends[:-1])) if by is None or part.size]
    lines.sort(key=lambda line: line[:2])
    return pd.DataFrame([{
        "source": table.space.edge_types[kind][0], "target": table.space.edge_types[kind][1],
        **({} if by is None else {by: place}), **spread} for kind, place, spread in lines])


def contributions_of_table(table: CellTable, metric: str) -> Contributions:
    """Contributions of all edges as arrays; the table keeps those of two metrics, and the cache folder those of more.

    Raises
    ------
    UnknownMetricError, TooManyEdgesError
        As for `all_contributions`.
    """
    check_table(table)
    column = table.column(metric)
    return Contributions(*table.remembered("contributions", str(metric), lambda: _compute(table, column)))


def _compute(table: CellTable, column: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The arrays of `Contributions`, in as many threads as there are processors."""
    values, factor = summable(column)
    first = table.edge_index.first
    edges = np.diff(first)
    work = np.cumsum(np.where(edges > MOST_EDGES, 1.0, np.exp2(edges)))
    if work.size and work[-1] > _MOST_SUBSETS:
        raise TooManyEdgesError(Message("Found cells of up to {found} edges, {subsets:.1g} subsets of edges in all; "
                                        "expected at most {most:.1g}. Ask for the contributions of one cell.",
                                        found=int(edges.max()), subsets=float(work[-1]), most=_MOST_SUBSETS))
    found = np.full(first[-1], np.nan), np.zeros(first[-1], np.int32), np.zeros(first[-1], np.int32)
    threads = min(_MOST_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
    shares = np.linspace(0, work[-1] if work.size else 0, threads + 1)[1:-1]
    borders = [0, *np.searchsorted(work, shares).tolist(), len(table)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda start, stop: _contribute(
            table.packed, start, stop, first, *table.lookup, values, factor, MOST_EDGES, *found),
                      borders[:-1], borders[1:]))
    return found


def _spread(values: np.ndarray, factor: float) -> dict[str, float]:
    """Counts, mean with its interval, and quantiles of some contributions."""
    known = values[~np.isnan(values)]
    count = known.size
    mean = known.mean() if count else np.nan
    with np.errstate(over="ignore"):
        squares = ((known - mean) ** 2).sum() if count else np.nan
    low, high = mean_interval(np.array([mean]), np.array([squares]), np.array([count]))
    quantiles = np.quantile(known, list(QUANTILES.values())) if count else np.full(len(QUANTILES), np.nan)
    with np.errstate(over="ignore"):
        return {"n": count, "n_undefined": values.size - count, "mean": mean * factor, "low": float(low[0]) * factor,
                "high": float(high[0]) * factor, **dict(zip(QUANTILES, quantiles * factor, strict=True)),
                "share_positive": float((known > 0).mean()) if count else np.nan}


@kernel
def _mark_ends(ends, edges, last, outs, ins):
    """Vertices with an edge out and with an edge in, as bits, for every subset of edges, ``uint8 (2**edges,)`` each.

    The output counts as one with an edge out, the input as one with an edge in: a subset is a cell where both agree.
    """
    outs[0] = 1 << last
    ins[0] = 1
    for index in range(edges):
        source, target = np.uint8(1 << ends[index, 0]), np.uint8(1 << ends[index, 1])
        bit = 1 << index
        for subset in range(bit):
            outs[bit + subset] = outs[subset] | source
            ins[bit + subset] = ins[subset] | target


@kernel
def _contribute(packed, start, stop, first, sorted_keys, rows, values, factor, most_edges, differences, n_with,
                n_without):
    """Contributions of the edges of the cells from `start` to `stop`, into the last three arrays.

    Buffers hold every subset of the edges of the largest cell, `most_edges` at most; sums are those of
    `vanas_panel.core.contribution`, in the same order.
    """
    largest = 0
    for row in range(start, stop):
        if first[row + 1] - first[row] <= most_edges:
            largest = max(largest, first[row + 1] - first[row])
    outs, ins = np.zeros(1 << largest, np.uint8), np.zeros(1 << largest, np.uint8)
    ends = np.zeros((MAX_EDGES, 2), np.int64)
    relabel = np.zeros(MAX_VERTICES, np.int64)
    forms, found, filled = np.zeros(FIRST_SLOTS, np.int64), np.zeros(FIRST_SLOTS, np.int64), 0
    for row in range(start, stop):
        cell, at = packed[row], first[row]
        edges = _ends_of(cell, ends)
        if edges > most_edges:
            continue
        sums = np.zeros((2, edges))
        counts = np.zeros((2, edges), np.int64)
        _mark_ends(ends, edges, vertex_count(cell) - 1, outs, ins)
        for chosen in range(1, 1 << edges):
            if outs[chosen] != ins[chosen]:
                continue
            own, is_new = _form_row(_sub_cell(cell, ends[:edges], chosen, relabel), forms, found, sorted_keys, rows)
            filled += is_new
            if 2 * filled > forms.size:
                forms, found = _roomier(forms, found)
            if own < 0 or np.isnan(values[own]):
                continue
            for edge in range(edges):
                side = chosen >> edge & 1
                sums[side, edge] += values[own]
                counts[side, edge] += 1
        for edge in range(edges):
            n_with[at + edge], n_without[at + edge] = counts[1, edge], counts[0, edge]
            if counts[0, edge] > 0 and counts[1, edge] > 0:
                means = sums[1, edge] / counts[1, edge], sums[0, edge] / counts[0, edge]
                differences[at + edge] = (means[0] - means[1]) * factor
