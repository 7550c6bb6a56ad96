"""The designer's part of a report: presets, the cell with its contributions, its cards and its completions."""

from __future__ import annotations

import numpy as np

from vanas_panel.core.contribution import MOST_EDGES
from vanas_panel.core.draft import Draft
from vanas_panel.metrics import PARAMETERS
from vanas_panel.report.figures import drawn_cell_svg
from vanas_panel.report.parts import load_attribute, save_html
from vanas_panel.report.plan import Plan
from vanas_panel.report.style import VARIABLES
from vanas_panel.session import EMPTY, Session
from vanas_panel.views.cards import cards, table_cards
from vanas_panel.views.completion import summary
from vanas_panel.views.drawing import cell_svg
from vanas_panel.views.format import format_value
from vanas_panel.views.importance import unit_words
from vanas_panel.views.markup import text
from vanas_panel.views.performance import cards_html
from vanas_panel.views.preset_choice import presets, shortage
from vanas_panel.views.scale import shades_of


def cell_html(plan: Plan) -> str:
    """Presets, and the designer's cell with contributions, cards and completions as they were when it was made."""
    live = ('<div class="screen-only" id="designer-live" hidden><div class="cell"><div id="designer" class="vo-root">'
            '</div><div class="side"><div id="performance"></div><div id="completions"></div></div></div></div>'
            if "designer" in plan.parts else "")
    numbers = "".join(f'<span class="save">{words} {save_html(name, "csv")}</span>' for name, words in (
        ("contributions", "Contributions"), ("completions", "Completions")))
    return (f'<section id="cell"><div class="top"><h2>The cell</h2><span class="saves">'
            f'<span class="save">Drawing {save_html("cell", "svg", "png")}</span>{numbers}</span></div>'
            f"{_presets_html(plan) if 'presets' in plan.parts else ''}{live}{_still_html(plan)}</section>")


def _still_html(plan: Plan) -> str:
    """The cell as it was when the report was made."""
    session = plan.session
    completions = completions_html(plan) if "completions" in plan.parts else ""
    return (f'<div class="still cell"><figure>{still_figure(session)}<figcaption><b>{text(cell_name(session))}</b> '
            f'{text(cell_caption(session))}</figcaption></figure><div><div class="performance"><h3>Performance</h3>'
            f"{still_cards(session)}</div>{completions}</div></div>")


def still_figure(session: Session) -> str:
    """The drawing of the designer's draft."""
    return f'<div class="drawing" data-figure="cell">{drawn_cell_svg(session, VARIABLES)}</div>'


def still_cards(session: Session) -> str:
    """What is known of the designer's cell, or of the whole table without one."""
    if session.cell is None:
        return cards_html(table_cards(session.table))
    return cards_html(cards(session.table, session.cell, session.row, session.pinned))


def cell_name(session: Session) -> str:
    """What the designer holds, in a word or two."""
    if session.draft == EMPTY:
        return "Nothing is drawn."
    if session.cell is None:
        return "A draft that is not a cell."
    return "The designer's cell." if session.row is not None else "A cell that is not in the table."


def cell_caption(session: Session) -> str:
    """What the drawing says."""
    if session.cell is None:
        return " ".join([*(str(problem.message) for problem in session.problems[:1]), "The cards are about the table."])
    if session.row is None:
        return "Nothing was measured for it; what follows from its structure is exact."
    if session.contributions is None:
        return f"Too many edges for contributions ({len(session.cell.edges)}, at most {MOST_EDGES})."
    unit = unit_words(session.table.metric(session.metric))
    pinned = " Differences are to the pinned cell." if session.pinned is not None else ""
    return (f"Labels are contributions of edges in {unit}; dashed edges lower the value, the wider a line the more it "
            f"contributes.{pinned}")


def _presets_html(plan: Plan) -> str:
    """The presets, and the cells that the report is about."""
    session, operations = plan.session, plan.table.space.operations
    offered: list[tuple[str, str, Draft]] = []
    if session.draft != EMPTY:
        offered.append(("As reported", "What the designer held when this report was made.", session.draft))
    if session.pinned is not None:
        offered.append(("Pinned", "The cell that was pinned for comparison.", session.pinned))
    offered += [(preset.label, preset.description, preset.cell) for preset in
                presets(plan.table, session.metric)]
    buttons = "".join(
        f'<button type="button" {load_attribute(draft)} title="{text(words)}">'
        f"{cell_svg(draft, operations, VARIABLES, width=54, height=58, title=words)}"
        f"<span>{text(label)}</span></button>" for label, words, draft in offered)
    note = shortage(plan.table, session.metric)
    return "".join([f'<div class="presets" role="group" aria-label="Presets">{buttons}</div>' if buttons else "",
                    f'<p class="note">{text(note)}</p>' if note else ""])


def completions_html(plan: Plan) -> str:
    """The completions of the draft."""
    session, table = plan.session, plan.table
    found, metric = session.completions, table.metric(session.metric)
    if not found.attrs["matches"]:
        return f'<h3>Recommended completions</h3><p class="note">{text(found.attrs["reason"])}</p>'
    shades = shades_of(table, session.metric, found[session.metric].tolist())
    rows = "".join(_completion_html(plan, int(row), value, shade)
                   for row, value, shade in zip(found["row"], found[metric.name], shades, strict=True))
    words = summary(session.draft, found.attrs["matches"], session.extra_vertices)
    return (f'<h3 class="after">Recommended completions</h3><p class="quiet num">{text(words)}</p>'
            f'<div class="completions">{rows}</div>')


def _completion_html(plan: Plan, row: int, value: float, shade: str) -> str:
    """One completion."""
    table, cell = plan.table, plan.table.cell(row)
    metric = table.metric(plan.session.metric)
    size = table.metrics.get("trainable_parameters")
    details = [f"{len(cell.edges)} edge{'s' if len(cell.edges) != 1 else ''}"]
    if size is not None and metric.unit != PARAMETERS:
        count = float(table.column(size.name)[row])
        if not np.isnan(count):
            details.insert(0, f"{format_value(size, count)} parameters")
    return (f'<button type="button" {load_attribute(cell)}>'
            f"{cell_svg(cell, table.space.operations, VARIABLES, width=44, height=44)}"
            f'<span><b class="num"><i class="chip" style="background:{text(shade)}"></i>'
            f'{text(format_value(metric, value))}</b><br><small class="num">{text(" · ".join(details))}</small></span>'
            "</button>")
