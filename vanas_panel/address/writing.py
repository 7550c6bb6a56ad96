"""The state of a session as a query string."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from vanas_panel.address.form import (
    DEFAULTS,
    LEFT_OUT,
    MOST_EDGES,
    MOST_LETTERS,
    MOST_VERTICES,
    PART_OF,
    VERSION,
    named,
)
from vanas_panel.core.draft import Draft
from vanas_panel.metrics import DIRECTION_WORDS
from vanas_panel.selection import Box, rounded_range
from vanas_panel.session import EMPTY, Session, first_choices
from vanas_panel.table import BenchmarkTable
from vanas_panel.training.joined import JoinedTable, source_table


def to_query(session: Session, tables: Sequence[BenchmarkTable] = ()) -> str:
    """The state of a session as a query string.

    Parameters
    ----------
    session : Session
    tables : sequence of BenchmarkTable, optional
        All that can be opened beside the session's own: names that several of them share get a number.

    Returns
    -------
    str
        Without the question mark, in ASCII. The same state always gives the same text.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session = Session(vp.open_table("structure4"), metric="flops", x="trainable_parameters", y="flops")
    >>> session.load_cell(Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]))
    >>> to_query(session)
    'v=1&table=structure4&metric=flops&draft=maxpool3x3:0-1,1-2'
    """
    kept, without = _written(session, tables)
    if without:
        kept["without"] = ",".join(without)
    return "&".join(f"{name}={value}" for name, value in kept.items())


def left_out(session: Session) -> tuple[str, ...]:
    """What a link to a session cannot hold, as sentences for a person."""
    return tuple(LEFT_OUT[part] for part in _written(session, ())[1])


def _written(session: Session, tables: Sequence[BenchmarkTable]) -> tuple[dict[str, str], list[str]]:
    """The parts of a link as they stand in it, and what is too large for it by its name in `LEFT_OUT`."""
    parts = {name: quote(value, safe=",:@", errors="replace") for name, value in _parts(session, tables).items()}
    large = {name for name, value in parts.items() if len(value) > MOST_LETTERS}
    if len(session.draft.operations) > MOST_VERTICES or len(session.draft.edges) > MOST_EDGES:
        large.add("draft")
    if "draft" in large:
        large.add("place")
    kept = {name: value for name, value in parts.items() if name not in large}
    return kept, list(dict.fromkeys(PART_OF.get(name, "names") for name in parts if name in large))


def _parts(session: Session, tables: Sequence[BenchmarkTable]) -> dict[str, str]:
    """Every part that is on each link, or differs from a new page."""
    parts = {"v": str(VERSION), "table": _table_name(session.table, tables)}
    first = first_choices(session.table)
    parts |= {name: getattr(session, name) for name in DEFAULTS if getattr(session, name) != first[name]}
    optional = {
        "trained": "1" if isinstance(session.table, JoinedTable) else "",
        "better": _directions_text(session.table.directions),
        "log": ",".join(axis for axis in "xy" if getattr(session, f"log_{axis}")),
        "window": _window_text(session),
        "box": "" if session.short_box is None else _box_text(session.short_box),
        "rows": session.packed_rows if session.box is None else "",
        "draft": "" if session.draft == EMPTY else draft_text(session.draft),
        "place": places_text(session.positions),
        "pinned": "" if session.pinned is None else draft_text(session.pinned),
        "extra_vertices": str(session.extra_vertices or ""),
        "dark": "1" if session.dark else "",
        "drawer": session.drawer,
    }
    return parts | {name: value for name, value in optional.items() if value}


def _table_name(table: BenchmarkTable, tables: Sequence[BenchmarkTable]) -> str:
    """Name of a table in links."""
    source = source_table(table)
    return next((name for name, other in named(tables).items() if source_table(other) is source), table.name)


def _directions_text(directions: Mapping[str, bool | None]) -> str:
    """Directions that somebody switched as ``metric:higher,metric:lower``."""
    return ",".join(f"{_escaped(name)}:{DIRECTION_WORDS[direction]}" for name, direction in directions.items())


def _box_text(box: Box) -> str:
    """A box as ``metric:from:to,metric:from:to``."""
    sides = ((box.x, box.x_range), (box.y, box.y_range))
    return ",".join(f"{_escaped(name)}:{_number_text(low)}:{_number_text(high)}" for name, (low, high) in sides)


def _window_text(session: Session) -> str:
    """The visible part of the map as ``from:to,from:to``, in digits that make a difference on the screen."""
    if session.window is None:
        return ""
    left, right, low, high = session.window
    sides = (((left, right), session.log_x), ((low, high), session.log_y))
    return ",".join(":".join(map(_number_text, rounded_range(side, log=log))) for side, log in sides)


def draft_text(draft: Draft) -> str:
    """A draft as ``operation,operation:edge,edge``, with the operations of its inner vertices."""
    operations = ",".join(map(_escaped, draft.operations[1:-1]))
    edges = ",".join(f"{source}-{target}" for source, target in draft.edges)
    return f"{operations}:{edges}" if edges or not operations else operations


def places_text(positions: Mapping[int, tuple[float, float]]) -> str:
    """Places as ``vertex:x:y,vertex:x:y``."""
    return ",".join(f"{vertex}:{_number_text(round(x, 1))}:{_number_text(round(y, 1))}"
                    for vertex, (x, y) in sorted(positions.items()))


def _number_text(value: float) -> str:
    """The shortest text that reads as the same number."""
    return repr(float(value)).removesuffix(".0")


def _escaped(name: str) -> str:
    """A name without the letters that separate names; `urllib.parse.unquote` is the reverse."""
    return name.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
