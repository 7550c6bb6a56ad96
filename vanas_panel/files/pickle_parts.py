"""What a pickle may describe beside numbers, texts, lists and tuples."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class PickleError(ValueError):
    """A pickle is no pickle, or asks for too much."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a pickle asks for, such as ``collections OrderedDict``."""

    module: str
    name: str


@dataclass(slots=True, eq=False)
class Call:
    """A call that a pickle asks for, and what it would put into the result.

    Parameters
    ----------
    function : object
        A `Name`, or whatever else stands there.
    arguments : object
    state : object
        What the result would be given as its state.
    items, pairs : list
        What would be appended, and what would be stored under keys.
    """

    function: Any
    arguments: Any = ()
    state: Any = None
    items: list = field(default_factory=list)
    pairs: list = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Persistent:
    """Something that stands outside the pickle, such as the bytes of a tensor."""

    key: Any


@dataclass(slots=True, eq=False)
class Pairs:
    """A dictionary. Its keys may be anything, as they are never compared."""

    pairs: list = field(default_factory=list)
    state: Any = None
