"""The text of the recommended completions: pure functions from plain data to HTML."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.css import ACCENT, LINE, MUTED
from vanas_panel.draw.format import count_edges, format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.improve.words import certificate_words
from vanas_panel.draw.theme import Palette, operation_label
from vanas_panel.tables.metrics import PARAMETERS, Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext, translated

_PIECES = pieces(__file__)

CSS = f"""
.head {{ flex-wrap: wrap; gap: 4px 6px; }}
.list {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); align-content: start; }}
.list button {{
  display: grid; grid-template-columns: auto 1fr auto; align-items: center; gap: 10px; width: 100%; text-align: left;
  padding: 0 6px; border: 1px solid transparent; border-bottom-color: {LINE}; border-radius: 0; background: none;
}}
.list button:hover {{ border-radius: 6px; }}
.list button[aria-pressed=true] {{ border-color: {ACCENT}; border-radius: 6px; }}
.list b {{ font-size: 14px; font-weight: 650; }}
.list .chip {{ display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }}
.list .line {{ color: {MUTED}; font-size: 11px; font-weight: 400; }}
.list .go {{ color: {MUTED}; font-size: 11px; }}
.list button:hover .go {{ color: {ACCENT}; }}
@media (min-height: 1200px) {{
  .list {{ grid-template-columns: minmax(0, 1fr); }}
  .list button {{ padding: 9px 8px; gap: 16px; }}
  .list svg {{ width: 76px; height: 73px; }}
}}
.hint {{ color: {MUTED}; font-size: 11px; padding: 3px 6px; }}
.extra {{ display: flex; align-items: center; gap: 3px; color: {MUTED}; font-size: 11px; white-space: nowrap; }}
.extra button {{ padding: 1px 5px; font-size: 11px; }}
"""

EXTRA_VERTICES = (
    marked("Only cells with exactly the vertices that are drawn"),
    marked("Also cells with one more vertex of any operation"),
    marked("Also cells with one or two more vertices of any operation"),
)
"""Tooltips of the choice of extra vertices, by their number."""


def summary(draft: Draft, matches: int, extra_vertices: int = 0) -> str:
    """How many cells complete a draft, in words.

    Parameters
    ----------
    draft : Draft
    matches : int
        At least 1.
    extra_vertices : int, optional
        How many more inner vertices a match may have.

    Examples
    --------
    >>> summary(Draft(["input", "conv3x3-bn-relu", "conv3x3-bn-relu", "output"]), 10)
    'Best arrangements of 2 × conv 3×3: 10 cells'
    >>> summary(Draft(["input", "output"], [(0, 1)]), 1)
    '1 cell contains this draft'
    """
    more = ("{found}", _("{found}, with up to one more vertex"), _("{found}, with up to two more vertices"))
    return more[extra_vertices].format(found=_found_words(draft, matches))


def _found_words(draft: Draft, matches: int) -> str:
    """How many cells complete a draft, whatever more vertices they may have."""
    if draft.edges:
        return ngettext("{count} cell contains this draft", "{count} cells contain this draft", matches).format(
            count=format_count(matches))
    counts = Counter(operation_label(operation) for operation in draft.operations[1:-1])
    names = ", ".join(f"{count} × {label}" if count > 1 else label for label, count in counts.items())
    if not names:
        return ngettext("{count} cell without operations", "{count} cells without operations", matches).format(
            count=format_count(matches))
    return ngettext("Best arrangements of {names}: {count} cell", "Best arrangements of {names}: {count} cells",
                    matches).format(names=names, count=format_count(matches))


def completions_html(table: BenchmarkTable, found: pd.DataFrame, draft: Draft, metric: Metric, colors: Palette, *,
                     shades: list[str], extra_vertices: int = 0, shown: int | None = None, tabs: Html | None = None,
                     options: Html | None = None, pager: Html | None = None,
                     only: tuple[bool, str] | None = None) -> Html:
    """The whole view as HTML.

    Parameters
    ----------
    table : BenchmarkTable
    found : DataFrame
        As `vanas_panel.complete` returns it.
    draft : Draft
        The draft that was completed.
    metric : Metric
        The ranking metric.
    colors : Palette
    shades : list of str
        The colour of each row's value on the page's scale.
    extra_vertices : int, optional
    shown : int, optional
        The row that the designer holds.
    tabs, options, pager : Html, optional
        What stands beside the heading, below it, and below the list: see `vanas_panel.draw.improve.page_html`.
    only : (bool, str), optional
        Whether only selected cells are listed, and how many of those that match are selected; None without a
        selection.

    Returns
    -------
    Html
        With all text escaped and the actions ``row:...``, ``extra:...`` and ``only``.
    """
    matches, reason = found.attrs["matches"], found.attrs["reason"]
    words = summary(draft, matches, extra_vertices) if matches else _("No completion")
    head = _head_html(words, extra_vertices, tabs)
    if only is not None:
        head += _PIECES.only(pressed=str(only[0]).lower(), label=_("Selected only"), words="" if only[0] else only[1],
                             tooltip=_("List only completions that are selected"))
    head += options or Html("")
    if not matches:
        return head + _PIECES.nothing(reason=translated(reason), lines=certificate_words(table, draft, found))
    rows = [_row(table, int(row), value, shade, metric, colors, int(row) == shown)
            for row, value, shade in zip(found["row"], found[found.attrs["metric"]], shades, strict=True)]
    return head + _PIECES.list(rows=rows, hint=_hint(draft, matches, len(rows), extra_vertices, table)) + (
        pager or Html(""))


_HINTS = {
    (True, False, False): marked("To see more, remove an edge."),
    (False, True, False): marked("To see more, add an operation."),
    (False, False, True): marked("To see more, allow an extra vertex."),
    (True, True, False): marked("To see more, remove an edge or add an operation."),
    (True, False, True): marked("To see more, remove an edge or allow an extra vertex."),
    (False, True, True): marked("To see more, add an operation or allow an extra vertex."),
    (True, True, True): marked("To see more, remove an edge or add an operation or allow an extra vertex."),
}
"""How to see more, by whether there is an edge to remove, no operation yet, and room for a vertex."""


def _hint(draft: Draft, matches: int, listed: int, extra_vertices: int, table: BenchmarkTable) -> str:
    """How to see more, where all that match are listed."""
    may_grow = extra_vertices < 2 and len(draft.operations) + extra_vertices < table.space.max_vertices
    words = _HINTS.get((bool(draft.edges), len(draft.operations) == 2, may_grow), "")
    return _(words) if words and matches <= listed else ""


def _head_html(words: str, extra_vertices: int, tabs: Html | None) -> Html:
    """Heading, how many cells there are, and the choice of extra vertices."""
    choices = [{"checked": str(count == extra_vertices).lower(), "count": count, "tooltip": _(tooltip),
                "label": f"+{count}" if count else _("exact")} for count, tooltip in enumerate(EXTRA_VERTICES)]
    return _PIECES.head(
        title=_("Recommended completions"), group=_("Extra vertices"), choices=choices, words=words, tabs=tabs,
        tooltip=_("How many more vertices a completion may have than the draft"),
        counted=_("How many cells of the table complete the draft"))


def _row(table: BenchmarkTable, row: int, value: float, shade: str, metric: Metric, colors: Palette,
         is_shown: bool) -> dict[str, Any]:
    """One completion for the template."""
    cell = table.cell(row)
    size = table.metrics.get("trainable_parameters")
    details = [count_edges(len(cell.edges))]
    if size is not None and metric.unit != PARAMETERS:
        count = float(table.column(size.name)[row])
        if not np.isnan(count):
            details.insert(0, _("{count} parameters").format(count=format_value(size, count)))
    number = format_value(metric, value)
    unit = f" {_('parameters')}" if metric.unit == PARAMETERS and not math.isnan(value) else ""
    tooltip = f"{label_of(metric)} {number}{unit}, {', '.join(details)}. " + (
        _("It is in the designer.") if is_shown else _("Click to load it into the designer."))
    return {
        "row": row, "pressed": str(is_shown).lower(), "tooltip": tooltip, "shade": shade, "number": number,
        "unit": unit, "details": " · ".join(details), "go": _("shown") if is_shown else _("load"),
        "drawing": cell_svg(cell, table.space.operations, colors, width=48, height=46, title=tooltip),
    }
