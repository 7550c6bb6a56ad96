"""Architectures of NATS-Bench's size space, NAS-Bench-Graph, NAS-Bench-ASR, and chains: recognised, read, refused."""

from __future__ import annotations

import json
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.core.chains import NATS_CHANNELS
from vanas_panel.core.speech import ASR_LABELS, ASR_OPERATIONS
from vanas_panel.core.trees import GRAPH_OPERATIONS, LINKS, is_links, read_graph_hash
from vanas_panel.errors import NoCellsError, SourceError


def same(one: vp.Cell, other: nx.DiGraph) -> bool:
    """Whether a cell is a labelled graph."""
    graph = nx.DiGraph(one.edges)
    nx.set_node_attributes(graph, dict(enumerate(one.operations)), "label")
    return nx.is_isomorphic(graph, other, node_match=lambda left, right: left["label"] == right["label"])


def path_graph(labels: list[str]) -> nx.DiGraph:
    """Labels one after the other."""
    graph = nx.path_graph(len(labels), nx.DiGraph)
    nx.set_node_attributes(graph, dict(enumerate(labels)), "label")
    return graph


def test_the_size_space_is_recognised_in_a_column_of_any_name(tmp_path):
    texts = [":".join(channels) for channels in product(NATS_CHANNELS, repeat=5)]
    values = np.linspace(20, 80, len(texts))
    frame = pd.DataFrame({"index": range(len(texts)), "size": texts, "cifar100_test_accuracy": values})
    path = tmp_path / "sizes.csv"
    frame.to_csv(path, index=False)
    table = vp.open_table(path)
    assert (len(table), table.space.operations, table.space.kind) == (8**5, NATS_CHANNELS, "chain")
    assert [*table.metrics] == ["cifar100_test_accuracy"]
    np.testing.assert_array_equal(table["cifar100_test_accuracy"], values / 100)
    for row in np.random.default_rng(0).choice(len(texts), 40):
        assert same(table.cell(row), path_graph(["input", *texts[row].split(":"), "output"]))
    assert "Column size: architectures of NATS-Bench's size space" in table.notes[0]


@pytest.mark.parametrize("texts", [["12:30:45", "01:00:00"], ["1:2:3:4:5"] * 2,
                                   ["8:8:8:8", "8:8:8:16"], ["08:16:24:32:40"], ["aa:bb:cc:dd:ee"]])
def test_what_may_be_something_else_is_no_size(tmp_path, texts):
    path = tmp_path / "other.csv"
    pd.DataFrame({"when": texts, "loss": range(len(texts))}).to_csv(path, index=False)
    with pytest.raises(NoCellsError):
        vp.open_table(path)


@pytest.mark.parametrize("separator, texts", [("-", ["conv-pool-conv", "pool", "conv-conv"]),
                                              ("", ["0121", "2", "01"]), (":", ["1:2:3", "12:1", "3"])])
def test_a_description_names_chains(tmp_path, separator, texts):
    path = tmp_path / "chains.csv"
    pd.DataFrame({"net": texts, "score": [0.1, 0.2, 0.3]}).to_csv(path, index=False)
    said = {"column": "net", "form": "chain", "separator": separator}
    path.with_name("chains.csv.json").write_text(json.dumps({"architecture": said}))
    table = vp.open_table(path)
    assert table.space.kind == "chain" and len(table) == 3 and "chains of operations" in table.notes[0]
    for row, text in enumerate(texts):
        parts = text.split(separator) if separator else [*text]
        assert same(table.cell(row), path_graph(["input", *parts, "output"]))


@pytest.mark.parametrize("said, words", [
    ({"column": "net", "form": "trees"}, "'trees' as the form of architectures; expected one of chain"),
    ({"column": "other", "form": "chain"}, "a column 'other' that is not there"),
    ({"form": "chain"}, "column"), ([], "architecture")])
def test_a_wrong_mapping_is_refused(tmp_path, said, words):
    path = tmp_path / "chains.csv"
    path.write_text("net,score\n012,1\n")
    path.with_name("chains.csv.json").write_text(json.dumps({"architecture": said}))
    with pytest.raises(SourceError, match=words):
        vp.open_table(path)


def test_an_empty_part_of_a_chain_is_refused_with_its_row(tmp_path):
    path = tmp_path / "chains.csv"
    path.write_text("net,score\na-b,1\na--b,2\n")
    path.with_name("chains.csv.json").write_text('{"architecture": {"column": "net", "form": "chain", '
                                                 '"separator": "-"}}')
    with pytest.raises(SourceError, match="row 2: Found 'a--b' in column 'net', which holds chains of operations"):
        vp.open_table(path)


def labelled_tree(links, operations) -> nx.DiGraph:
    """The cell of NAS-Bench-Graph as its paper draws it: nodes that nothing takes are joined to the output."""
    graph = nx.DiGraph((("in" if link == 0 else link), node) for node, link in enumerate(links, 1))
    graph.add_edges_from([(node, "out") for node in range(1, 5) if not graph.out_degree(node)])
    nx.set_node_attributes(graph, {"in": "input", "out": "output", **dict(enumerate(operations, 1))}, "label")
    return graph


def nested(links, operations, node=0) -> tuple:
    """A cell of NAS-Bench-Graph in a way that is the same for all orders of its nodes: trees within trees."""
    inner = [nested(links, operations, other) for other, link in enumerate(links, 1) if link == node]
    return (operations[node - 1] if node else "input", *sorted(inner))


def test_link_lists_are_those_that_make_trees():
    found = [links for links in product(range(5), repeat=4) if is_links(links)]
    trees = [links for links in product(range(5), repeat=4)
             if nx.is_directed_acyclic_graph(nx.DiGraph((link, node) for node, link in enumerate(links, 1)))]
    assert found == trees and len(found) == 125  # as many as labelled trees of five nodes


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "frame", "lists"])
def test_link_lists_and_operations_are_cells(tmp_path, kind):
    random = np.random.default_rng(3)
    links = [[*LINKS[each]] for each in random.integers(0, 9, 60)]
    operations = [[GRAPH_OPERATIONS[each] for each in row] for row in random.integers(0, 9, (60, 4))]
    frame = pd.DataFrame({"link": links, "ops": operations, "perf": random.random(60)})
    texts = frame.assign(link=frame.link.map(str), ops=frame.ops.map(str))
    path = tmp_path / f"some.{kind}"
    if kind == "csv":
        texts.to_csv(path, index=False)
    elif kind == "parquet":
        texts.to_parquet(path)
    elif kind == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    source = {"frame": texts, "lists": frame}.get(kind, path)
    table = vp.open_table(source)
    assert table.space.operations == GRAPH_OPERATIONS and "NAS-Bench-Graph" in table.notes[0]
    first = {}
    for row in range(60):
        first.setdefault(nested(links[row], operations[row]), row)
    assert len(table) == len(first)
    for index, row in enumerate(first.values()):
        assert same(table.cell(index), labelled_tree(links[row], operations[row]))


def test_hashes_are_those_of_the_numbers():
    for number in [*range(0, 90_000, 37), 89_999, 88_888]:
        read = read_graph_hash(number)
        digits = f"{number:05d}"
        assert (read is None) == ("9" in digits)
        if read:
            assert read == (LINKS[int(digits[0])], tuple(GRAPH_OPERATIONS[int(each)] for each in digits[1:]))
    assert read_graph_hash(-1) is None


def summed(nodes) -> nx.DiGraph:
    """The cell of NAS-Bench-ASR, in another way: node by node, from the lists."""
    graph = nx.DiGraph()
    graph.add_node(0, label="input")
    for node, (operation, *added) in enumerate(nodes, 1):
        name = ASR_OPERATIONS[operation] if isinstance(operation, int) else operation
        graph.add_node(node, label=name + ("+skip" if added.pop() else ""))
        graph.add_edge(node - 1, node)
        graph.add_edges_from([(earlier, node) for earlier, is_added in enumerate(added) if is_added])
    graph.add_node(4, label="output")
    graph.add_edge(3, 4)
    return graph


def test_all_cells_of_nas_bench_asr_are_distinct():
    rows = [[[a, b], [c, d, e], [f, g, h, i]] for a, c, f in product(range(6), repeat=3)
            for b, d, e, g, h, i in product((0, 1), repeat=6)]
    frame = pd.DataFrame({"arch_vec": [str(row) for row in rows], "val_per": np.arange(len(rows), dtype=float)})
    table = vp.open_table(frame)
    assert (len(table), table.space.operations) == (6**3 * 2**6, ASR_LABELS)
    assert (table.space.max_vertices, table.space.max_edges) == (5, 7)
    for row in np.random.default_rng(1).choice(len(rows), 60):
        assert same(table.cell(row), summed(rows[row]))


@pytest.mark.parametrize("text", ["[['linear', 1], ['conv5', 0, 1], ['conv7d2', 1, 0, 0]]",
                                  "[[0, 1], [1, 0, 1], [4, 1, 0, 0]]", "[[[0, 1], [1, 0, 1], [4, 1, 0, 0]]]",
                                  "((0, 1), (1, 0, 1), (4, 1, 0, 0))"])
def test_names_numbers_and_nested_lists_are_one_cell(text):
    table = vp.open_table(pd.DataFrame({"arch": [text], "loss": [1.0]}))
    assert same(table.cell(0), summed([[0, 1], [1, 0, 1], [4, 1, 0, 0]]))


@pytest.mark.parametrize("text", ["[[0, 1], [1, 0, 1]]", "[[6, 1], [1, 0, 1], [4, 1, 0, 0]]", "[" * 900,
                                  "[[0, 2], [1, 0, 1], [4, 1, 0, 0]]", "[[0, True], [1, 0, 1], [4, 1, 0, 0]]"])
def test_other_lists_are_no_architectures(text):
    with pytest.raises(NoCellsError):
        vp.open_table(pd.DataFrame({"arch": [text], "loss": [1.0]}))


def test_a_row_that_is_none_is_refused_by_its_number(tmp_path):
    path = tmp_path / "some.csv"
    good = "[[0, 1], [1, 0, 1], [4, 1, 0, 0]]"
    frame = pd.DataFrame({"arch": [good] * 3000 + ["[[0, 1]]"], "loss": np.arange(3001.0)})
    frame.to_csv(path, index=False)
    with pytest.raises(SourceError, match="row 3001: Found .* which holds architectures of NAS-Bench-ASR"):
        vp.open_table(path)


def test_pruning_is_for_nas_bench_201_alone():
    frame = pd.DataFrame({"size": ["8:8:8:8:8"], "loss": [1.0]})
    with pytest.raises(SourceError, match="none='prune' for a table without architecture strings"):
        vp.open_table(frame, none="prune")


def test_a_long_chain_is_refused_by_its_size(tmp_path):
    path = tmp_path / "chains.csv"
    path.write_text("net,score\n01210121012101210121012,1\n")
    path.with_name("chains.csv.json").write_text('{"architecture": {"column": "net", "form": "chain"}}')
    with pytest.raises(SourceError, match="a cell of 25 vertices; expected at most 24"):
        vp.open_table(path)
