"""The searches of a report: their curves, what each was spent on, its family tree, and a comparison over seeds."""

from __future__ import annotations

import json
from contextlib import suppress

import pandas as pd

from vanas_panel.draw.format import format_count, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.budgets import budgets_svg
from vanas_panel.draw.searches.curves import curves_svg
from vanas_panel.draw.searches.ledger import ledger_html
from vanas_panel.draw.searches.lineage import lineage_html
from vanas_panel.draw.searches.ranks import ranks_html
from vanas_panel.draw.searches.words import run_words
from vanas_panel.errors import SearchError
from vanas_panel.report.plan import Plan
from vanas_panel.report.style import VARIABLES
from vanas_panel.searches.budget_agreement import budget_agreement
from vanas_panel.searches.curves import OVERS, comparison_curves, drawn_curves
from vanas_panel.searches.judging import HYPERVOLUME, judging_metric
from vanas_panel.searches.ledger import ledger
from vanas_panel.searches.lineage import Relative, lineage
from vanas_panel.searches.ranks import search_ranks
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

_KIN = 11
"""Ancestors of each best cell that a report shows."""


def searches_html(plan: Plan) -> Html:
    """The section; empty where the report has no search."""
    if not plan.searches and plan.comparison is None:
        return Html()
    parts: list[Html] = [] if plan.comparison is None else _comparison(plan, plan.comparison)
    for metrics in dict.fromkeys(run.metrics for run in plan.searches):
        parts.append(_together(plan, metrics))
    parts += [_alone(plan, run) for run in plan.searches]
    said = _("Random search in closed form stands beside every search: what drawing raw cells at random is expected to "
             "reach at the same cost. Regret is how much the best value of the table is better.")
    return _PIECES.section(title=_("Searches"), said=said, parts=parts)


def _together(plan: Plan, metrics: tuple[str, ...]) -> Html:
    """The curves of all searches that were told a metric, or the same several."""
    runs = [run for run in plan.searches if run.metrics == metrics and run.has_best]
    metric = judging_metric(plan.table, metrics[0] if len(metrics) == 1 else HYPERVOLUME)
    slots = [plan.searches.index(run) for run in runs]
    figures = []
    # A search that trained its cells knows no best value to count a regret from.
    measure = "best" if all(run.header["objective"]["best"] is None for run in runs) else "regret"
    for over in OVERS:
        # Where the seconds of a search are not known, there is no such chart.
        with suppress(SearchError):
            curves = drawn_curves(runs, plan.table, measure=measure, over=over)
            figures.append(curves_svg(curves, metric, VARIABLES, measure=measure, over=over,
                                      slots=slots, width=520))
    title = (_("Best {metric} so far") if measure == "best" else _("Regret in {metric}")).format(
        metric=lower_label(metric))
    if len(metrics) > 1:
        title += f": {', '.join(label_of(plan.table.metric(name)) for name in metrics)}"
    return _PIECES.charts(title=title, figures=figures)


def _alone(plan: Plan, run: SearchRun) -> Html:
    """One search."""
    table, metric = plan.table, plan.table.metric(run.header["objective"]["metric"])

    def loads(each: Relative) -> str:
        draft = {"operations": list(each.drawn.operations), "edges": [list(edge) for edge in each.drawn.edges]}
        return json.dumps(draft, separators=(",", ":"))

    tree = Html() if not run.has_best else lineage_html(
        lineage(run, most=_KIN), metric, table.space.operations, VARIABLES,
        loads=loads if "designer" in plan.parts else None)
    if run.budgets and len(run):
        agreement = None if run.header["table"] is None else budget_agreement(table, metric.name)
        tree = budgets_svg(run, metric, VARIABLES, slot=plan.searches.index(run), agreement=agreement) + tree
    said = ngettext("{count} query, told {metric}.", "{count} queries, told {metric}.", len(run)).format(
        count=format_count(len(run)), metric=_told(
            run, ", ".join(label_of(table.metric(name)) for name in run.metrics)))
    return _PIECES.run(title=run_words(run.strategy, run.seed), said=" ".join([said, *run.notes]),
                       ledger=ledger_html(ledger(run, table), VARIABLES, table), tree=tree)


def _told(run: SearchRun, label: str) -> str:
    """What a search was told, with the repeat."""
    repeat = run.header["objective"]["repeat"]
    pattern = {"mean": _("{metric} (mean of the repeats)"), "draw": _("{metric} (a repeat drawn at every query)")}.get(
        repeat, _("{metric} (repeat {number})"))
    return pattern.format(metric=label, number=repeat)


def _comparison(plan: Plan, frame: pd.DataFrame) -> list[Html]:
    """Strategies over many seeds."""
    metric = judging_metric(plan.table, frame.attrs["judged_by"])
    # Chance is drawn first, so that it lies under the others.
    drawn = [(over, sorted(comparison_curves(frame, over=over), key=lambda curve: not curve.is_chance))
             for over in OVERS]
    figures = [curves_svg(curves, metric, VARIABLES, over=over, width=520) for over, curves in drawn if curves]
    title = _("Strategies over seeds: regret in {metric}").format(metric=lower_label(metric))
    return [_PIECES.charts(title=title, figures=figures),
            _PIECES.ranks(content=ranks_html(search_ranks(frame), metric, VARIABLES))]
