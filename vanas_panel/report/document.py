"""The file itself: sections, data and scripts in one page that forbids itself every request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from bokeh.resources import Resources

from vanas_panel._version import __version__
from vanas_panel.report.cell_section import cell_html
from vanas_panel.report.data_card import cells_words, data_card_html
from vanas_panel.report.made import made_html
from vanas_panel.report.maps import Map, importance_item, map_item, maps_of
from vanas_panel.report.offline import offline_module, offline_style, pack_table
from vanas_panel.report.parts import file_name
from vanas_panel.report.plan import Plan
from vanas_panel.report.sections import best_html, importance_html, overview_html, shelf_html
from vanas_panel.report.style import STYLE
from vanas_panel.report.tables import BEST, best_table, csv, tables_of
from vanas_panel.views.format import format_count, lower_label
from vanas_panel.views.markup import text
from vanas_panel.views.theme import DARK, LIGHT

_SCRIPT = Path(__file__).with_name("report.js")
TABLE_ID = "vanas-table"
"""Id of the data block that holds the packed table."""


def report_html(plan: Plan) -> str:
    """A report as the text of one HTML file.

    Parameters
    ----------
    plan : Plan
        From `vanas_panel.report.plan.plan_of`.

    Returns
    -------
    str
        The same for the same plan. Every script is named by its hash in the file's own Content-Security-Policy, which
        allows no other and no request; so even markup that slipped in somewhere could neither run nor load anything.
    """
    maps = maps_of(plan) if "overview" in plan.parts else []
    sections = [data_card_html(plan)]
    charts = [overview_html(plan, maps) if maps else "", importance_html(plan) if "importance" in plan.parts else ""]
    if any(charts):
        sections.append(f'<div class="columns{" charts" if all(charts) else ""}">{"".join(charts)}</div>')
    sections.append(cell_html(plan))
    sections += [shelf_html(plan)] if "shelf" in plan.parts else []
    sections += [best_html(plan)] if "best" in plan.parts else []
    sections += [made_html(plan)] if "code" in plan.parts else []
    blocks, scripts = _data_and_scripts(plan, maps)
    style = (offline_style() if "designer" in plan.parts else "") + f"<style>{STYLE}</style>"
    return (
        f'<!DOCTYPE html>\n<html lang="en" class="no-script">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="vanas-panel {text(__version__)}">\n'
        f"<title>{text(plan.title)}</title>\n{style}\n</head>\n<body>\n{_masthead_html(plan)}\n<main>\n"
        + "\n".join(filter(None, sections))
        + f"\n</main>\n{_footer_html()}\n{_PEEK}\n" + "\n".join([*blocks, *scripts]) + "\n</body>\n</html>\n")


def policy(scripts: list[str]) -> str:
    """The Content-Security-Policy of a file: nothing but its own scripts, each by its hash.

    Bokeh compiles how ticks and hovers are written, which takes ``unsafe-eval``; ``blob:`` and ``data:`` images are
    made by the file itself, for the toolbar and for saving figures.
    """
    digests = [hashlib.sha256(_content(script).encode("utf-8")).digest() for script in scripts]
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (f"default-src 'none'; script-src {allowed} 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
            "connect-src 'none'; base-uri 'none'; form-action 'none'")


def _content(script: str) -> str:
    """What stands between the tags of a script."""
    return script[script.index(">") + 1:script.rindex("</script>")]


def _data_and_scripts(plan: Plan, maps: list[Map]) -> tuple[list[str], list[str]]:
    """The data blocks, and the scripts that run."""
    session = plan.session
    has_designer = "designer" in plan.parts
    packed = pack_table(plan.table) if has_designer else None
    selected = session.rows is not None
    items = [map_item(drawn, f"map-{place}", selected=selected, action="click to open the best" if packed else "",
                      places=packed.places(drawn.bins.row) if packed else None) for place, drawn in enumerate(maps)]
    draft = {"operations": session.draft.operations, "edges": session.draft.edges}
    data = {
        "maps": items,
        "importance": importance_item(plan) if "importance" in plan.parts else None,
        "colors": [[getattr(LIGHT, name), getattr(DARK, name)] for name in LIGHT.__dataclass_fields__],
        "designer": {"metric": session.metric, "draft": draft, "extraVertices": session.extra_vertices,
                     "positions": [list(session.positions[vertex]) for vertex in sorted(session.positions)] or None}
        if packed else None,
        "axes": [list(axes[:2]) for axes in plan.axes],
        "csv": _csv_texts(plan),
        "file": file_name(plan.title),
    }
    blocks = [f'<script type="application/json" id="report-data">{_json(data)}</script>']
    if packed:
        blocks.append(packed.script(TABLE_ID))
    drawn = bool(maps) or data["importance"] is not None
    scripts = [f"<script>{_bokeh()}</script>"] if drawn else []
    scripts += [offline_module()] if packed else []
    return blocks, [*scripts, f'<script type="module">\n{_SCRIPT.read_text(encoding="utf-8")}</script>']


def _csv_texts(plan: Plan) -> dict[str, str]:
    """The tables that do not depend on the cell that is shown."""
    session = plan.session
    tables = {name: csv(frame) for name, frame in tables_of(session).items()}
    if "best" in plan.parts:
        tables[BEST] = csv(best_table(plan.table, session.metric, plan.best, session.rows))
    return tables


def _masthead_html(plan: Plan) -> str:
    """Title, what it is about, the reporter's notes, and where the sections are."""
    session, table = plan.session, plan.table
    ranked = lower_label(table.metric(session.metric))
    meta = f"{table.title} · {cells_words(len(table))} · ranked by {ranked} · {plan.made.isoformat()}"
    paragraphs = [part for part in re.split(r"\n\s*\n", plan.notes) if part.strip()]
    notes = "".join(f"<p>{text(part.strip())}</p>" for part in paragraphs)
    return (
        '<header class="masthead"><div class="row"><div><p class="eyebrow">vanas report</p>'
        f'<h1>{text(plan.title)}</h1><p class="meta num">{text(meta)}</p></div>'
        '<div class="actions"><button type="button" data-do="print" title="Print, or save as PDF">Print</button>'
        '<button type="button" data-do="theme" title="Light or dark" aria-label="Light or dark">◐</button></div></div>'
        f'{f"""<div class="notes" id="notes">{notes}</div>""" if notes else ""}{_selection_html(plan)}'
        f"{_contents_html(plan)}</header>")


def _selection_html(plan: Plan) -> str:
    """That the report is about a selection, where it is."""
    rows = plan.session.rows
    if rows is None:
        return ""
    what = f"{format_count(rows.size)} of {format_count(len(plan.table))} cells are selected"
    if not rows.size:
        what = "No cell is selected"
    return (f'<p class="banner" id="selection"><b>{what}.</b> Edge importance and the best cells are over the '
            "selection; the maps dim the others.</p>")


def _contents_html(plan: Plan) -> str:
    """Links to the sections."""
    links = [("data", "The table", True), ("overview", "Overview", "overview" in plan.parts),
             ("importance", "Edge importance", "importance" in plan.parts), ("cell", "The cell", True),
             ("shelf", "From the shelf", bool(plan.entries) and "shelf" in plan.parts),
             ("best", "Best cells", "best" in plan.parts and plan.best > 0),
             ("made", "How it was made", "code" in plan.parts)]
    shown = "".join(f'<a href="#{anchor}">{words}</a>' for anchor, words, there in links if there)
    return f'<nav aria-label="Sections">{shown}</nav>'


_PEEK = ('<a class="peek screen-only" id="peek" href="#cell" hidden><span class="drawing-small"></span><span>'
         '<b class="num"></b><small></small></span></a>')


def _footer_html() -> str:
    """The last line."""
    return (f"<footer>Made with vanas-panel {text(__version__)}. This file holds everything that it shows, and asks no "
            "other machine for anything.</footer>")


@lru_cache(maxsize=1)
def _bokeh() -> str:
    """The part of BokehJS that draws figures, without widgets and tables, as one script."""
    whole = "\n".join(Resources(mode="inline", minified=True, components=["bokeh"]).js_raw)
    return re.sub("</(script)", r"<\\/\1", whole, flags=re.IGNORECASE)


def _json(value: Any) -> str:
    """A value as JSON that can stand in a script."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
