"""Names of columns: repeats of one metric, and columns without a name, such as the index that pandas writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from vanas_panel.readers.description import Description
from vanas_panel.readers.notes import AND_MORE, AT_PLACE, NAMELESS

# No name at all, what pandas calls such a column when it writes it once more, and its index in a Parquet file.
_NAMELESS = re.compile(r"\s*|Unnamed: \d+(\.\d+)?(_level_\d+)?|__index_level_\d+__")


_REPEAT_DIGITS = 6


def base_and_repeat(name: str) -> tuple[str, int]:
    """Metric and number of the repeat that a column name stands for.

    Examples
    --------
    >>> base_and_repeat("loss/2"), base_and_repeat("loss")
    (('loss', 2), ('loss', 0))
    """
    base, _, repeat = name.rpartition("/")
    is_repeat = bool(base) and repeat.isascii() and repeat.isdecimal() and len(repeat) <= _REPEAT_DIGITS
    return (base, int(repeat)) if is_repeat else (name, 0)


def is_nameless(name: str) -> bool:
    """Whether a column has no name, such as the index that pandas writes.

    Examples
    --------
    >>> is_nameless("Unnamed: 0"), is_nameless("loss")
    (True, False)
    """
    return _NAMELESS.fullmatch(name) is not None


def listed(names: Sequence[str], most: int = 20) -> str:
    """Names for a note: the first ones, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    first = ", ".join(names[:most])
    return AND_MORE.format(names=first, found=len(names) - most) if len(names) > most else first


def number_nameless(columns: Sequence[str]) -> list[str]:
    """Tell nameless columns apart, as pandas does: all but the first become ``Unnamed: <index>``, from 0.

    Examples
    --------
    >>> number_nameless(["", "adjacency", "", ""])
    ['', 'adjacency', 'Unnamed: 2', 'Unnamed: 3']
    """
    first = next((index for index, name in enumerate(columns) if not name), None)
    return [name or ("" if index == first else f"Unnamed: {index}") for index, name in enumerate(columns)]


def without_nameless(columns: Sequence[str], description: Description) -> Description:
    """The same description that ignores nameless columns and notes that; what it names itself stays as it says.

    Examples
    --------
    >>> without_nameless(["__index_level_0__", "adjacency", "loss"], Description()).ignore
    ('__index_level_0__',)
    """
    named = {*description.metrics, *description.conditions, *description.ignore, description.adjacency,
             description.operations}
    numbers = {name: index for index, name in reversed(list(enumerate(columns, 1)))
              if _NAMELESS.fullmatch(name) and name not in named}
    nameless = sorted(numbers, key=numbers.__getitem__)
    if not nameless:
        return description
    said = listed([name.strip() or AT_PLACE.format(place=numbers[name]) for name in nameless])
    note = NAMELESS.format(names=said)
    return replace(description, ignore=(*description.ignore, *nameless), notes=(*description.notes, note))
