"""A search with several training budgets: each cell's values from budget to budget, and how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import Axis, axes_svg, axis_over, clipped, svg, text_svg
from vanas_panel.draw.theme import Palette, run_color
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.trace import PARENT
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

_LEFT, _TOP, _BOTTOM, _RIGHT, _LINE = 60.0, 24.0, 44.0, 30.0, 16.0
_WORST = 0.25
"""Share of the values of each budget, the worst ones, that the upright axis need not make room for."""
_EPOCHS = Metric("budget", "budget")


def budgets_svg(run: SearchRun, metric: Metric, colors: Palette, *, query: int | None = None, slot: int = 0,
                agreement: pd.DataFrame | None = None, width: int = 396, height: int = 260) -> Html:
    """What a search saw after each training budget, as one SVG element.

    Parameters
    ----------
    run : SearchRun
        With several budgets and at least one query.
    metric : Metric
        The one that was searched.
    colors : Palette
        They may be CSS variables.
    query : int, optional
        Up to which query, from 1; by default all. Its cell is drawn in the accent, from its first budget on.
    slot : int, optional
        Which of the palette's colours the others take.
    agreement : DataFrame, optional
        From `vanas_panel.searches.budget_agreement`, said below the chart.
    width, height : int, optional
        Of the chart in pixels.

    Returns
    -------
    Html
        A dot for every training, and a line from each to the next budget of the same cell.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "hyperband", queries=20, seed=1)
    >>> budgets_svg(run, table.metric("validation_accuracy"), LIGHT).count("vp-budgets")
    1
    """
    query = len(run) if query is None else query
    trials = run.trials.iloc[:query]
    values, budgets = trials["value"].to_numpy(dtype=np.float64), trials["budget"].to_numpy(dtype=np.int64)
    rungs = np.searchsorted(run.budgets, budgets)
    x = Axis(-0.15, len(run.budgets) - 0.85, _LEFT, width - _RIGHT, _EPOCHS)
    seen = _seen(run.sign * values, rungs)
    y = axis_over(values[seen], height - _BOTTOM, _TOP, metric, log=False)
    places = np.column_stack([x.at(rungs), y.at(values)])
    numbers = trials["number"].to_numpy(dtype=np.int64)
    pairs = _promotions(run, numbers)
    chain = _chain(run, numbers, query - 1)
    ink = run_color(slot, colors)
    drawn = [_PIECES.lines(path=_path(places, pairs), color=ink, width=1, strength=0.45, words=_("promotions")),
             _PIECES.dots(places=np.unique(places.round(1), axis=0).tolist(), color=ink, radius=2,
                          words=_("trainings")),
             _PIECES.lines(path=_path(places, pairwise(chain)), color=colors.accent, width=2.4, strength=1,
                           words=_("the cell of this query")),
             _PIECES.dots(places=places[chain].tolist(), color=colors.accent, radius=4,
                          words=_("the cell of this query"))]
    notes = _notes(run, budgets, values[chain], metric, int((~seen).sum()), agreement)
    ticks = [text_svg(float(x.at(rung)), height - _BOTTOM + 16, format_count(each), colors.muted, "middle")
             for rung, each in enumerate(run.budgets)]
    parts = [text_svg(4, 13, label_of(metric), colors.muted), axes_svg(x, y, colors, across=0), *ticks,
             clipped(x, y, drawn),
             text_svg((_LEFT + width - _RIGHT) / 2, height - 10, _("training budget, in epochs or steps"), colors.muted,
                      "middle"),
             *(text_svg(4, height + 12 + _LINE * place, words, colors.text) for place, words in enumerate(notes))]
    title = _("{metric} after each training budget").format(metric=label_of(metric))
    return svg(width, height + _LINE * len(notes) + 4, f"{title}: {' '.join(notes)}", parts, kind="vp-budgets")


def _path(places: np.ndarray, pairs: Iterable[tuple[int, int]]) -> str:
    """Lines between places, as the path of an SVG."""
    # Thousands of trainings share some hundred places.
    lines = dict.fromkeys("M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*places[one], *places[other]) for one, other in pairs)
    return "".join(lines)


def _seen(merits: np.ndarray, rungs: np.ndarray) -> np.ndarray:
    """Which values the axis makes room for: all but the worst of each budget, ``bool (n,)``."""
    seen = np.ones(merits.size, bool)
    for rung in np.unique(rungs).tolist():
        here = rungs == rung
        seen[here] = merits[here] >= np.quantile(merits[here], _WORST)
    return seen


def _promotions(run: SearchRun, numbers: np.ndarray) -> list[tuple[int, int]]:
    """From which query to which a cell went on to the next budget, both from 0."""
    parents = run.proposals.trace[numbers, PARENT]
    order = np.argsort(numbers, kind="stable")
    at = np.minimum(np.searchsorted(numbers, parents, sorter=order), numbers.size - 1)
    # The parent of a live search may have been told later than a query that is looked at.
    known = (parents >= 0) & (numbers[order[at]] == parents)
    return [(int(order[at[child]]), int(child)) for child in np.flatnonzero(known)]


def _chain(run: SearchRun, numbers: np.ndarray, query: int) -> list[int]:
    """The queries, from 0, of one cell from its first budget to the one of a query."""
    before = {child: parent for parent, child in _promotions(run, numbers)}
    chain = [query]
    while chain[-1] in before:
        chain.append(before[chain[-1]])
    return chain[::-1]


def _notes(run: SearchRun, budgets: np.ndarray, chain: np.ndarray, metric: Metric, hidden: int,
           agreement: pd.DataFrame | None) -> list[str]:
    """What stands below the chart."""
    counts = ", ".join(f"{format_count(int((budgets == each).sum()))} × {format_count(each)}" for each in run.budgets)
    notes = [_("Trainings so far: {counts}.").format(counts=counts),
             _("This cell: {values}.").format(values=" → ".join(format_value(metric, each)
                                                               for each in chain.tolist()))]
    if hidden:
        notes.append(ngettext("The axis leaves out the worst value.",
                              "The axis leaves out the worst {count} values.", hidden).format(
                                  count=format_count(hidden)))
    if agreement is not None:
        lower = agreement.iloc[:-1]
        notes += [_("Rank correlation with full training: {values};").format(
                      values=_correlations(lower["budget"].tolist(), lower["all"].tolist())),
                  _("among the best tenth of all cells: {values}.").format(
                      values=_correlations(lower["budget"].tolist(), lower["best"].tolist()))]
    return notes


def _correlations(budgets: Sequence[int], values: Sequence[float]) -> str:
    """Budgets with their correlations."""
    return ", ".join(f"{format_count(budget)}: {'–' if math.isnan(value) else f'{value:.2f}'}"
                     for budget, value in zip(budgets, values, strict=True))
