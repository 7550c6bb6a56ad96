"""Several measurements of one cell become repeats of one row."""

from __future__ import annotations

import numpy as np

from vanas_panel.text.language import Message, marked

MOST_VALUES = 20_000_000


def group_rows(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the distinct keys in the order in which they first appear.

    Parameters
    ----------
    keys : int64 (n,)

    Returns
    -------
    first : int64 (groups,)
        Where each distinct key appears first, ascending.
    group : int64 (n,)
        The number of each row's key.

    Examples
    --------
    >>> first, group = group_rows(np.array([7, 3, 7, 9]))
    >>> first.tolist(), group.tolist()
    ([0, 1, 3], [0, 1, 0, 2])
    """
    order = np.argsort(keys, kind="stable")
    starts = np.empty(keys.size, bool)
    starts[:1] = True
    np.not_equal(keys[order[1:]], keys[order[:-1]], out=starts[1:])
    if starts.all():  # each key stands alone, which saves half of the work
        return np.arange(keys.size), np.arange(keys.size)
    leaders = order[starts]
    by_appearance = np.argsort(leaders)
    number = np.empty(leaders.size, np.int64)
    number[by_appearance] = np.arange(leaders.size)
    group = np.empty(keys.size, np.int64)
    group[order] = number[np.cumsum(starts) - 1]
    return leaders[by_appearance], group


def count_earlier(group: np.ndarray) -> np.ndarray:
    """How many earlier rows belong to the same group: the number of a repeat, ``int64 (n,)``.

    Examples
    --------
    >>> count_earlier(np.array([0, 1, 0, 0])).tolist()
    [0, 0, 1, 2]
    """
    order = np.argsort(group, kind="stable")
    index = np.arange(group.size)
    starts = np.empty(group.size, bool)
    starts[:1] = True
    np.not_equal(group[order[1:]], group[order[:-1]], out=starts[1:])
    earlier = np.empty(group.size, np.int64)
    earlier[order] = index - np.maximum.accumulate(np.where(starts, index, 0))
    return earlier


def check_repeats(group: np.ndarray, repeat: np.ndarray, groups: int) -> tuple[int, str, str, str] | None:
    """Look for a cell with so many repeats that room for them in every row would fill the memory.

    Parameters
    ----------
    group, repeat : int64 (n,)
    groups : int

    Returns
    -------
    None or (int, str, str, str)
        The row at which they become too many, and what was found, what was expected and what to do.
    """
    most = max(MOST_VALUES // max(groups, 1), 1)
    rows = np.flatnonzero(repeat >= most)
    if not rows.size:
        return None
    repeats = np.bincount(group)[group[rows[0]]]
    return (int(rows[0]), Message("a cell that is measured {repeats:,} times", repeats=repeats),
            Message("at most {most:,} times in a table of {groups:,} cells", most=most, groups=groups),
            marked("Average its measurements, or leave some out"))


def spread_repeats(values: np.ndarray, group: np.ndarray, repeat: np.ndarray, groups: int) -> np.ndarray:
    """Lay measurements out as one row a group and one column a repeat.

    Parameters
    ----------
    values : float64 (n,)
    group, repeat : int64 (n,)
        Where each value belongs; no two values share one.
    groups : int
        How many rows the result has.

    Returns
    -------
    float64 (groups, repeats)
        NaN where a group has fewer repeats than another. Each repeat is contiguous in memory.
    """
    repeats = int(repeat.max(initial=0)) + 1
    table = np.full((repeats, groups), np.nan)
    table[repeat, group] = values
    return table.T
