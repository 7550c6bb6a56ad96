"""Best value or regret over queries or seconds: a line for each search, with exact random search under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from vanas_panel.draw.format import format_value, letters, lower_label
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.searches.frame import LETTER, Axis, axes_svg, axis_over, clipped, svg, text_svg
from vanas_panel.draw.searches.words import regret_words, run_words, scale_metric
from vanas_panel.draw.theme import Palette
from vanas_panel.searches.curves import Curve
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import pgettext

_PIECES = pieces(__file__)

_LEFT, _TOP, _BOTTOM, _TAG, _ROW = 52.0, 24.0, 40.0, 26.0, 17.0
_LABELS = 0.34
"""Most of the width that the names at the ends of the lines may take; longer ones go below the chart."""
_EARLY = 0.03
"""Share of the horizontal axis whose values an axis without logarithms does not make room for."""
_QUERIES = Metric("queries", "queries")


def curves_svg(curves: Sequence[Curve], metric: Metric, colors: Palette, *, measure: str = "regret",
               over: str = "queries", log_x: bool = True, log_y: bool | None = None, slots: Sequence[int] | None = None,
               width: int = 420, height: int = 250) -> Html:
    """Searches as lines, as one SVG element.

    Parameters
    ----------
    curves : sequence of Curve
        From `vanas_panel.searches.curves`; random search beneath is muted and dashed, and takes no colour.
    metric : Metric
        The metric that the curves are counted in.
    colors : Palette
        They may be CSS variables.
    measure : str, optional
        ``regret`` or ``best``, as the curves were made.
    over : str, optional
        ``queries`` or ``seconds``, as the curves were made.
    log_x, log_y : bool, optional
        By default both axes are logarithmic, except that of a best value. Values that a logarithmic axis cannot hold
        lie on its lower end, which says so; one that is not logarithmic cuts off the first queries.
    slots : sequence of int, optional
        Which of the palette's colours each curve takes that is not random search; by default in order.
    width, height : int, optional
        Of the chart in pixels, at least 260 and 160; names of the lines may make it higher.

    Returns
    -------
    Html
        Self-contained.

    Examples
    --------
    >>> import numpy as np
    >>> from vanas_panel.draw.theme import LIGHT
    >>> from vanas_panel.tables.metrics import known_metric
    >>> curve = Curve("random", np.array([1.0, 8.0]), np.array([0.1, 0.02]), steps=True, seed=0)
    >>> curves_svg([curve], known_metric("test_accuracy"), LIGHT).count("<path")
    1
    """
    log_y = measure == "regret" if log_y is None else log_y
    unit, factor, _unit_name = scale_metric(metric, measure)
    curves = [_scaled(curve, factor) for curve in curves if curve.x.size]
    names = [run_words(curve.title, curve.seed) for curve in curves]
    direct = max((letters(name) for name in names), default=0) * LETTER + 22 <= _LABELS * width
    right = width - ((max((letters(name) for name in names), default=0) * LETTER + 18) if direct else _TAG)
    y = axis_over(_all(curves, "y", "low", "high") if log_y else _late(curves), height - _BOTTOM, _TOP, unit,
                  log=log_y, from_zero=measure == "regret")
    # Values that hardly differ have long words.
    left = max(_LEFT, LETTER * max((letters(words) for _place, words in y.ticks(4)), default=0) + 10)
    x = axis_over(_all(curves, "x"), left, right, _QUERIES if over == "queries" else known_metric("training_time"),
                  log=log_x, spare=0.0)
    inks = _inks(curves, colors, slots)
    parts = [text_svg(4, 13, _title(metric, measure), colors.muted), axes_svg(x, y, colors),
             text_svg((left + right) / 2, height - 8,
                      pgettext("axis", "queries") if over == "queries" else _("seconds since the start"),
                      colors.muted, "middle"), _zero(curves, left, y, colors)]
    drawn = [_band(curve, x, y, ink) for curve, ink in zip(curves, inks, strict=True)]
    drawn += [_line(curve, x, y, ink, _ending(name, curve, metric, measure, factor))
              for curve, ink, name in zip(curves, inks, names, strict=True)]
    parts.append(clipped(x, y, drawn))
    parts.append(_ends(curves, names, inks, x, y, colors, direct))
    if not direct:
        parts.append(_legend(curves, names, inks, height, width, colors))
    said = "; ".join(_ending(name, curve, metric, measure, factor) for name, curve in zip(names, curves, strict=True))
    words = f"{_title(metric, measure)}: {said or _('no search yet')}"
    return svg(width, height + (0 if direct else _ROW * len(curves) + 4), words, parts, kind="vp-curves")


def _scaled(curve: Curve, factor: float) -> Curve:
    """A curve in the unit of its axis, without what is not known."""
    known = ~np.isnan(curve.y)
    low, high = (None if band is None else band[known] * factor for band in (curve.low, curve.high))
    return replace(curve, x=curve.x[known], y=curve.y[known] * factor, low=low, high=high)


def _all(curves: Sequence[Curve], *names: str) -> np.ndarray:
    """All values of some columns of the curves."""
    columns = [getattr(curve, name) for curve in curves for name in names]
    return np.concatenate([column for column in columns if column is not None] or [np.empty(0)])


def _late(curves: Sequence[Curve]) -> np.ndarray:
    """Values that an axis without logarithms should show: how far the first queries are off leaves room for nothing."""
    last = float(np.max(_all(curves, "x"), initial=0.0))
    columns = []
    for curve in curves:
        # A staircase that begins early has the value of its last step.
        since = np.flatnonzero(curve.x >= _EARLY * last)
        first = max(0, (int(since[0]) if since.size else curve.x.size) - int(curve.steps))
        columns += [column[first:] for column in (curve.y, curve.low, curve.high) if column is not None]
    return np.concatenate(columns or [np.empty(0)])


def _inks(curves: Sequence[Curve], colors: Palette, slots: Sequence[int] | None) -> list[str]:
    """The colour of every line."""
    own = iter(slots if slots is not None else range(len(curves)))
    return [colors.muted if curve.is_chance else colors.series[next(own) % len(colors.series)] for curve in curves]


def _title(metric: Metric, measure: str) -> str:
    """What the upright axis counts."""
    unit = scale_metric(metric, measure)[2]
    words = (_("Regret in {metric}") if measure == "regret" else _("Best {metric} so far")).format(
        metric=lower_label(metric))
    return f"{words}, {unit}" if unit else words


def _ending(name: str, curve: Curve, metric: Metric, measure: str, factor: float) -> str:
    """A search and where it ended, in words."""
    if not curve.y.size:
        return name
    value = float(curve.y[-1]) / factor
    return f"{name}: {regret_words(metric, value) if measure == 'regret' else format_value(metric, value)}"


def _zero(curves: Sequence[Curve], left: float, y: Axis, colors: Palette) -> Html:
    """That zeros lie on the lower end of a logarithmic axis, where there are some."""
    if not y.log or not (_all(curves, "y") <= 0).any():
        return Html()
    return text_svg(left - 6, y.start, "≤ 0" if (_all(curves, "y") < 0).any() else "0", colors.muted, "end",
                    middle=True)


def _band(curve: Curve, x: Axis, y: Axis, ink: str) -> Html:
    """Where 95 % of the seeds lie."""
    if curve.low is None or curve.high is None:
        return Html()
    xs = x.at(curve.x)
    there = [f"{a:.1f} {b:.1f}" for a, b in zip(xs, y.at(curve.high), strict=True)]
    back = [f"{a:.1f} {b:.1f}" for a, b in zip(xs[::-1], y.at(curve.low[::-1]), strict=True)]
    return _PIECES.band(path=f"M{'L'.join([*there, *back])}Z", color=ink, opacity=0.1 if curve.is_chance else 0.15)


def _line(curve: Curve, x: Axis, y: Axis, ink: str, says: str) -> Html:
    """The line of a search; what it says is read by a pointer."""
    if not curve.x.size:
        return Html()
    places = list(zip(x.at(curve.x).tolist(), y.at(curve.y).tolist(), strict=True))
    path = "M{:.1f} {:.1f}".format(*places[0])
    if curve.steps:
        path += "".join(f"H{after[0]:.1f}V{after[1]:.1f}" for _before, after in pairwise(places))
    else:
        path += "".join(f"L{across:.1f} {up:.1f}" for across, up in places[1:])
    return _PIECES.curve(path=path, color=ink, is_dashed=curve.is_chance, words=says)


def _ends(curves: Sequence[Curve], names: Sequence[str], inks: Sequence[str], x: Axis, y: Axis, colors: Palette,
          direct: bool) -> Html:
    """A dot at the end of every line, and its name or number beside it, none over another one."""
    order = sorted((index for index, curve in enumerate(curves) if curve.x.size),
                   key=lambda index: float(y.at(curves[index].y[-1])))
    wanted = [float(y.at(curves[index].y[-1])) for index in order]
    for place in range(1, len(wanted)):
        wanted[place] = max(wanted[place], wanted[place - 1] + 12)
    over = max(0.0, wanted[-1] - (y.start + 4)) if wanted else 0.0
    for place in range(len(wanted) - 1, -1, -1):
        wanted[place] = min(wanted[place], (y.start + 4) - 12 * (len(wanted) - 1 - place)) if over else wanted[place]
    parts = []
    for index, height in zip(order, wanted, strict=True):
        across, up = float(x.at(curves[index].x[-1])), float(y.at(curves[index].y[-1]))
        if not curves[index].is_chance:
            parts.append(_PIECES.dot(x=across, y=up, color=inks[index]))
        words = names[index] if direct else _tag(curves, index)
        # Beside the line where it ends early, and in the margin where it ends with the axis.
        parts.append(text_svg(across + 7, height, words, colors.text, middle=True))
    return joined(parts)


def _tag(curves: Sequence[Curve], index: int) -> str:
    """The number of a line, as below the chart; random search in closed form has none."""
    return "" if curves[index].is_chance else str(sum(not curve.is_chance for curve in curves[:index + 1]))


def _legend(curves: Sequence[Curve], names: Sequence[str], inks: Sequence[str], top: float, width: float,
            colors: Palette) -> Html:
    """The names of the lines below the chart."""
    parts = []
    for index, (curve, name, ink) in enumerate(zip(curves, names, inks, strict=True)):
        y = top + _ROW * index + 8
        parts.append(_PIECES.key(y=y, color=ink, is_dashed=curve.is_chance))
        most = int((width - 52) / LETTER)
        short = name if letters(name) <= most else f"{name[:most - 1]}…"
        parts.append(text_svg(35, y, _tag(curves, index), colors.text, middle=True, strong=True))
        parts.append(text_svg(49, y, short, colors.text, middle=True))
    return joined(parts)
