"""Histogram and median of some rows against NumPy and plain Python."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.spread import spread_of_rows

values = st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(math.nan), st.integers(-3, 3).map(float)), min_size=1,
                  max_size=40)


@given(values, st.data(), st.integers(1, 12))
def test_counts_and_median_are_those_of_plain_python(numbers, data, bins):
    rows = sorted(data.draw(st.sets(st.integers(0, len(numbers) - 1))))
    low = data.draw(st.integers(-5, 5))
    edges = np.linspace(low, low + data.draw(st.integers(1, 9)), bins + 1)
    found = spread_of_rows(np.array(numbers), np.array(rows, dtype=np.int64), edges)
    known = [numbers[row] for row in rows if not math.isnan(numbers[row])]
    wanted = [0] * bins
    for value in known:
        wanted[sum(value >= edge for edge in edges[1:-1])] += 1
    assert found.counts.tolist() == wanted and found.known == len(known)
    assert math.isnan(found.median) if not known else found.median == pytest.approx(statistics.median(known), rel=1e-12)


def test_large_values_have_a_median():
    found = spread_of_rows(np.array([1.7e308, 1.5e308, -math.inf, math.inf]), np.array([0, 1]), np.array([0.0, 1.0]))
    assert found.median == pytest.approx(1.6e308)
    assert spread_of_rows(np.array([-math.inf, math.inf, 0.5]), np.arange(3), np.array([0.0, 0.4, 0.8])).counts.tolist(
        ) == [1, 2]


def test_no_row_has_no_median():
    found = spread_of_rows(np.array([1.0]), np.empty(0, np.int64), np.array([0.0, 1.0]))
    assert found.counts.tolist() == [0] and found.known == 0 and math.isnan(found.median)
