"""The sections of a report as HTML. Whatever comes from a table or a person is escaped with `text`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vanas_panel.metrics import Metric
from vanas_panel.report.data_card import cells_words
from vanas_panel.report.maps import Map
from vanas_panel.report.paper import importance_svg, overview_svg
from vanas_panel.report.parts import load_attribute, operations_words, save_html
from vanas_panel.report.plan import Plan, ShelfEntry
from vanas_panel.report.style import VARIABLES
from vanas_panel.report.tables import best_rows
from vanas_panel.views.drawing import cell_svg
from vanas_panel.views.format import NOT_MEASURED, best_words, format_count, format_value, lower_label
from vanas_panel.views.importance import unit_words
from vanas_panel.views.importance_figure import ROW_PIXELS
from vanas_panel.views.markup import text
from vanas_panel.views.overview_text import left_out
from vanas_panel.views.scale import shades_of

_MOST_COLUMNS = 5


def overview_html(plan: Plan, maps: Sequence[Map]) -> str:
    """The maps: one at a time on the screen, all of them on paper."""
    session = plan.session
    selected = session.rows is not None
    words = best_words(plan.table.metric(session.metric))
    tabs = "".join(
        f'<button type="button" role="tab" id="tab-{place}" aria-controls="map-{place}" data-tab="{place}" '
        f'aria-selected="{str(place == 0).lower()}">{text(axes_words(plan, drawn))}</button>'
        for place, drawn in enumerate(maps)) if len(maps) > 1 else ""
    panels = "".join(
        f'<div class="panel" id="map-{place}" role="{"tabpanel" if tabs else "group"}" '
        f'{f"""aria-labelledby="tab-{place}" """ if tabs else ""}'
        f'{"hidden" if place else ""}><div class="live"></div>'
        f'<p class="quiet panel-words">{"" if tabs else _named(plan, drawn)}{text(_shown(drawn))}</p></div>'
        for place, drawn in enumerate(maps))
    paper = "".join(
        f'<div class="paper" data-figure="overview-{place}">'
        f'{_paper_map(drawn, selected)}<p class="quiet">{_named(plan, drawn)}{text(_shown(drawn))}</p></div>'
        for place, drawn in enumerate(maps))
    does = " Click a bin to open its best cell." if "designer" in plan.parts else ""
    dimmed = " Bins without a selected cell are dimmed." if selected else ""
    head = f'<div class="top"><h2>Overview</h2>{save_html("overview", "svg", "png", "csv")}</div>'
    return (f'<section id="overview">{head}'
            f'<figure class="map">{_tablist(tabs)}{panels}{paper}<figcaption>'
            f"<b>Overview.</b> Every bin has the colour of its {text(words)}; the ring marks the cell in the "
            f'designer.{dimmed}<span class="screen-only">{does} Drag a box to zoom.</span></figcaption></figure>'
            "</section>")


def _paper_map(drawn: Map, selected: bool) -> str:
    """A map on paper."""
    return overview_svg(drawn.points, drawn.bins, drawn.window, drawn.scale, VARIABLES, mark=drawn.mark,
                        selected=selected)


def _tablist(tabs: str) -> str:
    """The row of tabs."""
    return f'<div class="tabs" role="tablist" aria-label="Axes of the map">{tabs}</div>' if tabs else ""


def axes_words(plan: Plan, drawn: Map) -> str:
    """A pair of axes in few words, ``Test accuracy over parameters``."""
    x, y = (plan.table.metric(name) for name in drawn.axes[:2])
    logs = [name for name, log in (("x", drawn.axes.log_x), ("y", drawn.axes.log_y)) if log]
    more = f" (log {' and '.join(logs)})" if logs else ""
    return f"{y.label} over {lower_label(x)}{more}"


def _named(plan: Plan, drawn: Map) -> str:
    """The axes of a map in front of what it shows."""
    return f"<b>{text(axes_words(plan, drawn))}.</b> "


def _shown(drawn: Map) -> str:
    """Which cells a map shows and which it leaves out."""
    verb = "lies" if drawn.outside == 1 else "lie"
    outside = f" {format_count(drawn.outside)} {verb} outside this window." if drawn.outside else ""
    return " ".join(left_out(drawn.points)) + outside


def importance_html(plan: Plan) -> str:
    """Edge importance over the table or over the selection."""
    session = plan.session
    metric = plan.table.metric(session.metric)
    found = session.importance
    measured = int(found["n_with"].iloc[0] + found["n_without"].iloc[0]) if len(found) else 0
    rows = len(plan.table) if session.rows is None else session.rows.size
    over = "selected cells" if session.rows is not None else "cells"
    body = f'<div class="paper" data-figure="importance">{importance_svg(found, metric, VARIABLES, width=560)}</div>'
    # As high as on the page at least; a chart of more rows than that has room for would run over the words below it.
    height = max(372, ROW_PIXELS * len(found) + 20)
    return (f'<section id="importance"><div class="top"><h2>Edge importance</h2>'
            f'{save_html("importance", "svg", "png", "csv")}</div>'
            f'<figure class="bars"><div class="live" style="height: {height}px"></div>{body}'
            '<p class="explain" id="explain" aria-live="polite">Click a bar for what it means.</p>'
            f"<figcaption><b>Edge importance</b> in {text(unit_words(metric))}: the mean over the cells with at least "
            f"one edge of a type, minus the mean over those with none; {format_count(measured)} of "
            f"{format_count(rows)} {over} have a value.</figcaption></figure></section>")


def shelf_html(plan: Plan) -> str:
    """The entries that the reporter chose."""
    if not plan.entries:
        return ""
    entries = "".join(_entry_html(plan, entry) for entry in plan.entries)
    return (f'<section id="shelf"><div class="top"><h2>From the shelf</h2><span class="aside">'
            f'{len(plan.entries)} {"entry" if len(plan.entries) == 1 else "entries"}</span></div>'
            f'<div class="shelf">{entries}</div></section>')


def _entry_html(plan: Plan, entry: ShelfEntry) -> str:
    """One entry."""
    who = " · ".join(part for part in (entry.user, entry.saved) if part)
    tags = "".join(f'<span class="tag">{text(tag)}</span>' for tag in entry.tags)
    return (f'<button type="button" class="entry" {load_attribute(entry.draft)}>'
            f"{cell_svg(entry.draft, plan.table.space.operations, VARIABLES, width=60, height=64)}"
            f"<b>{text(entry.name)}</b>"
            f'{f"<span class=quiet>{text(who)}</span>" if who else ""}'
            f'{f"""<span class="words">{text(entry.note)}</span>""" if entry.note else ""}'
            f"{f'<span>{tags}</span>' if tags else ''}</button>")


def best_html(plan: Plan) -> str:
    """The best cells as a table; empty where none has a value."""
    session, table = plan.session, plan.table
    rows = best_rows(table, session.metric, plan.best, session.rows)
    if not rows.size:
        return ""
    metrics = [table.metric(name) for name in _columns(plan, rows)]
    shades = shades_of(table, session.metric, table.column(session.metric)[rows].tolist())
    lines = []
    for rank, (row, shade) in enumerate(zip(rows.tolist(), shades, strict=True), start=1):
        cell = table.cell(row)
        values = [_value_html(metric, float(table.column(metric.name)[row])) for metric in metrics]
        values[0] = f'<i class="chip" style="background:{text(shade)}"></i>{values[0]}'
        numbers = "".join(f'<td class="n">{value}</td>' for value in values)
        lines.append(f'<tr {load_attribute(cell)} tabindex="0"><td class="n">{rank}</td><td>'
                     f"{cell_svg(cell, table.space.operations, VARIABLES, width=38, height=38)}</td>{numbers}"
                     f'<td class="ops">{text(operations_words(cell, table.space.operations))}</td></tr>')
    heads = "".join(f'<th class="n" scope="col">{text(metric.label)}</th>' for metric in metrics)
    among = "the selection" if session.rows is not None else "the table"
    return (f'<section id="best"><div class="top"><h2>Best cells</h2>{save_html("best-cells", "csv")}</div>'
            f'<p class="quiet">The {cells_words(rows.size)} of {among} with the {text(best_words(metrics[0]))}.</p>'
            '<div class="wide"><table class="best"><thead><tr><th class="n" scope="col">#</th>'
            f'<th scope="col">Cell</th>{heads}<th scope="col">Operations</th></tr></thead>'
            f'<tbody>{"".join(lines)}</tbody></table></div></section>')


def _columns(plan: Plan, rows: np.ndarray) -> list[str]:
    """The metrics of the best cells: what ranks them, then those that are known for most of them."""
    known = {name: int((~np.isnan(plan.table.column(name)[rows])).sum()) for name in plan.metrics}
    most = sorted((name for name in known if 4 * known[name] >= rows.size and name != plan.session.metric),
                  key=lambda name: -known[name])
    return [plan.session.metric, *most][:_MOST_COLUMNS]


def _value_html(metric: Metric, value: float) -> str:
    """A value, or a dash for what was not measured."""
    return f'<span title="{NOT_MEASURED}">–</span>' if np.isnan(value) else text(format_value(metric, value))
