"""Data frames as sources: what a file may hold, a frame may hold, and more natural things besides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import SourceError

CHAIN, SKIP = "010001000", "011001000"
CSV = """adjacency,operations,test_accuracy,training_time,epochs,note
010001000,"input,a,output",0.9,12.5,4,good
0100,"input,output",0.5,3,4,
011001000,"input,a,output",0.7,,4,fine
"""


def frame(**columns) -> pd.DataFrame:
    return pd.DataFrame({"adjacency": [CHAIN, "0100"], "operations": ["input,a,output", "input,output"], **columns})


def test_a_frame_gives_the_table_of_the_same_file(tmp_path):
    path = tmp_path / "frame.csv"
    path.write_text(CSV)
    one = vp.open_table(path)
    for made in (pd.read_csv(path, dtype={"adjacency": str}), pd.read_csv(path, dtype=str).assign(
            **{name: lambda rows, name=name: pd.to_numeric(rows[name])
               for name in ("test_accuracy", "training_time", "epochs")})):
        other = vp.open_table(made)
        assert other.space == one.space and list(other.metrics) == list(one.metrics)
        assert dict(other.metrics) == dict(one.metrics)
        assert np.array_equal(other.packed, one.packed) and np.array_equal(other.keys, one.keys)
        for name in one.metrics:
            assert np.array_equal(other.column(name), one.column(name), equal_nan=True)
        assert other.notes == one.notes


def test_the_zeros_that_pandas_loses_are_put_back(tmp_path):
    path = tmp_path / "frame.csv"
    path.write_text(CSV)
    numbers = pd.read_csv(path)
    assert numbers["adjacency"].tolist() == [10001000, 100, 11001000]
    table = vp.open_table(numbers)
    assert [table.find(cell) for cell in vp.open_table(path)] == [0, 1, 2]
    assert any("lost its first zeros" in note for note in table.notes)


@pytest.mark.parametrize("matrix", [
    [[0, 1, 0], [0, 0, 1], [0, 0, 0]],
    ((0, 1, 0), (0, 0, 1), (0, 0, 0)),
    np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]]),
    np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool),
    np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=float),
    [np.array([0, 1, 0]), np.array([0, 0, 1]), np.array([0, 0, 0])],
    "[[0, 1, 0], [0, 0, 1], [0, 0, 0]]",
    np.array([0, 1, 0, 0, 0, 1, 0, 0, 0], dtype=np.int8),
])
@pytest.mark.parametrize("operations", [
    ["input", "a", "output"], ("input", "a", "output"), np.array(["input", "a", "output"]), "input,a,output",
    [np.str_("input"), np.str_("a"), np.str_("output")],
])
def test_matrices_and_lists_are_taken_as_they_are(matrix, operations):
    made = pd.DataFrame({"adjacency": [matrix], "operations": [operations], "score": [1.5]})
    table = vp.BenchmarkTable.from_frame(made)
    assert table.cell(0) == vp.Cell(["input", "a", "output"], [(0, 1), (1, 2)], None)
    assert table["score"].tolist() == [1.5]


@pytest.mark.parametrize("source", ["structure4", "default"])
def test_there_and_back_gives_the_same_cells_and_metrics(source):
    table = vp.open_table(source)
    made = table.frame(cells=True)
    back = vp.open_table(made)
    known = {name: metric for name, metric in table.metrics.items() if table.known(name)}
    assert dict(back.metrics) == known
    assert back.space == table.space and np.array_equal(back.keys, table.keys)
    for name in known:
        assert np.array_equal(back.column(name), table.column(name), equal_nan=True)
    pd.testing.assert_frame_equal(back.frame(cells=True)[list(known)], made[list(known)])


def test_there_and_back_keeps_units_labels_and_directions():
    space = vp.CellSpace(["conv", "pool", "never"], 4, 5)
    packed = vp.enumerate_cells(vp.CellSpace(["conv", "pool"], 3, 3))
    metrics = {"x": vp.Metric("x", "An x", "ms", False), "my_loss": vp.Metric("my_loss", "My loss", "", False, True),
               "depth": vp.Metric("depth", "Depth", "", True)}
    table = vp.BenchmarkTable(space, packed, metrics, {name: np.arange(5.0) for name in metrics}, name="t", title="T")
    back = vp.BenchmarkTable.from_frame(table.frame(cells=True), name="t")
    assert (back.space, dict(back.metrics), back.title, back.name) == (space, metrics, "T", "t")


def test_the_frame_without_cells_is_as_it_was():
    table = vp.open_table("structure4")
    assert list(table.frame().columns) == list(table.metrics) and not table.frame().attrs


def test_whole_numbers_beyond_64_bits_are_no_metric_and_a_note_says_so():
    frame = pd.DataFrame({"adjacency": ["0100"], "operations": ["input,output"], "acc": [0.5], "big": [2**70]},
                         dtype=object)
    table = vp.open_table(frame)
    assert (list(table.metrics), table.notes) == (["acc"], ("Columns left out, since not numbers: big.",))


def test_columns_of_a_tables_frame_may_be_left_out_and_renamed():
    frame = vp.open_table("mnist-cells").frame(cells=True)
    few = frame[["adjacency", "operations", "test_accuracy"]].rename(columns={"test_accuracy": "mine"})
    assert list(vp.open_table(few).metrics) == ["mine"]


def test_the_frame_is_not_changed():
    made = frame(score=[1.0, 2.0], kind=pd.Categorical(["x", "y"]))
    before = made.copy(deep=True)
    vp.open_table(made)
    pd.testing.assert_frame_equal(made, before)


@pytest.mark.parametrize("values", [
    [1, 2], [1.0, np.nan], [None, 2.0], np.array([1, 2], np.float32), pd.array([1, None], "Int64"),
    pd.array([True, None], "boolean"), pd.array([1.5, None], "Float64"), pd.Categorical([1, 2]),
    pd.arrays.SparseArray([0.0, 2.0]), np.array([1, 2.5], object),
])
def test_numbers_of_every_kind_are_metrics(values):
    made = frame(score=values)
    expected = [float("nan") if pd.isna(value) else float(value) for value in made["score"]]
    assert np.array_equal(vp.open_table(made).column("score"), expected, equal_nan=True)


def test_percent_signs_repeats_and_texts_are_read_as_in_files():
    made = frame(**{"test_accuracy": ["90%", "50.5%"], "loss/0": [1.0, 2.0], "loss/1": [3.0, np.nan],
                    "who": ["x", None], "when": pd.to_datetime(["2026-01-01", "2026-01-02"]),
                    "module_hash": ["a", "b"]})
    table = vp.open_table(made)
    assert table["test_accuracy"].tolist() == [0.9, 0.505]
    assert table.repeats("loss").tolist()[0] == [1.0, 3.0] and table["loss"].tolist() == [2.0, 2.0]
    assert any("not numbers: who, when" in note for note in table.notes)


def test_options_are_those_of_a_file():
    rows = pd.concat([frame(epochs=4, score=[1.0, 2.0]), frame(epochs=12, score=[3.0, np.inf])], ignore_index=True)
    with pytest.raises(SourceError, match="epochs"):
        vp.open_table(rows)
    split = vp.open_table(rows, conditions={"epochs": "split"}, infinite="set aside", directions={})
    assert split["score_epochs_4"].tolist() == [1.0, 2.0]
    assert np.array_equal(split["score_epochs_12"], [3.0, np.nan], equal_nan=True)
    assert split.opened_with == {"conditions": {"epochs": "split"}, "infinite": "set aside"}
    assert vp.open_table(frame(score=[1.0, 2.0]), directions={"score": False}).metrics["score"].better == (
        "lower is better")
    with pytest.raises(SourceError, match="Found 2 rows; expected at most 1"):
        vp.open_table(frame(score=[1.0, 2.0]), limits=vp.Limits(rows=1))
    limited = vp.open_table(frame(score=[1.0, 2.0]), limits=vp.Limits(rows=2))
    assert limited.opened_with == {"limits": vp.Limits(rows=2)}


@pytest.mark.parametrize(("changes", "location", "found"), [
    ({"adjacency": [CHAIN, "0102"]}, "iloc[1]", "0102"),
    ({"test_accuracy": [0.5, 93.5]}, "iloc[1]", "test_accuracy = 93.5"),
    ({"score": [np.inf, 1]}, "iloc[0]", "an infinite value of score"),
    ({"score": [1.5, "n/a"]}, "iloc[1]", "'n/a' in column 'score'"),
    ({"operations": ["input,a,output", None]}, "iloc[1]", ""),
    ({"operations": ["input,a,output", 7.5]}, "iloc[1]", "7.5 in column 'operations'"),
    ({"adjacency": [1e40, 100.0]}, "iloc[0]", "whose digits are lost"),
])
def test_an_error_names_the_row_of_the_frame(changes, location, found):
    columns = {"adjacency": [CHAIN, "0100"], "operations": ["input,a,output", "input,output"], **changes}
    with pytest.raises(SourceError) as caught:
        vp.open_table(pd.DataFrame(columns))
    assert str(caught.value).startswith(f"DataFrame, {location}: Found ") and found in str(caught.value)
    assert caught.value.row == int(location[5])
    labelled = pd.DataFrame(columns, index=["one", "two"])
    with pytest.raises(SourceError) as caught:
        vp.open_table(labelled)
    assert f"DataFrame, {location}, index {labelled.index[caught.value.row]!r}: Found " in str(caught.value)


def test_after_a_choice_of_rows_errors_still_name_the_frames():
    rows = pd.concat([frame(epochs=[4, 12], test_accuracy=[0.5, 0.6]),
                      frame(epochs=[12, 12], test_accuracy=[0.5, 9.0])], ignore_index=True)
    with pytest.raises(SourceError, match=r"^DataFrame, iloc\[3\]: Found test_accuracy = 9;?"):
        vp.open_table(rows, conditions={"epochs": {"choose": 12}})


@pytest.mark.parametrize(("made", "found"), [
    (pd.DataFrame(), "Found columns none; expected one column named adjacency"),
    (pd.DataFrame({"adjacency": [], "operations": []}), "Found no rows"),
    (pd.DataFrame({"adjacency": [CHAIN], "score": [1]}), "expected one column named operations"),
    (pd.DataFrame([[CHAIN, "input,a,output", 1, 2]], columns=["adjacency", "operations", "x", "x"]),
     "Found two columns 'x'"),
    (frame(test_accuracy=["high", "low"]), "Found column 'test_accuracy' of type "),
])
def test_fault_of_the_whole_frame_is_one_sentence(made, found):
    with pytest.raises(SourceError) as caught:
        vp.open_table(made)
    assert str(caught.value).startswith("DataFrame: Found ") and found in str(caught.value)


@pytest.mark.parametrize("thing", [None, {"adjacency": [CHAIN]}, [1], pd.Series([1.0]), "cells.csv"])
def test_non_frame_is_refused(thing):
    with pytest.raises(SourceError, match=r"expected a pandas\.DataFrame"):
        vp.BenchmarkTable.from_frame(thing)


def test_cells_in_the_index_and_headers_of_numbers_are_taken():
    indexed = frame(score=[1.0, 2.0]).set_index(["adjacency", "operations"])
    assert vp.open_table(indexed)["score"].tolist() == [1.0, 2.0]
    numbered = frame(**{"score": [1.0, 2.0]}).rename(columns={"score": 7})
    assert vp.open_table(numbered).column("7").tolist() == [1.0, 2.0]


def test_a_description_in_its_attrs_counts_and_a_broken_one_is_refused():
    made = frame(score=[1.0, 2.0])
    made.attrs["vanas_panel"] = {"title": "Mine", "metrics": {"score": {"unit": "ms", "higher_is_better": False}}}
    table = vp.open_table(made)
    assert (table.title, table.metrics["score"].unit, table.metrics["score"].higher_is_better) == ("Mine", "ms", False)
    for broken in ({"titel": "Mine"}, [1], object(), "{"):
        made.attrs["vanas_panel"] = broken
        with pytest.raises(SourceError, match="^DataFrame: Found "):
            vp.open_table(made)


def test_names_and_titles_are_said_by_the_caller():
    assert repr(vp.open_table(frame(score=[1, 2]))).startswith("BenchmarkTable('frame', 2 cells")
    table = vp.BenchmarkTable.from_frame(frame(score=[1, 2]), name="my search", title="What I found")
    assert (table.name, table.title) == ("my search", "What I found")
