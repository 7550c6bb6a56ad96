"""Contributions of operations against a plain search through all cells of a table, compared as graphs."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.core import oracles
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.line_graph import NASBENCH201_OPERATIONS, architecture_operations, write_architecture
from vanas_panel.tables.metrics import known_metric

SPACE = vp.CellSpace(("conv", "pool", "skip"), 4, 5)
ODD = vp.CellSpace(("conv", "odd"), 4, 5)


def made(seed: int, share: float = 0.7) -> vp.BenchmarkTable:
    """A table that has some of the cells of a space, and values of some of those."""
    rng = np.random.default_rng(seed)
    packed = enumerate_cells(SPACE)
    packed = rng.permutation(packed[rng.random(packed.size) < share])
    values = rng.random(packed.size)
    values[rng.random(packed.size) < 0.2] = np.nan
    return vp.BenchmarkTable(SPACE, packed, {"test_accuracy": known_metric("test_accuracy")},
                             {"test_accuracy": values}, name="made")


def graph_of(draft: vp.Draft) -> nx.DiGraph:
    """A cell as a graph with labels."""
    graph = nx.DiGraph(draft.edges)
    nx.set_node_attributes(graph, dict(enumerate(draft.operations)), "label")
    return graph


def row_of(table: vp.BenchmarkTable, draft: vp.Draft) -> int:
    """The row of the one cell that is the same graph; -1 where there is none."""
    wanted = graph_of(draft)
    same = [row for row in range(len(table)) if sorted(table.cell(row).operations) == sorted(draft.operations)
            and nx.is_isomorphic(wanted, graph_of(table.cell(row)), node_match=lambda a, b: a["label"] == b["label"])]
    assert len(same) <= 1
    return same[0] if same else -1


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_a_search_through_the_table_finds(seed):
    table = made(seed)
    rng = np.random.default_rng(seed)
    for row in rng.choice(len(table), 5, replace=False):
        plain = table.cell(row)
        inner = (rng.permutation(len(plain.operations) - 2) + 1).tolist()
        cell = vp.Cell(*oracles.relabelled(plain.operations, plain.edges, inner), SPACE)
        found = vp.operation_contributions(table, cell)
        expected = []
        for vertex in range(1, len(cell.operations) - 1):
            for operation in SPACE.operations:
                if operation == cell.operations[vertex]:
                    continue
                labels = list(cell.operations)
                labels[vertex] = operation
                other = row_of(table, vp.Draft(labels, cell.edges))
                value = np.nan if other < 0 else table["test_accuracy"][other]
                expected.append((vertex, operation, other, value - table["test_accuracy"][row]))
        pd.testing.assert_frame_equal(found, pd.DataFrame(
            expected, columns=["vertex", "operation", "row", "difference"]).astype({"vertex": "int64", "row": "int64"}))
        assert found.attrs["value"] == pytest.approx(table["test_accuracy"][row], nan_ok=True)


def test_a_row_will_do_and_a_cell_without_operations_has_none():
    table = made(0, share=1.0)
    row = table.find(vp.Cell(["input", "output"], [(0, 1)], SPACE))
    assert vp.operation_contributions(table, row).empty
    row = table.find(vp.Cell(["input", "conv", "output"], [(0, 1), (1, 2)], SPACE))
    pd.testing.assert_frame_equal(vp.operation_contributions(table, row),
                                  vp.operation_contributions(table, table.cell(row)))


def test_an_operation_that_the_table_lacks_is_changed_too():
    table = made(1, share=1.0)
    found = vp.operation_contributions(table, vp.Cell(["input", "odd", "output"], [(0, 1), (1, 2)], ODD))
    assert found["operation"].tolist() == list(SPACE.operations) and (found["row"] >= 0).all()
    assert found["difference"].isna().all() and np.isnan(found.attrs["value"])


def test_nas_bench_201_has_them_where_no_edge_contributes():
    rng = np.random.default_rng(0)
    names = np.array(NASBENCH201_OPERATIONS)
    some = {write_architecture(names[each]) for each in rng.integers(0, 5, (3000, 6))}
    frame = pd.DataFrame({"arch": sorted(some), "loss": rng.random(len(some))})
    table = vp.open_table(frame)
    values = dict(zip(frame["arch"], frame["loss"], strict=True))
    for row in range(0, len(table), 500):
        assert vp.edge_contributions(table, row, "loss")["contribution"].isna().all()
        found = vp.operation_contributions(table, row, "loss")
        own = architecture_operations(table.cell(row))
        assert len(found) == 24
        for vertex, operation, other, difference in found.itertuples(index=False):
            text = write_architecture([*own[: vertex - 1], operation, *own[vertex:]])
            if text in values:
                assert difference == values[text] - values[write_architecture(own)]
                assert architecture_operations(table.cell(other)) == (*own[: vertex - 1], operation, *own[vertex:])
            else:
                assert other == -1 and np.isnan(difference)
