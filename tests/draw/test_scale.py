"""The colour scale: round ends, the best end light, few failed trainings do not stretch it."""

import math

import numpy as np
import pytest
from demo_tables import FIVE
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.scale import UNKNOWN, round_step, scale_of, shades_of
from vanas_panel.draw.theme import SCALE
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable


def table_of(values, metric: Metric) -> BenchmarkTable:
    values = np.asarray(values, dtype=float)
    return BenchmarkTable(NASBENCH101, FIVE[: values.size], {metric.name: metric}, {metric.name: values}, name="few")


ACCURACY, TIME, PARAMETERS = (known_metric(name) for name in ("test_accuracy", "training_time", "trainable_parameters"))
FREE = Metric("free", "Free")


def test_failed_trainings_do_not_stretch_the_scale_of_accuracies():
    values = np.linspace(0.82, 0.947, 500)
    values[:5] = 0.1
    scale = scale_of(table_of(values, ACCURACY), "test_accuracy")
    assert (scale.low, scale.high, scale.clipped_low, scale.clipped_high) == (0.8, 0.95, True, False)
    assert scale.color(0.1) == scale.color(0.8) == SCALE[0]
    assert scale.color(0.95) == SCALE[-1]


def test_without_stragglers_nothing_is_cut():
    scale = scale_of(table_of(np.linspace(0.5, 0.93, 400), ACCURACY), "test_accuracy")
    assert (scale.low, scale.high, scale.clipped_low) == (0.4, 1.0, False)


@pytest.mark.parametrize(("worst", "cut"), [(0.755, False), (0.745, True)])
def test_the_worse_end_is_cut_where_that_shortens_the_scale_by_a_fifth(worst, cut):
    # Without the worst 2 per cent the length is 0.2: four fifths of 0.25, which lies between the two cases.
    values = np.r_[np.full(5, worst), np.linspace(0.8, 1.0, 495)]
    assert scale_of(table_of(values, ACCURACY), "test_accuracy").clipped_low == cut


@pytest.mark.parametrize(("worst", "cut"), [(-48.0, False), (-52.0, True)])
def test_of_a_few_cells_one_is_left_out_where_it_is_fifty_times_as_far_off(worst, cut):
    # Without the worst one, the scale of these ten cells has length 1, a fiftieth of 49 and of 53.
    values = np.r_[worst, np.linspace(0.0, 1.0, 9)]
    assert scale_of(table_of(values, Metric("gain", "Gain", higher_is_better=True)), "gain").clipped_low == cut


def test_where_lower_is_better_the_low_end_is_light_and_the_high_end_is_cut():
    values = np.linspace(1e6, 20e6, 500)
    values[-5:] = 900e6
    scale = scale_of(table_of(values, PARAMETERS), "trainable_parameters")
    assert scale.clipped_high and not scale.clipped_low and scale.high == 20e6
    assert scale.color(scale.low) == SCALE[-1]
    assert scale.color(900e6) == SCALE[0]


def test_a_metric_without_a_direction_is_never_cut():
    values = np.r_[np.full(5, -1000.0), np.linspace(0, 1, 495)]
    scale = scale_of(table_of(values, FREE), "free")
    assert scale.low <= -1000 and not scale.clipped_low


@pytest.mark.parametrize("values", [[np.nan, np.nan], [3.0, 3.0], [0.0]])
def test_hardly_any_values(values):
    scale = scale_of(table_of(values, FREE), "free")
    assert scale.low < scale.high
    assert scale.color(math.nan) == UNKNOWN
    assert scale.color(values[0]) in {*SCALE, UNKNOWN}


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40, unique=True), st.sampled_from([True, False, None]))
def test_the_scale_holds_all_values_that_it_does_not_say_are_beyond_it(values, higher_is_better):
    metric = Metric("free", "Free", higher_is_better=higher_is_better)
    scale = scale_of(table_of(values, metric), "free")
    slack = 1e-9 * max(map(abs, values)) + 1e-12
    assert scale.clipped_low or scale.low <= min(values) + slack
    assert scale.clipped_high or scale.high >= max(values) - slack
    assert (scale.high - scale.low) / scale.step == pytest.approx(round((scale.high - scale.low) / scale.step))


@pytest.mark.parametrize("higher", [True, False])
def test_a_tail_of_two_per_cent_of_a_few_cells_is_no_cell(higher):
    scale = scale_of(table_of([0.1, 0.2, 0.3], Metric("error", "Error", higher_is_better=higher)), "error")
    assert (scale.low, scale.high, scale.clipped_low, scale.clipped_high) == (0.1, 0.3, False, False)


@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=30, unique=True))
def test_a_better_value_is_never_darker(values):
    for metric in (ACCURACY, Metric("cost", "Cost", "fraction", higher_is_better=False)):
        table = table_of(values, metric)
        best_first = sorted(values, reverse=bool(metric.higher_is_better))
        levels = [SCALE.index(shade) for shade in shades_of(table, metric.name, best_first)]
        assert levels == sorted(levels, reverse=True)


def test_steps_of_times_divide_minutes_and_hours():
    assert [round_step(TIME, width) for width in (0.3, 7, 40, 61, 700, 3000)] == [0.5, 10, 60, 120, 900, 3600]
    assert round_step(TIME, 1e5) == 50 * 3600
