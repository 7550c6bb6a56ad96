"""Drafts, their problems, cells and their conversions."""

from __future__ import annotations

import dataclasses

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core import oracles
from tests.core.strategies import cells, drafts, relabellings
from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import unpack
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import InvalidCellError, InvalidDraftError, UnknownOperationError

CONV, CONV1, POOL = NASBENCH101.operations


def kinds(draft, space=NASBENCH101):
    return {problem.kind: problem for problem in draft.problems(space)}


# Drafts


def test_a_draft_sorts_edges_and_counts_them_once():
    draft = Draft(["input", CONV, "output"], [np.array([1, 2]), (0, 1), [0, 1]])
    assert draft.edges == ((0, 1), (1, 2))
    assert draft == Draft(("input", CONV, "output"), ((0, 1), (1, 2)))
    assert all(type(end) is int for edge in draft.edges for end in edge)


def test_a_draft_cannot_be_changed():
    draft = Draft(["input", "output"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        draft.edges = ((0, 1),)


@pytest.mark.parametrize(
    "operations",
    [
        [],
        ["input"],
        ["output", "input"],
        [CONV, "output"],
        ["input", CONV],
        ["input", "input", "output"],
        ["input", "output", "output"],
        ["input", None, "output"],
        ["input", " ", "output"],
    ],
)
def test_operations_that_do_not_run_from_input_to_output_are_refused(operations):
    with pytest.raises(InvalidDraftError, match=r"Found .*; expected "):
        Draft(operations)


@pytest.mark.parametrize("edge", [(0, 3), (-1, 1), (0,), (0, 1, 2), "01", (0, 1.5), (0, "1"), None, 7])
def test_edges_that_name_no_two_vertices_are_refused(edge):
    with pytest.raises(InvalidDraftError, match=r"expected two vertex indices from 0 to 2"):
        Draft(["input", CONV, "output"], [edge])


# Problems


@pytest.mark.parametrize(
    ("inner", "edges", "expected"),
    [
        pytest.param([], [(0, 1)], {}, id="the smallest cell"),
        pytest.param([], [], {"no path"}, id="nothing drawn"),
        pytest.param([CONV], [], {"no path", "off path"}, id="a vertex without edges"),
        pytest.param([CONV], [(0, 1)], {"no path", "off path"}, id="a dead end"),
        pytest.param([CONV], [(0, 2)], {"off path"}, id="a stray vertex"),
        pytest.param([CONV], [(0, 1), (0, 2)], {"off path"}, id="a dead end beside a path"),
        pytest.param([CONV], [(0, 2), (1, 2)], {"off path"}, id="a start from nowhere beside a path"),
        pytest.param([CONV], [(0, 1), (1, 1), (1, 2)], {"cycle"}, id="a self loop on a path"),
        pytest.param([CONV], [(0, 2), (1, 1)], {"cycle", "off path"}, id="a self loop off every path"),
        pytest.param([], [(0, 0), (0, 1)], {"cycle"}, id="a self loop of the input"),
        pytest.param([], [(0, 1), (1, 1)], {"cycle"}, id="a self loop of the output"),
        pytest.param([CONV, CONV], [(0, 1), (1, 2), (2, 1), (2, 3)], {"cycle"}, id="a cycle on the path"),
        pytest.param([CONV, CONV], [(0, 3), (1, 2), (2, 1)], {"cycle", "off path"}, id="a cycle off the path"),
        pytest.param([CONV], [(0, 1), (1, 0), (1, 2)], {"cycle"}, id="an edge back into the input"),
        pytest.param([CONV], [(0, 2), (1, 0)], {"off path"}, id="an edge from nowhere into the input"),
        pytest.param([CONV], [(0, 1), (1, 2), (2, 1)], {"cycle"}, id="an edge from the output back"),
        pytest.param([CONV], [(0, 2), (2, 1)], {"off path"}, id="an edge from the output to nowhere"),
        pytest.param([], [(0, 1), (1, 0)], {"cycle"}, id="from the output to the input"),
        pytest.param(["conv5x5"], [(0, 1), (1, 2)], {"unknown operation"}, id="an unknown operation"),
        pytest.param([CONV] * 5, [(v, v + 1) for v in range(6)], {}, id="as many vertices as allowed"),
        pytest.param([CONV] * 6, [(v, v + 1) for v in range(7)], {"too many vertices"}, id="a vertex too many"),
        pytest.param(
            [CONV] * 3, [(s, t) for t in range(5) for s in range(t)], {"too many edges"}, id="an edge too many"
        ),
        pytest.param(
            [CONV] * 3, [(s, t) for t in range(5) for s in range(t) if s or t < 4], {}, id="as many edges as allowed"
        ),
    ],
)
def test_problems_of_drafts(inner, edges, expected):
    draft = Draft(["input", *inner, "output"], edges)
    found = kinds(draft)
    assert set(found) == set(expected)
    assert len(found) == len(draft.problems())
    if expected:
        with pytest.raises(InvalidCellError) as caught:
            Cell(draft.operations, draft.edges)
        assert caught.value.problems == draft.problems()
        assert all(problem.message in str(caught.value) for problem in draft.problems())
    else:
        assert Cell(draft.operations, draft.edges).edges == draft.edges


def test_problems_name_the_parts_concerned():
    draft = Draft(["input", CONV, CONV, "conv5x5", "output"], [(0, 4), (1, 2), (2, 1), (3, 4)])
    found = kinds(draft)
    assert set(found["cycle"].vertices) == {1, 2} and set(found["cycle"].edges) == {(1, 2), (2, 1)}
    assert found["off path"].vertices == (1, 2, 3) and found["off path"].edges == ((1, 2), (2, 1), (3, 4))
    assert found["off path"].message == "3 vertices and 3 edges lie on no path from input to output."
    assert found["unknown operation"].vertices == (3,) and "conv5x5" in found["unknown operation"].message


@pytest.mark.parametrize("edge", [(0, 1), (1, 2)])
def test_an_edge_that_leads_nowhere_or_comes_from_nowhere_is_off_every_path(edge):
    draft = Draft(["input", CONV, "output"], [(0, 2), edge])
    assert draft.on_path() == ({0, 2}, {(0, 2)})
    problem = kinds(draft)["off path"]
    assert (problem.vertices, problem.edges) == ((1,), (edge,))


def test_problem_with_one_stray_vertex_is_in_the_singular():
    assert kinds(Draft(["input", CONV, "output"], [(0, 2)]))["off path"].message.startswith("1 vertex lies on no path")


def test_a_space_of_none_has_no_operations_to_check_but_the_number_of_vertices():
    chain = [(v, v + 1) for v in range(24)]
    assert not kinds(Draft(["input", *"abcdefabcdefabcdefabcd", "output"], chain[:23]), space=None)
    larger = Draft(["input", *"abcdefabcdefabcdefabcde", "output"], chain)
    assert set(kinds(larger, space=None)) == {"too many vertices"}


@given(drafts())
def test_problems_agree_with_networkx(draft):
    graph = oracles.graph_of(draft.operations, draft.edges)
    found = kinds(draft, CellSpace(NASBENCH101.operations, 8, 28))
    vertices, edges = oracles.parts_on_walks(draft.operations, draft.edges)
    assert ("no path" in found) == (not nx.has_path(graph, 0, draft.output))
    assert ("cycle" in found) == (not nx.is_directed_acyclic_graph(graph))
    assert draft.on_path() == (vertices, edges)
    stray = {vertex for vertex in range(1, draft.output) if vertex not in vertices}
    assert ("off path" in found) == bool(stray or set(draft.edges) - edges)
    assert (not found) == oracles.is_cell(draft.operations, draft.edges)


@given(drafts())
def test_the_cycle_that_is_named_is_one(draft):
    problem = kinds(draft).get("cycle")
    assume(problem)
    assert set(problem.edges) <= set(draft.edges)
    assert [source for source, _ in problem.edges] == list(problem.vertices)
    assert [target for _, target in problem.edges] == [*problem.vertices[1:], problem.vertices[0]]


@given(drafts())
def test_topological_order(draft):
    order = draft.topological_order()
    if order is None:
        assert not nx.is_directed_acyclic_graph(draft.to_networkx())
    else:
        assert sorted(order) == list(range(draft.output + 1))
        assert all(order.index(source) < order.index(target) for source, target in draft.edges)
        if not any(source == draft.output for source, _ in draft.edges):
            assert order[-1] == draft.output


# Pruning


@pytest.mark.parametrize(
    ("inner", "edges", "operations", "left"),
    [
        pytest.param([CONV, POOL], [(0, 1), (0, 2), (2, 3)], [POOL], [(0, 1), (1, 2)], id="a dead end"),
        pytest.param([CONV, POOL], [(0, 2), (1, 2), (2, 3)], [POOL], [(0, 1), (1, 2)], id="a start from nowhere"),
        pytest.param([CONV, POOL], [(0, 1), (1, 3)], [CONV], [(0, 1), (1, 2)], id="an isolated vertex"),
        pytest.param([CONV] * 4, [(0, 5), (1, 2), (2, 1), (0, 3), (3, 4)], [], [(0, 1)], id="a cycle beside the path"),
        pytest.param([CONV], [(0, 1), (1, 1), (1, 2)], [CONV], [(0, 1), (1, 1), (1, 2)], id="a cycle on the path"),
        pytest.param([CONV], [(1, 0), (0, 2), (2, 1)], [CONV], [(0, 2), (1, 0), (2, 1)], id="through both ends"),
        pytest.param([CONV], [(1, 0), (0, 2)], [], [(0, 1)], id="an edge from nowhere into the input"),
        pytest.param([], [(0, 1)], [], [(0, 1)], id="the smallest cell"),
    ],
)
def test_pruning_removes_vertices_on_no_path(inner, edges, operations, left):
    pruned = Draft(["input", *inner, "output"], edges).pruned()
    assert pruned == Draft(["input", *operations, "output"], left)


@given(drafts())
def test_pruning_equals_networkx_paths(draft):
    vertices, edges = oracles.parts_on_walks(draft.operations, draft.edges)
    if not vertices:
        with pytest.raises(InvalidCellError, match="There is no path from input to output") as caught:
            draft.pruned()
        assert [problem.kind for problem in caught.value.problems] == ["no path"]
        return
    pruned = draft.pruned()
    kept = [vertex for vertex in range(draft.output + 1) if vertex in vertices]
    assert pruned.operations == tuple(draft.operations[vertex] for vertex in kept)
    assert {(kept[source], kept[target]) for source, target in pruned.edges} == edges
    assert pruned.pruned() is pruned
    assert not {"off path", "no path"} & set(kinds(pruned))
    assert (pruned is draft) == ("off path" not in kinds(draft))


@given(cells(), st.data())
def test_pruning_removes_dead_ends_added_to_a_cell(cell, data):
    # Vertices that only come out of the cell's, or only lead into them.
    extra = data.draw(st.lists(st.tuples(st.booleans(), st.integers(0, cell.output - 1)), max_size=3))
    last = cell.output + len(extra)
    edges = [(source, last if target == cell.output else target) for source, target in cell.edges]
    for vertex, (leaves, end) in enumerate(extra, start=cell.output):
        edges += [(end, vertex)] if leaves else [(vertex, end)] if end else []
    draft = Draft((*cell.operations[:-1], *[POOL] * len(extra), "output"), edges)
    assert draft.pruned() == Draft(cell.operations, cell.edges)
    assert cell.pruned() is cell


# Cells


@given(relabellings())
def test_a_relabelled_cell_is_equal(drawn):
    cell, order = drawn
    other = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    assert cell == other and hash(cell) == hash(other)
    assert cell.module_hash == other.module_hash
    assert other.topological_order()[0] == 0 and other.topological_order()[-1] == other.output


@given(cells(max_inner=3), cells(max_inner=3))
def test_cells_are_equal_where_networkx_finds_an_isomorphism(one, other):
    assert (one == other) == oracles.isomorphic((one.operations, one.edges), (other.operations, other.edges))


@given(cells(), st.data())
def test_a_cell_with_another_operation_or_edge_differs(cell, data):
    assume(cell.output > 1)
    vertex = data.draw(st.integers(1, cell.output - 1))
    operations = list(cell.operations)
    operations[vertex] = next(name for name in NASBENCH101.operations if name != operations[vertex])
    other = Cell(operations, cell.edges)
    assert (cell == other) == oracles.isomorphic((cell.operations, cell.edges), (operations, cell.edges))
    missing = [(s, t) for t in range(cell.output + 1) for s in range(t) if (s, t) not in cell.edges]
    if missing:
        assert cell != Cell(cell.operations, [*cell.edges, missing[0]], space=None)


def test_equality_looks_at_the_names_of_operations_not_at_their_indices():
    edges = [(0, 1), (1, 2)]
    assert Cell(["input", "a", "output"], edges, space=None) != Cell(["input", "b", "output"], edges, space=None)
    assert Cell(["input", CONV, "output"], edges) == Cell(["input", CONV, "output"], edges, space=None)
    assert Cell(["input", CONV, "output"], edges) != "a cell"


@given(relabellings())
def test_conversions_lead_back_to_the_cell(drawn):
    cell, order = drawn
    cell = Cell(*oracles.relabelled(cell.operations, cell.edges, order))
    again = Cell.from_matrix(cell.matrix, cell.operations)
    assert (again.operations, again.edges) == (cell.operations, cell.edges)
    graph = cell.to_networkx()
    assert tuple(graph.nodes[vertex]["operation"] for vertex in range(len(graph))) == cell.operations
    assert set(graph.edges) == set(cell.edges)
    packed = cell.packed(NASBENCH101)
    assert Cell.from_packed(packed, NASBENCH101) == cell
    assert len(unpack(packed)[1]) == len(cell.edges)


def test_a_matrix_in_topological_order_keeps_its_vertices():
    matrix = [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]]
    cell = Cell.from_matrix(matrix, ["input", POOL, CONV, "output"])
    assert unpack(cell.packed(NASBENCH101)) == ((2, 0), ((0, 1), (0, 2), (1, 3), (2, 3)))


@pytest.mark.parametrize(
    "matrix",
    [
        [[0, 1, 0], [0, 0, 1]],
        [[0, 1], [0, 0]],
        [[0, 2, 0], [0, 0, 1], [0, 0, 0]],
        [[0, -1, 0], [0, 0, 1], [0, 0, 0]],
        [[0, np.nan, 0], [0, 0, 1], [0, 0, 0]],
        [[0, 1, 0], [0, 1], [0]],
        "011",
        None,
    ],
)
def test_invalid_adjacency_matrix_is_refused(matrix):
    with pytest.raises(InvalidDraftError, match="expected a 0/1 matrix of 3 x 3"):
        Cell.from_matrix(matrix, ["input", CONV, "output"])


def test_a_cyclic_matrix_is_refused_with_its_problem():
    with pytest.raises(InvalidCellError, match="directed cycle"):
        Cell.from_matrix([[0, 1, 0], [0, 1, 1], [0, 0, 0]], ["input", CONV, "output"])


# Module hash


def test_module_hash_needs_the_operations_of_nasbench101():
    with pytest.raises(UnknownOperationError, match="'a'"):
        _ = Cell(["input", "a", "output"], [(0, 1), (1, 2)], space=None).module_hash


@pytest.mark.real
def test_module_hash_of_real_cells(real_frame):
    for row in real_frame.sample(5_000, random_state=0).itertuples():
        cell = Cell(*oracles.from_text(row.module_adjacency, row.module_operations))
        assert cell.module_hash == row.module_hash


@pytest.mark.real
def test_the_first_module_hash(real_frame):
    first = real_frame.iloc[0]
    assert first["module_hash"] == "00005c142e6f48ac74fdcf73e3439874" == real_frame["module_hash"].min()
    cell = Cell(*oracles.from_text(first["module_adjacency"], first["module_operations"]))
    assert cell.module_hash == first["module_hash"]
