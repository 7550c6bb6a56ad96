"""Where the path of the card of completions leads: a pin, the best cell, or one that was chosen elsewhere."""

from __future__ import annotations

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.improve.page_html import Goals
from vanas_panel.state.improving import BEST
from vanas_panel.state.pins import MARKS
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _

_CHOSEN = "cell"
"""In the list of goals, a cell that is neither a pin nor the best one."""


def path_goals(session: Session) -> Goals:
    """The goals that a person may choose from, with the value of each.

    Parameters
    ----------
    session : Session
    """
    options = [(pin.mark, _("pin {mark}: {value}").format(mark=pin.mark, value=_value(session, pin.cell)))
               for pin in session.pins]
    best = session.best_row
    if best is not None:
        words = _("best cell of the table: {value}") if session.rows is None else _("best selected cell: {value}")
        options.append((BEST, words.format(value=_value(session, session.table.cell(best)))))
    chosen = session.improve.goal
    if isinstance(chosen, Draft):
        goal = session.goal
        row = None if goal is None else session.table.find_key(session.table.space.key_of(goal))
        options.append((_CHOSEN, _("a cell that the table lacks") if goal is None or row is None or row < 0 else _(
            "row {row}: {value}").format(row=format_count(row), value=_value(session, goal))))
        return Goals(tuple(options), _CHOSEN)
    first = session.pins[0].mark if session.pins else ""
    return Goals(tuple(options), chosen if chosen in dict(options) else "" if chosen else first)


def take_goal(session: Session, name: str) -> None:
    """Let the path lead to a goal of the list."""
    if name in (*MARKS, BEST):
        session.travel_to(name)


def no_path_words(session: Session) -> str:
    """Why there is no path to look for."""
    chosen = session.improve.goal
    if session.improve.ends or (isinstance(chosen, Draft) and session.goal is None):
        return _("This search space does not have the cell at an end of the path. Choose another one.")
    if session.cell is None:
        return _("Draw a cell first: the path leads from it to the cell that you choose.")
    if session.goal is None and chosen and chosen != BEST:
        return _("No cell has the letter {mark} any more. Pin one, or choose another cell.").format(mark=chosen)
    if session.goal is None:
        return _("Pin a cell, or choose one above: the path leads to it from the drawn cell.")
    return _("The drawn cell is the one to which the path leads. Draw another one, or choose another end.")


def _value(session: Session, cell: Cell) -> str:
    """The value of a cell of the ranking metric."""
    row = session.table.find_key(session.table.space.key_of(cell))
    return format_value(session.table.metric(session.metric),
                        None if row < 0 else float(session.table.column(session.metric)[row]))
