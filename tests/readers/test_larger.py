"""Larger cells of files: adjacency and operations, genotypes of DARTS, NAS-Bench-Macro; and our own form of them."""

from __future__ import annotations

import json
import pickle
import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vanas_panel as vp
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.errors import SourceError
from vanas_panel.readers import write_table


def chain(*labels):
    return vp.Cell(["input", *labels, "output"], [(v, v + 1) for v in range(len(labels) + 1)], None)


def written(cell):
    return {"adjacency": "".join(map(str, cell.matrix.ravel())), "operations": ",".join(cell.operations)}


@pytest.fixture
def cells():
    first = chain(*"abcabcab")
    return [first, vp.Cell(first.operations, [*first.edges, (0, 5)], None), chain("a"), chain(*"abc" * 7, "a")]


@pytest.fixture
def source(tmp_path, cells):
    path = tmp_path / "larger.csv"
    pd.DataFrame([{**written(cell), "test_accuracy": 0.5 + place / 10} for place, cell in
                  enumerate([*cells, cells[0]])]).to_csv(path, index=False)
    return path


def test_a_file_with_larger_cells_opens_and_opens_again(source, cells):
    for _ in range(2):
        table = vp.open_table(source)
        assert table.larger_cells and list(table) == cells and table.space.max_vertices == 24
        assert table.repeats("test_accuracy").shape == (4, 2) and table["test_accuracy"][0] == pytest.approx(0.7)
        assert [table.find(cell) for cell in cells] == [0, 1, 2, 3]


def test_pickles_frames_and_our_own_form_keep_larger_cells(source, cells, tmp_path):
    table = vp.open_table(source)
    path = tmp_path / "own.parquet"
    write_table(table, path)
    for other in (pickle.loads(pickle.dumps(table)), vp.open_table(path),
                  vp.BenchmarkTable.from_frame(table.frame(cells=True))):
        assert list(other) == cells and other.space == table.space and other.larger_cells
        np.testing.assert_array_equal(other["test_accuracy"], table["test_accuracy"])


@pytest.mark.parametrize("damage", ["vertices", "labels", "predecessors"])
def test_damaged_larger_cells_are_never_believed(source, tmp_path, damage):
    path = tmp_path / "own.parquet"
    write_table(vp.open_table(source), path)
    rows = pq.read_table(path)
    if damage == "vertices":
        column = pa.array([200, 10, 3, 24], pa.uint8())
    else:
        width = rows[damage].type.byte_width
        column = pa.array([b"\xff" * width, *rows[damage].to_pylist()[1:]], pa.binary(width))
    pq.write_table(rows.set_column(rows.column_names.index(damage), damage, column), path)
    with pytest.raises(SourceError, match="that is no cell"):
        vp.open_table(path)


def test_twenty_five_vertices_are_refused_in_one_sentence():
    with pytest.raises(SourceError) as caught:
        vp.BenchmarkTable.from_frame(pd.DataFrame([{**written(chain(*"a" * 8)), "x": 1.0}, {
            "adjacency": "".join(str(int(t == s + 1)) for s in range(25) for t in range(25)),
            "operations": ",".join(["input", *"a" * 23, "output"]), "x": 2.0}]))
    assert "25 vertices; expected at most 24" in str(caught.value) and "iloc[1]" in str(caught.value)


def random_genotype(numbers):
    def genes():
        return [(numbers.choice(("sep_conv_3x3", "skip_connect", "none")), source)
                for node in range(4) for source in numbers.sample(range(2 + node), 2)]

    return vp.Genotype(genes(), [2, 3, 4, 5], genes(), [2, 3, 4, 5])


@pytest.fixture
def genotypes():
    numbers = random.Random(7)
    return [random_genotype(numbers) for _ in range(12)]


def as_json(genotype):
    return json.dumps({name: getattr(genotype, name) for name in (
        "normal", "normal_concat", "reduce", "reduce_concat")})


def test_genotypes_open_as_rows_of_two_cells_however_they_are_written(genotypes):
    values = {"acc": np.linspace(90, 97, len(genotypes))}
    tables = [vp.BenchmarkTable.from_frame(pd.DataFrame({**columns, **values})) for columns in (
        {"genotype": list(map(str, genotypes))}, {"arch": list(map(as_json, genotypes))},
        {"normal": [json.dumps(each.normal) for each in genotypes],
         "reduction": [str(list(each.reduce)) for each in genotypes]})]
    for table in tables:
        assert list(table) == list(tables[0]) and "acc" in table.metrics
        assert any("genotypes of DARTS" in note for note in table.notes)
    assert max(len(cell.operations) for cell in tables[0]) == 24


def test_a_genotype_has_the_edges_that_its_sources_say():
    genotype = vp.Genotype([("a", 0), ("b", 1), ("c", 2), ("a", 0)], [3], [("b", 0), ("b", 1)], [2])
    cell = vp.BenchmarkTable.from_frame(pd.DataFrame({"genotype": [str(genotype)], "x": [1.0]})).cell(0)
    names = cell.operations
    assert names == ("input", "normal input 1", "normal input 2", "a", "b", "c", "a", "normal output",
                     "reduction input 1", "reduction input 2", "b", "b", "reduction output", "output")
    assert set(cell.edges) == {(0, 1), (0, 2), (0, 8), (0, 9), (1, 3), (2, 4), (3, 5), (4, 5), (1, 6), (5, 7), (6, 7),
                               (8, 10), (9, 11), (10, 12), (11, 12), (7, 13), (12, 13)}


def test_the_order_of_genes_and_nodes_makes_no_other_row():
    one = vp.Genotype([("a", 0), ("b", 1), ("c", 1), ("c", 0)], [2, 3], [("a", 0), ("b", 1)], [2])
    other = vp.Genotype([("c", 0), ("c", 1), ("b", 1), ("a", 0)], [3, 2], [("b", 1), ("a", 0)], [2])
    table = vp.BenchmarkTable.from_frame(pd.DataFrame({"genotype": [str(one), str(other)], "acc": [91.5, 92.5]}))
    assert len(table) == 1 and table["acc"].tolist() == [pytest.approx(0.92)]


def test_a_wrong_genotype_and_one_that_is_too_large_are_named_by_their_rows(genotypes):
    large = vp.Genotype([("a", 0), ("b", 1)] * 6, list(range(2, 8)), genotypes[0].reduce, [2, 3, 4, 5])
    for text, found in ((str(large), "a cell of 28 vertices"), ("Genotype(open('x'))", "genotypes of DARTS")):
        frame = pd.DataFrame({"genotype": [*map(str, genotypes), text], "x": np.arange(13.0)})
        with pytest.raises(SourceError, match=found) as caught:
            vp.BenchmarkTable.from_frame(frame)
        assert "iloc[12]" in str(caught.value)


def macro(tmp_path, **changes):
    said = {"test_acc": [90.0, 91.0, 92.0], "mean_acc": 91.0, "std": float(np.std([90, 91, 92])), "params": 1000,
            "flops": 5000}
    path = tmp_path / "macro.json"
    path.write_text(json.dumps({"01201200": said, "00000000": {**said, **changes}}))
    return path


def test_networks_of_nasbench_macro_keep_their_identities(tmp_path):
    table = vp.open_table(macro(tmp_path))
    assert table.cell(0) == chain(*"01201200")
    assert table.cell(1) == chain(*"00000000") and table.repeats("test_accuracy").tolist()[1] == [0.9, 0.91, 0.92]


@pytest.mark.parametrize("changes", [{"mean_acc": 90.5}, {"std": 0.1}, {"test_acc": []}])
def test_a_mean_that_is_not_that_of_the_accuracies_is_refused(tmp_path, changes):
    with pytest.raises(SourceError, match=r"00000000"):
        vp.open_table(macro(tmp_path, **changes))


def test_the_whole_of_nasbench_macro_agrees_with_its_own_means(real_table_path):
    path = real_table_path.parent / "nasbench_macro" / "cifar10.json"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    table, raw = vp.open_table(path), json.loads(path.read_text())
    assert len(table) == 6561
    np.testing.assert_allclose(table["test_accuracy"], [each["mean_acc"] / 100 for each in raw.values()], atol=1e-9)
    values = pd.Series(table["test_accuracy"])
    has = pd.Series([digits[0] == "2" for digits in raw])
    found = vp.edge_importance(table).set_index(["source", "target"]).loc[("input", "2")]
    assert found["importance"] == pytest.approx(values[has].mean() - values[~has].mean())
    assert isinstance(table.wide, WideCells)
