"""Presets follow the metric that ranks and its direction, against a search through a small table row by row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from demo_tables import CELLS, demo_columns, demo_table, structure_table, table_of
from page_parts import click

from vanas_panel.draw.presets.choice import Preset, presets, shortage
from vanas_panel.draw.presets.limits import good
from vanas_panel.draw.presets.words import end_of
from vanas_panel.panels.presets import Presets
from vanas_panel.report.cell_section import cell_html
from vanas_panel.report.plan import plan_of
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable

SIZES = (9e6, 1e6, 3e6, 3e6, 7e6, 2e6, 2e6, 8e6, 6e6, math.nan)
TIMES = (900.0, 300.0, 500.0, 500.0, math.nan, 200.0, 200.0, 1000.0, 800.0, 100.0)
ACCURACIES = (0.95, 0.40, 0.92, 0.93, 0.95, 0.91, 0.91, math.nan, 0.10, 0.95)
LOSSES = (0.31, 2.10, 0.24, 0.23, 0.21, 0.40, 0.40, 0.90, math.nan, 0.21)
LATENCIES = (9.0, 1.5, 2.5, 2.5, 6.0, 2.0, 2.0, 8.0, 7.0, 3.0)


def small_table(**columns) -> BenchmarkTable:
    """Ten cells with ties and missing values."""
    return table_of({name: np.array([*values, *[math.nan] * (CELLS.size - len(values))])
                     for name, values in columns.items()}, rows=slice(0, 10))


def whole() -> BenchmarkTable:
    return small_table(trainable_parameters=SIZES, training_time=TIMES, test_accuracy=ACCURACIES, val_loss=LOSSES,
                       latency_ms=LATENCIES)


def by_label(table: BenchmarkTable, metric: str) -> dict[str, Preset]:
    return {preset.label.replace("\N{NO-BREAK SPACE}", " "): preset for preset in presets(table, metric)}


def rows_of(table: BenchmarkTable, metric: str) -> dict[str, int | None]:
    return {label: preset.row for label, preset in by_label(table, metric).items() if not label.endswith("-like")}


def first_of(keys: list[tuple | None]) -> int:
    """The row with the lowest key, the first of several; None marks a row that does not count."""
    return min((key, row) for row, key in enumerate(keys) if key is not None)[1]


def worst_last(value: float, sign: int) -> float:
    """A key by which the best comes first and what is not known last."""
    return math.inf if math.isnan(value) else sign * value


def ranked(values, sign, keeps=lambda row: True, ties=None):
    """Row of the lowest `sign` times value among those that keep a condition, by a loop and Python's own order."""
    return first_of([None if math.isnan(value) or not keeps(row) else
                     (sign * value, *((worst_last(ties[0][row], ties[1]),) if ties else ()))
                     for row, value in enumerate(values)])


def test_presets_rank_by_accuracy():
    better = (ACCURACIES, -1)
    assert rows_of(whole(), "test_accuracy") == {
        "Best accuracy": ranked(ACCURACIES, -1),
        "Best < 5 M": ranked(ACCURACIES, -1, lambda row: SIZES[row] < 5e6),
        "Smallest > 90 %": ranked(SIZES, 1, lambda row: ACCURACIES[row] > 0.9, better),
        "Fastest > 90 %": ranked(TIMES, 1, lambda row: ACCURACIES[row] > 0.9, better),
        "Largest": ranked(SIZES, -1, ties=better), "Worst": ranked(ACCURACIES, 1),
    }


def test_presets_rank_by_accuracy_switched_to_lower_is_better():
    table = whole().with_direction("test_accuracy", False)
    found = by_label(table, "test_accuracy")
    better = (ACCURACIES, 1)
    assert rows_of(table, "test_accuracy") == {
        "Lowest accuracy": ranked(ACCURACIES, 1),
        "Lowest < 5 M": ranked(ACCURACIES, 1, lambda row: SIZES[row] < 5e6),
        "Smallest < 15 %": ranked(SIZES, 1, lambda row: ACCURACIES[row] < 0.15, better),
        "Fastest < 15 %": ranked(TIMES, 1, lambda row: ACCURACIES[row] < 0.15, better),
        "Largest": ranked(SIZES, -1, ties=better), "Worst": ranked(ACCURACIES, -1),
    }
    assert found["Smallest < 15 %"].description.startswith("The fewest parameters with less than 15 % test accuracy:")
    assert "highest, that is worst, test accuracy" in found["Worst"].description


def test_presets_of_an_accuracy_without_direction():
    table = whole().with_direction("test_accuracy", None)
    loss = (LOSSES, 1)
    assert rows_of(table, "test_accuracy") == {
        "Highest accuracy": ranked(ACCURACIES, -1, ties=loss), "Lowest accuracy": ranked(ACCURACIES, 1, ties=loss),
        "Lowest loss": ranked(LOSSES, 1), "Smallest": ranked(SIZES, 1, ties=loss),
        "Fastest": ranked(TIMES, 1, ties=loss), "Largest": ranked(SIZES, -1, ties=loss),
    }


def test_presets_rank_by_loss():
    better = (LOSSES, 1)
    found = by_label(whole(), "val_loss")
    # Nine values are known; the tenth of them is 0.21, twice, and 0.23 comes next: limits are multiples of 0.01.
    assert rows_of(whole(), "val_loss") == {
        "Lowest loss": ranked(LOSSES, 1), "Lowest < 5 M": ranked(LOSSES, 1, lambda row: SIZES[row] < 5e6),
        "Smallest < 0.23": ranked(SIZES, 1, lambda row: LOSSES[row] < 0.23, better),
        "Fastest < 0.23": ranked(TIMES, 1, lambda row: LOSSES[row] < 0.23, better),
        "Largest": ranked(SIZES, -1, ties=better), "Worst": ranked(LOSSES, -1),
    }
    assert found["Fastest < 0.23"].description.startswith("The shortest training with val loss below 0.23: val loss")
    assert "test accuracy 95.00 %" in found["Lowest loss"].description


def test_presets_rank_by_latency():
    better = (ACCURACIES, -1)
    found = by_label(whole(), "latency_ms")
    assert rows_of(whole(), "latency_ms") == {
        "Lowest latency": ranked(LATENCIES, 1, ties=better),
        "Lowest latency > 90 %": ranked(LATENCIES, 1, lambda row: ACCURACIES[row] > 0.9, better),
        "Lowest < 5 M": ranked(LATENCIES, 1, lambda row: SIZES[row] < 5e6, better),
        "Best accuracy < 2 ms": ranked(ACCURACIES, -1, lambda row: LATENCIES[row] < 2),
        "Largest": ranked(SIZES, -1, ties=better), "Worst": ranked(LATENCIES, -1, ties=better),
    }
    assert found["Best accuracy < 2 ms"].description.startswith("The best test accuracy with latency below 2 ms:")


def test_presets_rank_by_parameters_and_by_time():
    better = (ACCURACIES, -1)
    assert rows_of(whole(), "trainable_parameters") == {
        "Smallest": ranked(SIZES, 1, ties=better),
        "Smallest > 90 %": ranked(SIZES, 1, lambda row: ACCURACIES[row] > 0.9, better),
        "Best accuracy < 2 M": ranked(ACCURACIES, -1, lambda row: SIZES[row] < 2e6),
        "Largest": ranked(SIZES, -1, ties=better),
    }
    assert rows_of(whole(), "training_time") == {
        "Fastest": ranked(TIMES, 1, ties=better),
        "Fastest > 90 %": ranked(TIMES, 1, lambda row: ACCURACIES[row] > 0.9, better),
        "Fastest < 5 M": ranked(TIMES, 1, lambda row: SIZES[row] < 5e6, better),
        "Best accuracy < 4 min": ranked(ACCURACIES, -1, lambda row: TIMES[row] < 240),
        "Largest": ranked(SIZES, -1, ties=better), "Slowest": ranked(TIMES, -1, ties=better),
    }
    larger = whole().with_direction("trainable_parameters", True)
    assert rows_of(larger, "trainable_parameters")["Largest > 90 %"] == ranked(
        SIZES, -1, lambda row: ACCURACIES[row] > 0.9, better)


def test_a_table_of_one_metric_says_why_there_are_few():
    table = small_table(val_loss=LOSSES)
    assert rows_of(table, "val_loss") == {"Lowest loss": ranked(LOSSES, 1), "Worst": ranked(LOSSES, -1)}
    assert shortage(table, "val_loss") == ("Presets of small and of fast cells need a column trainable_parameters or "
                                           "training_time; this table has neither.")
    assert shortage(table, "val_loss") in Presets(Session(table)).__panel__().html
    assert shortage(whole(), "val_loss") == ""


def test_parameters_by_another_name_are_a_cost():
    table = small_table(latency_ms=LATENCIES, n_params=SIZES, val_loss=LOSSES)
    labels = rows_of(table, "latency_ms")
    assert any(label.startswith("Lowest loss < ") for label in labels)
    assert not any("params" in label for label in labels)


def test_other_costs_stand_in_where_there_are_no_parameters_and_no_times():
    table = small_table(val_loss=LOSSES, latency_ms=LATENCIES)
    assert rows_of(table, "val_loss")["Lowest latency < 0.23"] == ranked(
        LATENCIES, 1, lambda row: LOSSES[row] < 0.23, (LOSSES, 1))


def test_a_metric_of_which_nothing_is_known_says_so():
    assert rows_of(demo_table(), "never_measured").keys() == {"Best accuracy", "Smallest", "Fastest", "Largest"}
    assert shortage(demo_table(), "never_measured") == "Nothing is measured for never measured."
    same = small_table(score=(0.5,) * 10, trainable_parameters=SIZES)
    assert shortage(same, "score") == "All measured cells have the same score."
    assert rows_of(same, "score").keys() == {"Best score", "Best < 5 M", "Largest", "Worst"}


@pytest.mark.parametrize(("metric", "values", "words"), [
    (known_metric("val_loss"), np.linspace(0.2, 2.2, 91), "0.4"),
    (known_metric("score"), np.linspace(10, 100, 91), "91"),
    (known_metric("training_time"), np.linspace(10, 100, 91), "19 s"),
    (known_metric("training_time"), np.linspace(1000, 10000, 91), "40 min"),
    (known_metric("training_time"), np.linspace(1e4, 1e5, 91), "6 h"),
    (known_metric("flops"), np.linspace(1e9, 1e10, 91), "1.9 G"),
    (known_metric("latency_ms"), np.linspace(1.5, 9.0, 91), "2.3 ms"),
    (known_metric("loss"), np.linspace(1e-9, 9.1e-8, 91), "1e-8"),
    (Metric("error", "Error", "fraction", False), np.linspace(0.05, 0.5, 91), "10 %"),
    (Metric("error", "Error", "fraction", False), np.linspace(0.25, 0.5, 91), "30 %"),
    (Metric("error", "Error", "fraction", False), np.linspace(0.01, 0.03, 91), "1.2 %"),
    (Metric("gain", "Gain", "dB", True), -np.linspace(1, 10, 91), "−1.9 dB"),
])
def test_limits_are_round_written_in_the_unit_and_kept_by_the_best(metric, values, words):
    table = table_of({metric.name: values}, metrics={metric.name: metric})
    limit = good(table, metric.name)
    assert limit.below is not metric.higher_is_better and limit.words.replace("−", "-") == words.replace("−", "-")
    kept = limit.rows(table, metric.name)
    assert table.best(metric.name) in kept and 0 < len(kept) <= 25


@pytest.mark.parametrize("values", [[1e9 + step / 1000 for step in range(10)], [math.inf] * 10, [math.nan] * 10,
                                    [5.0] * 10, [-math.inf, *[math.inf] * 9], [-1.7e308, *[1.7e308] * 9]])
def test_no_limit_where_no_short_number_parts_the_best(values):
    assert good(small_table(loss=values), "loss") is None
    assert presets(small_table(loss=values, trainable_parameters=SIZES), "loss")


@pytest.mark.parametrize(("name", "label", "start"), [
    ("val_loss", "Lowest loss", "Lowest"), ("images_per_second", "Best", "Best"), ("f1_score", "Best score", "Best"),
    ("perplexity", "Lowest perplexity", "Lowest"), ("validation_accuracy_12", "Best accuracy", "Best"),
    ("flops", "Lowest FLOPs", "Lowest"), ("auc", "Best auc", "Best"), ("edges", "Most edges", "Most"),
    ("depth", "Highest depth", "Highest"), ("a_long_name_of_something", "Highest", "Highest"),
])
def test_labels_are_short_and_name_what_is_measured(name, label, start):
    end = end_of(known_metric(name), known_metric(name).higher_is_better is not False)
    assert (end.label, end.start) == (label, start)


def test_the_view_follows_the_metric_and_keeps_what_is_highlighted_right():
    session = Session(whole())
    view = Presets(session)
    session.metric = "val_loss"
    html = view.__panel__().html
    assert "Lowest loss" in html and "Best accuracy" not in html
    for index, preset in enumerate(view.offered):
        click(view, f"preset:{index}")
        assert session.row == preset.row
    session.metric = "test_accuracy"
    assert "Best accuracy" in view.__panel__().html and "loss" not in "".join(p.label for p in view.offered)


def test_the_view_follows_the_direction():
    session = Session(whole())
    view = Presets(session)
    session.better = {"test_accuracy": False}
    assert "Lowest accuracy" in view.__panel__().html and "Smallest &lt;\N{NO-BREAK SPACE}15" in view.__panel__().html
    session.better = {}
    assert "Best accuracy" in view.__panel__().html


def test_the_report_follows_metric_and_direction():
    session = Session(whole().with_direction("val_loss", True), metric="val_loss")
    html = cell_html(plan_of(session.table, session=session))
    assert "Best loss" in html and "Best accuracy" not in html and "highest" not in html
    few = small_table(val_loss=LOSSES)
    assert shortage(few, "val_loss") in cell_html(plan_of(few))


def test_structure_alone_offers_cells_by_size_and_cost():
    columns = demo_columns()
    sizes, flops = columns["trainable_parameters"], columns["flops"]
    rows = rows_of(structure_table(), "flops")
    limit = good(structure_table(), "flops")
    assert rows["Lowest FLOPs"] == int(np.argmin(flops)) and rows["Largest"] == int(np.argmax(sizes))
    kept = np.flatnonzero(flops < limit.value)
    small = next(row for label, row in rows.items() if label.startswith("Smallest <"))
    assert sizes[small] == sizes[kept].min()


@pytest.mark.parametrize(("values", "words"), [
    # Every cell is above 90 %, or one is at it.
    ((0.991, 0.992, 0.993, 0.994, 0.995, 0.996, 0.997, 0.998, 0.9985, 0.999), "99.85 %"),
    ((0.95, 0.951, 0.952, 0.953, 0.954, 0.97, 0.971, 0.972, 0.98, 0.985), "98 %"),
    ((0.9, 0.951, 0.952, 0.953, 0.954, 0.97, 0.971, 0.972, 0.98, 0.985), "90 %"),
    ((0.91, 0.91, 0.92), "91 %"),
])
def test_a_limit_parts_a_table_whose_cells_are_all_good(values, words):
    limit = good(small_table(test_accuracy=values), "test_accuracy")
    better = {row for row, value in enumerate(values) if value > limit.value}
    assert limit.words == words and set(limit.rows(small_table(test_accuracy=values), "test_accuracy")) == better
    assert 0 < len(better) < len(values)


def test_smallest_of_the_good_is_not_the_smallest_of_all():
    accuracies = tuple(0.92 + 0.005 * row for row in range(10))
    table = small_table(trainable_parameters=tuple(1e6 * (row + 1) for row in range(10)), test_accuracy=accuracies)
    found = rows_of(table, "test_accuracy")
    label, = (label for label in found if label.startswith("Smallest > "))
    limit = float(label.split()[2]) / 100
    assert found[label] == next(row for row in range(10) if accuracies[row] > limit) > 0


def test_no_limit_parts_cells_that_are_all_equal():
    assert good(small_table(test_accuracy=(0.95,) * 10), "test_accuracy") is None
