"""The tab *Neighbours* of the card of completions: the cells around the drawn one, as a list or as a picture."""

from __future__ import annotations

from dataclasses import replace

from vanas_panel.draw.html import Html
from vanas_panel.draw.improve import page_html
from vanas_panel.draw.improve.rings import ring_rows, rings_html
from vanas_panel.draw.improve.words import Steps
from vanas_panel.draw.theme import palette
from vanas_panel.state.improving import LOOKS
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _

MOST_LISTED = 24
"""Neighbours in the list that may be two edits away; it is drawn in less than a tenth of a second."""


def neighbours_tab(session: Session, refused: str = "") -> Html:
    """The tab as HTML.

    Parameters
    ----------
    session : Session
    refused : str, optional
        Why the cells two edits away cannot be had.
    """
    improve, found = session.improve, session.shown_neighbours
    choices = page_html.neighbour_choices(improve)
    if session.cell is None:
        return page_html.note_below_head("neighbours", _(
            "Draw a cell first: neighbours are one edit away from it."), choices)
    if found is None:
        return page_html.note_below_head("neighbours", refused or _("The cells two edits away are sought …"), choices)
    if not len(found):
        return page_html.note_below_head("neighbours", _("No cell of this table is one edit away."), choices)
    metric, colors = session.table.metric(session.metric), palette(session.dark)
    if improve.look == "list":
        rows = found["row"].tolist() if improve.edits == 1 else found["row"].tolist()[:MOST_LISTED]
        return page_html.neighbours_html(session.table, found, _steps(session, rows), metric, colors, improve)
    rows = ring_rows(found, improve.edits)
    # The rings say how many there are.
    return (page_html.head_html("neighbours", "", choices)
            + rings_html(session.table, session.draft, session.row, found, _steps(session, rows), metric, colors))


def _steps(session: Session, rows: list[int]) -> dict[int, Steps]:
    """The edits that lead to some neighbours."""
    return {row: Steps.of(session.draft, session.edits_to(row)) for row in rows}


def around_key(session: Session) -> tuple:
    """What the cells two edits away depend on; nothing where they are not shown."""
    improve, cell = session.improve, session.cell
    if improve.tab != "neighbours" or improve.edits == 1 or cell is None:
        return ()
    return cell.operations, cell.edges, session.metric, session.table


def take_choice(session: Session, name: str, value: str) -> bool:
    """Take a choice of how neighbours are shown; False where it is none."""
    if name == "edits" and value in ("1", "2"):
        session.improve = replace(session.improve, edits=int(value))
    elif name == "look" and value in LOOKS:
        session.improve = replace(session.improve, look=value)
    else:
        return False
    return True

