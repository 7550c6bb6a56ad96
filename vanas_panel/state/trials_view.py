"""What a person sees of a table of trials, as a value and as the query of a link.

A link such as ``metric=loss&is.optimizer=adam&in.lr=..0.01&row=17`` opens the same view again. Links grow old, so each
part is read for itself: what the table does not have is said, and the rest is shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np

from vanas_panel.core.ranking import ranked_rows
from vanas_panel.tables.metrics import DIRECTION_WORDS, DIRECTIONS
from vanas_panel.tables.trial_columns import COMPLETE
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import LANGUAGES, Message
from vanas_panel.text.numerals import decimal_number

ROW = ""
"""Stands for the place of a trial in the table where a column could."""

FORMS, POOLS, SHOWN = ("plain", "matched"), ("all", "matching"), ("complete", "every")
CHOICES: Mapping[str, tuple[str, ...]] = {"form": FORMS, "over": POOLS, "states": SHOWN}
"""Values of the parts that have a few; the first one is where a view starts."""

Requirement = tuple[float | None, float | None] | str | None
"""A range, both ends included and None where there is no bound; a text; or None, which means not set."""

_LONGEST, _MOST_PARTS = 4000, 60
"""Characters and parts of a query that are read."""


@dataclass(frozen=True)
class TrialsView:
    """A view of a table of trials.

    Attributes
    ----------
    metric : str
        What trials are ranked and compared by; empty where the table has none.
    x, y, color : str
        Columns of numbers on the map; `ROW` is the order of the trials, and no colour.
    where : Mapping of str to Requirement
        What is required of selected trials, by column; `ROW` for their place.
    chosen : int or None
        The trial whose card is shown.
    form : {"plain", "matched"}
        Of importance.
    over : {"all", "matching"}
        Which trials importance is about.
    states : {"complete", "every"}
        Which trials map and table show.
    order : str
        The column that the table is sorted by; empty for the metric.
    reverse : bool
        Whether it is sorted the other way round.
    page : int
        Of the table, from 0.
    better : Mapping of str to str
        Directions that a person chose: ``higher``, ``lower`` or ``neither``, by metric.
    dark : bool
    lang : str
        Empty for the language of the visitor.
    """

    metric: str = ""
    x: str = ROW
    y: str = ROW
    color: str = ROW
    where: Mapping[str, Requirement] = field(default_factory=dict)
    chosen: int | None = None
    form: str = "plain"
    over: str = "all"
    states: str = "complete"
    order: str = ""
    reverse: bool = False
    page: int = 0
    better: Mapping[str, str] = field(default_factory=dict)
    dark: bool = False
    lang: str = ""

    def having(self, name: str, required: Requirement) -> TrialsView:
        """The view with one more requirement, or another one in its place."""
        return replace(self, where={**self.where, name: required}, page=0)

    def without(self, name: str) -> TrialsView:
        """The view without a requirement."""
        return replace(self, where={each: self.where[each] for each in self.where if each != name}, page=0)

    def directed(self, table: TrialTable) -> TrialTable:
        """The table with the directions that were chosen."""
        for name, word in self.better.items():
            table = table.with_direction(name, DIRECTIONS[word])
        return table


def numeric_columns(table: TrialTable) -> tuple[str, ...]:
    """Columns that an axis can show: metrics, parameters and conditions of numbers."""
    return tuple(name for name in (*table.metrics, *table.parameters, *table.conditions)
                 if table.columns[name].levels is None)


def starting_view(table: TrialTable) -> TrialsView:
    """The view of a page that no link describes.

    The first metric that was measured, over the parameter with the most different numbers, else another metric, else
    the order of the trials; and the best trial.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> view = starting_view(vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]})))
    >>> view.metric, view.x, view.y, view.chosen
    ('loss', 'lr', 'loss', 0)
    """
    metric = next((name for name in table.metrics if table.columns[name].known.any()), "")
    numbers = [name for name in numeric_columns(table) if name != metric]
    parameters = [name for name in numbers if name in table.parameters]
    x = max(parameters, key=lambda name: table.columns[name].distinct) if parameters else next(iter(numbers), ROW)
    return TrialsView(metric, x=x, y=metric, color=metric, chosen=_best(table, metric))


def _best(table: TrialTable, metric: str) -> int | None:
    """The best complete trial of a metric; None where none was measured, or neither value is better."""
    if not metric or table.metrics[metric].higher_is_better is None:
        return None
    rows = table.rows_in(COMPLETE)
    values = table.column(metric)[rows]
    best = ranked_rows(rows, values, table.metrics[metric].higher_is_better is False, 1)
    return int(best[0]) if best.size and not np.isnan(values).all() else None


def view_from_query(query: str, table: TrialTable, start: TrialsView | None = None) -> tuple[TrialsView, list[Message]]:
    """The view that a link describes.

    Parameters
    ----------
    query : str
        Any text, such as that of a browser's address.
    table : TrialTable
    start : TrialsView, optional
        What the link changes; by default `starting_view`.

    Returns
    -------
    view : TrialsView
    messages : list of Message
        What the table does not have.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> view, messages = view_from_query("in.lr=..0.1&is.depth=2", trials)
    >>> view.where, [str(each) for each in messages]
    ({'lr': (None, 0.1)}, ["The link's depth is no column of this table."])
    """
    start = starting_view(table) if start is None else start
    parts: dict[str, Any] = {}
    where: dict[str, Requirement] = {}
    better: dict[str, str] = {}
    messages: list[Message] = []
    for name, value in parse_qsl(query[:_LONGEST], keep_blank_values=True)[:_MOST_PARTS]:
        head, dot, column = name.partition(".")
        if dot and head in ("is", "in", "unset", "better"):
            _read_column(head, column, value, table, (where, better), messages)
        elif name in ("metric", "x", "y", "color", "order"):
            known = table.metrics if name == "metric" else table.columns if name == "order" else numeric_columns(table)
            if value in known or (value == ROW and name in ("x", "y", "color")):
                parts[name] = value
            else:
                messages.append(_no_column(value))
        elif name in CHOICES and value in CHOICES[name]:
            parts[name] = value
        elif name in ("dark", "reverse"):
            parts[name] = value == "1"
        elif name == "lang" and value in LANGUAGES:
            parts[name] = value
        elif name == "row" and not value:
            parts["chosen"] = None
        elif name in ("row", "page"):
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else -1
            if 0 <= number < max(len(table), 1):
                parts["chosen" if name == "row" else name] = number
            else:
                messages.append(Message("The link's {name} {value} is not in this table.", name=name, value=value[:40]))
    if "metric" in parts:
        # The map follows the metric, unless the link says otherwise.
        parts = {"y": parts["metric"], "color": parts["metric"], **parts}
    return replace(start, **parts, where=where, better=better), messages


def view_query(view: TrialsView, start: TrialsView) -> str:
    """The query of a link that opens a view again; what stands as at the start is left out.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> start = starting_view(trials)
    >>> view_query(start.having("lr", (0.1, None)), start)
    'in.lr=0.1..'
    """
    follows = replace(start, metric=view.metric, y=view.metric, color=view.metric) if view.metric else start
    parts: list[tuple[str, str]] = [("metric", view.metric)] if view.metric != start.metric else []
    for each in fields(view):
        value = getattr(view, each.name)
        if each.name not in ("metric", "where", "better", "chosen") and value != getattr(follows, each.name):
            parts.append((each.name, str(int(value)) if isinstance(value, bool | int) else value))
    if view.chosen != start.chosen:
        parts.append(("row", "" if view.chosen is None else str(view.chosen)))
    for name, required in view.where.items():
        if required is None:
            parts.append((f"unset.{name}", "1"))
        elif isinstance(required, str):
            parts.append((f"is.{name}", required))
        else:
            ends = ["" if end is None else repr(float(end)).removesuffix(".0") for end in required]
            parts.append((f"in.{name}", "..".join(ends)))
    parts += [(f"better.{name}", word) for name, word in view.better.items()]
    return urlencode(parts)


def range_of(words: str) -> tuple[float | None, float | None] | None:
    """A range as a link writes it, ``0.1..0.5``, either end absent; None where it is none.

    Examples
    --------
    >>> range_of("0.1.."), range_of("..-2e3"), range_of("3..1"), range_of("x")
    ((0.1, None), (None, -2000.0), None, None)
    """
    low, dots, high = words.partition("..")
    ends = [None if not end else decimal_number(end) for end in (low, high)]
    if not dots or any(end is not None and not math.isfinite(end) for end in ends):
        return None
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        return None
    return ends[0], ends[1]


def _read_column(head: str, name: str, value: str, table: TrialTable,
                 into: tuple[dict[str, Requirement], dict[str, str]], messages: list[Message]) -> None:
    """Read a part of a link that is about a column."""
    where, better = into
    if head == "better":
        if name in table.metrics and value in DIRECTION_WORDS.values():
            better[name] = value
        else:
            messages.append(_no_column(name))
        return
    is_row = name == ROW and head == "in"
    if not is_row and name not in table.columns:
        messages.append(_no_column(name))
        return
    is_text = not is_row and table.columns[name].levels is not None
    found = range_of(value) if head == "in" else None
    if head == "unset":
        where[name] = None
    elif head == "is" and is_text:
        where[name] = value
    elif found is not None and not is_text:
        where[name] = found
    else:
        messages.append(Message("The link's requirement {value} of {name} is none.", value=value[:80], name=name[:80]))


def _no_column(name: str) -> Message:
    """What is said of a name that the table lacks."""
    return Message("The link's {name} is no column of this table.", name=name[:80])
