"""What a person does on the page of a table of trials: each action makes another view of one.

Actions are texts that come from a browser, so one may be anything. One that makes no sense leaves the view as it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from vanas_panel.state.trials_view import CHOICES, ROW, Requirement, TrialsView, numeric_columns
from vanas_panel.tables.metrics import DIRECTIONS
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import decimal_number

UNSET, TEXT = "-", "="
"""What a choice in the panel of parameters says: that it is not set, or a text behind the sign."""

Answer = tuple[TrialsView, Message | None]
"""The view that follows, and why nothing was done where a person is to know."""


def acted(table: TrialTable, view: TrialsView, action: str) -> Answer:
    """The view after an action.

    Parameters
    ----------
    table : TrialTable
    view : TrialsView
    action : str
        A name, and often a colon with more: ``metric:loss``, ``x:lr``, ``low:2:0.1`` (of the third column),
        ``take:["lr", [0.1, 0.2]]``, ``row:17``, ``clear``.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> from vanas_panel.state.trials_view import starting_view
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> acted(trials, starting_view(trials), "high:0:0.15")[0].where
    {'lr': (None, 0.15)}
    """
    name, _, rest = action.partition(":")
    if name in CHOICES and rest in CHOICES[name]:
        changes: dict[str, Any] = {name: rest, "page": 0 if name == "states" else view.page}
        return replace(view, **changes), None
    handler = _HANDLERS.get(name)
    return (view, None) if handler is None else handler(table, view, rest)


def boxed(table: TrialTable, view: TrialsView, x: tuple[float, float], y: tuple[float, float]) -> TrialsView:
    """The view after a box was drawn on the map: ranges of both axes, instead of those there were.

    Parameters
    ----------
    table : TrialTable
    view : TrialsView
    x, y : tuple of float
        Low and high, in the units of the columns.
    """
    for name, (low, high) in ((view.x, x), (view.y, y)):
        if name in (ROW, *table.columns) and math.isfinite(low) and math.isfinite(high):
            view = view.having(name, (min(low, high), max(low, high)))
    return view


def _metric(table: TrialTable, view: TrialsView, name: str) -> Answer:
    """Rank by another metric; the map follows where it showed the one before."""
    if name not in table.metrics:
        return view, None
    followed: dict[str, Any] = {each: name for each in ("y", "color") if getattr(view, each) == view.metric}
    return replace(view, metric=name, page=0, **followed), None


def _axis(axis: str) -> Callable[[TrialTable, TrialsView, str], Answer]:
    """What shows another column on the map."""
    def choose(table: TrialTable, view: TrialsView, name: str) -> Answer:
        changes: dict[str, Any] = {axis: name}
        return (replace(view, **changes) if name == ROW or name in numeric_columns(table) else view), None
    return choose


def _better(table: TrialTable, view: TrialsView, word: str) -> Answer:
    """Take other values of the metric, or of another one by its place, for the better ones."""
    number, _, of_number = word.partition(":")
    place, metric = _whole(number), view.metric
    if place is not None and place < len(table.metrics):
        metric, word = [*table.metrics][place], of_number
    if word not in DIRECTIONS or metric not in table.metrics:
        return view, None
    others = {name: each for name, each in view.better.items() if name != metric}
    own = table.metrics[metric]
    is_own = own.higher_is_better == DIRECTIONS[word] and not own.is_unknown
    return replace(view, better=others if is_own else {**others, metric: word}), None


def _take(table: TrialTable, view: TrialsView, words: str) -> Answer:
    """Require a value of a parameter, or no longer."""
    try:
        name, value = json.loads(words)
    except (ValueError, TypeError, RecursionError):
        return view, None
    required: Requirement
    if not isinstance(name, str) or name not in table.columns:
        return view, None
    if isinstance(value, str) and table.columns[name].levels is not None:
        required = value
    elif isinstance(value, list) and len(value) == 2 and table.columns[name].levels is None and all(
            isinstance(end, int | float) and abs(end) < math.inf for end in value):
        required = (float(value[0]), float(value[1]))
    else:
        return view, None
    is_there = name in view.where and view.where[name] == required
    return (view.without(name) if is_there else view.having(name, required)), None


def _end(place: int) -> Callable[[TrialTable, TrialsView, str], Answer]:
    """What sets one end of a range."""
    def set_end(table: TrialTable, view: TrialsView, words: str) -> Answer:
        number, _, typed = words.partition(":")
        name = _column(table, number)
        if name is None or table.columns[name].levels is not None:
            return view, None
        value = decimal_number(typed.strip()) if typed.strip() else None
        if value is not None and not math.isfinite(value):
            return view, Message("Found {typed!r:.60} for {name}; expected a number such as 0.01 or 1e-3. Type one, or "
                                 "leave the field empty for no bound.", typed=typed, name=name)
        old = view.where.get(name)
        ends: list[float | None] = [*old] if isinstance(old, tuple) else [None, None]
        ends[place] = value
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            return view, Message("Found {low} as the lowest and {high} as the highest value of {name}; expected the "
                                 "lower one first. Change one of them.", low=f"{ends[0]:g}", high=f"{ends[1]:g}",
                                 name=name)
        return (view.without(name) if ends == [None, None] else view.having(name, (ends[0], ends[1]))), None
    return set_end


def _is(table: TrialTable, view: TrialsView, words: str) -> Answer:
    """Choose a text of a parameter, that it is not set, or neither."""
    number, _, choice = words.partition(":")
    name = _column(table, number)
    if name is None:
        return view, None
    if choice == UNSET:
        return view.having(name, None), None
    if not choice.startswith(TEXT) or table.columns[name].levels is None:
        return view.without(name), None
    return view.having(name, choice.removeprefix(TEXT)), None


def _drop(table: TrialTable, view: TrialsView, number: str) -> Answer:
    """Leave out a requirement; that of the place in the table has no number."""
    name = ROW if number == "" else _column(table, number)
    return (view if name is None else view.without(name)), None


def _clear(_table: TrialTable, view: TrialsView, _rest: str) -> Answer:
    """Leave out all requirements."""
    return replace(view, where=MappingProxyType({}), page=0), None


def _row(table: TrialTable, view: TrialsView, number: str) -> Answer:
    """Show the card of a trial, or of none."""
    if not number:
        return replace(view, chosen=None), None
    row = _whole(number)
    return (view if row is None or row >= len(table) else replace(view, chosen=row)), None


def _sort(table: TrialTable, view: TrialsView, name: str) -> Answer:
    """Sort the table by a column; the other way round where it is sorted by that one."""
    if name not in table.columns:
        return view, None
    if name == (view.order or view.metric):
        return replace(view, reverse=not view.reverse, page=0), None
    return replace(view, order="" if name == view.metric else name, reverse=False, page=0), None


def _page(_table: TrialTable, view: TrialsView, number: str) -> Answer:
    """Turn to a page of the table."""
    page = _whole(number)
    return (view if page is None else replace(view, page=page)), None


def _column(table: TrialTable, number: str) -> str | None:
    """The name of a column by its place."""
    place = _whole(number)
    return None if place is None or place >= len(table.columns) else [*table.columns][place]


def _whole(number: str) -> int | None:
    """A whole number of few digits."""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None


_HANDLERS: Mapping[str, Callable[[TrialTable, TrialsView, str], Answer]] = {
    "metric": _metric, "x": _axis("x"), "y": _axis("y"), "color": _axis("color"), "better": _better, "take": _take,
    "low": _end(0), "high": _end(1), "is": _is, "drop": _drop, "clear": _clear, "row": _row, "sort": _sort,
    "page": _page}
