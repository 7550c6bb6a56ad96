"""Speed of what follows a selection, on the whole of NAS-Bench-101, beside the way of pandas."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.core.structure import structure_of
from vanas_panel.draw.cards import table_cards
from vanas_panel.draw.map.axes import whole_window
from vanas_panel.draw.map.bins import bin_points, points_of
from vanas_panel.draw.selection.cards import with_selection
from vanas_panel.selection import AllOf, AnyOf, Between, Box, HasEdge, Lasso, Not
from vanas_panel.state.selection import Selection

pytestmark = pytest.mark.real

TURN = np.linspace(0, 2 * np.pi, 61)[:-1]
LASSO = Lasso("trainable_parameters", "test_accuracy",
              tuple(zip((8e6 + 6e6 * np.cos(TURN)).tolist(), (0.92 + 0.02 * np.sin(TURN)).tolist(), strict=True)))
DEEP = Between("structure.depth", 4)
WHERE = AllOf((DEEP, Not(HasEdge("maxpool3x3", "output")), AnyOf((
    Between("structure.n_conv3x3-bn-relu", 2), Box("trainable_parameters", "test_accuracy", (0, 5e6), (0.93, 1))))))


@pytest.fixture(scope="module")
def columns(table):
    """Every number of the table as a frame, for pandas."""
    structure = vp.structure(table).add_prefix("structure.")
    return pd.concat([table.frame(), structure], axis=1)


def test_structure(measure, table):
    found = measure("structure of all cells", "100 ms", lambda _: structure_of(table.packed, 3))
    assert found.shape == (7, len(table))


def test_structure_with_networkx(measure, table, rows):
    def one(row):
        graph = nx.DiGraph(table.cell(row).edges)
        return nx.dag_longest_path_length(graph), max(map(len, nx.topological_generations(graph)))

    measure("structure of all cells", "100 ms", one, rows[:20], peer="networkx, one cell")
    _vertices, _edges, depths, *_ = structure_of(table.packed[rows[:20]], 3)
    assert [one(row)[0] for row in rows[:20]] == depths.tolist()


def test_condition_on_a_number(measure, table):
    assert measure("select by one number", "100 ms", lambda _: Selection.of(table, AllOf((DEEP,)))).rows.size


def test_combined_conditions(measure, table):
    assert measure("select by five conditions", "100 ms", lambda _: Selection.of(table, WHERE)).rows.size


def test_combined_conditions_with_pandas(measure, table, columns):
    pairs = list(table.space.edge_types)
    ends = table.edge_types.having([pairs.index(("maxpool3x3", "output"))])

    def select(_):
        few = columns["trainable_parameters"].between(0, 5e6) & columns["test_accuracy"].between(0.93, 1)
        return np.flatnonzero((columns["structure.depth"] >= 4) & ~ends & (
            (columns["structure.n_conv3x3-bn-relu"] >= 2) | few))

    found = measure("select by five conditions", "100 ms", select, peer="pandas")
    assert np.array_equal(found, Selection.of(table, WHERE).rows)


def test_lasso(measure, table):
    found = measure("select by a lasso of 60 corners", "100 ms", lambda _: Selection.of(table, AllOf((LASSO,))))
    assert found.rows.size


def test_importance_within_a_selection(measure, table):
    rows = Selection.of(table, WHERE).rows
    found = measure("importance within a selection", "100 ms", lambda _: vp.edge_importance(table, rows=rows))
    assert (found["n_with"] + found["n_without"]).max() <= rows.size


def test_cards_of_a_selection(measure, table):
    """Spreads are kept by selection, so that each round has one of its own."""
    cards, rows = table_cards(table), Selection.of(table, AllOf((DEEP,))).rows
    selections = [Selection(table, rows[count:]) for count in range(20)]
    assert measure("medians and histograms of a selection, all metrics", "100 ms",
                   lambda selection: with_selection(cards, selection), selections[1:])


def test_cards_of_a_selection_with_pandas(measure, table, columns):
    rows = Selection.of(table, AllOf((DEEP,))).rows

    def shown(_):
        part = columns[list(table.metrics)].iloc[rows]
        return part.median(), [np.histogram(part[name].dropna(), 30) for name in part]

    medians, _ = measure("medians and histograms of a selection, all metrics", "100 ms", shown, peer="pandas")
    assert medians["test_accuracy"] == np.nanmedian(table.column("test_accuracy")[rows])


@pytest.mark.parametrize("statistic", ["best", "median", "worst", "count"])
def test_bins(measure, table, statistic):
    points = replace(points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy"), statistic=statistic)
    _ = points.order
    window = whole_window(points.x, points.y)
    assert len(measure(f"bins of the map by {statistic}", "100 ms", lambda _: bin_points(points, window, (91, 60))))


def test_bins_with_pandas(measure, table):
    points = points_of(table, "trainable_parameters", "test_accuracy", "test_accuracy")
    window = whole_window(points.x, points.y)
    x, y = (np.linspace(*ends, count) for ends, count in ((window.x, 92), (window.y, 61)))

    def median(_):
        places = np.digitize(points.frame["x"], x) * 100 + np.digitize(points.frame["y"], y)
        return pd.Series(points.values[points.rows]).groupby(places).median()

    assert len(measure("bins of the map by median", "100 ms", median, peer="pandas"))
