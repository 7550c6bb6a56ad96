"""Parallel coordinates: axes by value and by rank, cells without a value, the raster, its file and its frame."""

import io
import math

import numpy as np
import pytest
from demo_tables import demo_table
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vanas_panel.draw.parallel.axis import COLUMNS, OFFSET, RAIL, WIDTH, ParallelAxis
from vanas_panel.draw.parallel.frame import frame_html
from vanas_panel.draw.parallel.raster import BAND, parallel_png, polylines, shaded
from vanas_panel.draw.png import indexed_png
from vanas_panel.draw.theme import DARK, LIGHT
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable


def table_of(values, better=True):
    """The demo table with these values, repeated, as its only metric."""
    table = demo_table()
    column = np.resize(np.array(values, float), len(table))
    return BenchmarkTable(table.space, table.packed, {"score": Metric("score", "Score", "", better)}, {"score": column},
                          name="scores")


def axis(table, name="score", **options):
    return ParallelAxis(name, table.metric(name), **options)


@pytest.mark.parametrize("by_rank", [False, True])
@pytest.mark.parametrize("better", [True, False, None])
def test_the_better_end_is_at_the_right_and_missing_values_are_on_the_rail(by_rank, better):
    table = table_of([0.5, math.nan, 2.0, 7.0], better)
    pixels = axis(table, by_rank=by_rank).pixels(table)
    values = table.column("score")
    assert set(pixels[np.isnan(values)]) == {RAIL}
    low, high = pixels[values == 0.5][0], pixels[values == 7.0][0]
    assert (low > high) == (better is False) and min(low, high) >= OFFSET and max(low, high) < COLUMNS
    flipped = axis(table, by_rank=by_rank, flipped=True).pixels(table)
    known = ~np.isnan(values)
    np.testing.assert_array_equal(flipped[known], 2 * OFFSET + WIDTH - 1 - pixels[known].astype(int))
    assert set(flipped[~known]) == {RAIL}


@given(st.lists(st.one_of(st.just(math.nan), st.integers(-3, 3).map(float), st.floats(-1e9, 1e9)), min_size=1,
                max_size=7), st.booleans(), st.booleans())
def test_a_value_lies_where_its_cells_do(values, by_rank, flipped):
    table = table_of(values)
    drawn = axis(table, by_rank=by_rank, flipped=flipped)
    pixels, column = drawn.pixels(table), table.column("score")
    for row in np.flatnonzero(~np.isnan(column)):
        share = drawn.share(table, float(column[row]))
        # Half a pixel for rounding, and what mirroring a rounded half takes.
        assert abs(OFFSET + share * (WIDTH - 1) - int(pixels[row])) <= 1
        assert (drawn.pixels(table)[column == column[row]] == pixels[row]).all()


def test_a_rank_is_the_mean_of_those_of_equal_values():
    table = table_of([3.0, 1.0, 1.0, math.nan])
    drawn, column = axis(table, by_rank=True), table.column("score")
    ones, threes = int((column == 1).sum()), int((column == 3).sum())
    mean = (ones - 1) / 2 / (ones + threes - 1)
    assert drawn.share(table, 1.0) == pytest.approx(mean)
    assert int(drawn.pixels(table)[column == 1][0]) == OFFSET + round(mean * (WIDTH - 1))
    assert drawn.value(table, 0.0) == 1 and drawn.value(table, 1.0) == 3


@pytest.mark.parametrize("values", [[4.0], [math.nan], [math.inf], [math.inf, 2.0], [-math.inf, 1.0, 5.0]])
@pytest.mark.parametrize("by_rank", [False, True])
def test_one_value_none_and_infinite_ones_have_a_place(values, by_rank):
    table = table_of(values)
    pixels = axis(table, by_rank=by_rank).pixels(table)
    assert ((pixels == RAIL) | ((pixels >= OFFSET) & (pixels < COLUMNS))).all()
    np.testing.assert_array_equal(pixels == RAIL, np.isnan(table.column("score")))
    assert frame_html(table, [axis(table, by_rank=by_rank)], {}, "data:,", None)


def test_each_row_of_the_raster_counts_every_cell():
    table = demo_table()
    axes = [axis(table, name) for name in table.numbers]
    counts = polylines(table, axes)
    assert counts.shape == ((len(axes) - 1) * BAND, COLUMNS) and (counts.sum(axis=1) >= len(table)).all()
    for index, each in enumerate(axes[:-1]):
        pixels = each.pixels(table)
        assert (counts[index * BAND][np.unique(pixels)] >= np.bincount(pixels)[np.unique(pixels)]).all()
    rows = np.arange(0, len(table), 2)
    others = np.setdiff1d(np.arange(len(table)), rows)
    np.testing.assert_array_equal(polylines(table, axes, rows) + polylines(table, axes, others), counts)
    assert not polylines(table, axes, rows[:0]).any() and polylines(table, axes[:1]).shape == (0, COLUMNS)


def test_what_is_selected_lies_over_the_ghost():
    ghost, chosen = np.array([[0, 1, 9, 9]], np.int32), np.array([[0, 0, 1, 9]], np.int32)
    assert shaded(ghost).tolist() == [[0, 20, 64, 64]] and shaded(ghost, chosen).tolist() == [[0, 20, 84, 128]]
    assert not shaded(np.zeros((2, 2), np.int32)).any()


def test_the_file_holds_the_colours():
    levels = np.array([[0, 1], [2, 1]], np.uint8)
    colours = [(0, 0, 0, 0), (10, 20, 30, 255), (200, 0, 0, 128)]
    with Image.open(io.BytesIO(indexed_png(levels, colours))) as picture:
        read = np.array(picture.convert("RGBA"))
    assert [tuple(pixel) for line in read for pixel in line] == [colours[level] for level in levels.ravel()]


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_the_picture_is_as_large_as_the_raster(colors):
    table = demo_table()
    axes = [axis(table, name) for name in table.numbers]
    ghost = polylines(table, axes)
    for chosen in (None, polylines(table, axes, np.array([0]))):
        with Image.open(io.BytesIO(parallel_png(ghost, chosen, colors))) as picture:
            assert picture.size == ghost.shape[::-1]


def test_the_frame_says_what_an_axis_is_and_escapes_it():
    table = table_of([0.5, math.nan, 2.0])
    nasty = BenchmarkTable(table.space, table.packed, {"a<b": Metric("a<b", "A<b", "", False)},
                           {"a<b": table.column("score")}, name="nasty")
    html = frame_html(nasty, [axis(nasty, "a<b")], {"a<b": (0.5, 1.0)}, "data:,", 3)
    assert "a<b" not in html.lower() and "A&lt;b" in html
    for words in ("lower is better", "2 at the left", "0.5", "not measured", "Brushed from 0.5", "3 of"):
        assert words in html, words
    still = frame_html(nasty, [axis(nasty, "a<b")], {}, "data:,", None, still=True)
    assert "<button" not in still
