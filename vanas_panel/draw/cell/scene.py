"""Content of the designer's canvas as columns of plain data: boxes, lines, arrow heads, labels, tooltips."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from vanas_panel.core.draft import Draft, Edge, Problem
from vanas_panel.draw.cell.canvas import MANY, Point, box_size
from vanas_panel.draw.cell.routing import Route, route
from vanas_panel.draw.cell.tags import place_tags
from vanas_panel.draw.format import MOST_SHORT, format_difference, format_value
from vanas_panel.draw.labels import IN_BOX, IN_SMALL_BOX, short_labels
from vanas_panel.draw.spans import FAR
from vanas_panel.draw.theme import Palette, difference_color, operation_colors, operation_label
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

FAINT = 0.32
"""Opacity of what lies on no path from input to output."""
_FEW = {1: 0.45, 2: 0.7}
"""Opacity of an edge whose contribution rests on so few sub-cells on one side."""
_PLAIN_WIDTH = 1.8
_WIDTHS = (1.4, 5.0)
"""Widths of the edges with the least and with the largest contribution."""
_HEAD = 7.0
"""Length of an arrow head that the line leaves free."""

Columns = dict[str, Any]


class Contribution(NamedTuple):
    """Contribution of one edge, see `vanas_panel.core.contribution.edge_contributions`, or its Shapley value.

    Attributes
    ----------
    value : float
    n_with, n_without : int
        Sub-cells with and without the edge; of a Shapley value, all sub-cells and none.
    low, high : float
        Its interval, NaN where there is none.
    is_shapley : bool
    baseline : float
        Of a Shapley value.
    is_stated : bool
        Whether its interval follows from a noise that a person stated.
    """

    value: float
    n_with: int
    n_without: int
    low: float = math.nan
    high: float = math.nan
    is_shapley: bool = False
    baseline: float = math.nan
    is_stated: bool = False

    @property
    def few(self) -> int:
        """Sub-cells on the smaller side where these are few, else 0."""
        least = min(self.n_with, self.n_without)
        return 0 if self.is_shapley or math.isnan(self.value) or least > max(_FEW) else least


class Change(NamedTuple):
    """What another operation on a vertex makes of a cell, see `vanas_panel.operation_contributions`.

    Attributes
    ----------
    operation : str
    difference : float
        NaN where it is not known.
    """

    operation: str
    difference: float


@dataclass(frozen=True)
class Scene:
    """A moment of the designer.

    Attributes
    ----------
    draft : Draft
    positions : mapping of int to (float, float)
        Centre of every vertex's box in canvas units.
    operations : tuple of str
        Operations of the search space.
    colors : Palette
    metric : Metric
        The metric of the contributions.
    contributions : mapping of edge to Contribution
        Empty unless the draft is a cell of the table.
    problems : tuple of Problem
        The problems that keep the draft from being a cell.
    changes : mapping of int to sequence of Change
        What other operations on the vertices make; empty where edges have contributions.
    selected, focused : int or None
        The vertex that an edge is to start from, and the one that the keyboard is at.
    """

    draft: Draft
    positions: Mapping[int, Point]
    operations: tuple[str, ...]
    colors: Palette
    metric: Metric
    contributions: Mapping[Edge, Contribution] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    selected: int | None = None
    focused: int | None = None
    changes: Mapping[int, Sequence[Change]] = field(default_factory=dict)

    @property
    def lines(self) -> dict[Edge, Route]:
        """The routed edges."""
        return route(self.draft, self.positions)

    def troubled(self, kind: str) -> tuple[frozenset[int], frozenset[Edge]]:
        """Vertices and edges of the problem of one kind."""
        for problem in self.problems:
            if problem.kind == kind:
                return frozenset(problem.vertices), frozenset(problem.edges)
        return frozenset(), frozenset()


def contributions_of(frame: pd.DataFrame | None) -> dict[Edge, Contribution]:
    """Contributions by edge, from the table that `edge_contributions` or `edge_shapley` makes; empty for none."""
    if frame is None:
        return {}
    if "shapley" in frame:
        cells, baseline, is_stated = frame.attrs["cells"], frame.attrs["baseline"], "noise" in frame.attrs
        return {(source, target): Contribution(value, cells, 0, low, high, True, baseline, is_stated)
                for source, target, value, low, high in zip(*(frame[name].tolist() for name in frame), strict=True)}
    columns = (frame[name].tolist() for name in ("source", "target", "contribution", "n_with", "n_without", "low",
                                                 "high"))
    return {(source, target): Contribution(*rest) for source, target, *rest in zip(*columns, strict=True)}


def changes_of(frame: pd.DataFrame | None) -> dict[int, list[Change]]:
    """The other operations of every vertex, from the table that `operation_contributions` makes; empty for none."""
    found: dict[int, list[Change]] = {}
    if frame is not None:
        for vertex, operation, difference in zip(frame["vertex"].tolist(), frame["operation"],
                                                 frame["difference"].tolist(), strict=True):
            found.setdefault(vertex, []).append(Change(operation, difference))
    return found


def best_change(changes: Sequence[Change], metric: Metric) -> Change | None:
    """The other operation that measures best; None where none is known. Without a direction, higher counts as better.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> best_change([Change("a", -0.1), Change("b", math.nan), Change("c", -0.02)], known_metric("test_accuracy"))
    Change(operation='c', difference=-0.02)
    """
    known = [change for change in changes if not math.isnan(change.difference)]
    sign = -1.0 if metric.higher_is_better is False else 1.0
    return max(known, key=lambda change: sign * change.difference, default=None)


def value_words(scene: Scene) -> str:
    """Name of the values on the edges, with room for one."""
    if any(part.is_shapley for part in scene.contributions.values()):
        return _("Shapley value {value}")
    return _("contribution {value}")


def sign_of(contribution: float | None) -> int:
    """1 or -1, or 0 where a contribution is zero or not known."""
    if contribution is None or math.isnan(contribution) or contribution == 0:
        return 0
    return 1 if contribution > 0 else -1


def short_difference(metric: Metric, difference: float) -> str:
    """A contribution for a narrow label: accuracies in points without their unit, empty where it is not known.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> short_difference(known_metric("test_accuracy"), 0.0042), short_difference(known_metric("flops"), -2e9)
    ('+0.4', '−2.00 G')
    """
    if math.isnan(difference):
        return ""
    if metric.unit != FRACTION or abs(difference) >= MOST_SHORT:
        return format_difference(metric, difference)
    points = 100 * difference
    text = f"{abs(points):.1f}" if abs(points) >= 0.095 else f"{abs(points):.2f}"
    sign = "±" if float(text) == 0 else "−" if points < 0 else "+"
    return sign + text


def vertex_columns(scene: Scene) -> Columns:
    """One row per vertex, in order of their indices."""
    draft, colors = scene.draft, scene.colors
    stray = scene.troubled("off path")[0]
    vertices = range(len(draft.operations))
    half_x, half_y = (side / 2 for side in box_size(len(vertices)))
    looks = [operation_colors(operation, scene.operations, colors) for operation in draft.operations]
    ends = (0, draft.output)
    short = short_labels((*scene.operations, *draft.operations), IN_SMALL_BOX if len(vertices) > MANY else IN_BOX)
    notes = [_note(scene, v) for v in vertices]
    marked = [scene.selected == v or scene.focused == v for v in vertices]
    return {
        "index": list(vertices),
        "x": [scene.positions[v][0] for v in vertices],
        "y": [scene.positions[v][1] for v in vertices],
        "left": [scene.positions[v][0] - half_x for v in vertices],
        "right": [scene.positions[v][0] + half_x for v in vertices],
        "bottom": [scene.positions[v][1] - half_y for v in vertices],
        "top": [scene.positions[v][1] + half_y for v in vertices],
        "fill": [fill for fill, _ in looks],
        "outline": [colors.terminal_line if v in ends else looks[v][0] for v in vertices],
        "alpha": [FAINT if v in stray else 1.0 for v in vertices],
        "text": [short[operation] for operation in draft.operations],
        # The browser shortens these to what the boxes have room for.
        "word": [short[operation] for operation in draft.operations],
        "text_color": [colors.text if v in stray else looks[v][1] for v in vertices],
        "text_alpha": [0.75 if v in stray else 1.0 for v in vertices],
        "ring": [colors.accent if scene.selected == v else colors.muted for v in vertices],
        "ring_alpha": [1.0 if mark else 0.0 for mark in marked],
        "ring_width": [2.5 if scene.selected == v else 1.5 for v in vertices],
        "ring_dash": ["solid" if scene.selected == v else "dashed" for v in vertices],
        "what": [{0: _("where every path starts"), draft.output: _("where every path ends")}.get(v, operation)
                 for v, operation in enumerate(draft.operations)],
        "degree": [_degree(draft, v) + _changes(scene, v) for v in vertices],
        "note": notes,
        # Pixels: a word with a note below it makes room.
        "word_shift": [-6.5 if note else 0.0 for note in notes],
    }


def edge_columns(scene: Scene) -> Columns:
    """One row per edge, in the order of the draft."""
    draft = scene.draft
    lines = scene.lines
    stray = scene.troubled("off path")[1]
    colors = [_edge_color(scene, edge) for edge in draft.edges]
    signs = [sign_of(_value(scene, edge)) for edge in draft.edges]
    widths = _widths(scene)
    shown = {edge: trimmed(*lines[edge]) for edge in draft.edges}
    tags = [_tag(scene, edge) for edge in draft.edges]
    spots = place_tags([lines[edge] for edge in draft.edges], tags, list(scene.positions.values()))
    return {
        "start": [edge[0] for edge in draft.edges],
        "end": [edge[1] for edge in draft.edges],
        "xs": [lines[edge][0].tolist() for edge in draft.edges],
        "ys": [lines[edge][1].tolist() for edge in draft.edges],
        "line_xs": [shown[edge][0].tolist() for edge in draft.edges],
        "line_ys": [shown[edge][1].tolist() for edge in draft.edges],
        "tail_x": [float(shown[edge][0][-1]) for edge in draft.edges],
        "tail_y": [float(shown[edge][1][-1]) for edge in draft.edges],
        "tip_x": [float(lines[edge][0][-1]) for edge in draft.edges],
        "tip_y": [float(lines[edge][1][-1]) for edge in draft.edges],
        "color": colors,
        "alpha": [FAINT if edge in stray else _strength(scene, edge) for edge in draft.edges],
        "width": widths,
        "dash": [_dash(width) if sign < 0 else [] for sign, width in zip(signs, widths, strict=True)],
        "head": [8.0 + 0.9 * width for width in widths],
        "tag": tags,
        "tag_alpha": [1.0 if tag else 0.0 for tag in tags],
        "tag_x": [x for x, _ in spots],
        "tag_y": [y for _, y in spots],
        "title": [" → ".join(operation_label(operation) for operation in draft.edge_type(edge))
                  for edge in draft.edges],
        "value": [_value_text(scene, edge) for edge in draft.edges],
        "detail": [_detail(scene, edge) for edge in draft.edges],
    }


def _tag(scene: Scene, edge: Edge) -> str:
    """The label of an edge, with the number of sub-cells on the smaller side where that is small."""
    part = scene.contributions.get(edge)
    if part is None:
        return ""
    text = short_difference(scene.metric, part.value)
    return f"{text} ({part.few})" if text and part.few else text


def _strength(scene: Scene, edge: Edge) -> float:
    """Opacity of an edge: the fewer sub-cells its contribution rests on, the lighter."""
    part = scene.contributions.get(edge)
    return 1.0 if part is None else _FEW.get(part.few, 1.0)


def _value(scene: Scene, edge: Edge) -> float | None:
    """Contribution of an edge where there is one."""
    return scene.contributions[edge].value if edge in scene.contributions else None


def _edge_color(scene: Scene, edge: Edge) -> str:
    """Colour of an edge: whether it contributes to the better; quiet while nothing is measured, loud in a cycle."""
    colors = scene.colors
    if edge in scene.troubled("cycle")[1]:
        return colors.accent
    if edge not in scene.contributions:
        return colors.muted
    value = _value(scene, edge)
    return difference_color(scene.metric, math.nan if value is None else value, colors)


def _widths(scene: Scene) -> list[float]:
    """Widths of the edges: the larger the contribution, the wider."""
    values = {edge: min(FAR, abs(part.value)) for edge, part in scene.contributions.items()
              if not math.isnan(part.value)}
    largest = max(values.values(), default=0.0)
    if not largest:
        return [_PLAIN_WIDTH] * len(scene.draft.edges)
    least, most = _WIDTHS
    return [least + (most - least) * values.get(edge, 0.0) / largest for edge in scene.draft.edges]


def _dash(width: float) -> list[int]:
    """Dashes that stay dashes on a wide line."""
    return [round(4 + 1.6 * width), round(2.5 + 0.8 * width)]


def _value_text(scene: Scene, edge: Edge) -> str:
    """Contribution of an edge in full."""
    if edge not in scene.contributions:
        return _("unknown: not a measured cell")
    return format_difference(scene.metric, scene.contributions[edge].value)


def _detail(scene: Scene, edge: Edge) -> str:
    """Count the sub-cells that the contribution of an edge was computed from, in words."""
    if edge not in scene.contributions:
        return ""
    part = scene.contributions[edge]
    n_with, n_without = part.n_with, part.n_without
    words = (_("95 % interval {low} to {high} by the stated noise") if part.is_stated else
             _("95 % interval {low} to {high}"))
    interval = "" if math.isnan(part.low) else "; " + words.format(
        low=format_difference(scene.metric, part.low), high=format_difference(scene.metric, part.high))
    if part.is_shapley:
        return ngettext("mean over all orders of adding the edges, from {baseline} without any; {count} measured cell",
                        "mean over all orders of adding the edges, from {baseline} without any; {count} measured cells",
                        n_with).format(count=n_with, baseline=format_value(scene.metric, part.baseline)) + interval
    if n_with and n_without:
        return ngettext("mean of {count} measured sub-cell with it minus mean of {without} without",
                        "mean of {count} measured sub-cells with it minus mean of {without} without",
                        n_with).format(count=n_with, without=n_without) + interval
    return ngettext("{count} measured sub-cell with it, {without} without",
                    "{count} measured sub-cells with it, {without} without",
                    n_with).format(count=n_with, without=n_without)


_IN_NOTE = 12
"""Most characters of an operation in a note, beside a difference."""


def _note(scene: Scene, vertex: int) -> str:
    """The best other operation of a vertex and its difference; empty where none is known."""
    best = best_change(scene.changes.get(vertex, ()), scene.metric)
    if best is None:
        return ""
    operation = short_labels(scene.operations, _IN_NOTE)[best.operation]
    return f"{operation} {short_difference(scene.metric, best.difference)}"


def _changes(scene: Scene, vertex: int) -> str:
    """All other operations of a vertex with their differences, in words."""
    changes = scene.changes.get(vertex, ())
    if not changes:
        return ""
    said = ", ".join(f"{operation_label(operation)} "
                     + (_("not measured") if math.isnan(difference) else format_difference(scene.metric, difference))
                     for operation, difference in changes)
    return "; " + _("with another operation instead: {changes}").format(changes=said)


def _degree(draft: Draft, vertex: int) -> str:
    """How many edges come in and go out, in words."""
    coming = sum(target == vertex for _, target in draft.edges)
    going = sum(source == vertex for source, _ in draft.edges)
    return _("edges: {coming} in, {going} out").format(coming=coming, going=going)


def trimmed(xs: np.ndarray, ys: np.ndarray) -> Route:
    """A line that ends where its arrow head begins."""
    gaps = np.hypot(xs - xs[-1], ys - ys[-1])
    far = np.flatnonzero(gaps > _HEAD)
    if not far.size:
        return xs[:1].repeat(2), ys[:1].repeat(2)
    last = int(far[-1])
    share = (gaps[last] - _HEAD) / max(gaps[last] - gaps[last + 1], 1e-9)
    end = [line[last] + share * (line[last + 1] - line[last]) for line in (xs, ys)]
    return np.append(xs[:last + 1], end[0]), np.append(ys[:last + 1], end[1])
