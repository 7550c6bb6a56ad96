"""The text of the drawer *Search*: pure functions from plain data to HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.ledger import metric_of
from vanas_panel.draw.searches.words import how_words, regret_words
from vanas_panel.errors import VanasError
from vanas_panel.panels.search.fields import budget_words, budgets_in, choices, repeat_words
from vanas_panel.panels.search.form import SearchForm
from vanas_panel.panels.search.live_form import LiveChoice
from vanas_panel.panels.search.live_text import live_fields
from vanas_panel.searches.objective import usual_report
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.several import front_until
from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.tables.metrics import Metric, known_metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, translated

_PIECES = pieces(__file__)

_KIND_WORDS = {
    "asked": (marked("asked {count}"), marked("Select the cells that were asked so far")),
    "repeated": (marked("more than once {count}"), marked("Select the cells that were asked more than once so far")),
    "improving": (marked("improving {count}"),
                  marked("Select the cells that were the best so far when they were asked")),
    "front": (marked("front {count}"), marked("Select the cells that no other one asked so far dominates")),
}
TABS = {"curves": marked("Curves"), "ledger": marked("Ledger"), "lineage": marked("Family tree"),
        "states": marked("What it knows"), "front": marked("Front"), "compare": marked("Compare seeds")}
"""What can be seen of the searches, below the slider."""

_BELIEF_WORDS = {
    "": (marked("measured"), marked("Colour the map by the ranking metric")),
    "mean": (marked("expected"), marked("Colour the map by what the search expects after the query of the slider")),
    "deviation": (marked("unsure"), marked("Colour the map by how unsure the search is after the query of the slider")),
}

SEEDS = (10, 30, 100)
"""Seeds of a comparison to choose from."""


def form_html(form: SearchForm, table: BenchmarkTable, *, expanded: bool, problem: VanasError | None,
              folded: bool = False, live: LiveChoice | None = None) -> Html:
    """The form of the next search.

    Parameters
    ----------
    form : SearchForm
    table : BenchmarkTable
    expanded : bool
        Whether the settings are shown.
    problem : VanasError, optional
        Why the search could not run.
    folded : bool, optional
        Show the button that unfolds it, and nothing else.
    live : LiveChoice, optional
        What it shows of training; without it there is no choice.
    """
    if folded:
        return _PIECES.folded(label=_("New search"), tooltip=_("Choose a strategy and run it"))
    kind = STRATEGIES[form.strategy]
    metrics = [name for name, metric in table.metrics.items() if metric.higher_is_better is not None]
    repeats = table.repeats(form.metric).shape[1] if form.metric in table.metrics else 1
    fields = {
        "strategies": choices({name: _(each.label) for name, each in STRATEGIES.items()}, form.strategy),
        "presets": choices({name: name for name in kind.presets}, form.preset) if len(kind.presets) > 1 else [],
        "metrics": choices({name: label_of(table.metric(name)) for name in metrics}, form.metric),
        "also": choices({"": _("nothing else"), **{name: label_of(table.metric(name)) for name in metrics
                                                    if name != form.metric}}, form.also),
        "repeats": choices(repeat_words(repeats), form.repeat) if repeats > 1 else [],
        "queries": form.queries, "seed": form.seed,
    }
    words = {
        "strategy": _("Strategy"), "preset": _("Preset"), "metric": _("What the search is told"),
        "also": _("and also"),
        "repeat": _("Which repeat"), "queries": _("Queries"), "seed": _("Seed"), "settings": _("Settings"),
        "expanded": str(expanded).lower(), "run": _("Run"), "about": _about(form, table),
    }
    shown = None if live is None else live_fields(live, form, table)
    if shown is not None and live is not None and live.form.trains:
        words |= {"about": _about_live(form, live), "settings": _("Settings of the strategy")}
    return _PIECES.form(fields=fields, settings=_settings(form), words=words, live=shown,
                        problem="" if problem is None else translated(problem))


def _settings(form: SearchForm) -> list[dict[str, Any]]:
    """Fields of the settings, as the preset has them or as they were changed."""
    fields = []
    for name, usual in form.usual.items():
        value = form.settings.get(name, str(usual))
        options = choices({str(each): str(each) for each in (True, False)}, value) if isinstance(usual, bool) else []
        fields.append({"words": name, "action": f"set-{name}", "value": value, "choices": options})
    return fields


def _about(form: SearchForm, table: BenchmarkTable) -> str:
    """Where the preset comes from, and what the search is judged by."""
    source = STRATEGIES[form.strategy].presets[form.preset].source
    words = [_source(form, source)] if source and not form.settings else []
    words += budget_words(form.strategy, budgets_in(table, form.metric))
    report = usual_report(table, form.metric)
    if form.also:
        words.append(_("Judged by the share of the volume of the table's front that it comes to."))
    elif report:
        words.append(_("Judged by {metric}, which it never sees.").format(metric=label_of(table.metric(report[0]))))
    elif form.metric in table.metrics:
        words.append(_("Judged by what it is told."))
    return " ".join(words)


def _about_live(form: SearchForm, live: LiveChoice) -> str:
    """Where the preset comes from, and what a search that trains is judged by."""
    source = STRATEGIES[form.strategy].presets[form.preset].source
    words = [_source(form, source)] if source and not form.settings else []
    if live.form.told != "test_accuracy":
        words.append(_("Judged by {metric}, which it never sees.").format(metric=label_of(known_metric(
            "test_accuracy"))))
    return " ".join(words)


def _source(form: SearchForm, source: str) -> str:
    """Where settings come from."""
    words = _("Preset: {source}.") if form.preset else _("Settings: {source}.")
    return words.format(source=_(source))


def query_html(run: SearchRun, query: int, plan: SearchPlan, table: BenchmarkTable, change: Html,
               counts: Mapping[str, int], pressed: str) -> Html:
    """The query that the page has come to, and the named selections up to it.

    Parameters
    ----------
    run : SearchRun
    query : int
        From 1.
    plan : SearchPlan
    table : BenchmarkTable
    change : Html
        The drawing of its cell, with what differs from the parent.
    counts : mapping of str to int
        Cells of each of `vanas_panel.state.searching.KINDS`.
    pressed : str
        Which of them is selected; empty for none.
    """
    trial, metric = run.trials.iloc[query - 1], metric_of(plan.metric, table)
    value, best = float(trial["value"]), float(trial["best"])
    origin = how_words(str(trial["how"]))
    parents = [run.query_of(parent) for parent in trial["parents"]]
    if all(parents) and parents:
        origin = _("{how} of query {parents}").format(how=origin, parents=", ".join(map(format_count, parents)))
    facts = [origin, f"{label_of(metric)} {format_value(metric, value)}"]
    if run.budgets:
        facts.insert(1, _("budget {budget} of {full}").format(budget=format_count(int(trial["budget"])),
                                                              full=format_count(run.budgets[-1])))
    facts += [f"{label_of(table.metric(name))} {format_value(table.metric(name), float(trial[name]))}"
              for name in plan.also]
    if bool(trial["duplicate"]):
        facts.append(_("asked before"))
    if plan.also:
        facts.append(_("on the front so far") if front_until(run, query)[-1] else _("dominated by an earlier query"))
    elif run.budgets and int(trial["budget"]) < run.budgets[-1]:
        facts.append(_("not compared with full trainings"))
    else:
        facts.append(_standing(metric, value, best, is_best=int(trial["incumbent"]) == query))
    buttons = [{"action": f"load:{query}", "label": _("Load cell")}]
    load = _("Load parent, query {query}")
    buttons += [{"action": f"load:{parent}", "label": load.format(query=format_count(parent))} for parent in parents
                if parent]
    if int(trial["incumbent"]):
        buttons.append({"action": f"query:{int(trial['incumbent'])}", "label": _("Go to the best")})
    kinds = [{"name": name, "label": _(_KIND_WORDS[name][0]).format(count=format_count(counts[name])),
              "tooltip": _(_KIND_WORDS[name][1]), "pressed": str(name == pressed).lower()} for name in counts]
    words = {"title": _("Query {query}").format(query=format_count(query)), "kinds": _("Cells of this search"),
             "select": _("Select:")}
    return _PIECES.query(words=words, facts=facts, change=change, buttons=buttons, kinds=kinds)


def _standing(metric: Metric, value: float, best: float, *, is_best: bool) -> str:
    """A value beside the best one so far."""
    if is_best:
        return _("best so far")
    if best == value:
        return _("as good as the best so far")
    return _("best so far {value}, {difference} better").format(
        value=format_value(metric, best), difference=regret_words(metric, abs(best - value)))


def tabs_html(tab: str, measure: str, over: str, seeds: int, *, has_seconds: bool, has_front: bool = False,
              has_regret: bool = True, belief: str | None = None) -> Html:
    """The choice of what is seen of the searches.

    Parameters
    ----------
    tab, measure, over, seeds
        As for `vanas_panel.panels.search.pictures.Wanted`.
    has_seconds : bool
        Whether what the queries cost is known.
    has_front : bool, optional
        Whether several metrics are searched.
    has_regret : bool, optional
        Whether the best value is known.
    belief : str, optional
        What colours the map, in `vanas_panel.state.searching.BELIEFS`; None for searches without a posterior.
    """
    tabs = [{"value": name, "label": _(label), "pressed": str(name == tab).lower()} for name, label in TABS.items()
            if name != "front" or has_front]
    options = []
    if tab == "curves" and has_regret:
        options = [{"action": "measure", "label": _("Regret"), "pressed": str(measure == "regret").lower()}]
    if tab == "compare":
        options = [{"action": f"seeds:{count}", "label": _("{count} seeds").format(count=count),
                    "pressed": str(count == seeds).lower()} for count in SEEDS]
    if tab in ("curves", "compare") and has_seconds:
        options.append({"action": "over", "label": _("Seconds"), "pressed": str(over == "seconds").lower()})
    if tab == "states" and belief is not None:
        options = [{"action": f"belief:{kind}", "label": _(words), "tooltip": _(tooltip),
                    "pressed": str(kind == belief).lower()} for kind, (words, tooltip) in _BELIEF_WORDS.items()]
    about = _("Colours of the map:") if tab == "states" and options else ""
    return _PIECES.tabs(choices=tabs, options=[{"tooltip": "", **option} for option in options], about=about,
                        label=_("View of the searches"))


def picture_html(content: Html) -> Html:
    """A picture of the searches."""
    return _PIECES.picture(content=content)


def note_html(words: str) -> Html:
    """A quiet sentence."""
    return _PIECES.note(words=words)
