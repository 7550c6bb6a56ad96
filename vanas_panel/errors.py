"""Every exception that vanas-panel raises on purpose.

All of them derive from `VanasError`, whose text is written for the person at the keyboard: what was found, what was
expected, where, and what to do next.
"""

from __future__ import annotations

import re
from pathlib import Path

from vanas_panel.terminal import escaped

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
    """Base of every error that is meant for a person rather than for a debugger; its text is kept readable."""

    def __init__(self, text: object = ""):
        super().__init__(message(str(text)))


class SearchSpaceError(VanasError):
    """A search space was described with impossible limits or operations."""


class TooManyEdgesError(SearchSpaceError):
    """A cell has more edges than its sub-cells can be enumerated for."""


class InvalidDraftError(VanasError):
    """Operations and edges do not even describe a labelled digraph."""


class InvalidCellError(VanasError):
    """A digraph is not a valid cell.

    Parameters
    ----------
    problems : sequence of Problem
        What keeps the digraph from being a cell, see `vanas_panel.core.draft.Draft.problems`.
    """

    def __init__(self, problems):
        self.problems = tuple(problems)
        super().__init__("This is not a valid cell: " + " ".join(str(problem) for problem in self.problems))


class UnknownOperationError(VanasError):
    """An operation is not among those of the search space."""


class CellNotInTableError(VanasError):
    """A valid cell has no row in a table."""


class ExchangeError(VanasError):
    """A text holds no cell that can be read."""


class UnknownMetricError(VanasError):
    """A table has no metric of that name."""


class SelectionError(VanasError):
    """A selection of rows does not fit its table."""


class SourceError(VanasError):
    """A benchmark file could not be read.

    Parameters
    ----------
    found, expected, advice : str
        What was found, what was expected instead, and what to do next, each without a full stop at its end.
    path : path-like, optional
        The file the trouble is in.
    row : int, optional
        The index of a row of a tabular file, from 0 after the header. The text counts as people do: the first row is
        row 1.
    offset : int, optional
        The byte offset in a binary file.
    """

    def __init__(self, found: str, expected: str, advice: str, *, path=None, row: int | None = None,
                 offset: int | None = None):
        self.path = None if path is None else Path(path)
        self.row = row
        self.offset = offset
        self._parts = found, expected, advice
        said = {"place": "" if path is None else str(path), "found": found, "expected": expected, "advice": advice}
        where = ([] if row is None else [f"row {row + 1}"]) + ([] if offset is None else [f"byte {offset:,}"])
        super().__init__(_fitting(said, where))

    def in_row(self, row: int) -> SourceError:
        """The same error in another row."""
        return SourceError(*self._parts, path=self.path, row=row, offset=self.offset)


def _fitting(said: dict[str, str], where: list[str]) -> str:
    """The text of an error in a file; where it is too long, the value that was found is cut first, the advice last."""
    for part, longest in ((None, 0), ("found", 170), ("place", 80), ("found", 90), ("expected", 110),
                          ("advice", 110)):
        if part is not None:
            said = {**said, part: brief(said[part], longest)}
        place = ", ".join(filter(None, [said["place"], *where]))
        text = f"{place + ': ' if place else ''}Found {said['found']}; expected {said['expected']}. {said['advice']}."
        if len(text) <= LONGEST_MESSAGE:
            break
    return text


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
    """Somebody else has changed an entry of the shelf meanwhile.

    Parameters
    ----------
    message : str
        Who changed what and when.
    current : Entry or None
        The entry as it is on the shelf now; None where it was deleted.
    changed : sequence of str
        What was changed since: some of ``name``, ``note`` and ``tags``.
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
    """A part of a link cannot be shown."""
