"""The network of a genome in the look of the designer: nodes as boxes, an operation on every connection, as SVG."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.draw.cell.canvas import Positions, box_size
from vanas_panel.draw.cell.layout import place
from vanas_panel.draw.cell.routing import Route, route
from vanas_panel.draw.cell.scene import FAINT, Columns, trimmed
from vanas_panel.draw.cell.svg import columns_svg
from vanas_panel.draw.cell.tags import place_tags
from vanas_panel.draw.gradient_search.lines import operation_line, short_operation
from vanas_panel.draw.html import Html
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.expression import Expressed, living_part
from vanas_panel.neat.genome import ConnectionGene, Genome
from vanas_panel.text.language import gettext as _
from vanas_panel.training.darts.network_shape import NONE

_WIDTH, _DEAD_WIDTH = 1.9, 1.1


def network_svg(genome: Genome, colors: Palette, *, only_living: bool = False) -> Html:
    """A genome as a network, as one SVG element.

    Parameters
    ----------
    genome : Genome
    colors : Palette
        They may be CSS variables.
    only_living : bool, optional
        Leave out what is disabled, computes ``none``, or lies on no path from the input to the output; else it is pale,
        and disabled connections are dashed.

    Returns
    -------
    Html

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> genome = Genome.from_text("1:0>1! 2:0>2 3:2>1", (0,), 1)
    >>> network_svg(genome, LIGHT).count("<polyline"), network_svg(genome, LIGHT, only_living=True).count("<polyline")
    (3, 2)
    """
    living = living_part(genome)
    alive = {(source, target) for source, target, _name in living.edges}
    genes = [gene for gene in genome.genes if not only_living or (gene.source, gene.target) in alive]
    graph: nx.DiGraph = nx.DiGraph((gene.source, gene.target) for gene in genes)
    graph.add_nodes_from([*genome.inputs, genome.output])
    ends = {*genome.inputs, genome.output}
    order = [*genome.inputs, *(node for node in nx.lexicographical_topological_sort(graph) if node not in ends),
             genome.output]
    numbers = {node: vertex for vertex, node in enumerate(order)}
    by_edge = {(numbers[gene.source], numbers[gene.target]): gene for gene in genes}
    drawn = Draft(("input", *["node"] * (len(order) - 2), "output"), tuple(sorted(by_edge)))
    positions = _placed(drawn, len(genome.inputs))
    title = "; ".join(f"{source} → {target}: {name}" for source, target, name in living.edges)
    words = _("Network: {edges}").format(edges=title) if title else _("No path leads from the input to the output.")
    return columns_svg(_boxes(genome, order, living, positions, colors),
                       _lines(genome, drawn, by_edge, alive, positions, colors), words, colors.card, cropped=True)


def _placed(drawn: Draft, inputs: int) -> Positions:
    """Positions of the boxes; several inputs stand side by side, as under a source of their own."""
    if inputs == 1:
        return place(drawn)
    under = [(source + 1, target + 1) for source, target in drawn.edges]
    # An input that nothing leads from stays where inputs are.
    under += [(vertex, len(drawn.operations)) for vertex in range(1, inputs + 1)
              if all(source != vertex for source, _target in under)]
    virtual = Draft(("input", *["node"] * (len(drawn.operations) - 1), "output"),
                    (*((0, vertex) for vertex in range(1, inputs + 1)), *under))
    return {vertex - 1: point for vertex, point in place(virtual, len(drawn.operations)).items() if vertex}


def _boxes(genome: Genome, order: list[int], living: Expressed, positions: Positions, colors: Palette) -> Columns:
    """Columns of the boxes."""
    places = [positions[vertex] for vertex in range(len(order))]
    half_x, half_y = (side / 2 for side in box_size(len(places)))
    return {
        "left": [x - half_x for x, _y in places], "right": [x + half_x for x, _y in places],
        "bottom": [y - half_y for _x, y in places], "top": [y + half_y for _x, y in places],
        "alpha": [1.0 if node in living.labels else FAINT for node in order],
        "fill": [colors.terminal] * len(places), "outline": [colors.terminal_line] * len(places),
        "text_color": [colors.text] * len(places), "text": [_name(genome, node) for node in order],
        "what": [_what(genome, node) for node in order],
        "degree": [_("edges: {coming} in, {going} out").format(
            coming=sum(gene.target == node and gene.enabled for gene in genome.genes),
            going=sum(gene.source == node and gene.enabled for gene in genome.genes)) for node in order]}


def _name(genome: Genome, node: int) -> str:
    """What stands in a box."""
    if node in genome.inputs:
        return _("input") if len(genome.inputs) == 1 else _("input {number}").format(
            number=genome.inputs.index(node) + 1)
    gene = genome.node_gene(node)
    name = _("output") if node == genome.output else str(node)
    sign = {"add": "+", "multiply": "×"}[gene.aggregation]
    return f"{name}: {sign} {gene.activation}" if gene.activation != "identity" else f"{name}: {sign}"


def _what(genome: Genome, node: int) -> str:
    """What a node computes."""
    if node in genome.inputs:
        return _("the output of the cell before")
    gene = genome.node_gene(node)
    joins = _("the sum of what its edges bring") if gene.aggregation == "add" else _(
        "the product of what its edges bring")
    return f"{joins}, {gene.activation}" if gene.activation != "identity" else joins


def _lines(genome: Genome, drawn: Draft, genes: Mapping[Edge, ConnectionGene], alive: set[Edge], positions: Positions,
           colors: Palette) -> Columns:
    """Columns of the connections."""
    lines: Mapping[Edge, Route] = route(drawn, positions)
    own = [genes[edge] for edge in drawn.edges]
    names = [genome.operation(gene) for gene in own]
    lives = [(gene.source, gene.target) in alive for gene in own]
    tags = [short_operation(name) if is_alive or name == NONE else "" for name, is_alive in zip(names, lives,
                                                                                              strict=True)]
    spots = place_tags([lines[edge] for edge in drawn.edges], tags, list(positions.values()))
    shown = [trimmed(*lines[edge]) for edge in drawn.edges]
    looks = [operation_line(name, colors, names) for name in names]
    widths = [_WIDTH if is_alive else _DEAD_WIDTH for is_alive in lives]
    return {
        "line_xs": [xs.tolist() for xs, _ys in shown], "line_ys": [ys.tolist() for _xs, ys in shown],
        "tail_x": [float(xs[-1]) for xs, _ys in shown], "tail_y": [float(ys[-1]) for _xs, ys in shown],
        "tip_x": [float(lines[edge][0][-1]) for edge in drawn.edges],
        "tip_y": [float(lines[edge][1][-1]) for edge in drawn.edges],
        "color": [color if is_alive else colors.muted for (color, _dash), is_alive in zip(looks, lives, strict=True)],
        "alpha": [1.0 if is_alive else 0.5 for is_alive in lives], "width": widths,
        "dash": [dash.split() if gene.enabled else ["2", "4"] for (_color, dash), gene in zip(looks, own, strict=True)],
        "head": [8.0 + 0.9 * width for width in widths],
        "tag": tags, "tag_x": [x for x, _y in spots], "tag_y": [y for _x, y in spots],
        "title": [str(gene).rstrip("!") for gene in own], "value": names,
        "detail": [_("disabled") if not gene.enabled else "" if is_alive else _("on no path that counts")
                   for gene, is_alive in zip(own, lives, strict=True)]}
