"""Texts that a spreadsheet would run as formulas: escaped in CSV files, and unescaped when read.

A cell of a CSV file that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break may be run as a formula, also
where it stands between quotes, and may send other cells to an outside address. Names of operations and metrics come
from files of other people. An apostrophe before such a text makes it text everywhere. A spreadsheet of a language that
separates by semicolons splits a cell there, so what follows a semicolon or a tab counts as the beginning of a cell,
too.
"""

from __future__ import annotations

import re

# The wide signs count as formulas where Chinese, Japanese or Korean is written.
_FORMULA = "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_START = "(?:(?<![\\s\\S])|(?<=[;\t\r\n]))"
_PLAIN = re.compile(f"{_START}(?='*{_FORMULA})")
_DEFUSED = re.compile(f"{_START}'(?='*{_FORMULA})")

DEFUSED = f"(^|[;\t\r\n])'+{_FORMULA}"
"""A pattern that finds texts which `original` changes, also for libraries that know no look-behind."""


def defused(text: str) -> str:
    r"""A text that no spreadsheet takes for a formula; an apostrophe stands before what one would.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        `original` gives the text back, whatever it was.

    Examples
    --------
    >>> defused('=HYPERLINK("x")'), defused("conv3x3"), defused("'=1")
    ('\'=HYPERLINK("x")', 'conv3x3', "''=1")
    """
    return _PLAIN.sub("'", text)


def original(text: str) -> str:
    """The text that `defused` has made this one of; any other text stays as it is.

    Examples
    --------
    >>> original("'=1"), original("'tis")
    ('=1', "'tis")
    """
    return _DEFUSED.sub("", text)
