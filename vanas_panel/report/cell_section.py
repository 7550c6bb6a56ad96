"""The designer's part of a report: presets, the cell with its contributions, its cards and its completions."""

from __future__ import annotations

from typing import Any

import numpy as np

from vanas_panel.core.contribution import MOST_EDGES
from vanas_panel.core.draft import Draft
from vanas_panel.draw.bars import unit_words
from vanas_panel.draw.cards import cards, table_cards
from vanas_panel.draw.cards_html import cards_html
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.completions_html import summary
from vanas_panel.draw.format import count_edges, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.presets.choice import presets, shortage
from vanas_panel.draw.scale import shades_of
from vanas_panel.report.exports import drawn_cell_svg
from vanas_panel.report.parts import load_value, save_html
from vanas_panel.report.plan import Plan
from vanas_panel.report.style import VARIABLES
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.metrics import PARAMETERS
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated

_PIECES = pieces(__file__)


def cell_html(plan: Plan) -> Html:
    """Presets, and the designer's cell with contributions, cards and completions as they were when it was made."""
    saves = [{"label": label, "buttons": save_html(*what)} for label, what in (
        (_("Drawing"), ("cell", "svg", "png")), (_("Contributions"), ("contributions", "csv")),
        (_("Completions"), ("completions", "csv")))]
    return _PIECES.section(title=_("The cell"), saves=saves, has_designer="designer" in plan.parts,
                           presets=_presets_html(plan) if "presets" in plan.parts else "", still=_still_html(plan))


def _still_html(plan: Plan) -> Html:
    """The cell as it was when the report was made."""
    session = plan.session
    return _PIECES.still(
        figure=still_figure(session), name=cell_name(session), caption=cell_caption(session),
        performance=_("Performance"), cards=still_cards(session),
        completions=completions_html(plan) if "completions" in plan.parts else "")


def still_figure(session: Session) -> Html:
    """The drawing of the designer's draft."""
    return _PIECES.figure(drawing=drawn_cell_svg(session, VARIABLES))


def still_cards(session: Session) -> Html:
    """The numbers of the designer's cell, or of the whole table without one."""
    if session.cell is None:
        return cards_html(table_cards(session.table))
    return cards_html(cards(session.table, session.cell, session.row, session.pinned))


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
    labels = _("Labels are contributions of edges in {unit}; dashed edges lower the value, the wider a line the more "
               "it contributes.").format(unit=unit)
    return labels if session.pinned is None else f"{labels} {_('Differences are to the pinned cell.')}"


def _presets_html(plan: Plan) -> Html:
    """The presets, and the cells that the report is about."""
    session, operations = plan.session, plan.table.space.operations
    offered: list[tuple[str, str, Draft]] = []
    if session.draft != EMPTY:
        offered.append((_("As reported"), _("The cell in the designer when this report was made."), session.draft))
    if session.pinned is not None:
        offered.append((_("Pinned"), _("The cell that was pinned for comparison."), session.pinned))
    offered += [(preset.label, preset.description, preset.cell) for preset in
                presets(plan.table, session.metric)]
    drawn = [{"load": load_value(draft), "words": words, "label": label,
              "drawing": cell_svg(draft, operations, VARIABLES, width=54, height=58, title=words)}
             for label, words, draft in offered]
    return _PIECES.presets(label=_("Presets"), presets=drawn, note=shortage(plan.table, session.metric))


def completions_html(plan: Plan) -> Html:
    """The completions of the draft."""
    session, table = plan.session, plan.table
    found = session.completions
    title = _("Recommended completions")
    if not found.attrs["matches"]:
        return _PIECES.no_completions(title=title, reason=found.attrs["reason"])
    shades = shades_of(table, session.metric, found[found.attrs["metric"]].tolist())
    rows = [_completion(plan, int(row), value, shade)
            for row, value, shade in zip(found["row"], found[found.attrs["metric"]], shades, strict=True)]
    words = summary(session.draft, found.attrs["matches"], session.extra_vertices)
    return _PIECES.completions(title=title, words=words, rows=rows)


def _completion(plan: Plan, row: int, value: float, shade: str) -> dict[str, Any]:
    """One completion."""
    table, cell = plan.table, plan.table.cell(row)
    metric = table.metric(plan.session.metric)
    size = table.metrics.get("trainable_parameters")
    details = [count_edges(len(cell.edges))]
    if size is not None and metric.unit != PARAMETERS:
        count = float(table.column(size.name)[row])
        if not np.isnan(count):
            details.insert(0, _("{count} parameters").format(count=format_value(size, count)))
    return {"load": load_value(cell), "shade": shade, "value": format_value(metric, value),
            "details": " · ".join(details),
            "drawing": cell_svg(cell, table.space.operations, VARIABLES, width=44, height=44)}
