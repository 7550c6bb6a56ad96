"""A search as the last line of a notebook's cell: its best value, its curve, what it was spent on, its best cell."""

from __future__ import annotations

from dataclasses import replace

from vanas_panel.draw.format import format_value
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.notebook import ANY_THEME
from vanas_panel.draw.searches.curves import curves_svg
from vanas_panel.draw.searches.ledger import ledger_html, metric_of
from vanas_panel.draw.searches.lineage import lineage_html
from vanas_panel.draw.searches.words import run_words, share_words
from vanas_panel.searches.curves import run_curve
from vanas_panel.searches.judging import volume_metric
from vanas_panel.searches.ledger import ledger
from vanas_panel.searches.lineage import lineage
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import escaped

_PIECES = pieces(__file__)

_THEME = replace(ANY_THEME, line="rgba(127, 127, 127, 0.35)", faint="rgba(127, 127, 127, 0.6)")
"""Lines of charts and tables are quiet on light and on dark pages."""
_KIN = 5


def search_html(run: SearchRun) -> Html:
    """Describe a search: its curve and its ledger; random search stands beside it in reports and on the page.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> run = vp.search(vp.open_table("mnist-cells"), "random", queries=30, seed=1)
    >>> "Best validation accuracy so far" in search_html(run)
    True
    """
    title = run_words(run.strategy, run.seed)
    if not len(run):
        return _PIECES.search(title=title, said=_("No query had a value."), notes=_notes(run), parts=[])
    metric = metric_of(run.header["objective"]["metric"])
    measure = "best" if run.header["objective"]["best"] is None else "regret"
    if not run.has_best:
        return _PIECES.search(title=title, said=_("No cell had a full training."), notes=_notes(run),
                              parts=[ledger_html(ledger(run), _THEME)])
    best = format_value(metric, float(run.trials["best"].iloc[-1]))
    said = _("Best value {value}, found by query {query} of {count}.").format(
        value=best, query=f"{run.trials['incumbent'].iloc[-1]:,}", count=f"{len(run):,}")
    if run.proposals.also:
        said = _("{count} cells on the front of {metrics}, with {share} of the volume of the table's front.").format(
            count=f"{len(run.front):,}", metrics=", ".join(label_of(metric_of(name)) for name in run.metrics),
            share=share_words(float(run.hypervolume[-1])))
    judged = volume_metric() if run.proposals.also else metric
    curves = [curves_svg([run_curve(run, measure=each)], judged, _THEME, measure=each)
              for each in dict.fromkeys((measure, "best"))]
    tree = lineage_html(lineage(run, most=_KIN), metric, run.space.operations, _THEME)
    return _PIECES.search(title=title, said=said, notes=_notes(run),
                          parts=[joined(curves), ledger_html(ledger(run), _THEME), tree])


def _notes(run: SearchRun) -> list[str]:
    """What a person should know, with characters that turn the direction of reading as their codes."""
    return [escaped(note) for note in run.notes]
