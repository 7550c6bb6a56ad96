"""Crossover and distance of genomes, whose genes are aligned by their innovation numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import networkx as nx
import numpy as np

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import SearchError
from vanas_panel.neat.genome import ConnectionGene, Genome
from vanas_panel.neat.node_genes import NodeGene
from vanas_panel.text.language import Message

RULES = ("stanley", "union")
STAYS_DISABLED = 0.75
"""Probability that a gene is disabled where it is in either parent (Stanley and Miikkulainen 2002, section 4.1)."""


class Alignment(NamedTuple):
    """Innovation numbers of the genes of two genomes, in ascending order.

    Attributes
    ----------
    matching : tuple of int
        Of genes that both have.
    disjoint : tuple of int
        Of genes that one has, within the numbers of the other.
    excess : tuple of int
        Of genes that one has, beyond the numbers of the other.
    """

    matching: tuple[int, ...]
    disjoint: tuple[int, ...]
    excess: tuple[int, ...]


def align(a: Genome, b: Genome) -> Alignment:
    """Align the genes of two genomes.

    Parameters
    ----------
    a, b : Genome

    Returns
    -------
    Alignment

    Examples
    --------
    >>> one = Genome.from_text("1:1>3 2:2>3 4:1>4", inputs=(1, 2), output=3)
    >>> other = Genome.from_text("1:1>3 3:2>5 5:5>3", inputs=(1, 2), output=3)
    >>> align(one, other)
    Alignment(matching=(1,), disjoint=(2, 3, 4), excess=(5,))
    """
    one, other = ({gene.innovation for gene in each.genes} for each in (a, b))
    end = min(max(one, default=0), max(other, default=0))
    single = sorted(one ^ other)
    return Alignment(tuple(sorted(one & other)), tuple(number for number in single if number <= end),
                     tuple(number for number in single if number > end))


def distance(a: Genome, b: Genome, c1: float = 1, c2: float = 1, c3: float = 0.4, *, small: int = 0) -> float:
    """How far two genomes are apart: ``c1 E / N + c2 D / N + c3 W``.

    E and D are the numbers of excess and of disjoint genes, N the number of genes of the larger genome, W the mean
    difference of the weights of matching genes, and where there are node genes, the mean `NodeGene.difference` of the
    nodes that both have is added to it.

    Parameters
    ----------
    a, b : Genome
    c1, c2, c3 : float, optional
    small : int, optional
        N is 1 where both genomes have fewer genes than this; the article suggests 20.

    Returns
    -------
    float
        0 for two genomes without genes.

    Examples
    --------
    >>> one = Genome.from_text("1:1>3 2:2>3", inputs=(1, 2), output=3)
    >>> distance(one, Genome.from_text("1:1>3 3:2>4 4:4>3 5:1>4", inputs=(1, 2), output=3))
    1.0
    """
    matching, disjoint, excess = align(a, b)
    larger = max(len(a), len(b))
    scale = 1 if larger < (plain_int(small) or 0) else max(larger, 1)
    differences = [abs(_gene_of(a, number).weight - _gene_of(b, number).weight) for number in matching]
    weights = sum(differences) / len(differences) if differences else 0.0
    apart = [a.node_gene(node).difference(b.node_gene(node)) for node in _common_nodes(a, b)]
    nodes = sum(apart) / len(apart) if apart else 0.0
    return float(c1 * len(excess) / scale + c2 * len(disjoint) / scale + c3 * (weights + nodes))


def crossover(fitter: Genome, other: Genome, rule: str = "stanley", equal: bool = False, seed: int = 0) -> Genome:
    """A child of two genomes.

    ``stanley``, the original rule: matching genes come from either parent by chance, the others from the fitter one, or
    from both where they are equally fit; a gene that is disabled in either parent is disabled with probability 0.75,
    else enabled. ``union``: all genes of both; a matching one is enabled as in the fitter parent, another one as it is.

    Genes of nodes that both have are matching ones, too: they come from either parent by chance, or by ``union`` from
    the fitter one. That of another node comes with its connections.

    A gene that would close a cycle with genes of lower numbers is left out: the numbers of two parents may order a
    network in different ways.

    Parameters
    ----------
    fitter, other : Genome
        With the same inputs and output.
    rule : str, optional
    equal : bool, optional
        Whether both are equally fit.
    seed : int, optional

    Returns
    -------
    Genome

    Raises
    ------
    SearchError
        Where the rule or the seed cannot be used, or inputs or outputs differ.

    Examples
    --------
    >>> one = Genome.from_text("1:1>3 2:2>3!", inputs=(1, 2), output=3)
    >>> other = Genome.from_text("1:1>3 2:2>3 3:1>4 4:4>3", inputs=(1, 2), output=3)
    >>> str(crossover(one, other, rule="union"))
    '1:1>3 2:2>3! 3:1>4 4:4>3'
    """
    if rule not in RULES:
        raise SearchError(Message("Found rule {rule}; expected one of {known}. Choose one of these.", rule=repr(rule),
                                  known=", ".join(RULES)))
    if (fitter.inputs, fitter.output) != (other.inputs, other.output):
        raise SearchError(Message("Found genomes of other inputs or outputs; expected the same. Cross genomes of one "
                                  "search."))
    start = plain_int(seed)
    if start is None or start < 0:
        raise SearchError(Message("Found seed {seed}; expected a whole number of at least 0. Change it.",
                                  seed=repr(seed)))
    draw = np.random.default_rng(start)
    genes = []
    for number in sorted({gene.innovation for gene in (*fitter.genes, *other.genes)}):
        own, theirs = fitter.gene(number), other.gene(number)
        gene = (_inherited(own, theirs, draw, equal=equal) if rule == "stanley" else own or theirs)
        if gene is not None:
            genes.append(gene)
    kept = _without_cycles(genes)
    return Genome(kept, fitter.inputs, fitter.output, _inherited_nodes(fitter, other, kept, draw, rule))


def _common_nodes(a: Genome, b: Genome) -> list[int]:
    """Nodes that both have and that connections lead to, where there are node genes at all."""
    if not a.node_genes and not b.node_genes:
        return []
    return sorted(set(a.nodes) & set(b.nodes) - set(a.inputs) - set(b.inputs))


def _inherited_nodes(fitter: Genome, other: Genome, genes: list[ConnectionGene], draw: np.random.Generator,
                     rule: str) -> list[NodeGene]:
    """The node genes of a child with these connections."""
    if not fitter.node_genes and not other.node_genes:
        return []
    common, own = set(_common_nodes(fitter, other)), set(fitter.nodes)
    found = []
    for node in sorted({fitter.output, *(end for gene in genes for end in (gene.source, gene.target))}
                       - set(fitter.inputs)):
        # A number for every node, so that one node more does not change what happens to the next.
        first = draw.random() < 0.5
        chosen = (first or rule != "stanley") if node in common else node in own
        found.append((fitter if chosen else other).node_gene(node))
    return found


def _inherited(own: ConnectionGene | None, theirs: ConnectionGene | None, draw: np.random.Generator, *,
               equal: bool) -> ConnectionGene | None:
    """What a child inherits by the original rule; None where it does not."""
    there = [gene for gene in (own, theirs) if gene is not None]
    if own is None and not equal:
        return None
    # Two numbers for every gene, so that one gene more does not change what happens to the next.
    which, stays = draw.random(2)
    gene = there[int(which * len(there))]
    if all(each.enabled for each in there):
        return gene
    return replace(gene, enabled=not stays < STAYS_DISABLED)


def _without_cycles(genes: list[ConnectionGene]) -> list[ConnectionGene]:
    """Genes in the order of their numbers, those left out that would close a cycle or repeat a connection."""
    graph, kept = nx.DiGraph(), []
    for gene in genes:
        if graph.has_edge(gene.source, gene.target) or gene.source == gene.target:
            continue
        if gene.target in graph and gene.source in graph and nx.has_path(graph, gene.target, gene.source):
            continue
        graph.add_edge(gene.source, gene.target)
        kept.append(gene)
    return kept


def _gene_of(genome: Genome, number: int) -> ConnectionGene:
    """The gene of a number that the genome is known to have."""
    gene = genome.gene(number)
    assert gene is not None
    return gene
