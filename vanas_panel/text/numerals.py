"""Numbers that people type.

Python's own ``int`` and ``float`` also take ``1_000``, full-width and Arabic digits, and blanks around: what was a slip
of the hand would become an unintended number.
"""

from __future__ import annotations

import math
import re

LONGEST = 40
"""Most characters of a number; a longer text is refused."""

_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf)")


def whole_number(text: str) -> int | None:
    """A whole number; None where a text is none.

    Examples
    --------
    >>> [whole_number(text) for text in ("16", "-2", "0x10", "1_000", "１２", "1e3", " 5", "")]
    [16, -2, None, None, None, None, None, None]
    """
    return int(text) if len(text) <= LONGEST and _WHOLE.fullmatch(text) else None


def decimal_number(text: str) -> float:
    """A number with or without decimals, also ``inf``; NaN where a text is none.

    Examples
    --------
    >>> [decimal_number(text) for text in ("0.5", ".5", "1e-05", "-inf", "0x10", "1_000", "１２", "nan", "5,0")]
    [0.5, 0.5, 1e-05, -inf, nan, nan, nan, nan, nan]
    """
    return float(text) if len(text) <= LONGEST and _DECIMAL.fullmatch(text) else math.nan
