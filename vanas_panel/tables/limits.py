"""Limits on the size of a table, the same for every source.

A small file may ask for a lot of memory once it is read, by mistake or on purpose. Readers hold a source against these
limits before they read it, by what its metadata say, and again while they read, since metadata may be wrong.

The limits are those of `open_table`'s keyword ``limits``, else of the environment variable ``VANAS_PANEL_LIMITS``
(``columns=20000,bytes=8G``), which the option ``--limit`` of the command line adds to, else the ones below.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import SourceError, brief
from vanas_panel.text.language import Constant, Message

ENVIRONMENT = "VANAS_PANEL_LIMITS"
"""The environment variable that changes limits."""

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_CHANGE = re.compile(r"\s*(?P<name>[a-z]+)\s*=\s*(?P<number>[0-9]{1,15})(?P<scale>[kmgKMG]?)\s*")


@dataclass(frozen=True, repr=False)
class Limits:
    """The largest table that is opened.

    Parameters
    ----------
    rows : int, optional
        Rows of a file.
    columns : int, optional
        Columns of a file, those included that are left out.
    name : int, optional
        Characters of the name of a column or an operation.
    text : int, optional
        Characters of the adjacency or the operations of one cell.
    repeats : int, optional
        Measurements of one cell that are kept one by one; where there are more, their number, mean and deviation are.
    bytes : int, optional
        Bytes of the columns of a file when they are decompressed.

    Raises
    ------
    SourceError
        Where a limit is no whole number above 0.

    Examples
    --------
    >>> Limits(columns=20_000).columns
    20000
    """

    rows: int = 20_000_000
    columns: int = 5_000
    name: int = 500
    text: int = 10_000
    repeats: int = 100
    bytes: int = 2 << 30

    def __post_init__(self) -> None:
        for name in _NAMES:
            value = plain_int(getattr(self, name))
            if value is None or value < 1:
                raise SourceError(Message("a limit {name} = {value}", name=name,
                                          value=brief(repr(getattr(self, name)), 60)), "a whole number above 0",
                                  "Choose such a number")
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        said = (f"{name}={getattr(self, name)}" for name in _NAMES if getattr(self, name) != getattr(Limits, name))
        return f"Limits({', '.join(said)})"

    def changed(self, words: str) -> Limits:
        """The same limits but for those that a text names.

        Parameters
        ----------
        words : str
            ``NAME=NUMBER``, several with commas between; ``k``, ``M`` and ``G`` may follow a number.

        Raises
        ------
        SourceError
            Where a name or a number is none.

        Examples
        --------
        >>> Limits().changed("columns=20000, bytes=8G").bytes
        8000000000
        """
        limits = self
        for part in filter(str.strip, words.split(",")):
            change = _CHANGE.fullmatch(part)
            if change is None or change["name"] not in _NAMES:
                raise SourceError(Message("a limit {part!r}", part=part.strip()),
                                  Message("NAME=NUMBER with a name of {names}", names=", ".join(_NAMES)),
                                  Message("Correct it in {variable} or --limit", variable=ENVIRONMENT))
            number = int(change["number"]) * _SCALES[change["scale"].lower()]
            limits = replace(limits, **{change["name"]: number})
        return limits

    def check(self, name: str, found: int, what: str, advice: str, **location) -> None:
        """Refuse what is beyond a limit.

        Parameters
        ----------
        name : str
            Of the limit.
        found : int
            How much there is.
        what : str
            The things that are counted, in the plural.
        advice : str
            A remedy other than to raise the limit, as the beginning of a sentence.
        **location
            As `SourceError` takes it.

        Raises
        ------
        SourceError

        Examples
        --------
        >>> Limits(columns=5).check("columns", 6, "columns", "Leave some out")
        Traceback (most recent call last):
        vanas_panel.errors.SourceError: Found 6 columns; expected at most 5. Leave some out, or raise the limit with ...
        """
        most = getattr(self, name)
        if found > most:
            raise SourceError(Message("{found:,} {what}", found=found, what=Constant(what)),
                              Message("at most {most:,}", most=most),
                              Message("{advice}, or raise the limit with --limit {name}={found} ({variable})",
                                      advice=Constant(advice), name=name, found=found, variable=ENVIRONMENT),
                              **location)

    def exceeded(self, name: str, what: str, advice: str, **location) -> SourceError:
        """The error for a source that is given up at a limit, before it is known how much more there is.

        Parameters
        ----------
        name, what, advice, **location
            As for `check`.

        Examples
        --------
        >>> str(Limits(rows=5).exceeded("rows", "records", "Leave some out"))
        'Found more than 5 records; expected at most 5. Leave some out, or raise the limit with --limit rows=NUMBER ...'
        """
        most = getattr(self, name)
        return SourceError(Message("more than {most:,} {what}", most=most, what=Constant(what)),
                           Message("at most {most:,}", most=most),
                           Message("{advice}, or raise the limit with --limit {name}=NUMBER ({variable})",
                                   advice=Constant(advice), name=name, variable=ENVIRONMENT),
                           **location)


_NAMES = tuple(field.name for field in fields(Limits))
_chosen: ContextVar[Limits | None] = ContextVar("limits", default=None)


def current_limits() -> Limits:
    """The limits that hold now.

    Raises
    ------
    SourceError
        Where the environment variable names none.
    """
    return _chosen.get() or Limits().changed(os.environ.get(ENVIRONMENT, ""))


@contextmanager
def limited(limits: Limits | None) -> Iterator[None]:
    """Have these limits hold within the block; with None, those that hold anyway."""
    token = _chosen.set(limits or _chosen.get())
    try:
        yield
    finally:
        _chosen.reset(token)


def out_of_memory(path: object) -> SourceError:
    """The error for a source that is too large for this machine."""
    return SourceError("a table that does not fit into the memory of this machine", "one that does",
                       "Leave columns or rows out, close other programs, or open it on a larger machine", path=path)
