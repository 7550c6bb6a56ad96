"""The trained cell in the look of the designer, tinted by how far the weights of its vertices and edges moved."""

from __future__ import annotations

import math

from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.canvas import Positions, box_size
from vanas_panel.draw.cell.layout import place
from vanas_panel.draw.cell.routing import route
from vanas_panel.draw.cell.scene import Columns, trimmed
from vanas_panel.draw.cell.svg import columns_svg
from vanas_panel.draw.cell.tags import place_tags
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.labels import IN_BOX, short_labels
from vanas_panel.draw.theme import FONT, SCALE, Palette, operation_label
from vanas_panel.inspector.cell_change import CellChange, PartChange
from vanas_panel.inspector.training import unit_word
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext

MEASURES = {"mean": marked("mean change"), "largest": marked("largest change")}
"""What a part may be tinted by: `PartChange.mean` or `PartChange.largest`."""

_SCALED = {"all": marked("{what}, as a share of the largest one of all weights"),
           "layer": marked("{what}, as a share of the largest one of its layer"), "none": "{what}"}
_PIECES = pieces(__file__)
_WIDTHS = (1.6, 5.0)
_BARE_WIDTH, _BARE_DASH = 1.3, "4 4"
_ON_DARK, _ON_LIGHT = "#ffffff", "#000000"
_MIDDLE = 0.4052
"""Share of the colours from which they are light enough for dark words."""
_STRIPES = 40
_BAR, _BAR_WIDTH = 8, 200
"""Where the bar of colours begins, and how long it is."""


def cell_tint_html(change: CellChange, colors: Palette, measure: str = "mean") -> Html:
    """The cell, tinted by how far its parts moved, and what the colours mean.

    Every value is written beside its part, too, and edges are the thicker the further they moved. Parts without
    weights are dashed and have no colour.

    Parameters
    ----------
    change : CellChange
        See `vanas_panel.inspector.cell_change.cell_change`.
    colors : Palette
        They may be CSS variables.
    measure : {"mean", "largest"}, optional
        What parts are tinted by.

    Returns
    -------
    Html
        Two ``<svg>`` in one ``<div>``, with nothing from outside.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> moved = PartChange(0.3, 0.5, 90, ("stack1.cell1.vertex1.conv3x3",))
    >>> change = CellChange(("input", "conv3x3-bn-relu", "output"), ((0, 1), (1, 2)), (None, moved, None),
    ...                     (moved, None), 180, "step", "all", 1.5)
    >>> drawn = cell_tint_html(change, LIGHT)
    >>> drawn.count(">0.3<"), drawn.count("no weights of its own") > 0
    (2, True)
    """
    draft = Draft(change.operations, change.edges)
    positions = place(draft)
    title = _("{what} of the parts of the cell at {unit} {epoch}: {parts}").format(
        what=_(MEASURES[measure]), unit=unit_word(change.unit), epoch=change.epoch,
        parts="; ".join(f"{name}: {_says(part)}" for name, part in named_parts(change)))
    drawing = columns_svg(_boxes(change, positions, colors, measure), _lines(change, draft, positions, colors, measure),
                          title, colors.card, cropped=True)
    most = _most(change)
    return _PIECES.tinted(
        drawing=drawing, font=FONT, colors=colors, name=_("What the colours of the cell mean"),
        words=_(_SCALED[change.scale]).format(what=_(MEASURES[measure])),
        stripes=[{"x": _BAR + _BAR_WIDTH / _STRIPES * at, "color": SCALE[round((len(SCALE) - 1) * at / (_STRIPES - 1))]}
                 for at in range(_STRIPES)],
        ticks=[{"x": _BAR + _BAR_WIDTH * share, "text": value_text(share ** 2 * most)}
               for share in (0, 0.25, 0.5, 0.75, 1)],
        bare=_("no weights of its own"), dash=_BARE_DASH)


def tint(value: float, most: float) -> tuple[str, str]:
    """The colour of a value, and that of words on it; the colours follow the square root of the value.

    Parameters
    ----------
    value : float
    most : float
        Where the colours end; where it is 0, all values have the first colour.

    Examples
    --------
    >>> tint(0.0, 1.0) == (SCALE[0], "#ffffff"), tint(4.0, 4.0) == (SCALE[-1], "#000000")
    (True, True)
    """
    share = math.sqrt(min(max(value / most, 0.0), 1.0)) if most else 0.0
    return SCALE[round(share * (len(SCALE) - 1))], _ON_LIGHT if share >= _MIDDLE else _ON_DARK


def value_text(value: float) -> str:
    """A change in few letters.

    Examples
    --------
    >>> value_text(0.2605), value_text(0.0268), value_text(0.0), value_text(0.00004)
    ('0.26', '0.027', '0', '4e-5')
    """
    return f"{value:.2g}".replace("e-0", "e-")


def _most(change: CellChange) -> float:
    """Where the colours end: the same at every epoch."""
    return change.divisor if change.scale == "none" else 1.0


def named_parts(change: CellChange) -> list[tuple[str, PartChange | None]]:
    """Every inner vertex and every edge, by the numbers and labels of vertices."""
    labels = _labels(change)
    names = [labels[0], *(f"{vertex} {label}" for vertex, label in enumerate(labels[1:-1], 1)), labels[-1]]
    return [*zip(names[1:-1], change.vertices[1:-1], strict=True),
            *((f"{names[source]} → {names[target]}", part)
              for (source, target), part in zip(change.edges, change.between, strict=True))]


def _labels(change: CellChange) -> list[str]:
    """What the vertices are called."""
    short = short_labels(tuple(change.operations), IN_BOX)
    return [_("input"), *(short[name] for name in change.operations[1:-1]), _("output")]


def _says(part: PartChange | None) -> str:
    """The figures of a part in words."""
    if part is None:
        return _("no weights of its own")
    return ngettext("mean {mean}, largest {largest}, {count} weight", "mean {mean}, largest {largest}, {count} weights",
                    part.weights).format(mean=value_text(part.mean), largest=value_text(part.largest),
                                         count=f"{part.weights:,}")


def _boxes(change: CellChange, positions: Positions, colors: Palette, measure: str) -> Columns:
    """Columns of the boxes."""
    labels, most = _labels(change), _most(change)
    places = [positions[vertex] for vertex in range(len(labels))]
    half_x, half_y = (side / 2 for side in box_size(len(places)))
    values = [None if part is None else float(getattr(part, measure)) for part in change.vertices]
    looks = [(colors.card, colors.text) if value is None else tint(value, most) for value in values]
    return {
        "left": [x - half_x for x, _y in places], "right": [x + half_x for x, _y in places],
        "bottom": [y - half_y for _x, y in places], "top": [y + half_y for _x, y in places],
        "alpha": [1.0] * len(places), "text": labels,
        "note": ["" if value is None else value_text(value) for value in values],
        "fill": [fill for fill, _ in looks], "text_color": [words for _, words in looks],
        "outline": [colors.muted if value is None else colors.terminal_line for value in values],
        "outline_dash": [_BARE_DASH if value is None else "" for value in values],
        "what": [operation_label(name) for name in change.operations],
        "degree": [_says(part) for part in change.vertices]}


def _lines(change: CellChange, draft: Draft, positions: Positions, colors: Palette, measure: str) -> Columns:
    """Columns of the edges, in the order of the change."""
    routes, labels, most = route(draft, positions), _labels(change), _most(change)
    lines = [routes[edge] for edge in change.edges]
    shown = [trimmed(*line) for line in lines]
    values = [None if part is None else float(getattr(part, measure)) for part in change.between]
    tags = ["" if value is None else value_text(value) for value in values]
    spots = place_tags(lines, tags, list(positions.values()))
    widths = [_BARE_WIDTH if value is None else _width(value, most) for value in values]
    return {
        "line_xs": [xs.tolist() for xs, _ys in shown], "line_ys": [ys.tolist() for _xs, ys in shown],
        "tail_x": [float(xs[-1]) for xs, _ys in shown], "tail_y": [float(ys[-1]) for _xs, ys in shown],
        "tip_x": [float(xs[-1]) for xs, _ys in lines], "tip_y": [float(ys[-1]) for _xs, ys in lines],
        "color": [colors.muted if value is None else tint(value, most)[0] for value in values],
        "alpha": [1.0] * len(lines), "width": widths,
        "dash": [_BARE_DASH.split() if value is None else [] for value in values],
        "head": [8.0 + 0.9 * width for width in widths],
        "tag": tags, "tag_color": [colors.text] * len(tags),
        "tag_x": [x for x, _y in spots], "tag_y": [y for _x, y in spots],
        "title": [f"{labels[source]} → {labels[target]}" for source, target in change.edges],
        "value": [_says(part) for part in change.between], "detail": [""] * len(lines)}


def _width(value: float, most: float) -> float:
    """How thick an edge is."""
    share = math.sqrt(min(max(value / most, 0.0), 1.0)) if most else 0.0
    return _WIDTHS[0] + (_WIDTHS[1] - _WIDTHS[0]) * share
