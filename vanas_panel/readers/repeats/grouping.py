"""Several measurements of one cell become repeats of one row."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.encoding import kernel
from vanas_panel.text.language import Message, marked

MOST_VALUES = 20_000_000

_MANY, _SAMPLE = 1_000_000, 200_000


def keys_of_rows(packed: np.ndarray) -> np.ndarray:
    """Canonical keys of rows, of which many may hold one cell: that of each is then computed once.

    Parameters
    ----------
    packed : int64 (n,)

    Returns
    -------
    int64 (n,)

    Examples
    --------
    >>> cell = 0x20000000000001
    >>> keys_of_rows(np.array([cell, cell])).tolist() == [cell, cell]
    True
    """
    # A sort costs less than keys of repeats, and more than nothing where there are none.
    if packed.size < _MANY or np.unique(packed[:: packed.size // _SAMPLE]).size > 0.95 * _SAMPLE:
        return canonical_keys(packed)
    cells, cell_of = np.unique(packed, return_inverse=True)
    return canonical_keys(cells)[cell_of]


def group_rows(keys: np.ndarray, order: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Number the distinct keys in the order in which they first appear.

    Parameters
    ----------
    keys : int64 (n,)
    order : int64 (n,), optional
        What sorts them, equal ones in their order; it is found where it is not given.

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
    order = np.argsort(keys, kind="stable") if order is None else order
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


@kernel
def count_earlier(group: np.ndarray) -> np.ndarray:
    """How many earlier rows belong to the same group: the number of a repeat, ``int64 (n,)``.

    Numbers of groups lie close together, so that there is room for a count of each.

    Examples
    --------
    >>> count_earlier(np.array([0, 1, 0, 0])).tolist()
    [0, 0, 1, 2]
    """
    earlier = np.empty(group.size, np.int64)
    if not group.size:
        return earlier
    least, most = group[0], group[0]
    for number in group:
        least, most = min(least, number), max(most, number)
    count = np.zeros(most - least + 1, np.int64)
    for row in range(group.size):
        earlier[row] = count[group[row] - least]
        count[group[row] - least] += 1
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
