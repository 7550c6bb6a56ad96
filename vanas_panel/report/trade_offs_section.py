"""The Pareto front of a report, as the drawer of trade-offs shows it."""

from __future__ import annotations

import numpy as np

from vanas_panel.draw.format import format_count
from vanas_panel.draw.front_words import front_heads, front_lines, front_summary, losses_words
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.map.front import front_marks
from vanas_panel.draw.svg_charts import overview_svg
from vanas_panel.draw.theme import operation_label
from vanas_panel.report.live_charts import map_of
from vanas_panel.report.parts import load_value, save_html
from vanas_panel.report.plan import Axes, Plan
from vanas_panel.report.sections import axes_words
from vanas_panel.report.style import VARIABLES
from vanas_panel.report.tables import FRONT
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

MOST_LISTED = 40
"""Cells of a front that a report lists; the map and the CSV hold all."""

_WIDE = 20
"""How many times the lowest value the highest one is, from where on an axis that no map has is logarithmic."""


def has_front(plan: Plan) -> bool:
    """Whether there is a front: two metrics with a direction, and a cell that has both."""
    front = plan.session.trade_offs
    return front is not None and bool(len(front))


def trade_offs_html(plan: Plan) -> Html | str:
    """The front on the map, its cells, its knee, and what operations bring; empty where there is none."""
    session, table = plan.session, plan.table
    front, losses, names = session.trade_offs, session.operation_losses, session.front_metrics
    if front is None or losses is None or not len(front):
        return ""
    drawn = map_of(session, front_axes(plan))
    marks = front_marks(front, drawn.points, drawn.window, table)
    outside = ngettext("{count} cell of the front lies outside.", "{count} cells of the front lie outside.",
                       marks.outside).format(count=format_count(marks.outside)) if marks.outside else ""
    lines = [line | {"load": load_value(table.cell(line["row"]))}
             for line in front_lines(table, names, front, MOST_LISTED)]
    rest = len(front) - len(lines)
    words = ngettext("{count} more is not shown", "{count} more are not shown", rest).format(count=format_count(rest))
    return _PIECES.section(
        title=_("Trade-offs"), saves=save_html(FRONT, "svg", "png", "csv"), said=_said(plan),
        summary=front_summary(table, names, front), axes=axes_words(drawn), outside=outside,
        drawing=overview_svg(drawn, VARIABLES, width=620, height=420, front=marks),
        heads=front_heads(table, names), rows=lines, rest=_("{words}.").format(words=words) if rest else "",
        losses=losses_words(table, names[0], losses))


def front_axes(plan: Plan) -> Axes:
    """The axes of the map of the front: those of a map of the report where one is of these metrics."""
    first, second = plan.session.front_metrics[:2]
    for axes in plan.axes:
        if {axes.x, axes.y} == {first, second}:
            return axes
    values = [plan.table.column(name) for name in (second, first)]
    return Axes(second, first, *(bool(0 < _WIDE * np.nanmin(each) < np.nanmax(each)) for each in values))


def _said(plan: Plan) -> str:
    """What the front is of."""
    session = plan.session
    words = _("The cells that no other one beats in every metric; on the map, squares.")
    if session.rows is not None:
        words += " " + _("Of the selected cells alone.")
    if session.without:
        words += " " + _("Without {operations}.").format(operations=", ".join(map(operation_label, session.without)))
    return words
