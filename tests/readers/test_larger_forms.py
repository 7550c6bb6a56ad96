"""Architectures of more than eight vertices: long chains, NAS-Bench-Macro, and recurrent cells of NAS-Bench-NLP."""

from __future__ import annotations

import json
from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.conftest import REAL_TABLE
from tests.readers.test_forms import path_graph, same
from vanas_panel.errors import NoCellsError, SourceError

MACRO = REAL_TABLE.with_name("nasbench_macro") / "cifar10.json"
OPERATIONS = ["activation_sigm", "activation_tanh", "activation_leaky_relu", "elementwise_sum", "elementwise_prod",
              "linear", "blend"]


def drawn(random, nodes):
    """A recipe such as the benchmark draws: each node takes nodes or inputs before it."""
    names, recipe = ["x", "h_prev_0", "h_prev_1"], {}
    for number in range(nodes):
        inputs = sorted({names[each] for each in random.integers(0, len(names), random.integers(1, 4))})
        name = f"node_{number}" if number < nodes - 2 else f"h_new_{number - nodes + 2}"
        recipe[name] = {"op": OPERATIONS[random.integers(0, 7)], "input": inputs}
        names.append(name)
    return recipe


def plain_graph(recipe) -> nx.DiGraph:
    """The cell of a recipe, in another way: by networkx, names as vertices, and what is on no path taken out."""
    graph = nx.DiGraph()
    for name, node in recipe.items():
        new = name.startswith("h_new")
        graph.add_node(name, label=node["op"] + (f" {name}" if new else ""))
        if new:
            graph.add_edge(name, "out")
        for source in node["input"]:
            graph.add_edge(source, name)
            if source == "x" or source.startswith("h_prev"):
                graph.add_node(source, label=source)
                graph.add_edge("in", source)
    graph.add_node("in", label="input")
    graph.add_node("out", label="output")
    return graph.subgraph(({"in"} | nx.descendants(graph, "in")) & ({"out"} | nx.ancestors(graph, "out")))


def test_recurrent_cells_are_those_of_their_recipes(tmp_path):
    random = np.random.default_rng(5)
    recipes = [drawn(random, int(random.integers(3, 19))) for _ in range(80)]
    frame = pd.DataFrame({"recepie": [json.dumps(each) for each in recipes], "val_loss": random.random(80)})
    path = tmp_path / "nlp.csv"
    frame.to_csv(path, index=False)
    table = vp.open_table(path)
    graphs = [plain_graph(recipe) for recipe in recipes]
    first: list[int] = []
    for row, graph in enumerate(graphs):
        if not any(nx.is_isomorphic(graphs[other], graph, node_match=lambda one, two: one["label"] == two["label"])
                   for other in first):
            first.append(row)
    assert len(table) == len(first) and "NAS-Bench-NLP" in table.notes[0]
    for index, row in enumerate(first):
        assert same(table.cell(index), graphs[row])
        assert table.find(table.cell(index)) == index
    assert table.metrics["val_loss"].higher_is_better is False


@pytest.mark.parametrize("recipe", [{}, {"a": 1}, {"node_0": {"op": "linear", "input": ["x"]}},
                                    {"h_new_0": {"op": "conv", "input": ["x"]}},
                                    {"h_new_0": {"op": "linear", "input": ["y"]}},
                                    {"h_new_0": {"op": "linear", "input": ["h_new_0"]}},
                                    {"h_new_0": {"op": "linear", "input": []}}])
def test_other_objects_are_no_recipes(recipe):
    with pytest.raises(NoCellsError):
        vp.open_table(pd.DataFrame({"recipe": [json.dumps(recipe)], "loss": [1.0]}))


def test_a_recipe_beyond_24_vertices_is_refused_by_its_row():
    names = ["x", *(f"node_{number}" for number in range(24))]
    recipe = {name: {"op": "linear", "input": [before]} for before, name in pairwise(names)}
    recipe["h_new_0"] = {"op": "linear", "input": [names[-1]]}
    with pytest.raises(SourceError, match="a cell of 28 vertices; expected at most 24"):
        vp.open_table(pd.DataFrame({"recipe": [json.dumps(recipe)], "loss": [1.0]}))


@pytest.mark.parametrize("length", [7, 8, 22])
def test_long_chains_open(tmp_path, length):
    random = np.random.default_rng(length)
    texts = sorted({"".join(map(str, row)) for row in random.integers(0, 3, (200, length))})
    path = tmp_path / "chains.csv"
    pd.DataFrame({"net": texts, "score": random.random(len(texts))}).to_csv(path, index=False)
    path.with_name("chains.csv.json").write_text('{"architecture": {"column": "net", "form": "chain"}}')
    table = vp.open_table(path)
    assert len(table) == len(texts) and table.space.operations == ("0", "1", "2")
    for row in range(0, len(texts), 17):
        assert same(table.cell(row), path_graph(["input", *texts[row], "output"]))


def macro(tmp_path, content):
    """A file of NAS-Bench-Macro."""
    path = tmp_path / "some.json"
    path.write_text(json.dumps(content))
    return path


def test_a_file_of_nas_bench_macro(tmp_path):
    path = macro(tmp_path, {"02012100": {"test_acc": [89.5, 90.5], "mean_acc": 90, "std": 0.5, "params": 7, "flops": 9},
                            "11111221": {"test_acc": [92.0], "params": 8, "flops": 10}})
    table = vp.open_table(path)
    assert [*table.metrics] == ["test_accuracy", "trainable_parameters", "flops"]
    np.testing.assert_allclose(table["test_accuracy"], [0.9, 0.92])
    assert same(table.cell(0), path_graph(["input", *"02012100", "output"]))


@pytest.mark.parametrize("content", [{"02012100": {}}, {"02012100": {"test_acc": []}}, {"02012100": 1},
                                     {"02012100": {"test_acc": ["x"]}}, {"02012100": {"test_acc": [1], "params": "x"}}])
def test_a_network_without_measurements_is_refused(tmp_path, content):
    with pytest.raises(SourceError, match="network 02012100 with .*expected networks of NAS-Bench-Macro"):
        vp.open_table(macro(tmp_path, content))


@pytest.mark.parametrize("content", [{}, [], {"a": 1}, {"0201210": {"test_acc": [1]}}, {"12012103": {}}])
def test_other_json_holds_no_cells(tmp_path, content):
    with pytest.raises(NoCellsError):
        vp.open_table(macro(tmp_path, content))


@pytest.mark.real
def test_the_published_networks_stay_apart():
    if not MACRO.is_file():
        pytest.skip(f"not there: {MACRO}")
    content = json.loads(MACRO.read_text())
    table = vp.open_table(MACRO)
    assert len(table) == 6_561 == len(content)
    np.testing.assert_allclose(table["test_accuracy"], [each["mean_acc"] / 100 for each in content.values()])
    np.testing.assert_array_equal(table["flops"], [each["flops"] for each in content.values()])
