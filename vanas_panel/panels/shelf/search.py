"""Search on the shelf: its words, and the entries that it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vanas_panel.draw.html import Html, pieces
from vanas_panel.shelf import Entry, Shelf
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

STEP = 30
"""Entries that are shown at first, and that each click adds."""


@dataclass(frozen=True)
class Sought:
    """The terms of a search.

    Attributes
    ----------
    text : str
        Text within the name, the note, a tag or the user's name.
    tag : str or None
    mine : bool
        Only what this person saved.
    here : bool
        Only cells that were drawn on the open table.
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
    """The result of a search: the first entries, how many there are, and the tags in use on the whole shelf."""

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
        The user who searches.
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


def filters_html(tags: Sequence[tuple[str, int]], sought: Sought, user: str) -> Html:
    """The choice of a tag, and the buttons that narrow.

    Parameters
    ----------
    tags : sequence of (str, int)
        Tags in use with their numbers of entries.
    sought : Sought
    user : str
        The user who looks at the page.

    Returns
    -------
    Html
        With all text escaped and the actions ``tag:...``, ``mine``, ``here`` and ``refresh``.
    """
    chosen = sought.tag
    offered = [*tags] if chosen is None or chosen in dict(tags) else [(chosen, 0), *tags]
    mine = (_("Only entries that you saved") if user else
            _("Only entries that were saved without a name, as here, where nobody signs in"))
    return _PIECES.filters(
        tags={"label": _("Tag"), "tooltip": _("Show entries with a tag"), "all": _("all tags"), "offered": [
            {"name": tag, "count": count, "is_chosen": tag == chosen} for tag, count in offered]},
        switches=[_switch("mine", _("Mine"), mine, sought.mine),
                  _switch("here", _("This table"), _("Only cells that were drawn on the open table"), sought.here)],
        again={"label": _("Look again"), "tooltip": _("Load the entries again: others may have saved some")})


def _switch(action: str, label: str, tooltip: str, pressed: bool) -> dict[str, str]:
    """A button that stays down."""
    return {"action": action, "label": label, "tooltip": tooltip, "pressed": str(pressed).lower()}
