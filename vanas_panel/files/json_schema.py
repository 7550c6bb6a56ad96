"""JSON from outside: bounded in size and depth before it is parsed, then checked against a schema.

`read_json` turns text into plain values, `fitted` holds these against a type of msgspec's. Both raise `SchemaError`,
which names one location; the caller knows the file, and makes it an error for a person.
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
from vanas_panel.text.language import Constant, Message, either, marked

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

_WORDS = {"int": marked("a whole number"), "float": marked("a number"), "str": marked("a text"),
          "bool": marked("true or false"), "null": "null", "array": marked("a list"), "object": marked("an object")}
_BRACKETS = b"[]{}"
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_LOCATED = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>\$[^`]*)`)?", re.DOTALL)
_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


class SchemaError(ValueError):
    """A text is no JSON, or does not fit its schema.

    Parameters
    ----------
    found, expected : str
        The value found with its location, and the value expected there; short, without full stops.
    broken : bool, optional
        Whether the text is no JSON at all, so that it may have been cut off.
    """

    def __init__(self, found: str, expected: str, *, broken: bool = False):
        self.found, self.expected = (each if isinstance(each, Message) else Constant(each)
                                     for each in (found, expected))
        self.broken = broken
        super().__init__(Message("found {found}; expected {expected}", found=self.found, expected=self.expected))


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
    vanas_panel.files.json_schema.SchemaError: found the name 'steps' twice in one object; expected each name once
    """
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    if len(text) > longest:
        raise SchemaError(Message("{found:,} bytes", found=len(text)), Message("at most {most:,}", most=longest))
    text = text.removeprefix(b"\xef\xbb\xbf")
    _check_depth(text, deepest)
    try:
        content = json.loads(text.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number,
                             parse_float=_finite, parse_int=_whole)
        if b"\\u" in text:
            json.dumps(content, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise SchemaError(Message("a byte that is no UTF-8 at byte {start:,}", start=error.start), "text in UTF-8",
                          broken=True) from None
    except UnicodeEncodeError:
        raise SchemaError("half a character (a lone surrogate)", "whole ones") from None
    except json.JSONDecodeError as error:
        location = Message("line {lineno:,}, column {colno:,}", lineno=error.lineno, colno=error.colno)
        raise SchemaError(Message("text that is no JSON ({msg} in {location})", msg=error.msg, location=location),
                          "JSON", broken=True) from None
    return content


def fitted(content: Any, kind: type[Kind], where: str = "") -> Kind:
    """Plain values as a type of msgspec's: a ``Struct``, or a list or dictionary of such, with its limits.

    Parameters
    ----------
    content : object
        As `read_json` gives it.
    kind : type
    where : str, optional
        Name of the content in an error.

    Returns
    -------
    kind

    Raises
    ------
    SchemaError
        Names the first value that does not fit.

    Examples
    --------
    >>> fitted([0.5, 1], list[Fraction])
    [0.5, 1.0]
    >>> fitted([0.5, 2], list[Fraction], "accuracies")
    Traceback (most recent call last):
    vanas_panel.files.json_schema.SchemaError: found accuracies[1] = 2; expected a number <= 1.0
    """
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise _misfit(str(error), content, where) from None
    except (RecursionError, OverflowError):
        raise SchemaError(Message("{where} that nest too deep or are too large", where=where or Constant("values")),
                          "plain values") from None


def shown(value: object) -> str:
    """A value as JSON, cut in the middle to what a message can hold."""
    try:
        return brief(json.dumps(value, ensure_ascii=False), 60)
    except (TypeError, ValueError, RecursionError):
        return Message("a {kind}", kind=type(value).__name__)


def _check_depth(text: bytes, deepest: int) -> None:
    """Refuse brackets within brackets before a parser follows them."""
    brackets = text.translate(None, _OTHERS)
    if _depth(brackets) > deepest:
        # Perhaps only within texts, which takes longer to tell.
        found = _depth(_STRING.sub(b"", text).translate(None, _OTHERS))
        if found > deepest:
            raise SchemaError(Message("lists and objects {found:,} levels deep", found=found),
                              Message("at most {most}", most=deepest))


def _depth(brackets: bytes) -> int:
    """Most brackets that are open at once."""
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def _once_each(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are distinct."""
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise SchemaError(Message("the name {name} twice in one object", name=brief(repr(name), 60)),
                              "each name once")
        content[name] = value
    return content


def _no_number(text: str) -> Any:
    """Refuse what some programs write and JSON does not have."""
    raise SchemaError(text, "a finite number, or null where it is unknown")


def _finite(text: str) -> float:
    """A number that is finite."""
    number = float(text) if len(text) < 1000 else float("inf")
    if number in (float("inf"), float("-inf")):
        raise SchemaError(Message("the number {text}", text=brief(text, 60)), "one that a computer can hold")
    return number


def _whole(text: str) -> int:
    """A whole number; its digits are counted first, since turning many of them into a number takes very long."""
    if len(text) > 40:
        raise SchemaError(Message("a number of {found:,} digits", found=len(text)), "at most 39")
    return int(text)


def _misfit(message: str, content: Any, where: str) -> SchemaError:
    """The message of msgspec in plain words, with the value at the location that it names."""
    match = _LOCATED.fullmatch(message)
    what, path = (match["what"], match["path"] or "$") if match else (message, "$")
    for name, value in _PART.findall(path):
        try:
            content = content[name] if name else content[int(value)]
        except (LookupError, TypeError):
            break
    location = (where + path.removeprefix("$")).removeprefix(".")
    if lacks := re.fullmatch(r"Object missing required field `(.*)`", what, re.DOTALL):
        return SchemaError(Message("no {lacks} in {location}", lacks=brief(repr(lacks[1]), 60),
                                   location=location or shown(content)), "it to be there")
    if strange := re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL):
        return SchemaError(Message("{strange} in {location}", strange=brief(repr(strange[1]), 60),
                                   location=location or Constant("the object")), "known names only")
    what = re.sub(r", got `.*|^Expected ", "", what)
    expected = either([_kind_words(kind) for kind in what.replace("`", "").split(" | ")])
    found = f"{location} = {shown(content)}" if location else shown(content)
    return SchemaError(brief(found, 200), brief(expected, 120))


def _kind_words(kind: str) -> str:
    """A kind of values in the words of msgspec, perhaps with limits, in words for a person."""
    word = next((word for word in _WORDS if re.match(rf"{word}\b", kind)), None)
    if word is None:
        return kind
    limits = kind.removeprefix(word)
    if (length := limits.removeprefix(" of length ")) != limits:
        return Message("{kind} of length {limits}", kind=Constant(_WORDS[word]), limits=length)
    return Message("{kind}{limits}", kind=Constant(_WORDS[word]), limits=limits)
