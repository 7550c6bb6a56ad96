"""The cell in the designer and the pinned one side by side."""

from __future__ import annotations

import math
from typing import Any

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.format import format_difference
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette
from vanas_panel.panels.shelf.text import value_of
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_ALSO = "trainable_parameters"


def pair_html(draft: Draft, pinned: Cell, name: str, table: BenchmarkTable, metric: str, colors: Palette) -> Html:
    """Two drawings, their values and how they differ.

    Parameters
    ----------
    draft : Draft
        The draft in the designer.
    pinned : Cell
        The cell that it is compared with.
    name : str
        Its name on the shelf, empty where it has none.
    table : BenchmarkTable
    metric : str
        The ranking metric; parameters are compared as well where the table knows them.
    colors : Palette

    Returns
    -------
    Html
        With all text escaped and the actions ``load-pinned`` and ``unpin``.
    """
    names = [metric, *([_ALSO] if _ALSO in table.metrics and metric != _ALSO else [])]
    return _PIECES.pair(
        label=_("Comparison"), between=_("and"),
        sides=[_side(draft, _("in the designer"), table, colors), _side(pinned, name or _("pinned"), table, colors)],
        lines=[_line(draft, pinned, table, each) for each in names], load=_("Load the pinned one"),
        load_tooltip=_("Put it into the designer"), stop=_("Stop comparing"))


def _side(draft: Draft, words: str, table: BenchmarkTable, colors: Palette) -> dict[str, Any]:
    """One drawing."""
    return {"drawing": cell_svg(draft, table.space.operations, colors, width=76, height=70), "words": words}


def _line(draft: Draft, pinned: Cell, table: BenchmarkTable, name: str) -> dict[str, str]:
    """One metric of both, and the difference between them."""
    metric = table.metric(name)
    (one, one_words), (other, other_words) = value_of(draft, table, name), value_of(pinned, table, name)
    words, tone = _difference(metric, one - other)
    tooltip = _("{metric}: the designer's cell less the pinned one").format(metric=label_of(metric))
    return {"name": name, "one": one_words, "other": other_words, "tone": tone, "difference": words,
            "tooltip": tooltip, "label": label_of(metric)}


def _difference(metric: Metric, difference: float) -> tuple[str, str]:
    """A difference in words, and whether it is a gain."""
    if math.isnan(difference):
        return "–", "quiet"
    words = format_difference(metric, difference)
    if metric.higher_is_better is None or difference == 0:
        return words, "quiet"
    gain = (difference > 0) == metric.higher_is_better
    return f"{words} · {_('better') if gain else _('worse')}", "gain" if gain else "loss"
