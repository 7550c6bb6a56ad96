"""First, middle and last members of groups against plain Python."""

from __future__ import annotations

import datashader as ds
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.group_ranks import canvas_bins, group_ranks


@given(st.lists(st.integers(-1, 4), max_size=30), st.randoms())
def test_members_are_those_of_sorted_lists(groups, random):
    order = list(range(len(groups)))
    random.shuffle(order)
    found = group_ranks(np.array(groups, dtype=np.int64), np.array(order, dtype=np.int64), 5)
    for group in range(5):
        members = [each for each in order if groups[each] == group]
        size = len(members)
        wanted = [members[0], members[(size - 1) // 2], members[size // 2], members[-1]] if members else [-1] * 4
        assert [int(each[group]) for each in found] == wanted


@pytest.mark.parametrize("seed", range(5))
def test_points_are_in_the_bins_of_datashader(seed):
    rng = np.random.default_rng(seed)
    # Whole numbers lie on the edges of bins.
    x, y = rng.integers(0, 40, 2000) / rng.choice([1, 3, 7]), rng.normal(size=2000)
    ranges, shape = ((0.1 - 1e-11, 30.1 - 1e-11), (-2.0, 2.0)), (int(rng.integers(1, 90)), int(rng.integers(1, 60)))
    codes = canvas_bins(x, y, *ranges, shape)
    canvas = ds.Canvas(*shape, x_range=ranges[0], y_range=ranges[1])
    counts = canvas.points(pd.DataFrame({"x": x, "y": y}), "x", "y", agg=ds.count()).to_numpy()
    assert np.bincount(codes[codes >= 0], minlength=shape[0] * shape[1]).tolist() == counts.ravel().tolist()


def test_no_member_makes_no_group():
    found = group_ranks(np.empty(0, np.int64), np.empty(0, np.int64), 2)
    assert [each.tolist() for each in found] == [[-1, -1]] * 4
