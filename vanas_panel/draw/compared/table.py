"""Cells side by side as one table: drawings, values and differences, contributions of edges."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from vanas_panel.core.alignment import Alignment
from vanas_panel.core.cell import Cell
from vanas_panel.core.comparison import aligned_with, compare_cells
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Edge
from vanas_panel.core.encoding import MAX_VERTICES
from vanas_panel.draw.bars import unit_words
from vanas_panel.draw.cell.thumbnail import cell_svg, describe
from vanas_panel.draw.compared.drawing import aligned_svg, difference_words
from vanas_panel.draw.css import ACCENT, CARD, LINE, MUTED, NEGATIVE, POSITIVE
from vanas_panel.draw.format import format_count, format_difference, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.pins import CSS as PINS_CSS
from vanas_panel.draw.pins import badge_html
from vanas_panel.draw.theme import Palette, operation_label
from vanas_panel.errors import TooManyEdgesError
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

CSS = f"""
{PINS_CSS}
.compared {{ overflow-x: auto; max-width: 100%; }}
.compared:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 2px; }}
.compared table {{ border-collapse: separate; border-spacing: 0; font-size: 11.5px; width: auto; }}
.compared :is(th, td) {{
  padding: 4px 8px; border-top: 1px solid {LINE}; text-align: right; white-space: nowrap; font-weight: 400;
}}
.compared :is(td, thead th):not(:first-child) {{ min-width: 108px; }}
.compared thead :is(th, td) {{ border-top: 0; text-align: center; vertical-align: top; }}
.compared th[scope=row] {{
  text-align: left; color: {MUTED}; white-space: normal; min-width: 108px; max-width: 124px;
  overflow-wrap: break-word;
}}
.compared tr > :first-child {{ position: sticky; left: 0; background: {CARD}; z-index: 1; }}
.compared thead .who {{ display: flex; gap: 5px; align-items: center; justify-content: center; min-height: 20px; }}
.compared thead .acts {{ display: flex; gap: 3px; justify-content: center; flex-wrap: wrap; }}
.compared thead small, .compared td small {{ display: block; color: {MUTED}; font-size: 10.5px; }}
.compared thead small {{ white-space: normal; max-width: 124px; margin: 0 auto; }}
.compared b {{ font-weight: 650; }}
.compared .group th {{ text-align: left; font-weight: 650; padding-top: 9px; }}
.compared .group span {{ position: sticky; left: 8px; }}
.compared small.gain {{ color: {POSITIVE}; }}
.compared small.loss {{ color: {NEGATIVE}; }}
.legend {{ display: flex; flex-wrap: wrap; gap: 3px 14px; color: {MUTED}; font-size: 11px; }}
.legend span {{ display: inline-flex; align-items: center; gap: 5px; }}
.legend i {{ width: 22px; height: 0; border-top: 1.2px solid {MUTED}; }}
.legend .own {{ border-top: 2.4px dashed {ACCENT}; }}
.legend .missing {{ border-top: 1.6px dotted {MUTED}; }}
"""


class Compared(NamedTuple):
    """A cell in the comparison.

    Attributes
    ----------
    mark : str
        The letter of its pin; empty where it is not pinned.
    cell : Cell
    is_drawn : bool
        Whether the designer holds it.
    """

    mark: str
    cell: Cell
    is_drawn: bool = False


def comparison_html(table: BenchmarkTable, cells: Sequence[Compared], metric: str, colors: Palette,
                    steps: Mapping[str, int | str] | None = None, *, acts: bool = True) -> Html:
    """Cells side by side.

    Parameters
    ----------
    table : BenchmarkTable
    cells : sequence of Compared
        At least one; the first is the reference.
    metric : str
        The metric of the contributions.
    colors : Palette
    steps : mapping of str to int or str, optional
        How many single edits lead to a cell from the reference, or in words why that is not known, by the mark; no row
        where nothing is given.
    acts : bool, optional
        Whether there are buttons, with the actions ``load-pin:B``, ``unpin:B``, ``first:B`` and ``pin``.

    Returns
    -------
    Html
        With all text escaped; `CSS` styles it.
    """
    frame = compare_cells(table, [each.cell for each in cells], [name for name in table.metrics if table.known(name)])
    known = frame.groupby("metric", sort=False)["value"].count()
    missing = [label_of(table.metric(str(name))) for name in known.index[known == 0]]
    aligned = aligned_with(cells[0].cell, (each.cell for each in cells))
    known_alignments = [each for each in aligned if each is not None]
    are_aligned = len(known_alignments) == len(cells)
    rows = [_metric_row(table.metric(str(name)), part) for name, part in frame.groupby("metric", sort=False)
            if known[name]]
    structure = [_plain_row(_("Edges that differ"), ["–" if each is None else str(
        len(each.only_one) + len(each.only_other)) for each in aligned])]
    if steps:
        structure.append(_plain_row(_("Single edits from {mark}").format(mark=cells[0].mark or _("the drawn cell")),
                                    ["–", *(_step_words(steps.get(each.mark, "…")) for each in cells[1:])]))
    groups = [{"title": _("Structure"), "rows": structure}, {"title": _("Values, and differences"), "rows": rows}]
    if are_aligned:
        groups.append({"title": _("Contributions, {unit}").format(unit=unit_words(table.metric(metric))),
                       "rows": _contribution_rows(table, cells, known_alignments, metric)})
    notes = [_("Not measured for any of these cells: {metrics}").format(metrics="; ".join(missing))] if missing else []
    notes += [] if are_aligned else [_(
        "Which edges two cells share is found for cells of at most {most} vertices.").format(most=MAX_VERTICES)]
    return _PIECES.comparison(
        label=_("Comparison"), heads=[_head(cells[0].cell, each, alignment, table, colors, acts=acts)
                                      for each, alignment in zip(cells, aligned, strict=True)],
        legend=[{"name": "shared", "words": _("in both")}, {"name": "own", "words": _("only here")},
                {"name": "missing", "words": _("only in {mark}").format(mark=cells[0].mark or _("the drawn cell"))}]
        if are_aligned else [], groups=groups, span=1 + len(cells), missing=" ".join(notes))


def _step_words(steps: int | str) -> str:
    """A number of edits, or why there is none, in words."""
    return steps if isinstance(steps, str) else format_count(steps)


def comparison_frame(table: BenchmarkTable, cells: Sequence[Compared],
                     steps: Mapping[str, int | str] | None = None) -> pd.DataFrame:
    """The comparison for a file: `vanas_panel.compare_cells` with the letters of the pins, ``drawn`` for the other.

    Parameters
    ----------
    table : BenchmarkTable
    cells : sequence of Compared
        At least one; the first is the reference.
    steps : mapping of str to int or str, optional
        As for `comparison_html`; with it, there is a column ``edits``: Int64, 0 for the first cell, missing where the
        number is not known.
    """
    frame = compare_cells(table, [each.cell for each in cells])
    if steps is not None:
        known = [0, *(steps.get(each.mark) for each in cells[1:])]
        edits = pd.array([pd.NA if isinstance(each, str) or each is None else each for each in known], dtype="Int64")
        frame["edits"] = edits[frame["cell"].to_numpy(np.int64)]
    frame["cell"] = [cells[index].mark or "drawn" for index in frame["cell"]]
    return frame


def _head(reference: Cell, each: Compared, alignment: Alignment | None, table: BenchmarkTable, colors: Palette, *,
          acts: bool) -> dict[str, Any]:
    """The head of a column: mark, drawing, buttons."""
    is_first = each.cell is reference
    buttons = []
    if acts and each.mark:
        buttons = [(f"load-pin:{each.mark}", _("Load"), _("Put it into the designer"))] if not each.is_drawn else []
        buttons += [] if is_first and each.mark == "A" else [
            (f"first:{each.mark}", _("Make it A"), _("Let differences refer to this cell"))]
        buttons.append((f"unpin:{each.mark}", _("Unpin"), _("Take pin {mark} away").format(mark=each.mark)))
    elif acts:
        buttons = [("pin", _("Pin"), _("Compare other cells with this one from now on"))]
    return {
        "badge": badge_html(each.mark) if each.mark else "", "words": _("in the designer") if each.is_drawn else "",
        "tooltip": describe(each.cell),
        "buttons": [dict(zip(("action", "label", "tooltip"), button, strict=True)) for button in buttons],
        "drawing": cell_svg(each.cell, table.space.operations, colors, 108, 112) if alignment is None else aligned_svg(
            reference, each.cell, table.space.operations, colors),
        "difference": _("the others are compared with it") if is_first else "" if alignment is None else
        difference_words(alignment)}


def _metric_row(metric: Metric, part: pd.DataFrame) -> dict[str, Any]:
    """Values of a metric, with differences, and a mark at the best."""
    cells = []
    for index, (value, difference, better, best) in enumerate(zip(
            part["value"], part["difference"], part["better"], part["best"], strict=True)):
        if math.isnan(value):
            cells.append({"value": "–", "is_best": False, "change": "", "tone": "", "tooltip": _("not measured")})
            continue
        change = "" if index == 0 or math.isnan(difference) else format_difference(metric, difference)
        tone = "" if better is pd.NA else "gain" if better else "loss"
        words = {"": "{change}", "gain": _("{change} · better"), "loss": _("{change} · worse")}[tone]
        cells.append({"value": format_value(metric, value), "is_best": bool(best) and len(part) > 1, "tone": tone,
                      "change": words.format(change=change) if change else "",
                      "tooltip": _("the best of these") if best and len(part) > 1 else ""})
    return {"label": label_of(metric), "cells": cells}


def _plain_row(label: str, words: Sequence[str]) -> dict[str, Any]:
    """A row of words."""
    return {"label": label, "cells": [{"value": each, "is_best": False, "change": "", "tone": "", "tooltip": ""}
                                      for each in words]}


def _contribution_rows(table: BenchmarkTable, cells: Sequence[Compared], aligned: Sequence[Alignment],
                       metric: str) -> list[dict[str, Any]]:
    """Contributions of the edges of the reference in every cell, and of those edges that only one cell has."""
    found = [_contributions(table, each.cell, metric) for each in cells]
    what = table.metric(metric)
    rows = []
    for edge in cells[0].cell.edges:
        words = []
        for alignment, contributions in zip(aligned, found, strict=True):
            its = dict(alignment.edges).get(edge)
            words.append(_("no edge") if its is None else _words(what, contributions, its))
        rows.append(_plain_row(_edge_words(cells[0].cell, edge), words))
    own = [[(edge, _words(what, contributions, edge)) for edge in alignment.only_other]
           for alignment, contributions in zip(aligned, found, strict=True)]
    for at in range(max(map(len, own))):
        cells_ = [{"value": part[at][1] if at < len(part) else "", "is_best": False, "tone": "", "tooltip": "",
                   "change": _edge_words(each.cell, part[at][0]) if at < len(part) else ""}
                  for each, part in zip(cells, own, strict=True)]
        rows.append({"label": _("only in one cell") if at == 0 else "", "cells": cells_})
    return rows


def _contributions(table: BenchmarkTable, cell: Cell, metric: str) -> dict[Edge, float] | None:
    """Contributions of a cell's edges; None where there are too many."""
    if not set(cell.operations[1:-1]) <= set(table.space.operations):
        return {}
    try:
        frame = edge_contributions(table, cell, metric)
    except TooManyEdgesError:
        return None
    return {(int(source), int(target)): float(value) for source, target, value in
            zip(frame["source"], frame["target"], frame["contribution"], strict=True)}


def _words(metric: Metric, contributions: Mapping[Edge, float] | None, edge: Edge) -> str:
    """The contribution of an edge in words."""
    if contributions is None:
        return _("too many edges")
    value = contributions.get(edge, np.nan)
    return _("unknown") if math.isnan(value) else format_difference(metric, value)


def _edge_words(cell: Cell, edge: Edge) -> str:
    """An edge by the operations at its ends, with the numbers of the vertices."""
    source, target = (f"{operation_label(cell.operations[end])} {end}" if 0 < end < cell.output else
                      operation_label(cell.operations[end]) for end in edge)
    return f"{source} → {target}"
