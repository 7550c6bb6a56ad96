"""What a person keeps when another table is opened: all that means the same there, and what does not is said."""

from __future__ import annotations

from typing import Any, NamedTuple

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import VanasError
from vanas_panel.session import EMPTY, Session, first_choices
from vanas_panel.table import BenchmarkTable
from vanas_panel.training.joined import source_table

_ALWAYS = ("dark", "drawer", "extra_vertices")
_MOST_STEPS = 50


class Carried(NamedTuple):
    """A session on another table.

    Attributes
    ----------
    session : Session
    left : str
        What could not be carried and why, in one message; empty where everything was. Plain text.
    """

    session: Session
    left: str


def carry(old: Session, table: BenchmarkTable) -> Carried:
    """A session on another table that goes on where an old one is.

    Parameters
    ----------
    old : Session
    table : BenchmarkTable
        Where it is the old one with other cells counted in, the selection and the visible part of the map are kept,
        too.

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
    left: list[str] = []
    state: dict[str, Any] = {name: getattr(old, name) for name in _ALWAYS} | _choices(old, table, left)
    is_same = source_table(old.table) is source_table(table)
    if is_same or not (reason := _misfit(old.draft, table.space)):
        state |= {"draft": old.draft, "positions": old.positions}
    elif old.draft != EMPTY:
        left.append(f"the drawn cell, since {reason}")
    if old.pinned is not None:
        state["pinned"] = _pinned(old.pinned, table, left)
    session = Session(table, **state, **({"window": old.window} if is_same else {}))
    if is_same:
        _select(old, session)
    if session.draft == old.draft:
        _keep_steps(old, session)
    # One message, whatever is left.
    return Carried(session, f"Not carried over to {table.title}: {'; '.join(left)}." if left else "")


def _choices(old: Session, table: BenchmarkTable, left: list[str]) -> dict[str, Any]:
    """Axes and metric as far as the other table has them; those that somebody chose are missed where it does not."""
    first, chosen = first_choices(table), first_choices(old.table)
    state: dict[str, Any] = {}
    for name, words in (("metric", "the colour"), ("x", "the horizontal axis"), ("y", "the vertical axis")):
        value = getattr(old, name)
        if value in table.metrics:
            state[name] = value
        elif value != chosen[name]:
            left.append(f"{words} {old.table.metrics[value].label}, which this table does not have")
    kept = {axis: axis in state for axis in "xy"}
    for axis, other in ("xy", "yx"):
        # The one that is kept may be what the other axis would start with.
        if kept[axis] and not kept[other] and state[axis] == first[other]:
            state[other] = next((name for name in table.metrics if name != state[axis]), state[axis])
    return state | {f"log_{axis}": getattr(old, f"log_{axis}") for axis in "xy" if kept[axis]}


def _misfit(draft: Draft, space: CellSpace) -> str:
    """Why a draft cannot be drawn in a search space; nothing where it can."""
    if unknown := sorted(set(draft.operations[1:-1]) - set(space.operations)):
        return f"this table has no operation {', '.join(map(_short, unknown[:3]))}"
    if len(draft.operations) > space.max_vertices:
        return f"it has {len(draft.operations)} vertices, and a cell of this table at most {space.max_vertices}"
    if len(draft.edges) > space.max_edges:
        return f"it has {len(draft.edges)} edges, and a cell of this table at most {space.max_edges}"
    return ""


def _pinned(cell: Cell, table: BenchmarkTable, left: list[str]) -> Cell | None:
    """The pinned cell in another search space; None where it is none there."""
    reason = _misfit(cell, table.space)
    try:
        if not reason:
            return Cell(cell.operations, cell.edges, table.space)
    except VanasError as error:
        reason = str(error)
    left.append(f"the pinned cell, since {reason}")
    return None


def _select(old: Session, session: Session) -> None:
    """Select what was selected."""
    if old.box is not None:
        session.select_box(old.box)
    elif old.rows is not None:
        # Both tables begin with the same rows; what was added may have gone.
        session.select(old.rows[old.rows < len(session.table)])


def _keep_steps(old: Session, session: Session) -> None:
    """Let steps be taken back as far as what they lead to can be drawn."""
    past, future = old.steps
    session.keep_steps(*(_reachable(steps, session) for steps in (past, future)))


def _reachable(steps: list, session: Session) -> list:
    """The last steps of a list before one that does not fit."""
    kept: list = []
    for sketch in reversed(steps[-_MOST_STEPS:]):
        if _misfit(sketch.draft, session.table.space):
            break
        kept.append(sketch)
    return kept[::-1]


def _short(name: str) -> str:
    """The start of a name, in quotes."""
    return repr(name if len(name) <= 40 else name[:40] + "…")
