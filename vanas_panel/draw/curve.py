"""The learning curve of a training as SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vanas_panel.draw.css import ACCENT, FAINT, LINE, MUTED
from vanas_panel.draw.html import Html, pieces
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.training.run import Evaluation

_PIECES = pieces(__file__)

CSS = f"""
.curve {{ display: block; width: 100%; height: auto; }}
.curve text {{ font-size: 11px; fill: {MUTED}; }}
.curve .grid {{ stroke: {LINE}; stroke-width: 1; }}
.curve .axis {{ stroke: {FAINT}; stroke-width: 1; }}
.curve polyline {{ fill: none; stroke-width: 1.6; stroke-linejoin: round; }}
.curve circle {{ stroke: none; }}
.curve .validation {{ stroke: {ACCENT}; }}
.curve .train {{ stroke: {MUTED}; stroke-dasharray: 4 3; }}
.curve circle.validation {{ fill: {ACCENT}; }}
.curve circle.train {{ fill: {MUTED}; }}
"""

WIDTH, HEIGHT = 392, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 20, 20
_SETS = (("train", marked("on training images")), ("validation", marked("on validation images")))


def curve_svg(evaluations: Sequence[Evaluation], steps: int) -> Html:
    """Accuracy on training and validation images over the steps, a line for each repeat.

    Training is dashed, validation is drawn through. A repeat that failed ends where it was last measured.

    Parameters
    ----------
    evaluations : sequence of Evaluation
        In ascending order of steps; may be empty.
    steps : int
        Length of the horizontal axis.

    Returns
    -------
    Html
        One `<svg>` element; `CSS` styles it.

    Examples
    --------
    >>> curve_svg([Evaluation(4, (0.5,), (0.25,)), Evaluation(8, (0.75,), (None,))], 8).count("<circle")
    1
    """
    lines = []
    for name, _words in _SETS:
        repeats = max((len(getattr(evaluation, name)) for evaluation in evaluations), default=0)
        for repeat in range(repeats):
            points = [(evaluation.step, getattr(evaluation, name)[repeat]) for evaluation in evaluations]
            lines += _line(points, steps, name)
    return _PIECES.drawing(width=WIDTH, height=HEIGHT, words=_summary(evaluations, steps), grid=_grid(),
                           axis_words=_axis_words(steps), legend=_legend(), lines=lines)


def _x(step: float, steps: int) -> float:
    """Horizontal coordinate of a step."""
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * step / max(1, steps)


def _y(value: float) -> float:
    """Vertical coordinate of an accuracy."""
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value)


def _grid() -> list[dict[str, Any]]:
    """Lines at round accuracies, and what some of them say."""
    return [{"kind": "axis" if value == 0 else "grid", "x1": _LEFT, "x2": WIDTH - _RIGHT, "y": _y(value),
             "words": f"{100 * value:.0f} %" if value in (0.0, 0.5, 1.0) else "", "words_x": _LEFT - 4,
             "words_y": _y(value) + 3.5} for value in (0.0, 0.25, 0.5, 0.75, 1.0)]


def _axis_words(steps: int) -> list[dict[str, Any]]:
    """The words below the axis of steps."""
    words = ((0, "start", "0"), (steps, "end", f"{steps:,}"), (steps / 2, "middle", _("steps")))
    return [{"x": _x(step, steps), "y": HEIGHT - 6, "anchor": anchor, "words": each} for step, anchor, each in words]


def _legend() -> list[dict[str, Any]]:
    """The legend of the lines."""
    return [{"name": name, "x": _LEFT + 150 * index, "words": _(words)}
            for index, (name, words) in enumerate(reversed(_SETS))]


def _line(values: Sequence[tuple[int, float | None]], steps: int, name: str) -> list[dict[str, Any]]:
    """The line of a repeat, a dot while it has one value only, nothing while it has none."""
    points = [(_x(step, steps), _y(value)) for step, value in values if value is not None]
    if len(points) == 1:
        return [{"name": name, "dot": {"x": points[0][0], "y": points[0][1]}}]
    return [{"name": name, "dot": None, "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points)}] if points else []


def _summary(evaluations: Sequence[Evaluation], steps: int) -> str:
    """The last evaluation in words, for those who do not see the curve."""
    if not evaluations:
        return _("Learning curve over {steps} steps: nothing measured yet").format(steps=f"{steps:,}")
    last = evaluations[-1]
    said = []
    for name, words in _SETS:
        known = [value for value in getattr(last, name) if value is not None]
        if known:
            said.append(_("{percent} % {images}").format(
                percent=f"{100 * sum(known) / len(known):.1f}", images=_(words)))
    return _("Learning curve, mean of the repeats after {step} of {steps} steps: {values}").format(
        step=f"{last.step:,}", steps=f"{steps:,}", values=", ".join(said) or _("all failed"))
