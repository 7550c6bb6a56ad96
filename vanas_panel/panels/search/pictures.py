"""What the drawer *Search* shows of its searches below the slider, computed apart from the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import pandas as pd

from vanas_panel.draw.format import format_count, lower_label
from vanas_panel.draw.html import Html
from vanas_panel.draw.searches.beliefs import beliefs_svg
from vanas_panel.draw.searches.budgets import budgets_svg
from vanas_panel.draw.searches.curves import curves_svg
from vanas_panel.draw.searches.front import front_svg
from vanas_panel.draw.searches.ledger import ledger_html, metric_of
from vanas_panel.draw.searches.lineage import lineage_html
from vanas_panel.draw.searches.ranks import ranks_html
from vanas_panel.draw.searches.states import states_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.errors import SearchError
from vanas_panel.panels.search.live_text import beside_html
from vanas_panel.panels.search.text import note_html, picture_html
from vanas_panel.searches.beliefs import beliefs_of, calibration, has_posterior
from vanas_panel.searches.budget_agreement import budget_agreement
from vanas_panel.searches.chance import objective_of_run
from vanas_panel.searches.compare import compare_searches
from vanas_panel.searches.curves import comparison_curves, drawn_curves
from vanas_panel.searches.goals import Goals
from vanas_panel.searches.judging import HYPERVOLUME, judging_metric
from vanas_panel.searches.ledger import ledger
from vanas_panel.searches.lineage import Relative, lineage
from vanas_panel.searches.live_chance import chance_beside, trained_as
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.ranks import search_ranks
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, ngettext
from vanas_panel.text.language import gettext as _

COMPARED_QUERIES = 2_000
"""Most queries of each run of a comparison on the page."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is to be shown.

    Attributes
    ----------
    tab : str
        A name in `vanas_panel.panels.search.text.TABS`.
    table : BenchmarkTable
    plans : tuple of SearchPlan
        The searches of the page, in the order of their colours.
    runs : tuple of (int, SearchRun)
        Those that have run, with the indices of their plans.
    followed : SearchRun or None
    query : int
        The query that the page has come to, from 1.
    measure, over : str
        As for `vanas_panel.searches.curves.drawn_curves`.
    seeds : int
        Of a comparison.
    frames : dict of tuple to DataFrame
        Comparisons that were computed for other pictures; those to come are added.
    is_wanted : callable
        Whether the picture is still waited for; asked after each run of a comparison.
    colors : Palette
    language : str
    followed_index : int, optional
        Of the plan that is followed.
    """

    tab: str
    table: BenchmarkTable
    plans: tuple[SearchPlan, ...]
    runs: tuple[tuple[int, SearchRun], ...]
    followed: SearchRun | None
    query: int
    measure: str
    over: str
    seeds: int
    frames: dict[tuple, pd.DataFrame]
    is_wanted: Callable[[], bool]
    colors: Palette
    language: str
    followed_index: int | None = None

    @property
    def is_slow(self) -> bool:
        """Whether the picture of a single query takes long."""
        return self.tab == "states" and has_posterior(self.followed)

    @property
    def waits_for_rest(self) -> bool:
        """Whether the picture waits until the slider rests; a search that trains never rests."""
        return self.is_slow and self.followed is not None and not self.followed.is_live

    @property
    def key(self) -> tuple:
        """Equal for equal pictures."""
        return (*self.sight, tuple((index, id(run)) for index, run in self.runs), id(self.followed),
                self.query if self.tab in ("states", "front") else 0)

    @property
    def sight(self) -> tuple:
        """Equal for pictures of the same thing, at whatever query, and however far the searches have come."""
        return (self.tab, id(self.table), self.measure, self.over, self.seeds, self.colors.card, self.language,
                self.followed_index)


def picture_of(wanted: Wanted) -> Html:
    """The picture; takes a moment where exact random search has to be counted first."""
    run = wanted.followed
    if run is None or not len(run):
        return note_html(_("Nothing to show yet."))
    return picture_html({"curves": _curves, "ledger": _ledger, "lineage": _lineage, "states": _states,
                         "front": _front, "compare": _comparison}[wanted.tab](wanted, run))


def _curves(wanted: Wanted, run: SearchRun) -> Html:
    """All searches that are told the same metric as the followed one, and exact random search under them."""
    table = wanted.table
    metric = judging_metric(table, HYPERVOLUME) if run.proposals.also else metric_of(run.metrics[0], table)
    # What was made on no table has no regret.
    measure = "best" if _best_of(run) is None and not run.proposals.also else wanted.measure
    alike = [(index, each) for index, each in wanted.runs if _told(each, table) == _told(run, table)
             and (measure == "best" or each.proposals.also or _best_of(each) is not None)]
    # A search without a full training has no curve, and so no colour.
    together = [(index, each) for index, each in alike if each.has_best]
    curves = drawn_curves([each for _index, each in together], table, measure=measure, over=wanted.over)
    said = Html("")
    if run.is_live and measure == "best" and not any(curve.is_chance for curve in curves):
        longest = max((each for _index, each in together or alike), key=lambda each: each.cost)
        chance = chance_beside(longest, table) if wanted.over == "queries" else None
        curves = curves if chance is None else [chance, *curves]
        said = beside_html(run, [each for _index, each in alike], is_known=trained_as(run, table),
                           is_drawn=chance is not None)
    drawn = curves_svg(curves, metric, wanted.colors, measure=measure, over=wanted.over,
                       slots=[index for index, _each in together], width=396, height=250)
    others = len(wanted.runs) - len(alike)
    return drawn + said + (_left_out(others) if others else Html(""))


def _best_of(run: SearchRun) -> float | None:
    """The best value of all cells; None where it is not known."""
    return run.header["objective"]["best"]


def _told(run: SearchRun, table: BenchmarkTable) -> tuple:
    """What a search is told: goals of several repeats, or of other trainings, differ and cannot be compared."""
    training = run.header.get("training")
    # The values of a table, and of trainings of the same kind, are the same thing.
    origin = None if training is None or trained_as(run, table) else (training["digest"], training["images"])
    return run.metrics, run.header["objective"]["repeat"], origin


def _left_out(count: int) -> Html:
    """How many searches cannot stand beside the followed one."""
    words = ngettext("{count} search is left out here: another metric or repeat, settings of its own, a file, "
                     "trained cells, or no kernel.",
                     "{count} searches are left out here: another metric or repeat, settings of their own, files, "
                     "trained cells, or no kernel.", count)
    return note_html(words.format(count=count))


def _comparison(wanted: Wanted, run: SearchRun) -> Html:
    """The strategies of the page over many seeds, with exact random search beside them."""
    plan = next(wanted.plans[index] for index, each in wanted.runs if each is run)
    together = [(index, each) for index, each in enumerate(wanted.plans)
                if not each.is_opened and (each.metrics, each.repeat) == (plan.metrics, plan.repeat)
                and not each.settings
                and each.chosen.kind.kernel is not None]
    if not together:
        return _left_out(len(wanted.plans))
    slots = {each.strategy: index for index, each in reversed(together)}
    titles = list(dict.fromkeys(each.strategy for _index, each in together))
    frame = _compared(wanted, titles, plan)
    metric = judging_metric(wanted.table, frame.attrs["judged_by"])
    # Random search lies beneath, where it is among the searches too.
    curves = sorted(comparison_curves(frame, over=wanted.over), key=lambda curve: not curve.is_chance)
    drawn = curves_svg(curves, metric, wanted.colors, over=wanted.over,
                       slots=[slots[curve.title] for curve in curves if not curve.is_chance], width=396, height=250)
    others = len(wanted.plans) - len(together)
    said = note_html(_("Judged by {metric}, over {queries} queries.").format(
        metric=label_of(metric), queries=format_count(min(plan.queries, COMPARED_QUERIES))))
    return (said + drawn + ranks_html(search_ranks(frame), metric, wanted.colors)
            + (_left_out(others) if others else Html("")))


def _ledger(wanted: Wanted, run: SearchRun) -> Html:
    """What the queries of the followed search were spent on."""
    return ledger_html(ledger(run, wanted.table), wanted.colors, wanted.table)


def _lineage(wanted: Wanted, run: SearchRun) -> Html:
    """The family tree of the best cell of the followed search."""
    tree = lineage(run)
    table = wanted.table

    def action(each: Relative) -> str:
        query = run.query_of(each.number)
        return f"query:{query}" if query else ""

    metric = metric_of(run.header["objective"]["metric"], table)
    return lineage_html(tree, metric, table.space.operations, wanted.colors, sends=action)


def _compared(wanted: Wanted, strategies: list[str], plan: SearchPlan) -> pd.DataFrame:
    """A comparison of strategies, computed once for all pictures of it, and given up when nobody waits for it."""
    queries = min(plan.queries, COMPARED_QUERIES)
    key = (id(wanted.table), tuple(strategies), plan.metrics, plan.repeat, queries, wanted.seeds)

    if key not in wanted.frames:
        wanted.frames[key] = compare_searches(wanted.table, strategies, metric=plan.metrics, repeat=plan.repeat,
                                              queries=queries, seeds=wanted.seeds, on_run=partial(_go_on, wanted))
    return wanted.frames[key]


def _go_on(wanted: Wanted) -> None:
    """Give a picture up that nobody waits for any longer."""
    if not wanted.is_wanted():
        raise SearchError(Message("The comparison was given up: another picture was asked for."))


def _states(wanted: Wanted, run: SearchRun) -> Html:
    """What the strategy of the followed search knows after the query that the page has come to."""
    metric = metric_of(run.header["objective"]["metric"], wanted.table)
    if has_posterior(run):
        return _beliefs(wanted, run, metric)
    if run.budgets:
        slot = next(index for index, each in wanted.runs if each is run)
        return budgets_svg(run, metric, wanted.colors, query=wanted.query, slot=slot,
                           agreement=_agreement(wanted.table, run))
    place = run.told_before(int(run.trials["number"].iloc[wanted.query - 1]))
    known = states_of(run)
    # Those after the values that had come by then: numbers are in the order of asking.
    until = [each for each in known if run.told_before(each[0]) <= place] or known[:1]
    drawn = states_svg(run, metric, wanted.colors, states=until, width=396)
    return drawn or note_html(_("This strategy keeps nothing that could be drawn."))


def _beliefs(wanted: Wanted, run: SearchRun, metric: Metric) -> Html:
    """What a Gaussian process believes, beside what the table knows."""
    if run.is_live and (not trained_as(run, wanted.table) or run.metrics[0] not in wanted.table.metrics):
        return note_html(_("The table was not trained in the same way: there is nothing to compare what the search "
                           "expects with."))
    beliefs = beliefs_of(run, wanted.table, wanted.query, partial(_go_on, wanted))
    found = calibration(run, wanted.table, beliefs)
    if found.true.size:
        return beliefs_svg(found, metric, wanted.query, wanted.colors, width=396)
    return note_html(_("The table knows no {metric} of a cell that was not asked: there is nothing to compare what the "
                       "search expects with.").format(metric=lower_label(metric)))


def _agreement(table: BenchmarkTable, run: SearchRun) -> pd.DataFrame | None:
    """How well lower budgets rank the cells of a table; None for a search that was made on none."""
    if run.header["table"] is None:
        return None
    return budget_agreement(table, run.header["objective"]["metric"])


def _front(wanted: Wanted, run: SearchRun) -> Html:
    """The front of the followed search up to the query that the page has come to."""
    goals = objective_of_run(run, wanted.table)
    if not isinstance(goals, Goals):
        return note_html(_("This search is told one metric."))
    slot = next(index for index, each in wanted.runs if each is run)
    return front_svg(run, goals, wanted.colors, query=wanted.query, slot=slot)


@lru_cache(maxsize=16)
def states_of(run: SearchRun) -> list[tuple[int, Mapping[str, Any]]]:
    """What the strategy of a run knew, computed once for all steps of the slider."""
    return run.states
