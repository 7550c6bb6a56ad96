"""The drawer *Data*: what every column of the table was taken for, why, and which values are better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import panel as pn

from vanas_panel.draw.data.columns import CSS, ColumnRow, columns_html
from vanas_panel.draw.html import Html
from vanas_panel.errors import VanasError
from vanas_panel.panels.data.compare_two import CompareTwo
from vanas_panel.panels.data.said import Said, choices_of
from vanas_panel.readers.again import (
    asked_of,
    can_read_again,
    conditions_of,
    description_text,
    opening_code,
    read_again,
)
from vanas_panel.readers.described_kinds import SAYABLE
from vanas_panel.state.session import Session
from vanas_panel.state.source_rows import counted_columns, known_columns
from vanas_panel.tables.metrics import DIRECTIONS
from vanas_panel.tables.source_columns import SourceColumn
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import PageThread, run_in_background
from vanas_panel.widgets.tools import Tools


class DataColumns(View):
    """The drawer.

    Parameters
    ----------
    session : Session
    tools : Tools, optional
        Not used; every drawer is made with them.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools | None = None, **params: Any):
        super().__init__(**params)
        self.session = session
        self._page = PageThread()
        self._markup = Markup("", self._act, css=CSS, sizing_mode="stretch_width",
                              styles={"flex": "none", "min-height": "max-content"})
        compared = [CompareTwo(session)] if len(session.table.metrics) > 1 else []
        self._view = pn.Column(*compared, self._markup, sizing_mode="stretch_width", margin=0, styles={"gap": "14px"})
        self._columns: Sequence[SourceColumn] = known_columns(session.table)
        self._said = Said()
        self.follow(self._update, ["better", "drawer"])
        self.follow_language(self._show)
        self._show()
        if not session.table.source_columns:
            self._count()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    @property
    def markup(self) -> Markup:
        """The list."""
        return self._markup

    def _count(self) -> None:
        """Count values off the event loop."""
        table = self.session.table.origin

        def take(columns: Sequence[SourceColumn]) -> None:
            self._columns = columns
            self._show()

        def failed(error: VanasError) -> None:
            self._said = replace(self._said, problem=error.translated())
            self._show()

        run_in_background(self._page, lambda: counted_columns(table), take, failed)

    def _update(self, *_events: Any) -> None:
        """Follow the session while the drawer is open."""
        if self.session.drawer == "data":
            self._show()

    def _show(self, *_events: Any) -> None:
        """Show the columns as they are."""
        self._markup.html = data_html(self.session, self._columns, self._said)

    def _act(self, action: str) -> None:
        """Take the direction of a metric at once; kinds and choices once the table is read again."""
        name, _sep, rest = action.partition(":")
        number, _sep, value = rest.partition(":")
        metrics = [each for column in self._columns for each in column.metrics]
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else -1
        if name == "better" and 0 <= place < len(metrics) and value in DIRECTIONS:
            self.session.better = {**self.session.better, metrics[place]: DIRECTIONS[value]}
        elif name == "kind" and 0 <= place < len(self._columns) and value in SAYABLE:
            self._said = self._said.of_kind(self._columns[place], value)
        elif name == "choice" and 0 <= place < len(self._columns):
            self._said = self._said.choosing(self._columns[place], value)
        elif action == "again" and self._said.is_new and not self._said.is_reading:
            self._read()
        self._show()

    def _read(self) -> None:
        """Read the file again as it was said, off the event loop."""
        session, said = self.session, self._said
        table = session.table

        def work() -> BenchmarkTable:
            opened = asked_of(table)
            return read_again(table, asked_of(table, kinds={**opened.kinds, **said.kinds},
                                              conditions=said.conditions(opened.conditions)))

        def then(found: BenchmarkTable) -> None:
            self._said = Said()
            # Nothing was switched on the way, or it is switched again there.
            session.read_again = found

        def failed(error: VanasError) -> None:
            self._said = replace(said, is_reading=False, problem=error.translated())
            self._show()

        self._said = replace(said, is_reading=True, problem="")
        run_in_background(self._page, work, then, failed)


def data_html(session: Session, columns: Sequence[SourceColumn], said: Said) -> Html:
    """The drawer as HTML.

    Parameters
    ----------
    session : Session
    columns : sequence of SourceColumn
    said : Said
        What a person has said since the table was read.

    Returns
    -------
    Html
        With all text escaped and the actions ``better:<number of the metric>:<direction>``, ``kind:<column>:<kind>``,
        ``choice:<column>:<choice>`` and ``again``.
    """
    table = session.table
    opened = asked_of(table)
    is_open = can_read_again(table)
    new, conditions = _("not read yet"), conditions_of(table)
    rows = [ColumnRow(
        each.name, said.kinds.get(each.name, each.kind), new if each.name in said.kinds else each.words,
        each.missing, each.distinct, tuple(table.metrics[name] for name in each.metrics if name in table.metrics),
        said.choice(each, conditions), choices_of(each, said) if is_open else ()) for each in columns]
    files = None
    if opened.keywords:
        name, text = description_text(table)
        files = {"name": name, "text": text, "code": opening_code(table)}
    button = {"label": _("Read the table again"), "off": not said.is_new or said.is_reading, "tooltip": _(
        "Read the file with these kinds. Only your page changes; draft, pins and conditions stay.")}
    about = _("What each column of the source was taken for, and why. A direction that is changed here holds on the "
              "whole page.")
    if not is_open:
        about += " " + _("Kinds are fixed: the table is in the form of vanas-panel, or its file is not there.")
    return columns_html(rows, SAYABLE if is_open else (), about=about, button=button if is_open else None, files=files,
                        said=said.problem or (_("Reading the file again …") if said.is_reading else ""),
                        is_error=bool(said.problem))
