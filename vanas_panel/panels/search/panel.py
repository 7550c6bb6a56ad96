"""Search: the drawer in which searches over the table are run and followed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import panel as pn

from vanas_panel.draw.html import Html
from vanas_panel.draw.searches.small_cell import changed_cell_svg
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.panels.gradient.css import GRADIENT_CSS
from vanas_panel.panels.gradient.part import GradientPart
from vanas_panel.panels.gradient.text import part_html
from vanas_panel.panels.search import text
from vanas_panel.panels.search.css import CSS, STACK
from vanas_panel.panels.search.files import SearchFiles
from vanas_panel.panels.search.form import SearchForm
from vanas_panel.panels.search.live_part import LivePart
from vanas_panel.panels.search.picture_part import PicturePart
from vanas_panel.panels.search.player import QueryPlayer
from vanas_panel.panels.search.runs_list import runs_html
from vanas_panel.searches.lineage import relative_of
from vanas_panel.searches.live_plan import LivePlan
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.gradient_view import GradientView
from vanas_panel.state.searching import KINDS
from vanas_panel.state.session import Session
from vanas_panel.text.language import speaking
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.tools import Tools


class Search(pn.viewable.Viewer):
    """The drawer: a form above, the searches of the page, and below them the one that is followed.

    Parameters
    ----------
    session : Session
        Holds the searches. Something else runs them, see `vanas_panel.panels.search.runner.SearchRunner`.
    tools : Tools
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools, **params: Any):
        super().__init__(**params)
        self.session = session
        self._form = SearchForm.of(session.table)
        self._expanded, self._folded = False, bool(session.searches)
        self._problem: VanasError | None = None
        self._places: dict[SearchPlan, int] = {}
        self._left = GradientView()
        # In parts, so that a field keeps what is typed while a search runs, and a step of the slider sends little.
        self._parts = {name: Markup(css=CSS, on_action=self._act, sizing_mode="stretch_width",
                                    css_classes=[f"search-{name}"])
                       for name in ("form", "runs", "query")}
        self._pictures = PicturePart(session, self._act)
        self._files = SearchFiles(session, lambda: self._form.metric, tools)
        self._live = LivePart(session, tools, self._show_form)
        self._tools = tools
        self._gradient: GradientPart | None = None
        self._choice = Markup(css=GRADIENT_CSS, on_action=self._act, sizing_mode="stretch_width",
                              css_classes=["search-part"])
        self._player = QueryPlayer(self._go, sizing_mode="stretch_width", css_classes=["search-player"])
        session.param.watch(self._update, ["drawer", "searches", "runs", "search_errors", "dark", "better", "belief"])
        session.param.watch(self._show_runs, ["search_progress", "stopped_searches", "live_searches"])
        session.param.watch(self._follow, ["followed", "rows"])
        session.param.watch(self._turn, "gradient")
        below = self._pictures
        self._table = pn.Column(self._parts["form"], self._parts["runs"], self._live.box, self._files.box, self._player,
                                self._parts["query"], below.tabs, below.picture, sizing_mode="stretch_width", margin=0,
                                stylesheets=[STACK])
        self._whole = pn.Column(self._choice, self._table, sizing_mode="stretch_width", margin=0, stylesheets=[STACK])
        self._turn()
        self._show()

    def __panel__(self):
        return self._whole

    # The two parts ---------------------------------------------------------------------------------------------------

    def _turn(self, *_events: Any) -> None:
        """Show the searches over the table, or those by gradient."""
        is_gradient = self.session.gradient is not None
        self._choice.html = part_html(is_gradient)
        self._table.visible = not is_gradient
        if is_gradient and self._gradient is None:
            # Most pages never need it.
            with speaking(self.session.language):
                self._gradient = GradientPart(self.session, self._tools)
            self._whole.append(self._gradient.box)
        if self._gradient is not None:
            self._gradient.box.visible = is_gradient

    def _choose(self, part: str) -> None:
        """Go to the other part; what was shown of it is shown again."""
        session = self.session
        if part == "gradient" and session.gradient is None:
            session.gradient = self._left
        elif part == "table" and session.gradient is not None:
            self._left, session.gradient = session.gradient, None

    # What is shown ---------------------------------------------------------------------------------------------------

    def _update(self, *_events: Any) -> None:
        """Follow the session while the drawer is open."""
        if self.session.drawer == "search":
            self._show()

    def _show(self) -> None:
        """Update every part."""
        self._show_form()
        self._show_runs()
        self._show_followed()

    def _show_runs(self, *_events: Any) -> None:
        """Update the list of the searches."""
        session = self.session
        if session.drawer == "search":
            self._parts["runs"].html = runs_html(
                session.searches, session.runs, session.search_errors, session.table, self._followed,
                palette(session.dark), session.search_progress, session.stopped_searches, session.live_searches)

    def _show_form(self) -> None:
        """Update the form."""
        folded = self._folded and bool(self.session.searches)
        # What a training costs is looked up for a form that shows it.
        self._parts["form"].html = text.form_html(self._form, self.session.table, expanded=self._expanded,
                                                  problem=self._problem, folded=folded,
                                                  live=None if folded else self._live.choice)

    @property
    def _followed(self) -> int | None:
        """Index of the search that is followed."""
        return None if self.session.followed is None else self.session.followed[0]

    def _follow(self, *events: Any) -> None:
        """Follow the slider and the selection: what does not depend on them is left alone."""
        if self.session.drawer != "search":
            return
        before = next((event.old for event in events if event.name == "followed"), self.session.followed)
        if (before and before[0]) != self._followed:
            self._show()
        else:
            self._show_query()
            if self._pictures.follows_queries:
                self._pictures.show_picture()

    def _show_followed(self) -> None:
        """Update what is shown of the search that is followed."""
        run = self.session.followed_run
        there = run is not None and len(run) > 0
        for part in (self._player, self._parts["query"], self._pictures.tabs, self._pictures.picture):
            part.visible = there
        if run is None or not there:
            return
        self._player.param.update(search=self._followed, last=len(run), query=self.session.followed_query)
        self._show_query()
        self._pictures.show(run)

    def _show_query(self) -> None:
        """Update the query that the page has come to."""
        session, run, plan = self.session, self.session.followed_run, self.session.followed_plan
        if run is None or plan is None or not len(run):
            return
        self._player.query = query = session.followed_query
        # With one metric the front is the best cell, which has a button of its own.
        kinds = [kind for kind in KINDS if kind != "front" or run.proposals.also]
        rows = {kind: session.search_rows(kind) for kind in kinds}
        pressed = next((kind for kind, found in rows.items() if found.size and np.array_equal(found, session.rows)), "")
        self._parts["query"].html = text.query_html(
            run, query, plan, session.table, self._change(run, query), {kind: found.size for kind, found in
                                                                        rows.items()}, pressed)

    def _change(self, run: SearchRun, query: int) -> Html:
        """The cell of a query, with what differs from its parents."""
        number = int(run.trials["number"].iloc[query - 1])
        here = relative_of(run, number)
        return changed_cell_svg(here.drawn, here.new, self.session.table.space.operations,
                                palette(self.session.dark))

    # What a person does ----------------------------------------------------------------------------------------------

    def _act(self, action: str) -> None:
        """Do what a button or a field asks for."""
        name, _colon, value = action.partition(":")
        session, number = self.session, number_after(action, name)
        if name == "part":
            self._choose(value)
        elif action == "run":
            self._run()
        elif action == "beside" and isinstance(session.followed_plan, LivePlan):
            self._form, self._problem, self._folded = self._live.beside(self._form, session.followed_plan), None, False
            self._show_form()
        elif action in ("settings", "new"):
            self._expanded ^= action == "settings"
            self._folded &= action != "new"
            self._show_form()
        elif name == "follow" and number is not None and number < len(session.searches):
            self._follow_one(number)
        elif name in ("remove", "stop", "resume", "abandon") and number is not None and number < len(session.searches):
            self._change_one(name, number)
        elif name in ("query", "load") and number is not None:
            self._go(number) if name == "query" else self._load(number)
        elif name == "select" and value in KINDS:
            self._select(value)
        elif not self._pictures.act(name, value, number):
            live = self._live.changed(self._form, name, value)
            changed = self._form.changed(name, value) if live is None else live
            if live is not None or changed != self._form:
                # What was wrong may be mended.
                self._form, self._problem = changed, None
            self._show_form()

    def _change_one(self, name: str, number: int) -> None:
        """Take a search off the page, stop it, or let it go on."""
        session, plan = self.session, self.session.searches[number]
        if isinstance(plan, LivePlan):
            self._live.act(name, plan, number)
        elif name != "abandon":
            {"remove": session.remove_search, "stop": session.stop_search,
             "resume": session.resume_search}[name](number)

    def _run(self) -> None:
        """Put the search of the form on the page, or say why not."""
        try:
            if self._live.form.trains:
                self._remember()
                self._live.run(self._form, self._begun, self._refuse)
                return
            plan = self._form.plan(self.session.table)
            there = plan in self.session.searches
            self._remember()
            self.session.add_search(plan)
        except VanasError as error:
            self._refuse(error)
        else:
            self._begun(None if there else plan)

    def _begun(self, plan: SearchPlan | None) -> None:
        """Fold the form up; the next search differs from a new one."""
        self._problem, self._folded = None, True
        if plan is not None:
            self._form = replace(self._form, seed=str(plan.seed + 1))
        self._show_form()

    def _refuse(self, error: VanasError) -> None:
        """Say why a search cannot run."""
        self._problem = error
        self._show_form()

    def _go(self, query: int) -> None:
        """Go to a query of the followed search."""
        run = self.session.followed_run
        if run is not None and self._followed is not None and 1 <= query <= len(run):
            self.session.follow_search(self._followed, query)

    def _follow_one(self, index: int) -> None:
        """Follow a search where it was left, the first time at its end."""
        session = self.session
        self._remember()
        session.follow_search(index, self._places.get(session.searches[index], 0) if index != self._followed else
                              session.followed_query)

    def _remember(self) -> None:
        """Keep the place of the search that is followed."""
        if self.session.followed_plan is not None:
            self._places[self.session.followed_plan] = self.session.followed_query

    def _load(self, query: int) -> None:
        """Put the cell of a query into the designer."""
        run = self.session.followed_run
        if run is not None and 1 <= query <= len(run):
            self.session.load_cell(run.cell(int(run.trials["number"].iloc[query - 1])))

    def _select(self, kind: str) -> None:
        """Select cells of the followed search, or let go of them."""
        if self.session.rows is not None and np.array_equal(self.session.search_rows(kind), self.session.rows):
            self.session.select(None)
        else:
            self.session.select_searched(kind)
