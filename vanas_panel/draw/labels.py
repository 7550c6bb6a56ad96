"""Short labels of operations: long names are shortened in the middle and stay distinct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from vanas_panel.draw.theme import operation_label

IN_BOX, IN_SMALL_BOX, IN_BAR, IN_BUTTON = 18, 14, 14, 20
"""Most characters of an operation in a box of the designer, in one of a large draft, at a bar of edge
importance, and in a button."""


def short_labels(operations: Iterable[str], most: int) -> Mapping[str, str]:
    """Labels of at most `most` characters by operation, of which no two are the same.

    Parameters
    ----------
    operations : iterable of str
        Those of a search space, and perhaps input, output and strangers.
    most : int
        At least 8.

    Returns
    -------
    Mapping of str to str
        The label of `vanas_panel.draw.theme.operation_label` where it fits; else its beginning and its end, cut where
        labels that are shortened differ, and numbered where they differ in their middle alone.

    Examples
    --------
    >>> list(short_labels(["conv3x3-bn-relu", "inverted_residual_k5_e6_se_hswish"], 18).values())
    ['conv 3×3', 'inverted_…e_hswish']
    >>> list(short_labels(["inverted_residual_k3_se_hswish", "inverted_residual_k5_se_hswish"], 14).values())
    ['in…3_se_hswish', 'in…5_se_hswish']
    """
    return _shortened(tuple(dict.fromkeys(operations)), most)


@lru_cache(maxsize=256)
def _shortened(operations: tuple[str, ...], most: int) -> Mapping[str, str]:
    """The same for operations each of which is there once."""
    full = {operation: operation_label(operation) for operation in operations}
    labels = {operation: _cut(label, most, most // 2) for operation, label in full.items()}
    for twice in [label for label, count in Counter(labels.values()).items() if count > 1]:
        same = [operation for operation in operations if labels[operation] == twice]
        others = set(labels.values()) - {twice}
        # From the middle outwards.
        for head in sorted(range(most), key=lambda head: abs(head - most // 2)):
            found = [_cut(full[operation], most, head) for operation in same]
            if len(set(found)) == len(same) and others.isdisjoint(found):
                break
        else:
            found = [_numbered(full[operation], most, others) for operation in same]
        labels.update(zip(same, found, strict=True))
    return labels


def _cut(label: str, most: int, head: int) -> str:
    """A label with `head` characters of its beginning, and as many of its end as fit."""
    if len(label) <= most:
        return label
    return f"{label[:head]}…{label[len(label) - (most - 1 - head):]}"


def _numbered(label: str, most: int, taken: set[str]) -> str:
    """A label with a number that no other has, which is then taken."""
    number = 1
    while (found := f"{_cut(label, most - 1 - len(str(number)), most // 2)} {number}") in taken:
        number += 1
    taken.add(found)
    return found
