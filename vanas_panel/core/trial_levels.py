"""Levels of a parameter: its texts, its few numbers, or quantile bins of its many numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vanas_panel.core.trial_protocol import Column

FEW = 8
"""A parameter of numbers with at most so many different ones has each of them as a level."""


@dataclass(frozen=True, eq=False)
class Levels:
    """The levels of one parameter over some trials.

    Attributes
    ----------
    codes : int64 (m,)
        The level of each trial, -1 where the parameter is not set.
    words : list of str
        What each level is called.
    lowest, highest : float64 (levels,)
        The ends of each bin, both included; equal for a single number, NaN for texts.
    """

    codes: np.ndarray
    words: list[str]
    lowest: np.ndarray
    highest: np.ndarray


def levels_of(column: Column, rows: np.ndarray, bins: int) -> Levels:
    """The levels of a parameter.

    Parameters
    ----------
    column : Column
    rows : int64 (m,)
    bins : int
        Of about equal numbers of trials, for a parameter with more than `FEW` different numbers. Their ends are values
        that occur: the k-th ends at the smallest value that at least k of `bins` parts of the trials do not exceed
        (definition 1 of Hyndman and Fan, *Sample quantiles in statistical packages*, 1996). Equal values share a bin,
        so there may be fewer.

    Returns
    -------
    Levels
    """
    values = column.values[rows]
    if column.levels is not None:
        used, places = np.unique(values, return_inverse=True)
        shift = int(used.size > 0 and used[0] < 0)
        unknown = np.full(used.size - shift, np.nan)
        return Levels(places.reshape(-1).astype(np.int64) - shift,
                      [column.levels[code] for code in used[shift:]], unknown, unknown)
    known = ~np.isnan(values)
    distinct = np.unique(values[known])
    codes = np.full(values.size, -1, np.int64)
    if distinct.size <= FEW:
        codes[known] = np.searchsorted(distinct, values[known])
        return Levels(codes, [number_text(value) for value in distinct], distinct, distinct)
    ends = np.unique(np.quantile(values[known], np.arange(1, bins + 1) / bins, method="inverted_cdf"))
    codes[known] = np.searchsorted(ends, values[known])
    # The first value beyond the end before.
    starts = distinct[np.concatenate(([0], np.searchsorted(distinct, ends[:-1], side="right")))]
    words = [number_text(low) if low == high else f"{number_text(low)} – {number_text(high)}"
             for low, high in zip(starts, ends, strict=True)]
    return Levels(codes, words, starts, ends)


def number_text(value: float) -> str:
    """A number as short as it can be told apart from its neighbours in a table.

    Examples
    --------
    >>> number_text(128.0), number_text(0.0072570057)
    ('128', '0.007257')
    """
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < 1e15 else f"{value:.4g}"


def same_or_not(column: Column, rows: np.ndarray) -> np.ndarray:
    """A code for each different value of a column, ``int64 (m,)``; trials without a value share one of their own."""
    values = column.values[rows]
    if column.levels is not None:
        return values.astype(np.int64) + 1
    known = ~np.isnan(values)
    codes = np.zeros(values.size, np.int64)
    codes[known] = np.unique(values[known], return_inverse=True)[1].reshape(-1) + 1
    return codes
