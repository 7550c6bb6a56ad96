"""Searches that train, in the drawer *Search*: begun from its form, stopped, continued, and brought back when kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from vanas_panel.errors import SearchError, VanasError
from vanas_panel.panels.search.css import CSS
from vanas_panel.panels.search.form import SearchForm
from vanas_panel.panels.search.live_form import QUERIES, LiveChoice, LiveForm
from vanas_panel.panels.search.live_text import kept_html
from vanas_panel.panels.training.text import no_workers_words
from vanas_panel.searches.live import space_of
from vanas_panel.searches.live_cost import CellCost, cell_cost
from vanas_panel.searches.live_kept import Kept
from vanas_panel.searches.live_plan import LivePlan
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import translated
from vanas_panel.training.runs import Runs
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.threads import PageThread, run_in_background, watch_runs
from vanas_panel.widgets.tools import Tools


class LivePart:
    """What the drawer does with searches that train.

    Parameters
    ----------
    session : Session
    tools : Tools
        Its ``live`` runs the searches; where there are none, the form says so.
    show_form : callable
        Shows the form again when something was looked up for it.

    Attributes
    ----------
    form : LiveForm
    box : Markup
        The searches that are kept and not on the page.
    """

    def __init__(self, session: Session, tools: Tools, show_form: Callable[[], None]):
        self.form = LiveForm()
        self._session, self._user, self._show_form = session, tools.user, show_form
        self._live, self._runs = tools.live, tools.runs if tools.live is None else tools.live.runs
        self._thread = PageThread()
        self._kept: tuple[Kept, ...] = ()
        self._seen: object = None
        self._asked, self._problem = "", ""
        self._cost: CellCost | None = None
        # What that is the cost of, how many changes of the personal table it knows, and whether it is looked up now.
        self._cost_of: tuple[str, int] | None = None
        self._counted: int | None = None
        self._is_counting = False
        self.box = Markup(css=CSS, on_action=self._act, sizing_mode="stretch_width", css_classes=["search-kept"],
                          visible=False)
        if self._live is not None:
            self._watch = watch_runs(self._live, self._look)
            session.param.watch(self._look, ["searches"])
            session.param.watch(self._come_back, "drawer")
            self._look()

    # The form --------------------------------------------------------------------------------------------------------

    @property
    def choice(self) -> LiveChoice:
        """What the form shows of training."""
        runs = self._runs
        if self._live is None or runs is None:
            return LiveChoice(self.form, no_workers_words(), Settings(), None, None)
        training = self._training(runs)
        why_not = translated(runs.missing(training))
        try:
            space_of(self._session.table)
        except VanasError as error:
            why_not = translated(error)
        cost = None if why_not or not self.form.trains else self._costs(runs, training)
        return LiveChoice(self.form, why_not, training, runs.at_once, cost)

    def _training(self, runs: Runs) -> Settings:
        """With which cells would be trained, as in the drawer *Train*: as those of the table, where it says so."""
        return table_settings(self._session.table) or runs.settings

    def _costs(self, runs: Runs, training: Settings) -> CellCost | None:
        """What a cell costs, as it was last looked up; None where it was not yet."""
        table = self._session.table
        about, kept = (training.digest, id(table)), runs.kept
        if about != self._cost_of:
            self._cost_of, self._cost, self._counted = about, None, None
        if kept != self._counted and not self._is_counting:
            self._is_counting = True
            take = partial(self._take_cost, about, kept)
            run_in_background(self._thread, partial(_cost, runs, self._user, training, table), take, take)
        return self._cost

    def _take_cost(self, about: tuple[str, int], kept: int, cost: CellCost | VanasError) -> None:
        """Show what a cell costs; where the personal table cannot be read, that is unknown."""
        self._is_counting = False
        if about == self._cost_of:
            self._cost, self._counted = cost if isinstance(cost, CellCost) else CellCost(), kept
        self._show_form()

    def changed(self, form: SearchForm, name: str, value: str) -> SearchForm | None:
        """The form after a field of training has changed; None where it is none of them."""
        changed = self.form.changed(name, value)
        if name not in ("cells", "told", "at-once"):
            return None
        if changed.trains and self.choice.why_not:
            return form
        usual = SearchForm().queries, QUERIES
        if changed.trains != self.form.trains and form.queries == usual[self.form.trains]:
            # A table is asked more often, since it costs nothing.
            form = replace(form, queries=usual[changed.trains])
        self.form = changed
        return form

    def beside(self, form: SearchForm, plan: LivePlan) -> SearchForm:
        """The form of a random search at the cost of another one, to be looked at before it is run."""
        self.form = replace(self.form, trains=not self.choice.why_not, told=plan.metric,
                            at_once="" if plan.at_once is None else str(plan.at_once))
        return replace(form.changed("strategy", "random"), repeat=str(plan.repeat), queries=str(plan.queries),
                       seed=str(plan.seed))

    def run(self, form: SearchForm, done: Callable[[LivePlan], None], failed: Callable[[VanasError], None]) -> None:
        """Begin the search of the form; one of both callbacks gets what became of it.

        Raises
        ------
        VanasError
            Where it cannot run.
        """
        session, live = self._session, self._live
        if live is None or self._runs is None:
            raise SearchError(no_workers_words())
        plan = self.form.plan(form, session.table, self._training(self._runs))
        session.require_room()

        def begun(_nothing: None) -> None:
            try:
                session.add_search(plan)
            except VanasError as error:
                # Others took the room meanwhile: it is among those that are kept.
                failed(error)
            else:
                done(plan)

        run_in_background(self._thread, partial(live.start, plan, self._user), begun, failed)

    # The list --------------------------------------------------------------------------------------------------------

    def act(self, name: str, plan: LivePlan, index: int) -> None:
        """Do what a button of the list asks for."""
        if self._live is None:
            return
        if name in ("stop", "abandon"):
            self._live.stop(plan, self._user, abandon=name == "abandon")
        elif name == "resume":
            self._go_on(self._live, plan)
        elif name == "remove":
            # Its file stays, so that nothing that was trained is lost by a slip of the mouse.
            self._live.stop(plan, self._user)
            self._session.remove_search(index)

    # What is kept ----------------------------------------------------------------------------------------------------

    def _come_back(self, *_events: Any) -> None:
        """Look again when the drawer opens: another process may have added something."""
        self._seen = None
        self._look()

    def _look(self, *_events: Any) -> None:
        """Read what is kept, where that may have changed; on the thread of the page."""
        session, live = self._session, self._live
        if live is None or session.drawer != "search":
            return
        seen = live.changes, frozenset(session.searches)
        if seen != self._seen:
            self._seen = seen
            run_in_background(self._thread, partial(live.all, self._user, session.table.space), self._take_kept,
                              self._refuse)
        else:
            self._show()

    def _take_kept(self, kept: list[Kept]) -> None:
        """Show what is kept."""
        self._kept = tuple(kept)
        self._show()

    def _refuse(self, error: VanasError) -> None:
        """Say why something was not done."""
        self._problem = translated(error)
        self._show()

    def _show(self) -> None:
        """Update the list of what is kept."""
        if self._live is None:
            return
        shown = {plan.name for plan in self._session.searches if isinstance(plan, LivePlan)}
        html = kept_html(self._kept, shown, self._live.under_way(self._user), self._asked, self._session.table,
                         self._problem)
        self.box.param.update(html=html, visible=bool(html))

    def _act(self, action: str) -> None:
        """Do what a button of what is kept asks for."""
        name, _colon, value = action.partition(":")
        plan = next((each.plan for each in self._kept if each.plan.name == value), None)
        self._problem, asked, self._asked = "", self._asked, ""
        live = self._live
        if live is not None and plan is not None:
            if name in ("open", "go-on"):
                self._open(plan, goes_on=name == "go-on")
            elif name == "delete":
                self._asked = plan.name
            elif name == "sure" and asked == plan.name:
                run_in_background(self._thread, partial(live.remove, plan, self._user), lambda _nothing: self._look(),
                                  self._refuse)
        self._show()

    def _open(self, plan: LivePlan, *, goes_on: bool) -> None:
        """Put a search on the page."""
        try:
            self._session.add_search(plan)
        except VanasError as error:
            self._refuse(error)
        else:
            if goes_on and self._live is not None:
                self._go_on(self._live, plan)

    def _go_on(self, live: LiveSearches, plan: LivePlan) -> None:
        """Let a search go on; what keeps it from that is shown with it."""
        run_in_background(self._thread, partial(live.go_on, plan, self._user), lambda _nothing: None, self._refuse)


def _cost(runs: Runs, user: str, training: Settings, table: BenchmarkTable) -> CellCost:
    """What a cell costs, by what was trained before."""
    return cell_cost(training, [row.record for row in runs.personal.all(user)], table, runs.device)
