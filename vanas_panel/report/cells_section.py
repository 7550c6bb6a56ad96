"""The section of a report with what the drawer of cells shows: its first rows, or its parallel coordinates."""

from __future__ import annotations

from vanas_panel.draw.cells_table import PAGE_ROWS, CellsPage, cells_table_html, columns_of
from vanas_panel.draw.format import count_cells, format_count
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.parallel.axis import axes_of
from vanas_panel.draw.parallel.frame import CSS, frame_html
from vanas_panel.draw.parallel.raster import parallel_png, polylines
from vanas_panel.draw.png import data_address
from vanas_panel.draw.theme import LIGHT
from vanas_panel.report.plan import Plan
from vanas_panel.state.brushes import brushes_of
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.listed_cells import listed_cells, order_of
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)


def listed_cells_html(plan: Plan) -> Html:
    """What the drawer of cells shows, in light colours."""
    view = plan.cells or CellsView()
    content = _axes(plan, view) if view.tab == "axes" else _rows(plan, view)
    return _PIECES.section(title=_("Cells"), content=content,
                           style=Html(f"#cells {{ {CSS if view.tab == 'axes' else ''} }}"))


def _axes(plan: Plan, view: CellsView) -> Html:
    """The parallel coordinates as a picture."""
    session, table = plan.session, plan.table
    axes = axes_of(table, view, session.metric)
    chosen = None if session.rows is None else polylines(table, axes, session.rows)
    png = parallel_png(polylines(table, axes), chosen, LIGHT)
    return frame_html(table, axes, brushes_of(session.conditions), data_address(png),
                      None if session.rows is None else session.rows.size, still=True)


def _rows(plan: Plan, view: CellsView) -> Html:
    """The first rows of the table."""
    session, table = plan.session, plan.table
    listed = listed_cells(table, view, session.metric, session.rows).rows
    rows = listed[:PAGE_ROWS]
    page = CellsPage(rows, listed.size, 0, columns_of(table, session.metric), *order_of(table, view, session.metric),
                     dict(view.filters), selected=None if session.rows is None else int(session.rows.size))
    words = _("The first {count} of {cells}.").format(count=format_count(rows.size), cells=count_cells(listed.size))
    filters = [f"{table.metric(name).label if name in table.numbers else name}: {text}" for name, text in view.filters]
    return joined([_PIECES.words(words=words, filters=filters), cells_table_html(table, page, LIGHT, still=True)])
