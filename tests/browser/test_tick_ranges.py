"""Ticks that the browser places and writes, over many ranges: none repeats, and each says what it stands for."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from vanas_panel.draw.svg_axis import axis_ticks, tick_texts
from vanas_panel.draw.ticks import axis_formatter, axis_ticker
from vanas_panel.tables.metrics import Metric

pytestmark = pytest.mark.browser

# Where the ticks of each range are, and what they say.
TICKS = """([place, write, cases]) => {
  const placed = new Function('cb_data', 'wanted', 'log', 'time', place);
  const written = new Function('tick', 'ticks', 'kind', 'unit', 'log', 'below', 'above', write);
  return cases.map(({start, end, wanted, log, time, kind, unit}) => {
    const ticks = placed({range: {start, end}}, wanted, log, time);
    return [ticks, ticks.map((tick) => written(tick, ticks, kind, unit, log, -Infinity, Infinity))];
  });
}"""
UNITS = ("fraction", "s", "parameters", "MAC", "", "nats")
FACTORS = {"%": 0.01, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "h": 3600.0, "min": 60.0}


def ranges() -> list[tuple[float, float, bool]]:
    """Ranges of every size around numbers of every size, as zooming reaches them; the same at every run."""
    rng = np.random.default_rng(5)
    found = [(0.5301, 0.5309, True), (1.204e9, 1.2055e9, True), (0.94601, 0.94609, False), (-1e300, 1e300, False),
             (0.0, 5e-300, False), (-3.0, -2.9999, False)]
    for _ in range(1500):
        middle = float(rng.choice([0.0, 1.0, -1.0])) * 10.0 ** rng.uniform(-12, 20)
        half = 10.0 ** rng.uniform(-12, 20) if middle == 0 else abs(middle) * 10.0 ** rng.uniform(-9, 3)
        found.append((middle - half, middle + half, False))
        low = 10.0 ** rng.uniform(-12, 19)
        found.append((low, low * (1 + 10.0 ** rng.uniform(-8, 12)), True))
    return found


def number_of(text: str) -> float:
    """What a tick says, as a number."""
    words = text.replace(",", "").replace("−", "-").split()
    return float(words[0]) * FACTORS.get(words[-1], 1.0)


@pytest.mark.parametrize("unit", UNITS)
def test_tick_labels_of_any_range_differ_and_equal_their_values(page, unit):
    metric = Metric("m", "M", unit)
    cases = []
    for low, high, log in ranges():
        ticker, formatter = axis_ticker(metric, log=log), axis_formatter(metric, log=log)
        cases.append({**ticker.args, "start": low, "end": high, "kind": formatter.args["kind"],
                      "unit": formatter.args["unit"]})
    found = page.evaluate(TICKS, [ticker.major_code, formatter.code, cases])
    few = 0
    for case, (ticks, texts) in zip(cases, found, strict=True):
        low, high, log = case["start"], case["end"], case["log"]
        slack = 1e-9 * (high - low)
        assert len(ticks) == len(set(ticks)) < 30 and all(low - slack <= tick <= high + slack for tick in ticks), case
        assert len(set(texts)) == len(texts), (case, texts)
        space = min((abs(a - b) for a, b in pairwise(ticks)), default=math.inf)
        for tick, text in zip(ticks, texts, strict=True):
            assert abs(number_of(text) - tick) <= max(0.01 * min(space, abs(tick)), 1e-14 * abs(tick)), (case, text)
        assert list(map(float, ticks)) == axis_ticks(metric, low, high, log=log), (case, "the same values on paper")
        assert texts == tick_texts(metric, ticks, log=log), (case, "the same words on paper")
        few += len(ticks) < 2
    assert few <= 0.01 * len(cases), "an axis has two ticks at least"
