"""Measured trials for some set parameters, best first. Exact: none is missed, none invented."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.frame_names import metric_column
from vanas_panel.core.plain import plain_float, plain_int, plain_text
from vanas_panel.core.ranking import ranked_rows
from vanas_panel.core.trial_protocol import Column, Trials, check_trials, chosen_rows
from vanas_panel.errors import SearchSpaceError
from vanas_panel.text.language import Message


def matching_trials(trials: Trials, where: Mapping[str, Any], metric: str, top: int = 5, *, start: int = 0,
                    rows: ArrayLike | None = None) -> pd.DataFrame:
    """Find all trials that keep to some requirements, best first.

    Parameters
    ----------
    trials : TrialTable
    where : Mapping of str to object
        By column, most often a parameter, what is required of it:

        - a number or a text: this value;
        - a pair ``(low, high)`` of numbers: a range, both included, None where there is no bound;
        - a list or a set: any of these values;
        - None: that it is not set.

        A trial without a value keeps to none but the last.
    metric : str
        The metric to rank by, in its own direction; trials without a value come last, ties in row order.
    top : int, optional
        How many trials to return, at least 0.
    start : int, optional
        How many of the best to pass over, at least 0.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The trials to look among; by default all that are complete.

    Returns
    -------
    pandas.DataFrame
        ``row``, the metric, and all parameters of the trials. ``.attrs`` has

        - ``matches``: how many trials match; ``best``, ``median`` and ``worst`` of their values, NaN without any;
        - ``without``: where none matches, by column how many would without that requirement, all others kept;
        - ``metric``: the name of the metric's column.

    Raises
    ------
    UnknownMetricError, SelectionError
        Where the table lacks the metric or the rows.
    SearchSpaceError
        Where the table lacks a column, or a requirement, `top` or `start` is none.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"optimizer": ["adam", "adam", "sgd"], "lr": [0.1, 0.01, 0.02],
    ...                                       "accuracy": [0.7, 0.9, 0.8]}))
    >>> found = vp.matching_trials(trials, {"lr": (None, 0.05)}, "accuracy", top=1)
    >>> found["row"].tolist(), found.attrs["matches"], found.attrs["worst"]
    ([1], 2, 0.8)
    >>> vp.matching_trials(trials, {"lr": 0.1, "optimizer": "sgd"}, "accuracy").attrs["without"]
    {'lr': 1, 'optimizer': 1}
    """
    check_trials(trials)
    metric = plain_text(metric)
    values = trials.column(metric)
    top, start = _count("top", top), _count("start", start)
    chosen = chosen_rows(trials, rows)
    if not isinstance(where, Mapping):
        raise SearchSpaceError(Message("Found {where!r:.100} as requirements; expected a dictionary with names of "
                                       "columns as keys. Write {{'lr': (None, 0.1)}}.", where=where))
    keep = {name: kept(_column(trials, name), required, chosen) for name, required in where.items()}
    matching = chosen[_all(keep.values(), chosen.size)]
    best = ranked_rows(matching, values[matching], trials.metric(metric).higher_is_better is False,
                       start + top if start + top < matching.size else None)[start: start + top]
    value = metric_column(metric, {"row", *trials.parameters})
    frame = pd.DataFrame({"row": best, value: values[best],
                          **{name: _series(trials.columns[name], best) for name in trials.parameters}})
    frame.attrs.update(matches=int(matching.size), metric=value, **_spread(values[matching], trials, metric),
                       without={} if matching.size else {
                           plain_text(name): int(_all((keep[other] for other in keep if other != name),
                                                      chosen.size).sum()) for name in keep})
    return frame


def kept(column: Column, required: object, rows: np.ndarray) -> np.ndarray:
    """Which of some trials keep to a requirement, ``bool (m,)``; see `matching_trials`."""
    if required is None:
        return ~column.known[rows]
    if isinstance(required, tuple):
        return _in_range(column, required, rows)
    several = [*required] if isinstance(required, Collection) and not isinstance(required, str) else [required]
    values = column.values[rows]
    if column.levels is not None:
        wanted = {_text(column, each) for each in several}
        codes = [code for code, level in enumerate(column.levels) if level in wanted]
        return np.isin(values, codes)
    return np.isin(values, [_number(column, each) for each in several])


def _in_range(column: Column, bounds: tuple, rows: np.ndarray) -> np.ndarray:
    """Which trials are within a range."""
    pair = [None if bound is None else _as_float(bound) for bound in bounds]
    wrong = len(pair) != 2 or any(given is not None and (bound is None or math.isnan(bound))
                                  for given, bound in zip(bounds, pair, strict=True))
    if wrong or (pair[0] is not None and pair[1] is not None and pair[0] > pair[1]):
        raise _none(column, bounds, Message("a pair (low, high) of numbers, low first, either of them None where there "
                                            "is no bound"))
    if column.levels is not None:
        raise _none(column, bounds, Message("a text, or a list of texts, since the column has no numbers"))
    values = column.values[rows]
    low, high = -math.inf if pair[0] is None else pair[0], math.inf if pair[1] is None else pair[1]
    return (values >= low) & (values <= high)


def _text(column: Column, value: object) -> str:
    """A text that is required."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if not isinstance(value, str):
        number = _as_float(value)
        if number is None:
            raise _none(column, value, Message("a text, or a list of texts, since the column has no numbers"))
        return f"{number:.17g}"
    return plain_text(value)


def _number(column: Column, value: object) -> float:
    """A number that is required."""
    number = _as_float(value)
    if number is None or math.isnan(number):
        raise _none(column, value, Message("a number, a list of numbers, or a pair (low, high)"))
    return number


def _as_float(value: object) -> float | None:
    """A number of any kind; None for anything else."""
    number, whole = plain_float(value), plain_int(value)
    return number if whole is None else float(whole)


def _none(column: Column, found: object, expected: str) -> SearchSpaceError:
    """The error of a requirement that is none."""
    return SearchSpaceError(Message("Found {found!r:.100} for {name}; expected {expected}. Change it.", found=found,
                                    name=column.name, expected=expected))


def _column(trials: Trials, name: object) -> Column:
    """A column of the table."""
    if not isinstance(name, str) or name not in trials.columns:
        raise SearchSpaceError(Message("Found a requirement of {name!r:.80}, which is no column; expected one of "
                                       "{known}. Correct the name.", name=name,
                                       known=", ".join([*trials.parameters, *trials.conditions])))
    return trials.columns[plain_text(name)]


def _count(name: str, value: object) -> int:
    """A whole number of at least 0."""
    count = plain_int(value)
    if count is None or count < 0:
        raise SearchSpaceError(Message("Found {name} = {value!r:.40}; expected a whole number of at least 0. Change "
                                       "it.", name=name, value=value))
    return count


def _all(parts: Iterable[np.ndarray], count: int) -> np.ndarray:
    """Where all of several arrays of truth values hold."""
    together = np.ones(count, bool)
    for part in parts:
        together &= part
    return together


def _series(column: Column, rows: np.ndarray) -> pd.Series | np.ndarray:
    """The values of some rows for a frame, texts as categories."""
    values = column.values[rows]
    if column.levels is None:
        return values
    return pd.Series(pd.Categorical.from_codes(values, pd.Index(column.levels, dtype=object)))


def _spread(values: np.ndarray, trials: Trials, metric: str) -> dict[str, float]:
    """Best, median and worst of some values, those that are unknown left out."""
    known = values[~np.isnan(values)]
    if not known.size:
        return dict.fromkeys(("best", "median", "worst"), math.nan)
    low, high = float(known.min()), float(known.max())
    best, worst = (low, high) if trials.metric(metric).higher_is_better is False else (high, low)
    return {"best": best, "median": float(np.median(known)), "worst": worst}
