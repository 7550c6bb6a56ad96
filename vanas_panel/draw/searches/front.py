"""The front of a search with several metrics: one metric against another, with the front of the table beneath."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import Axis, axes_svg, axis_over, clipped, svg, text_svg
from vanas_panel.draw.searches.words import share_words
from vanas_panel.draw.theme import Palette, run_color
from vanas_panel.searches.goals import Goals
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.several import front_until
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

_LEFT, _TOP, _BOTTOM, _RIGHT, _LINE = 60.0, 24.0, 40.0, 16.0, 16.0
_WORST = 0.05
"""Share of the queries, the worst ones of each metric, that the axes do not make room for."""
_WIDE = 20
"""How many times the lowest value the highest one is, from where on the second metric has a logarithmic axis."""


def front_svg(run: SearchRun, goals: Goals, colors: Palette, *, query: int | None = None, slot: int = 0,
              width: int = 396, height: int = 260) -> Html:
    """The first two metrics of a search against each other, as one SVG element.

    Parameters
    ----------
    run : SearchRun
        At least one query.
    goals : Goals
        What it was told, from `vanas_panel.searches.chance.objective_of_run`.
    colors : Palette
        They may be CSS variables. The front of the table is muted and dashed.
    query : int, optional
        Up to which query, from 1; by default all.
    slot : int, optional
        Which of the palette's colours the front takes.
    width, height : int, optional
        Of the chart in pixels.

    Returns
    -------
    Html
        Asked cells as dots, and the front of them as a step line: what a cell must beat in both metrics. With more
        than two metrics the front casts no line, and its cells are dots alone.
    """
    query = len(run) if query is None else query
    trials, names = run.trials.iloc[:query], run.metrics
    up, across = goals.table.metric(names[0]), goals.table.metric(names[1])
    asked = trials[list(names[:2])].to_numpy(dtype=np.float64)
    front = asked[front_until(run, query)]
    whole = goals.columns[goals.front][:, :2]
    is_line = len(names) == 2
    seen = _seen(asked * goals.signs[:2])
    merits = goals.signs[:2] * asked[seen]
    shown = np.vstack([asked[seen], whole[(goals.signs[:2] * whole >= merits.min(axis=0)).all(axis=1)]])
    x = axis_over(shown[:, 1], _LEFT, width - _RIGHT, across,
                  log=bool(0 < _WIDE * shown[:, 1].min() < shown[:, 1].max()))
    y = axis_over(shown[:, 0], height - _BOTTOM, _TOP, up, log=False)
    said = _words(run, query, len(np.unique(front, axis=0)))
    ink = run_color(slot, colors)
    drawn = [_PIECES.dots(places=_places(asked, x, y), color=colors.faint, radius=2.2, words=_("asked cells"))]
    if is_line:
        drawn += [_steps(whole, goals.signs, x, y, colors.muted, _("front of the table"), is_dashed=True),
                  _steps(front, goals.signs, x, y, ink, said)]
    drawn.append(_PIECES.dots(places=_places(front, x, y), color=ink, radius=3, words=said))
    hidden = int((~seen).sum())
    notes = [said, _("Dashed: the front of the table.") if is_line else _("Of more metrics than are drawn.")]
    if hidden:
        notes.append(ngettext("{count} query lies outside.", "{count} queries lie outside.", hidden).format(
            count=format_count(hidden)))
    parts = [text_svg(4, 13, label_of(up), colors.muted), axes_svg(x, y, colors), clipped(x, y, drawn),
             text_svg((_LEFT + width - _RIGHT) / 2, height - 8, label_of(across), colors.muted, "middle"),
             *(text_svg(4, height + 12 + _LINE * place, words, colors.text) for place, words in enumerate(notes))]
    title = _("Front of {first} and {second}").format(first=label_of(up), second=label_of(across))
    return svg(width, height + _LINE * len(notes) + 4, f"{title}: {' '.join(notes)}", parts, kind="vp-front")


def _words(run: SearchRun, query: int, count: int) -> str:
    """The front in words."""
    share = float(run.hypervolume[query - 1])
    words = ngettext("{count} point on the front: {share} of the table's volume.",
                     "{count} points on the front: {share} of the table's volume.", count)
    return words.format(count=format_count(count), share=share_words(share))


def _seen(merits: np.ndarray) -> np.ndarray:
    """Which queries the axes make room for: not the worst ones of each metric."""
    seen = (merits >= np.quantile(merits, _WORST, axis=0)).all(axis=1)
    return seen if seen.any() else np.ones(len(merits), bool)


def _places(points: np.ndarray, x: Axis, y: Axis) -> list[tuple[float, float]]:
    """Where different points are drawn."""
    points = np.unique(points, axis=0)
    return list(zip(x.at(points[:, 1]).tolist(), y.at(points[:, 0]).tolist(), strict=True))


def _steps(points: np.ndarray, signs: np.ndarray, x: Axis, y: Axis, color: str, words: str, *,
           is_dashed: bool = False) -> Html:
    """A front as a line: from the best second metric on, the first one rises where a point is reached."""
    points = np.unique(points, axis=0)
    points = points[np.argsort(-signs[1] * points[:, 1], kind="stable")]
    places = list(zip(x.at(points[:, 1]).tolist(), y.at(points[:, 0]).tolist(), strict=True))
    path = "M{:.1f} {:.1f}".format(*places[0])
    path += "".join(f"H{after[0]:.1f}V{after[1]:.1f}" for _before, after in pairwise(places))
    return _PIECES.steps(path=path, color=color, is_dashed=is_dashed, words=words)
