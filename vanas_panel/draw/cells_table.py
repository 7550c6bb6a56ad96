"""One page of the table of cells as HTML: drawings, metrics and structure, with a filter over each column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vanas_panel.draw.cell.thumbnail import cell_svg, describe
from vanas_panel.draw.css import ACCENT, CARD, LINE, MUTED, PAGE, SOFT_ACCENT
from vanas_panel.draw.format import count_cells, format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette, operation_label
from vanas_panel.state.cell_filters import HINT, HINT_OF_OPERATIONS, OPERATIONS
from vanas_panel.tables.metrics import Metric, better_words, label_of
from vanas_panel.tables.structure_columns import PREFIX, is_structure, operation_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked

_PIECES = pieces(__file__)

PAGE_ROWS = 20
"""Rows that the page holds at once."""

CSS = f"""
.cells .scroll {{ overflow: auto; border: 1px solid {LINE}; border-radius: 6px; position: relative; }}
.cells table {{ border-collapse: separate; border-spacing: 0; width: 100%; font-size: 12px; }}
.cells th, .cells td {{ padding: 2px 8px; text-align: right; white-space: nowrap; border-bottom: 1px solid {LINE}; }}
.cells thead th {{
  position: sticky; top: 0; z-index: 3; background: {CARD}; vertical-align: bottom; padding: 4px 6px;
}}
.cells .left {{ text-align: left; }}
.cells th button {{
  display: block; margin: 0 0 3px auto; border: 0; background: none; padding: 2px; max-width: 112px; min-height: 24px;
  font-size: 11.5px; font-weight: 600; line-height: 1.2; text-align: inherit; white-space: normal;
}}
.cells th b {{ font-weight: 600; font-size: 11.5px; display: block; padding: 2px; margin-bottom: 3px; }}
.cells th[aria-sort=ascending] button, .cells th[aria-sort=descending] button {{ color: {ACCENT}; }}
.cells th input[type=text] {{
  width: 100%; min-width: 86px; height: 24px; padding: 0 6px; border: 1px solid {LINE}; border-radius: 5px;
  background: {PAGE}; color: inherit; font-family: inherit; font-size: 11px; box-sizing: border-box;
}}
.cells th input[aria-invalid=true] {{ border-color: {ACCENT}; border-width: 2px; }}
.cells th.tick, .cells td.tick {{ width: 54px; padding: 0 4px 0 8px; text-align: left; }}
.cells td.tick input {{ vertical-align: middle; }}
.cells td.tick .path {{
  position: relative; z-index: 2; width: 24px; height: 24px; padding: 0; margin-left: 4px; vertical-align: middle;
}}
.cells th .hidden {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
.cells tbody tr {{ position: relative; }}
.cells tbody tr:hover td, .cells tbody tr:focus-within td {{ background: {PAGE}; }}
.cells tbody tr.shown td {{ background: {SOFT_ACCENT}; }}
.cells td.tick input {{ position: relative; z-index: 2; width: 15px; height: 15px; accent-color: {ACCENT}; }}
.cells td.cell {{ text-align: left; padding: 1px 6px; }}
.cells td.cell button {{
  border: 0; background: none; padding: 0; display: flex; align-items: center; gap: 8px; font-size: 11px;
  color: {MUTED}; position: static; text-align: left;
}}
.cells td.cell button::after {{ content: ""; position: absolute; inset: 0; z-index: 1; }}
.cells td.cell button:focus-visible {{ outline: none; }}
.cells td.cell button:focus-visible::after {{ outline: 2px solid {ACCENT}; outline-offset: -2px; }}
.cells .bar {{ display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; }}
.cells .bar .words {{ flex: 1 1 auto; }}
.cells .fault {{ padding: 6px 10px; }}
.cells .page-number {{
  width: 62px; height: 26px; text-align: right; border: 1px solid {LINE}; border-radius: 5px; background: {PAGE};
  color: inherit; padding: 0 6px; font: inherit; font-size: 12px;
}}
"""

_SHAPES = {"vertices": marked("Vertices"), "edges": marked("Edges"), "depth": marked("Depth"), "width": marked("Width")}


@dataclass(frozen=True)
class CellsPage:
    """What one page of the table shows.

    Attributes
    ----------
    rows : int array (k,)
        Rows on this page, in order.
    total : int
        Rows on all pages.
    page : int
        From 0.
    columns : tuple of str
        Names of metrics and of structure columns.
    sort : str
        The column that orders the rows.
    down : bool
    filters : mapping of str to str
        What was typed, by column.
    faults : mapping of str to str
        What is wrong with it, for a person.
    ticked : collection of int
        Rows that are ticked, on any page.
    shown : int, optional
        The row that the designer holds.
    selected : int, optional
        How many cells are selected; None where all are.
    """

    rows: np.ndarray
    total: int
    page: int
    columns: tuple[str, ...]
    sort: str
    down: bool
    filters: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    ticked: Collection[int] = ()
    shown: int | None = None
    selected: int | None = None

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE_ROWS))


def short_name(name: str, metric: Metric) -> str:
    """A column in few words; for the number of an operation, the operation.

    Examples
    --------
    >>> short_name("structure.n_maxpool3x3", Metric("structure.n_maxpool3x3", ""))
    'max-pool 3×3'
    """
    if is_structure(name) and metric.name == name:
        operation = operation_of(name)
        shape = name.removeprefix(PREFIX)
        if operation:
            return operation_label(operation)
        if shape in _SHAPES:
            return _(_SHAPES[shape])
    return label_of(metric)


def columns_of(table: BenchmarkTable, metric: str) -> tuple[str, ...]:
    """The columns of the table of cells: the ranking metric first, the other metrics, and the structure."""
    return (metric, *(name for name in table.numbers if name != metric))


def cells_table_html(table: BenchmarkTable, page: CellsPage, colors: Palette, *, draw: bool = True,
                     still: bool = False) -> Html:
    """One page of the table of cells, with what stands around it.

    Parameters
    ----------
    table : BenchmarkTable
    page : CellsPage
    colors : Palette
    draw : bool, optional
        Whether cells are drawn; else each leaves room for its drawing.
    still : bool, optional
        Whether nothing answers, as in a report: there are no fields and no buttons then.

    Returns
    -------
    Html
        Buttons and fields have the actions ``sort:INDEX``, ``where:INDEX``, ``row:ROW``, ``tick:ROW``, ``path:ROW``,
        ``page``, ``next``, ``previous``, ``take``, ``take-ticked``, ``untick`` and ``unfilter``; INDEX counts
        `CellsPage.columns`, and the operations are last.
    """
    heads = [_head(table, page, index, name) for index, name in enumerate(page.columns)]
    filters = [{"index": index, "text": page.filters.get(name, ""), "wrong": str(name in page.faults).lower(),
                "label": _("Filter of {column}").format(column=short_name(name, table.metric(name))),
                "hint": _(HINT)} for index, name in enumerate(page.columns)]
    filters.append({"index": len(page.columns), "text": page.filters.get(OPERATIONS, ""),
                    "wrong": str(OPERATIONS in page.faults).lower(), "label": _("Filter of operations"),
                    "hint": _(HINT_OF_OPERATIONS)})
    first = page.page * PAGE_ROWS
    rows = [_row(table, page, int(row), colors if draw else None) for row in page.rows]
    if still:
        return _PIECES.still(heads=heads, rows=rows, cell=_("Cell"))
    return _PIECES.whole(
        heads=heads, filters=filters, rows=rows,
        words=_words(page, len(table)), faults=list(page.faults.values()),
        label=_("Cells"), cell=_("Cell"), tick_all=_("Ticked"),
        empty=_("No cell meets all filters.") if page.filters else _("No cell is selected."),
        pager=None if page.pages == 1 else {
            "label": _("Pages"), "first": page.page == 0, "last": page.page >= page.pages - 1,
            "number": page.page + 1, "of": _("of {count}").format(count=format_count(page.pages)),
            "field": _("Page"), "previous": _("Previous page"), "next": _("Next page"),
            "range": _("{first} to {last}").format(first=format_count(first + 1),
                                                   last=format_count(first + page.rows.size))},
        buttons=_buttons(page))


def _words(page: CellsPage, total: int) -> str:
    """How many cells are listed, of how many."""
    if page.filters:
        return _("{cells} of {total}").format(cells=count_cells(page.total), total=format_count(
            total if page.selected is None else page.selected))
    if page.selected is not None:
        return _("{count} of {total} cells are selected.").format(count=format_count(page.selected),
                                                                  total=format_count(total))
    return count_cells(total)


def _buttons(page: CellsPage) -> list[dict[str, str]]:
    """The buttons that select, and those that take away."""
    found = []
    if page.filters and not page.faults and page.total:
        found.append({"action": "take", "label": _("Select these {count}").format(count=format_count(page.total)),
                      "tooltip": _("Select the cells that the filters take, for every view of the page")})
    if page.filters:
        found.append({"action": "unfilter", "label": _("Clear filters"), "tooltip": _("Empty all filters")})
    if page.ticked:
        found.append({"action": "take-ticked",
                      "label": _("Select {count} ticked").format(count=format_count(len(page.ticked))),
                      "tooltip": _("Select the ticked cells, for every view of the page")})
        found.append({"action": "untick", "label": _("Untick"), "tooltip": _("Take all ticks away")})
    return found


def _head(table: BenchmarkTable, page: CellsPage, index: int, name: str) -> dict[str, Any]:
    """The head of a column."""
    metric = table.metric(name)
    is_sorted = name == page.sort
    return {
        "index": index, "label": short_name(name, metric),
        "mark": "" if not is_sorted else " ↓" if page.down else " ↑",
        "sort": "none" if not is_sorted else "descending" if page.down else "ascending",
        "tooltip": _("{column}, {direction}. Click to sort, click again to turn the order round.").format(
            column=label_of(metric), direction=better_words(metric))}


def _row(table: BenchmarkTable, page: CellsPage, row: int, colors: Palette | None) -> dict[str, Any]:
    """One row for the template; without colours, without a drawing."""
    cell = table.cell(row)
    is_shown = row == page.shown
    words = describe(cell)
    tooltip = _("Row {row}: {cell}.").format(row=format_count(row), cell=words) + " " + (
        _("It is in the designer.") if is_shown else _("Click to load it into the designer."))
    return {
        "row": row, "shown": is_shown, "tooltip": tooltip, "ticked": row in page.ticked,
        "number": format_count(row),
        "tick": _("Tick row {row}").format(row=format_count(row)),
        "path": _("Path of edits from the drawn cell to row {row}").format(row=format_count(row)),
        "drawing": _PIECES.room() if colors is None else cell_svg(
            cell, table.space.operations, colors, width=44, height=42, title=tooltip),
        "values": [_value(table, name, row) for name in page.columns]}


def _value(table: BenchmarkTable, name: str, row: int) -> str:
    """A value of the table; a dash where it was not measured."""
    value = float(table.column(name)[row])
    return "–" if value != value else format_value(table.metric(name), value)
