"""The learning curve of a training as SVG text."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.training.run import Look
from vanas_panel.views.markup import text
from vanas_panel.views.style import ACCENT, FAINT, LINE, MUTED

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
_SETS = (("train", "on training images"), ("validation", "on validation images"))


def curve_svg(looks: Sequence[Look], steps: int) -> str:
    """Accuracy on training and validation images over the steps, a line for each repeat.

    Training is dashed, validation is drawn through. A repeat that failed ends where it was last measured.

    Parameters
    ----------
    looks : sequence of Look
        In ascending order of steps; may be empty.
    steps : int
        Length of the horizontal axis.

    Returns
    -------
    str
        One `<svg>` element; `CSS` styles it.

    Examples
    --------
    >>> curve_svg([Look(4, (0.5,), (0.25,)), Look(8, (0.75,), (None,))], 8).count("<circle")
    1
    """
    parts = [_grid(steps), _legend()]
    for name, _ in _SETS:
        repeats = max((len(getattr(look, name)) for look in looks), default=0)
        for repeat in range(repeats):
            parts.append(_line([(look.step, getattr(look, name)[repeat]) for look in looks], steps, name))
    words = text(_words(looks, steps))
    return (f'<svg class="curve" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{words}"><title>{words}</title>{"".join(parts)}</svg>')


def _x(step: float, steps: int) -> float:
    """Place of a step."""
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * step / max(1, steps)


def _y(value: float) -> float:
    """Place of an accuracy."""
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value)


def _grid(steps: int) -> str:
    """Lines at round accuracies, and the two axes with their words."""
    parts = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        kind = "axis" if value == 0 else "grid"
        parts.append(f'<line class="{kind}" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{_y(value):.1f}" '
                     f'y2="{_y(value):.1f}"/>')
        if value in (0.0, 0.5, 1.0):
            parts.append(f'<text x="{_LEFT - 4}" y="{_y(value) + 3.5:.1f}" text-anchor="end">{100 * value:.0f} %'
                         "</text>")
    for step, anchor in ((0, "start"), (steps, "end")):
        parts.append(f'<text x="{_x(step, steps):.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{step:,}</text>')
    parts.append(f'<text x="{_x(steps / 2, steps):.1f}" y="{HEIGHT - 6}" text-anchor="middle">steps</text>')
    return "".join(parts)


def _legend() -> str:
    """What the lines are."""
    parts, x = [], _LEFT
    for name, words in reversed(_SETS):
        parts.append(f'<polyline class="{name}" points="{x},8 {x + 22},8"/>'
                     f'<text x="{x + 27}" y="11.5">{words}</text>')
        x += 150
    return f'<g class="legend">{"".join(parts)}</g>'


def _line(values: Sequence[tuple[int, float | None]], steps: int, name: str) -> str:
    """The line of a repeat, a dot while it has one value only."""
    points = [(_x(step, steps), _y(value)) for step, value in values if value is not None]
    if not points:
        return ""
    if len(points) == 1:
        return f'<circle class="{name}" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="2.2"/>'
    return f'<polyline class="{name}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def _words(looks: Sequence[Look], steps: int) -> str:
    """The last look in words, for those who do not see the curve."""
    if not looks:
        return f"Learning curve over {steps:,} steps: nothing measured yet"
    last = looks[-1]
    said = []
    for name, words in _SETS:
        known = [value for value in getattr(last, name) if value is not None]
        if known:
            said.append(f"{100 * sum(known) / len(known):.1f} % {words}")
    return (f"Learning curve, mean of the repeats after {last.step:,} of {steps:,} steps: "
            f"{', '.join(said) or 'all failed'}")
