"""Repeats laid out by NumPy against the same with dictionaries."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.readers.repeats.grouping import count_earlier, group_rows, spread_repeats

keys = st.lists(st.integers(-3, 3), max_size=30).map(lambda values: np.array(values, np.int64))


@given(keys)
def test_groups_are_numbered_as_they_appear(values):
    first, group = group_rows(values)
    numbers: dict[int, int] = {}
    expected = [numbers.setdefault(value, len(numbers)) for value in values.tolist()]
    assert group.tolist() == expected
    assert first.tolist() == [expected.index(number) for number in range(len(numbers))]


@given(keys)
def test_earlier_rows_are_counted(values):
    assert count_earlier(values).tolist() == [values.tolist()[:row].count(value) for row, value in enumerate(values)]


@given(keys.filter(len))
def test_every_value_gets_one_index(values):
    _, group = group_rows(values)
    measured = np.arange(values.size, dtype=float)
    table = spread_repeats(measured, group, count_earlier(group), int(group.max()) + 1)
    for number, row in enumerate(table):
        expected = [value for value, of in zip(measured, group, strict=True) if of == number]
        assert row[: len(expected)].tolist() == expected
        assert np.isnan(row[len(expected) :]).all()
    assert table.shape[1] == max(np.bincount(group))
