"""Error messages for text that holds no cell, of bounded length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from vanas_panel.errors import ExchangeError, framed
from vanas_panel.text.language import Constant, Message, joined

MOST_LETTERS = 500
"""Most characters of a refusal."""

_SHOWN = 60
_LISTED = 150


def shown(value: object) -> str:
    r"""A value in the words of Python, cut where it is long.

    Examples
    --------
    >>> shown(["input", "é"]), len(shown("x" * 1000))
    ("['input', '\\xe9']", 63)
    """
    try:
        words = ascii(value)
    except (RecursionError, ValueError):  # nested deeply, or a number of thousands of digits
        return Constant("of a kind that is no part of a cell")
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}..."


def listed(names: Iterable[str]) -> str:
    """Names with commas between them; of many or long ones the first, and how many more there are.

    Examples
    --------
    >>> listed(["conv", "pool"])
    'conv, pool'
    >>> listed(["x" * 80, "y" * 80, "z"])[-9:]
    ' (3 such)'
    """
    found = list(names)
    words = joined(", ", found)
    return words if len(words) <= _LISTED else Message("{words}... ({found} such)", words=words[:_LISTED - 20],
                                                       found=len(found))


def refuse(found: str, expected: str, advice: str) -> NoReturn:
    """Raise with what was found, what was expected and what to do next, each without a full stop.

    Raises
    ------
    ExchangeError
        Always; its text has at most `MOST_LETTERS` characters.
    """
    raise ExchangeError(bounded(framed(found, expected, advice)))


def bounded(message: str) -> str:
    """A message of at most `MOST_LETTERS` characters: the middle of a longer one is left out."""
    half = MOST_LETTERS // 2 - 3
    return message if len(message) <= MOST_LETTERS else f"{message[:half]} ... {message[-half:]}"
