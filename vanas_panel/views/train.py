"""Train: have the drawn cell trained and measured here, and look at what was trained before."""

from __future__ import annotations

import panel as pn

from vanas_panel.core.draft import Draft
from vanas_panel.errors import TrainingError, UnknownOperationError, VanasError
from vanas_panel.session import EMPTY, Session
from vanas_panel.training.joined import JoinedTable, joined_table, source_table, why_not_joined
from vanas_panel.training.personal import Trained
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings
from vanas_panel.training.trainable import canonical_cell, costs
from vanas_panel.views.follow import Follower
from vanas_panel.views.markup import Markup, number_after
from vanas_panel.views.theme import palette
from vanas_panel.views.tools import Tools
from vanas_panel.views.train_list import Listing, list_html
from vanas_panel.views.train_text import CSS, STACK, Drawn, cell_html, live_html, others_html
from vanas_panel.views.trained import rows_for

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
        self._shown = _STEP
        self._asked: int | None = None
        self._rows: tuple[Trained, ...] = ()
        self._problem = ""
        self._seen = -1
        # In three parts, so that a training under way leaves alone what does not change.
        self._cell, self._live, self._list = (
            Markup(css=CSS, on_action=self._act, sizing_mode="stretch_width") for _ in range(3))
        self._follower = None if self._runs is None else Follower(self._runs, self._update)
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
            self._rows, self._problem = (), str(error)

    def _show(self) -> None:
        """Write both parts anew."""
        session, runs = self.session, self._runs
        operations, colors = session.table.space.operations, palette(session.dark)
        if runs is None:
            self._cell.html = '<div class="note">Cells cannot be trained from this page: it has no workers.</div>'
            return
        drawn = self._drawn(runs)
        others = [run for run in runs.under_way(self._user) if run is not drawn.run]
        self._cell.html = cell_html(drawn, self.settings, self._comparable(), operations, colors)
        self._live.html = live_html(drawn, runs.missing(self.settings)) + others_html(others)
        self._list.html = list_html(self._listing(drawn), operations, colors)

    def _drawn(self, runs: Runs) -> Drawn:
        """The draft, as far as training is concerned."""
        session, cell = self.session, self.session.cell
        if cell is None:
            if session.draft == EMPTY:
                return Drawn(reason="Draw a cell, or load one, to train it here.")
            return Drawn(reason=f"Not a cell yet. {session.problems[0].message}")
        try:
            key, _ = canonical_cell(cell)
        except UnknownOperationError as error:
            return Drawn(reason=f"This cell cannot be trained. {error}")
        parameters, accumulates = costs(key, self.settings.skeleton)
        row = rows_for([row for row in self._rows if row.record.key == key], self.settings)
        return Drawn(cell, "", parameters, accumulates, runs.find(key, self.settings, self._user), row)

    def _comparable(self) -> str:
        """Whether numbers from here can stand beside those of the table."""
        table = self.session.table
        if table_settings(table) is not None:
            return f"Trained as the cells of {table.name} were: the numbers can be compared, within their spread."
        return (f"The table {table.name} does not say how its cells were trained: do not compare its numbers with "
                "those from here.")

    def _listing(self, drawn: Drawn) -> Listing:
        """What the list shows."""
        table, records = self.session.table, [row.record for row in self._rows]
        pressed = frozenset() if drawn.row is None else frozenset(
            row.place for row in self._rows if row.record.key == drawn.row.record.key)
        counted, why_not, outdated = None, "", False
        if isinstance(table, JoinedTable):
            counted = table.added
            # What is there now is counted in anew only where somebody asks: the page must not change under a person.
            outdated = not why_not_joined(table, records)
        else:
            why_not = why_not_joined(table, records)
        return Listing(self._rows, self._shown, pressed, self._asked, counted, why_not, outdated, self._problem)

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        if self._runs is None:
            return
        name, _, value = action.partition(":")
        place = number_after(action, name)
        row = next((row for row in self._rows if row.place == place), None)
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
            self._asked = row.place
        elif row is not None and name == "sure":
            self._asked = None
            self._runs.remove(self._user, row.place)
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
            self.session.message = str(error)

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
            self.session.message = str(error)

    def _as_drawn(self, row: Trained) -> Draft:
        """The cell of a row."""
        return row.record.cell
