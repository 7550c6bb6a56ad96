"""Rows by a column: against Python's own sort, with equal and missing values."""

import copy
import gc
import math
import weakref

import numpy as np
import pytest
from demo_tables import demo_table
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.draw.parallel.axis import ParallelAxis
from vanas_panel.draw.parallel.raster import polylines
from vanas_panel.errors import UnknownMetricError
from vanas_panel.tables.kept import kept_with_table
from vanas_panel.tables.row_order import falling, ordered_rows, rising

VALUES = st.lists(st.one_of(st.just(math.nan), st.integers(-2, 2).map(float), st.floats(allow_nan=False)), max_size=30)


@given(VALUES)
def test_the_order_is_that_of_a_stable_sort_with_missing_values_last(values):
    array = np.array(values, dtype=float)
    known = [row for row, value in enumerate(values) if not math.isnan(value)]
    missing = [row for row, value in enumerate(values) if math.isnan(value)]
    up = rising(array)
    assert up.tolist() == sorted(known, key=lambda row: values[row]) + missing
    assert falling(array, up).tolist() == sorted(known, key=lambda row: -values[row]) + missing


@pytest.mark.parametrize("down", [False, True])
def test_rows_that_are_kept_stay_in_order(down):
    table = demo_table()
    whole = ordered_rows(table, "flops", down=down)
    keep = np.arange(len(table)) % 3 == 0
    assert ordered_rows(table, "flops", down=down, keep=keep).tolist() == [row for row in whole if keep[row]]
    assert ordered_rows(table, "flops", keep=np.zeros(len(table), bool)).size == 0
    with pytest.raises(ValueError, match="read-only"):
        whole[0] = 1


def test_a_table_is_not_held_by_what_was_computed_from_it():
    table = copy.copy(demo_table())
    ordered_rows(table, "flops", down=True)
    axes = [ParallelAxis(name, table.metric(name), by_rank)
            for name in ("flops", "structure.edges") for by_rank in (False, True)]
    assert polylines(table, axes).any() and axes[1].value(table, 1.0) == table.column("flops").min()
    seen = weakref.ref(table)
    del table
    gc.collect()
    assert seen() is None


def test_the_newest_results_of_each_table_are_kept():
    asked = []

    @kept_with_table(2)
    def noted(table, name, down=False):
        asked.append((table, name, down))
        return name

    one, other = demo_table(), copy.copy(demo_table())
    for table, name in ((one, "a"), (one, "b"), (one, "a"), (one, "c"), (other, "a"), (one, "a"), (one, "b")):
        assert noted(table, name) == name
    assert asked == [(one, "a", False), (one, "b", False), (one, "c", False), (other, "a", False), (one, "b", False)]
    assert noted(one, "b", down=True) == "b" and asked[-1] == (one, "b", True)


def test_an_unknown_column_is_refused():
    with pytest.raises(UnknownMetricError):
        ordered_rows(demo_table(), "beauty")
