"""The ledger of a search as HTML: what its queries were spent on, with exact random search beside every number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from vanas_panel.draw.format import format_count, format_difference, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.words import regret_words, seconds_words, share_words
from vanas_panel.draw.theme import Palette
from vanas_panel.searches.judging import HYPERVOLUME, volume_metric
from vanas_panel.searches.ledger import Ledger
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)


class Line(NamedTuple):
    """A row of the ledger: what it counts, the search's number, and that of random search."""

    words: str
    own: str
    chance: str = ""
    inside: bool = False


def metric_of(name: str, table: BenchmarkTable | None = None) -> Metric:
    """A metric by its name; without a table, what the usual names mean."""
    if name == HYPERVOLUME and (table is None or name not in table.metrics):
        return volume_metric()
    return known_metric(name) if table is None or name not in table.metrics else table.metric(name)


def ledger_html(found: Ledger, colors: Palette, table: BenchmarkTable | None = None) -> Html:
    """The ledger of a search: a bar of its queries, and a table of the numbers.

    Parameters
    ----------
    found : Ledger
        From `vanas_panel.searches.ledger`.
    colors : Palette
        They may be CSS variables.
    table : BenchmarkTable, optional
        Names and units of the metrics; without it those of the usual names.

    Returns
    -------
    Html
        Without style sheets.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> from vanas_panel.searches import ledger
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "random", queries=100)
    >>> "Asked again" in ledger_html(ledger(run, table), LIGHT, table)
    True
    """
    beside = found.chance is not None
    rows = [{"words": line.words, "own": line.own, "chance": line.chance or "–", "inside": line.inside}
            for line in ledger_lines(found, table)]
    return _PIECES.ledger(
        parts={"name": _("Queries by what they found"), "shown": _parts(found, colors)},
        heads=[_("This search"), *([_("Random, exactly")] if beside else [])], rows=rows, said=_said(found, table),
        is_beside=beside, muted=colors.muted, ink=colors.text, line=colors.line)


def ledger_lines(found: Ledger, table: BenchmarkTable | None = None) -> list[Line]:
    """The rows of a ledger in words."""
    return [*_counts(found), *_values(found, table)]


def _counts(found: Ledger) -> Iterator[Line]:
    """What the queries were."""
    chance, queries = found.chance, found.queries
    again = "" if chance is None else _about(chance.duplicates, chance.queries)
    yield Line(_("Trainings") if _has_budgets(found) else _("Queries"), format_count(queries),
               "" if chance is None else format_count(chance.queries))
    if _has_budgets(found):
        yield Line(_("Cost in full trainings"), f"{found.cost:,.1f}",
                   "" if chance is None else f"{chance.queries:,}.0")
    yield Line(_("Different cells"), format_count(found.cells),
               "" if chance is None else _about(chance.queries - chance.duplicates))
    yield Line(_("Asked again"), _count(found.duplicates, queries), again)
    yield Line(_("of these drawn in another way"), _count(found.redrawn, found.duplicates), inside=True)
    yield Line(_("of these isomorphic, vertices in another order"), _count(found.isomorphic, found.duplicates),
               inside=True)
    yield Line(_("Changed nothing"), _count(found.idle, queries))
    if found.asked_in_vain:
        yield Line(_("Asked in vain, no value in the table"), format_count(found.asked_in_vain))
    if not math.isnan(found.seconds):
        yield Line(_("Time of all queries"), seconds_words(found.seconds),
                   "" if chance is None else seconds_words(chance.seconds * chance.queries))
        yield Line(_("Time of those asked again"), seconds_words(found.wasted_seconds))


def _values(found: Ledger, table: BenchmarkTable | None) -> Iterator[Line]:
    """What they found."""
    chance = found.chance
    metrics = {found.metric: found.regret, **found.reported}
    expected = {} if chance is None else {found.metric: chance.regret, **chance.reported}
    for name, regret in metrics.items():
        metric = metric_of(name, table)
        if not math.isnan(regret) or name in expected:
            yield Line(_("Regret in {metric}").format(metric=lower_label(metric)), regret_words(metric, regret),
                       regret_words(metric, expected[name]) if name in expected else "")
    if chance is not None:
        metric = metric_of(found.metric, table)
        if not math.isnan(chance.paid_regret):
            yield Line(_("Regret in {metric} for the same time").format(metric=lower_label(metric)),
                       regret_words(metric, found.regret), regret_words(metric, chance.paid_regret))
        yield Line(_("Finds a value as good, at the same cost") if _has_budgets(found) else
                   _("Finds a value as good, with as many queries"), "", share_words(chance.as_good))
    for name, luck in found.luck.items():
        metric = metric_of(found.metric, table)
        if not math.isnan(luck):
            words = _("Luck of the winner, over its other repeats") if name == "repeats" else _(
                "Luck of the winner, over its {metric}").format(metric=lower_label(metric_of(name, table)))
            yield Line(words, format_difference(metric, luck))


def _count(count: int, whole: int) -> str:
    """A count with its share."""
    return f"{format_count(count)} ({share_words(count / whole)})" if whole else format_count(count)


def _about(expected: float, whole: int = 0) -> str:
    """An expected count."""
    words = f"{expected:,.1f}" if expected < 100 else f"{expected:,.0f}"
    return f"{words} ({share_words(expected / whole)})" if whole else words


def _said(found: Ledger, table: BenchmarkTable | None) -> str:
    """What the numbers were measured by."""
    metric = lower_label(metric_of(found.metric, table))
    if found.chance is None:
        return _("Searched by {metric}.").format(metric=metric)
    if _has_budgets(found):
        return _("Searched by {metric}. Beside it: what random search over raw cells, with full trainings alone, is "
                 "expected to reach at the same cost, in closed form.").format(metric=metric)
    return _("Searched by {metric}. Beside it: what random search over raw cells is expected to reach with as many "
             "queries, in closed form.").format(metric=metric)


def _has_budgets(found: Ledger) -> bool:
    """Whether some trainings cost less than a full one."""
    return found.cost != found.queries


def _parts(found: Ledger, colors: Palette) -> list[dict[str, Any]]:
    """All queries in three parts: those that found something better, other new cells, and those asked again."""
    parts = ((_("better than all before"), found.improving, colors.accent),
             (_("new, no better"), found.queries - found.duplicates - found.improving, colors.series_1),
             (_("asked again"), found.duplicates, colors.faint))
    return [{"words": words, "count": count, "share": _count(count, found.queries), "color": color}
            for words, count, color in parts if found.queries]
