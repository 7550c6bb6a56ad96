"""What the drawer of cells shows, as one value, and as text in a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import unquote

from vanas_panel.errors import LinkError, SelectionError
from vanas_panel.state.cell_filters import MOST_LETTERS, OPERATIONS
from vanas_panel.state.link_text import escaped, one_of, quoted
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

TABS = ("table", "axes")
SPREADS = ("value", "rank")
MOST_COLUMNS = 64
"""Of filters, and of axes."""


@dataclass(frozen=True)
class CellsView:
    """What the drawer *Cells* shows.

    Attributes
    ----------
    tab : str
        ``table`` or ``axes``.
    sort : str
        The column that orders the table; empty for the ranking metric, best first.
    down : bool
        Whether its highest value comes first.
    filters : tuple of (str, str)
        Names of columns, and what was typed over them.
    page : int
        Of the table, from 0.
    axes : tuple of str
        The axes that were put first, from the top; those that are not named follow them.
    flipped : tuple of str
        The axes whose better end is at the left.
    spread : str
        Whether an axis is spread by ``value`` or by ``rank``.

    Raises
    ------
    SelectionError
        Where a value is none of these.

    Examples
    --------
    >>> CellsView(tab="list")
    Traceback (most recent call last):
        ...
    vanas_panel.errors.SelectionError: Found 'list'; expected one of table, axes. Choose one of these.
    """

    tab: str = TABS[0]
    sort: str = ""
    down: bool = False
    filters: tuple[tuple[str, str], ...] = ()
    page: int = 0
    axes: tuple[str, ...] = ()
    flipped: tuple[str, ...] = ()
    spread: str = SPREADS[0]

    def __post_init__(self):
        for found, known in ((self.tab, TABS), (self.spread, SPREADS)):
            if found not in known:
                raise SelectionError(Message("Found {found}; expected one of {known}. Choose one of these.",
                                             found=repr(found)[:40], known=", ".join(known)))
        if not (isinstance(self.page, int) and 0 <= self.page < 10**9):
            raise SelectionError(Message("Found page {page}; expected a whole number from 0. Change it.",
                                         page=repr(self.page)[:40]))
        typed = {str(name): str(text).strip()[:MOST_LETTERS] for name, text in self.filters}
        kept: dict[str, Any] = {
            "sort": str(self.sort), "down": bool(self.down and self.sort),
            "filters": tuple((name, text) for name, text in typed.items() if text)[:MOST_COLUMNS],
            "axes": tuple(dict.fromkeys(map(str, self.axes)))[:MOST_COLUMNS],
            "flipped": tuple(sorted(set(map(str, self.flipped))))[:MOST_COLUMNS]}
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    def on(self, table: BenchmarkTable) -> CellsView:
        """The same on another table, without the columns that it lacks."""
        known = table.numbers
        sort = self.sort if self.sort in known else ""
        filters = tuple(each for each in self.filters if each[0] in known or each[0] == OPERATIONS)
        return CellsView(
            self.tab, sort, self.down, filters, 0, tuple(name for name in self.axes if name in known),
            tuple(name for name in self.flipped if name in known), self.spread)


_FIRST = CellsView()


def checked_cells(value: Any) -> CellsView:
    """What a session keeps."""
    if isinstance(value, CellsView):
        return value
    raise SelectionError(Message("Found something of type {kind}; expected a CellsView. Change it.",
                                 kind=type(value).__name__))


def cells_text(view: CellsView) -> str | None:
    """A view as items separated by commas; None where it is as at first.

    Examples
    --------
    >>> cells_text(CellsView("axes", "flops", True, (("edges", "3..5"),), 2)), cells_text(CellsView())
    ('axes,sort:flops:down,where:edges:3..5,page:2', None)
    """
    items = [view.tab] if view.tab != TABS[0] else []
    items += [f"sort:{escaped(view.sort)}{':down' if view.down else ''}"] if view.sort else []
    items += [f"where:{escaped(name)}:{escaped(text)}" for name, text in view.filters]
    items += [f"page:{view.page}"] if view.page else []
    items += [":".join(("order", *map(escaped, view.axes)))] if view.axes else []
    items += [":".join(("flip", *map(escaped, view.flipped)))] if view.flipped else []
    items += [view.spread] if view.spread != SPREADS[0] else []
    return ",".join(items) or None


def cells_code(view: CellsView) -> str:
    """A view as Python: what of it is not as at first.

    Examples
    --------
    >>> cells_code(CellsView("axes", page=2))
    "CellsView(tab='axes', page=2)"
    """
    given = {each.name: getattr(view, each.name) for each in fields(view)}
    other = [f"{name}={value!r}" for name, value in given.items() if value != getattr(_FIRST, name)]
    return f"CellsView({', '.join(other)})"


def read_cells(text: str, table: BenchmarkTable) -> CellsView:
    """A view of the cells of a table.

    Raises
    ------
    LinkError
        Where the text is none, or the table lacks a column of it.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> read_cells("axes,rank,sort:edges:down", vp.open_table("structure4")).sort
    'edges'
    """
    values: dict[str, Any] = {}
    for item in text.split(",")[:4 * MOST_COLUMNS]:
        kind, *parts = item.split(":")
        read = _ITEMS.get(kind)
        if read is None or not read(values, [unquote(part) for part in parts], table):
            raise LinkError(Message("Found {value}; expected items such as 'axes', 'sort:edges:down' and "
                                    "'where:edges:3..5'. The cells are shown as at first.", value=quoted(item)))
    try:
        return CellsView(**values)
    except SelectionError as error:
        raise LinkError(Message("{error}", error=error)) from None


def _named(name: str, table: BenchmarkTable) -> str:
    """The name of a column."""
    return name if name in table.numbers else one_of(name, table.metrics)


def _take_sort(values: dict[str, Any], parts: list[str], table: BenchmarkTable) -> bool:
    if len(parts) not in (1, 2) or parts[1:] not in ([], ["down"]):
        return False
    values.update(sort=_named(parts[0], table), down=len(parts) == 2)
    return True


def _take_where(values: dict[str, Any], parts: list[str], table: BenchmarkTable) -> bool:
    if len(parts) != 2:
        return False
    name = parts[0] if parts[0] == OPERATIONS else _named(parts[0], table)
    values["filters"] = (*values.get("filters", ()), (name, parts[1]))
    return True


def _take_page(values: dict[str, Any], parts: list[str], _table: BenchmarkTable) -> bool:
    if len(parts) != 1 or not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 10):
        return False
    values["page"] = int(parts[0])
    return True


def _take_names(field: str) -> Callable[[dict[str, Any], list[str], BenchmarkTable], bool]:
    def take(values: dict[str, Any], parts: list[str], table: BenchmarkTable) -> bool:
        values[field] = tuple(_named(part, table) for part in parts)
        return True
    return take


def _take_word(field: str, word: str) -> Callable[[dict[str, Any], list[str], BenchmarkTable], bool]:
    def take(values: dict[str, Any], parts: list[str], _table: BenchmarkTable) -> bool:
        values[field] = word
        return not parts
    return take


_ITEMS: dict[str, Callable[[dict[str, Any], list[str], BenchmarkTable], bool]] = {
    **{tab: _take_word("tab", tab) for tab in TABS}, **{spread: _take_word("spread", spread) for spread in SPREADS},
    "sort": _take_sort, "where": _take_where, "page": _take_page, "order": _take_names("axes"),
    "flip": _take_names("flipped")}
