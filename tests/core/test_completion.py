"""Completions against networkx's search for label-preserving subgraphs (monomorphisms)."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import oracles
from tests.core.conftest import packed_of
from tests.core.strategies import JIT, cells, drafts, examples, partial_drafts, relabellings
from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import complete
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SearchSpaceError, UnknownMetricError
from vanas_panel.readers import open_table
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

CONV, CONV1, POOL = NASBENCH101.operations
ALL = 10**6

compiled = pytest.mark.skipif(not JIT, reason="the whole table is for compiled kernels")


def expected_rows(graphs, draft, extra=0):
    """Rows of all cells with the draft's operations, and at most `extra` more, that contain it."""
    wanted = Counter(draft.operations)
    own = draft.operations, draft.edges
    return [
        row
        for row, graph in enumerate(graphs)
        if len(draft.operations) <= len(graph[0]) <= len(draft.operations) + extra
        and wanted <= Counter(graph[0])
        and oracles.contains(graph, own)
    ]


def check(frame, table, draft, metric, rows):
    """Hold a frame of all completions against the rows that there should be."""
    assert list(frame.columns) == ["row", metric, "operations", "edges"]
    lower_first = table.metric(metric).higher_is_better is False
    assert frame["row"].tolist() == oracles.ranked(rows, table.column(metric), lower_first=lower_first)
    assert frame[metric].to_numpy() == pytest.approx(table.column(metric)[frame["row"]], nan_ok=True)
    assert frame.attrs["matches"] == len(rows)
    assert bool(frame.attrs["reason"]) == (not rows)
    check_cells(frame, table, draft)


def check_cells(frame, table, draft):
    """Each completion is the cell of its row, drawn in the vertex indices of the draft."""
    for row in frame.itertuples():
        assert Cell(row.operations, row.edges, space=None) == table.cell(row.row)
        output = len(row.operations) - 1
        assert row.operations[: draft.output] == draft.operations[:-1]
        moved = {tuple(output if end == draft.output else end for end in edge) for edge in draft.edges}
        assert moved <= set(row.edges)


@pytest.mark.parametrize("metric", ["test_accuracy", "loss"])
@examples(40)
@given(draft=partial_drafts())
def test_completions_agree_with_networkx(small_table, small_cells, metric, draft):
    check(complete(small_table, draft, metric, top=ALL), small_table, draft, metric, expected_rows(small_cells, draft))


@examples(40)
@given(draft=drafts(max_inner=3))
def test_completions_of_any_draft_agree_with_networkx(small_table, small_cells, draft):
    check(complete(small_table, draft, "loss", ALL), small_table, draft, "loss", expected_rows(small_cells, draft))


@pytest.mark.slow
@examples(16)
@given(draft=partial_drafts(max_inner=2), extra=st.integers(1, 3))
def test_extra_vertices_agree_with_networkx(small_table, small_cells, draft, extra):
    check(complete(small_table, draft, "loss", ALL, extra), small_table, draft, "loss",
          expected_rows(small_cells, draft, extra))


@given(draft=partial_drafts(), data=st.data())
def test_adding_an_edge_never_adds_completions(small_table, draft, data):
    vertex = st.integers(0, draft.output)
    more = Draft(draft.operations, [*draft.edges, data.draw(st.tuples(vertex, vertex))])
    extra = data.draw(st.integers(0, 2))
    before = complete(small_table, draft, "loss", ALL, extra)
    after = complete(small_table, more, "loss", ALL, extra)
    assert set(after["row"]) <= set(before["row"])
    assert after.attrs["matches"] == len(after)


@given(data=st.data())
def test_a_cell_is_always_a_completion_of_itself(small_table, small_cells, data):
    row = data.draw(st.integers(0, len(small_cells) - 1))
    operations, edges = small_cells[row]
    order = data.draw(st.permutations(range(1, len(operations) - 1)))
    cell = Cell(*oracles.relabelled(operations, edges, order))
    assert row in complete(small_table, cell, "loss", ALL)["row"].tolist()
    assert row in complete(small_table, cell, "loss", ALL, 1)["row"].tolist()
    assert row in complete(small_table, Draft(cell.operations), "never", ALL)["row"].tolist()


@given(drawn=relabellings(partial_drafts()), extra=st.integers(0, 1))
def test_relabelling_never_changes_completions(small_table, drawn, extra):
    draft, order = drawn
    other = Draft(*oracles.relabelled(draft.operations, draft.edges, order))
    one, two = complete(small_table, draft, "loss", ALL, extra), complete(small_table, other, "loss", ALL, extra)
    assert one["row"].tolist() == two["row"].tolist()
    assert one.attrs["matches"] == two.attrs["matches"]
    check_cells(two.head(3), small_table, other)


@given(draft=partial_drafts(), top=st.integers(0, 6))
def test_the_top_are_the_first_of_all(small_table, draft, top):
    everything = complete(small_table, draft, "test_accuracy", ALL)
    some = complete(small_table, draft, "test_accuracy", top)
    assert some["row"].tolist() == everything["row"].tolist()[:top]
    assert some.attrs["matches"] == len(everything)


def test_rows_without_a_value_come_last_in_row_order(small_table):
    found = complete(small_table, Draft(["input", CONV, POOL, "output"]), "rare", ALL)
    unknown = found["rare"].isna().to_numpy()
    assert unknown.any() and found.attrs["matches"] == len(found)
    assert (np.flatnonzero(unknown) >= (~unknown).sum()).all()
    rows = complete(small_table, Draft(["input", CONV, POOL, "output"]), "never", ALL)["row"].tolist()
    assert rows == sorted(found["row"])


def test_a_metric_that_is_called_as_a_column_keeps_its_values_and_the_edges():
    table = open_table("structure4")
    found = complete(table, Draft(("input", "conv3x3-bn-relu", "output"), []), "edges")
    assert list(found.columns) == ["row", "edges (metric)", "operations", "edges"]
    assert found.attrs["metric"] == "edges (metric)"
    assert found["edges (metric)"].tolist() == [len(edges) for edges in found["edges"]]


def test_ties_are_listed_in_row_order(small_table):
    found = complete(small_table, Draft(["input", CONV, POOL, "output"]), "loss", ALL)
    pairs = list(zip(found["loss"], found["row"], strict=True))
    assert pairs == sorted(pairs)
    assert found["loss"].duplicated().any()


def test_a_greedy_match_is_not_enough():
    """The one cell is a chain of two convolutions; a draft that starts from either of them must find it."""
    chain = [(0, 1), (1, 2), (2, 3)]
    table = BenchmarkTable(NASBENCH101, np.array([packed_of(("input", CONV, CONV, "output"), chain)]),
                           {"loss": known_metric("loss")}, {"loss": np.array([1.0])}, name="one")
    for edge in [(1, 3), (2, 3), (0, 1), (0, 2), (1, 2), (2, 1)]:
        found = complete(table, Draft(["input", CONV, CONV, "output"], [edge]), "loss")
        assert found["row"].tolist() == [0]
        assert edge in found.loc[0, "edges"]
    for edges in [[(1, 3), (2, 3)], [(0, 1), (0, 2)], [(0, 3)], [(0, 1), (1, 3)]]:
        found = complete(table, Draft(["input", CONV, CONV, "output"], edges), "loss")
        assert found.empty and found.attrs["matches"] == 0 and found.attrs["reason"]


@pytest.mark.parametrize(
    ("inner", "edges", "reason"),
    [
        (["conv5x5"], [], "This table has no operation conv5x5; it has conv3x3-bn-relu, conv1x1-bn-relu, "
                          "maxpool3x3."),
        ([CONV], [(1, 0)], "The draft has an edge into the input; no cell has one."),
        ([CONV], [(2, 1)], "The draft has an edge out of the output; no cell has one."),
        ([CONV], [(1, 1)], "The draft has a directed cycle; no cell has one."),
        ([CONV, CONV], [(1, 2), (2, 1)], "The draft has a directed cycle; no cell has one."),
        ([CONV] * 6, [], "No cell of this table has these operations."),
        ([CONV] * 7, [], "The draft has 9 vertices; no cell has more than 7."),
    ],
)
def test_empty_result_says_why(small_table, inner, edges, reason):
    for extra in (0, 2):
        found = complete(small_table, Draft(["input", *inner, "output"], edges), extra_vertices=extra)
        assert found.empty and found.attrs["matches"] == 0 and found.attrs["reason"] == reason
        assert list(found.columns) == ["row", "test_accuracy", "operations", "edges"]


def test_an_empty_table_has_no_completions():
    table = BenchmarkTable(NASBENCH101, np.array([], dtype=np.int64), {"loss": known_metric("loss")},
                           {"loss": np.array([])}, name="empty")
    found = complete(table, Draft(["input", "output"]), "loss")
    assert found.empty and found.attrs["matches"] == 0
    assert found.attrs["reason"] == "No cell of this table is without operations. Place one, or allow more vertices."


@pytest.mark.parametrize("wrong", [{"top": -1}, {"top": 1.0}, {"start": -1}, {"extra_vertices": -1},
                                   {"extra_vertices": True}])
def test_impossible_numbers_are_refused(small_table, wrong):
    name = next(iter(wrong))
    with pytest.raises(SearchSpaceError, match=f"Found {name} = .*; expected a whole number of at least 0"):
        complete(small_table, Draft(["input", "output"]), **wrong)


def test_an_unknown_metric_is_named(small_table):
    with pytest.raises(UnknownMetricError, match="'accuracy'; expected one of"):
        complete(small_table, Draft(["input", "output"]), "accuracy")


LARGEST = CellSpace([f"operation {index}" for index in range(15)], 8, 28)


@examples(40)
@given(some=st.lists(cells(LARGEST.operations[-2:], max_inner=6, max_edges=28, space=LARGEST), min_size=1, max_size=5,
                     unique=True), data=st.data())
def test_the_largest_cells_agree_with_networkx(some, data):
    """Eight vertices, operations of the highest index, up to 28 edges: the packed forms at their bounds."""
    graphs = [(cell.operations, cell.edges) for cell in some]
    table = BenchmarkTable(LARGEST, np.array([packed_of(*graph, LARGEST) for graph in graphs]),
                           {"loss": known_metric("loss")}, {"loss": np.arange(len(graphs))}, name="large")
    cell = data.draw(st.sampled_from(some))
    order = data.draw(st.permutations(range(1, cell.output)))
    operations, edges = oracles.relabelled(cell.operations, cell.edges, order)
    draft = Draft(operations, data.draw(st.lists(st.sampled_from(edges), unique=True)))
    check(complete(table, draft, "loss", ALL), table, draft, "loss", expected_rows(graphs, draft))


# The real table


@compiled
@pytest.mark.real
def test_two_convolutions_and_no_edges(real_table):
    found = complete(real_table, Draft(["input", CONV, CONV, "output"]), top=1)
    assert found.attrs["matches"] == 10
    assert found.loc[0, "test_accuracy"] == pytest.approx(0.93810, abs=5e-6)
    parameters = real_table.column("trainable_parameters")[found.loc[0, "row"]]
    assert parameters == pytest.approx(21.2e6, abs=0.05e6)


@compiled
@pytest.mark.real
def test_the_best_cell_of_all(real_table):
    best = real_table.best("test_accuracy")
    cell = real_table.cell(best)
    assert real_table.column("test_accuracy")[best] == pytest.approx(0.94661, abs=5e-6)
    assert len(cell.edges) == 9 and cell.operations[1:-1].count(CONV) == 4
    assert complete(real_table, Draft(cell.operations), top=1).loc[0, "row"] == best == real_table.find(cell)


@pytest.mark.slow
@pytest.mark.real
def test_real_completions_agree_with_networkx(real_table, real_part):
    """Drafts of three vertices against the whole group, of five against a random part of theirs."""
    rng = np.random.default_rng(6)
    groups = real_part["module_operations"].map(lambda text: ",".join(sorted(text.split(",")))).to_numpy()
    for inner, size in [(3, ALL), (3, ALL), (3, ALL), (4, 300), (5, 300), (5, 300)]:
        rows = np.flatnonzero(real_part["module_operations"].str.count(",").to_numpy() == inner + 1)
        cell = real_table.cell(int(rng.choice(rows)))
        kept = [edge for edge in cell.edges if rng.random() < 0.5]
        order = tuple(int(vertex) for vertex in rng.permutation(inner) + 1)
        draft = Draft(*oracles.relabelled(cell.operations, kept, order))
        found = complete(real_table, draft, top=ALL)
        matching = set(found["row"])
        group = np.flatnonzero(groups == ",".join(sorted(draft.operations)))
        assert matching <= set(group.tolist()) and real_table.find(cell) in matching
        for row in rng.permutation(group)[:size].tolist():
            text = real_part.iloc[row]
            graph = oracles.from_text(text["module_adjacency"], text["module_operations"])
            assert oracles.contains(graph, (draft.operations, draft.edges)) == (row in matching)
        check_cells(found.head(20), real_table, draft)


@pytest.mark.real
def test_real_completions_are_ranked_where_most_values_are_unknown(real_table):
    found = complete(real_table, Draft(["input", CONV1, POOL, "output"]), "training_time", ALL, 2)
    known = found["training_time"].dropna()
    assert known.is_monotonic_increasing and 0 < len(known) < len(found)
    assert not math.isnan(found["training_time"].iloc[0])
