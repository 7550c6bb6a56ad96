"""The list of the searches of a page: what each came to, or how far it is, and its buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.words import regret_words, run_words, share_words, strategy_words
from vanas_panel.draw.theme import Palette, run_color
from vanas_panel.errors import VanasError
from vanas_panel.panels.search.live_text import live_button, live_code, live_name, live_words
from vanas_panel.searches.live_plan import LivePlan
from vanas_panel.searches.live_progress import LiveProgress
from vanas_panel.searches.opened import OpenedSearch
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.followed_search import FollowedSearch
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated

_PIECES = pieces(__file__)


def runs_html(plans: Sequence[SearchPlan], runs: Mapping[SearchPlan, SearchRun],
              errors: Mapping[SearchPlan, VanasError], table: BenchmarkTable, followed: int | None,
              colors: Palette, progress: tuple[SearchPlan, int | None] | None = None,
              stopped: Set[SearchPlan] = frozenset(), live: Mapping[SearchPlan, LiveProgress] | None = None) -> Html:
    """The searches of the page, each with what it came to.

    `progress` is the one that runs and its queries so far; `stopped` are those that are to stop, or were stopped;
    `live` says how far those are that train their cells.
    """
    rows, live = [], live or {}
    for index, plan in enumerate(plans):
        name = run_words(strategy_words(plan.strategy), plan.seed)
        if isinstance(plan, OpenedSearch):
            name = f"{strategy_words(plan.strategy)} · {plan.file}"
        elif isinstance(plan, LivePlan):
            name = live_name(plan)
        settings = ", ".join(f"{each} {value}" for each, value in plan.settings)
        rows.append({
            "index": index, "color": run_color(index, colors), "pressed": str(index == followed).lower(),
            "name": f"{name} · {settings}" if settings else name,
            "says": (live_words(plan, live.get(plan), runs.get(plan), table)
                     if isinstance(plan, LivePlan) and plan not in errors else
                     _came_to(plan, runs.get(plan), errors.get(plan), table) if plan in runs or plan in errors else
                     _under_way(plan, progress, is_stopping=plan in stopped)),
            "stop": (live_button(plan, index, name, live.get(plan), runs.get(plan)) if isinstance(plan, LivePlan) else
                     _stop_button(plan, index, name, runs.get(plan), errors.get(plan), is_stopped=plan in stopped)),
            "notes": _notes(plan, runs.get(plan)) if index == followed else [],
            "code": plan_code(plan) if index == followed else "",
            "remove": _("Remove {search}").format(search=name),
        })
    words = {"title": _("Searches"), "follow": _("Follow this search on the map"),
             "copy": _("Copy as Python"), "done": _("Copied"), "undone": _("Mark and copy by hand"),
             "none": _("No search yet. Run one: on a table every query is looked up, so it takes a moment.")}
    return _PIECES.runs(rows=rows, words=words)


def _notes(plan: SearchPlan, run: SearchRun | None) -> list[str]:
    """What a person should know about the search that is followed."""
    kept = [_("The link of the page leaves it out: it is kept here for you, also when the page is closed.")]
    return [*(kept if plan.is_live else []), *(() if run is None else run.notes)]


def plan_code(plan: SearchPlan) -> str:
    """The call that runs a search outside of the page.

    Examples
    --------
    >>> plan_code(SearchPlan("random", "test_accuracy", seed=3))
    "run = vp.search(table, 'random', metric='test_accuracy', queries=500, seed=3)"
    """
    if isinstance(plan, LivePlan):
        return live_code(plan)
    if isinstance(plan, OpenedSearch):
        return f"run = vp.read_search({plan.file!r})"
    more = "" if plan.repeat == "mean" else f", repeat={plan.repeat!r}"
    settings = f", settings={dict(plan.settings)!r}" if plan.settings else ""
    metric = list(plan.metrics) if plan.also else plan.metric
    return (f"run = vp.search(table, {plan.strategy!r}, metric={metric!r}{more}, queries={plan.queries}, "
            f"seed={plan.seed}{settings})")


def _came_to(plan: SearchPlan, run: SearchRun | None, error: VanasError | None, table: BenchmarkTable) -> str:
    """What a search came to, in a line."""
    if error is not None:
        return translated(error)
    if run is None:
        return ""
    if not len(run):
        return _("No query had a value.")
    if not run.has_best:
        return _("No cell had a full training.")
    words = _volume_words(run) if plan.also else _best_words(run, table.metric(plan.metric))
    if run.is_finished:
        return words
    # It may go on at any moment.
    so_far = (_("query {query} of {queries} so far") if isinstance(plan, FollowedSearch) else
              _("stopped at query {query} of {queries}"))
    return so_far.format(
        query=format_count(run.spent), queries=format_count(run.queries)) + " · " + words


def _volume_words(run: SearchRun) -> str:
    """What a search with several metrics came to."""
    return _("front of {count} · {share} of the volume · {duplicates} of {queries} repeated").format(
        count=format_count(len(run.front)), share=share_words(float(run.hypervolume[-1])),
        duplicates=format_count(run.duplicates), queries=format_count(len(run)))


def _best_words(run: SearchRun, metric: Metric) -> str:
    """What a search with one metric came to."""
    return _("best {value} · regret {regret} · {duplicates} of {queries} repeated").format(
        queries=format_count(len(run)), value=format_value(metric, float(run.trials["best"].iloc[-1])),
        regret=regret_words(metric, run.regret), duplicates=format_count(run.duplicates))


def _under_way(plan: SearchPlan, progress: tuple[SearchPlan, int | None] | None, *, is_stopping: bool) -> str:
    """How far a search is that has not come to its end."""
    if progress is None or progress[0] != plan:
        return _("Waits for the search before it.")
    compiled = not plan.is_opened and plan.chosen.kind.kernel is not None
    if is_stopping and compiled:
        return _("Stopping … Compiled code cannot be stopped midway: this search comes to its end first.")
    if is_stopping:
        return _("Stopping …")
    if progress[1] is not None:
        return _("Running … {query} of {queries} queries.").format(
            query=format_count(progress[1]), queries=format_count(plan.queries))
    if compiled:
        return _("Running … The first search of a kind on a machine takes up to half a minute.")
    return _("Running …")


def _stop_button(plan: SearchPlan, index: int, name: str, run: SearchRun | None, error: VanasError | None, *,
                 is_stopped: bool) -> dict[str, str] | None:
    """The button that stops a search, or lets it go on; None where neither can be."""
    if run is None and error is None:
        return None if is_stopped else {"action": f"stop:{index}", "label": _("Stop"),
                                        "tooltip": _("Stop {search}; what it has asked is kept").format(search=name)}
    if is_stopped and (run is None or not run.is_finished):
        return {"action": f"resume:{index}", "label": _("Go on"),
                "tooltip": _("Let {search} go on").format(search=name)}
    return None
