"""What noise leaves open about a metric, in words: ranks with intervals, and the cells that may be the best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from vanas_panel.core.certainty import noise_of, probability_better, rank_intervals
from vanas_panel.draw.format import count_cells, format_count, format_difference, lower_label
from vanas_panel.errors import VanasError
from vanas_panel.state.trade_offs import LEVEL
from vanas_panel.tables.metrics import FRACTION, Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.numerals import decimal_number


def noise_words(table: BenchmarkTable, metric: str, noise: Mapping[str, float]) -> tuple[str, str]:
    """What is known of the noise of a metric, and the label of the field where a person states it, else nothing.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str
    noise : Mapping of str to float
        What was stated.
    """
    measured = table.metric(metric)
    field = (_("Standard deviation of one training in points, as you state it") if measured.unit == FRACTION else
             _("Standard deviation of one training, as you state it"))
    if metric in noise:
        words = _("{metric}: noise of {amount} for one training, as you stated it.").format(
            metric=label_of(measured), amount=format_difference(measured, noise[metric]).lstrip("+"))
        return words, field
    try:
        model = noise_of(table, metric)
    except VanasError:
        return _("{metric} has one training for each cell: this table cannot know its noise.").format(
            metric=label_of(measured)), field
    at_best = model.deviations[-1 if measured.higher_is_better is not False else 0]
    return _("{metric}: noise of {amount} for one training at the best level, from {count} cells with repeats.").format(
        metric=label_of(measured), amount=format_difference(measured, float(at_best)).lstrip("+"),
        count=format_count(int((model.counts > 1).sum()))), ""


def stated_value(metric: Metric, text: str) -> float | None:
    """The number above 0 that a person typed, in the metric's unit; None where it is none. Accuracies are in points."""
    number = decimal_number(text.strip())
    if not 0 < number < np.inf:
        return None
    return number / 100 if metric.unit == FRACTION else number


def plain_number(metric: Metric, value: float | None) -> str:
    """A stated value as a person types it."""
    return "" if value is None else f"{100 * value if metric.unit == FRACTION else value:.6g}"


class Said(NamedTuple):
    """Words for a narrow card, and the same in full for a tooltip and a screen reader."""

    short: str
    full: str


def rank_words(table: BenchmarkTable, metric: str, row: int, noise: Mapping[str, float]) -> Said | None:
    """The rank of a row with its interval; None where the noise or the value is not known."""
    try:
        found = rank_intervals(table, metric, [row], LEVEL, noise.get(metric)).iloc[0]
    except VanasError:
        return None
    if not found["rank"]:
        return None
    rank, low, high = (format_count(int(found[name])) for name in ("rank", "rank_low", "rank_high"))
    return Said(_("rank {rank} ({low} to {high})").format(rank=rank, low=low, high=high),
                _("{metric}: rank {rank}, truly {low} to {high} (95 %)").format(
                    metric=label_of(table.metric(metric)), rank=rank, low=low, high=high))


def best_words(rows: np.ndarray) -> Said:
    """How many cells cannot be told from the best."""
    return Said(_("{count} may be the best").format(count=format_count(rows.size)),
                _("{cells} cannot be told from the best").format(cells=count_cells(rows.size)))


def chance_words(table: BenchmarkTable, metric: str, row: int, pinned: int, mark: str,
                 noise: Mapping[str, float]) -> Said | None:
    """How probably a row is better than the pinned one with a letter; None where that is not known."""
    try:
        chance = probability_better(table, row, pinned, metric, noise.get(metric))
    except VanasError:
        return None
    if np.isnan(chance):
        return None
    shown = "> 99" if chance > 0.99 else "< 1" if chance < 0.01 else f"{100 * chance:.0f}"
    return Said(_("better than {mark}: {chance} %").format(mark=mark, chance=shown),
                _("better than the pinned cell in {metric} with {chance} %").format(
                    metric=lower_label(table.metric(metric)), chance=shown))


def validation_of(table: BenchmarkTable, metric: str) -> str | None:
    """The validation metric beside a test metric; None where the metric is no test metric or has none beside it."""
    other = metric.replace("test", "validation", 1)
    return other if metric.startswith("test_") and other in table.metrics and table.known(other) else None


def validation_button(table: BenchmarkTable, metric: str, action: str = "metric") -> dict[str, str] | None:
    """The button that lets the validation metric choose in place of a test metric; None where there is no such pair.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str
        What chooses now.
    action : str, optional
        What the button asks for, before the colon and the name of the other metric.

    Returns
    -------
    dict of str to str or None
        ``action``, ``label`` and ``tooltip``.
    """
    other = validation_of(table, metric)
    if other is None:
        return None
    return {"action": f"{action}:{other}",
            "label": _("choose by {metric}").format(metric=lower_label(table.metric(other))),
            "tooltip": _("Chosen by a test metric:") + " " + _(
                "What is chosen by a test metric is judged by it, too: it looks better than it is. Rank by the "
                "validation metric; Performance still shows the test metric.")}
