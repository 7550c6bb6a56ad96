"""JSON as programs of searches write it: with NaN and Infinity, in one piece or line by line, within the limits."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.formats.compressed import is_packed, read_unpacked
from vanas_panel.tables.limits import current_limits
from vanas_panel.text.language import Message, marked

_GROWS = 8
"""How many times as large as its text JSON becomes in memory."""

_LONGEST_LINE = 16 << 20
"""Bytes of one line."""

_CONSTANTS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class BrokenJsonError(ValueError):
    """A text is no JSON; the words say why."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a name that it has twice is an error, since one of the values would be lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BrokenJsonError(Message("the name {name!r} twice in one object", name=brief(twice, 60)))
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_CONSTANTS.__getitem__)


def decoded(text: bytes) -> Any:
    """The plain values of a JSON text, NaN and infinite numbers among them.

    Raises
    ------
    BrokenJsonError
        With what was found as its text.

    Examples
    --------
    >>> decoded(b'{"loss": NaN, "lr": 0.1}')
    {'loss': nan, 'lr': 0.1}
    """
    try:
        return _DECODER.decode(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BrokenJsonError(Message("a byte that is no UTF-8 at byte {start:,}", start=error.start)) from None
    except json.JSONDecodeError as error:
        raise BrokenJsonError(Message("text that is no JSON ({reason})", reason=error.msg)) from None
    except RecursionError:
        raise BrokenJsonError(Message("lists or objects too deep within each other")) from None
    except BrokenJsonError:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise BrokenJsonError(Message("a number that is none ({reason})", reason=str(error)[:80])) from None


def is_single_value(text: bytes) -> bool:
    """Whether a text is a JSON value that is neither an object nor a list.

    Examples
    --------
    >>> is_single_value(b" 3"), is_single_value(b"null"), is_single_value(b"[3]"), is_single_value(b"lr,loss")
    (True, True, False, False)
    """
    try:
        return not isinstance(decoded(text), dict | list)
    except BrokenJsonError:
        return False


def whole(path: Path) -> bytes:
    """All of a file, packed or not, where its values fit the limits; `SourceError` otherwise."""
    limits = current_limits()
    size = path.stat().st_size
    limits.check("bytes", _GROWS * size, marked("bytes of values"), marked("Write the file with fewer trials"),
                 path=path)
    data = read_unpacked(path) if is_packed(path) else path.read_bytes()
    limits.check("bytes", _GROWS * len(data), marked("bytes of values"), marked("Write the file with fewer trials"),
                 path=path)
    return data


def document(path: Path) -> Any:
    """The values of a file that is one JSON text; `SourceError` where it is none."""
    try:
        return decoded(whole(path))
    except BrokenJsonError as error:
        raise SourceError(error.args[0], "a whole JSON text", "Write or copy the file again", path=path) from error


def objects(path: Path, notes: list[str]) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines, one after the other.

    A last line that is cut off, as by a program that still writes, is left out, and `notes` say so.

    Raises
    ------
    SourceError
        Where a line is no object, or the file is larger than the limits allow.
    """
    limits = current_limits()
    size = 0
    for number, (line, is_last) in enumerate(_lines(path)):
        size += len(line)
        if number >= limits.rows or size > limits.bytes:
            name = "rows" if number >= limits.rows else "bytes"
            raise limits.exceeded(name, marked("lines"), marked("Leave some out"), path=path)
        if not line.strip():
            continue
        try:
            made = decoded(line)
        except BrokenJsonError as error:
            if is_last and not line.endswith(b"\n") and number:
                notes.append(Message("The last line is cut off, as where a program still writes it, and was left out."))
                return
            raise SourceError(Message("{found} in line {number:,}", found=error.args[0], number=number + 1),
                              "one JSON object in every line", "Correct the line, or leave it out",
                              path=path) from error
        if not isinstance(made, dict):
            raise SourceError(Message("{value!r:.60} in line {number:,}", value=made, number=number + 1),
                              "one JSON object in every line", "Correct the line, or leave it out", path=path)
        yield made


def _lines(path: Path) -> Iterator[tuple[bytes, bool]]:
    """The lines of a file with their ends, and whether each is the last."""
    if is_packed(path):
        lines = read_unpacked(path).splitlines(keepends=True)
        yield from ((line, number == len(lines) - 1) for number, line in enumerate(lines))
        return
    with path.open("rb") as file:
        line = file.readline(_LONGEST_LINE)
        while line:
            if len(line) == _LONGEST_LINE:
                raise SourceError(Message("a line of more than {most:,} bytes", most=_LONGEST_LINE), "shorter lines",
                                  "Write one object in each line", path=path)
            after = file.readline(_LONGEST_LINE)
            yield line, not after
            line = after
