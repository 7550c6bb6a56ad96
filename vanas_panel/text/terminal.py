r"""Output to a terminal: control characters of any text are escaped.

Names of operations, notes, titles and paths come from files that others made. An escape sequence in one of them would
clear the screen, change its colours or write into the clipboard; a mark of direction would show a name backwards.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import TextIO

# Control characters, marks of direction, invisible characters that change how others are read, and halves of
# characters. The joiners U+200C and U+200D stay: words and emoji need them.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
                     "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]")
"""Characters that are not shown, but change what is."""


def escaped(text: str, keep: str = "") -> str:
    r"""A text whose control characters and marks of direction are written as their codes.

    Parameters
    ----------
    text : str
    keep : str, optional
        Characters that stay as they are.

    Returns
    -------
    str
        ``\x1b`` for what lies below 256, ``\u202e`` or ``\U000e0001`` for the others.

    Examples
    --------
    >>> print(escaped("conv\x1b[2J\u202e"))
    conv\x1b[2J\u202e
    """
    return UNSEEN.sub(lambda found: found[0] if found[0] in keep else _code(found[0]), text)


def say(line: str, stream: TextIO | None = None) -> None:
    """Print one line at once, also into a pipe, whatever a file has put into it.

    Parameters
    ----------
    line : str
        Line breaks in it are escaped like other control characters.
    stream : file, optional
        The standard output by default.
    """
    stream = stream or sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    # A terminal that knows ASCII alone shows codes in place of what it lacks.
    print(escaped(line).encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def display_width(text: str) -> int:
    """The columns that a text takes on a terminal: two for each Korean or other wide letter.

    Examples
    --------
    >>> display_width("cell"), display_width("셀")
    (4, 2)
    """
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
               for letter in text)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text that is broken at its spaces; a word that is wider than a line has a line of its own.

    Parameters
    ----------
    text : str
    width : int
        Columns of a line.

    Examples
    --------
    >>> wrapped("셀 하나를 학습합니다", 9)
    ['셀 하나를', '학습합니다']
    """
    lines: list[str] = []
    for word in text.split():
        if lines and display_width(lines[-1]) + 1 + display_width(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _code(letter: str) -> str:
    """How one character is written."""
    number = ord(letter)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
