"""Edit paths against networkx, which lists every shortest path of a graph of written-down edits."""

from __future__ import annotations

import math
from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import oracles
from tests.core.strategies import JIT, examples
from vanas_panel.core.cell import Cell
from vanas_panel.core.edit_graph import edit_count
from vanas_panel.core.edit_path import edit_path
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.neighbours import neighbours
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import ArgumentKindError, CellNotInTableError, NoEditPathError, UnknownMetricError
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable

SPACE = CellSpace(("conv", "pool"), max_vertices=5, max_edges=6)


@pytest.fixture(scope="module")
def table() -> BenchmarkTable:
    """Two thirds of the cells of a small space, with ties and gaps."""
    rng = np.random.default_rng(5)
    packed = enumerate_cells(SPACE)
    packed = np.sort(rng.choice(packed, packed.size * 2 // 3, replace=False))
    accuracy = np.round(rng.uniform(0.5, 0.9, packed.size), 1)
    accuracy[rng.random(packed.size) < 0.1] = np.nan
    columns = {"test_accuracy": accuracy, "loss": np.round(rng.exponential(size=packed.size), 1),
               "never": np.full(packed.size, np.nan), "same": np.ones(packed.size)}
    metrics = {name: known_metric(name) for name in columns} | {"loss": Metric("loss", "Loss", "", False)}
    return BenchmarkTable(SPACE, packed, metrics, columns, name="two thirds")


@pytest.fixture(scope="module")
def graph(table) -> nx.Graph:
    """Rows joined where one edit leads from one to the other, by brute force."""
    cells = [(cell.operations, list(cell.edges)) for cell in table]
    rows = {oracles.text_form(*form): row for row, cell in enumerate(cells) for form in oracles.forward_forms(*cell)}
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(cells)))
    for row, cell in enumerate(cells):
        for _, other in oracles.edits(*cell, SPACE.operations, SPACE.max_vertices, SPACE.max_edges):
            found = oracles.find(other, rows)
            if found is not None:
                graph.add_edge(row, found)
    assert all(graph.has_edge(two, one) for one, two in graph.edges)
    return graph.to_undirected()


def best_of(paths, values, *, lower_first):
    """The path whose sorted values are best, unknown ones worst; then the one with the lowest row first."""
    def worth(path):
        known = sorted(-math.inf if math.isnan(values[row]) else -values[row] if lower_first else values[row]
                       for row in path)
        return [-value for value in known], path

    return min(paths, key=worth)


@examples(60)
@given(data=st.data())
def test_numbers_of_edits_agree_with_networkx(table, graph, data):
    a, b = (data.draw(st.integers(0, len(table) - 1)) for _ in range(2))
    if nx.has_path(graph, a, b):
        assert edit_count(table, a, b) == edit_count(table, b, table.cell(a)) == nx.shortest_path_length(graph, a, b)
    else:
        with pytest.raises(NoEditPathError, match=f"from row {a} to row {b}"):
            edit_count(table, a, b)


@pytest.mark.parametrize(("metric", "lower_first"),
                         [("test_accuracy", False), ("loss", True), ("never", False), ("same", False)])
@examples(40)
@given(data=st.data())
def test_paths_agree_with_networkx(table, graph, metric, lower_first, data):
    a, b = (data.draw(st.integers(0, len(table) - 1)) for _ in range(2))
    if not nx.has_path(graph, a, b):
        with pytest.raises(NoEditPathError):
            edit_path(table, a, b, metric)
        return
    paths = list(nx.all_shortest_paths(graph, a, b))
    frame = edit_path(table, a, b, metric)
    assert frame["row"].tolist() == best_of(paths, table.column(metric), lower_first=lower_first)
    assert frame.attrs["edits"] == len(paths[0]) - 1 and frame.attrs["paths"] == len(paths)


def test_each_step_is_a_neighbour_with_its_edit_and_its_difference(table):
    rng = np.random.default_rng(2)
    for a, b in rng.integers(len(table), size=(30, 2)).tolist():
        try:
            frame = edit_path(table, a, b)
        except NoEditPathError:
            continue
        values = table.column("test_accuracy")
        assert frame["test_accuracy"].tolist() == pytest.approx(values[frame["row"]].tolist(), nan_ok=True)
        assert frame.loc[0, "edit"] == frame.loc[0, "kind"] == "" and pd.isna(frame.loc[0, "source"])
        for one, two in pairwise(frame.itertuples()):
            before = Cell(one.operations, one.edges, SPACE)
            assert table.find(before) == one.row
            around = neighbours(table, before).set_index("row").loc[two.row]
            assert around["edit"] == two.edit and around["kind"] == two.kind
            assert two.difference == pytest.approx(around["difference"], nan_ok=True)
        assert table.find(Cell(*frame.iloc[-1][["operations", "edges"]], SPACE)) == b


@examples(40)
@given(data=st.data())
def test_the_way_back_is_as_long_and_passes_cells_as_good(table, graph, data):
    a, b = (data.draw(st.integers(0, len(table) - 1)) for _ in range(2))
    if nx.has_path(graph, a, b):
        there, back = edit_path(table, a, b, "loss"), edit_path(table, b, a, "loss")
        assert there.attrs == back.attrs
        assert sorted(there["loss"]) == sorted(back["loss"])


def test_the_first_cell_keeps_the_vertices_of_the_caller(table):
    cell = next(cell for cell in table if len(cell.operations) == 5 and cell.edges[0] == (0, 1))
    moved = Cell(*oracles.relabelled(cell.operations, list(cell.edges), (3, 2, 1)), SPACE)
    row = int(neighbours(table, cell)["row"].iloc[0])
    frame = edit_path(table, moved, row)
    assert (frame.loc[0, "operations"], frame.loc[0, "edges"]) == (moved.operations, moved.edges)
    assert frame["edit"].iloc[1] == neighbours(table, moved).set_index("row").loc[row, "edit"]


def test_a_cell_is_no_edit_away_from_itself(table):
    frame = edit_path(table, 7, 7)
    assert frame["row"].tolist() == [7] and frame.attrs["edits"] == 0 and frame.attrs["paths"] == 1
    assert frame["difference"].isna().all()


def test_cells_without_a_path_are_named_with_how_far_edits_lead():
    packed = enumerate_cells(SPACE)
    ends = packed[[0, packed.size - 1]]  # input -> output, and a cell of five vertices
    accuracy = {"test_accuracy": known_metric("test_accuracy")}
    apart = BenchmarkTable(SPACE, ends, accuracy, {"test_accuracy": np.array([0.5, 0.6])}, name="apart")
    with pytest.raises(NoEditPathError, match="from row 0 to row 1: edits lead from row 0 to 0 other cells only"):
        edit_path(apart, 0, 1)


def test_what_is_no_cell_of_the_table_is_refused(table):
    missing = next(Cell.from_packed(packed, SPACE) for packed in enumerate_cells(SPACE)
                   if Cell.from_packed(packed, SPACE) not in table)
    for a, b in ((missing, 0), (0, missing)):
        with pytest.raises(CellNotInTableError):
            edit_path(table, a, b)
    with pytest.raises(CellNotInTableError):
        edit_path(table, Cell(["input", "skip", "output"], [(0, 1), (1, 2)], None), 0)
    with pytest.raises(ArgumentKindError):
        edit_path(table, 0, "1")
    with pytest.raises(UnknownMetricError):
        edit_path(table, 0, 1, "accuracy")


@pytest.mark.real
@pytest.mark.skipif(not JIT, reason="the whole space is for compiled kernels")
def test_from_the_worst_cell_to_the_best_of_all(real_table):
    worst, best = real_table.best("test_accuracy", worst=True), real_table.best("test_accuracy")
    frame = edit_path(real_table, worst, best)
    assert frame.attrs["edits"] == 12
    assert frame["row"].tolist()[:: 12] == [worst, best]
    assert frame["test_accuracy"].iloc[1:-1].min() == pytest.approx(0.893029, abs=1e-6)
