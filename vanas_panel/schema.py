"""JSON that somebody hands in: bounded before it is parsed, and held against a schema before anything believes it.

`read_json` turns text into plain values, `fitted` holds these against a type of msgspec's. Both raise `SchemaError`,
which names one place; whoever calls them knows the file, and makes it an error for a person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import accumulate
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from vanas_panel.errors import brief

LONGEST = 16 << 20
"""Bytes of a JSON text, by default."""

DEEPEST = 24
"""Levels of lists and objects within each other, by default; nothing that this package writes has more than eight."""

Fraction = Annotated[float, Meta(ge=0, le=1)]
"""An accuracy."""

Amount = Annotated[float, Meta(ge=0, le=1e15)]
"""A time in seconds or the like: not negative, and finite."""

Count = Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]
"""How many there are of something; within what a column of numbers holds exactly."""

Line = Annotated[str, Meta(max_length=1000)]
"""A name, a title or a reason."""

Kind = TypeVar("Kind")

_WORDS = {"int": "a whole number", "float": "a number", "str": "a text", "bool": "true or false", "null": "null",
          "array": "a list", "object": "an object"}
_BRACKETS = b"[]{}"
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>\$[^`]*)`)?", re.DOTALL)
_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


class SchemaError(ValueError):
    """A text is no JSON, or does not fit its schema.

    Parameters
    ----------
    found, expected : str
        What was found at which place, and what was expected there; short, without full stops.
    broken : bool, optional
        Whether the text is no JSON at all, so that it may have been cut off.
    """

    def __init__(self, found: str, expected: str, *, broken: bool = False):
        self.found = found
        self.expected = expected
        self.broken = broken
        super().__init__(f"found {found}; expected {expected}")


def read_json(text: bytes | str, *, longest: int = LONGEST, deepest: int = DEEPEST) -> Any:
    """The plain values of a JSON text.

    Parameters
    ----------
    text : bytes or str
        UTF-8, with or without the mark that some editors put at the beginning.
    longest : int, optional
        Most bytes.
    deepest : int, optional
        Most levels of lists and objects within each other.

    Returns
    -------
    object
        None, truth values, finite numbers, texts of whole characters, lists, and dictionaries.

    Raises
    ------
    SchemaError
        Where the text is too long or too deep, is no JSON, says a name twice in one object, or holds a number or a
        text that is none.

    Examples
    --------
    >>> read_json('{"steps": 20}')
    {'steps': 20}
    >>> read_json('{"steps": 20, "steps": 30}')
    Traceback (most recent call last):
    vanas_panel.schema.SchemaError: found the name 'steps' twice in one object; expected each name once
    """
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    if len(text) > longest:
        raise SchemaError(f"{len(text):,} bytes", f"at most {longest:,}")
    text = text.removeprefix(b"\xef\xbb\xbf")
    _check_depth(text, deepest)
    try:
        content = json.loads(text.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number,
                             parse_float=_finite, parse_int=_whole)
        if b"\\u" in text:
            json.dumps(content, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise SchemaError(f"a byte that is no UTF-8 at place {error.start:,}", "text in UTF-8", broken=True) from None
    except UnicodeEncodeError:
        raise SchemaError("half a character (a lone surrogate)", "whole ones") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno:,}, column {error.colno:,}"
        raise SchemaError(f"text that is no JSON ({error.msg} in {place})", "JSON", broken=True) from None
    return content


def fitted(content: Any, kind: type[Kind], where: str = "") -> Kind:
    """Plain values as a type of msgspec's: a ``Struct``, or a list or dictionary of such, with its limits.

    Parameters
    ----------
    content : object
        As `read_json` gives it.
    kind : type
    where : str, optional
        What the content is called in an error.

    Returns
    -------
    kind

    Raises
    ------
    SchemaError
        Names the first place that does not fit.

    Examples
    --------
    >>> fitted([0.5, 1], list[Fraction])
    [0.5, 1.0]
    >>> fitted([0.5, 2], list[Fraction], "accuracies")
    Traceback (most recent call last):
    vanas_panel.schema.SchemaError: found accuracies[1] = 2; expected a number <= 1.0
    """
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise _misfit(str(error), content, where) from None
    except (RecursionError, OverflowError):
        raise SchemaError(f"{where or 'values'} that nest too deep or are too large", "plain values") from None


def shown(value: object) -> str:
    """A value as it stands in JSON, cut in the middle to what a message can hold."""
    try:
        return brief(json.dumps(value, ensure_ascii=False), 60)
    except (TypeError, ValueError, RecursionError):
        return f"a {type(value).__name__}"


def _check_depth(text: bytes, deepest: int) -> None:
    """Refuse brackets within brackets before a parser follows them."""
    brackets = text.translate(None, _OTHERS)
    if _depth(brackets) > deepest:
        # Perhaps only within texts, which takes longer to tell.
        found = _depth(_STRING.sub(b"", text).translate(None, _OTHERS))
        if found > deepest:
            raise SchemaError(f"lists and objects {found:,} levels deep", f"at most {deepest}")


def _depth(brackets: bytes) -> int:
    """Most brackets that are open at once."""
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def _once_each(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are distinct."""
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise SchemaError(f"the name {brief(repr(name), 60)} twice in one object", "each name once")
        content[name] = value
    return content


def _no_number(text: str) -> Any:
    """Refuse what some programs write and JSON does not have."""
    raise SchemaError(text, "a finite number, or null where it is unknown")


def _finite(text: str) -> float:
    """A number that is finite."""
    number = float(text) if len(text) < 1000 else float("inf")
    if number in (float("inf"), float("-inf")):
        raise SchemaError(f"the number {brief(text, 60)}", "one that a computer can hold")
    return number


def _whole(text: str) -> int:
    """A whole number; its digits are counted first, since turning many of them into a number takes very long."""
    if len(text) > 40:
        raise SchemaError(f"a number of {len(text):,} digits", "at most 39")
    return int(text)


def _misfit(message: str, content: Any, where: str) -> SchemaError:
    """What msgspec says, in words, with the value at the place that it names."""
    match = _PLACE.fullmatch(message)
    what, path = (match["what"], match["path"] or "$") if match else (message, "$")
    for name, value in _PART.findall(path):
        try:
            content = content[name] if name else content[int(value)]
        except (LookupError, TypeError):
            break
    place = (where + path.removeprefix("$")).removeprefix(".")
    if lacks := re.fullmatch(r"Object missing required field `(.*)`", what, re.DOTALL):
        return SchemaError(f"no {brief(repr(lacks[1]), 60)} in {place or shown(content)}", "it to be there")
    if strange := re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL):
        return SchemaError(f"{brief(repr(strange[1]), 60)} in {place or 'the object'}", "known names only")
    what = re.sub(r", got `.*|^Expected ", "", what)
    expected = " or ".join(_WORDS.get(word, word) for word in what.replace("`", "").split(" | "))
    for word, name in _WORDS.items():
        expected = re.sub(rf"^{word}\b", name, expected)
    found = f"{place} = {shown(content)}" if place else shown(content)
    return SchemaError(brief(found, 200), brief(expected, 120))
