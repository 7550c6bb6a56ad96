"""A raw cell as a small drawing in which every vertex keeps its place, so that changes between two can be seen."""

from __future__ import annotations

from typing import Any

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.draw.format import letters
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import FONT, Palette, operation_colors, operation_label
from vanas_panel.searches.lineage import Change
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

_BOX, _HIGH, _STEP, _MARGIN, _REACH = 68.0, 14.0, 21.0, 4.0, 46.0
_MOST_LETTERS = 11


def changed_cell_svg(drawn: Draft, change: Change, operations: tuple[str, ...], colors: Palette) -> Html:
    """A raw cell with what changed: added edges in the accent, removed ones dashed, other operations outlined.

    Parameters
    ----------
    drawn : Draft
        The raw cell, with all its vertices. What lies on no path from input to output is pale.
    change : Change
        To this cell.
    operations : tuple of str
        Of the search space, which give the boxes their colours.
    colors : Palette
        They may be CSS variables.

    Returns
    -------
    Html
        One self-contained ``<svg>``, vertices from the top down, edges between neighbours straight and the others as
        bows.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> drawn = Draft(["input", "a", "output"], [(0, 1), (1, 2)])
    >>> changed_cell_svg(drawn, Change(removed=((0, 2),)), ("a",), LIGHT).count("stroke-dasharray")
    1
    """
    alive = _on_a_path(drawn)
    lines = [_edge(edge, colors.accent if edge in change.added else colors.muted,
                   2.2 if edge in change.added else 1.2, alive=set(edge) <= alive) for edge in drawn.edges]
    lines += [_edge(edge, colors.accent, 1.6, dashed=True) for edge in change.removed]
    changed = {vertex for vertex, _before, _after in change.operations}
    boxes = [_box(vertex, drawn.operations[vertex], operations, colors, alive=vertex in alive, new=vertex in changed)
             for vertex in range(len(drawn.operations))]
    width, height = _MARGIN + _BOX + _REACH, 2 * _MARGIN + _STEP * (len(boxes) - 1) + _HIGH
    return _PIECES.cell(width=width, height=height, words=change_words(change) or _("as its parent, or without one"),
                        font=FONT, edges=lines, boxes=boxes)


def change_words(change: Change) -> str:
    """A change in words; vertices are counted from 0, the input.

    Examples
    --------
    >>> change_words(Change(added=((0, 2),), operations=((1, "a", "b"),)))
    'edge 0→2 added; vertex 1: a → b'
    """
    edges = [_("edge {edge} added").format(edge=f"{a}→{b}") for a, b in change.added]
    edges += [_("edge {edge} removed").format(edge=f"{a}→{b}") for a, b in change.removed]
    return "; ".join([*edges, *(
        _("vertex {vertex}: {before} → {after}").format(vertex=vertex, before=operation_label(before),
                                                        after=operation_label(after))
        for vertex, before, after in change.operations)])


def _on_a_path(drawn: Draft) -> set[int]:
    """The vertices that lie on a path from input to output."""
    forward, back = {0}, {drawn.output}
    for vertex in range(1, len(drawn.operations)):
        forward |= {vertex for source, target in drawn.edges if target == vertex and source in forward}
    for vertex in range(drawn.output - 1, -1, -1):
        back |= {vertex for source, target in drawn.edges if source == vertex and target in back}
    return forward & back


def _edge(edge: Edge, color: str, width: float, *, alive: bool = True, dashed: bool = False) -> dict[str, Any]:
    """An edge: a line to the next vertex, a bow to one that is farther down."""
    source, target = edge
    top, bottom = _MARGIN + source * _STEP + _HIGH, _MARGIN + target * _STEP
    if target == source + 1:
        path = f"M{_MARGIN + _BOX / 2:.1f} {top:.1f}V{bottom:.1f}"
    else:
        # Bows leave in the lower half of a box and arrive in the upper half, so that they are told apart there.
        start, end, side = top - _HIGH * 0.3, bottom + _HIGH * 0.3, _MARGIN + _BOX
        reach = side + min(_REACH * 1.3, 7 + 9.5 * (target - source - 1))
        path = f"M{side:.1f} {start:.1f}C{reach:.1f} {start:.1f} {reach:.1f} {end:.1f} {side:.1f} {end:.1f}"
    return {"path": path, "color": color, "width": width, "is_dashed": dashed, "is_pale": not alive}


def _box(vertex: int, operation: str, operations: tuple[str, ...], colors: Palette, *, alive: bool,
         new: bool) -> dict[str, Any]:
    """A vertex with its word."""
    y = _MARGIN + vertex * _STEP
    fill, ink = operation_colors(operation, operations, colors)
    label = operation_label(operation)
    return {"x": _MARGIN, "y": y, "width": _BOX, "height": _HIGH, "middle": _MARGIN + _BOX / 2, "centre": y + _HIGH / 2,
            "fill": fill, "ink": ink, "line": colors.accent if new else colors.terminal_line,
            "thick": 2.2 if new else 0.7, "is_pale": not (alive or new),
            "words": label if letters(label) <= _MOST_LETTERS + 1 else f"{label[:_MOST_LETTERS]}…"}
