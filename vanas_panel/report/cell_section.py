"""The designer's part of a report: presets, the cell with its contributions, its cards and its completions."""

from __future__ import annotations

from typing import Any

import numpy as np

from vanas_panel.core.contribution import MOST_EDGES
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_VERTICES
from vanas_panel.draw.bars import unit_words
from vanas_panel.draw.cards import cards, table_cards
from vanas_panel.draw.cards_html import cards_html
from vanas_panel.draw.cell.scene import changes_of
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.completions_html import summary
from vanas_panel.draw.format import count_edges, format_count, format_difference, format_value, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.improve.page_html import listed_words, spread_words
from vanas_panel.draw.improve.words import bound_words, certificate_words
from vanas_panel.draw.pins import pin_name, with_pins
from vanas_panel.draw.presets.choice import presets, shortage
from vanas_panel.draw.scale import shades_of
from vanas_panel.draw.selection.cards import with_selection
from vanas_panel.draw.theme import operation_label
from vanas_panel.report.exports import drawn_cell_svg
from vanas_panel.report.parts import load_value, save_html
from vanas_panel.report.plan import Plan
from vanas_panel.report.style import VARIABLES
from vanas_panel.state.attributing import SHAPLEY
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.metrics import PARAMETERS, Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext, translated

_PIECES = pieces(__file__)


def cell_html(plan: Plan) -> Html:
    """Presets, and the designer's cell with contributions, cards and completions as they were when it was made."""
    saves = [{"label": label, "buttons": save_html(*what)} for label, what in (
        (_("Drawing"), ("cell", "svg", "png")), (_("Contributions"), ("contributions", "csv")),
        (_("Completions"), ("completions", "csv")))]
    note = _("The designer that works offline is for cells of at most {most} vertices; this report shows the cell as "
             "it was.").format(most=MAX_VERTICES) if plan.table.larger_cells else ""
    return _PIECES.section(title=_("The cell"), saves=saves, has_designer="designer" in plan.parts, note=note,
                           presets=_presets_html(plan) if "presets" in plan.parts else "", still=_still_html(plan),
                           changes=_changes_html(plan.session))


def _still_html(plan: Plan) -> Html:
    """The cell as it was when the report was made."""
    session = plan.session
    return _PIECES.still(
        figure=still_figure(session), name=cell_name(session), caption=cell_caption(session),
        performance=_("Performance"), cards=still_cards(session),
        completions=completions_html(plan) if "completions" in plan.parts else "")


def _changes_html(session: Session) -> Html | str:
    """The differences of all other operations on the vertices, where edges have no contributions."""
    frame = session.operation_changes
    if frame is None or session.cell is None:
        return ""
    metric, operations = session.table.metric(session.metric), session.table.space.operations
    rows = []
    for vertex, changes in changes_of(frame).items():
        said = {operation: _("not measured") if np.isnan(difference) else format_difference(metric, difference)
                for operation, difference in changes}
        rows.append({"vertex": vertex, "operation": operation_label(session.cell.operations[vertex]),
                     "values": [said.get(operation, "") for operation in operations]})
    return _PIECES.changes(title=_("The reported cell with another operation on a vertex"), vertex=_("Vertex"),
                           operations=[operation_label(operation) for operation in operations], rows=rows)


def still_figure(session: Session) -> Html:
    """The drawing of the designer's draft."""
    return _PIECES.figure(drawing=drawn_cell_svg(session, VARIABLES))


def still_cards(session: Session) -> Html:
    """The numbers of the designer's cell, or of the whole table without one."""
    reference = session.reference
    shown = table_cards(session.table) if session.cell is None else cards(
        session.table, session.cell, session.row, None if reference is None else reference.cell)
    return cards_html(with_pins(with_selection(shown, session.selection), session.table, session.pins))


def cell_name(session: Session) -> str:
    """The draft in the designer, in a word or two."""
    if session.draft == EMPTY:
        return _("Nothing is drawn.")
    if session.cell is None:
        return _("A draft that is not a cell.")
    return _("The designer's cell.") if session.row is not None else _("A cell that is not in the table.")


def cell_caption(session: Session) -> str:
    """The text of the drawing."""
    if session.cell is None:
        return " ".join([*(translated(problem.message) for problem in session.problems[:1]),
                         _("The cards are about the table.")])
    if session.row is None:
        return _("Nothing was measured for it; numbers that follow from its structure are exact.")
    if session.contributions is None:
        return _("Too many edges for contributions ({count}, at most {most}).").format(count=len(session.cell.edges),
                                                                                      most=MOST_EDGES)
    unit = unit_words(session.table.metric(session.metric))
    if session.operation_changes is not None:
        return _("No edge has a contribution here. Below its operation, each vertex names the other operation that "
                 "measures best instead, and the difference in {unit}.").format(unit=unit)
    labels = _("Labels are contributions of edges in {unit}; dashed edges lower the value, the wider a line the more "
               "it contributes.").format(unit=unit)
    if session.edge_values == SHAPLEY:
        labels = _("Labels are Shapley values of edges in {unit}; dashed edges lower the value.").format(unit=unit)
    return labels if session.reference is None else f"{labels} {_('Differences are to the pinned cell.')}"


def _presets_html(plan: Plan) -> Html:
    """The presets, and the cells that the report is about."""
    session, operations = plan.session, plan.table.space.operations
    offered: list[tuple[str, str, Draft]] = []
    if session.draft != EMPTY:
        offered.append((_("As reported"), _("The cell in the designer when this report was made."), session.draft))
    if len(session.pins) == 1:
        offered.append((_("Pinned"), _("The cell that was pinned for comparison."), session.pins[0].cell))
    else:
        offered += [(_("Pin {mark}").format(mark=pin.mark), pin_name(pin), pin.cell) for pin in session.pins]
    rows = session.rows if session.rows is not None and session.rows.size else None
    offered += [(preset.label, preset.description, preset.cell) for preset in
                presets(plan.table, session.metric, rows)]
    drawn = [{"load": load_value(draft), "words": words, "label": label,
              "drawing": cell_svg(draft, operations, VARIABLES, width=54, height=58, title=words)}
             for label, words, draft in offered]
    of = "" if rows is None else ngettext("Presets of {count} selected cell.", "Presets of {count} selected cells.",
                                          rows.size).format(count=format_count(rows.size))
    return _PIECES.presets(label=_("Presets"), presets=drawn,
                           note=" ".join(filter(None, (of, shortage(plan.table, session.metric, rows)))))


def completions_html(plan: Plan) -> Html:
    """The best completions, sorted and bounded as on the page."""
    session, table = plan.session, plan.table
    found, metric = session.completions, table.metric(session.sorted_by)
    title, matches = _("Recommended completions"), found.attrs["matches"]
    chosen = _chosen_words(session)
    if not matches:
        return _PIECES.no_completions(title=title, reason=translated(found.attrs["reason"]), chosen=chosen,
                                      lines=certificate_words(table, session.draft, found))
    values = found[found.attrs["metric"]]
    rows = [_completion(plan, int(row), value, shade, metric)
            for row, value, shade in zip(found["row"], values, shades_of(table, metric.name, values.tolist()),
                                         strict=True)]
    words = [summary(session.draft, matches, session.extra_vertices)]
    if matches > len(found):
        words += [listed_words(0, len(found), matches), spread_words(metric, found)]
    return _PIECES.completions(title=title, words=" · ".join(filter(None, words)), chosen=chosen, rows=rows)


def _chosen_words(session: Session) -> str:
    """By what the completions are sorted, and which ones are left out; empty where nothing is chosen."""
    table, improve = session.table, session.improve
    words = [bound_words(table, *each) for each in improve.bounds]
    if improve.sort:
        words.insert(0, _("sorted by {metric}").format(metric=lower_label(table.metric(improve.sort))))
    if session.only_selected and session.rows is not None:
        words.append(_("selected cells only"))
    return "; ".join(words)


def _completion(plan: Plan, row: int, value: float, shade: str, metric: Metric) -> dict[str, Any]:
    """One completion, with its value of a metric."""
    table, cell = plan.table, plan.table.cell(row)
    size = table.metrics.get("trainable_parameters")
    details = [count_edges(len(cell.edges))]
    if size is not None and metric.unit != PARAMETERS:
        count = float(table.column(size.name)[row])
        if not np.isnan(count):
            details.insert(0, _("{count} parameters").format(count=format_value(size, count)))
    return {"load": load_value(cell), "shade": shade, "value": format_value(metric, value),
            "details": " · ".join(details),
            "drawing": cell_svg(cell, table.space.operations, VARIABLES, width=44, height=44)}
