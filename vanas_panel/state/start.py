"""The start of a page: an empty draft, and the metric and axes that suit its table."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.errors import UnknownMetricError
from vanas_panel.tables.kept import kept_with_table
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

EMPTY = Draft((INPUT, OUTPUT))

FIRST_CHOICES = ("metric", "x", "y")
"""Names of what `first_choices` chooses."""


_FIRST_ROWS = 1000
"""Rows that show in most tables that a column varies, so that not all of each need to be looked at."""


def first_choices(table: BenchmarkTable) -> dict[str, str]:
    """The ranking metric and the axes that a page of a table starts with, by the names of the parameters.

    Columns in which cells differ come first: a map of a constant is a line. They stay the same when a direction is
    switched, since links leave them out.
    """
    table = table.origin
    names = list(table.metrics)
    if not names:
        raise UnknownMetricError(Message("{name}: Found no column of numbers with a value; expected at least one. Add "
                                         "one, or fill in the measured values.", name=table.name))
    varied = [name for name in names if _varies(table, name)]
    ordered = list(dict.fromkeys([*varied, *names]))
    metric = _first(ordered, "test_accuracy", *(name for name in ordered if table.metrics[name].higher_is_better))
    if set(varied) <= {metric}:
        ordered = [name for name in table.structure_metrics if _varies(table, name)] or ordered
    shown = [name for name in ordered if name in varied] or ordered
    x = _first(shown, "trainable_parameters", *(name for name in shown if name != metric))
    y = metric if metric != x else _first([name for name in shown if name != x] or names)
    return {"metric": metric, "x": x, "y": y}


@kept_with_table(most=512)
def _varies(table: BenchmarkTable, name: str) -> bool:
    """Whether cells differ in a column: one that has the same number everywhere is no axis to begin with."""
    values = table.column(name)
    for part in (values[:_FIRST_ROWS], values):
        known = part[~np.isnan(part)]
        if known.size and known.min() < known.max():
            return True
    return False


def _first(names: list[str], *wanted: str) -> str:
    """The first of `wanted` that is among `names`, else the first of these."""
    return next((name for name in wanted if name in names), names[0])
