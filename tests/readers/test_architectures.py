"""Architecture strings of NAS-Bench-201 against pandas and plain loops: cells, percents, pruning, formats, refusals."""

from __future__ import annotations

import json
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.conftest import REAL_TABLE
from vanas_panel.core.kinds import LINE, PRUNED_LINE
from vanas_panel.core.line_graph import (
    NASBENCH201_OPERATIONS,
    architecture_draft,
    architecture_operations,
    read_architecture,
    write_architecture,
)
from vanas_panel.errors import SourceError
from vanas_panel.readers import write_table

PUBLISHED = REAL_TABLE.with_name("nasbench201") / "accuracies.csv"
STUDY = REAL_TABLE.with_name("hpo") / "optuna_nas201_trials_dataframe.csv"
FEW = ["|avg_pool_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|nor_conv_3x3~2|",
       "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|none~0|nor_conv_1x1~1|skip_connect~2|",
       "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"]


def needed(path):
    """Skip a test where a file that is not part of the project is not there."""
    if not path.is_file():
        pytest.skip(f"not there: {path}")
    return path


def line_graph(text: str, *, prune: bool) -> nx.DiGraph | None:
    """The line graph of an architecture, made in another way: by networkx, from the text taken apart by hand."""
    cell = nx.DiGraph()
    for end, part in enumerate(text.strip("|").split("|+|"), 1):
        for each in part.split("|"):
            operation, start = each.split("~")
            if not (prune and operation == "none"):
                cell.add_edge(int(start), end, label=operation)
    cell.add_edge("in", 0, label="input")
    cell.add_edge(3, "out", label="output")
    line = nx.line_graph(cell)
    for edge in line:
        line.nodes[edge]["label"] = cell.edges[edge]["label"]
    first, last = ("in", 0), (3, "out")
    if not nx.has_path(line, first, last):
        return None
    kept = (nx.descendants(line, first) | {first}) & (nx.ancestors(line, last) | {last})
    return line.subgraph(kept)


def graph_of(cell: vp.Cell) -> nx.DiGraph:
    """A cell as a graph with labels."""
    graph = nx.DiGraph(cell.edges)
    nx.set_node_attributes(graph, dict(enumerate(cell.operations)), "label")
    return graph


def mark_of(graph: nx.DiGraph) -> tuple:
    """What is the same for isomorphic graphs: every label with those before it and behind it."""
    label = nx.get_node_attributes(graph, "label")
    return tuple(sorted((label[node], *(tuple(sorted(label[other] for other in others(node)))
                                        for others in (graph.predecessors, graph.successors))) for node in graph))


def same(one, other) -> bool:
    """Whether two labelled graphs are the same."""
    return nx.is_isomorphic(one, other, node_match=lambda left, right: left["label"] == right["label"])


def test_the_published_file_opens_by_itself(tmp_path):
    frame = pd.read_csv(needed(PUBLISHED))
    table = vp.open_table(PUBLISHED)
    assert (len(table), table.space.operations, table.space.kind) == (15_625, NASBENCH201_OPERATIONS, LINE)
    columns = frame.columns[2:]
    assert [*table.metrics] == [*columns]
    for name in columns:
        np.testing.assert_array_equal(table[name], frame[name] / 100)
        assert table.repeats(name).shape == (15_625, 1)
        assert table.metrics[name].unit == "fraction" and table.metrics[name].higher_is_better
    assert table.metrics["cifar10-val"].label == "CIFAR-10 validation accuracy"
    for row in np.random.default_rng(0).choice(len(table), 60):
        assert same(graph_of(table.cell(row)), line_graph(frame["cellstr"][row], prune=False))
        assert write_architecture(architecture_operations(table.cell(row))) == frame["cellstr"][row]
    assert "Accuracies in per cent, read as fractions (93.5 is 0.935): " + ", ".join(columns) in table.notes[-1]
    # What it was converted to, and what is written of it, is the same table of the same space.
    write_table(table, tmp_path / "own.parquet")
    for again in (vp.open_table(PUBLISHED), vp.open_table(tmp_path / "own.parquet"),
                  vp.open_table(table.frame(cells=True))):
        assert again.space == table.space and np.array_equal(again.keys, table.keys)


def test_none_may_be_pruned():
    frame = pd.read_csv(needed(PUBLISHED))
    table = vp.open_table(PUBLISHED, none="prune")
    assert len(table) == 8_764 and table.space.kind == PRUNED_LINE and "none" not in table.space.operations
    assert any(note.startswith("341 of 15,625 rows left out, row 11 for one") for note in table.notes)
    graphs = [line_graph(text, prune=True) for text in frame["cellstr"]]
    assert sum(graph is None for graph in graphs) == 341
    # One cell of a hundred, against the mean of all rows whose graph is the same.
    marks = [None if graph is None else mark_of(graph) for graph in graphs]
    by_mark: dict[tuple | None, list[int]] = {}
    for number, mark in enumerate(marks):
        by_mark.setdefault(mark, []).append(number)
    for row in range(0, len(table), 100):
        graph = graph_of(table.cell(row))
        rows = [number for number in by_mark[mark_of(graph)] if same(graphs[number], graph)]
        assert table["cifar10-test"][row] == pytest.approx(frame["cifar10-test"][rows].mean() / 100, rel=1e-12)


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet", "jsonl", "jsonl.gz", "frame"])
@pytest.mark.parametrize("column", ["arch_str", "operations", "x"])
def test_any_column_of_any_format(tmp_path, kind, column):
    frame = pd.DataFrame({"model": ["a", "b", "c"], column: FEW, "test_accuracy": [93.5, 91.25, 10.0]})
    path = tmp_path / f"some.{kind}"
    if kind in ("csv", "tsv"):
        frame.to_csv(path, index=False, sep="\t" if kind == "tsv" else ",")
    elif kind == "parquet":
        frame.to_parquet(path)
    elif kind.startswith("jsonl"):
        frame.to_json(path, orient="records", lines=True)
    table = vp.open_table(frame if kind == "frame" else path)
    assert table["test_accuracy"].tolist() == [0.935, 0.9125, 0.1]
    assert [write_architecture(architecture_operations(table.cell(row))) for row in range(3)] == FEW
    assert any(f"Column {column}: architecture strings of NAS-Bench-201" in note for note in table.notes)


def test_fractions_stay_and_so_does_what_is_no_accuracy(tmp_path):
    frame = pd.DataFrame({"arch": FEW, "index": [4, 5, 6], "cifar10_test_acc": [0.9, 0.8, 0.1],
                          "cifar100-valid": [70.0, 60.0, 1.0], "latency_ms": [3.0, 4.0, 2.0],
                          "flops": [90.0, 80.0, 7.0], "test_loss": [99.0, 3.0, 0.5], "val_acc": [101.0, 3.0, 5.0]})
    table = vp.open_table(frame)
    assert [*table.metrics] == ["cifar10_test_acc", "cifar100-valid", "latency_ms", "flops", "test_loss", "val_acc"]
    assert table["cifar10_test_acc"].tolist() == [0.9, 0.8, 0.1]
    assert table["cifar100-valid"].tolist() == [0.7, 0.6, 0.01]
    for name in ("latency_ms", "flops", "test_loss", "val_acc"):
        assert table[name].tolist() == frame[name].tolist()
    frame.attrs["vanas_panel"] = {"metrics": {"cifar100-valid": {"unit": "%"}, "index": {}}}
    table = vp.open_table(frame)
    assert table["cifar100-valid"].tolist() == [70.0, 60.0, 1.0] and table["index"].tolist() == [4, 5, 6]


def test_other_operations_make_another_space():
    table = vp.open_table(pd.DataFrame({"arch": ["|a~0|+|none~0|b~1|+|c~0|nor_conv_3x3~1|a~2|"], "m": [1.0]}))
    assert table.space.operations == ("none", "nor_conv_3x3", "a", "b", "c")


def test_none_in_a_description_and_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "some.csv"
    pd.DataFrame({"arch": FEW, "m": [1.0, 2.0, 3.0]}).to_csv(path, index=False)
    assert len(vp.open_table(path)) == 3
    (tmp_path / "some.csv.json").write_text(json.dumps({"none": "prune"}))
    assert len(vp.open_table(path)) == 2 and len(vp.open_table(path, none="keep")) == 3
    assert vp.open_table(path, none="keep").opened_with == {"none": "keep"}


def test_a_study_opens_as_cells():
    frame = pd.read_csv(needed(STUDY))
    table = vp.open_table(STUDY)
    cells = frame.groupby("user_attrs_arch", sort=False)["value"].mean()
    assert len(table) == len(cells) == 125 and [*table.metrics] == ["value"]
    np.testing.assert_allclose(table["value"], cells, rtol=1e-12)
    assert any(note.startswith("A study of Optuna") for note in table.notes)
    # The same without the string: six columns of operations.
    again = vp.open_table(frame.drop(columns="user_attrs_arch"))
    assert np.array_equal(again.keys, table.keys)
    assert any("on the edges 0->1, 0->2, 1->2, 0->3, 1->3, 2->3" in note for note in again.notes)


def test_trials_that_differ_in_a_parameter_are_not_averaged():
    frame = pd.DataFrame({"number": [0, 1, 2], "state": ["COMPLETE"] * 3, "value": [0.5, 0.7, 0.6],
                          "params_lr": [0.1, 0.013, 0.1], "user_attrs_arch": [FEW[0], FEW[0], FEW[1]]})
    with pytest.raises(SourceError, match=r"rows 1 and 2, which hold the same cell, with params_lr = 0\.1 and 0\.013"):
        vp.open_table(frame)
    assert vp.open_table(frame, conditions={"params_lr": "repeat"})["value"].tolist() == [0.6, 0.6]
    assert vp.open_table(frame, conditions={"params_lr": {"choose": 0.1}})["value"].tolist() == [0.5, 0.6]
    assert [*vp.open_table(frame.drop(index=1)).metrics] == ["value"]


def test_trials_that_did_not_complete_keep_their_cells():
    frame = pd.DataFrame({"number": [0, 1, 2], "state": ["COMPLETE", "PRUNED", "FAIL"], "value": [0.5, 0.1, None],
                          "params_x": [1, 1, 1], "user_attrs_arch": FEW})
    table = vp.open_table(frame)
    assert len(table) == 3
    np.testing.assert_array_equal(table["value"], [0.5, np.nan, np.nan])
    assert any("2 of 3 trials did not complete (1 PRUNED, 1 FAIL)" in note for note in table.notes)


@pytest.mark.parametrize(("frame", "words"), [
    ({"arch": [FEW[0], "|none~0|+|none~0|none~1|"], "m": [1, 2]}, r"iloc\[1\].*\|none~0\|.*NAS-Bench-201; expected"),
    ({"arch": [FEW[0], None], "m": [1, 2]}, r"iloc\[1\].*no architecture in column 'arch'"),
    ({"arch": [FEW[0], "conv"], "m": [1, 2]}, r"'conv' in column 'arch', which holds architecture strings"),
    ({"arch": [FEW[0].replace("none", "input")], "m": [1]}, "architecture strings of NAS-Bench-201; expected"),
    ({"arch": FEW[:1], "other": FEW[1:2], "m": [1]}, "in the columns arch and other.*List the others under 'ignore'"),
])
def test_what_is_wrong_is_said_with_the_format(frame, words):
    with pytest.raises(SourceError, match=words):
        vp.open_table(pd.DataFrame(frame))


def test_none_is_for_architectures_alone(tmp_path):
    cells = pd.DataFrame({"adjacency": ["0100"], "operations": ["input,output"], "m": [1.0]})
    for source in (cells, "structure4"):
        with pytest.raises(SourceError, match="expected architecture strings of NAS-Bench-201. Leave it out"):
            vp.open_table(source, none="prune")
    with pytest.raises(SourceError, match="'cut' for the operation none; expected one of 'keep' and 'prune'"):
        vp.open_table(cells, none="cut")
    with pytest.raises(SourceError, match="once 'none' is pruned"):
        vp.open_table(pd.DataFrame({"arch": FEW[2:], "m": [1.0]}), none="prune")


def test_broken_json_lines_are_refused(tmp_path):
    path = tmp_path / "some.jsonl"
    for text, words in (('{"a": 1', "does not read as JSON lines"), ('{"a": 1}\n{"a": "x"}', "does not read as JSON"),
                        ("[1, 2]", "does not read as JSON lines"), ('{"m": 1}', "one column named adjacency")):
        path.write_text(text)
        with pytest.raises(SourceError, match=words):
            vp.open_table(path)
    path.write_text('{"adjacency": [[0, 1], [0, 0]], "operations": ["input", "output"], "is": {"loss": 2.5}}\n')
    assert vp.open_table(path)["is.loss"].tolist() == [2.5]


@pytest.mark.parametrize("operations", [tuple("abcdef"), ("a",) * 6])
def test_strings_and_drafts_go_there_and_back(operations):
    assert read_architecture(write_architecture(operations)) == operations
    draft = architecture_draft(operations)
    rng = np.random.default_rng(1)
    for _ in range(20):
        place = [0, *(rng.permutation(6) + 1).tolist(), 7]
        names = [""] * 8
        for vertex, at in enumerate(place):
            names[at] = draft.operations[vertex]
        moved = vp.Draft(names, [(place[source], place[target]) for source, target in draft.edges])
        assert architecture_operations(moved) == operations
        # Any other edge makes it another graph.
        others = moved.edges[1:]
        for other in product(range(8), repeat=2):
            if other not in moved.edges and other[0] != other[1] and other[0] != 7 and other[1] != 0:
                assert architecture_operations(vp.Draft(names, [*others, other])) is None
                break
