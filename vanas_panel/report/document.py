"""The HTML file: sections, data and scripts on one page that forbids itself every request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from bokeh.resources import Resources

from vanas_panel._version import __version__
from vanas_panel.draw.format import count_cells, day_words, format_count, lower_label
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.map.picture import MapPicture
from vanas_panel.draw.selection.words import condition_words
from vanas_panel.draw.table_words import title_of
from vanas_panel.draw.theme import DARK, LIGHT
from vanas_panel.report.cell_section import cell_html
from vanas_panel.report.cells_section import listed_cells_html
from vanas_panel.report.compared_section import compared_html
from vanas_panel.report.data_card import data_card_html
from vanas_panel.report.live_charts import importance_item, map_item, maps_of
from vanas_panel.report.offline import SCRIPTS, language_module, offline_module, offline_style, pack_table
from vanas_panel.report.parts import file_name
from vanas_panel.report.plan import Plan
from vanas_panel.report.provenance import made_html
from vanas_panel.report.searches import searches_html
from vanas_panel.report.sections import best_html, importance_html, overview_html, shelf_html
from vanas_panel.report.style import STYLE
from vanas_panel.report.tables import BEST, FRONT, NEIGHBOURS, PATH, best_table, csv, path_table, tables_of
from vanas_panel.report.trade_offs_section import has_front, trade_offs_html
from vanas_panel.report.travel_section import neighbours_html, neighbours_table, path_html, path_of, reported_cells
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import speaking
from vanas_panel.text.script_texts import texts_block

_PIECES = pieces(__file__)
_SCRIPT = Path(__file__).with_name("report.js")
_IMPORT = 'import { gettext } from "./offline/language.js"\n'
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
    with speaking(plan.language):
        return str(_document(plan))


def _document(plan: Plan) -> Html:
    """A report in the language that holds."""
    maps = maps_of(plan) if "overview" in plan.parts else []
    sections: list[Html | str] = [data_card_html(plan)]
    charts = [overview_html(plan, maps) if maps else "", importance_html(plan) if "importance" in plan.parts else ""]
    if any(charts):
        sections.append(_PIECES.charts(are_both=all(charts), charts=charts))
    path = path_of(plan) if "path" in plan.parts else None
    sections.append(cell_html(plan))
    sections += [compared_html(plan)] if len(plan.session.pins) > 1 else []
    sections += [neighbours_html(plan)] if "neighbours" in plan.parts else []
    sections += [path_html(plan, path)]
    sections += [trade_offs_html(plan)] if "trade-offs" in plan.parts else []
    sections += [shelf_html(plan)] if "shelf" in plan.parts else []
    sections += [best_html(plan)] if "best" in plan.parts else []
    sections += [listed_cells_html(plan)] if plan.cells is not None else []
    sections.append(searches_html(plan))
    sections += [made_html(plan)] if "code" in plan.parts else []
    blocks, scripts = _data_and_scripts(plan, maps, path)
    own_style = _PIECES.style(css=Html(STYLE))
    footer = _("Made with vanas-panel {version}. This file holds everything that it shows, and asks no other machine "
               "for anything.").format(version=__version__)
    return _PIECES.document(
        language=plan.language, policy=policy(scripts), version=__version__, title=plan.title,
        style=joined([offline_style(), own_style]) if "designer" in plan.parts else own_style,
        masthead=_masthead_html(plan), sections=sections, footer=footer, blocks=blocks, scripts=scripts)


def policy(scripts: list[Html]) -> str:
    """The Content-Security-Policy of a file: nothing but its own scripts, each by its hash.

    Bokeh compiles how ticks and hovers are written, which takes ``unsafe-eval``; ``blob:`` and ``data:`` images are
    made by the file itself, for the toolbar and for saving figures.
    """
    digests = [hashlib.sha256(_content(script).encode("utf-8")).digest() for script in scripts]
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (f"default-src 'none'; script-src {allowed} 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
            "connect-src 'none'; base-uri 'none'; form-action 'none'")


def _content(script: str) -> str:
    """The text between the tags of a script."""
    return script[script.index(">") + 1:script.rindex("</script>")]


def _data_and_scripts(plan: Plan, maps: list[MapPicture],
                      path: pd.DataFrame | str | None) -> tuple[list[Html], list[Html]]:
    """The data blocks, and the scripts that run."""
    session = plan.session
    has_designer = "designer" in plan.parts
    packed = pack_table(plan.table) if has_designer else None
    items = [map_item(drawn, f"map-{index}", packed_rows=packed.packed_rows(drawn.bins.row) if packed else None)
             for index, drawn in enumerate(maps)]
    draft = {"operations": session.draft.operations, "edges": session.draft.edges}
    data = {
        "maps": items,
        "importance": importance_item(plan) if "importance" in plan.parts else None,
        "colors": [[getattr(LIGHT, name), getattr(DARK, name)] for name in LIGHT.__dataclass_fields__],
        "designer": {"metric": session.metric, "draft": draft, "extraVertices": session.extra_vertices,
                     "positions": [list(session.positions[vertex]) for vertex in sorted(session.positions)] or None}
        if packed else None,
        "axes": [list(axes[:2]) for axes in plan.axes],
        "csv": _csv_texts(plan, path),
        "file": file_name(plan.title),
    }
    blocks = [_PIECES.data(name="report-data", json=Html(_json(data))), Html(texts_block(SCRIPTS))]
    if packed:
        blocks.append(packed.script(TABLE_ID))
    drawn = bool(maps) or data["importance"] is not None
    scripts = [_PIECES.script(code=Html(_bokeh()))] if drawn else []
    scripts += [offline_module()] if packed else []
    return blocks, [*scripts, _PIECES.module(code=Html(_script()))]


def _script() -> str:
    """The script of the report itself, which stands alone where there is no designer, with what it imports."""
    return _SCRIPT.read_text(encoding="utf-8").replace(_IMPORT, language_module())


def _csv_texts(plan: Plan, path: pd.DataFrame | str | None) -> dict[str, str]:
    """The tables that do not depend on the cell that is shown."""
    session = plan.session
    tables = {name: csv(frame) for name, frame in tables_of(session).items()}
    if "best" in plan.parts:
        tables[BEST] = csv(best_table(plan.table, session.metric, plan.best, session.rows))
    if "neighbours" in plan.parts and reported_cells(plan):
        tables[NEIGHBOURS] = csv(neighbours_table(plan))
    if "trade-offs" in plan.parts and session.trade_offs is not None and has_front(plan):
        tables[FRONT] = csv(session.trade_offs)
    if isinstance(path, pd.DataFrame):
        tables[PATH] = csv(path_table(path))
    return tables


def _masthead_html(plan: Plan) -> Html:
    """Title, what it is about, the reporter's notes, and where the sections are."""
    session, table = plan.session, plan.table
    ranked = lower_label(table.metric(session.metric))
    meta = " · ".join([title_of(table), count_cells(len(table)), _("ranked by {metric}").format(metric=ranked),
                       day_words(plan.made)])
    paragraphs = [part for part in re.split(r"\n\s*\n", plan.notes) if part.strip()]
    return _PIECES.masthead(
        eyebrow=_("vanas report"), title=plan.title, meta=meta, print_tooltip=_("Print, or save as PDF"),
        print=_("Print"), theme=_("Light or dark"), notes=[part.strip() for part in paragraphs],
        selection=_selection(plan), sections_label=_("Sections"), links=_links(plan))


def _selection(plan: Plan) -> dict[str, str] | None:
    """That the report is about a selection, where it is."""
    rows = plan.session.rows
    if rows is None:
        return None
    what = _("{count} of {total} cells are selected.").format(count=format_count(rows.size),
                                                             total=format_count(len(plan.table)))
    if not rows.size:
        what = _("No cell is selected.")
    elif plan.session.selection.where is not None:
        what += " " + _("They meet: {conditions}.").format(
            conditions=condition_words(plan.session.conditions, plan.table))
    return {"what": what,
            "more": _("Edge importance and the best cells are over the selection; the maps dim the others.")}


def _links(plan: Plan) -> list[dict[str, str]]:
    """Links to the sections."""
    links = [("data", _("The table"), True), ("overview", _("Overview"), "overview" in plan.parts),
             ("importance", _("Edge importance"), "importance" in plan.parts), ("cell", _("The cell"), True),
             ("neighbours", _("Neighbours"), "neighbours" in plan.parts and bool(reported_cells(plan))),
             ("path", _("Path"), "path" in plan.parts and plan.ends is not None),
             ("tradeoffs", _("Trade-offs"), "trade-offs" in plan.parts and has_front(plan)),
             ("shelf", _("From the shelf"), bool(plan.entries) and "shelf" in plan.parts),
             ("best", _("Best cells"), "best" in plan.parts and plan.best > 0),
             ("cells", _("Cells"), plan.cells is not None),
             ("searches", _("Searches"), bool(plan.searches) or plan.comparison is not None),
             ("made", _("How it was made"), "code" in plan.parts)]
    return [{"anchor": anchor, "words": words} for anchor, words, there in links if there]


@lru_cache(maxsize=1)
def _bokeh() -> str:
    """The part of BokehJS that draws figures, without widgets and tables, as one script."""
    whole = "\n".join(Resources(mode="inline", minified=True, components=["bokeh"]).js_raw)
    return re.sub("</(script)", r"<\\/\1", whole, flags=re.IGNORECASE)


def _json(value: Any) -> str:
    """A value as JSON that can stand in a script."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
