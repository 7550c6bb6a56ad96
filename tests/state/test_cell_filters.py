"""Filters that people type over columns, against the plain meaning of each."""

import math

import numpy as np
import pytest
from demo_tables import demo_table
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.errors import SelectionError
from vanas_panel.state.cell_filters import filter_condition, filter_mask, operations_mask, read_limits
from vanas_panel.state.conditions import Between, Rows, mask_of
from vanas_panel.tables.metrics import Metric, known_metric

ACCURACY, SIZE, TIME = (known_metric(name) for name in ("test_accuracy", "trainable_parameters", "training_time"))
PLAIN = Metric("score", "Score")
VALUES = np.array([-1.0, 0.0, 0.93999, 0.94, 0.9466, 3.0, 5.0, 5.01, 1e7, np.inf, np.nan])


@pytest.mark.parametrize(("text", "metric", "takes"), [
    (">= 0.94", ACCURACY, lambda v: v >= 0.94), ("≥94%", ACCURACY, lambda v: v >= 0.94),
    ("> 94 %", ACCURACY, lambda v: v > 0.94), ("<3", PLAIN, lambda v: v < 3), ("<= 5", PLAIN, lambda v: v <= 5),
    ("3..5", PLAIN, lambda v: 3 <= v <= 5), ("..5", PLAIN, lambda v: v <= 5), ("3..", PLAIN, lambda v: v >= 3),
    ("-1..0", PLAIN, lambda v: -1 <= v <= 0), ("5", PLAIN, lambda v: v == 5), ("= 5", PLAIN, lambda v: v == 5),
    ("5.0", PLAIN, lambda v: 4.95 <= v <= 5.05), ("94.66 %", ACCURACY, lambda v: 0.94655 <= v <= 0.94665),
    ("<= 10 M", SIZE, lambda v: v <= 1e7), ("9 M..11 M", SIZE, lambda v: 9e6 <= v <= 11e6),
    ("0", PLAIN, lambda v: v == 0), ("1e-999999999", PLAIN, lambda v: v == 0),
    ("0.1e-99999999 %", ACCURACY, lambda v: v == 0),
    ("0e999999999..3", PLAIN, lambda v: 0 <= v <= 3), (">= 1e-5000000 M", SIZE, lambda v: v >= 0),
    ("none", PLAIN, math.isnan), ("> inf", PLAIN, lambda v: False), ("<= 2 h", TIME, lambda v: v <= 7200),
])
def test_a_filter_takes_what_it_says(text, metric, takes):
    assert read_limits(text, metric).mask(VALUES).tolist() == [
        takes(value) if text == "none" else not math.isnan(value) and takes(value) for value in VALUES.tolist()]


@pytest.mark.parametrize(("text", "metric"), [
    ("abc", PLAIN), ("..", PLAIN), ("5..3", PLAIN), ("3 M", ACCURACY), ("3 %", SIZE), (">=", PLAIN), ("1_000", PLAIN),
    ("nan", PLAIN), (">= <script>", PLAIN), ("9" * 101, PLAIN), ("1..2..3", PLAIN), ("５", PLAIN), ("==5", PLAIN)])
def test_what_is_no_filter_is_refused_in_one_calm_sentence(text, metric):
    with pytest.raises(SelectionError, match="^Found the filter .*; expected one such as .* Change it"):
        read_limits(text, metric)


@given(st.text(max_size=30))
def test_any_text_is_a_filter_or_is_refused(text):
    table = demo_table()
    for column in ("flops", "operations"):
        try:
            assert filter_mask(table, column, text).shape == (len(table),)
        except SelectionError as error:
            assert "expected" in str(error)


@pytest.mark.parametrize(("text", "has", "lacks"), [
    ("conv3x3", "conv3x3", None), ("CONV3×3", "conv3x3", None), ("!maxpool", None, "maxpool"),
    ("conv1x1, !conv3x3", "conv1x1", "conv3x3")])
def test_operations_are_found_by_parts_of_their_names(text, has, lacks):
    table = demo_table()
    for row, found in enumerate(operations_mask(text, table)):
        inner = " ".join(table.cell(row).operations[1:-1])
        assert found == ((has is None or has in inner) and (lacks is None or lacks not in inner))


def test_an_unknown_operation_is_refused():
    for text in ("attention", "!", "conv3x3 lstm"):
        with pytest.raises(SelectionError, match="over operations; expected parts of"):
            operations_mask(text, demo_table())


@pytest.mark.parametrize(("column", "text", "kind"), [
    ("flops", ">= 1 G", Between), ("structure.edges", "3..5", Between), ("flops", "< 1 G", Rows),
    ("flops", "none", Rows), ("operations", "conv3x3", Rows)])
def test_a_filter_becomes_a_condition_that_takes_the_same_cells(column, text, kind):
    table = demo_table()
    condition = filter_condition(table, column, text)
    assert isinstance(condition, kind)
    np.testing.assert_array_equal(mask_of(condition, table), filter_mask(table, column, text))
