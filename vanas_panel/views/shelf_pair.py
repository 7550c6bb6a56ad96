"""The cell in the designer and the pinned one side by side."""

from __future__ import annotations

import math

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.metrics import Metric
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.drawing import cell_svg
from vanas_panel.views.format import format_difference
from vanas_panel.views.markup import text
from vanas_panel.views.shelf_text import value_of
from vanas_panel.views.theme import Palette

_ALSO = "trainable_parameters"


def pair_html(draft: Draft, pinned: Cell, name: str, table: BenchmarkTable, metric: str, colors: Palette) -> str:
    """Two drawings, their values and how they differ.

    Parameters
    ----------
    draft : Draft
        What the designer holds.
    pinned : Cell
        What it is compared with.
    name : str
        Its name on the shelf, empty where it has none.
    table : BenchmarkTable
    metric : str
        What ranks; parameters are compared as well where the table knows them.
    colors : Palette

    Returns
    -------
    str
        HTML with all text escaped and the actions ``load-pinned`` and ``unpin``.
    """
    names = [metric, *([_ALSO] if _ALSO in table.metrics and metric != _ALSO else [])]
    sides = "".join((_side(draft, "in the designer", table, colors), '<span class="quiet">and</span>',
                     _side(pinned, name or "pinned", table, colors)))
    lines = "".join(_line(draft, pinned, table, each) for each in names)
    return ('<section class="pair" aria-label="Comparison">' + sides + lines + '<div class="row wide">'
            '<span class="space"></span><button class="small" data-action="load-pinned" title="Put it into the '
            'designer">Load the pinned one</button><button class="small" data-action="unpin" title="Stop comparing">'
            'Stop comparing</button></div></section>')


def _side(draft: Draft, words: str, table: BenchmarkTable, colors: Palette) -> str:
    """One drawing."""
    drawing = cell_svg(draft, table.space.operations, colors, width=76, height=70)
    return f'<div class="side">{drawing}<span class="line">{text(words)}</span></div>'


def _line(draft: Draft, pinned: Cell, table: BenchmarkTable, name: str) -> str:
    """One metric of both, and the difference between them."""
    metric = table.metric(name)
    (one, one_words), (other, other_words) = value_of(draft, table, name), value_of(pinned, table, name)
    words, tone = _difference(metric, one - other)
    return (f'<b class="num" data-value="{text(name)}">{text(one_words)}</b>'
            f'<span class="gap num {tone}" data-difference="{text(name)}" title="{text(metric.label)}: the designer\'s '
            f'cell less the pinned one">{text(words)}</span>'
            f'<b class="num">{text(other_words)}</b><span class="line wide">{text(metric.label)}</span>')


def _difference(metric: Metric, difference: float) -> tuple[str, str]:
    """A difference in words, and whether it is a gain."""
    if math.isnan(difference):
        return "–", "quiet"
    words = format_difference(metric, difference)
    if metric.higher_is_better is None or difference == 0:
        return words, "quiet"
    gain = (difference > 0) == metric.higher_is_better
    return f"{words} · {'better' if gain else 'worse'}", "gain" if gain else "loss"
