"""Carry a page's state over to another table, and say what does not mean the same there."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.state.carry_rules import misfit
from vanas_panel.state.page_field import Carrying
from vanas_panel.state.page_state import entries
from vanas_panel.state.session import Session
from vanas_panel.state.start import first_choices
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.tables.titles import title_words
from vanas_panel.text.language import gettext, translated
from vanas_panel.training.joined import source_table

_MOST_STEPS = 50


class Carried(NamedTuple):
    """A session on another table.

    Attributes
    ----------
    session : Session
    left : str
        The parts that could not be carried, with reasons, in one message; empty where everything was. Plain text.
    """

    session: Session
    left: str


def carry(old: Session, table: BenchmarkTable, is_newer: bool = False) -> Carried:
    """A session on another table that goes on where an old one is.

    Parameters
    ----------
    old : Session
    table : BenchmarkTable
        Where it is the old one with other cells counted in, the selection and the visible part of the map are kept,
        too.
    is_newer : bool, optional
        Whether it is a version of the old one that was read later: selected cells are found again by what they are.

    Returns
    -------
    Carried

    Examples
    --------
    >>> import vanas_panel as vp
    >>> old = Session(vp.open_table("default"))
    >>> old.add_vertex("maxpool3x3")
    >>> session, left = carry(old, vp.open_table("structure4"))
    >>> session.draft == old.draft, session.can_undo, left
    (True, True, '')
    """
    carrying = Carrying(old.state, table, source_table(old.table) is source_table(table), first_choices(table),
                        is_newer=is_newer)
    for name, field in entries(old.state_type).items():
        value = None if field.carry is None else field.carry(getattr(carrying.old, name), carrying)
        if value is not None:
            carrying.values[name] = value
    session = type(old).in_state(old.state_type.start(table, **carrying.values))
    if session.draft == old.draft:
        _keep_steps(old, session)
    # One message, whatever is left.
    left = "; ".join(map(translated, carrying.left))
    words = gettext("Not carried over to {table}: {parts}.").format(
        table=translated(title_words(table.title)), parts=left)
    return Carried(session, words if left else "")


def _keep_steps(old: Session, session: Session) -> None:
    """Let steps be taken back as far as what they lead to can be drawn."""
    past, future = old.steps
    session.keep_steps(*(_reachable(steps, session) for steps in (past, future)))


def _reachable(steps: list, session: Session) -> list:
    """The last steps of a list before one that does not fit."""
    kept: list = []
    for sketch in reversed(steps[-_MOST_STEPS:]):
        if misfit(sketch.draft, session.table.space):
            break
        kept.append(sketch)
    return kept[::-1]
