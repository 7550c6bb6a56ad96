"""Limits of texts on the shelf, and how a search compares them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.errors import InvalidCellError, ShelfError
from vanas_panel.text.language import Message

LONGEST_NAME = 120
LONGEST_NOTE = 4000
LONGEST_TAG = 40
LONGEST_USER = 200
LONGEST_TABLE_NAME = 400
LONGEST_SEARCH = 200
LONGEST_OPERATION = 100
MOST_TAGS = 20
MOST_VERTICES = 32
"""Limits of what is saved: characters of texts, tags of an entry, vertices of a draft."""

_BETWEEN = "\x1f"
"""Parts what a search looks at, so that no match runs from one field into the next."""


def checked_text(value: object, what: str, longest: int) -> str:
    """A text that both databases can hold.

    Parameters
    ----------
    value : str
    what : str
        Its name in an error.
    longest : int
        Most characters.

    Raises
    ------
    ShelfError
        Where it is no text, is too long, or holds a character that cannot be stored.

    Examples
    --------
    >>> checked_text("Sehr schön 😀", "the note", 4000)
    'Sehr schön 😀'
    """
    if not isinstance(value, str):
        raise ShelfError(Message("Found {kind} as {what}; expected a text. Give one.", kind=type(value).__name__,
                                 what=what))
    if len(value) > longest:
        raise ShelfError(Message("Found {found} characters in {what}; expected at most {most}. Shorten it.",
                                 found=f"{len(value):,}", what=what, most=f"{longest:,}"))
    if "\x00" in value:
        raise ShelfError(Message("Found the character NUL in {what}; expected text, which never holds it. Remove it.",
                                 what=what))
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ShelfError(Message("Found half a character (a lone surrogate) in {what}; expected whole ones. Remove it.",
                                 what=what))
    return value


def checked_name(value: object) -> str:
    """The name of an entry, without the blanks around it; `ShelfError` where nothing is left or it is too long."""
    name = checked_text(value.strip() if isinstance(value, str) else value, Message("the name"), LONGEST_NAME)
    if not name:
        raise ShelfError(Message("Found no name; expected one to find the entry by. Write one."))
    return name


def checked_tags(values: Iterable[object]) -> tuple[str, ...]:
    """Tags without blanks around them, each once, in the order given.

    Raises
    ------
    ShelfError
        Where there are too many, one is empty or too long, or one holds a comma or a line break, which separate tags
        where people write them.

    Examples
    --------
    >>> checked_tags([" wide", "best", "wide"])
    ('wide', 'best')
    """
    if isinstance(values, str):
        raise ShelfError(Message("Found the text {value!r} as tags; expected a list of them. Put it into one.",
                                 value=values[:LONGEST_TAG]))
    tags: list[str] = []
    for value in values:
        tag = checked_text(value.strip() if isinstance(value, str) else value, Message("a tag"), LONGEST_TAG)
        if not tag:
            raise ShelfError("Found an empty tag; expected at least one character. Leave it out.")
        if "," in tag or len(tag.splitlines()) > 1:
            raise ShelfError(Message("Found the tag {tag}; expected one without a comma and on one line. Make two of "
                                     "it.", tag=repr(tag)))
        if tag not in tags:
            tags.append(tag)
    if len(tags) > MOST_TAGS:
        raise ShelfError(Message("Found {found} tags; expected at most {most}. Leave some out.", found=len(tags),
                                 most=MOST_TAGS))
    return tuple(tags)


def checked_draft(draft: Draft) -> Draft:
    """A draft that is small enough to be kept; `ShelfError` where it is not."""
    if not isinstance(draft, Draft):
        raise ShelfError(Message("Found {kind} to save; expected a draft or a cell. Give one.",
                                 kind=type(draft).__name__))
    if len(draft.operations) > MOST_VERTICES:
        raise ShelfError(Message("Found {found} vertices; expected at most {most}. Remove some.",
                                 found=len(draft.operations), most=MOST_VERTICES))
    for operation in draft.operations:
        checked_text(operation, Message("an operation"), LONGEST_OPERATION)
    return draft


def shape_of(draft: Draft) -> str | None:
    """A text that is the same exactly for equal cells, however their vertices are ordered; None for what is no cell.

    Examples
    --------
    >>> shape_of(Draft(["input", "conv", "output"], [(0, 1), (1, 2)])) is None
    False
    >>> shape_of(Draft(["input", "output"])) is None
    True
    """
    try:
        operations, key = Cell(draft.operations, draft.edges, None).identity
    except InvalidCellError:
        return None
    return json.dumps([*operations, key], ensure_ascii=False, separators=(",", ":"))


def folded(text: str) -> str:
    r"""A text as a search compares it: upper and lower case alike, and letters with their accents composed.

    Examples
    --------
    >>> folded("STRASSE") == folded("straße"), folded("e\u0301") == folded("É")
    (True, True)
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).replace(_BETWEEN, " ")


def searchable(name: str, note: str, tags: Iterable[str], user: str) -> str:
    """The texts that a search looks at: name, note, tags and who saved it, each by itself."""
    return _BETWEEN.join(map(folded, (name, note, user, *tags)))
