"""The Python code that makes the same report."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from vanas_panel.report.ends import default_ends
from vanas_panel.report.plan import PARTS, Plan, ShelfEntry, known_metrics
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import STRATEGIES, choose
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.code_text import cell_code, draft_code
from vanas_panel.state.condition_code import names_of
from vanas_panel.state.improving import Improve
from vanas_panel.state.page_state import PageState, entries, parameters
from vanas_panel.state.selection import Box, unpack_rows
from vanas_panel.state.start import FIRST_CHOICES
from vanas_panel.tables.limits import Limits
from vanas_panel.text.language import ENGLISH
from vanas_panel.text.language import gettext as _


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
    how = "".join(f", {name}={_word(value)}" for name, value in plan.table.opened_with.items())
    lines = [f"table = vp.open_table({plan.source!r}{how})",
             *(f"table = table.with_direction({name!r}, {better})" for name, better in plan.table.directions.items()),
             "session = vp.Session(", "    table,"]
    arguments, statements = _state_code(plan.session.state)
    lines += [f"    {name}={value}," for name, value in arguments.items()]
    lines += [")", *statements]
    lines += _searches_code(plan)
    lines += ["vp.save_report(", '    table, "report.html",', f"    title={plan.title!r},"]
    if plan.notes:
        lines.append(f"    notes={plan.notes!r},")
    if plan.searches:
        lines.append("    searches=searches,")
    if plan.comparison is not None:
        lines.append(f"    # comparison=vp.compare_searches(table, ...),  {_('as you have made it.')}")
    lines += ["    session=session,", f"    axes={[tuple(each) for each in plan.axes]!r},"]
    if plan.entries:
        lines += ["    shelf_entries=[", *(f"        {_entry_code(entry)}," for entry in plan.entries), "    ],"]
    if plan.metrics != tuple(known_metrics(plan.table)):
        lines.append(f"    metrics={list(plan.metrics)!r},")
    lines.append(f"    best={plan.best},")
    if plan.ends is not None and plan.ends != default_ends(plan.session):
        lines.append(f"    ends=({', '.join(map(cell_code, plan.ends))}),")
    if plan.parts != frozenset(PARTS):
        lines.append(f"    parts={[name for name in PARTS if name in plan.parts]!r},")
    if plan.language != ENGLISH:
        lines.append(f"    lang={plan.language!r},")
    if plan.source != plan.table.name:
        lines.append(f"    source={plan.source!r},")
    if PurePath(plan.source).suffix:
        lines.insert(0, f"# {_('In the folder of the table.')}")
    code = "\n".join([*lines, ")", ""])
    imports = ["import vanas_panel as vp"]
    if plan.entries:
        imports.append("from vanas_panel.report import ShelfEntry")
    selects = "\n".join(statements)
    where = plan.session.selection.where
    names = [each.__name__ for each in (Box, unpack_rows) if f"{each.__name__}(" in selects]
    names = (names if where is None else list(names_of(where))) + [
        each.__name__ for each, is_used in ((CellsView, plan.cells), (Improve, "improve" in arguments)) if is_used]
    if names:
        imports.append(f"from vanas_panel.selection import {', '.join(sorted(names))}")
    if "np.r_" in selects:
        imports = ["import numpy as np", "", *imports]
    return "\n".join([*imports, "", code])


def _searches_code(plan: Plan) -> list[str]:
    """The searches of a report as calls that run them again, or that read their files."""
    if not plan.searches:
        return []
    return ["searches = [", *(f"    {_search_code(run)}," for run in plan.searches), "]"]


def _search_code(run: SearchRun) -> str:
    """A search as Python."""
    described, objective = run.header["strategy"], run.header["objective"]
    if run.header["table"] is None or described["name"] not in STRATEGIES:
        return f"vp.read_search('search.jsonl')  # {_('Its own file.')}"
    is_preset = described["preset"] and choose(run.strategy).described() == described
    settings = "" if is_preset or choose(described["name"]).described() == described else (
        f", settings={described['settings']!r}")
    metric = list(run.metrics) if len(run.metrics) > 1 else run.metrics[0]
    return (f"vp.search(table, {(run.strategy if is_preset else described['name'])!r}, metric={metric!r}, "
            f"repeat={objective['repeat']!r}, report={objective['report']!r}, queries={run.queries}, seed={run.seed}"
            f"{settings})")


def _word(value: Any) -> str:
    """A keyword of `vanas_panel.open_table` as code."""
    return f"vp.{value!r}" if isinstance(value, Limits) else repr(value)


def _state_code(state: PageState) -> tuple[dict[str, str], list[str]]:
    """The state of a report: arguments of a session by their names, and statements that follow it."""
    arguments: dict[str, str] = {}
    statements: list[str] = []
    for name, field in entries(type(state)).items():
        value = getattr(state, name)
        # A later version of the page may choose other defaults.
        if field.code is None or (name not in FIRST_CHOICES and value == field.default(state.table)):
            continue
        code = field.code(value, state)
        if parameters(type(state)).get(name) == name:
            arguments[name] = code
        else:
            statements.append(code)
    return arguments, statements


def _entry_code(entry: ShelfEntry) -> str:
    """A shelf entry as Python."""
    more = "".join(f", {name}={getattr(entry, name)!r}" for name in ("note", "tags", "user", "saved")
                   if getattr(entry, name))
    return f"ShelfEntry({entry.name!r}, {draft_code(entry.draft)}{more})"
