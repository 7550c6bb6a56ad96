"""What pictures of searches say: strategies, metrics and values in words."""

from __future__ import annotations

import math

from vanas_panel.draw.format import format_difference, format_value
from vanas_panel.searches.compare import EXACT
from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.tables.metrics import FRACTION, SECONDS, Metric, known_metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, pgettext

HOW_WORDS = {"random": marked("drawn at random"), "grid": marked("next of the grid"), "mutation": marked("mutation"),
             "crossover": marked("crossover"), "neighbour": marked("neighbour"),
             "policy": marked("drawn from the policy"), "acquisition": marked("most promising"),
             "promotion": marked("promotion")}
"""How a strategy came to a proposal."""


def strategy_words(title: str) -> str:
    """A strategy and its preset for a person.

    Examples
    --------
    >>> strategy_words("regularised-evolution:naszilla"), strategy_words("random (exact)")
    ('Regularised evolution (naszilla)', 'Random, exactly')
    """
    if title == EXACT:
        return _("Random, exactly")
    name, _colon, preset = title.partition(":")
    label = _(STRATEGIES[name].label) if name in STRATEGIES else name
    return f"{label} ({preset})" if preset else label


def run_words(title: str, seed: int | None) -> str:
    """A run for a person: its strategy and its seed."""
    words = strategy_words(title)
    return words if seed is None else _("{strategy}, seed {seed}").format(strategy=words, seed=seed)


def how_words(how: str) -> str:
    """How a strategy came to a proposal, for a person."""
    return _(HOW_WORDS.get(how, how))


def regret_words(metric: Metric, regret: float) -> str:
    """A regret without a sign in front, fractions in percentage points."""
    words = format_difference(metric, abs(regret))
    if math.isnan(regret):
        return "–"
    return f"{'−' if regret < 0 else ''}{words.lstrip('+±')}"


def seconds_words(seconds: float) -> str:
    """A time, or a dash where it is not known."""
    return "–" if math.isnan(seconds) else format_value(known_metric("training_time"), seconds)


def share_words(share: float) -> str:
    """A share in per cent; the ones that are close to nothing or to all of it keep saying so."""
    if math.isnan(share):
        return "–"
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def scale_metric(metric: Metric, measure: str) -> tuple[Metric, float, str]:
    """For an axis: a metric that formats its ticks, the factor to it, and the words of its unit."""
    if measure == "regret" and metric.unit == FRACTION:
        return Metric(metric.name, metric.label), 100.0, pgettext("unit", "points")
    units = {FRACTION: "%", SECONDS: _("seconds"), "": ""}
    return metric, 1.0, units.get(metric.unit, metric.unit)
