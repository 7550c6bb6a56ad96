"""The text of searches that train their cells: pure functions from plain data to HTML and words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from vanas_panel.draw.format import count_cells, format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.ledger import metric_of
from vanas_panel.draw.searches.words import run_words, seconds_words, strategy_words
from vanas_panel.panels.search.fields import choices, repeat_words
from vanas_panel.panels.search.form import SearchForm
from vanas_panel.panels.search.live_form import TOLD, LiveChoice
from vanas_panel.panels.training.results import date_words
from vanas_panel.panels.training.text import comparable_words, settings_html
from vanas_panel.searches.live_kept import Kept
from vanas_panel.searches.live_plan import LivePlan
from vanas_panel.searches.live_progress import (
    DONE,
    FAILED,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    WAITING,
    LiveProgress,
)
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import choose
from vanas_panel.tables.metrics import known_metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext, translated
from vanas_panel.text.numerals import whole_number
from vanas_panel.training.settings import Settings

_PIECES = pieces(__file__)

_STATES = {WAITING: marked("Waits for another search that trains."), STARTING: marked("Starting workers …")}


# The form ------------------------------------------------------------------------------------------------------------


def live_fields(choice: LiveChoice, form: SearchForm, table: BenchmarkTable) -> dict[str, Any]:
    """What the form shows of training: the choice, and where it was made, its fields, settings and costs."""
    trains, told = choice.form.trains, choice.form
    options = [
        {"value": "table", "label": _("Look up in the table"), "pressed": str(not trains).lower(), "disabled": False,
         "tooltip": _("Every query takes the value that the table has")},
        {"value": "train", "label": _("Train every cell"), "pressed": str(trains).lower(),
         "disabled": bool(choice.why_not) and not trains,
         "tooltip": _("Have every cell trained and measured here; equal cells once")}]
    shown: dict[str, Any] = {"legend": _("Values of the cells"), "choices": options, "why_not": choice.why_not,
                             "told": []}
    if trains:
        repeats = choice.training.repeats
        shown |= {
            "told": choices({name: label_of(known_metric(name)) for name in TOLD}, told.told),
            "repeats": choices(repeat_words(repeats), form.repeat) if repeats > 1 else [],
            "at_once": {"label": _("Trainings at once"), "value": told.at_once or (
                "" if choice.workers is None else str(choice.workers))},
            "settings": settings_html(choice.training),
            "lines": [comparable_words(table), cost_words(choice, form)]}
    return shown


def cost_words(choice: LiveChoice, form: SearchForm) -> str:
    """What the search of a form would cost, or that this is unknown."""
    queries = whole_number(form.queries.strip().replace(",", ""))
    cost, workers = choice.cost, choice.workers
    if cost is None or queries is None or queries < 1:
        return ""
    if not cost.is_known:
        return _("How long it takes is unknown: no cell was trained with these settings yet.")
    at_once = whole_number(choice.form.at_once.strip()) or workers
    if at_once is not None and workers is not None:
        at_once = min(at_once, workers)
    source = (_("as {table} says, on the machine that trained it").format(table=cost.table) if cost.table else
              ngettext("measured on {count} cell trained here", "measured on {count} cells trained here",
                       cost.cells).format(count=format_count(cost.cells)))
    said = {"cells": count_cells(queries), "each": seconds_words(cost.seconds), "source": source}
    if choose(form.title).kind.budgets and at_once is not None:
        return _("As much training as {cells} of about {each} each ({source}), {at_once} at once: about "
                 "{total}.").format(**said, at_once=at_once, total=seconds_words(cost.total(queries, at_once)))
    if at_once is None:
        return _("At most {cells} of about {each} each ({source}): {total} of training, divided among the workers of "
                 "the scheduler.").format(**said, total=seconds_words(cost.total(queries, 1)))
    return _("At most {cells} of about {each} each ({source}), {at_once} at once: about {total}.").format(
        **said, at_once=at_once, total=seconds_words(cost.total(queries, at_once)))


# The list ------------------------------------------------------------------------------------------------------------


def live_words(plan: LivePlan, progress: LiveProgress | None, run: SearchRun | None, table: BenchmarkTable) -> str:
    """How far a search is, or what it came to, in a line."""
    state = None if progress is None else progress.state
    if state in _STATES:
        return _(_STATES[state])
    told = progress.told if progress is not None else 0 if run is None else int(run.cost)
    parts = []
    if state == FAILED and progress is not None and progress.error is not None:
        # The path is the server's own.
        parts.append(translated(progress.error).replace(progress.path or plan.name,
                                                        file_name(plan.strategy, plan.seed)))
    count = _("{told} of {queries} told").format(told=format_count(told), queries=format_count(plan.queries))
    if state == RUNNING and progress is not None:
        parts += [count, _("{count} in training").format(count=format_count(progress.in_training))]
        if progress.left is not None:
            parts.append(_("about {time} left").format(time=seconds_words(float(math.ceil(progress.left)))))
    elif state == STOPPING and progress is not None:
        parts += [_("Stopping …"), count]
        if progress.in_training:
            parts.append(ngettext("{count} cell in training comes to its end",
                                  "{count} cells in training come to their end",
                                  progress.in_training).format(count=format_count(progress.in_training)))
    elif run is None and state is None:
        return _("Nothing was asked yet.")
    elif run is None or not run.is_finished:
        parts.append(_("stopped at query {query} of {queries}").format(
            query=format_count(told), queries=format_count(plan.queries)))
    if run is not None and run.has_best:
        parts.append(_("best {value}").format(value=format_value(metric_of(plan.metric, table),
                                                                 float(run.trials["best"].iloc[-1]))))
        if run.is_finished:
            parts.append(_("{duplicates} of {queries} repeated").format(duplicates=format_count(run.duplicates),
                                                                        queries=format_count(len(run))))
    return " · ".join(parts)


def live_button(plan: LivePlan, index: int, name: str, progress: LiveProgress | None,
                run: SearchRun | None) -> dict[str, str] | None:
    """The button that stops a search that trains, or lets it go on; None where neither can be."""
    state = None if progress is None else progress.state
    if state == STOPPING:
        return {"action": f"abandon:{index}", "label": _("Stop now"),
                "tooltip": _("Leave the cells in training, too; they are trained again when it goes on")}
    if state not in (None, STOPPED, DONE, FAILED):
        return {"action": f"stop:{index}", "label": _("Stop"),
                "tooltip": _("Ask for no more cells of {search}; those in training come to their end").format(
                    search=name)}
    if state == DONE or (run is not None and run.is_finished):
        return None
    return {"action": f"resume:{index}", "label": _("Go on"), "tooltip": _("Let {search} go on").format(search=name)}


def live_name(plan: LivePlan) -> str:
    """A search that trains, for a person."""
    return _("{search}, trained").format(search=run_words(strategy_words(plan.strategy), plan.seed))


def file_name(strategy: str, seed: int, ending: str = ".jsonl") -> str:
    """A name for the file of a search, with letters that every system takes.

    Examples
    --------
    >>> file_name("local-search:first", 3)
    'local-search-first-3.jsonl'
    """
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', strategy)[:60]}-{seed}{ending}"


def live_code(plan: LivePlan) -> str:
    """The call that runs such a search outside of the page, or goes on with its saved file.

    Examples
    --------
    >>> live_code(LivePlan("random", "test_accuracy", queries=9, seed=3, training=Settings(repeats=2)))
    "run = vp.search_live(table, 'random', {'repeats': 2}, metric='test_accuracy', queries=9, seed=3, out='run.jsonl')"
    """
    more = "" if plan.repeat == "mean" else f", repeat={plan.repeat!r}"
    settings = f", strategy_settings={dict(plan.settings)!r}" if plan.settings else ""
    differing = _differing(plan.training.to_dict(), Settings().to_dict())
    return (f"run = vp.search_live(table, {plan.strategy!r}, {differing!r}, metric={plan.metric!r}{more}, "
            f"queries={plan.queries}, seed={plan.seed}{settings}, out='run.jsonl')")


def _differing(content: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """The values of nested dictionaries that are not the usual ones."""
    parts = {name: _differing(value, usual[name]) if isinstance(value, dict) else value
             for name, value in content.items() if value != usual.get(name)}
    return {name: part for name, part in parts.items() if part != {}}


def beside_html(run: SearchRun, together: Sequence[SearchRun], *, is_known: bool, is_drawn: bool) -> Html:
    """What stands for random search beside a search that trains, or how to have it.

    Parameters
    ----------
    run : SearchRun
    together : sequence of SearchRun
        What is drawn with it, itself included.
    is_known : bool
        Whether the table was trained in the same way.
    is_drawn : bool
        Whether the exact random search of the table is drawn.
    """
    if is_drawn:
        return _PIECES.note(words=_("Random search is that of the table, whose cells were trained in the same way."))
    if any(each.strategy == "random" and each.queries >= run.queries for each in together):
        return Html("")
    words = (_("The exact random search of the table is known over queries only.") if is_known else
             _("Exact random search is not known here: the table was not trained in the same way."))
    return _PIECES.beside(words=words, label=_("Train a random search beside it"),
                          tooltip=_("Fill the form with a random search of as many queries; it says what it costs"))


# Searches that are kept ----------------------------------------------------------------------------------------------


def kept_html(kept: Sequence[Kept], shown: Set[str], active: Mapping[str, LiveProgress], asked: str,
              table: BenchmarkTable, problem: str = "") -> Html | str:
    """The searches that are kept here and not on the page, with buttons to bring them back.

    Parameters
    ----------
    kept : sequence of Kept
        The newest first.
    shown : set of str
        Names of those that are on the page.
    active : mapping of str to LiveProgress
        Those that are under way, by their names.
    asked : str
        Name of the one that is to be deleted, if that is confirmed.
    table : BenchmarkTable
    problem : str, optional
        What went wrong.

    Returns
    -------
    Html or str
        With the actions ``open:...``, ``go-on:...``, ``delete:...``, ``sure:...`` and ``keep``.
    """
    rows = [_kept_row(each, active.get(each.plan.name), asked, table) for each in kept
            if each.plan.name not in shown]
    if not rows and not problem:
        return ""
    words = {"title": _("Searches that train, kept here"), "show": _("Put this search on the page"),
             "go_on": _("Go on"), "go_on_hint": _("Put this search on the page and let it go on"),
             "delete": _("Delete"), "delete_hint": _("It cannot be undone; cells that were trained stay in your table"),
             "keep": _("Keep"), "keep_hint": _("Leave it where it is")}
    return _PIECES.kept(rows=rows, words=words, problem=problem)


def _kept_row(each: Kept, progress: LiveProgress | None, asked: str, table: BenchmarkTable) -> dict[str, Any]:
    """A search that is kept."""
    # One that waits, or goes through its file, knows less than the file says.
    plan, told = each.plan, each.told if progress is None else max(each.told, progress.told)
    says = [_("under way") if progress is not None else _("finished") if each.is_finished else _("not finished"),
            _("{told} of {queries} told").format(told=format_count(told), queries=format_count(plan.queries)),
            date_words(plan.begun)]
    if plan.source and plan.source != table.name:
        says.append(_("beside {table}").format(table=plan.source))
    name = live_name(plan)
    return {"id": plan.name, "name": name, "says": " · ".join(says),
            "goes_on": progress is None and not each.is_finished, "is_asked": asked == plan.name,
            "delete": _("Delete {search}").format(search=name), "can_delete": progress is None}
