"""Ticks of a metric's axis: their positions, and how the browser formats them."""

from __future__ import annotations

import math

from bokeh.models import CustomJSTicker, CustomJSTickFormatter

from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric

# One kind of ticker for all axes: a change of its arguments costs the server nothing, another model instead of it makes
# Bokeh look through all of the page. Besides, Bokeh's own logarithmic ticker leaves two decades with two ticks.
_PLACE_CODE = """
const low = Math.min(cb_data.range.start, cb_data.range.end);
const high = Math.max(cb_data.range.start, cb_data.range.end);
const rough = (high - low) / wanted;
if (!(rough > 0 && rough < Infinity)) return [];
const round = (near) => [1, 2, 5, 10].map((nice) => nice * Math.pow(10, Math.floor(Math.log10(near))));
const evenly = (step) => {
  const ticks = [];
  const first = Math.ceil(low / step - 1e-9);
  // A range whose ends hardly differ has more steps to its start than whole numbers there are.
  const count = Math.min(100, Math.floor(high / step + 1e-9) - first);
  for (let index = 0; index <= count; index++) ticks.push(Number(((first + index) * step).toPrecision(15)));
  return ticks;
};
if (!log) {
  let steps = round(rough);
  if (time && rough > 0.5) {
    const within = [1, 2, 5, 10, 15, 20, 30];
    const hours = round(Math.max(1, rough / 3600));
    steps = [...within, ...within.map((step) => 60 * step), ...hours.map((step) => 3600 * step)];
  }
  const misses = steps.map((step) => Math.abs(wanted - (high - low) / step));
  return evenly(steps[misses.indexOf(Math.min(...misses))]);
}
const decades = Math.log10(high) - Math.log10(low);
if (decades < 0.5) return evenly(round(rough).find((step) => step >= rough * 0.999));
const leaps = Math.max(1, Math.round(decades / (2 * wanted)));
const mantissas = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 2.8 ? [1, 2, 5] : decades < 4 ? [1, 3] : [1];
const ticks = [];
for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += leaps) {
  for (const mantissa of mantissas) {
    const tick = Number(`${mantissa}e${power}`);
    if (tick >= low && tick <= high) ticks.push(tick);
  }
}
return ticks;
"""


def axis_ticker(metric: Metric, *, log: bool = False, ticks: int = 5) -> CustomJSTicker:
    """Where an axis of a metric has its ticks: at whole minutes and hours for times, else at round numbers.

    Parameters
    ----------
    metric : Metric
        Gives the unit.
    log : bool, optional
        Whether the axis is logarithmic.
    ticks : int, optional
        About how many ticks to aim at.

    Returns
    -------
    CustomJSTicker
        Tickers differ in their ``args`` alone.
    """
    return CustomJSTicker(args={"wanted": ticks, "log": log, "time": metric.unit == SECONDS}, major_code=_PLACE_CODE)


_TICK_CODE = """
const known = ticks.filter((value) => isFinite(value));
const gapAt = (index) => (index > 0 && index < known.length ? Math.abs(known[index] - known[index - 1]) : Infinity);
// Bokeh passes `tick`, `index` and `ticks`: none of them can be declared again.
const own = known.indexOf(tick);
const gap = log ? Math.min(gapAt(own), gapAt(own + 1)) : Math.min(...known.map((_, each) => gapAt(each)));
const largest = log ? Math.abs(tick) : Math.max(...known.map(Math.abs));
let factor = 1;
let name = unit;
if (kind == 'fraction' && largest < 1e7) {
  factor = 100; name = '%';
} else if (kind == 'time') {
  const unitOf = log || !isFinite(gap) ? 1 : gap;
  [factor, name] = unitOf >= 3600 ? [1 / 3600, 'h'] : unitOf >= 60 ? [1 / 60, 'min'] : [1, 's'];
} else if (kind == 'count' && largest < 1e18) {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  let power = 0;
  while (power < 5 && largest >= 999.5 * Math.pow(1000, power)) power++;
  factor = Math.pow(1000, -power); name = prefixes[power];
}
const value = tick * factor;
if (value == 0) return '0';
const size = Math.abs(value);
// As many digits as it takes to tell neighbours apart.
const space = isFinite(gap) ? gap * factor : size / 10;
const digits = (share) => Math.min(15, Math.max(0, Math.ceil(Math.log10(share) - 1e-9)));
let text;
if (largest * factor >= 1e-4 && largest * factor < 1e9) {
  const decimals = digits(1 / space);
  text = size.toLocaleString('en-US', {minimumFractionDigits: log ? 0 : decimals, maximumFractionDigits: decimals});
} else {
  // Steps of 15 minutes end in another digit each time.
  const share = (kind == 'time' ? 10 : 1) * size / space;
  const [mantissa, power] = size.toExponential(digits(share)).split('e');
  text = (mantissa.includes('.') ? mantissa.replace(/[.]?0+$/, '') : mantissa)
    + 'e' + power[0] + power.slice(1).padStart(2, '0');
}
const beyond = tick <= below ? '<' : tick >= above ? '>' : '';
return beyond + (value < 0 ? '−' : '') + text + (name ? ' ' + name : '');
"""


def axis_formatter(metric: Metric, *, log: bool = False, below: float | None = None,
                   above: float | None = None) -> CustomJSTickFormatter:
    """How an axis of a metric writes its ticks: ``95 %``, ``40 M``, ``20 min``.

    Parameters
    ----------
    metric : Metric
        Gives the unit.
    log : bool, optional
        Whether the axis is logarithmic; every tick then takes a prefix of its own.
    below, above : float, optional
        Ticks at the ends of a scale that include everything beyond them: ``<80 %``.

    Returns
    -------
    CustomJSTickFormatter
        Formatters differ in their ``args`` alone.
    """
    kinds = {FRACTION: "fraction", SECONDS: "time", PARAMETERS: "count", MACS: "count"}
    kind = kinds.get(metric.unit, "other")
    unit = metric.unit if kind == "other" else ""
    ends = {"below": -math.inf if below is None else below, "above": math.inf if above is None else above}
    return CustomJSTickFormatter(args={"kind": kind, "unit": unit, "log": log, **ends}, code=_TICK_CODE)
