"""A cell of a genotype in the look of the designer: nodes as boxes, an operation on every edge, thickness by weight."""

from __future__ import annotations

from collections.abc import Mapping

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.core.genotype import Gene, Genotype
from vanas_panel.draw.cell.canvas import Positions, box_size
from vanas_panel.draw.cell.layout import place
from vanas_panel.draw.cell.routing import Route, route
from vanas_panel.draw.cell.scene import Columns, trimmed
from vanas_panel.draw.cell.svg import columns_svg
from vanas_panel.draw.cell.tags import place_tags
from vanas_panel.draw.gradient_search.lines import operation_line, short_operation
from vanas_panel.draw.html import Html
from vanas_panel.draw.theme import Palette
from vanas_panel.text.language import gettext as _
from vanas_panel.training.darts.network_shape import edge_of
from vanas_panel.training.darts.run_file import DartsRun

_PLAIN, _THIN = 1.8, 1.1
_WIDTHS = (1.2, 5.0)
"""Widths of edges of no weight and of the highest one."""
_NODE = "node"


def genotype_svg(genotype: Genotype, colors: Palette, *, kind: int = 0,
                 weights: Mapping[tuple[int, int, str], float] | None = None) -> Html:
    """A cell of a genotype as one SVG element.

    Parameters
    ----------
    genotype : Genotype
    colors : Palette
        They may be CSS variables.
    kind : int, optional
        0 for the normal cell, 1 for the reduction cell.
    weights : mapping of (int, int, str) to float, optional
        By node from 0, source and operation: the higher a weight, the thicker its edge. See `weights_at`.

    Returns
    -------
    Html
        The two inputs are the outputs of the two cells before. What joins the nodes to the output is thin.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> cell = [("sep_conv_3x3", 0), ("skip_connect", 1)]
    >>> drawn = genotype_svg(Genotype(cell, [2], cell, [2]), LIGHT)
    >>> drawn.count("<polyline"), drawn.count(">sep 3×3<"), drawn.count("<title>")
    (3, 1, 8)
    """
    genes, concat = ((genotype.reduce, genotype.reduce_concat) if kind else (genotype.normal, genotype.normal_concat))
    output = 2 + len(genes) // 2
    edges = _operations(genes)
    drawn = Draft(("input", "input 2", *[_NODE] * (output - 2), "output"),
                  (*edges, *((node, output) for node in concat)))
    positions = _placed(drawn)
    lines = route(drawn, positions)
    title = "; ".join(f"{_name(source)} → {_name(target)}: {', '.join(names)}"
                      for (source, target), names in sorted(edges.items()))
    words = _("Reduction cell: {edges}") if kind else _("Normal cell: {edges}")
    return columns_svg(_boxes(drawn, positions, colors), _lines(drawn, lines, edges, positions, weights or {}, colors),
                       words.format(edges=title), colors.card, cropped=True)


def weights_at(run: DartsRun, epoch: int, kind: int) -> dict[tuple[int, int, str], float]:
    """The softmax weights of a cell after an epoch, by node, source and operation.

    Parameters
    ----------
    run : DartsRun
    epoch : int
        From 1.
    kind : int
        0 for normal cells, 1 for reduction cells; the others stand for these where there are none.
    """
    found = run.weights[epoch - 1, min(kind, run.weights.shape[1] - 1)]
    return {(node, source, name): float(found[edge_of(node, source), number])
            for node in range(run.settings.nodes) for source in range(node + 2)
            for number, name in enumerate(run.settings.operations)}


def _operations(genes: tuple[Gene, ...]) -> dict[Edge, list[str]]:
    """The operations of every edge: two of a node where both have the same source."""
    found: dict[Edge, list[str]] = {}
    for number, (name, source) in enumerate(genes):
        found.setdefault((source, 2 + number // 2), []).append(name)
    return found


def _placed(drawn: Draft) -> Positions:
    """Positions of the boxes: both inputs stand side by side, as under a source of their own."""
    under = [(source + 1, target + 1) for source, target in drawn.edges]
    # An input that nothing leads from stays where inputs are.
    under += [(vertex, len(drawn.operations)) for vertex in (1, 2) if all(source != vertex for source, _ in under)]
    virtual = Draft(("input", *[_NODE] * (len(drawn.operations) - 1), "output"), ((0, 1), (0, 2), *under))
    return {vertex - 1: point for vertex, point in place(virtual, len(drawn.operations)).items() if vertex}


def _name(vertex: int) -> str:
    """What a vertex is called."""
    return _("input {number}").format(number=vertex + 1) if vertex < 2 else _("node {number}").format(
        number=vertex - 1)


def _boxes(drawn: Draft, positions: Positions, colors: Palette) -> Columns:
    """Columns of the boxes."""
    output = drawn.output
    places = [positions[vertex] for vertex in range(output + 1)]
    half_x, half_y = (side / 2 for side in box_size(len(places)))
    incoming = [sum(target == vertex for _, target in drawn.edges) for vertex in range(output + 1)]
    outgoing = [sum(source == vertex for source, _ in drawn.edges) for vertex in range(output + 1)]
    return {
        "left": [x - half_x for x, _y in places], "right": [x + half_x for x, _y in places],
        "bottom": [y - half_y for _x, y in places], "top": [y + half_y for _x, y in places],
        "alpha": [1.0] * len(places), "fill": [colors.terminal] * len(places),
        "outline": [colors.terminal_line] * len(places), "text_color": [colors.text] * len(places),
        "text": [_("output") if vertex == output else _name(vertex) for vertex in range(output + 1)],
        "what": [_what(vertex, output) for vertex in range(output + 1)],
        "degree": [_("edges: {coming} in, {going} out").format(coming=coming, going=going)
                   for coming, going in zip(incoming, outgoing, strict=True)]}


def _what(vertex: int, output: int) -> str:
    """What a vertex holds."""
    if vertex == output:
        return _("the results of its nodes, one after the other")
    return (_("the output of the cell before the last one"), _("the output of the cell before"))[vertex] if (
        vertex < 2) else _("the sum of what its edges bring")


def _lines(drawn: Draft, lines: Mapping[Edge, Route], operations: Mapping[Edge, list[str]], positions: Positions,
           weights: Mapping[tuple[int, int, str], float], colors: Palette) -> Columns:
    """Columns of the edges."""
    names = [operations.get(edge, []) for edge in drawn.edges]
    tags = [" + ".join(map(short_operation, each)) for each in names]
    spots = place_tags([lines[edge] for edge in drawn.edges], tags, list(positions.values()))
    shown = [trimmed(*lines[edge]) for edge in drawn.edges]
    found = [max((weights[target - 2, source, name] for name in each if (target - 2, source, name) in weights),
                 default=None) for (source, target), each in zip(drawn.edges, names, strict=True)]
    highest = max(weights.values(), default=1.0)
    widths = [_THIN if not each else _PLAIN if weight is None else
              _WIDTHS[0] + (_WIDTHS[1] - _WIDTHS[0]) * weight / highest for each, weight in zip(names, found,
                                                                                               strict=True)]
    known = list(dict.fromkeys(name for each in names for name in each))
    looks = [operation_line(each[0], colors, known) if each else (colors.muted, "") for each in names]
    return {
        "line_xs": [xs.tolist() for xs, _ys in shown], "line_ys": [ys.tolist() for _xs, ys in shown],
        "tail_x": [float(xs[-1]) for xs, _ys in shown], "tail_y": [float(ys[-1]) for _xs, ys in shown],
        "tip_x": [float(lines[edge][0][-1]) for edge in drawn.edges],
        "tip_y": [float(lines[edge][1][-1]) for edge in drawn.edges],
        "color": [color for color, _dash in looks], "alpha": [1.0 if each else 0.6 for each in names],
        "width": widths, "dash": [dash.split() for _color, dash in looks],
        "head": [8.0 + 0.9 * width for width in widths],
        "tag": tags, "tag_x": [x for x, _y in spots], "tag_y": [y for _x, y in spots],
        "title": [f"{_name(source)} → {_('output') if target == drawn.output else _name(target)}"
                  for source, target in drawn.edges],
        "value": [", ".join(each) if each else _("joined") for each in names],
        "detail": ["" if weight is None else _("weight {weight}").format(weight=f"{weight:.3f}") for weight in found]}
