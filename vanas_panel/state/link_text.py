"""Values of a page as text in a link, and back: for each kind of value what writes it stands above what reads it.

Texts come from anywhere: what reads them raises a LinkError that says what was found and what was expected.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import unquote

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.errors import LinkError
from vanas_panel.state.boxes import Box, rounded_range
from vanas_panel.tables.metrics import DIRECTION_WORDS, DIRECTIONS
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import decimal_number

MOST_VERTICES, MOST_EDGES = 24, 96
"""Of a draft in a link: beyond every search space, and little enough to be drawn at once."""


def one_of(value: str, known: Collection[str]) -> str:
    """A name that is known."""
    if value not in known:
        raise LinkError(Message("Found {value}; expected one of {known}.", value=quoted(value), known=list_of(known)),
                        tuple(known), Message("Found {value}; expected one of the metrics named above.",
                                              value=quoted(value)))
    return value


def list_of(known: Collection[str]) -> str:
    """The first names of many, for a message."""
    return ", ".join(map(quoted, list(known)[:12])) or "none"


def named(tables: Iterable[BenchmarkTable]) -> dict[str, BenchmarkTable]:
    """Tables by names that differ: the second ``results`` is ``results@2``."""
    found: dict[str, BenchmarkTable] = {}
    for table in tables:
        number, name = 1, table.name
        while name in found:
            number += 1
            name = f"{table.name}@{number}"
        found[name] = table
    return found


def directions_text(directions: Mapping[str, bool | None]) -> str:
    """Directions that were switched, as ``metric:higher,metric:lower``."""
    return ",".join(f"{escaped(name)}:{DIRECTION_WORDS[direction]}" for name, direction in directions.items())


def read_directions(value: str, table: BenchmarkTable) -> dict[str, bool | None]:
    """Directions of metrics."""
    pairs = [item.rpartition(":") if ":" in item else (item, "", "") for item in value.split(",")]
    return {one_of(unquote(name), table.metrics): DIRECTIONS[one_of(word, DIRECTIONS)] for name, _, word in pairs}


def draft_fits(draft: Draft) -> bool:
    """Whether a draft is small enough for a link."""
    return len(draft.operations) <= MOST_VERTICES and len(draft.edges) <= MOST_EDGES


def draft_text(draft: Draft) -> str:
    """A draft as ``operation,operation:edge,edge``, with the operations of its inner vertices."""
    operations = ",".join(map(escaped, draft.operations[1:-1]))
    edges = ",".join(f"{source}-{target}" for source, target in draft.edges)
    return f"{operations}:{edges}" if edges or not operations else operations


def read_draft(value: str) -> Draft:
    """A draft."""
    return Draft(*read_graph(value))


def read_graph(value: str) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
    """Operations and edges of a draft, input and output included; not yet checked against each other."""
    names, _, links = value.partition(":")
    operations = (INPUT, *map(unquote, names.split(",") if names else ()), OUTPUT)
    pairs = [link.split("-") for link in links.split(",")] if links else []
    if len(operations) > MOST_VERTICES or len(pairs) > MOST_EDGES:
        raise LinkError(Message("Found {vertices} vertices and {edges} edges; expected at most {most_vertices} and "
                                "{most_edges}.", vertices=len(operations), edges=len(pairs),
                                most_vertices=MOST_VERTICES, most_edges=MOST_EDGES))
    if not all(len(pair) == 2 and all(map(_is_count, pair)) for pair in pairs):
        raise LinkError(Message("Found edges {links}; expected pairs of vertices such as '0-1,1-2'.",
                                links=quoted(links)))
    return operations, [(int(source), int(target)) for source, target in pairs]


def positions_text(positions: Mapping[int, tuple[float, float]]) -> str:
    """Positions as ``vertex:x:y,vertex:x:y``."""
    return ",".join(f"{vertex}:{number_text(round(x, 1))}:{number_text(round(y, 1))}"
                    for vertex, (x, y) in sorted(positions.items()))


def read_positions(value: str, draft: Draft) -> dict[int, tuple[float, float]]:
    """Positions of the vertices of a draft."""
    positions = {}
    for item in value.split(","):
        vertex, *point = item.split(":")
        if not _is_count(vertex) or int(vertex) > draft.output or len(point) != 2:
            raise LinkError(Message("Found {item}; expected a vertex of the draft and its position such as "
                                    "'1:250:64'. The layout decides instead.", item=quoted(item)))
        x, y = (number(each, finite=True) for each in point)
        positions[int(vertex)] = (x, y)
    return positions


def window_text(window: tuple[float, ...], log_x: bool, log_y: bool) -> str:
    """The visible part of the map as ``from:to,from:to``, in digits that make a difference on the screen."""
    left, right, low, high = window
    sides = (((left, right), log_x), ((low, high), log_y))
    return ",".join(":".join(map(number_text, rounded_range(side, log=log))) for side, log in sides)


def read_window(value: str, log_x: bool, log_y: bool) -> tuple[float, ...]:
    """The visible part of the map."""
    sides = [side.split(":") for side in value.split(",")]
    if len(sides) != 2 or any(len(side) != 2 for side in sides):
        raise LinkError(Message("Found {value}; expected two limits for each axis such as '0:3000,0.9:0.95'. All of "
                                "the map is shown.", value=quoted(value)))
    ends = [[number(end, finite=True) for end in side] for side in sides]
    for is_log, (low, high) in zip((log_x, log_y), ends, strict=True):
        if low >= high or (is_log and low <= 0):
            raise LinkError(Message("Found {value}; expected limits that grow, above 0 on a logarithmic axis. All of "
                                    "the map is shown.", value=quoted(value)))
    return tuple(end for side in ends for end in side)


def box_text(box: Box) -> str:
    """A box as ``metric:from:to,metric:from:to``."""
    sides = ((box.x, box.x_range), (box.y, box.y_range))
    return ",".join(f"{escaped(name)}:{number_text(low)}:{number_text(high)}" for name, (low, high) in sides)


def read_box(value: str, table: BenchmarkTable) -> Box:
    """A box on two metrics of a table."""
    sides = [side.split(":") for side in value.split(",")]
    if len(sides) != 2 or any(len(side) != 3 for side in sides):
        raise LinkError(Message("Found {value}; expected two limits such as 'test_accuracy:0.9:0.95'. All cells are "
                                "selected.", value=quoted(value)))
    (x, x_low, x_high), (y, y_low, y_high) = sides
    x, y = (name if name in table.numbers else one_of(name, table.metrics) for name in map(unquote, (x, y)))
    return Box(x, y, (number(x_low), number(x_high)), (number(y_low), number(y_high)))


def number_text(value: float) -> str:
    """The shortest text that reads as the same number."""
    return repr(float(value)).removesuffix(".0")


def number(value: str, finite: bool = False) -> float:
    """A number other than NaN."""
    found = decimal_number(value)
    if math.isnan(found) or (finite and math.isinf(found)):
        raise LinkError(Message("Found {value}; expected a number.", value=quoted(value)))
    return found


def _is_count(value: str) -> bool:
    """Whether a text is a small whole number."""
    return value.isascii() and value.isdigit() and len(value) < 5


def escaped(name: str) -> str:
    """A name without the letters that separate names; `urllib.parse.unquote` is the reverse."""
    return name.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")


def quoted(value: str) -> str:
    """The start of a text, in quotes."""
    return repr(value if len(value) <= 60 else value[:60] + "…")
