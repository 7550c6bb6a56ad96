"""The text of the list of trained cells in the drawer *Train*: pure functions from plain data to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vanas_panel.draw.cell.thumbnail import cell_svg, describe
from vanas_panel.draw.format import count_cells, format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette
from vanas_panel.panels.training.results import accuracy_words, date_words, spread
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext
from vanas_panel.training.personal import Trained

_PIECES = pieces(__file__)


@dataclass(frozen=True)
class Listing:
    """The content of the list of trained cells.

    Attributes
    ----------
    rows : sequence of Trained
        The newest first.
    shown : int
        How many of them to show.
    pressed : frozenset of int
        Ids of those that the designer holds.
    asked : int or None
        Id of the one that is to be deleted, if that is confirmed.
    counted : int or None
        How many are counted in; None where that is off.
    why_not : str
        Why none can be.
    outdated : bool
        Whether there are more by now than are counted in.
    problem : str
        Why the personal table cannot be read.
    """

    rows: Sequence[Trained] = ()
    shown: int = 30
    pressed: frozenset[int] = frozenset()
    asked: int | None = None
    counted: int | None = None
    why_not: str = ""
    outdated: bool = False
    problem: str = ""


def list_html(listing: Listing, operations: tuple[str, ...], colors: Palette) -> Html:
    """The lower part of the drawer: the switch, and every cell that was trained.

    Parameters
    ----------
    listing : Listing
    operations : tuple of str
        Of the search space.
    colors : Palette

    Returns
    -------
    Html
        With all text escaped and the actions ``join``, ``part``, ``load:...``, ``delete:...``, ``sure:...``,
        ``keep`` and ``more``.
    """
    title = _("Trained here")
    if listing.problem:
        return _PIECES.failed(title=title, problem=listing.problem)
    hidden = len(listing.rows) - listing.shown
    more = {"tooltip": _("Show older ones, too"), "label": _("{count} more").format(count=format_count(hidden))}
    return _PIECES.list(title=title, count=count_cells(len(listing.rows)), switch=_switch(listing),
                        rows=[_row(row, listing, operations, colors) for row in listing.rows[:listing.shown]],
                        more=more if hidden > 0 else None)


def _switch(listing: Listing) -> dict[str, Any]:
    """The switch that counts trained cells in."""
    is_on = listing.counted is not None
    if listing.counted is not None:
        words = ngettext("{count} of these cells is counted in: in ranks, importance and completions.",
                         "{count} of these cells are counted in: in ranks, importance and completions.",
                         listing.counted).format(count=listing.counted)
    else:
        words = listing.why_not or _("Off: ranks, importance and completions know the measured table only.")
    renew = {"tooltip": _("Open the table again with all of them"), "label": _("Count the new ones in, too")}
    return {"checked": str(is_on).lower(), "action": "part" if is_on else "join", "words": words,
            "tooltip": _("Whether the page counts cells of your own among those of the table"),
            "disabled": bool(listing.why_not) and not is_on, "label": _("Count my trained cells in"),
            "renew": renew if listing.outdated else None}


def _row(row: Trained, listing: Listing, operations: tuple[str, ...], colors: Palette) -> dict[str, Any]:
    """One trained cell."""
    record = row.record
    cell, found = record.cell, spread(record, "test")
    words = accuracy_words(found)
    line = " · ".join(part for part in (date_words(record.finished),
                                        _("beside {table}").format(table=row.source) if row.source else "",
                                        _("settings {hash}").format(hash=record.settings_hash[:8])) if part)
    tooltip = _("Test accuracy {accuracy}. {cell}. Click to load it into the designer.").format(
        accuracy=words, cell=describe(cell))
    return {"id": row.row_id, "tooltip": tooltip, "pressed": str(row.row_id in listing.pressed).lower(),
            "drawing": cell_svg(cell, operations, colors, width=44, height=42, title=tooltip), "words": words,
            "line": line, "delete": "" if listing.asked == row.row_id else _("Delete this result"),
            "sure": {"tooltip": _("It cannot be undone"), "label": _("Delete")},
            "keep": {"tooltip": _("Leave it where it is"), "label": _("Keep")}}
