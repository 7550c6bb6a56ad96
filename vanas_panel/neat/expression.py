"""The network that a genome expresses, in one form for all genomes that express the same."""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx

from vanas_panel.errors import SearchError
from vanas_panel.neat.canonical import Edge, canonical_order
from vanas_panel.neat.genome import Genome
from vanas_panel.training.darts.network_shape import NONE
from vanas_panel.training.neat.plan import Plan


class Expressed(NamedTuple):
    """The living part of a genome.

    Attributes
    ----------
    labels : dict of int to tuple
        By node: what tells it from others. ``(0, position)`` for an input, else 1, activation and aggregation, which is
        empty where one edge alone leads to the node; the output has a 1 behind them, others a 0.
    edges : tuple of (int, int, str)
        Source, target and operation.
    """

    labels: dict[int, tuple]
    edges: tuple[Edge, ...]


def living_part(genome: Genome) -> Expressed:
    """The nodes and edges of a genome that lie on a path from an input to the output.

    Disabled connections are not there, and connections with the operation ``none`` are not either, whatever the node
    does with what leads to it.

    Parameters
    ----------
    genome : Genome

    Returns
    -------
    Expressed
        Without nodes and edges where there is no such path.
    """
    used = [(gene.source, gene.target, genome.operation(gene)) for gene in genome.genes if gene.enabled]
    used = [edge for edge in used if edge[2] != NONE]
    graph: nx.DiGraph = nx.DiGraph((source, target) for source, target, _name in used)
    graph.add_nodes_from([*genome.inputs, genome.output])
    before = nx.ancestors(graph, genome.output) | {genome.output}
    behind = set(genome.inputs).union(*(nx.descendants(graph, each) for each in genome.inputs))
    alive = before & behind
    edges = tuple(edge for edge in used if edge[0] in alive and edge[1] in alive)
    labels: dict[int, tuple] = {}
    for node in alive if genome.output in alive else ():
        gene = genome.node_gene(node)
        into = sum(target == node for _source, target, _name in edges)
        labels[node] = ((0, genome.inputs.index(node)) if node in genome.inputs else
                        (1, gene.activation, gene.aggregation if into > 1 else "", int(node == genome.output)))
    return Expressed(labels, edges if labels else ())


def find_network(genome: Genome) -> Plan | None:
    """The network that a genome expresses; None where no path leads from an input to the output. See `express`."""
    labels, edges = living_part(genome)
    if not labels:
        return None
    place = {node: number for number, node in enumerate(canonical_order(labels, edges))}
    first = sum(label[0] == 0 for label in labels.values())
    ordered = [labels[node] for node in sorted(labels, key=place.__getitem__)]
    return Plan(tuple(label[1] for label in ordered[:first]), tuple((label[1], label[2]) for label in ordered[first:]),
                tuple(sorted((place[source], place[target], name) for source, target, name in edges)))


def express(genome: Genome) -> Plan:
    """The network that a genome expresses: equal exactly for genomes whose networks are isomorphic.

    What is disabled, has the operation ``none``, or lies on no path from an input to the output is left out, and so is
    how a node joins its inputs where it has one alone. Two networks are isomorphic where their nodes can be matched so
    that operations, activations and aggregations are equal; inputs keep their places.

    Parameters
    ----------
    genome : Genome

    Returns
    -------
    Plan
        Its text is the key by which a search knows that it has trained a network before.

    Raises
    ------
    SearchError
        Where no path leads from an input to the output.

    Examples
    --------
    >>> one = Genome.from_text("1:0>1! 2:0>2 3:2>1 4:0>3", (0,), 1, nodes="2:sep_conv_3x3,none/relu/add")
    >>> other = Genome.from_text("1:0>1! 8:0>7 9:7>1", (0,), 1, nodes="7:sep_conv_3x3,max_pool_3x3/relu/multiply")
    >>> str(express(one))
    'in0 relu identity | 0>1:sep_conv_3x3 1>2:skip_connect'
    >>> express(one) == express(other)
    True
    """
    found = find_network(genome)
    if found is None:
        raise SearchError("Found a genome without a path of enabled connections from an input to the output; expected "
                          "one at least. Enable a connection, or choose another operation than none.")
    return found
