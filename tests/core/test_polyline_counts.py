"""Parallel coordinates as counts of lines for each pixel, against one line after the other in exact fractions."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.polyline_counts import polyline_counts


def touched(start, end, height):
    """The pixels that one line touches, as (line of pixels, column)."""
    places = [floor(start + Fraction((end - start) * step, height) + Fraction(1, 2)) for step in range(height + 1)]
    return {(step, column) for step in range(height)
            for column in range(min(places[step:step + 2]), max(places[step:step + 2]) + 1)}


def by_hand(starts, ends, columns, height):
    found = np.zeros((height, columns), np.int32)
    for start, end in zip(starts, ends, strict=True):
        for place in touched(int(start), int(end), height):
            found[place] += 1
    return found


@st.composite
def bands(draw):
    columns, height = draw(st.integers(1, 12)), draw(st.integers(1, 9))
    pairs = draw(st.lists(st.tuples(st.integers(0, columns - 1), st.integers(0, columns - 1)), max_size=12))
    starts, ends = (np.array([pair[side] for pair in pairs], np.uint16) for side in (0, 1))
    return starts, ends, columns, height


@given(bands())
def test_every_pixel_counts_the_lines_that_touch_it(band):
    np.testing.assert_array_equal(polyline_counts(*band), by_hand(*band))


@given(bands(), st.randoms())
def test_the_order_of_the_cells_does_not_matter(band, random):
    starts, ends, columns, height = band
    order = list(range(starts.size))
    random.shuffle(order)
    np.testing.assert_array_equal(polyline_counts(*band),
                                  polyline_counts(starts[order], ends[order], columns, height))


def test_no_line_leaves_a_gap_and_each_touches_every_line_of_pixels():
    for start in range(9):
        for end in range(9):
            counts = polyline_counts(np.array([start], np.uint16), np.array([end], np.uint16), 9, 4)
            assert counts[0, start] == 1 and counts[-1, end] == 1 and counts.sum(axis=1).min() >= 1
            assert counts.any(axis=0).sum() == abs(end - start) + 1


def test_no_cell_touches_nothing():
    none = np.zeros(0, np.uint16)
    assert polyline_counts(none, none, 5, 3).shape == (3, 5) and not polyline_counts(none, none, 5, 3).any()


@pytest.mark.parametrize("arguments", [
    (np.zeros(2, np.uint16), np.zeros(1, np.uint16), 5, 3), (np.array([5], np.uint16), np.zeros(1, np.uint16), 5, 3),
    (np.zeros(1, np.uint16), np.zeros(1, np.uint16), 5, 0), (np.zeros(1, np.uint16), np.zeros(1, np.uint16), 5000, 3)])
def test_what_is_no_band_is_refused(arguments):
    with pytest.raises(ValueError, match="expected"):
        polyline_counts(*arguments)
