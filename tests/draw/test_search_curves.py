"""Curves of searches: what is drawn, what it says, and colours that everybody can tell apart."""

import math
import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.draw.searches.curves import curves_svg
from vanas_panel.draw.theme import DARK, LIGHT, SCALE
from vanas_panel.errors import SearchError
from vanas_panel.searches.curves import Curve, comparison_curves, drawn_curves, run_curve
from vanas_panel.tables.metrics import known_metric
from vanas_panel.text.language import speaking

ACCURACY = known_metric("test_accuracy")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def run(table):
    return vp.search(table, "local-search", queries=120, seed=4)


def test_a_run_is_a_staircase_of_its_improvements(run, table):
    curve = run_curve(run)
    steps, best = [], math.inf
    for trial in run.trials.itertuples():
        if trial.regret < best:
            steps.append((trial.query, trial.regret))
            best = trial.regret
    assert list(zip(curve.x, curve.y, strict=True))[:len(steps)] == steps
    assert curve.x[-1] == 120 and curve.y[-1] == run.regret
    seconds = run_curve(run, over="seconds")
    assert seconds.x[-1] == pytest.approx(run.trials["seconds"].sum())
    judged = run_curve(run, table, metric="test_accuracy")
    best = np.nanmax(table.column("test_accuracy"))
    assert judged.y[-1] == pytest.approx(best - run.trials["test_accuracy"].iloc[-1])
    drawing = ElementTree.fromstring(curves_svg([curve], ACCURACY, LIGHT))
    path, = drawing.iter(f"{SVG}path")
    assert path.get("d").count("H") == curve.x.size - 1


def test_random_search_stands_beside_by_default(run, table):
    chance, own = drawn_curves([run], table)
    assert chance.is_chance and not own.is_chance and chance.x[-1] == 120
    drawing = ElementTree.fromstring(curves_svg([chance, own], ACCURACY, LIGHT))
    dashed, drawn = drawing.iter(f"{SVG}path")
    assert dashed.get("stroke-dasharray") and dashed.get("stroke") == LIGHT.muted
    assert drawn.get("stroke") == LIGHT.series_1 and not drawn.get("stroke-dasharray")
    says = drawing.find(f"{SVG}title").text
    assert "Random, exactly: " in says and "Local search (first), seed 4: " in says
    in_seconds = drawn_curves([run], table, over="seconds")[0]
    assert in_seconds.x[-1] == pytest.approx(run.trials["seconds"].sum(), rel=0.02)


def test_a_comparison_has_bands(table):
    frame = vp.compare_searches(table, ["local-search", "random"], queries=60, seeds=8)
    curves = drawn_curves([], table, frame)
    assert [curve.title for curve in curves] == ["random (exact)", "local-search:first", "random"]
    assert comparison_curves(frame)[0].low is not None
    last = frame[(frame["strategy"] == "random") & (frame["query"] == 60)].iloc[0]
    assert (curves[2].y[-1], curves[2].low[-1], curves[2].high[-1]) == (last["regret"], last["low"], last["high"])
    drawing = ElementTree.fromstring(curves_svg(curves, ACCURACY, LIGHT))
    assert sum("fill-opacity" in path.attrib for path in drawing.iter(f"{SVG}path")) == 2


def test_zeros_lie_on_the_lower_end_and_are_said():
    curve = Curve("random", np.array([1.0, 4.0, 9.0]), np.array([0.3, 0.01, 0.0]), steps=True)
    drawing = ElementTree.fromstring(curves_svg([curve], ACCURACY, LIGHT, height=250))
    path, = drawing.iter(f"{SVG}path")
    assert float(re.findall(r"V([\d.]+)", path.get("d"))[-1]) == 210
    assert "0" in [each.text for each in drawing.iter(f"{SVG}text")]


@pytest.mark.parametrize("values", [[], [math.nan, math.nan], [0.0, 0.0], [-0.1, -0.2], [0.5, 0.5], [1e-12, 1e9]])
@pytest.mark.parametrize("log", [True, False])
def test_odd_values_can_be_drawn(values, log):
    curve = Curve("<b>&", np.arange(1.0, len(values) + 1), np.array(values), steps=True)
    for measure in ("regret", "best"):
        text = curves_svg([curve], ACCURACY, LIGHT, measure=measure, log_x=log, log_y=log)
        ElementTree.fromstring(text)
        assert "nan" not in text and "inf" not in text and "<b>" not in text


def test_numbers_of_lines_are_never_over_each_other():
    curves = [Curve(f"strategy of a long name {index}", np.array([1.0, 10.0]), np.array([0.5, 0.1]))
              for index in range(9)]
    drawing = ElementTree.fromstring(curves_svg(curves, ACCURACY, LIGHT))
    tags = sorted(float(each.get("y")) for each in drawing.iter(f"{SVG}text") if each.text in list("123456789")
                  and float(each.get("x")) > 390)
    assert len(tags) == 9 and min(np.diff(tags)) >= 11.9 and max(tags) <= 250


def test_unknown_seconds_and_pictures_are_said(run):
    with pytest.raises(SearchError, match="expected one of regret, best"):
        run_curve(run, measure="loss")
    with pytest.raises(SearchError, match="Found no values of flops"):
        run_curve(run, metric="flops")
    with pytest.raises(SearchError, match="Pass it"):
        run_curve(run, metric="test_accuracy")


def test_the_words_are_korean(run, table):
    with speaking("ko"):
        text = curves_svg(drawn_curves([run], table), table.metric("validation_accuracy"), LIGHT)
    assert "Regret" not in text and "Random" not in text and "queries" not in text


_SEEN = {
    "full": np.eye(3),
    "protanopia": np.array([[.152286, 1.052583, -.204868], [.114503, .786281, .099216],
                             [-.003882, -.048116, 1.051998]]),
    "deuteranopia": np.array([[.367322, .860646, -.227968], [.280085, .672501, .047413],
                              [-.011820, .042940, .968881]]),
    "tritanopia": np.array([[1.255528, -.076749, -.178779], [-.078411, .930809, .147602], [.004733, .691367, .303900]]),
}
"""Machado, Oliveira and Fernandes (2009), of linear RGB."""
_TO_CONES = np.array([[.4122214708, .5363325363, .0514459929], [.2119034982, .6806995451, .1073969566],
                      [.0883024619, .2817188376, .6299787005]])
_TO_LAB = np.array([[.2104542553, .7936177850, -.0040720468], [1.9779984951, -2.4285922050, .4505937099],
                    [.0259040371, .7827717662, -.8086757660]])


def linear(color):
    channels = np.array([int(color[place:place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(color, seen):
    return _TO_LAB @ np.cbrt(_TO_CONES @ np.clip(_SEEN[seen] @ linear(color), 0, 1))


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_search_colours_differ_for_colour_blind_readers(colors):
    for seen in _SEEN:
        for one, other in combinations([*colors.series, colors.accent], 2):
            assert np.linalg.norm(oklab(one, seen) - oklab(other, seen)) > 0.07, (seen, one, other)
    for color in colors.series:
        lights = sorted(linear(each) @ [0.2126, 0.7152, 0.0722] + 0.05 for each in (color, colors.card))
        assert lights[1] / lights[0] >= 3
    assert not {*colors.series} & {*SCALE}
