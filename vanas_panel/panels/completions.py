"""Ways to improve the cell: the cells of the table that contain it, those one edit away, and a path to another one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import isfinite

import pandas as pd

from vanas_panel.core.draft import Draft
from vanas_panel.core.edit_path import edit_path
from vanas_panel.core.neighbours import neighbours
from vanas_panel.draw.completions_html import CSS, EXTRA_VERTICES, completions_html
from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html
from vanas_panel.draw.improve import page_html
from vanas_panel.draw.improve.rings import CSS as RINGS_CSS
from vanas_panel.draw.improve.words import edits_along
from vanas_panel.draw.noise_words import validation_button
from vanas_panel.draw.scale import shades_of
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.panels.neighbours_tab import around_key, neighbours_tab, take_choice
from vanas_panel.panels.path_goals import no_path_words, path_goals, take_goal
from vanas_panel.state.improving import MOST_BEFORE
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext
from vanas_panel.text.numerals import whole_number
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import PageThread, run_in_background


class Completions(View):
    """The completions of the draft, its neighbours, and the path from its cell to the pinned one; a click loads one.

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
        self._thread = PageThread()
        self._asked: tuple = ()
        self._sought: tuple = ()
        self._shown: tuple = ()
        self._note = self._refused = self._unknown = ""
        self._markup = Markup(self._html(), self._act, css=CSS + page_html.CSS + RINGS_CSS, sizing_mode="stretch_both",
                              on_point=session.point_at)
        self.follow(self._update, ["draft", "metric", "better", "extra_vertices", "dark", "improve", "pinned",
                                   "other_pins", "way", "around", "rows", "only_selected"])
        self.follow_language(self._update)
        self._seek()
        self._seek_around()

    def __panel__(self):
        return self._markup

    # The display -----------------------------------------------------------------------------------------------------

    def _html(self) -> str:
        """The view for the session as it is."""
        return {"neighbours": self._neighbours_html, "path": self._path_html}.get(
            self.session.improve.tab, self._completions_html)()

    def _completions_html(self) -> Html:
        """The list of completions."""
        session = self.session
        found, metric = session.completions, session.table.metric(session.sorted_by)
        start, matches = session.improve.start, found.attrs["matches"]
        start = min(start, max(0, (matches - 1) // page_html.PER_PAGE * page_html.PER_PAGE))
        return completions_html(
            session.table, found, session.draft, metric, palette(session.dark),
            shades=shades_of(session.table, metric.name, found[found.attrs["metric"]].tolist()),
            extra_vertices=session.extra_vertices, shown=session.row,
            tabs=page_html.tabs_html("completions"), only=only_words(session),
            options=page_html.options_html(session.table, session.improve, session.metric, validation_button(
                session.table, metric.name, "sort" if session.improve.sort else "metric")),
            pager=page_html.pager_html(start, len(found), matches, page_html.spread_words(metric, found)))

    def _neighbours_html(self) -> Html:
        """The cells around the drawn one."""
        return neighbours_tab(self.session, self._unknown)

    def _path_html(self) -> Html:
        """The steps of the path."""
        session, found = self.session, self.session.way
        if session.ends is None or found is None:
            words = no_path_words(session) if session.ends is None else self._note or _("The path is sought …")
            return page_html.note_below_head("path", words, goals=path_goals(session))
        return page_html.path_html(
            session.table, found, edits_along(session.table, found), session.table.metric(session.metric),
            palette(session.dark), shades_of(session.table, session.metric, found[found.attrs["metric"]].tolist()),
            session.row, bool(session.improve.ends), path_goals(session))

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._seek()
        self._seek_around()
        improve = self.session.improve
        shown = (improve.tab, improve.edits, improve.look)
        # A picture that another one replaces at once stays until then, and with it what has the focus.
        if shown == self._shown and self._sought and self.session.around is None and not self._unknown:
            return
        self._shown = shown
        self._markup.html = self._html()

    # The cells two edits away ----------------------------------------------------------------------------------------

    def _seek_around(self) -> None:
        """Look for the cells two edits away where they are shown and not known yet."""
        session, cell, asked = self.session, self.session.cell, around_key(self.session)
        if asked == self._sought:
            return
        self._sought, self._unknown = asked, ""
        if session.around is not None:
            session.around = None
        if not asked or cell is None:
            return
        table, metric = session.table, session.metric

        def take(found: pd.DataFrame | None) -> None:
            if found is not None and asked == self._sought:
                session.around = found

        def fail(error: VanasError) -> None:
            if asked == self._sought:
                self._unknown = error.translated()
                self._markup.html = self._html()

        run_in_background(self._thread, lambda: neighbours(table, cell, metric, edits=2)
                          if asked == self._sought else None, take, fail)

    # The path --------------------------------------------------------------------------------------------------------

    def _seek(self) -> None:
        """Look for the path where it is shown and not known yet."""
        session = self.session
        ends = session.ends if session.improve.tab == "path" else None
        asked = () if ends is None else (*((end.operations, end.edges) for end in ends), session.metric, session.table)
        if asked == self._asked:
            return
        self._asked, self._note = asked, ""
        if session.way is not None:
            session.way = None
        if ends is not None:
            table, metric = session.table, session.metric
            # Takes seconds between distant cells, on threads that all visitors share: one that still waits is left out
            # where another one is asked for meanwhile.
            run_in_background(self._thread, lambda: edit_path(table, *ends, metric) if asked == self._asked else None,
                              partial(self._take, asked), partial(self._refuse, asked))

    def _take(self, asked: tuple, found: pd.DataFrame | None) -> None:
        """Show a path, unless another one is asked for meanwhile."""
        if asked == self._asked:
            self.session.way = found

    def _refuse(self, asked: tuple, error: VanasError) -> None:
        """Say why there is none."""
        if asked == self._asked:
            self._note = error.translated()
            self._markup.html = self._html()

    def _step(self, place: int) -> None:
        """Put the cell of a step into the designer, and hold the path meanwhile."""
        session, found = self.session, self.session.way
        if found is not None and session.ends is not None and place < len(found):
            if not session.improve.ends:
                session.travel(session.ends)
            session.load_cell(Draft(found["operations"].iloc[place], found["edges"].iloc[place]))

    # Actions ---------------------------------------------------------------------------------------------------------

    def _act(self, action: str) -> None:
        """Do what a button, a field or the pointer asks for."""
        session, (name, _colon, value) = self.session, action.partition(":")
        number = number_after(action, name)
        if name == "row" and number is not None and number < len(session.table):
            session.load_row(number)
        elif name == "extra" and number is not None and number < len(EXTRA_VERTICES):
            session.extra_vertices = number
        elif name == "near" and number is not None and number < len(session.table):
            session.load_neighbour(number)
        elif name == "hover":
            session.sketch(number_after(value, "near"))
        elif name == "tab":
            session.show_tab(value)
        elif name == "step" and number is not None:
            self._step(number)
        elif name == "metric" and value in session.table.metrics:
            session.metric = value
        elif name == "free":
            session.travel(None)
        elif name == "to":
            take_goal(session, value)
        elif take_choice(session, name, value):
            pass
        elif name == "only":
            session.only_selected = not session.only_selected
        else:
            self._change_list(name, value)

    def _change_list(self, name: str, value: str) -> None:
        """Sort, bound or page the completions."""
        session = self.session
        improve, metrics = session.improve, session.table.metrics
        if name == "sort" and value in metrics:
            session.improve = replace(improve, sort="" if value == session.metric else value, start=0)
        elif name == "page":
            start = whole_number(value.partition(":")[0])
            if start is not None and 0 <= start <= MOST_BEFORE:
                session.improve = replace(improve, start=start)
        elif name == "bound" and value in metrics and value not in improve.where:
            session.improve = improve.bounded(value, None, None)
        elif name == "unbound":
            session.improve = improve.unbounded(value)
        elif name in ("low", "high"):
            self._bound(name, value)

    def _bound(self, side: str, value: str) -> None:
        """Take a bound that was typed; what is none changes nothing."""
        session = self.session
        metric, _colon, text = value.rpartition(":")
        if metric not in session.improve.where:
            return
        number = page_html.read_bound(session.table.metric(metric), text)
        low, high = session.improve.where[metric]
        low, high = (number, high) if side == "low" else (low, number)
        if (number is not None and not isfinite(number)) or (low is not None and high is not None and low > high):
            session.message = self._refused = _(
                "Found {value}; expected a number such as 94 %, 0.94 or 10M, the lower bound first."
            ).format(value=text[:40])
            self._markup.param.trigger("html")
        else:
            if session.message == self._refused:
                session.message = ""
            session.improve = session.improve.bounded(metric, low, high)


def only_words(session: Session) -> tuple[bool, str] | None:
    """Whether only selected cells are listed, and how many of those that match are selected; None without any."""
    if session.rows is None:
        return None
    return session.only_selected, ngettext("{count} of them is selected", "{count} of them are selected",
                                           session.selected_completions).format(
        count=format_count(session.selected_completions))
