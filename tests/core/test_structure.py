"""Structure columns against networkx, cell by cell."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from tests.core.strategies import cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.core.structure import structure_names, structure_of
from vanas_panel.errors import ArgumentKindError, SelectionError, UnknownMetricError
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.tables.table import BenchmarkTable

OPERATIONS = NASBENCH101.operations


def slow(operations, edges, known=OPERATIONS):
    """Vertices, edges, depth, width and counts of one cell by networkx and plain Python."""
    graph = nx.DiGraph(edges)
    levels = {vertex: max(len(path) - 1 for path in nx.all_simple_paths(graph, 0, vertex)) if vertex else 0
              for vertex in graph}
    inner = [level for vertex, level in levels.items() if 0 < vertex < len(operations) - 1]
    return [len(operations), len(edges), levels[len(operations) - 1], max(map(inner.count, inner), default=0),
            *(operations[1:-1].count(name) for name in known)]


def test_every_small_cell_has_the_structure_that_networkx_finds(small_table):
    found = vp.structure(small_table)
    assert list(found) == list(structure_names(OPERATIONS))
    for row in range(len(small_table)):
        cell = small_table.cell(row)
        assert found.loc[row].tolist() == slow(cell.operations, cell.edges)


@given(cells())
def test_a_cell_has_the_structure_that_networkx_finds(cell):
    found = structure_of(np.array([cell.packed(NASBENCH101)]), len(OPERATIONS))[:, 0]
    assert found.tolist() == slow(cell.operations, cell.edges)


@given(cells(), st.randoms())
def test_the_order_of_inner_vertices_makes_no_difference(cell, random):
    order = list(range(1, cell.output))
    random.shuffle(order)
    place = [0, *order, cell.output]
    operations = ["input"] * len(place)
    for vertex, to in enumerate(place):
        operations[to] = cell.operations[vertex]
    other = vp.Cell(operations, [(place[source], place[target]) for source, target in cell.edges])
    one, same = (structure_of(np.array([each.packed(NASBENCH101)]), 3) for each in (cell, other))
    assert one.tolist() == same.tolist()


def test_a_real_table_has_the_structure_that_networkx_finds(real_table):
    found = vp.structure(real_table)
    for row in range(0, len(real_table), 97):
        cell = real_table.cell(row)
        assert found.loc[row].tolist() == slow(cell.operations, cell.edges)


def test_rows_are_described_with_their_numbers(small_table):
    whole = vp.structure(small_table)
    assert vp.structure(small_table, [5, 2, 5]).equals(whole.loc[[2, 5]])
    assert vp.structure(small_table, np.arange(len(small_table)) == 3).equals(whole.loc[[3]])
    empty = vp.structure(small_table, [])
    assert empty.empty and list(empty) == list(whole)


def test_what_cannot_be_described_is_named(small_table):
    with pytest.raises(SelectionError, match="expected 0 to"):
        vp.structure(small_table, [len(small_table)])
    with pytest.raises(ArgumentKindError, match="expected a table"):
        vp.structure("structure4")


def test_structure_columns_are_numbers_of_a_table_and_no_metrics_of_it(small_table):
    name = "structure.depth"
    assert name not in small_table.metrics and name in small_table.numbers
    assert small_table.column(name).tolist() == vp.structure(small_table)["depth"].tolist()
    assert small_table.metric(name).higher_is_better is None
    assert label_of(small_table.metric(name)) == "Depth (structure)"
    assert name not in small_table.frame().columns
    with pytest.raises(UnknownMetricError, match="no direction"):
        small_table.with_direction(name, True)
    with pytest.raises(UnknownMetricError):
        small_table.column("structure.height")


def test_a_metric_of_the_same_name_goes_first():
    space = CellSpace(("conv",), max_vertices=3, max_edges=3)
    packed = vp.enumerate_cells(space)
    table = BenchmarkTable(space, packed, {"structure.depth": Metric("structure.depth", "My depth")},
                           {"structure.depth": np.full(packed.size, 7.5)}, name="mine")
    assert set(table.column("structure.depth").tolist()) == {7.5}
    assert label_of(table.numbers["structure.depth"]) == "My depth"
    assert vp.structure(table)["depth"].max() == 2


def test_one_cell_is_a_table():
    space = CellSpace(("conv",), max_vertices=2, max_edges=1)
    table = BenchmarkTable(space, vp.enumerate_cells(space), {}, {}, name="one")
    assert vp.structure(table).loc[0].tolist() == [2, 1, 1, 0, 0]
