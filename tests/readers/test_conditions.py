"""Rows of one cell that differ in more than a seed are never averaged without a word."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vanas_panel as vp
from vanas_panel.errors import SourceError
from vanas_panel.readers.columns.conditions import differing_rows

CONV, POOL = '010001000,"input,conv3x3-bn-relu,output"', '010001000,"input,maxpool3x3,output"'
EPOCHS = f"adjacency,operations,epochs,test_accuracy\n{CONV},4,0.40\n{CONV},108,0.94\n{POOL},108,0.70\n"


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """``opened(text, description)`` opens a CSV file."""
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))

    def open_(text: str, description: dict | None = None):
        path = tmp_path / "results.csv"
        path.write_text(text)
        beside = tmp_path / "results.csv.json"
        beside.unlink(missing_ok=True)
        if description is not None:
            beside.write_text(json.dumps(description))
        return vp.open_table(path)

    return open_


def test_epochs_that_differ_within_a_cell_are_refused_with_the_choices(opened):
    with pytest.raises(SourceError) as caught:
        opened(EPOCHS)
    text = str(caught.value)
    for part in ("rows 1 and 2", "epochs = 4 and 108", "results.csv.json", '{"conditions": {"epochs": "split"}}',
                 '{"choose": 4}', '"repeat"', '"ignore"'):
        assert part in text
    assert len(text) <= 600


def test_a_condition_is_split_into_metrics(opened):
    table = opened(EPOCHS, {"conditions": {"epochs": "split"}})
    assert list(table.metrics) == ["test_accuracy_epochs_4", "test_accuracy_epochs_108"]
    np.testing.assert_array_equal(table.column("test_accuracy_epochs_4"), [0.40, np.nan])
    np.testing.assert_array_equal(table.column("test_accuracy_epochs_108"), [0.94, 0.70])
    metric = table.metrics["test_accuracy_epochs_108"]
    assert metric.label == "Test accuracy (epochs 108)" and metric.unit == "fraction" and metric.higher_is_better


def test_one_value_of_a_condition_is_chosen(opened):
    table = opened(EPOCHS, {"conditions": {"epochs": {"choose": 108}}})
    np.testing.assert_array_equal(table.column("test_accuracy"), [0.94, 0.70])
    assert any("1 of 3 rows left out, since their epochs is not 108" in note for note in table.notes)
    with pytest.raises(SourceError, match="no row whose 'epochs' is 12") as caught:
        opened(EPOCHS, {"conditions": {"epochs": {"choose": 12}}})
    assert "4, 108" in str(caught.value)


@pytest.mark.parametrize("wanted", ["0.10", "0.1", ".1"])
def test_a_value_of_decimals_is_chosen(tmp_path, wanted):
    path = tmp_path / "results.parquet"
    rows = {"adjacency": ["010001000"] * 2, "operations": ["input,a,output"] * 2, "test_accuracy": [0.9, 0.5],
            "dropout": pa.array([Decimal("0.10"), Decimal("0.20")], pa.decimal128(4, 2))}
    pq.write_table(pa.table(rows), path)
    table = vp.open_table(path, conditions={"dropout": {"choose": wanted}})
    assert table.column("test_accuracy").tolist() == [0.9]


@pytest.mark.parametrize("choice", ["ignore", "repeat"])
def test_rows_are_averaged_where_a_person_says_so(opened, choice):
    table = opened(EPOCHS, {"conditions": {"epochs": choice}})
    np.testing.assert_allclose(table.column("test_accuracy"), [0.67, 0.70])
    assert "epochs" not in table.metrics and any("Column epochs" in note for note in table.notes)


def test_values_that_look_alike_get_different_metric_names(opened):
    long = "x" * 60
    for one, other in (("a b", "a_b"), (f"{long}1", f"{long}2")):
        table = opened(f"adjacency,operations,dataset,loss\n{CONV},{one},1\n{CONV},{other},3\n",
                       {"conditions": {"dataset": "split"}})
        assert sorted(float(table.column(name)[0]) for name in table.metrics) == [1.0, 3.0]
        assert len({metric.label for metric in table.metrics.values()}) == 2


def test_two_conditions_are_split_together_and_repeats_stay_repeats(opened):
    rows = "".join(f"{cell},{data},{epochs},{seed},{value}\n" for cell, data, epochs, seed, value in [
        (POOL, "mnist", 4, 0, 0.1), (CONV, "mnist", 4, 0, 0.2), (CONV, "mnist", 4, 1, 0.4), (CONV, "svhn", 4, 0, 0.5),
        (CONV, "svhn", 36, 0, 0.6), (POOL, "svhn", 36, 0, 0.7)])
    table = opened(f"adjacency,operations,dataset,epochs,seed,test_accuracy\n{rows}",
                   {"conditions": {"dataset": "split", "epochs": "split"}, "ignore": ["seed"]})
    assert list(table.metrics) == ["test_accuracy_dataset_mnist_epochs_4", "test_accuracy_dataset_svhn_epochs_4",
                                   "test_accuracy_dataset_svhn_epochs_36"]
    np.testing.assert_allclose(table.column("test_accuracy_dataset_mnist_epochs_4"), [0.1, 0.3])
    np.testing.assert_allclose(table.column("test_accuracy_dataset_svhn_epochs_36"), [0.7, 0.6])
    assert table.repeats("test_accuracy_dataset_mnist_epochs_4").shape == (2, 2)


@pytest.mark.parametrize(("name", "one", "other"), [("dataset", "mnist", "svhn"), ("lr", "0.1", "0.025"),
                                                    ("batch_size", "64", "96"), ("my_setting", "1", "2"),
                                                    ("flavour", "sweet", "sour")])
def test_other_conditions_are_refused_too(opened, name, one, other):
    rows = f"{CONV},{one},0.5\n{CONV},{other},0.7\n{POOL},{one},0.6\n"
    with pytest.raises(SourceError, match=f"with {name} = "):
        opened(f"adjacency,operations,{name},test_accuracy\n{rows}")


@pytest.mark.parametrize(("name", "one", "other"), [("seed", "0", "1"), ("run", "1", "2"), ("run_id", "7", "8"),
                                                    ("training_time", "100", "101"), ("val_loss", "1", "2"),
                                                    ("comment", "good", "bad"), ("odd_measure", "0.25", "0.75")])
def test_seeds_and_measurements_make_repeats(opened, name, one, other):
    rows = f"{CONV},{one},0.5\n{CONV},{other},0.7\n{POOL},{one},0.6\n"
    table = opened(f"adjacency,operations,{name},test_accuracy\n{rows}")
    np.testing.assert_allclose(table.column("test_accuracy"), [0.6, 0.6])


def test_a_condition_that_is_the_same_for_every_cell_is_no_trouble(opened):
    table = opened(f"adjacency,operations,epochs,test_accuracy\n{CONV},108,0.5\n{CONV},108,0.7\n{POOL},12,0.6\n")
    np.testing.assert_allclose(table.column("test_accuracy"), [0.6, 0.6])


def test_parameters_that_contradict_each_other_are_refused(opened):
    one = '0110000100010000,"input,conv3x3-bn-relu,maxpool3x3,output"'
    same = '0110000100010000,"input,maxpool3x3,conv3x3-bn-relu,output"'
    header = "adjacency,operations,test_accuracy,trainable_parameters\n"
    with pytest.raises(SourceError) as caught:
        opened(f"{header}{one},0.90,1000\n{same},0.94,2001\n")
    assert "trainable_parameters = 1000 and 2001 for one cell, in rows 1, 2" in str(caught.value)
    table = opened(f"{header}{one},0.90,1000\n{same},0.94,\n{one},0.92,1000\n")
    np.testing.assert_allclose(table.column("test_accuracy"), [0.92])
    np.testing.assert_array_equal(table.column("trainable_parameters"), [1000])


def test_conditions_of_a_parquet_file_as_texts(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "results.parquet"
    pq.write_table(pa.table({"adjacency": ["010001000"] * 2, "operations": ["input,maxpool3x3,output"] * 2,
                             "dataset": ["mnist", "svhn"], "test_accuracy": [0.9, 0.5]}), path)
    with pytest.raises(SourceError, match="dataset = 'mnist' and 'svhn'"):
        vp.open_table(path)
    (tmp_path / "results.parquet.json").write_text('{"conditions": {"dataset": "split"}}')
    table = vp.open_table(path)
    assert [float(table.column(name)[0]) for name in table.metrics] == [0.9, 0.5]


@pytest.mark.parametrize("choice", ["maybe", 3, {"choose": []}, {"pick": 1}, None])
def test_a_choice_that_is_none_is_refused(opened, choice):
    with pytest.raises(SourceError, match="for condition 'epochs'"):
        opened(EPOCHS, {"conditions": {"epochs": choice}})


def test_a_condition_that_is_not_there_is_refused(opened):
    with pytest.raises(SourceError, match="'budget' that is not there"):
        opened(EPOCHS, {"conditions": {"budget": "split"}})


def test_differing_rows_against_plain_python():
    random = np.random.default_rng(7)
    for _ in range(200):
        group, codes = random.integers(0, 4, 9), random.integers(0, 2, 9)
        expected = next(((int(np.flatnonzero(group == group[row])[0]), row) for row in range(9)
                         if codes[row] != codes[np.flatnonzero(group == group[row])[0]]), None)
        assert differing_rows(codes, group) == expected


def test_parameters_that_differ_a_little_are_averaged_with_a_note(opened):
    header = "adjacency,operations,trainable_parameters,test_accuracy\n"
    table = opened(f"{header}{CONV},28058,0.9\n{POOL},7,0.5\n{CONV},28065,0.8\n{POOL},7,0.5\n")
    np.testing.assert_allclose(table.column("trainable_parameters"), [28061.5, 7])
    assert any("trainable_parameters = 28058 and 28065 for one cell, in rows 1, 3" in note for note in table.notes)
    with pytest.raises(SourceError, match="trainable_parameters = 1000 and 1002"):
        opened(f"{header}{CONV},1000,0.9\n{CONV},1002,0.8\n")
