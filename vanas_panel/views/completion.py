"""Recommended completions: the best cells of the table that contain the draft."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from vanas_panel.core.draft import Draft
from vanas_panel.metrics import PARAMETERS, Metric
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.drawing import cell_svg
from vanas_panel.views.format import NOT_MEASURED, format_count, format_value
from vanas_panel.views.markup import Markup, number_after, text
from vanas_panel.views.notebook import View
from vanas_panel.views.scale import shades_of
from vanas_panel.views.style import ACCENT, LINE, MUTED
from vanas_panel.views.theme import Palette, operation_label, palette

CSS = f"""
.head {{ flex-wrap: wrap; gap: 4px 6px; }}
.list {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); align-content: start; }}
.list button {{
  display: grid; grid-template-columns: auto 1fr auto; align-items: center; gap: 10px; width: 100%; text-align: left;
  padding: 4px 6px; border: 1px solid transparent; border-bottom-color: {LINE}; border-radius: 0; background: none;
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
.hint {{ color: {MUTED}; font-size: 11px; padding: 8px 6px; }}
.extra {{ display: flex; align-items: center; gap: 3px; color: {MUTED}; font-size: 11px; white-space: nowrap; }}
.extra button {{ padding: 1px 5px; font-size: 11px; }}
"""

_EXTRA = ("Only cells with exactly the vertices that are drawn", "Also cells with one more vertex of any operation",
          "Also cells with one or two more vertices of any operation")


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
    more = ("", ", with up to one more vertex", ", with up to two more vertices")[extra_vertices]
    if draft.edges:
        verb = "cell contains" if matches == 1 else "cells contain"
        return f"{format_count(matches)} {verb} this draft{more}"
    counts = Counter(operation_label(operation) for operation in draft.operations[1:-1])
    names = ", ".join(f"{count} × {label}" if count > 1 else label for label, count in counts.items())
    noun = "cell" if matches == 1 else "cells"
    if not names:
        return f"{format_count(matches)} {noun} without operations{more}"
    return f"Best arrangements of {names}: {format_count(matches)} {noun}{more}"


def completions_html(table: BenchmarkTable, found: pd.DataFrame, draft: Draft, metric: Metric, colors: Palette, *,
                     shades: list[str], extra_vertices: int = 0, shown: int | None = None) -> str:
    """The whole view as HTML.

    Parameters
    ----------
    table : BenchmarkTable
    found : DataFrame
        As `vanas_panel.complete` returns it.
    draft : Draft
        What was completed.
    metric : Metric
        What ranks.
    colors : Palette
    shades : list of str
        The colour of each row's value on the page's scale.
    extra_vertices : int, optional
    shown : int, optional
        The row that the designer holds.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``row:...`` and ``extra:...``.
    """
    matches, reason = found.attrs["matches"], found.attrs["reason"]
    words = summary(draft, matches, extra_vertices) if matches else "No completion"
    parts = [_head_html(words, extra_vertices)]
    if not matches:
        return "".join([*parts, f'<div class="note">{text(reason)}</div>'])
    rows = [_row_html(table, int(row), value, shade, metric, colors, int(row) == shown)
            for row, value, shade in zip(found["row"], found[metric.name], shades, strict=True)]
    hint = _hint(draft, matches, len(rows), extra_vertices, table)
    return "".join([*parts, f'<div class="scroll"><div class="list">{"".join(rows)}</div>{hint}</div>'])


def _hint(draft: Draft, matches: int, listed: int, extra_vertices: int, table: BenchmarkTable) -> str:
    """How to see more, where all that match are listed."""
    ways = ["remove an edge"] if draft.edges else []
    if len(draft.operations) == 2:
        ways.append("add an operation")
    if extra_vertices < 2 and len(draft.operations) + extra_vertices < table.space.max_vertices:
        ways.append("allow an extra vertex")
    return f'<p class="hint">To see more, {" or ".join(ways)}.</p>' if ways and matches <= listed else ""


def _head_html(words: str, extra_vertices: int) -> str:
    """Heading, how many cells there are, and the choice of extra vertices."""
    buttons = "".join(
        f'<button role="radio" aria-checked="{str(count == extra_vertices).lower()}" data-action="extra:{count}" '
        f'title="{text(tooltip)}">{f"+{count}" if count else "exact"}</button>' for count, tooltip in enumerate(_EXTRA))
    return ('<div class="head"><h2>Recommended completions</h2><div class="extra" role="radiogroup" '
            'aria-label="Extra vertices" title="How many more vertices a completion may have than the draft">'
            f"{buttons}</div></div>"
            f'<p class="quiet num" title="How many cells of the table complete the draft">{text(words)}</p>')


def _row_html(table: BenchmarkTable, row: int, value: float, shade: str, metric: Metric, colors: Palette,
              is_shown: bool) -> str:
    """One completion as a button."""
    cell = table.cell(row)
    edges = f"{len(cell.edges)} edge{'s' if len(cell.edges) != 1 else ''}"
    size = table.metrics.get("trainable_parameters")
    details = [edges]
    if size is not None and metric.unit != PARAMETERS:
        count = float(table.column(size.name)[row])
        if not np.isnan(count):
            details.insert(0, f"{format_value(size, count)} parameters")
    number = format_value(metric, value)
    unit = " parameters" if metric.unit == PARAMETERS and number != NOT_MEASURED else ""
    tooltip = f"{metric.label} {number}{unit}, {', '.join(details)}. " + (
        "It is in the designer." if is_shown else "Click to load it into the designer.")
    return (f'<button data-action="row:{row}" aria-pressed="{str(is_shown).lower()}" title="{text(tooltip)}">'
            f"{cell_svg(cell, table.space.operations, colors, width=48, height=46, title=tooltip)}"
            f'<span><b class="num"><i class="chip" style="background:{text(shade)}"></i>{text(number)}</b>{unit}'
            f'<br><span class="line num">{text(" · ".join(details))}</span></span>'
            f'<span class="go">{"shown" if is_shown else "load"}</span></button>')


class Completions(View):
    """The best five completions of the draft; a click loads one.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.
    """

    notebook_height = 430

    def __init__(self, session: Session, **params):
        super().__init__(**params)
        self.session = session
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_both")
        self.follow(self._update, ["draft", "metric", "better", "extra_vertices", "dark"])

    def __panel__(self):
        return self._markup

    def _html(self) -> str:
        """The view for the session as it is."""
        session = self.session
        found, metric = session.completions, session.table.metric(session.metric)
        return completions_html(session.table, found, session.draft, metric, palette(session.dark),
                                shades=shades_of(session.table, session.metric, found[session.metric].tolist()),
                                extra_vertices=session.extra_vertices, shown=session.row)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _act(self, action: str) -> None:
        """Load a completion, or change how many extra vertices it may have."""
        row, extra = number_after(action, "row"), number_after(action, "extra")
        if row is not None and row < len(self.session.table):
            self.session.load_row(row)
        elif extra is not None and extra < len(_EXTRA):
            self.session.extra_vertices = extra
