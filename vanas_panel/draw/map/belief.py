"""What of a Gaussian process colours the map: the expected value of each cell, or how unsure it is of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanas_panel.draw.format import format_count, format_value, lower_label
from vanas_panel.draw.scale import MetricScale, scale_between, scale_of
from vanas_panel.draw.searches.ledger import metric_of
from vanas_panel.draw.searches.words import regret_words
from vanas_panel.draw.theme import DEVIATION_SCALE
from vanas_panel.errors import SearchError
from vanas_panel.searches.beliefs import Beliefs, beliefs_of
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.language import gettext as _


@dataclass(frozen=True, eq=False)
class MapBelief:
    """Beliefs about every row of a table, ready to colour a map. Made by `map_belief`.

    Attributes
    ----------
    kind : {"mean", "deviation"}
    beliefs : Beliefs
    searched : Metric
        What the search was told.
    metric : Metric
        Formats the ticks of the colour bar: the searched one, or one for its deviation, which has no direction.
    best_first : int64 (n,)
        Rows from the best expected value to the worst, or from the most unsure to the surest; ties by row.
    ranks : int32 (n,)
        Place of each row therein.
    scale : MetricScale
    """

    kind: str
    beliefs: Beliefs
    searched: Metric
    metric: Metric
    best_first: np.ndarray
    ranks: np.ndarray
    scale: MetricScale

    @property
    def values(self) -> np.ndarray:
        """What is shown of each row, ``float64 (n,)``."""
        return self.beliefs.deviation if self.kind == "deviation" else self.beliefs.mean

    @property
    def words(self) -> str:
        """What colours a bin."""
        if self.kind == "deviation":
            return _("mean deviation of the expected {metric}").format(metric=lower_label(self.searched))
        pattern = _("lowest expected {metric}") if self.searched.higher_is_better is False else _(
            "best expected {metric}")
        return pattern.format(metric=lower_label(self.searched))

    @property
    def after(self) -> str:
        """After which query."""
        return _("after query {query}").format(query=format_count(self.beliefs.after))

    @property
    def action(self) -> str:
        """What a click on a bin does."""
        return _("click to open the most unsure") if self.kind == "deviation" else _(
            "click to open the most promising")

    def value_text(self, value: float) -> str:
        """A value with its unit; of a fraction, a deviation is in percentage points."""
        return regret_words(self.searched, value) if self.kind == "deviation" else format_value(self.searched, value)

    def bin_text(self, mean: float, deviation: float) -> str:
        """Mean and deviation, averaged over the cells of a bin."""
        value = format_value(self.searched, mean)
        if np.isnan(deviation):
            return _("on average {mean} expected").format(mean=value)
        return _("on average {mean} expected ± {deviation}").format(
            mean=value, deviation=regret_words(self.searched, deviation))


def map_belief(run: SearchRun, table: BenchmarkTable, after: int, kind: str,
               on_part: Callable[[], None] | None = None) -> MapBelief:
    """What of a run colours the map of a table; takes about a second for 423,624 rows after 500 queries.

    Parameters
    ----------
    run : SearchRun
        Of a Gaussian process.
    table : BenchmarkTable
    after : int
        Queries after which it is asked, from 1.
    kind : {"mean", "deviation"}
    on_part : callable, optional
        As for `vanas_panel.searches.posterior`.

    Raises
    ------
    SearchError
        Where nothing is known of the deviation yet.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "gaussian-process", queries=30)
    >>> belief = map_belief(run, table, 30, "mean")
    >>> belief.words, belief.after, belief.scale == scale_of(table, "validation_accuracy")
    ('best expected validation accuracy', 'after query 30', True)
    """
    beliefs, searched = beliefs_of(run, table, after, on_part), metric_of(run.metrics[0], table)
    if kind == "deviation":
        if np.isnan(beliefs.deviation).any():
            raise SearchError(Message("Found equal values in all queries up to {query}; expected two different ones: "
                                      "how unsure the search is cannot be said before. Go to a later query.",
                                      query=f"{after:,}"))
        metric = Metric(f"{searched.name}_deviation", searched.label, searched.unit)
        best_first, ranks = ordered(-beliefs.deviation)
        # From zero, so that a map that grows surer grows darker.
        scale = scale_between(metric, 0.0, float(beliefs.deviation.max()), DEVIATION_SCALE)
        return MapBelief(kind, beliefs, searched, metric, best_first, ranks, scale)
    best_first, ranks = ordered(-run.sign * beliefs.mean)
    # That of the measured values, so that both maps can be compared, where there are any.
    scale = scale_of(table, searched.name) if searched.name in table.metrics and table.known(
        searched.name) else scale_between(
        searched, float(beliefs.mean.min()), float(beliefs.mean.max()))
    return MapBelief(kind, beliefs, searched, searched, best_first, ranks, scale)


def ordered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows from the lowest value to the highest, ``int64 (n,)``, and the rank of every row, from 0, ``int32 (n,)``."""
    lowest_first = np.argsort(values, kind="stable")
    ranks = np.empty(lowest_first.size, dtype=np.int32)
    ranks[lowest_first] = np.arange(lowest_first.size, dtype=np.int32)
    return lowest_first, ranks
