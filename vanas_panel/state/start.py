"""The start of a page: an empty draft, and the metric and axes that suit its table."""

from __future__ import annotations

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.errors import UnknownMetricError
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

EMPTY = Draft((INPUT, OUTPUT))

FIRST_CHOICES = ("metric", "x", "y")
"""Names of what `first_choices` chooses."""


def first_choices(table: BenchmarkTable) -> dict[str, str]:
    """The ranking metric and the axes that a page of a table starts with, by the names of the parameters.

    They stay the same when a direction is switched, since links leave them out.
    """
    table = table.origin
    names = list(table.metrics)
    if not names:
        raise UnknownMetricError(Message("{name}: Found no column of numbers with a value; expected at least one. Add "
                                         "one, or fill in the measured values.", name=table.name))
    good = [metric.name for metric in table.metrics.values() if metric.higher_is_better]
    metric = _first(names, "test_accuracy", *good)
    x = _first(names, "trainable_parameters", *(name for name in names if name != metric))
    y = metric if metric != x else _first([name for name in names if name != x] or names)
    return {"metric": metric, "x": x, "y": y}


def _first(names: list[str], *wanted: str) -> str:
    """The first of `wanted` that is among `names`, else the first of these."""
    return next((name for name in wanted if name in names), names[0])
