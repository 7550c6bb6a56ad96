"""The pinned cells of a report side by side."""

from __future__ import annotations

from vanas_panel.draw.compared.edits import edits_between
from vanas_panel.draw.compared.table import Compared, comparison_html
from vanas_panel.draw.html import Html, pieces
from vanas_panel.report.plan import Plan
from vanas_panel.report.style import VARIABLES
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)


def compared_html(plan: Plan) -> Html:
    """The pinned cells side by side, and the designer's where it is not among them."""
    session = plan.session
    cells = [Compared(pin.mark, pin.cell, pin.cell == session.cell) for pin in session.pins]
    if session.cell is not None and session.pin_of(session.cell) is None:
        cells.append(Compared("", session.cell, True))
    steps = {each.mark: edits_between(plan.table, cells[0].cell, each.cell) for each in cells[1:]}
    return _PIECES.section(title=_("The pinned cells"), comparison=comparison_html(
        plan.table, cells, session.metric, VARIABLES, steps, acts=False))
