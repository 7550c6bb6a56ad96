"""Rules for each part of a page's state when another table is opened; see `PageField.carry`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import VanasError
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.state.page_field import Carrying
from vanas_panel.state.pins import MARKS
from vanas_panel.state.selection import Selection
from vanas_panel.state.start import EMPTY, first_choices
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import Message, marked, translated


def keep(value: Any, _carrying: Carrying) -> Any:
    """Keep it on every table."""
    return value


def keep_on_same(value: Any, carrying: Carrying) -> Any:
    """Keep it where the table is the old one with other cells counted in, or in another version."""
    return value if carrying.is_same or carrying.is_newer else None


def choice(name: str, words: str, other: str = "") -> Callable[[str, Carrying], str | None]:
    """The rule of a chosen metric: kept where the other table has it, and reported as missing if the user chose it.

    Parameters
    ----------
    name, words : str
        The field, and what a person calls it.
    other : str, optional
        The field of the other axis, which is to show another metric.
    """
    def carried(value: str, carrying: Carrying) -> str | None:
        table, first = carrying.table, carrying.first
        if value in (table.metrics if name == "metric" else table.numbers):
            return value
        if value != first_choices(carrying.old.table)[name]:
            label = label_of(carrying.old.table.metric(value))
            carrying.left.append(Message("{part} {metric}, which this table does not have", part=Message(words),
                                         metric=label))
        # The other axis may be kept at what this one would start with.
        if other and getattr(carrying.old, other) == first[name]:
            return next((each for each in table.metrics if each != first[name]), first[name])
        return None

    return carried


def log_of(axis: str) -> Callable[[bool, Carrying], bool]:
    """The rule of an axis's scale: kept with the metric of the axis."""
    def carried(value: bool, carrying: Carrying) -> bool:
        return value and getattr(carrying.old, axis) in carrying.table.numbers

    return carried


def color(value: str, carrying: Carrying) -> str:
    """Keep the structure column that colours the map where the other search space has it."""
    return value if value in carrying.table.structure_metrics else ""


def draft(value: Draft, carrying: Carrying) -> Draft | None:
    """Keep a draft that can be drawn in the other search space."""
    if carrying.is_same or not (reason := misfit(value, carrying.table.space)):
        return value
    if value != EMPTY:
        carrying.left.append(Message("the drawn cell, since {reason}", reason=reason))
    return None


def positions(value: Any, carrying: Carrying) -> Any:
    """Keep the positions of the vertices with the draft."""
    return value if "draft" in carrying.values else None


def pinned(cell: Cell | None, carrying: Carrying) -> Cell | None:
    """Keep a pinned cell that is one in the other search space."""
    return _pin(cell, marked("the pinned cell, since {reason}"), carrying)


def other_pins(cells: tuple[Cell | None, ...], carrying: Carrying) -> tuple[Cell | None, ...]:
    """Keep the other pins, each with its letter, that are cells in the other search space."""
    return tuple(_pin(cell, marked("pin {mark}, since {reason}"), carrying, mark)
                 for mark, cell in zip(MARKS[1:], cells, strict=False))


def _pin(cell: Cell | None, words: str, carrying: Carrying, mark: str = MARKS[0]) -> Cell | None:
    """A pinned cell in the other search space; None, and words about it, where it is none there."""
    if cell is None:
        return None
    reason = misfit(cell, carrying.table.space)
    try:
        if not reason:
            return Cell(cell.operations, cell.edges, carrying.table.space)
    except VanasError as error:
        reason = translated(error)
    carrying.left.append(Message(words, mark=mark, reason=reason))
    return None


def selection(value: Selection, carrying: Carrying) -> Selection | None:
    """Keep what is selected where the table is the old one with other cells counted in, and conditions on any.

    Rows and what is drawn alone on the map belong to one table.
    """
    if carrying.is_same:
        return value.on(carrying.table)
    if carrying.is_newer and value.where is None:
        found = value.found_in(carrying.table)
        lost = 0 if value.rows is None or found.rows is None or value.box else len(value.rows) - len(found.rows)
        if lost:
            carrying.left.append(Message("{count:,} selected cell, which it no longer has",
                                         "{count:,} selected cells, which it no longer has", lost))
        return found
    if value.where is None:
        return None
    try:
        return value.found_in(carrying.table) if carrying.is_newer else Selection.of(carrying.table, value.where)
    except VanasError as error:
        carrying.left.append(Message("the selection, since {reason}", reason=translated(error)))
        return None


def searches(value: tuple[SearchPlan, ...], carrying: Carrying) -> tuple[SearchPlan, ...] | None:
    """Keep the searches where all of them can run on the other table."""
    try:
        for plan in value:
            plan.check(carrying.table)
    except VanasError as error:
        carrying.left.append(Message("the searches, since {reason}", reason=translated(error)))
        return None
    return value


def with_searches(value: Any, carrying: Carrying) -> Any:
    """Keep with the searches what is followed of them."""
    return value if "searches" in carrying.values else None


def misfit(draft: Draft, space: Space) -> str:
    """Why a draft cannot be drawn in a search space; nothing where it can."""
    if unknown := sorted(set(draft.operations[1:-1]) - set(space.operations)):
        return Message("this table has no operation {names}", names=", ".join(map(_short, unknown[:3])))
    if len(draft.operations) > space.max_vertices:
        return Message("it has {found} vertices, and a cell of this table at most {most}",
                       found=len(draft.operations), most=space.max_vertices)
    if len(draft.edges) > space.max_edges:
        return Message("it has {found} edges, and a cell of this table at most {most}", found=len(draft.edges),
                       most=space.max_edges)
    return ""


def _short(name: str) -> str:
    """The start of a name, in quotes."""
    return repr(name if len(name) <= 40 else name[:40] + "…")
