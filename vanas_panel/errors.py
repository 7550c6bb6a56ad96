"""Every exception that vanas-panel raises on purpose.

All of them derive from `VanasError`, whose text is written for the person at the keyboard: what was found, what was
expected, where, and what to do next. Where Python's own functions would raise a `ValueError`, `KeyError`, `IndexError`
or `TypeError`, the error is one of these as well, so that ``except KeyError`` works as with a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from vanas_panel.text.language import Constant, Message, joined
from vanas_panel.text.terminal import escaped

LONGEST_MESSAGE = 500
"""Characters of a message: more is not read."""

_LONG_WORD = re.compile(r"\S{81,}")


def brief(text: str, longest: int) -> str:
    """A text cut in its middle, where it is too long: both ends tell more than the middle does.

    Parameters
    ----------
    text : str
    longest : int
        Most characters, at least 5.

    Returns
    -------
    str

    Examples
    --------
    >>> brief("0123456789" * 9, 15)
    '012345 ... 6789'
    """
    if len(text) <= longest:
        return text
    tail = (longest - 5) * 2 // 5
    return f"{text[:longest - 5 - tail]} ... {text[len(text) - tail:]}"


def message(text: str) -> str:
    """A text for a person of at most `LONGEST_MESSAGE` characters, whatever a file has put into it.

    Long words are cut first, since they are values; then the middle of the text. Characters that move the cursor or
    turn the direction of reading are written as their codes.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> len(message("Found " + "9" * 5000 + "; expected a number."))
    105
    """
    # Bounded first, so that a text of many megabytes costs nothing.
    text = escaped(brief(text, 100 * LONGEST_MESSAGE), keep="\t\n")
    if len(text) <= LONGEST_MESSAGE:
        return text
    return brief(_LONG_WORD.sub(lambda word: brief(word[0], 80), text), LONGEST_MESSAGE)


class VanasError(Exception):
    """Base of every error that is meant for a person rather than for a debugger; its text is kept readable.

    Parameters
    ----------
    text : str or Message
        A constant is a text of the catalogue by itself; what is composed is a `Message`.
    """

    _said: Message | None = None

    def __init__(self, text: object = ""):
        super().__init__(message(str(text)))
        if isinstance(text, Message):
            self._said = text

    @property
    def words(self) -> str:
        """The text, as far as possible one that can be said in another language: for use within other texts."""
        return str(self) if self._said is None else self._said

    def translated(self) -> str:
        """The text in the language that holds, as far as it is known in that."""
        return message(_in_language(str(self) if self._said is None else self._said))

    def __str__(self) -> str:
        # A `KeyError` would show its text in quotes.
        return Exception.__str__(self)

    def __reduce__(self) -> tuple:
        # Processes hand errors over as pickles. Exceptions are rebuilt from their text alone by default, which fails
        # for those that are made from more than a text.
        return _unpickled, (type(self), self.args), self.__dict__


def _in_language(text: str) -> str:
    """A message in the language that holds; a constant text is one of the catalogue."""
    return _marked(text).translated()


def _unpickled(kind: type[VanasError], args: tuple) -> VanasError:
    """An error as it was, made without its constructor."""
    return kind.__new__(kind, *args)


class ArgumentKindError(VanasError, TypeError):
    """An argument is of a kind that a function does not take, such as a number in the place of a cell."""


class SearchSpaceError(VanasError, ValueError):
    """A search space was described with impossible limits or operations."""


class UnknownSpaceError(SearchSpaceError, KeyError):
    """The gallery has no search space of that name."""


class TooManyEdgesError(SearchSpaceError):
    """A cell has more edges than its sub-cells can be enumerated for."""


class LargerCellsError(SearchSpaceError):
    """What was asked for works for cells of at most 8 vertices and 15 operations, and these are larger."""


class InvalidDraftError(VanasError, ValueError):
    """Operations and edges do not even describe a labelled digraph."""


class InvalidCellError(VanasError, ValueError):
    """A digraph is not a valid cell.

    Parameters
    ----------
    problems : sequence of Problem
        The problems that keep the digraph from being a cell, see `vanas_panel.core.draft.Draft.problems`.
    """

    def __init__(self, problems):
        self.problems = tuple(problems)
        super().__init__(Message("This is not a valid cell: {problems}",
                                 problems=joined(" ", [getattr(each, "message", str(each)) for each in self.problems])))


class UnknownOperationError(VanasError, ValueError):
    """An operation is not among those of the search space."""


class CellNotInTableError(VanasError, KeyError):
    """A valid cell has no row in a table."""


class NoEditPathError(VanasError, LookupError):
    """No edits through the cells of a table lead from one cell to another."""


class MissingSubCellsError(CellNotInTableError):
    """A table lacks the value of a sub-cell of a cell that it has."""


class ExchangeError(VanasError, ValueError):
    """A text holds no cell that can be read."""


class SearchError(VanasError, ValueError):
    """A search was set up or continued with something impossible, or its file cannot be read."""


class UnknownMetricError(VanasError, KeyError):
    """A table has no metric of that name."""


class DirectionError(VanasError, ValueError):
    """A metric has no direction where better and worse must be told apart."""


class NoiseUnknownError(VanasError, ValueError):
    """The noise of a metric cannot be read from a table, since it has a single repeat of it."""


class SelectionError(VanasError, ValueError):
    """A selection of rows does not fit its table."""


class RowOutsideTableError(SelectionError, IndexError):
    """A table has no row of that number."""


class SourceError(VanasError):
    """A benchmark file could not be read.

    Parameters
    ----------
    found, expected, advice : str
        The thing found, the thing expected instead, and the next step, each without a full stop at its end.
    path : path-like, optional
        The file the trouble is in.
    row : int, optional
        The index of a row of a tabular file, from 0 after the header. The text counts as people do: the first row is
        row 1.
    offset : int, optional
        The byte offset in a binary file.
    place : str, optional
        Where the trouble is, in the words of a source that is no file; they replace the others in the text.
    """

    def __init__(self, found: str, expected: str, advice: str, *, path=None, row: int | None = None,
                 offset: int | None = None, place: str = ""):
        self.path = None if path is None else Path(path)
        self.row = row
        self.offset = offset
        self._parts = found, expected, advice
        where: list[str] = [*([] if row is None else [Message("row {row}", row=row + 1)]),
                 *([] if offset is None else [Message("byte {offset:,}", offset=offset)])]
        self._place = place or ("" if path is None else str(path)), [] if place else where
        super().__init__(str(self.words))

    @property
    def words(self) -> str:
        """The text, for use within other texts."""
        return _fitting(self._parts, self._place)

    def translated(self) -> str:
        """The text in the language that holds."""
        place, where = self._place
        # The name of a file is nobody's text, whatever the catalogue has under it.
        place = place if self.path is not None and place == str(self.path) else _in_language(place)
        return message(_fitting([_in_language(part) for part in self._parts],
                                (place, [_in_language(each) for each in where])).translated())

    def in_row(self, row: int) -> SourceError:
        """The same error in another row."""
        return SourceError(*self._parts, path=self.path, row=row, offset=self.offset)

    def advising(self, advice: str) -> SourceError:
        """The same error with another next step."""
        return type(self)(*self._parts[:2], advice, path=self.path, row=self.row, offset=self.offset)

    def at(self, place: str) -> SourceError:
        """The same error with other words for where it is."""
        return SourceError(*self._parts, row=self.row, offset=self.offset, place=place)


class NoCellsError(SourceError):
    """A source has no columns of cells; perhaps it is a table of trials."""


def _fitting(parts: Sequence[str], place: tuple[str, Sequence[str]]) -> Message:
    """The text of an error in a file; where it is too long, the value that was found is cut first, the advice last."""
    said = {**dict(zip(("found", "expected", "advice"), map(_marked, parts), strict=True)), "place": place[0]}
    for part, longest in ((None, 0), ("found", 170), ("place", 80), ("found", 90), ("expected", 110),
                          ("advice", 110)):
        if part is not None:
            said = {**said, part: brief(said[part], longest)}
        text = framed(said["found"], said["expected"], said["advice"])
        if where := [each for each in (said["place"], *place[1]) if each]:
            text = Message("{place}: {text}", place=joined(", ", where), text=text)
        if len(text) <= LONGEST_MESSAGE:
            break
    return text


def framed(found: str, expected: str, advice: str) -> Message:
    """The sentences of an error: what was found, what was expected, and what to do next.

    Parameters
    ----------
    found, expected, advice : str
        Without a full stop; constants, or messages.

    Examples
    --------
    >>> str(framed("an empty file", "a table", "Write it again"))
    'Found an empty file; expected a table. Write it again.'
    """
    return Message("Found {found}; expected {expected}. {advice}.", found=_marked(found), expected=_marked(expected),
                   advice=_marked(advice))


def _marked(text: str) -> Message:
    """A text that is translated with what it is put into, also where it is a constant."""
    return text if isinstance(text, Message) else Constant(text)


class DownloadError(VanasError):
    """A published benchmark file could not be fetched completely."""


class ServeError(VanasError):
    """The page cannot be served the way it was asked for."""


class TrainingError(VanasError):
    """A training cannot be run as asked, or its results cannot be used."""


class DeviceError(TrainingError):
    """A device or a precision was asked for that is not there."""


class ShelfError(VanasError):
    """The shelf cannot be reached, or refuses what it was asked for."""


class ShelfConflictError(ShelfError):
    """Another user has changed an entry of the shelf meanwhile.

    Parameters
    ----------
    message : str
        The change: its author, its content and its time.
    current : Entry or None
        The entry as it is on the shelf now; None where it was deleted.
    changed : sequence of str
        The parts that were changed since: some of ``name``, ``note`` and ``tags``.
    """

    def __init__(self, message: str, current=None, changed=()):
        self.current = current
        self.changed = tuple(changed)
        super().__init__(message)


class ReportError(VanasError):
    """A report cannot be made as asked, or cannot be written where it should go."""


class UserFileError(VanasError):
    """A file of users cannot be read or changed, or a name or password cannot be used."""


class LinkError(VanasError):
    """A part of a link cannot be shown.

    Parameters
    ----------
    text : str or Message
    known : sequence of str, optional
        The names that the text lists, where the part is none of them.
    again : str or Message, optional
        What is said where another message has listed the metrics of the table already.
    """

    def __init__(self, text: object = "", known: Sequence[str] = (), again: str = ""):
        self.known = tuple(known)
        self.again = again
        super().__init__(text)
