"""The Python code that makes the same report."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import PurePath
from typing import Any

import numpy as np

from vanas_panel.core.draft import Draft
from vanas_panel.limits import Limits
from vanas_panel.report.plan import PARTS, Plan, ShelfEntry, known_metrics
from vanas_panel.selection import pack_rows
from vanas_panel.session import EMPTY, Session

_MOST_RUNS = 24


def code_of(plan: Plan) -> str:
    """Python that makes the same report, the date aside.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
        A runnable script that writes ``report.html``.
    """
    session = plan.session
    how = "".join(f", {name}={_word(value)}" for name, value in plan.table.opened_with.items())
    lines = [f"table = vp.open_table({plan.source!r}{how})",
             *(f"table = table.with_direction({name!r}, {better})" for name, better in plan.table.directions.items()),
             "session = vp.Session(", "    table,"]
    lines += [f"    {name}={value}," for name, value in _state_code(session).items()]
    lines += [")", *filter(None, [selection_code(session)])]
    lines += ["vp.save_report(", '    table, "report.html",', f"    title={plan.title!r},"]
    if plan.notes:
        lines.append(f"    notes={plan.notes!r},")
    lines += ["    session=session,", f"    axes={[tuple(each) for each in plan.axes]!r},"]
    if plan.entries:
        lines += ["    shelf_entries=[", *(f"        {_entry_code(entry)}," for entry in plan.entries), "    ],"]
    if plan.metrics != tuple(known_metrics(plan.table)):
        lines.append(f"    metrics={list(plan.metrics)!r},")
    lines.append(f"    best={plan.best},")
    if plan.parts != frozenset(PARTS):
        lines.append(f"    parts={[name for name in PARTS if name in plan.parts]!r},")
    if plan.source != plan.table.name:
        lines.append(f"    source={plan.source!r},")
    if PurePath(plan.source).suffix:
        lines.insert(0, "# In the folder of the table.")
    code = "\n".join([*lines, ")", ""])
    imports = ["import vanas_panel as vp"]
    if plan.entries:
        imports.append("from vanas_panel.report import ShelfEntry")
    selects = selection_code(session)
    for mark, line in (("Box(", "from vanas_panel.selection import Box"),
                       ("unpack_rows(", "from vanas_panel.selection import unpack_rows")):
        imports += [line] if mark in selects else []
    if "np.r_" in selects:
        imports = ["import numpy as np", "", *imports]
    return "\n".join([*imports, "", code])


def _word(value: Any) -> str:
    """A keyword of `vanas_panel.open_table` as code."""
    return f"vp.{value!r}" if isinstance(value, Limits) else repr(value)


def _state_code(session: Session) -> dict[str, str]:
    """The parameters of a session that differ from what a new one starts with, as Python."""
    state = {name: repr(getattr(session, name)) for name in ("metric", "x", "y")}
    state |= {name: "True" for name in ("log_x", "log_y") if getattr(session, name)}
    if session.extra_vertices:
        state["extra_vertices"] = str(session.extra_vertices)
    if session.draft != EMPTY:
        state["draft"] = _draft_code(session.draft)
    if session.positions:
        state["positions"] = repr({int(vertex): tuple(map(float, at)) for vertex, at in session.positions.items()})
    if session.pinned is not None:
        state["pinned"] = f"vp.Cell({_parts_code(session.pinned)}, table.space)"
    return state


def selection_code(session: Session) -> str:
    """What selects the rows of a session, as an argument of its maker or as a line after it; nothing for all rows."""
    if session.rows is None:
        return ""
    box = session.box
    if box is not None:
        ends = [f"({', '.join(map(_number_code, part))})" for part in (box.x_range, box.y_range)]
        return f"session.select_box(Box({box.x!r}, {box.y!r}, {ends[0]}, {ends[1]}))"
    return f"session.select({rows_code(session.rows, len(session.table))})"


def rows_code(rows: np.ndarray, total: int) -> str:
    """Row numbers as Python: ranges where they are few, else packed.

    Examples
    --------
    >>> rows_code(np.array([3, 4, 5, 9]), 20)
    'np.r_[3:6, 9]'
    """
    if not rows.size:
        return "[]"
    cuts = np.flatnonzero(np.diff(rows) > 1) + 1
    runs = [(int(rows[start]), int(rows[end - 1])) for start, end in pairwise([0, *cuts.tolist(), rows.size])]
    if len(runs) <= _MOST_RUNS:
        return f"np.r_[{', '.join(str(first) if first == last else f'{first}:{last + 1}' for first, last in runs)}]"
    return f"unpack_rows({pack_rows(rows, total)!r}, len(table))"


def _number_code(value: float) -> str:
    """A number as Python, an infinite one too."""
    return repr(float(value)) if math.isfinite(value) else f'float("{float(value)}")'


def _parts_code(draft: Draft) -> str:
    """Operations and edges of a draft as Python."""
    return f"{list(draft.operations)!r}, {list(draft.edges)!r}"


def _draft_code(draft: Draft) -> str:
    """A draft as Python."""
    return f"vp.Draft({_parts_code(draft)})"


def _entry_code(entry: ShelfEntry) -> str:
    """A shelf entry as Python."""
    more = "".join(f", {name}={getattr(entry, name)!r}" for name in ("note", "tags", "user", "saved")
                   if getattr(entry, name))
    return f"ShelfEntry({entry.name!r}, {_draft_code(entry.draft)}{more})"
