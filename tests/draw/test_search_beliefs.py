"""Expected against true values as a picture: every cell is in a square or said to be outside, and bars are shares."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.draw.searches.beliefs import beliefs_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.searches.beliefs import BANDS, Calibration, beliefs_of, calibration
from vanas_panel.text.language import speaking

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


def drawn(found, table, metric="validation_accuracy", after=60):
    return ElementTree.fromstring(beliefs_svg(found, table.metric(metric), after, LIGHT))


@pytest.mark.parametrize("metric", ["validation_accuracy", "training_time"])
def test_bars_are_as_long_as_the_shares_and_marks_are_where_they_should_end(table, metric):
    run = vp.search(table, "gaussian-process", metric=metric, queries=60)
    found = calibration(run, table, beliefs_of(run, table, 60))
    picture = drawn(found, table, metric)
    bands = [each for each in picture.iter(f"{SVG}g") if each.get("class") == "vp-band"]
    assert len(bands) == len(BANDS)
    for each, band, share in zip(bands, BANDS, found.shares, strict=True):
        ground, bar = each.findall(f"{SVG}rect")
        width = float(ground.get("width"))
        assert float(bar.get("width")) == pytest.approx(share * width, abs=0.1)
        mark = float(each.find(f"{SVG}line").get("x1"))
        assert mark == pytest.approx(float(ground.get("x")) + band * width, abs=0.1)
        assert f"{100 * share:.1f} %" in each.find(f"{SVG}title").text


def test_what_the_picture_says_is_what_was_found(table):
    run = vp.search(table, "gaussian-process", queries=60)
    found = calibration(run, table, beliefs_of(run, table, 60))
    name = drawn(found, table).get("aria-label")
    assert name.startswith("True and expected validation accuracy after query 60: ")
    assert f"{found.true.size:,} cells that were not asked" in name
    assert f"Mean error {100 * found.error:.2f} points" in name
    assert f"Rank correlation {found.rank_correlation:.2f}" in name
    assert "The 95 % band holds" in name


def test_squares_hold_every_cell_that_is_not_said_to_lie_outside(table):
    values = np.linspace(0.8, 0.9, 40)
    squares = drawn(Calibration(values, values, (0.4, 0.8, 1.0), 1.0, 0.0), table)
    assert sum(path.get("d").count("M") for path in squares.iter(f"{SVG}path")) == 40
    assert "outside" not in squares.get("aria-label")
    # Of 400 the worst eight may lie outside, and the two that failed are so far off that they do.
    values = np.linspace(0.8, 0.9, 400)
    true = values.copy()
    true[[3, 200]] = 0.1
    picture = drawn(Calibration(values, true, (0.4, 0.8, 1.0), 1.0, 0.0), table)
    assert "2 lie outside the picture." in picture.get("aria-label")
    one = Calibration(np.array([0.85]), np.array([0.9]), (0.0, 1.0, 1.0), math.nan, 0.05)
    alone = drawn(one, table)
    assert sum(path.get("d").count("M") for path in alone.iter(f"{SVG}path")) == 1
    assert "1 cell that was not asked." in alone.get("aria-label") and "correlation" not in alone.get("aria-label")


def test_without_a_deviation_there_are_no_bands_and_without_cells_no_picture(table):
    values = np.array([0.8, 0.9])
    unknown = Calibration(values, values, (math.nan,) * 3, math.nan, 0.0)
    assert "vp-band" not in beliefs_svg(unknown, table.metric("validation_accuracy"), 1, LIGHT)
    nothing = Calibration(values[:0], values[:0], (math.nan,) * 3, math.nan, math.nan)
    assert beliefs_svg(nothing, table.metric("validation_accuracy"), 1, LIGHT) == ""


def test_the_picture_is_in_the_language_of_the_page(table):
    values = np.array([0.8, 0.9])
    found = Calibration(values, values, (0.5, 0.5, 1.0), 1.0, 0.01)
    with speaking("ko"):
        words = drawn(found, table).get("aria-label")
    assert "예상값" in words and "expected" not in words
