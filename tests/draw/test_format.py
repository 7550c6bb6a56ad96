"""Values as text: what is written can be read back, to half of its last digit."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.draw.format import (
    NOT_MEASURED,
    best_words,
    format_difference,
    format_range,
    format_value,
    lower_label,
    split_value,
)
from vanas_panel.draw.ticks import axis_formatter
from vanas_panel.tables.metrics import Metric, known_metric

ACCURACY, TIME, PARAMETERS, FLOPS, EDGES = map(
    known_metric, ("test_accuracy", "training_time", "trainable_parameters", "flops", "edges"))
LOSS = Metric("loss", "Loss", "nats", higher_is_better=False)

PREFIX = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


def read_number(word: str) -> tuple[float, float]:
    """A written number and half of its last digit."""
    plain = word.replace(",", "").replace("−", "-")
    mantissa, _, power = plain.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(plain), 0.5 * 10.0 ** (int(power or 0) - decimals)


def read_time(text: str) -> tuple[float, float]:
    """A written time in seconds, and half of its last digit."""
    total, slack = 0.0, 0.0
    for word, unit in re.findall(r"(\S+) (s|min|h)\b", text):
        number, half = read_number(word)
        total, slack = total + number * SECONDS[unit], half * SECONDS[unit]
    return total, slack


@pytest.mark.parametrize(("metric", "value", "text"), [
    (ACCURACY, 0.94661, "94.66 %"), (ACCURACY, 1.0, "100.00 %"), (ACCURACY, 0.0, "0.00 %"),
    (PARAMETERS, 41_694_474, "41.7 M"), (PARAMETERS, 8_555_530, "8.56 M"), (PARAMETERS, 227_274, "227 k"),
    (PARAMETERS, 999_600, "1.00 M"), (PARAMETERS, 999_499, "999 k"), (PARAMETERS, 940, "940"),
    (FLOPS, 6.1346e9, "6.13 G"),
    (FLOPS, 999.9e15, "1,000 P"), (TIME, 1768.2, "29 min 28 s"), (TIME, 28.31, "28.3 s"), (TIME, 59.96, "1 min 0 s"),
    (TIME, 3599.8, "1 h 0 min"), (TIME, 5411.1, "1 h 30 min"), (TIME, 0.5, "0.500 s"), (TIME, 0, "0 s"),
    (EDGES, 9, "9"), (EDGES, 2.5, "2.500"), (LOSS, -0.01234, "−0.01234 nats"), (LOSS, 1e-7, "1.000e−07 nats"),
    (LOSS, 1234567.5, "1.235e+06 nats"), (ACCURACY, math.nan, NOT_MEASURED), (TIME, None, NOT_MEASURED),
])
def test_value_is_formatted_with_its_unit(metric, value, text):
    assert format_value(metric, value) == text


def test_a_card_can_set_the_unit_apart():
    assert split_value(PARAMETERS, 41_694_474) == ("41.7", "M")
    assert split_value(TIME, 1768.2) == ("29 min 28", "s")
    assert split_value(EDGES, 9.0) == ("9", "")
    assert split_value(ACCURACY, math.nan) == (NOT_MEASURED, "")


@given(st.floats(0, 1e17))
def test_a_count_is_written_to_three_digits(value):
    number, prefix = split_value(FLOPS, value)
    written, half = read_number(number)
    assert abs(written * PREFIX[prefix] - value) <= half * PREFIX[prefix] * (1 + 1e-9)
    assert value < 1000 or prefix == "P" or (1 <= written < 1000 and half * 200 <= written * 1.0001)


@given(st.floats(0, 1e6))
def test_a_time_is_written_to_its_last_unit(value):
    written, half = read_time(format_value(TIME, value))
    assert abs(written - value) <= half * (1 + 1e-9)


@given(st.floats(-1e5, 1e5))
def test_a_number_without_unit_is_written_to_four_digits(value):
    written, half = read_number(format_value(EDGES, value))
    assert abs(written - value) <= max(half, 5e-4 * abs(value)) * (1 + 1e-9)


@pytest.mark.parametrize(("metric", "difference", "text"), [
    (ACCURACY, 0.0263, "+2.63 points"), (ACCURACY, -0.0301, "−3.01 points"), (ACCURACY, 1e-9, "±0.00 points"),
    (PARAMETERS, -9.24e6, "−9.24 M"), (TIME, 200.0, "+3 min 20 s"), (EDGES, 0.0, "±0"), (EDGES, math.nan, "undefined"),
    (EDGES, None, "undefined"),
])
def test_difference_is_formatted_with_sign_and_unit(metric, difference, text):
    assert format_difference(metric, difference) == text


@pytest.mark.parametrize(("metric", "low", "high", "text"), [
    (ACCURACY, 0.942, 0.944, "94.2–94.4 %"), (PARAMETERS, 21e6, 21.5e6, "21.0–21.5 M"), (PARAMETERS, 0, 5e5, "0–500 k"),
    (PARAMETERS, 8_555_000, 8_555_530, "8.55500–8.55553 M"), (TIME, 1750, 1768, "29 min 10 s – 29 min 28 s"),
    (TIME, 20, 30, "20–30 s"), (TIME, 1768, 1769.1, "1,768.0–1,769.1 s"), (TIME, 7200.0, 7205.0, "2 h 0 min"),
    (EDGES, 3, 4, "3–4"), (EDGES, 7, 7, "7"), (LOSS, -2.5, -2, "−2.5–−2.0 nats"),
])
def test_range_is_formatted(metric, low, high, text):
    assert format_range(metric, low, high) == text


@given(st.floats(0, 1), st.floats(1e-6, 1))
def test_ends_of_a_range_are_written_differently(low, width):
    first, second = format_range(ACCURACY, low, low + width).removesuffix(" %").split("–")
    (a, _), (b, _) = read_number(first), read_number(second)
    assert abs(a / 100 - low) <= width / 19 and abs(b / 100 - low - width) <= width / 19


def test_metrics_inside_a_sentence():
    assert (lower_label(ACCURACY), lower_label(FLOPS)) == ("test accuracy", "FLOPs")
    assert [best_words(metric) for metric in (ACCURACY, TIME, EDGES)] == [
        "best test accuracy", "lowest training time", "highest edges"]


def test_the_formatter_of_an_axis_knows_its_unit_and_the_ends_of_a_scale():
    formatter = axis_formatter(LOSS, below=0.5)
    assert formatter.args == {"kind": "other", "unit": "nats", "log": False, "below": 0.5, "above": math.inf}
    assert axis_formatter(ACCURACY, log=True).args["kind"] == "fraction"
