"""Alignment and comparison of cells against trying every mapping in plain Python."""

from __future__ import annotations

import math
from itertools import combinations, permutations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from tests.core import oracles
from tests.core.strategies import JIT, cells, examples, relabellings
from vanas_panel.core.alignment import MOST_MAPPINGS
from vanas_panel.errors import ArgumentKindError, SelectionError, UnknownMetricError

CONV, CONV1, POOL = vp.NASBENCH101.operations
CHAIN = vp.Cell(["input", CONV, "output"], [(0, 1), (1, 2)])
PLAIN = vp.Cell(["input", "output"], [(0, 1)])


def mappings(one, other, *, partial):
    """Every mapping of inner vertices to ones of the same operation, as dictionaries; all sizes or the largest only."""
    mine, its = range(1, one.output), range(1, other.output)
    largest = sum(min(one.operations[1:-1].count(name), other.operations[1:-1].count(name))
                  for name in set(one.operations[1:-1]))
    for size in range(largest + 1) if partial else [largest]:
        for chosen in combinations(mine, size):
            for images in permutations(its, size):
                if all(one.operations[vertex] == other.operations[image]
                       for vertex, image in zip(chosen, images, strict=True)):
                    yield {0: 0, one.output: other.output, **dict(zip(chosen, images, strict=True))}


def shared(one, other, mapping):
    there = set(other.edges)
    return sum((mapping.get(source, -1), mapping.get(target, -1)) in there for source, target in one.edges)


def against(one, other, mapping):
    """Edges of the other that lead against the depths of the one."""
    graph = nx.DiGraph(one.edges)
    depth = {vertex: max(len(path) for path in nx.all_simple_paths(graph, 0, vertex)) - 1 if vertex else 0
             for vertex in graph}
    back = {image: vertex for vertex, image in mapping.items()}
    return sum(depth[back[source]] >= depth[back[target]] for source, target in other.edges
               if source in back and target in back)


def expected(one, other):
    """The best mapping, by the stated order."""
    def order(mapping):
        images = tuple(mapping.get(vertex, math.inf) for vertex in range(1, one.output))
        return -shared(one, other, mapping), against(one, other, mapping), images

    return min(mappings(one, other, partial=False), key=order)


@examples(80)
@given(one=cells(max_inner=4), other=relabellings(cells(max_inner=4)))
def test_the_alignment_is_the_first_of_the_best_mappings(one, other):
    cell, order = other
    other = vp.Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    for a, b in ((one, other), (other, one)):
        found = vp.align_cells(a, b)
        assert dict(found.vertices) == expected(a, b)
        assert len(found.edges) == max(shared(a, b, mapping) for mapping in mappings(a, b, partial=True))


@examples(80)
@given(one=relabellings(cells()), other=relabellings(cells()))
def test_what_is_shared_depends_neither_on_labels_nor_on_which_is_first(one, other):
    plain, labelled = [[cell, vp.Cell(*oracles.relabelled(cell.operations, cell.edges, order))]
                       for cell, order in (one, other)]
    counts = {len(vp.align_cells(a, b).edges) for a in plain for b in labelled}
    counts |= {len(vp.align_cells(b, a).edges) for a in plain for b in labelled}
    assert len(counts) == 1
    found = vp.align_cells(*plain)
    assert len(found.edges) == len(plain[0].edges)
    assert not (found.only_one or found.only_other or found.lone_one or found.lone_other)


@examples(40)
@given(one=cells(max_inner=4), other=cells(max_inner=4))
def test_the_parts_of_an_alignment_make_up_both_cells(one, other):
    found = vp.align_cells(one, other)
    assert sorted([mine for mine, _ in found.edges] + list(found.only_one)) == sorted(one.edges)
    assert sorted([its for _, its in found.edges] + list(found.only_other)) == sorted(other.edges)
    assert sorted([mine for mine, _ in found.vertices] + list(found.lone_one)) == list(range(len(one.operations)))
    assert sorted([its for _, its in found.vertices] + list(found.lone_other)) == list(range(len(other.operations)))
    assert all(one.operations[mine] == other.operations[its] for mine, its in found.vertices)


@pytest.mark.parametrize("space", [None, vp.CellSpace([CONV], 8, 28)])
def test_the_largest_cells_align_within_the_bound(space):
    full = [(source, target) for target in range(8) for source in range(target)]
    whole = vp.Cell(["input", *[CONV] * 6, "output"], full, space)
    chain = vp.Cell(["input", *[CONV] * 6, "output"], [(vertex, vertex + 1) for vertex in range(7)], space)
    assert sum(1 for _ in mappings(chain, whole, partial=False)) == MOST_MAPPINGS
    assert len(vp.align_cells(chain, whole).edges) == 7 and len(vp.align_cells(whole, chain).edges) == 7
    assert len(vp.align_cells(whole, whole).edges) == 28


def test_cells_of_other_spaces_are_compared_by_the_names_of_operations():
    space = vp.CellSpace(["new", CONV], 4, 6)
    other = vp.Cell(["input", "new", CONV, "output"], [(0, 1), (1, 2), (2, 3), (0, 2)], space)
    found = vp.align_cells(CHAIN, other)
    assert found.vertices == ((0, 0), (1, 2), (2, 3)) and found.lone_other == (1,)
    assert found.edges == (((0, 1), (0, 2)), ((1, 2), (2, 3)))


def test_what_is_no_cell_is_refused():
    with pytest.raises(ArgumentKindError, match=r"expected a Cell. Make one"):
        vp.align_cells(CHAIN, vp.Draft(CHAIN.operations, CHAIN.edges))


# A whole table -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("row", [0, 40, 88])
def test_common_edges_of_a_table_are_those_of_each_cell(row):
    table = vp.open_table("structure4")
    rows = np.arange(0, len(table), 1 if JIT else 9)
    wanted = [len(vp.align_cells(table.cell(row), table.cell(each)).edges) for each in rows.tolist()]
    found = vp.common_edges(table, row, rows)
    assert found.tolist() == wanted and found.dtype == np.int64
    if JIT:
        assert vp.common_edges(table, table.cell(row)).tolist() == wanted


def test_common_edges_of_no_rows_and_of_a_cell_that_the_table_lacks():
    table = vp.open_table("structure4")
    foreign = vp.Cell(["input", "new", "output"], [(0, 1), (1, 2), (0, 2)], vp.CellSpace(["new"], 3, 3))
    assert vp.common_edges(table, foreign, []).size == 0
    assert vp.common_edges(table, foreign, [table.find(PLAIN), table.find(CHAIN)]).tolist() == [1, 0]
    with pytest.raises(SelectionError):
        vp.common_edges(table, PLAIN, [len(table)])


# Values --------------------------------------------------------------------------------------------------------------

@examples(40)
@given(data=st.data())
def test_values_and_differences_agree_with_plain_python(small_table, data):
    rows = data.draw(st.lists(st.integers(0, len(small_table) - 1), min_size=1, max_size=8))
    frame = vp.compare_cells(small_table, rows)
    assert len(frame) == len(rows) * len(small_table.metrics)
    for line in frame.itertuples():
        values = [float(small_table.column(line.metric)[row]) for row in rows]
        higher = small_table.metric(line.metric).higher_is_better
        value, difference = values[line.cell], values[line.cell] - values[0]
        assert line.row == rows[line.cell]
        assert line.value == pytest.approx(value, nan_ok=True)
        assert line.difference == pytest.approx(difference, nan_ok=True)
        plain = None if math.isnan(difference) or not difference or higher is None else (difference > 0) == higher
        assert (None if line.better is pd.NA else line.better) == plain
        known = [each for each in values if not math.isnan(each)]
        assert line.best == (higher is not None and bool(known) and value == (max(known) if higher else min(known)))


def test_the_edges_of_each_cell_stand_beside_the_values():
    table = vp.open_table("structure4")
    wider = vp.Cell(["input", CONV, "output"], [(0, 1), (1, 2), (0, 2)])
    frame = vp.compare_cells(table, [CHAIN, wider, PLAIN], "edges")
    assert frame["shared_edges"].tolist() == [2, 2, 0] and frame["different_edges"].tolist() == [0, 1, 3]
    assert frame["value"].tolist() == [2, 3, 1] and list(frame.columns) == [
        "cell", "row", "metric", "value", "difference", "better", "best", "shared_edges", "different_edges"]


def test_a_cell_that_is_not_in_the_table_has_no_values_and_no_row():
    table = vp.open_table("structure4")
    foreign = vp.Cell(["input", "new", "output"], [(0, 1), (1, 2)], vp.CellSpace(["new"], 3, 3))
    for cells_ in ([foreign, CHAIN], [CHAIN, foreign]):
        frame = vp.compare_cells(table, cells_, ["edges"])
        assert frame["row"].isna().sum() == frame["value"].isna().sum() == 1
        assert frame["difference"].isna().tolist()[1] and frame["better"].isna().all()


def test_the_same_cell_twice_differs_in_nothing():
    frame = vp.compare_cells(vp.open_table("structure4"), [CHAIN, CHAIN])
    assert (frame["difference"] == 0).all() and frame["better"].isna().all() and not frame["different_edges"].any()


def test_infinite_values_differ_by_nothing_from_themselves():
    space = vp.CellSpace([CONV], 3, 3)
    table = vp.BenchmarkTable(space, vp.enumerate_cells(space), {"m": vp.Metric("m", "M", higher_is_better=True)},
                              {"m": np.array([np.inf, np.inf, 1.0])}, name="infinite")
    assert vp.compare_cells(table, [0, 1, 2])["difference"].tolist() == [0, 0, -np.inf]


def test_no_metric_at_all_gives_an_empty_frame():
    frame = vp.compare_cells(vp.open_table("structure4"), [CHAIN], [])
    assert frame.empty and "shared_edges" in frame


@pytest.mark.parametrize("cells_", [[], CHAIN, "3", 3, [CHAIN, "x"]])
def test_what_is_no_list_of_cells_is_refused(cells_):
    with pytest.raises(ArgumentKindError, match="expected"):
        vp.compare_cells(vp.open_table("structure4"), cells_)


def test_an_unknown_metric_and_an_unknown_row_are_refused():
    with pytest.raises(UnknownMetricError):
        vp.compare_cells(vp.open_table("structure4"), [CHAIN], ["beauty"])
    with pytest.raises(SelectionError):
        vp.compare_cells(vp.open_table("structure4"), [10_000])
