"""What a strategy knows, as SVG: a population by age, or the probabilities of a policy over the proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vanas_panel.draw.format import format_value, letters
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import LETTER, axes_svg, axis_over, svg, text_svg
from vanas_panel.draw.searches.words import share_words
from vanas_panel.draw.theme import Palette, operation_label
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.metrics import Metric, label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import pgettext

_PIECES = pieces(__file__)

_LEVELS = 20
_ROW, _TOP, _BOTTOM = 13.0, 26.0, 38.0
_PROPOSALS = Metric("proposal", "proposal")

States = Sequence[tuple[int, Mapping[str, Any]]]


def states_svg(run: SearchRun, metric: Metric, colors: Palette, *, states: States | None = None,
               width: int = 420) -> Html:
    """What the strategy of a search knows.

    Parameters
    ----------
    run : SearchRun
    metric : Metric
        The one that was searched.
    colors : Palette
        They may be CSS variables.
    states : sequence of (int, mapping), optional
        From ``run.states``, which computes them; up to the proposal that is looked at.
    width : int, optional
        In pixels, at least 260.

    Returns
    -------
    Html
        The last population by age, or the probability of every edge and operation over all states. Empty for
        strategies that keep neither: a Gaussian process is seen on the map, see `vanas_panel.searches.posterior`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "regularised-evolution:naszilla", queries=60, seed=1)
    >>> states_svg(run, table.metric("validation_accuracy"), LIGHT).count("<circle")
    30
    """
    known = run.states if states is None else states
    if not known:
        return Html()
    last = known[-1][1]
    if last.get("population"):
        return _population(run, known[-1][0], last["population"], metric, colors, width)
    return _policy(run, known, colors, width) if "edges" in last and "operations" in last else Html()


def _population(run: SearchRun, after: int, members: Sequence[int], metric: Metric, colors: Palette,
                width: int) -> Html:
    """The members by age, the oldest on the left; the best one in the accent."""
    values = run.proposals.values[np.array(members, np.int64)]
    x = axis_over(np.array(members, np.float64), 58.0, width - 14.0, _PROPOSALS, log=False, spare=0.04)
    y = axis_over(values, 190.0, _TOP, metric, log=False)
    best = int(np.argmax(run.sign * values))
    dots = [_PIECES.dot(x=float(x.at(number)), y=float(y.at(value)), color=colors.accent if place == best
                        else colors.series_1, is_best=place == best,
                        words=f"#{number}: {format_value(metric, value)}")
            for place, (number, value) in enumerate(zip(members, values.tolist(), strict=True))]
    title = _("{metric} of the population after proposal {number}").format(metric=label_of(metric), number=after)
    says = _("{count} members; the best is #{number} with {value}").format(
        count=len(members), number=members[best], value=format_value(metric, float(values[best])))
    return svg(width, 190 + _BOTTOM, f"{title}: {says}", [
        text_svg(4, 13, title, colors.muted), axes_svg(x, y, colors), *dots,
        text_svg(width / 2, 190 + 32, _("proposal, the oldest member on the left"), colors.muted, "middle")],
        kind="vp-state")


def _policy(run: SearchRun, known: States, colors: Palette, width: int) -> Html:
    """A strip for every edge and every operation, darker where it is likelier."""
    space = run.space
    edges = [f"{source}→{target}" for target in range(1, space.max_vertices) for source in range(target)]
    words = [*edges, *(f"{vertex}: {operation_label(operation)}" for vertex in range(1, space.max_vertices - 1)
                       for operation in space.operations)]
    columns = [np.concatenate([np.array(state["edges"], np.float64),
                               np.array(state["operations"], np.float64).ravel()]) for _number, state in known]
    chances = np.array(columns).T
    left = min(0.4 * width, 12 + LETTER * max(map(letters, words)))
    right = width - 44.0
    step = (right - left) / len(known)
    # A little wider than its place, so that no seam is seen between neighbours.
    shape = f"h{step + 0.4:.2f}v{_ROW - 2:g}h-{step + 0.4:.2f}"
    paths: dict[int, list[str]] = {}
    for row, column in np.ndindex(*chances.shape):
        level = round(_LEVELS * float(chances[row, column]))
        gap = 8.0 if row >= len(edges) else 0.0
        top, start = _TOP + _ROW * row + gap, left + step * column
        if level:
            paths.setdefault(level, []).append(f"M{start:.1f} {top:.1f}{shape}")
    parts = [_PIECES.heat(path="".join(shapes), color=colors.series_1, strength=level / _LEVELS)
             for level, shapes in sorted(paths.items())]
    for row, word in enumerate(words):
        middle = _TOP + _ROW * (row + 0.5) + (8.0 if row >= len(edges) else 0.0) - 1
        parts.append(text_svg(left - 6, middle, word, colors.muted, "end", middle=True))
        parts.append(text_svg(right + 5, middle, share_words(float(chances[row, -1])), colors.muted, middle=True))
    bottom = _TOP + _ROW * len(words) + 8
    title = _("Probabilities of edges and operations over the proposals")
    parts += [text_svg(4, 13, title, colors.muted), text_svg(left, bottom + 14, "1", colors.muted),
              text_svg(right, bottom + 14, f"{known[-1][0] + 1:,}", colors.muted, "end"),
              text_svg((left + right) / 2, bottom + 14, pgettext("axis", "proposals"), colors.muted, "middle")]
    likely = words[int(np.argmax(chances[:, -1]))]
    return svg(width, bottom + 22, f"{title}: {_('at last, {part} is the likeliest').format(part=likely)}", parts,
               kind="vp-state")
