"""The trained cells of recorded trainings, tinted by how far their parts moved: for the page and for reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vanas_panel.draw.css import CARD, LINE, MUTED
from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.inspector.cell_tint import cell_tint_html, named_parts, value_text
from vanas_panel.draw.theme import Palette
from vanas_panel.errors import VanasError
from vanas_panel.inspector.cell_change import CellChange, cell_change
from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import common_divisor
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated

_PIECES = pieces(__file__)

CELL_CSS = f"""
.cells {{
  margin-top: 12px; padding: 11px 14px 12px; background: {CARD}; border: 1px solid {LINE}; border-radius: 8px;
}}
.cells :is(.drawn, .one) {{ display: flex; flex-wrap: wrap; gap: 12px 40px; }}
.cells .one {{ flex: 1 1 400px; min-width: 0; }}
.cells figure {{ margin: 8px 0 0; min-width: 0; max-width: 100%; overflow: auto hidden; }}
.cells figcaption {{ font-weight: 600; }}
.cells svg {{ max-width: 100%; height: auto; }}
.cells table {{ align-self: start; margin-top: 8px; border-collapse: collapse; font-size: 12px; max-width: 100%; }}
.cells :is(th, td) {{ padding: 3px 14px 3px 0; border-bottom: 1px solid {LINE}; text-align: right; font-weight: 400;
  font-variant-numeric: tabular-nums; }}
.cells th:first-child {{ text-align: left; }}
.cells thead th {{ color: {MUTED}; font-weight: 500; }}
"""


def cells_html(trainings: Sequence[Training], epoch: int, scale: str, colors: Palette, biases: bool = False) -> Html:
    """The cells of the trainings that are of one, on the scale of the picture; empty where none is.

    Parameters
    ----------
    trainings : sequence of Training
    epoch : int
        A number as recorded; a training that has none of it shows the last one before.
    scale : {"all", "layer", "none"}
    colors : Palette
        They may be CSS variables.
    biases : bool, optional
        Whether biases and normalisations take part in the scale.
    """
    if not any(training.cell for training in trainings):
        return Html("")
    divisor, named = common_divisor(trainings, biases), len(trainings) > 1
    drawn = [_drawn(each, epoch, scale, colors, divisor, named) for each in trainings if each.cell]
    return _PIECES.cells(
        title=_("The cell"), drawn=drawn, heads=(_("Part"), _("Mean"), _("Maximum"), _("Weights")),
        tooltip=_("Operations belong to vertices, projections to edges from the input, and what reads a vertex to its "
                  "edge to the output"))


def _drawn(training: Training, epoch: int, scale: str, colors: Palette, divisor: float, named: bool) -> dict[str, Any]:
    """A cell, or why it cannot be drawn."""
    before = training.epochs[training.epochs <= epoch]
    shown: dict[str, Any] = {"title": training.title if named else "", "drawing": "", "problem": "", "rows": []}
    try:
        change = cell_change(training, int(before[-1] if len(before) else training.epochs[0]), scale, divisor=divisor)
        return {**shown, "drawing": cell_tint_html(change, colors), "rows": _rows(change)}
    except VanasError as error:
        return {**shown, "problem": translated(error)}


def _rows(change: CellChange) -> list[dict[str, Any]]:
    """The figures of the parts that have weights, as a table."""
    return [{"name": name, "layers": ", ".join(part.layers),
             "values": (value_text(part.mean), value_text(part.largest), format_count(part.weights))}
            for name, part in named_parts(change) if part is not None]
