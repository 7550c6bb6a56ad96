"""Mutations of a child: of its structure, and of what its nodes compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import networkx as nx
import numpy as np

from vanas_panel.neat.genome import Genome
from vanas_panel.neat.innovations import Innovations
from vanas_panel.neat.node_genes import NodeGene
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.training.darts.network_shape import NONE

START_INPUT, START_OUTPUT = 0, 1
T = TypeVar("T")


def first_genome(settings: NeatSettings, draw: np.random.Generator) -> Genome:
    """The smallest network: one connection, whose operation is drawn; ``none`` is left out, so that there is a path."""
    gene = drawn_node(START_OUTPUT, settings, draw)
    names = [name for name in settings.operations if name != NONE]
    gene = replace(gene, operations=(_one_of(names, draw), gene.operations[1]))
    return Genome.from_text("1:0>1", (START_INPUT,), START_OUTPUT).with_node(gene)


def first_innovations() -> Innovations:
    """Numbers that are free once there are genomes of `first_genome`."""
    return Innovations(2, 2)


def drawn_node(node: int, settings: NeatSettings, draw: np.random.Generator) -> NodeGene:
    """A node gene drawn at random."""
    return NodeGene(node, (_one_of(settings.operations, draw), _one_of(settings.operations, draw)),
                    _one_of(settings.activations, draw), _one_of(settings.aggregations, draw))


def mutated(genome: Genome, settings: NeatSettings, innovations: Innovations, draw: np.random.Generator) -> Genome:
    """A genome after every kind of mutation had its chance, those of the structure first.

    Parameters
    ----------
    genome : Genome
    settings : NeatSettings
    innovations : Innovations
        Of this generation.
    draw : numpy.random.Generator

    Returns
    -------
    Genome
        The same one where nothing happened.
    """
    rates = settings.rates
    if draw.random() < rates["add_node"]:
        genome = _with_one_more_node(genome, settings, innovations, draw)
    if draw.random() < rates["add_connection"]:
        genome = _with_one_more_connection(genome, innovations, draw)
    if draw.random() < rates["change_operation"]:
        gene = _some_node(genome, draw)
        place = int(draw.integers(2))
        names = list(gene.operations)
        names[place] = _another(names[place], settings.operations, draw)
        genome = genome.with_node(replace(gene, operations=(names[0], names[1])))
    if draw.random() < rates["change_activation"]:
        gene = _some_node(genome, draw)
        genome = genome.with_node(replace(gene, activation=_another(gene.activation, settings.activations, draw)))
    if draw.random() < rates["change_aggregation"]:
        gene = _some_node(genome, draw)
        genome = genome.with_node(replace(gene, aggregation=_another(gene.aggregation, settings.aggregations, draw)))
    return genome


def possible_connections(genome: Genome) -> list[tuple[int, int]]:
    """Connections that a genome lacks and could have without a cycle, ascending."""
    graph: nx.DiGraph = nx.DiGraph((gene.source, gene.target) for gene in genome.genes)
    graph.add_nodes_from(genome.nodes)
    behind = {node: nx.descendants(graph, node) for node in graph}
    return [(source, target) for source in genome.nodes if source != genome.output for target in genome.nodes
            if target not in genome.inputs and target != source and not graph.has_edge(source, target)
            and source not in behind[target]]


def _with_one_more_node(genome: Genome, settings: NeatSettings, innovations: Innovations,
                        draw: np.random.Generator) -> Genome:
    """One enabled connection split, by a node that is drawn."""
    enabled = [gene.innovation for gene in genome.genes if gene.enabled]
    if not enabled:
        return genome
    grown = genome.add_node(_one_of(enabled, draw), innovations)
    [node] = set(grown.nodes) - set(genome.nodes)
    return grown.with_node(drawn_node(node, settings, draw))


def _with_one_more_connection(genome: Genome, innovations: Innovations, draw: np.random.Generator) -> Genome:
    """One of the possible connections more, where there is one."""
    possible = possible_connections(genome)
    if not possible:
        return genome
    return genome.add_connection(*_one_of(possible, draw), innovations)


def _some_node(genome: Genome, draw: np.random.Generator) -> NodeGene:
    """The gene of some node that is no input."""
    return genome.node_gene(_one_of([node for node in genome.nodes if node not in genome.inputs], draw))


def _one_of(things: Sequence[T], draw: np.random.Generator) -> T:
    """One of some things, each as probable as the others."""
    return things[int(draw.integers(len(things)))]


def _another(name: str, names: tuple[str, ...], draw: np.random.Generator) -> str:
    """Another one of some names; the same where there is no other."""
    others = [each for each in names if each != name]
    return _one_of(others, draw) if others else name
