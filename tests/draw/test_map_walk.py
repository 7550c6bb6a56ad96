"""Walking from bin to bin, against what a look at the drawing would say."""

from __future__ import annotations

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.draw.map.axes import Window, whole_window
from vanas_panel.draw.map.bins import Bins, bin_points, points_of
from vanas_panel.draw.map.walk import WAYS, best_bin, bin_at, bin_words, next_bin, outermost_bin, shifted, zoomed


@pytest.fixture(scope="module")
def points():
    return points_of(vp.open_table("default"), "trainable_parameters", "test_accuracy", "test_accuracy")


def bins_at(*centres: tuple[float, float]) -> Bins:
    """Bins of width and height 1 with these lower left corners, each better than the one before."""
    x, y = (np.array(values, dtype=float) for values in zip(*centres, strict=True))
    count = np.arange(len(centres))
    return Bins(x, x + 1, y, y + 1, count / 10.0, count, count + 1, count)


SQUARE = Window((0.0, 10.0), (0.0, 10.0))


@pytest.mark.parametrize(("key", "expected"), [
    ("ArrowRight", 1), ("ArrowLeft", 4), ("ArrowUp", 2), ("ArrowDown", None)])
def test_the_nearest_bin_in_the_direction_comes_next(points, key, expected):
    # From the first one: one in its row before the diagonal one, the diagonal one before one far above.
    bins = bins_at((5, 2), (7, 2), (6, 3), (5, 8), (1, 4))
    assert next_bin(bins, points, SQUARE, 0, WAYS[key]) == expected


def test_bins_outside_the_window_are_not_walked_to(points):
    bins = bins_at((5, 5), (12, 5))
    assert next_bin(bins, points, SQUARE, 0, WAYS["ArrowRight"]) is None
    assert outermost_bin(bins, points, SQUARE, (1, 0)) == 0


def test_every_bin_of_a_real_map_can_be_reached(points):
    window = whole_window(points.x, points.y)
    bins = bin_points(points, window, (40, 30))
    reached, waiting = {best_bin(bins, points)}, [best_bin(bins, points)]
    while waiting:
        index = waiting.pop()
        for way in WAYS.values():
            found = next_bin(bins, points, window, index, way, (420, 270))
            if found is not None and found not in reached:
                reached.add(found)
                waiting.append(found)
    assert len(bins) > 100 and reached == set(range(len(bins)))


def test_a_cell_is_in_the_bin_that_is_found_for_it(points):
    window = whole_window(points.x, points.y)
    bins = bin_points(points, window, (40, 30))
    table = vp.open_table("default")
    x, y = table.column("trainable_parameters"), table.column("test_accuracy")
    assert [bin_at(bins, points, window, x[row], y[row]) for row in bins.row] == list(range(len(bins)))
    assert bins.row[best_bin(bins, points)] == table.best("test_accuracy")


def test_a_bin_in_words(points):
    words = bin_words(points, bins_at((2, 3), (4, 5)), 1)
    assert words.startswith("Best test accuracy 10.0") and "2 cells; Parameters" in words


@pytest.mark.parametrize("log", [False, True])
def test_zooming_keeps_the_centre_point_and_the_bounds(log):
    points = points_of(vp.open_table("default"), "trainable_parameters", "test_accuracy", "test_accuracy", log)
    bounds = whole_window(points.x, points.y)
    middle = (20_000.0, 0.8)

    def share(window):
        low, high, value = (np.log10(each) if log else each for each in (*window.x, middle[0]))
        return (value - low) / (high - low), high - low

    nearer = zoomed(points, bounds, bounds, middle, 0.5)
    assert share(nearer) == pytest.approx((share(bounds)[0], share(bounds)[1] / 2))
    farther = zoomed(points, nearer, bounds, middle, 8)
    assert farther.x == pytest.approx(bounds.x) and farther.y == pytest.approx(bounds.y)
    assert zoomed(points, bounds, bounds, middle, 0.5, (1e12, 1e12)) == bounds
    left = shifted(points, nearer, bounds, (-1, 0))
    assert left.y == nearer.y and bounds.x[0] <= left.x[0] < nearer.x[0]
    assert share(left)[1] == pytest.approx(share(nearer)[1])
    assert shifted(points, bounds, bounds, (1, 0)) == bounds


def test_a_window_at_the_limit_stays_where_rounding_would_move_it_for_ever():
    points = points_of(vp.open_table("default"), "trainable_parameters", "test_accuracy", "test_accuracy", True)
    # Found by trying random windows: every move was by one unit in the last place.
    bounds = Window((0.3697662831199404, 2.5854825029889916), (0.0, 1.0))
    window = Window((0.6490351953751498, 1.3666919662902315), (0.0, 1.0))
    for _ in range(12):
        before, window = window, shifted(points, window, bounds, (-1, 0))
    assert window == before


def test_an_empty_map_has_no_bin(points):
    none = Bins(*(np.zeros(0) for _ in range(4)), np.zeros(0), *(np.zeros(0, dtype=np.int64) for _ in range(3)))
    assert bin_at(none, points, SQUARE, 1, 1) is None and best_bin(none, points) is None
    assert outermost_bin(none, points, SQUARE, (1, 0)) is None
