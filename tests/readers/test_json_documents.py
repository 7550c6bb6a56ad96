"""JSON in one piece: rows of cells as a list or by their architecture strings, rows of trials by their names."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import NoCellsError, SourceError

ONE = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|"
OTHER = ONE.replace("avg_pool", "nor_conv")


@pytest.fixture
def file_of(tmp_path):
    def write(content, name="some.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("content", [
    [{"arch": ONE, "acc": 90.5}, {"arch": OTHER, "acc": 80}],
    {ONE: {"acc": 90.5}, OTHER: {"acc": 80}},
    [{"arch": ONE, "acc": 90.5, "meta": {"seed": 1}}, {"arch": OTHER, "acc": 80.0, "meta": {"seed": 1}}]])
def test_rows_are_read_as_those_of_a_csv(file_of, content):
    frame = pd.DataFrame({"arch": [ONE, OTHER], "acc": [90.5, 80.0]})
    plain = vp.open_table(file_of(frame.to_csv(index=False), "some.csv"))
    found = vp.open_table(file_of(content))
    assert [found.cell(row) for row in range(2)] == [plain.cell(row) for row in range(2)]
    assert found["acc"].tolist() == plain["acc"].tolist() == [0.905, 0.8]


def test_a_number_by_an_architecture_is_its_value_and_nan_is_none(file_of):
    found = vp.open_table(file_of({ONE: 0.5, OTHER: 0.25}))
    assert list(found.metrics) == ["value"] and found["value"].tolist() == [0.5, 0.25]
    found = vp.open_table(file_of(f'[{{"arch": "{ONE}", "acc": NaN}}, {{"arch": "{OTHER}", "acc": 0.5}}]', "nan.json"))
    assert math.isnan(found["acc"][0]) and found["acc"][1] == 0.5


@pytest.mark.parametrize(("content", "words"), [
    ("3", "the single value 3"), ("null", "the single value null"), ('"x"', 'the single value "x"'),
    ("[1, 2]", "a JSON list that holds no rows"), ("[]", "a JSON list that holds no rows"),
    ("{}", "a JSON object without cells"), ("{,", "text that is no JSON"), ('{"a": 1, "a": 2}', "twice")])
def test_what_holds_no_cells_is_said(file_of, content, words):
    path = file_of(content)
    with pytest.raises(NoCellsError, match="expected a list of objects with cells") as caught:
        vp.open_table(path)
    assert words in str(caught.value) and str(path) in str(caught.value)
    with pytest.raises(SourceError, match="expected"):
        vp.open_trials(path)


def test_half_a_character_is_refused(file_of):
    with pytest.raises(SourceError, match="half of a character"):
        vp.open_table(file_of(f'[{{"arch": "{ONE}", "note": "\\ud800", "acc": 1}}]'))


def test_rows_without_cells_lead_to_trials(file_of):
    path = file_of([{"lr": 0.1, "loss": 0.5}, {"lr": 0.2, "loss": 0.4}])
    with pytest.raises(NoCellsError):
        vp.open_table(path)
    assert len(vp.open_trials(path)) == 2


def test_trials_by_their_names(file_of):
    found = vp.open_trials(file_of({"a": {"lr": 0.1, "loss": 0.5}, "b": {"lr": 0.2, "loss": 0.4}}))
    assert len(found) == 2 and found.columns["name"].kind == "identifier"
    assert found.column("loss").tolist() == [0.5, 0.4]
    # One trial, whose values stand in groups.
    assert len(vp.open_trials(file_of({"params": {"lr": 0.1}, "metrics": {"loss": 0.5}}, "one.json"))) == 1
    with pytest.raises(SourceError, match="a single JSON value"):
        vp.open_trials(file_of("3", "three.json"))
