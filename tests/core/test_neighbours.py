"""Neighbours of a cell against writing down every edit and looking its cell up by text."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from tests.core import oracles
from tests.core.strategies import JIT, cells, examples, partial_drafts, relabellings
from vanas_panel.core.cell import Cell
from vanas_panel.core.cell_edits import KINDS, MOST_EDITS, edits_of
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.neighbours import neighbours
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import ArgumentKindError, SelectionError, UnknownMetricError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations
STRUCTURE = ["edit", "kind", "source", "target", "vertex", "operation"]


def order_of(edit):
    """Position of an edit in the stated order."""
    kind, source, target, vertex, operation = edit
    return (KINDS.index(kind), *(-1 if end is None else end for end in (source, target, vertex)),
            NASBENCH101.operations.index(operation) if operation else -1)


def expected(cell, rows_by_text, space=NASBENCH101):
    """First edit of each measured neighbour by row, and how many edits there are."""
    found = list(oracles.edits(cell.operations, cell.edges, space.operations, space.max_vertices, space.max_edges))
    firsts: dict[int, tuple] = {}
    for edit, other in sorted(found, key=lambda pair: order_of(pair[0])):
        row = oracles.find(other, rows_by_text)
        if row is not None:
            firsts.setdefault(row, edit)
    return firsts, len(found)


def check(frame, table, cell, metric, firsts, edits, *, lower_first):
    """Hold a frame of neighbours against the oracle."""
    values = table.column(metric)
    assert list(frame.columns) == ["row", *STRUCTURE, metric, "difference"]
    assert frame["row"].tolist() == oracles.ranked(firsts, values, lower_first=lower_first)
    assert frame.attrs["edits"] == edits
    for line in frame.itertuples():
        ends = [None if each is pd.NA else each for each in (line.source, line.target, line.vertex)]
        assert (line.kind, *ends, line.operation) == firsts[line.row]
        own = values[table.find(cell)] if cell in table else math.nan
        assert line.difference == pytest.approx(values[line.row] - own, nan_ok=True)


@pytest.mark.parametrize(("metric", "lower_first"), [("test_accuracy", False), ("loss", True)])
@examples(60)
@given(drawn=relabellings(cells(max_inner=4)))
def test_neighbours_agree_with_brute_force(small_table, rows_by_text, metric, lower_first, drawn):
    cell, order = drawn
    cell = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    check(neighbours(small_table, cell, metric), small_table, cell, metric, *expected(cell, rows_by_text),
          lower_first=lower_first)


def expected_of_two(cell, table, rows_by_text, metric, *, lower_first):
    """First edit, cell between and second edit of each cell that is one or two edits away, by row."""
    space, values = table.space, table.column(metric)
    firsts, _ = expected(cell, rows_by_text, space)
    made = dict(oracles.edits(cell.operations, cell.edges, space.operations, space.max_vertices, space.max_edges))
    ways = {row: (edit, None, None) for row, edit in firsts.items()}
    for via in oracles.ranked(firsts, values, lower_first=lower_first):
        between = Cell(*made[firsts[via]], None)
        for row in expected(between, rows_by_text, space)[0]:
            if row not in firsts and row != table.find_key(space.key_of(cell)):
                ways.setdefault(row, (firsts[via], via, row))
    return ways


def check_two(table, cell, metric, rows_by_text, *, lower_first):
    """Hold the frame of two edits against the oracle, and walk both edits."""
    ways = expected_of_two(cell, table, rows_by_text, metric, lower_first=lower_first)
    frame = neighbours(table, cell, metric, edits=2)
    values, known = table.column(metric), cell in table
    assert list(frame.columns) == ["row", *STRUCTURE, metric, "difference", "edits", "via", "then"]
    assert frame["row"].tolist() == oracles.ranked(ways, values, lower_first=lower_first)
    edits = {edit.words: edit for edit in edits_of(cell, table.space)[0]}
    for line in frame.itertuples():
        ends = [None if each is pd.NA else each for each in (line.source, line.target, line.vertex)]
        first, via, _ = ways[line.row]
        assert (line.kind, *ends, line.operation) == first
        assert (line.edits, None if line.via is pd.NA else line.via) == (1 if via is None else 2, via)
        after = edits[line.edit].applied(cell)
        if via is not None:
            between = Cell(after.operations, after.edges, None)
            assert table.find(between) == via
            after = next(edit for edit in edits_of(between, table.space)[0] if edit.words == line.then).applied(after)
        assert table.find(Cell(after.operations, after.edges)) == line.row and (line.then == "") == (via is None)
        assert line.difference == pytest.approx(values[line.row] - (values[table.find(cell)] if known else math.nan),
                                                nan_ok=True)
    one = neighbours(table, cell, metric)
    assert repr(frame.attrs) == repr(one.attrs)
    assert frame.loc[frame["edits"] == 1, "row"].tolist() == one["row"].tolist()


@pytest.mark.parametrize(("metric", "lower_first"), [("test_accuracy", False), ("loss", True)])
@examples(12)
@given(drawn=relabellings(cells(max_inner=3)))
def test_two_edits_agree_with_brute_force(small_table, rows_by_text, metric, lower_first, drawn):
    cell, order = drawn
    check_two(small_table, Cell(*oracles.relabelled(cell.operations, cell.edges, order)), metric, rows_by_text,
              lower_first=lower_first)


@examples(8)
@given(data=st.data())
def test_cells_two_edits_away_are_those_with_a_path_of_two_edits(whole, data):
    row = data.draw(st.integers(0, len(whole) - 1))
    found = dict(neighbours(whole, row, edits=2)[["row", "edits"]].itertuples(index=False))
    for other in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=12, max_size=12)):
        edits = vp.edit_path(whole, row, other).attrs["edits"]
        assert found.get(other, 0) == (edits if edits <= 2 else 0)


def test_a_cell_between_must_be_measured():
    """From one 3x3 convolution to one with a skip and another operation lead two edits past either of two cells."""
    def cell(operation, *skip):
        return Cell(["input", operation, "output"], [(0, 1), (1, 2), *skip])

    four = [cell(CONV), cell(POOL), cell(CONV, (0, 2)), cell(POOL, (0, 2))]
    for kept, edits in (([0, 1, 2, 3], {1: 1, 2: 1, 3: 2}), ([0, 2, 3], {1: 1, 2: 2}), ([0, 3], {})):
        graphs = [four[index] for index in kept]
        packed = np.array([each.packed(NASBENCH101) for each in graphs])
        table = BenchmarkTable(NASBENCH101, packed, {"test_accuracy": known_metric("test_accuracy")},
                               {"test_accuracy": np.linspace(0.9, 0.8, len(graphs))}, name="few")
        frame = neighbours(table, four[0], edits=2)
        assert dict(zip(frame["row"], frame["edits"], strict=True)) == edits


def test_ties_and_missing_values_of_two_edits(small_table):
    frame = neighbours(small_table, 5, "never", edits=2)
    assert frame["row"].is_monotonic_increasing and set(frame["edits"]) == {1, 2}
    assert frame["difference"].isna().all() and 5 not in set(frame["row"])


@pytest.mark.parametrize("edits", [0, 3, -1, 1.5, "two", None, 10**40])
def test_other_numbers_of_edits_are_refused(small_table, edits):
    with pytest.raises(ArgumentKindError, match="expected 1 or 2"):
        neighbours(small_table, 5, edits=edits)


@examples(40)
@given(cell=cells(max_inner=5))
def test_edits_agree_with_brute_force_whether_measured_or_not(cell):
    found, keys = edits_of(cell, NASBENCH101)
    brute = list(oracles.edits(cell.operations, cell.edges, NASBENCH101.operations, 7, 9))
    as_brute = [(edit.kind, *(None if end < 0 else end for end in edit[1:4]), edit.operation) for edit in found]
    assert as_brute == sorted((edit for edit, _ in brute), key=order_of)
    made = dict(brute)
    for edit, each, key in zip(found, as_brute, keys.tolist(), strict=True):
        after = edit.applied(cell)
        assert Cell(*made[each]) == Cell(after.operations, after.edges)
        assert NASBENCH101.key_of(Cell(*made[each])) == key


@pytest.fixture(scope="module")
def whole():
    """Every cell of a space of two operations, at most five vertices and seven edges."""
    space = CellSpace(("conv", "pool"), max_vertices=5, max_edges=7)
    packed = enumerate_cells(space)
    accuracy = {"test_accuracy": known_metric("test_accuracy")}
    values = np.random.default_rng(3).uniform(0.5, 0.9, packed.size)
    return BenchmarkTable(space, packed, accuracy, {"test_accuracy": values}, name="whole")


@examples(60)
@given(data=st.data())
def test_a_cell_is_a_neighbour_of_its_neighbours(whole, data):
    row = data.draw(st.integers(0, len(whole) - 1))
    for other in neighbours(whole, row)["row"]:
        back = neighbours(whole, other)
        assert other != row and (back["row"] == row).sum() == 1
        there = neighbours(whole, row).set_index("row").loc[other, "difference"]
        assert back.set_index("row").loc[row, "difference"] == -there


def test_every_cell_of_a_whole_space_can_be_reached(whole):
    reached, fresh = {0}, [0]
    while fresh:
        fresh = sorted({int(row) for each in fresh for row in neighbours(whole, each)["row"]} - reached)
        reached |= set(fresh)
    assert reached == set(range(len(whole)))


@examples(60)
@given(drawn=relabellings(cells(max_inner=5)))
def test_relabelling_moves_the_ends_of_edits_and_nothing_else(small_table, drawn):
    cell, order = drawn
    other = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    one, two = neighbours(small_table, cell), neighbours(small_table, other)
    assert one.attrs | {"value": 0} == two.attrs | {"value": 0}
    pd.testing.assert_frame_equal(one[["row", "test_accuracy", "difference"]],
                                  two[["row", "test_accuracy", "difference"]])
    assert one["kind"].tolist() == two["kind"].tolist()


@examples(60)
@given(drawn=relabellings(cells(max_inner=4)))
def test_an_edit_applied_gives_the_neighbour_of_its_row(small_table, drawn):
    cell, order = drawn
    cell = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    edits = {edit.words: edit for edit in edits_of(cell, NASBENCH101)[0]}
    frame = neighbours(small_table, cell)
    for row, words in zip(frame["row"], frame["edit"], strict=True):
        after = edits[words].applied(cell)
        assert small_table.find(Cell(after.operations, after.edges)) == row


def test_two_vertices_side_by_side_can_be_joined_both_ways(small_table):
    cell = Cell(["input", POOL, CONV, "output"], [(0, 1), (0, 2), (1, 3), (2, 3)])
    joined = {edit.words for edit in edits_of(cell, NASBENCH101)[0] if edit.kind == "add edge"}
    assert joined == {"add edge 0 -> 3", "add edge 1 -> 2", "add edge 2 -> 1"}


def test_several_edits_that_give_the_same_cell_are_one_row_and_the_first_is_named():
    table = vp.open_table("structure4")
    cell = Cell(["input", CONV, CONV, "output"], [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)])
    edits, keys = edits_of(cell, NASBENCH101)
    same = [edit.words for edit, key in zip(edits, keys, strict=True) if key == keys[0]]
    assert same == ["add edge 1 -> 2", "add edge 2 -> 1"]
    frame = neighbours(table, cell, "edges")
    assert frame["row"].is_unique and (frame["edit"] == same[0]).sum() == 1 and same[1] not in set(frame["edit"])


def test_the_words_and_columns_of_each_kind():
    table = vp.open_table("structure4")
    frame = neighbours(table, Cell(["input", CONV, "output"], [(0, 1), (1, 2)]), "edges").set_index("edit")
    shown = frame[STRUCTURE[1:]].astype(object)
    shown = shown.where(shown.notna(), None)
    assert shown.loc["add edge 0 -> 2"].tolist() == ["add edge", 0, 2, None, ""]
    assert shown.loc[f"change vertex 1 to {POOL}"].tolist() == ["change operation", None, None, 1, POOL]
    assert shown.loc[f"insert {POOL} on edge 1 -> 2"].tolist() == ["insert vertex", 1, 2, None, POOL]
    assert shown.loc["contract vertex 1 to edge 0 -> 2"].tolist() == ["contract vertex", 0, 2, 1, ""]
    both = neighbours(table, Cell(["input", CONV, "output"], [(0, 1), (0, 2), (1, 2)]), "edges")
    assert both.set_index("edit").loc["remove edge 0 -> 2", ["kind", "operation"]].tolist() == ["remove edge", ""]


def test_a_metric_that_is_called_as_a_column():
    table = vp.open_table("structure4")
    frame = neighbours(table, 3, "edges")
    assert frame.attrs["metric"] == "edges"  # there is no such column in this frame
    numbered = BenchmarkTable(table.space, table.packed, {"row": known_metric("row")},
                              {"row": np.arange(len(table)) * 1.0}, name="numbered")
    frame = neighbours(numbered, 3, "row")
    assert frame.attrs["metric"] == "row (metric)" and frame["row (metric)"].tolist() == frame["row"].tolist()


def test_a_metric_that_is_never_known_lists_the_neighbours_in_row_order(small_table):
    frame = neighbours(small_table, 5, "never")
    assert frame["row"].is_monotonic_increasing and frame["difference"].isna().all() and len(frame) > 0
    assert math.isnan(frame.attrs["value"])


def test_a_cell_that_is_not_in_the_table_has_neighbours_without_a_difference(small_table):
    missing = next(Cell(*graph) for graph in oracles.labelled_cells(NASBENCH101.operations, 4, 9)
                   if Cell(*graph) not in small_table)
    frame = neighbours(small_table, missing)
    assert len(frame) > 0 and frame["difference"].isna().all() and frame["test_accuracy"].notna().any()


def test_a_cell_alone_has_no_neighbours():
    table = BenchmarkTable(NASBENCH101, enumerate_cells(CellSpace((CONV,), 2, 1)),
                           {"test_accuracy": known_metric("test_accuracy")}, {"test_accuracy": np.array([0.5])},
                           name="one")
    frame = neighbours(table, 0)
    assert len(frame) == 0 and frame.attrs["cells"] == frame.attrs["edits"] == 3
    assert list(frame.columns) == ["row", *STRUCTURE, "test_accuracy", "difference"]


def test_an_unknown_operation_can_be_changed_into_known_ones(small_table):
    cell = Cell(["input", "conv5x5", "output"], [(0, 1), (1, 2)], space=None)
    assert set(neighbours(small_table, cell)["kind"]) <= {"change operation", "contract vertex"}
    two = Cell(["input", "conv5x5", "conv7x7", "output"], [(0, 1), (1, 2), (2, 3)], space=None)
    assert len(neighbours(small_table, two)) == 0


def test_a_cell_beyond_the_limits_leads_back_into_them():
    """Ten edges: one of them can be removed, or a vertex with two of them contracted."""
    edges = [(source, target) for target in range(5) for source in range(target)]
    dense = Cell(["input", CONV, CONV, CONV, "output"], edges, space=None)
    assert {edit.kind for edit in edits_of(dense, NASBENCH101)[0]} == {"remove edge"}


@pytest.mark.skipif(not JIT, reason="a space of eight vertices is for compiled kernels")
def test_the_largest_cells_stay_within_the_buffers():
    space = CellSpace([f"op{index}" for index in range(15)], max_vertices=8, max_edges=28)
    six = ["input", *[f"op{index}" for index in range(5)], "output"]
    sparse = Cell(six, [edge for vertex in range(1, 6) for edge in ((0, vertex), (vertex, 6))], space)
    dense = Cell(six, [(source, target) for target in range(7) for source in range(target)], space)
    for cell in (sparse, dense):
        edits, keys = edits_of(cell, space)
        assert len(edits) == len(keys) <= MOST_EDITS
        brute = oracles.edits(cell.operations, cell.edges, space.operations, 8, 28)
        assert {(edit.kind, edit.operation, edit.vertex) for edit in edits} == {
            (kind, operation, -1 if vertex is None else vertex) for (kind, _, _, vertex, operation), _ in brute}


def test_what_is_no_cell_is_refused(small_table):
    with pytest.raises(ArgumentKindError, match="expected a Cell or the row number"):
        neighbours(small_table, vp.Draft(["input", "output"], [(0, 1)]))
    with pytest.raises(SelectionError, match="expected 0 to"):
        neighbours(small_table, len(small_table))
    with pytest.raises(UnknownMetricError, match="'accuracy'; expected one of"):
        neighbours(small_table, 0, "accuracy")


@examples(20)
@given(draft=partial_drafts())
def test_draft_edits_of_unknown_vertices_are_refused(draft):
    from_edits = edits_of(Cell(["input", CONV, "output"], [(0, 1), (1, 2)]), NASBENCH101)[0]
    change = next(edit for edit in from_edits if edit.kind == "change operation")
    with pytest.raises(IndexError, match="not an inner vertex"):
        change._replace(vertex=len(draft.operations) - 1).applied(draft)


@pytest.mark.real
def test_real_neighbours_agree_with_brute_force(real_table, real_rows_by_text):
    for row in np.random.default_rng(11).integers(len(real_table), size=12):
        cell = real_table.cell(int(row))
        firsts, edits = expected(cell, real_rows_by_text)
        frame = neighbours(real_table, int(row), "training_time")
        check(frame, real_table, cell, "training_time", firsts, edits, lower_first=True)
        if JIT:
            assert len(frame) == frame.attrs["cells"]  # the whole space is measured


@pytest.mark.real
def test_real_cells_two_edits_away_agree_with_brute_force(real_table, real_rows_by_text):
    for row in np.random.default_rng(12).integers(len(real_table), size=3 if JIT else 1):
        check_two(real_table, real_table.cell(int(row)), "training_time", real_rows_by_text, lower_first=True)
