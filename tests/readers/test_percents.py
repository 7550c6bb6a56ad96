"""Texts with percent signs become fractions where every value has the sign; else the sign is named as the cause."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vanas_panel.errors import SourceError
from vanas_panel.readers.formats.tabular import read_csv
from vanas_panel.tables.metrics import FRACTION

LABELS = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"]
READ = "Columns with percent signs, read as fractions (93.5% is 0.935): {}."


@pytest.fixture
def read(write):
    """Read three cells with some columns."""
    return lambda columns, description=None: write(pd.DataFrame(
        {"adjacency": ["010001000"] * 3, "operations": [f"input,{label},output" for label in LABELS], **columns}),
        description)


@pytest.mark.parametrize("name", ["acc", "test_accuracy", "top1_error", "precision", "odd"])
@pytest.mark.parametrize(("texts", "values"), [
    (["93.47%", "0.1%", "100%"], [0.9347, 0.001, 1.0]),
    (["93.5 %", None, " 7%"], [0.935, np.nan, 0.07]),
    (["nan%", "5\u00a0%", "5\u202f\uff05"], [np.nan, 0.05, 0.05]),
    (["+.5%", "1.%", "-0%"], [0.005, 0.01, 0.0]),
])
def test_percent_signs_become_fractions(read, name, texts, values):
    table = read({name: texts})
    np.testing.assert_array_equal(table.column(name), values)
    assert (table.metrics[name].unit, table.notes) == (FRACTION, (READ.format(name),))


def test_other_parts_of_the_metric_are_those_of_its_name_or_description(read):
    table = read({"err": ["6%", "7%", "8%"], "odd": ["1%", "2%", "3%"]},
                 {"metrics": {"odd": {"label": "An odd one", "higher_is_better": True}}})
    assert table.metrics["err"].higher_is_better is False
    assert (table.metrics["odd"].label, table.metrics["odd"].higher_is_better) == ("An odd one", True)
    assert table.metrics["odd"].unit == FRACTION


def test_all_repeats_have_the_sign_or_none(read):
    table = read({"acc/0": ["6%", "7%", "8%"], "acc/1": ["8%", "9%", "10%"]})
    np.testing.assert_array_equal(table.repeats("acc"), [[0.06, 0.08], [0.07, 0.09], [0.08, 0.1]])
    with pytest.raises(SourceError, match="percent signs in column 'acc/1' and not in 'acc/0'"):
        read({"acc/0": [6.0, 7.0, 8.0], "acc/1": ["8%", "9%", "10%"]})


@pytest.mark.parametrize("empty", [[None] * 3, [np.nan] * 3, ["", " ", None]])
@pytest.mark.parametrize(("signed", "other"), [(0, 1), (1, 0)])
def test_a_repeat_without_values_is_missing(read, empty, signed, other):
    table = read({f"test_accuracy/{signed}": ["93.5%", "92%", None], f"test_accuracy/{other}": empty})
    np.testing.assert_array_equal(table.column("test_accuracy"), [0.935, 0.92, np.nan])
    assert table.metrics["test_accuracy"].unit == FRACTION
    assert table.notes == (READ.format(f"test_accuracy/{signed}"),)


def test_blanks_alone_are_no_values(read):
    table = read({"acc": ["5%", "6%", "7%"], "test_accuracy": [" ", "  ", "\u00a0"]})
    assert [*table.metrics] == ["acc"] and "Columns left out, since without any value: test_accuracy." in table.notes


def test_many_columns_keep_their_order_and_names(read):
    names = [f"acc{number}" for number in range(60)]
    table = read({name: [number, 1, 2] if number % 2 else [f"{number}%", None, "50%"]
                  for number, name in enumerate(names)})
    assert [*table.metrics] == names
    for number, name in enumerate(names):
        first = number if number % 2 else number / 100
        assert table.column(name)[0] == pytest.approx(first)
        assert table.metrics[name].unit == ("" if number % 2 else FRACTION)


def test_percent_column_that_is_no_fraction_has_no_unit(read):
    table = read({"load": ["350%", "3%", "-10%"]})
    assert table.column("load").tolist() == [3.5, 0.03, -0.1] and table.metrics["load"].unit == ""


def test_a_description_may_keep_per_cent(read):
    table = read({"acc": ["93.5%", "3%", "5%"]}, {"metrics": {"acc": {"unit": "%"}}})
    assert table.column("acc").tolist() == [93.5, 3.0, 5.0] and table.metrics["acc"].unit == "%"
    assert table.notes == ()


@pytest.mark.parametrize(("name", "texts", "row", "found"), [
    ("acc", ["93.5%", "0.93", "7%"], 1, "'0.93' without a percent sign in column 'acc', and '93.5%' with one in row 1"),
    ("acc", ["93.5", None, "7%"], 0, "'93.5' without a percent sign in column 'acc', and '7%' with one in row 3"),
    ("test_accuracy", ["93.5%", "failed", "7%"], 1, "'failed' in column 'test_accuracy', which has percent signs"),
    ("test_accuracy", ["93.5%", "7%", "105%"], 2, "'105%' in column 'test_accuracy'; expected a fraction from 0 % to"),
])
def test_impossible_percentage_is_refused_with_its_row(read, name, texts, row, found):
    with pytest.raises(SourceError) as caught:
        read({name: texts})
    assert caught.value.row == row and found in str(caught.value)


@pytest.mark.parametrize("other", ["failed", "inf%", "1.2.3%"])
def test_texts_among_them_are_named_as_the_cause(read, other):
    table = read({"acc": ["93.5%", other, "9%"], "odd": [1, 2, 3]})
    assert [*table.metrics] == ["odd"]
    assert table.notes == (f"Column acc has percent signs, but {other!r} in row 2 is no number with one.",
                           "Columns left out, since not numbers: acc.")


def test_conditions_and_remarks_stay_texts(read):
    table = read({"subset": ["10%", "20%", "20%"], "odd": [1, 2, 3], "remark": ["half of it: 50%", "", "good"]})
    assert table.notes == ("Columns left out, since not numbers: subset, remark.",)
    table = read({"share": ["10%", "20%", "20%"], "odd": [1, 2, 3]}, {"conditions": {"share": "split"}})
    assert [*table.metrics] == ["odd_share_10_", "odd_share_20_"]


def test_times_have_no_percent_signs(read):
    with pytest.raises(SourceError, match="column '?training_time"):
        read({"training_time": ["5%", "6%", "7%"]})


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas(tmp_path, separator):
    path = tmp_path / "some.csv"
    rows = [["adjacency", "operations", "acc", "odd"], ["010001000", '"input,maxpool3x3,output"', "93,5 %", "0,5"]]
    path.write_text("\n".join(map(separator.join, rows)))
    table = read_csv(path, lambda count: None)
    assert table.column("acc").tolist() == [0.935] and table.column("odd").tolist() == [0.5]
    path.write_text(path.read_text().replace("0,5", "0.5"))
    with pytest.raises(SourceError, match="either points or commas"):
        read_csv(path, lambda count: None)


def test_texts_of_a_dictionary(read):
    table = read({"acc": pd.Categorical(["6%", "7%", "6%"])})
    assert table.column("acc").tolist() == [0.06, 0.07, 0.06]
