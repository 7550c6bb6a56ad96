"""Train: have the drawn cell trained and measured here, and look at what was trained before."""

from __future__ import annotations

import panel as pn

from vanas_panel.core.draft import Draft
from vanas_panel.draw.html import joined
from vanas_panel.draw.theme import palette
from vanas_panel.errors import TrainingError, UnknownOperationError, VanasError
from vanas_panel.panels.training.list import Listing, list_html
from vanas_panel.panels.training.results import Recorded, rows_for
from vanas_panel.panels.training.text import (
    CSS,
    STACK,
    Drawn,
    cell_html,
    comparable_words,
    live_html,
    no_workers_words,
    others_html,
)
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.training.joined import JoinedTable, joined_table, source_table, why_not_joined
from vanas_panel.training.personal import Trained
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings
from vanas_panel.training.trainable import canonical_cell, costs
from vanas_panel.widgets.markup import Markup, note_html, number_after
from vanas_panel.widgets.threads import watch_runs
from vanas_panel.widgets.tools import Tools

_STEP = 30
"""Trained cells that are listed at first, and that each click adds."""


class Train(pn.viewable.Viewer):
    """The drawer with the drawn cell's training above, and every trained cell below.

    Parameters
    ----------
    session : Session
    tools : Tools
        Its ``runs`` train; where there are none, the drawer says so.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools, **params):
        super().__init__(**params)
        self.session = session
        self._user = tools.user
        self._runs = tools.runs
        self._inspects = tools.inspects
        self._shown = _STEP
        self._asked: int | None = None
        self._rows: tuple[Trained, ...] = ()
        self._problem = ""
        self._seen = -1
        # In three parts, so that a training under way leaves alone what does not change.
        self._cell, self._live, self._list = (
            Markup(css=CSS, on_action=self._act, sizing_mode="stretch_width") for _part in range(3))
        self._follower = None if self._runs is None else watch_runs(self._runs, self._update)
        session.param.watch(self._update, ["draft", "dark"])
        session.param.watch(self._come_back, "drawer")
        self._read()
        self._show()

    def __panel__(self):
        return pn.Column(self._cell, self._live, self._list, sizing_mode="stretch_width", margin=0,
                         stylesheets=[STACK])

    @property
    def settings(self) -> Settings:
        """With which a cell would be trained: as those of the table were, where it says so."""
        return table_settings(self.session.table) or (Settings() if self._runs is None else self._runs.settings)

    def _update(self, *_events) -> None:
        """Follow the session, the runs and the personal table."""
        if self.session.drawer == "train":
            if self._runs is not None and self._seen != self._runs.kept:
                self._read()
            self._show()

    def _come_back(self, *_events) -> None:
        """Look again when the drawer opens: another process may have added something."""
        self._seen = -1
        self._update()

    def _read(self) -> None:
        """Read the personal table, and say why where that is not possible."""
        self._seen = -1 if self._runs is None else self._runs.kept
        try:
            self._rows = () if self._runs is None else self._runs.personal.all(self._user)
            self._problem = ""
        except TrainingError as error:
            self._rows, self._problem = (), translated(error)

    def _show(self) -> None:
        """Update both parts."""
        session, runs = self.session, self._runs
        operations, colors = session.table.space.operations, palette(session.dark)
        if runs is None:
            self._cell.html = note_html(no_workers_words())
            return
        drawn = self._drawn(runs)
        others = [run for run in runs.under_way(self._user) if run is not drawn.run]
        self._cell.html = cell_html(drawn, self.settings, comparable_words(session.table), operations, colors)
        self._live.html = joined([live_html(drawn, runs.missing(self.settings)), others_html(others)])
        self._list.html = list_html(self._listing(drawn), operations, colors)

    def _drawn(self, runs: Runs) -> Drawn:
        """The draft, as far as training is concerned."""
        session, cell = self.session, self.session.cell
        if cell is None:
            if session.draft == EMPTY:
                return Drawn(reason=_("Draw a cell, or load one, to train it here."))
            return Drawn(reason=_("Not a cell yet. {reason}").format(
                reason=translated(session.problems[0].message)))
        try:
            key, _order = canonical_cell(cell)
        except UnknownOperationError as error:
            return Drawn(reason=_("This cell cannot be trained. {reason}").format(reason=translated(error)))
        parameters, accumulates = costs(key, self.settings.skeleton)
        row = rows_for([row for row in self._rows if row.record.key == key], self.settings)
        return Drawn(cell, "", parameters, accumulates, runs.find(key, self.settings, self._user), row,
                     self._recorded(runs, row))

    def _recorded(self, runs: Runs, row: Trained | None) -> Recorded:
        """The recordings of a trained cell."""
        paths = () if row is None else runs.recordings(self._user, row.record)
        if not paths:
            return Recorded()
        repeats = tuple(int(path.stem.rpartition("-")[2]) for path in paths)
        return Recorded(repeats, "" if self._inspects else str(paths[0]))

    def _listing(self, drawn: Drawn) -> Listing:
        """The content of the list."""
        table, records = self.session.table, [row.record for row in self._rows]
        pressed = frozenset() if drawn.row is None else frozenset(
            row.row_id for row in self._rows if row.record.key == drawn.row.record.key)
        counted, why_not, outdated = None, "", False
        if isinstance(table, JoinedTable):
            counted = table.added
            # New trainings are counted in only on request: the page must not change under a person.
            outdated = not why_not_joined(table, records)
        else:
            why_not = why_not_joined(table, records)
        return Listing(self._rows, self._shown, pressed, self._asked, counted, why_not, outdated, self._problem)

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        if self._runs is None:
            return
        name, _colon, value = action.partition(":")
        row_id = number_after(action, name)
        row = next((row for row in self._rows if row.row_id == row_id), None)
        if action == "train":
            self._train(self._runs)
        elif name in ("cancel", "show"):
            run = self._runs.named(value)
            if run is not None and self._user in run.people:
                if name == "cancel":
                    self._runs.cancel(run, self._user)
                else:
                    self.session.load_cell(run.cell)
        elif action in ("join", "part"):
            self._open(is_joined=action == "join")
        elif action == "more":
            self._shown += _STEP
        elif action == "keep":
            self._asked = None
        elif row is not None and name == "load":
            self.session.load_cell(self._as_drawn(row))
        elif row is not None and name == "delete":
            self._asked = row.row_id
        elif row is not None and name == "sure" and self._asked == row.row_id:
            self._asked = None
            self._runs.remove(self._user, row.row_id)
        self._update()

    def _train(self, runs: Runs) -> None:
        """Begin, or say why not."""
        cell = self.session.cell
        if cell is None:
            return
        try:
            table = self.session.table
            runs.start(cell, self._user, settings=self.settings, source=table.name)
        except VanasError as error:
            self.session.message = translated(error)

    def _open(self, is_joined: bool) -> None:
        """Ask for the table with, or without, what was trained here."""
        source, directions = source_table(self.session.table), self.session.table.directions
        if not is_joined:
            self.session.wanted_table = source.with_directions(directions)
            return
        try:
            joined = joined_table(source, [row.record for row in self._rows])
            self.session.wanted_table = joined.with_directions(directions)
        except TrainingError as error:
            self.session.message = translated(error)

    def _as_drawn(self, row: Trained) -> Draft:
        """The cell of a row."""
        return row.record.cell
