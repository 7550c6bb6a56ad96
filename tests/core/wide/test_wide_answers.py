"""What is asked of tables of larger cells: the same answers as of packed ones, and those of brute force beyond them."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms.isomorphism import DiGraphMatcher

import vanas_panel as vp
from tests.core.strategies import examples
from tests.core.wide.draws import OPERATIONS, SPACE, are_isomorphic, larger_cells, relabelled, shuffled
from tests.larger_cells import of_packed
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import CellSpace
from vanas_panel.core.structure import structure
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.core.wide.edits import wide_edits
from vanas_panel.errors import LargerCellsError
from vanas_panel.tables.larger import LargerTable
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

SMALL = CellSpace(("a", "b"), 5, 10)
MANY = CellSpace(("a", "b", *map(str, range(14))), 5, 10)
"""The same limits, and operations that no cell has: too many for one number."""
METRICS = {"test_accuracy": known_metric("test_accuracy")}


def larger_table(cells, values=None, space=SPACE):
    """A table of those of some cells that are different."""
    distinct = list(dict.fromkeys(cells))
    values = np.linspace(0.1, 0.9, len(distinct)) if values is None else values[:len(distinct)]
    return LargerTable(space, WideCells.of_drafts(distinct, space.operations), METRICS, {"test_accuracy": values},
                       name="larger")


@pytest.fixture(scope="module")
def both():
    """One table in both forms; every seventh value is unknown."""
    packed = enumerate_cells(SMALL)
    values = np.random.default_rng(5).random(packed.size)
    values[::7] = np.nan
    columns = {"test_accuracy": values}
    return (BenchmarkTable(SMALL, packed, METRICS, columns, name="both"),
            LargerTable(MANY, of_packed(packed), METRICS, columns, name="both"))


@examples(25)
@given(data=st.data())
def test_both_forms_give_the_same_answers(both, data):
    packed, wide = both
    row = data.draw(st.integers(0, len(packed) - 1))
    cell = packed.cell(row)
    assert wide.cell(row) == cell and wide.find(shuffled([cell])[0]) == row == packed.find(cell)
    pd.testing.assert_frame_equal(vp.edge_contributions(packed, cell), vp.edge_contributions(wide, cell))
    its = vp.operation_contributions(wide, cell)
    its = its[its["operation"].isin(SMALL.operations)].reset_index(drop=True)
    pd.testing.assert_frame_equal(vp.operation_contributions(packed, cell), its, check_dtype=len(its) > 0)


def test_both_forms_give_the_same_numbers_of_all_cells(both):
    packed, wide = both
    rows = np.arange(3, len(packed), 5)
    for chosen in (None, rows):
        one, other = (vp.edge_importance(table, rows=chosen) for table in both)
        other = other[~other[["source", "target"]].isin(MANY.operations[2:]).any(axis=1)].reset_index(drop=True)
        pd.testing.assert_frame_equal(one, other)
        one, other = (vp.operation_importance(table, rows=chosen) for table in both)
        other = other[other["operation"].isin(SMALL.operations) & other["other"].isin(["", *SMALL.operations])]
        assert one["n_pairs"].sum() > 0
        pd.testing.assert_frame_equal(one, other.reset_index(drop=True))
    pd.testing.assert_frame_equal(structure(packed), structure(wide)[structure(packed).columns])
    pd.testing.assert_frame_equal(packed.frame(cells=True), wide.frame(cells=True))
    for kinds, same in (([0], [0]), ([1, 4], [1, 18]), (range(9), range(289))):
        assert (packed.edge_types.having(kinds) == wide.edge_types.having(same)).all()


@examples(25)
@given(data=st.data())
def test_both_forms_complete_alike(both, data):
    packed, _ = both
    cell = packed.cell(data.draw(st.integers(0, len(packed) - 1)))
    edges = data.draw(st.lists(st.sampled_from(cell.edges), unique=True))
    draft, extra = vp.Draft(cell.operations, edges), data.draw(st.integers(0, 2))
    one, other = (vp.complete(table, draft, top=len(packed), extra_vertices=extra) for table in both)
    assert one["row"].tolist() == other["row"].tolist() and one.attrs["matches"] == other.attrs["matches"]
    for row, operations, its in other[["row", "operations", "edges"]].itertuples(index=False):
        completed = vp.Cell(operations, its, None)
        assert completed == packed.cell(row) and set(draft.edges) <= {
            (s, completed.output if t == completed.output else t) for s, t in its} | {
            (s, draft.output) for s, t in its if t == completed.output}


def test_both_forms_say_alike_why_nothing_completes(both):
    full = [(source, target) for target in range(1, 4) for source in range(target)]
    draft = vp.Draft(["input", "a", "b", "output"], full)
    none = {"test_accuracy": (2.0, None)}
    one, other = (vp.complete(table, draft, where=none) for table in both)
    assert one.attrs["reason"] == other.attrs["reason"] != ""
    assert one.attrs["certificate"] == other.attrs["certificate"]


def test_both_forms_have_the_same_neighbours(both):
    packed, _ = both
    for row in range(0, len(packed), 23):
        one, other = (vp.neighbours(table, table.cell(row)) for table in both)
        pd.testing.assert_frame_equal(one, other)
        assert one.attrs["cells"] <= other.attrs["cells"] and one.attrs["edits"] <= other.attrs["edits"]


def contains(cell, draft):
    """Whether networkx finds a monomorphism, with input to input and output to output."""
    def labelled(each):
        graph = each.to_networkx()
        for vertex in graph:
            graph.nodes[vertex]["end"] = (vertex == 0, vertex == each.output)
        return graph

    return DiGraphMatcher(labelled(cell), labelled(draft), node_match=lambda one, other: one == other
                          ).subgraph_is_monomorphic()


@examples(30)
@given(st.lists(larger_cells(most_inner=10), min_size=1, max_size=6), st.data())
def test_completions_of_larger_cells_are_those_of_networkx(cells, data):
    table = larger_table(cells)
    cell = data.draw(st.sampled_from(cells))
    kept = sorted(data.draw(st.sets(st.integers(1, cell.output - 1)))) if cell.output > 1 else []
    number = {0: 0, **{old: new for new, old in enumerate(kept, start=1)}, cell.output: len(kept) + 1}
    edges = [(number[s], number[t]) for s, t in cell.edges if s in number and t in number]
    draft = vp.Draft(["input", *(cell.operations[vertex] for vertex in kept), "output"],
                     data.draw(st.lists(st.sampled_from(edges), unique=True)) if edges else [])
    extra = data.draw(st.integers(0, 10))
    found = vp.complete(table, draft, top=len(table), extra_vertices=extra)
    expected = [row for row in range(len(table)) if
                0 <= len(table.cell(row).operations) - len(draft.operations) <= extra
                and contains(table.cell(row), draft)]
    assert sorted(found["row"]) == expected


@examples(30)
@given(st.lists(larger_cells(), min_size=1, max_size=8))
def test_importance_of_larger_cells_is_that_of_plain_pandas(cells):
    table = larger_table(cells)
    frame = pd.DataFrame({"value": table["test_accuracy"], "types": [
        {cell.edge_type(edge) for edge in cell.edges} for cell in table]})
    for line in vp.edge_importance(table).itertuples():
        has = frame["types"].map(lambda types, kind=(line.source, line.target): kind in types)
        assert (line.n_with, line.n_without) == (has.sum(), (~has).sum())
        expected = frame["value"][has].mean() - frame["value"][~has].mean()
        assert line.importance == pytest.approx(expected, nan_ok=True, abs=1e-12)


def test_contributions_of_larger_cells_are_those_of_all_subsets(jit):
    chain = vp.Cell(["input", *"abcabcab", "output"], [*((v, v + 1) for v in range(9)), (0, 4), (2, 9)], None)
    parts = []
    for size in range(1, len(chain.edges) + 1):
        for edges in combinations(chain.edges, size):
            draft = vp.Draft(chain.operations, edges)
            if draft.on_path()[1] == frozenset(edges):
                kept = draft.pruned()
                parts.append((edges, vp.Cell(kept.operations, kept.edges, None)))
    table = larger_table([part for _, part in parts])
    for line in vp.edge_contributions(table, chain).itertuples():
        sides = [[table["test_accuracy"][table.find(part)] for edges, part in parts
                  if ((line.source, line.target) in edges) == has] for has in (False, True)]
        assert (line.n_without, line.n_with) == tuple(map(len, sides))
        if all(sides):
            assert line.contribution == pytest.approx(np.mean(sides[1]) - np.mean(sides[0]))


@examples(25)
@given(larger_cells(most_inner=12))
def test_every_edit_gives_what_it_says(cell):
    edits, cells = wide_edits(cell, SPACE)
    offered, keys = vp.core.cell_edits.edits_of(cell, SPACE)
    assert len(edits) == len(offered) == len(cells)
    for place in range(0, len(edits), max(1, len(edits) // 25)):
        changed = offered[place].applied(cell)
        assert SPACE.key_of(vp.Cell(changed.operations, changed.edges, SPACE)) == keys[place]


@examples(25)
@given(larger_cells(most_inner=12), st.randoms(use_true_random=False))
def test_neighbours_are_found_in_both_directions(cell, random):
    offered, _ = vp.core.cell_edits.edits_of(cell, SPACE)
    changed = [edit.applied(cell) for edit in random.sample(offered, min(4, len(offered)))]
    table = larger_table([cell, *(vp.Cell(each.operations, each.edges, SPACE) for each in changed)])
    found = vp.neighbours(table, relabelled(cell, random))
    assert sorted(found["row"]) == list(range(1, len(table)))
    for row in found["row"]:
        assert 0 in set(vp.neighbours(table, int(row))["row"])


def test_what_works_for_small_cells_alone_says_so_in_one_sentence():
    chain = vp.Cell(["input", *"abcabcabc", "output"], [(v, v + 1) for v in range(10)], None)
    table = larger_table([chain])
    for ask in (lambda: table.packed, lambda: vp.edge_shapley(table, chain, baseline=0),
                lambda: vp.align_cells(chain, chain), lambda: enumerate_cells(SPACE),
                lambda: vp.matched_importance(table),
                lambda: vp.edit_path(table, chain, chain)):
        with pytest.raises(LargerCellsError, match=r"at most 8") as caught:
            ask()
        assert "\n" not in str(caught.value)


def test_a_larger_cell_is_in_no_table_of_small_ones(both):
    packed, _ = both
    chain = vp.Cell(["input", *"abcabcabc", "output"], [(v, v + 1) for v in range(10)], None)
    assert chain not in packed
    with pytest.raises(vp.CellNotInTableError):
        packed.find(vp.Cell(["input", *"ab" * 4, "output"], [(v, v + 1) for v in range(9)], None))
    assert vp.complete(packed, chain).attrs["reason"]
    assert nx.is_directed_acyclic_graph(chain.to_networkx()) and OPERATIONS == ("a", "b", "c")


def with_operation(cell, vertex, operation):
    """The same cell with another operation on one vertex."""
    return vp.Cell((*cell.operations[:vertex], operation, *cell.operations[vertex + 1:]), cell.edges, None)


@examples(15)
@given(st.lists(larger_cells(most_inner=5), min_size=1, max_size=4), st.data())
def test_importance_of_operations_of_larger_cells_is_that_of_all_pairs(cells, data):
    near = [with_operation(cell, data.draw(st.integers(1, len(cell.operations) - 2)), "a")
            for cell in cells if len(cell.operations) > 2]
    table = larger_table([*cells, *near])
    rows = data.draw(st.lists(st.integers(0, len(table) - 1), unique=True))
    values = table["test_accuracy"]
    pairs = [(table.cell(row).operations[vertex], other, values[row] - values[at])
             for row in rows for vertex in range(1, table.cell(row).output)
             for other in OPERATIONS if other != table.cell(row).operations[vertex] for at in range(len(table))
             if are_isomorphic(with_operation(table.cell(row), vertex, other), table.cell(at))]
    for line in vp.operation_importance(table, rows=np.array(rows, np.int64)).itertuples():
        expected = [difference for operation, other, difference in pairs
                    if operation == line.operation and line.other in ("", other)]
        assert line.n_pairs == len(expected)
        assert line.importance == pytest.approx(np.mean(expected) if expected else np.nan, nan_ok=True, abs=1e-12)
