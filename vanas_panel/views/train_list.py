"""The text of the list of trained cells in the drawer *Train*: pure functions from plain data to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vanas_panel.training.personal import Trained
from vanas_panel.views.drawing import cell_svg, describe
from vanas_panel.views.format import format_count
from vanas_panel.views.markup import text
from vanas_panel.views.theme import Palette
from vanas_panel.views.trained import accuracy_words, date_words, spread


@dataclass(frozen=True)
class Listing:
    """What the list of trained cells shows.

    Attributes
    ----------
    rows : sequence of Trained
        The newest first.
    shown : int
        How many of them to show.
    pressed : frozenset of int
        Places of those that the designer holds.
    asked : int or None
        Place of the one that is to be deleted, if that is confirmed.
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


def list_html(listing: Listing, operations: tuple[str, ...], colors: Palette) -> str:
    """The lower part of the drawer: the switch, and every cell that was trained.

    Parameters
    ----------
    listing : Listing
    operations : tuple of str
        Of the search space.
    colors : Palette

    Returns
    -------
    str
        HTML with all text escaped and the actions ``join``, ``part``, ``load:...``, ``delete:...``, ``sure:...``,
        ``keep`` and ``more``.
    """
    if listing.problem:
        return f'<h3>Trained here</h3><div class="failure" role="alert">{text(listing.problem)}</div>'
    count = format_count(len(listing.rows))
    head = f'<h3>Trained here <span class="line num">{count} cell{"" if len(listing.rows) == 1 else "s"}</span></h3>'
    rows = "".join(_row_html(row, listing, operations, colors) for row in listing.rows[:listing.shown])
    hidden = len(listing.rows) - listing.shown
    more = ('<button class="small" data-action="more" title="Show older ones, too">'
            f"{format_count(hidden)} more</button>" if hidden > 0 else "")
    return f'{head}{_switch_html(listing)}<div class="list">{rows}</div>{more}'


def _switch_html(listing: Listing) -> str:
    """The switch that counts trained cells in."""
    is_on = listing.counted is not None
    if is_on:
        words = f"{listing.counted} of these cells are counted in: in ranks, importance and completions."
        if listing.counted == 1:
            words = "1 of these cells is counted in: in ranks, importance and completions."
    else:
        words = listing.why_not or "Off: ranks, importance and completions know the measured table only."
    disabled = " disabled" if listing.why_not and not is_on else ""
    renew = ('<button class="small" data-action="join" title="Open the table again with all of them">'
             "Count the new ones in, too</button>" if listing.outdated else "")
    return (f'<button class="switch" role="switch" aria-checked="{str(is_on).lower()}" '
            f'data-action="{"part" if is_on else "join"}" title="Whether the page counts cells of your own among those '
            f'of the table"{disabled}><i></i><span>Count my trained cells in</span></button>'
            f'<p class="line">{text(words)}</p>{renew}')


def _row_html(row: Trained, listing: Listing, operations: tuple[str, ...], colors: Palette) -> str:
    """One trained cell."""
    record = row.record
    cell, found = record.cell, spread(record, "test")
    words = accuracy_words(found)
    line = " · ".join(part for part in (date_words(record.finished), f"beside {row.source}" if row.source else "",
                                        f"settings {record.settings_hash[:8]}") if part)
    tooltip = f"Test accuracy {words}. {describe(cell)}. Click to load it into the designer."
    if listing.asked == row.place:
        end = (f'<button class="small" data-action="sure:{row.place}" title="It cannot be undone">Delete</button>'
               '<button class="small" data-action="keep" title="Leave it where it is">Keep</button>')
    else:
        end = (f'<button class="small" data-action="delete:{row.place}" title="Delete this result" '
               'aria-label="Delete this result">×</button>')
    return (f'<div class="row"><button class="entry" data-action="load:{row.place}" title="{text(tooltip)}" '
            f'aria-pressed="{str(row.place in listing.pressed).lower()}">'
            f"{cell_svg(cell, operations, colors, width=44, height=42, title=tooltip)}"
            f'<span><b class="num">{text(words)}</b><br><span class="line num">{text(line)}</span></span></button>'
            f"{end}</div>")
