"""Conditions of a selection as text in a link, and back.

The text is in prefix form, its items separated by commas: ``all:2,in:edges:3:5,not,edge:input:output``. Names are
escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from vanas_panel.errors import LinkError
from vanas_panel.state.boxes import Box
from vanas_panel.state.conditions import (
    MOST_CONDITIONS,
    MOST_LEVELS,
    AllOf,
    AnyOf,
    Between,
    Combined,
    Condition,
    HasEdge,
    Lasso,
    Not,
    Rows,
    mask_of,
)
from vanas_panel.state.link_text import box_text, escaped, number, number_text, one_of, quoted
from vanas_panel.state.packed_rows import unpack_rows
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

_COMBINED: dict[str, type[AllOf] | type[AnyOf]] = {"all": AllOf, "any": AnyOf}
_KINDS = ("all", "any", "not", "in", "box", "lasso", "edge", "rows")
_LOGS = {"": (False, False), "x": (True, False), "y": (False, True), "xy": (True, True)}


def conditions_text(where: Combined) -> str:
    """Conditions as text.

    Examples
    --------
    >>> conditions_text(AllOf([Between("edges", 3, 5), Not(HasEdge("input", "output"))], "mine"))
    'all:2:mine,in:edges:3:5,not,edge:input:output'
    """
    return ",".join(_items(where))


def read_conditions(text: str, table: BenchmarkTable) -> Combined:
    """Conditions on the cells of a table.

    Raises
    ------
    LinkError, SelectionError
        Where the text is none, or the table lacks a name in it.
    """
    items = text.split(",")
    if len(items) > MOST_CONDITIONS:
        raise LinkError(Message("Found {found} conditions; expected at most {most}. All cells are selected.",
                                found=len(items), most=MOST_CONDITIONS))
    rest = iter(items)
    found = _read(rest, table, 1)
    if not isinstance(found, AllOf | AnyOf) or next(rest, None) is not None:
        raise _problem(text)
    return found


def _items(condition: Condition) -> Iterator[str]:
    """The items of a condition: its own, then those of the ones within it."""
    if isinstance(condition, AllOf | AnyOf):
        name = f":{escaped(condition.name)}" if condition.name else ""
        yield f"{'all' if isinstance(condition, AllOf) else 'any'}:{len(condition.parts)}{name}"
        for part in condition.parts:
            yield from _items(part)
    elif isinstance(condition, Not):
        yield "not"
        yield from _items(condition.condition)
    elif isinstance(condition, Between):
        yield f"in:{escaped(condition.name)}:{number_text(condition.low)}:{number_text(condition.high)}"
    elif isinstance(condition, Box):
        yield f"box:{box_text(condition).replace(',', ':')}"
    elif isinstance(condition, HasEdge):
        yield f"edge:{escaped(condition.source)}:{escaped(condition.target)}"
    elif isinstance(condition, Rows):
        yield f"rows:{condition.packed}" + (f":{escaped(condition.label)}" if condition.label else "")
    else:
        logs = "x" * condition.log_x + "y" * condition.log_y
        corners = ":".join(f"{number_text(x)}:{number_text(y)}" for x, y in condition.corners)
        yield f"lasso:{escaped(condition.x)}:{escaped(condition.y)}:{logs}:{corners}"


def _read(items: Iterator[str], table: BenchmarkTable, level: int) -> Condition:
    """The condition that comes next."""
    item = next(items, "")
    kind, *parts = item.split(":")
    one_of(kind, _KINDS)
    if level > MOST_LEVELS:
        raise _problem(item)
    if kind == "not":
        if parts:
            raise _problem(item)
        return Not(_read(items, table, level + 1))
    if kind in _COMBINED:
        if len(parts) not in (1, 2) or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 2:
            raise _problem(item)
        name = unquote(parts[1]) if len(parts) == 2 else ""
        return _COMBINED[kind](tuple(_read(items, table, level + 1) for _ in range(int(parts[0]))), name)
    found = _simple(kind, parts, table)
    if found is None:
        raise _problem(item)
    if isinstance(found, HasEdge):
        # Says what the search space lacks; the names of all others are checked as they are read.
        mask_of(found, table)
    return found


def _simple(kind: str, parts: list[str], table: BenchmarkTable) -> Condition | None:
    """A condition without others in it; None where it has not the parts of its kind."""
    if kind == "in" and len(parts) == 3:
        return Between(_name(parts[0], table), number(parts[1]), number(parts[2]))
    if kind == "box" and len(parts) == 6:
        x, x_low, x_high, y, y_low, y_high = parts
        return Box(_name(x, table), _name(y, table), (number(x_low), number(x_high)), (number(y_low), number(y_high)))
    if kind == "edge" and len(parts) == 2:
        return HasEdge(unquote(parts[0]), unquote(parts[1]))
    if kind == "rows" and len(parts) in (1, 2):
        unpack_rows(parts[0], len(table))
        return Rows(parts[0], unquote(parts[1]) if len(parts) == 2 else "")
    if kind == "lasso" and len(parts) >= 9 and len(parts) % 2 and parts[2] in _LOGS:
        values = [number(each, finite=True) for each in parts[3:]]
        return Lasso(_name(parts[0], table), _name(parts[1], table),
                     tuple(zip(values[::2], values[1::2], strict=True)), *_LOGS[parts[2]])
    return None


def _name(text: str, table: BenchmarkTable) -> str:
    """The name of a metric or of a structure column."""
    name = unquote(text)
    return name if name in table.numbers else one_of(name, table.metrics)


def _problem(text: str) -> LinkError:
    """The error for a text that is no condition."""
    return LinkError(Message("Found {value}; expected conditions such as 'all:1,in:edges:3:5'. All cells are selected.",
                             value=quoted(text)))
