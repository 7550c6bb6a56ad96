"""What a person looks for on the shelf, and what there is of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vanas_panel.shelf import Entry, Shelf
from vanas_panel.views.markup import text

STEP = 30
"""Entries that are shown at first, and that each click adds."""


@dataclass(frozen=True)
class Sought:
    """What a person searches for.

    Attributes
    ----------
    text : str
        What name, note, a tag or the user's name holds.
    tag : str or None
    mine : bool
        Only what this person saved.
    here : bool
        Only what was drawn on the open table.
    limit : int
        Most entries to show.
    """

    text: str = ""
    tag: str | None = None
    mine: bool = False
    here: bool = False
    limit: int = STEP

    @property
    def narrowed(self) -> bool:
        """Whether it is anything in particular."""
        return bool(self.text.strip() or self.tag is not None or self.mine or self.here)


@dataclass(frozen=True)
class Found:
    """What the shelf holds of it: the first entries, how many there are, and the tags in use on the whole shelf."""

    entries: tuple[Entry, ...] = ()
    total: int = 0
    tags: tuple[tuple[str, int], ...] = ()


def look_up(shelf: Shelf, sought: Sought, user: str, table_name: str) -> Found:
    """Ask the shelf; takes as long as its database does.

    Parameters
    ----------
    shelf : Shelf
    sought : Sought
    user : str
        Who searches.
    table_name : str
        Of the open table.

    Raises
    ------
    ShelfError
        Where the shelf cannot be asked.
    """
    conditions: dict[str, Any] = {"text": sought.text, "tag": sought.tag, "user": user if sought.mine else None,
                                  "table": table_name if sought.here else None}
    entries = shelf.entries(**conditions, limit=sought.limit)
    total = len(entries) if len(entries) < sought.limit else shelf.count(**conditions)
    return Found(tuple(entries), total, tuple(shelf.tags()))


def filters_html(tags: Sequence[tuple[str, int]], sought: Sought, user: str) -> str:
    """The choice of a tag, and the buttons that narrow.

    Parameters
    ----------
    tags : sequence of (str, int)
        Tags in use with their numbers of entries.
    sought : Sought
    user : str
        Who is looking.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``tag:...``, ``mine``, ``here`` and ``refresh``.
    """
    chosen = sought.tag
    offered = [*tags] if chosen is None or chosen in dict(tags) else [(chosen, 0), *tags]
    options = "".join(f'<option value="{text(tag)}"{" selected" if tag == chosen else ""}>{text(tag)} ({count})'
                      "</option>" for tag, count in offered)
    whose = "what you saved" if user else "what was saved without a name, as here, where nobody signs in"
    return ('<div class="row"><select data-action="tag" aria-label="Tag" title="Show what wears a tag">'
            f'<option value="">all tags</option>{options}</select>'
            f'{_switch("mine", "Mine", f"Only {whose}", sought.mine)}'
            f'{_switch("here", "This table", "Only what was drawn on the open table", sought.here)}'
            '<span class="space"></span><button data-action="refresh" aria-label="Look again" '
            'title="Look again: somebody else may have saved something">↻</button></div>')


def _switch(action: str, face: str, title: str, pressed: bool) -> str:
    """A button that stays down."""
    return (f'<button data-action="{action}" aria-pressed="{str(pressed).lower()}" title="{text(title)}">{face}'
            "</button>")
