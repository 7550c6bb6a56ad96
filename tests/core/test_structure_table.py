"""The embedded table of structure holds what can be computed, all of it, and no invented measurement."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from scripts.make_structure_table import structure_table
from tests.core import oracles
from vanas_panel.core.cost import NASBENCH101_SKELETON
from vanas_panel.core.space import NASBENCH101
from vanas_panel.readers import open_table


@pytest.fixture(scope="module")
def table():
    return open_table("structure4")


def test_structure_table_says_that_nothing_is_measured(table):
    assert "structure only, nothing measured" in table.title
    assert any("nothing here is a measurement" in note for note in table.notes)
    assert list(table.metrics) == ["trainable_parameters", "flops", "vertices", "edges", "depth"]


def test_structure_table_is_the_output_of_its_script(table):
    made = structure_table()
    assert (table.name, table.title, table.notes, table.space) == (made.name, made.title, made.notes, made.space)
    assert table.metrics == made.metrics
    assert (table.packed == made.packed).all() and (table.keys == made.keys).all()
    for name in table.metrics:
        assert (table.repeats(name) == made.repeats(name)).all()


def test_structure_table_holds_every_cell_of_at_most_four_vertices(table):
    cells = [(cell.operations, cell.edges) for cell in map(table.cell, range(len(table)))]
    labelled = [cell for size in (2, 3, 4) for cell in oracles.labelled_cells(NASBENCH101.operations, size, 9)]
    assert len(cells) == len(oracles.unique_cells(cells)) == len(oracles.unique_cells(labelled)) == 91
    assert len(oracles.unique_cells([*cells, *labelled])) == 91


def test_structure_table_columns_follow_from_the_cells(table):
    for row in range(len(table)):
        cell = table.cell(row)
        longest = max(map(len, nx.all_simple_edge_paths(cell.to_networkx(), 0, cell.output)))
        parameters, accumulates = oracles.network_costs(cell.operations, cell.edges, NASBENCH101_SKELETON)
        expected = [parameters, accumulates, len(cell.operations), len(cell.edges), longest]
        assert [table.column(name)[row] for name in table.metrics] == expected


@pytest.mark.real
def test_structure_table_agrees_with_the_published_numbers(table, real_frame):
    small = real_frame[real_frame["module_operations"].str.count(",") < 4]
    rows = {text: row for row, text in
            enumerate(zip(small["module_adjacency"], small["module_operations"], strict=True))}
    found = [oracles.find((cell.operations, cell.edges), rows) for cell in map(table.cell, range(len(table)))]
    assert sorted(found) == list(range(len(small)))
    for name in ("trainable_parameters", "flops"):
        assert np.array_equal(table.column(name), small[name].to_numpy(dtype=float)[found])
