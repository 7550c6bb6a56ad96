"""A session in the state that a query string describes."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from vanas_panel.address.form import (
    LEFT_OUT,
    MOST_EDGES,
    MOST_FIELDS,
    MOST_LETTERS,
    MOST_READ,
    MOST_VERTICES,
    VERSION,
    named,
)
from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.errors import LinkError, VanasError
from vanas_panel.metrics import DIRECTIONS
from vanas_panel.numerals import decimal_number
from vanas_panel.selection import Box, unpack_rows
from vanas_panel.session import EMPTY, Session
from vanas_panel.table import BenchmarkTable


class Restored(NamedTuple):
    """What a link opened.

    Attributes
    ----------
    session : Session
    messages : tuple of str
        What of the link could not be shown and why; plain text that may quote the link.
    """

    session: Session
    messages: tuple[str, ...]


def restore(query: str, tables: Sequence[BenchmarkTable], drawers: Collection[str] | None = None,
            count_in: Callable[[BenchmarkTable], BenchmarkTable] | None = None) -> Restored:
    """A new session in the state that a query string describes, as far as that can be had.

    Parameters
    ----------
    query : str
        Anything at all, with or without the question mark. Parts that are not ours are passed over.
    tables : sequence of BenchmarkTable
        Those that may be opened, at least one; the first one where the link names none of them.
    drawers : collection of str, optional
        Those that there are; by default any name is taken.
    count_in : callable, optional
        Takes a table and returns it with the cells counted in that whoever opens the link has trained, or raises
        TrainingError; by default no cells were trained.

    Returns
    -------
    Restored

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session, messages = restore("?draft=maxpool3x3:0-1&metric=beauty", [vp.open_table("structure4")])
    >>> session.draft.edges, messages
    (((0, 1),), ("metric: Found 'beauty'; expected one of 'trainable_parameters', 'flops'...",))
    """
    messages: list[str] = []

    def attempt(name: str, read: Callable[[str], Any], default: Any = None) -> Any:
        """One part of the link, its default where it is absent or cannot be had."""
        try:
            return read(_bounded(parts[name])) if name in parts else default
        except VanasError as error:
            messages.append(f"{name}: {error}")
            return default

    parts = _read_parts(query, messages)
    offered = named(tables)
    table = attempt("table", lambda value: offered[_one_of(value, offered)], tables[0])
    table = attempt("trained", lambda value: _counted(value, table, count_in), table)
    table = attempt("better", lambda value: table.with_directions(_read_directions(value, table)), table)
    read = _readers(table, drawers)
    state = {name: attempt(name, read[name]) for name in read}
    log = state.pop("log") or ""
    # Vertices of an empty canvas can be moved, too; those of a draft that cannot be read mean nothing.
    if (draft := state["draft"] if "draft" in parts else EMPTY) is not None:
        state["positions"] = attempt("place", lambda value: read_places(value, draft))
    box = attempt("box", lambda value: _read_box(value, table))
    if box is None:
        state["rows"] = attempt("rows", lambda value: unpack_rows(value, len(table)))
    state["window"] = attempt("window", lambda value: _read_window(value, log))
    session = Session(table, log_x="x" in log, log_y="y" in log,
                      **{name: value for name, value in state.items() if value is not None})
    if box is not None:
        session.select_box(box)
    messages.extend(LEFT_OUT[name] for name in LEFT_OUT if name in parts.get("without", "").split(","))
    return Restored(session, tuple(messages))


def _read_parts(query: str, messages: list[str]) -> dict[str, str]:
    """The parts of a link by name, the first one of each; what keeps all of them from being read is added."""
    if len(query) > MOST_READ:
        messages.append(f"Found a link of {len(query):,} letters; expected at most {MOST_READ:,}. It was passed over.")
        return {}
    try:
        pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True, errors="replace",
                          max_num_fields=MOST_FIELDS)
    except ValueError:
        messages.append(f"Found a link of more than {MOST_FIELDS} parts. It was passed over.")
        return {}
    parts = dict(reversed(pairs))
    if parts.get("v", str(VERSION)) != str(VERSION):
        messages.append(f"Found a link of form {_quoted(parts['v'])}; expected form {VERSION}. It was made by another "
                        "version of this page; what both know is shown.")
    return parts


def _bounded(value: str) -> str:
    """A part that is no longer than one that was written."""
    if len(value) > MOST_LETTERS:
        raise LinkError(f"Found {len(value):,} letters; expected at most {MOST_LETTERS:,}.")
    return value


def _readers(table: BenchmarkTable, drawers: Collection[str] | None) -> dict[str, Callable[[str], Any]]:
    """What reads each part that stands for itself, most of them called like the parameter that they set."""
    def metric(value: str) -> str:
        return _one_of(value, table.metrics)

    def drawer(value: str) -> str:
        return value if drawers is None else _one_of(value, drawers)

    return {
        "metric": metric, "x": metric, "y": metric, "draft": read_draft, "drawer": drawer,
        "log": lambda value: _one_of(value, ("x", "y", "x,y")),
        "extra_vertices": lambda value: int(_one_of(value, ("0", "1", "2"))),
        "dark": lambda value: _one_of(value, ("0", "1")) == "1",
        "pinned": lambda value: Cell(*_graph(value), table.space),
    }


def _counted(value: str, table: BenchmarkTable,
             count_in: Callable[[BenchmarkTable], BenchmarkTable] | None) -> BenchmarkTable:
    """A table with trained cells counted in."""
    _one_of(value, ("1",))
    if count_in is None:
        raise LinkError("Found a link that counts in trained cells; expected one to a measured table alone.")
    return count_in(table)


def _read_directions(value: str, table: BenchmarkTable) -> dict[str, bool | None]:
    """Directions of metrics."""
    pairs = [item.rpartition(":") if ":" in item else (item, "", "") for item in value.split(",")]
    return {_one_of(unquote(name), table.metrics): DIRECTIONS[_one_of(word, DIRECTIONS)] for name, _, word in pairs}


def _one_of(value: str, known: Collection[str]) -> str:
    """A name that is known."""
    if value not in known:
        names = ", ".join(map(_quoted, list(known)[:12])) or "none"
        raise LinkError(f"Found {_quoted(value)}; expected one of {names}.")
    return value


def read_draft(value: str) -> Draft:
    """A draft."""
    return Draft(*_graph(value))


def _graph(value: str) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
    """Operations and edges of a draft, input and output included; not yet checked against each other."""
    names, _, links = value.partition(":")
    operations = (INPUT, *map(unquote, names.split(",") if names else ()), OUTPUT)
    pairs = [link.split("-") for link in links.split(",")] if links else []
    if len(operations) > MOST_VERTICES or len(pairs) > MOST_EDGES:
        raise LinkError(f"Found {len(operations)} vertices and {len(pairs)} edges; expected at most {MOST_VERTICES} "
                        f"and {MOST_EDGES}.")
    if not all(len(pair) == 2 and all(map(_is_count, pair)) for pair in pairs):
        raise LinkError(f"Found edges {_quoted(links)}; expected pairs of vertices such as '0-1,1-2'.")
    return operations, [(int(source), int(target)) for source, target in pairs]


def read_places(value: str, draft: Draft) -> dict[int, tuple[float, float]]:
    """Places of the vertices of a draft."""
    places = {}
    for item in value.split(","):
        vertex, *point = item.split(":")
        if not _is_count(vertex) or int(vertex) > draft.output or len(point) != 2:
            raise LinkError(f"Found {_quoted(item)}; expected a vertex of the draft and its place such as '1:250:64'. "
                            "The layout decides instead.")
        x, y = (_number(number, finite=True) for number in point)
        places[int(vertex)] = (x, y)
    return places


def _read_window(value: str, log: str) -> tuple[float, ...]:
    """The visible part of the map."""
    sides = [side.split(":") for side in value.split(",")]
    if len(sides) != 2 or any(len(side) != 2 for side in sides):
        raise LinkError(f"Found {_quoted(value)}; expected two limits for each axis such as '0:3000,0.9:0.95'. All of "
                        "the map is shown.")
    ends = [[_number(end, finite=True) for end in side] for side in sides]
    for axis, (low, high) in zip("xy", ends, strict=True):
        if low >= high or (axis in log and low <= 0):
            raise LinkError(f"Found {_quoted(value)}; expected limits that grow, above 0 on a logarithmic axis. All of "
                            "the map is shown.")
    return tuple(end for side in ends for end in side)


def _read_box(value: str, table: BenchmarkTable) -> Box:
    """A box that holds cells."""
    sides = [side.split(":") for side in value.split(",")]
    if len(sides) != 2 or any(len(side) != 3 for side in sides):
        raise LinkError(f"Found {_quoted(value)}; expected two limits such as 'test_accuracy:0.9:0.95'. All cells are "
                        "selected.")
    (x, x_low, x_high), (y, y_low, y_high) = sides
    return Box(_one_of(unquote(x), table.metrics), _one_of(unquote(y), table.metrics),
               (_number(x_low), _number(x_high)), (_number(y_low), _number(y_high)))


def _is_count(value: str) -> bool:
    """Whether a text is a small whole number."""
    return value.isascii() and value.isdigit() and len(value) < 5


def _number(value: str, finite: bool = False) -> float:
    """A number other than NaN."""
    number = decimal_number(value)
    if math.isnan(number) or (finite and math.isinf(number)):
        raise LinkError(f"Found {_quoted(value)}; expected a number.")
    return number


def _quoted(value: str) -> str:
    """The start of a text, in quotes."""
    return repr(value if len(value) <= 60 else value[:60] + "…")
