"""Neighbours of the reported cells, and the path of edits between two of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.cell_edits import CellEdit, edits_of
from vanas_panel.core.draft import Draft
from vanas_panel.core.edit_path import edit_path
from vanas_panel.core.neighbours import neighbours
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.format import format_count, format_difference, format_value, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.improve.words import edit_words, edits_along
from vanas_panel.draw.pins import pin_name
from vanas_panel.draw.scale import shades_of
from vanas_panel.draw.theme import difference_color
from vanas_panel.errors import CellNotInTableError, LargerCellsError, NoEditPathError
from vanas_panel.report.parts import load_value, save_html
from vanas_panel.report.plan import Plan
from vanas_panel.report.style import VARIABLES
from vanas_panel.report.tables import NEIGHBOURS, PATH
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

MOST_NEIGHBOURS = 12
"""Neighbours of a cell that a report shows; the rest is counted."""


def reported_cells(plan: Plan) -> list[tuple[str, Cell]]:
    """The cell in the designer, then the pinned ones that are others, each with its name."""
    session = plan.session
    found = [] if session.cell is None else [(_("The cell in the designer"), session.cell)]
    return found + [(pin_name(pin), pin.cell) for pin in session.pins if pin.cell != session.cell]


def neighbours_html(plan: Plan) -> Html | str:
    """The measured cells one edit away from each reported cell, best first; empty where no cell is reported."""
    cells = reported_cells(plan)
    if not cells:
        return ""
    metric = plan.table.metric(plan.session.metric)
    said = _("Measured cells one edit away, ranked by {metric}, each with its edit and the difference that it "
             "makes.").format(metric=lower_label(metric))
    return _PIECES.neighbours(
        title=_("Neighbours"), saves=save_html(NEIGHBOURS, "csv"), said=said,
        blocks=[_block(plan, name if len(cells) > 1 else "", cell) for name, cell in cells])


def _block(plan: Plan, title: str, cell: Cell) -> dict[str, Any]:
    """The neighbours of one cell."""
    table, metric = plan.table, plan.table.metric(plan.session.metric)
    found = neighbours(table, cell, metric.name)
    edits = {edit.words: edit for edit in edits_of(cell, table.space)[0]}
    before = Draft(cell.operations, cell.edges)
    words = ngettext("{count} measured cell one edit away", "{count} measured cells one edit away", len(found)).format(
        count=format_count(len(found)))
    if not math.isnan(found.attrs["value"]) and metric.higher_is_better is not None:
        words = _("{found}, {better} better").format(found=words, better=_number(_better(found, metric)))
    listed = found.head(MOST_NEIGHBOURS)
    values = listed[found.attrs["metric"]].tolist()
    rows = [_change(plan, edit.applied(before), edit, before, value, difference, shade)
            for edit, value, difference, shade in zip(
                map(edits.__getitem__, listed["edit"]), values, listed["difference"].tolist(),
                shades_of(table, metric.name, values), strict=True)]
    return {"title": title, "label": title or _("Neighbours"), "words": words, "rows": rows,
            "rest": _rest(found, metric)}


def _better(found: pd.DataFrame, metric: Metric) -> int:
    """How many neighbours are better than the cell."""
    differences = found["difference"].to_numpy()
    return int((differences > 0).sum() if metric.higher_is_better else (differences < 0).sum())


def _number(count: int) -> str:
    """A count, or that there is none."""
    return format_count(count) if count else _("none")


def _rest(found: pd.DataFrame, metric: Metric) -> str:
    """The neighbours that are not listed, in words; nothing where all are."""
    rest = found.iloc[MOST_NEIGHBOURS:]
    if not len(rest):
        return ""
    words = ngettext("{count} more is not shown", "{count} more are not shown", len(rest)).format(
        count=format_count(len(rest)))
    if not math.isnan(found.attrs["value"]) and metric.higher_is_better is not None:
        words = _("{found}, {better} better").format(found=words, better=_number(_better(rest, metric)))
    return _("{words}.").format(words=words)


def neighbours_table(plan: Plan) -> pd.DataFrame:
    """The neighbours of all reported cells: the cell's name as ``of``, then what `vanas_panel.neighbours` gives."""
    found = [neighbours(plan.table, cell, plan.session.metric) for _name, cell in reported_cells(plan)]
    for frame, (name, _cell) in zip(found, reported_cells(plan), strict=True):
        frame.insert(0, "of", name)
    return pd.concat(found, ignore_index=True)


def path_of(plan: Plan) -> pd.DataFrame | str | None:
    """The path between the two cells of a plan as `vanas_panel.edit_path` gives it.

    Returns
    -------
    DataFrame, str or None
        Why there is none, where none leads from one to the other; None where the plan has no two cells.
    """
    if plan.ends is None:
        return None
    try:
        return edit_path(plan.table, *plan.ends, plan.session.metric)
    except (LargerCellsError, NoEditPathError) as error:
        return error.translated()
    except CellNotInTableError:
        return _("One of the two cells is not in the table: paths lead through measured cells alone.")


def path_html(plan: Plan, found: pd.DataFrame | str | None) -> Html | str:
    """The path with the drawing and the value of every step; what `path_of` found."""
    if found is None:
        return ""
    metric = plan.table.metric(plan.session.metric)
    if isinstance(found, str):
        return _PIECES.path(title=_("Path"), saves="", said="", words="", reason=found, label="", rows=[])
    drafts = [Draft(*each) for each in zip(found["operations"], found["edges"], strict=True)]
    values = found[found.attrs["metric"]].tolist()
    worst = worst_step(values, metric)
    rows = [_change(plan, draft, edit, drafts[max(place - 1, 0)], value, difference, shade)
            | {"place": place, "mark": _("the worst") if place == worst else ""}
            for place, (draft, edit, value, difference, shade) in enumerate(zip(
                drafts, edits_along(plan.table, found), values, found["difference"].tolist(),
                shades_of(plan.table, metric.name, values), strict=True))]
    count = found.attrs["edits"]
    words = ngettext("{count} edit, the best of the shortest paths ({ways})",
                     "{count} edits, the best of the shortest paths ({ways})", count).format(
                         count=count, ways=format_count(found.attrs["paths"]))
    said = _("Single edits that lead from one cell to the other through measured cells. Of all ways with as few edits, "
             "this is the one whose worst cell has the best {metric}.").format(metric=lower_label(metric))
    return _PIECES.path(title=_("Path"), saves=save_html(PATH, "csv"), said=said, words=words, reason="",
                        label=_("Steps of the path"), rows=rows)


def worst_step(values: list[float], metric: Metric) -> int | None:
    """The first step with the worst value; None for a metric without a direction, and where none or all are equal.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> worst_step([0.9, 0.7, math.nan, 0.8], known_metric("test_accuracy"))
    1
    """
    if metric.higher_is_better is None or np.isnan(values).all() or len(set(values)) == 1:
        return None
    return int(np.nanargmin(values) if metric.higher_is_better else np.nanargmax(values))


def _change(plan: Plan, after: Draft, edit: CellEdit | None, before: Draft, value: float, difference: float,
            shade: str) -> dict[str, Any]:
    """A cell that an edit leads to."""
    metric = plan.table.metric(plan.session.metric)
    said = _("Start") if edit is None else edit_words(edit, before)
    return {"load": load_value(after), "shade": shade, "value": format_value(metric, value), "edit": said,
            "change": "" if math.isnan(difference) else format_difference(metric, difference),
            "color": difference_color(metric, difference, VARIABLES), "mark": "", "place": "",
            "drawing": cell_svg(after, plan.table.space.operations, VARIABLES, width=56, height=54, title=said)}
