"""A form on the page, of the next search by gradient or of a training: its fields, its cost, and its beginning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from vanas_panel.errors import SearchError, VanasError
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.panels.gradient import text
from vanas_panel.panels.gradient.css import GRADIENT_CSS
from vanas_panel.panels.gradient.form import GradientForm, data_sets
from vanas_panel.panels.gradient.genome_form import GenomeForm
from vanas_panel.searches.gradient_plan import EpochSeconds, GradientPlan, alike, without_folders
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.training.settings import Settings
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.threads import PageThread, run_in_background
from vanas_panel.widgets.tools import Tools


class FormPart:
    """The form.

    Parameters
    ----------
    session : Session
    tools : Tools
        Its ``gradients`` runs the searches; where there are none, the form says so.
    on_begun : callable
        Takes the plan of a search that has begun.
    genome : Genome, optional
        Then the form is that of its training.

    Attributes
    ----------
    box : Markup
    """

    def __init__(self, session: Session, tools: Tools, on_begun: Callable[[GradientPlan], None],
                 genome: Genome | None = None):
        self._session, self._user, self._searches = session, tools.user, tools.gradients
        self._on_begun = on_begun
        self._thread = PageThread()
        configured = Settings() if self._searches is None else self._searches.runs.settings
        self._sets = data_sets(configured)
        first = next(iter(self._sets))
        self._form: GradientForm | GenomeForm = (GradientForm(data=first) if genome is None else
                                                 GenomeForm(genome, data=first))
        self._folded, self._expanded = True, False
        self._problem: VanasError | None = None
        # Seconds of an epoch by what makes it quick or slow, and whether they were measured in steps.
        self._costs: dict[str, tuple[EpochSeconds | None, bool]] = {}
        self._counting: set[str] = set()
        self._measuring = ""
        self.box = Markup(css=GRADIENT_CSS, on_action=self._act, sizing_mode="stretch_width",
                          css_classes=["gradient-form"])
        self._show()

    def offer(self, genome: Genome, start: NeatSettings) -> None:
        """Offer the training of another genome, with the numbers of the search that it comes from."""
        form = self._form
        if isinstance(form, GenomeForm) and (form.genome, form.start) != (genome, start):
            self._form, self._problem = replace(form, genome=genome, start=start), None
            self._show()

    def known(self) -> None:
        """Look up once more what searches cost: one may have come to its end."""
        self._costs = {name: cost for name, cost in self._costs.items() if cost[1]}
        if not self._folded:
            self._show()

    @property
    def _why_not(self) -> str:
        """Why no search can run; empty where one can."""
        if self._searches is None:
            return _("Searches by gradient cannot be run from this page: it has no workers.")
        return translated(self._searches.missing(self._plan_or_none().stage)) if self._plan_or_none() else ""

    def _plan_or_none(self) -> Any:
        """The search of the form; None where it describes none."""
        try:
            return self._form.plan(self._sets)
        except VanasError:
            return None

    def _show(self) -> None:
        """Update the form."""
        plan = None if self._folded else self._plan_or_none()
        why_not = self._why_not
        about = "" if plan is None else alike(plan)
        if plan is not None and not why_not and about not in self._costs:
            self._count(plan, about)
        seconds, is_measured = self._costs.get(about, (None, False))
        is_known = plan is not None and seconds is not None and seconds.of_plan(plan) is not None
        self.box.html = text.form_html(
            self._form, self._sets, expanded=self._expanded, folded=self._folded, problem=self._problem,
            why_not=why_not, can_measure=plan is not None and not is_known and not self._measuring,
            cost=text.cost_words(plan, seconds, is_measured=is_measured,
                                 is_measuring=bool(about) and self._measuring == about))

    def _count(self, plan: GradientPlan, about: str) -> None:
        """Look up what a search costs, by one that was run here."""
        searches = self._searches
        if searches is None or about in self._counting:
            return
        self._counting.add(about)

        def take(seconds: EpochSeconds | None) -> None:
            self._counting.discard(about)
            self._costs.setdefault(about, (seconds, False))
            self._show()

        run_in_background(self._thread, partial(searches.seconds_per_epoch, plan, self._user), take,
                          lambda _error: take(None))

    def _measure(self) -> None:
        """Have a worker take a few steps."""
        plan, searches = self._plan_or_none(), self._searches
        if plan is None or searches is None or self._measuring:
            return
        self._measuring = about = alike(plan)

        def take(seconds: EpochSeconds) -> None:
            self._measuring = ""
            self._costs[about] = seconds, True
            self._show()

        def refuse(error: VanasError) -> None:
            self._measuring = ""
            self._refuse(error)

        run_in_background(self._thread, partial(searches.measure, plan), take, refuse)
        self._show()

    def _act(self, action: str) -> None:
        """Do what a button or a field asks for."""
        name, _colon, value = action.partition(":")
        if action == "run":
            self._run()
        elif action == "measure":
            self._measure()
        elif action in ("new", "settings"):
            self._folded &= action != "new"
            self._expanded ^= action == "settings"
            self._show()
        else:
            changed = self._form.changed(name.removeprefix("set-"), value, self._sets)
            if changed != self._form:
                # What was wrong may be mended.
                self._form, self._problem = changed, None
            self._show()

    def _run(self) -> None:
        """Begin the search of the form, or say why not."""
        searches = self._searches
        try:
            plan = self._form.plan(self._sets)
        except VanasError as error:
            self._refuse(error)
            return
        if searches is not None:
            run_in_background(self._thread, partial(searches.start, plan, self._user),
                              lambda _nothing: self._begun(plan), self._refuse)

    def _begun(self, plan: GradientPlan) -> None:
        """Fold the form up; the next search differs from this one."""
        self._problem, self._folded = None, True
        self._form = self._form.changed("seed", str(plan.stage.seed + 1), self._sets)
        self._show()
        self._on_begun(plan)

    def _refuse(self, error: VanasError) -> None:
        """Say why a search cannot run."""
        plan = self._plan_or_none()
        self._problem = error if plan is None else SearchError(without_folders(translated(error), plan))
        self._show()
