"""The sections of a report as HTML: maps, edge importance, entries of the shelf, the best cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vanas_panel.core.rank_correlation import rank_agreement
from vanas_panel.draw.agreement_words import agreement_words
from vanas_panel.draw.attribution import distribution_columns, matched_columns
from vanas_panel.draw.attribution_svg import attribution_svg
from vanas_panel.draw.bars import AXIS_PIXELS, ROW_PIXELS, unit_words
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.format import (
    NOT_MEASURED,
    best_words,
    count_cells,
    day_words,
    format_count,
    format_value,
    lower_label,
)
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.map.picture import MapPicture
from vanas_panel.draw.map.text import left_out
from vanas_panel.draw.operation_bars import operation_columns
from vanas_panel.draw.scale import shades_of
from vanas_panel.draw.svg_charts import importance_svg, overview_svg
from vanas_panel.report.parts import load_value, operations_words, save_html
from vanas_panel.report.plan import Plan, ShelfEntry
from vanas_panel.report.style import VARIABLES
from vanas_panel.report.tables import best_rows
from vanas_panel.state.attributing import MATCHED, OPERATIONS, PLAIN
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)
_MOST_COLUMNS = 5


def overview_html(plan: Plan, maps: Sequence[MapPicture]) -> Html:
    """The maps: one at a time on the screen, all of them on paper."""
    session = plan.session
    selected = session.rows is not None
    words = best_words(plan.table.metric(session.metric))
    said = _("Every bin has the colour of its {value}; the ring marks the cell in the designer.").format(value=words)
    does = [_("Click a bin to open its best cell.")] if "designer" in plan.parts else []
    return _PIECES.overview(
        title=_("Overview"), saves=save_html("overview", "svg", "png", "csv"), tabs_label=_("Axes of the map"),
        maps=[{"axes": axes_words(drawn), "shown": " ".join(filter(None, (_shown(drawn), _agreement(plan, drawn)))),
               "drawing": overview_svg(drawn, VARIABLES)}
              for drawn in maps],
        has_tabs=len(maps) > 1, does=" ".join([*does, _("Drag a box to zoom.")]),
        said=" ".join([said, *([_("Bins without a selected cell are dimmed.")] if selected else [])]))


def axes_words(drawn: MapPicture) -> str:
    """A pair of axes in few words, ``Test accuracy over parameters``."""
    x, y = drawn.points.x, drawn.points.y
    logs = [name for name, axis in (("x", x), ("y", y)) if axis.log]
    words = _("{y} over {x}").format(y=label_of(y.metric), x=lower_label(x.metric))
    if not logs:
        return words
    return _("{axes} (log {names})").format(axes=words, names=_("x and y") if len(logs) == 2 else logs[0])


def _shown(drawn: MapPicture) -> str:
    """Which cells a map shows and which it leaves out."""
    outside = ngettext("{count} lies outside this window.", "{count} lie outside this window.", drawn.outside).format(
        count=format_count(drawn.outside))
    return " ".join([*left_out(drawn.points), *([outside] if drawn.outside else [])])


def _agreement(plan: Plan, drawn: MapPicture) -> str:
    """The rank correlations of the axes of a map; nothing where one is no metric, or both are the same."""
    names = [axis.metric.name for axis in (drawn.points.x, drawn.points.y)]
    if names[0] == names[1] or not {*names} <= {*plan.table.metrics}:
        return ""
    rows = plan.session.rows
    return agreement_words(rank_agreement(plan.table, names[0], names[1], rows), rows is not None)


def importance_html(plan: Plan) -> Html:
    """Edge importance over the table or over the selection."""
    session = plan.session
    metric = plan.table.metric(session.metric)
    found = session.importance
    measured = int(found["n_with"].iloc[0] + found["n_without"].iloc[0]) if len(found) else 0
    rows = len(plan.table) if session.rows is None else session.rows.size
    pattern = _("the mean over the cells with at least one edge of a type, minus the mean over those with none; "
                "{count} of {total} cells have a value.") if session.rows is None else _(
        "the mean over the cells with at least one edge of a type, minus the mean over those with none; {count} of "
        "{total} selected cells have a value.")
    said = pattern.format(count=format_count(measured), total=format_count(rows))
    whole = None if session.rows is None else session.importance_of_all
    if whole is not None:
        said += " " + _("Pale bars: all {total} cells, whose order and scale hold.").format(
            total=format_count(len(plan.table)))
    # As high as on the page at least; a chart of more rows than that has room for would run over the words below it.
    height = max(372, ROW_PIXELS * len(found) + AXIS_PIXELS + 20)
    return _PIECES.importance(
        other=_other_attribution(plan), title=_("Edge importance"), height=height,
        saves=save_html("importance", "svg", "png", "csv"),
        drawing=importance_svg(found, metric, VARIABLES, width=560, whole=whole),
        explain=_("Click a bar for its meaning."), unit=_("in {unit}:").format(unit=unit_words(metric)), said=said)


def _other_attribution(plan: Plan) -> dict[str, Html | str] | None:
    """What the card of edge importance shows instead of plain bars; None where it shows these."""
    session = plan.session
    metric = plan.table.metric(session.metric)
    if session.shown_attribution == PLAIN:
        return None
    if session.shown_attribution == MATCHED:
        title, said = _("Matched importance"), _(
            "the mean over pairs of cells that differ in one edge of a type and in nothing else, with 95 % intervals; "
            "pale bars are edge importance.")
        columns = matched_columns(session.importance, session.matched, metric, VARIABLES)
    elif session.shown_attribution == OPERATIONS:
        title, said = _("Importance of operations"), _(
            "the mean over pairs of cells that differ in the operation of one vertex and in nothing else, with 95 % "
            "intervals.")
        found = session.distribution
        columns = operation_columns(session.find_distribution()() if found is None else found, metric, VARIABLES)
    else:
        title, said = _("Edge contributions"), _(
            "contributions of all edges of a type: a bar holds the middle half with a tick at the median, a line nine "
            "in ten.")
        found = session.distribution
        columns = distribution_columns(session.find_distribution()() if found is None else found, metric, VARIABLES,
                                       session.split)
    return {"title": title, "said": said, "drawing": attribution_svg(columns, title, VARIABLES)}


def shelf_html(plan: Plan) -> Html | str:
    """The entries that the reporter chose."""
    if not plan.entries:
        return ""
    count = ngettext("{count} entry", "{count} entries", len(plan.entries)).format(count=len(plan.entries))
    return _PIECES.shelf(title=_("From the shelf"), count=count,
                         entries=[_entry(plan, entry) for entry in plan.entries])


def _entry(plan: Plan, entry: ShelfEntry) -> dict[str, Any]:
    """One entry."""
    return {"load": load_value(entry.draft), "name": entry.name, "note": entry.note, "tags": entry.tags,
            "who": " · ".join(part for part in (entry.user, day_words(entry.saved)) if part),
            "drawing": cell_svg(entry.draft, plan.table.space.operations, VARIABLES, width=60, height=64)}


def best_html(plan: Plan) -> Html | str:
    """The best cells as a table; empty where none has a value."""
    session, table = plan.session, plan.table
    rows = best_rows(table, session.metric, plan.best, session.rows)
    if not rows.size:
        return ""
    metrics = [table.metric(name) for name in _columns(plan, rows)]
    shades = shades_of(table, session.metric, table.column(session.metric)[rows].tolist())
    lines = []
    for row, shade in zip(rows.tolist(), shades, strict=True):
        cell = table.cell(row)
        lines.append({
            "load": load_value(cell), "shade": shade, "operations": operations_words(cell, table.space.operations),
            "drawing": cell_svg(cell, table.space.operations, VARIABLES, width=38, height=38),
            "numbers": [_value(metric, float(table.column(metric.name)[row])) for metric in metrics]})
    among = _("The {cells} of the selection with the {value}.") if session.rows is not None else _(
        "The {cells} of the table with the {value}.")
    heads = {"cell": _("Cell"), "operations": _("Operations"), "metrics": [label_of(metric) for metric in metrics]}
    return _PIECES.best(
        title=_("Best cells"), saves=save_html("best-cells", "csv"), heads=heads, rows=lines,
        said=among.format(cells=count_cells(rows.size), value=best_words(metrics[0])), not_measured=_(NOT_MEASURED))


def _columns(plan: Plan, rows: np.ndarray) -> list[str]:
    """The metrics of the best cells: what ranks them, then those that are known for most of them."""
    known = {name: int((~np.isnan(plan.table.column(name)[rows])).sum()) for name in plan.metrics}
    most = sorted((name for name in known if 4 * known[name] >= rows.size and name != plan.session.metric),
                  key=lambda name: -known[name])
    return [plan.session.metric, *most][:_MOST_COLUMNS]


def _value(metric: Metric, value: float) -> str:
    """A value in words, empty for what was not measured."""
    return "" if np.isnan(value) else format_value(metric, value)
