"""Genomes: connection genes with innovation numbers, their text form, and mutations of their structure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import networkx as nx

from vanas_panel.errors import SearchError, brief
from vanas_panel.neat.checks import listed, node_number, whole
from vanas_panel.neat.connection_genes import ConnectionGene, read_connections
from vanas_panel.neat.innovations import Innovations
from vanas_panel.neat.node_genes import NodeGene, check_nodes, read_nodes
from vanas_panel.providers import provided
from vanas_panel.text.language import Message

__all__ = ["ConnectionGene", "Genome"]


class Genome:
    """A network: its inputs, its output, and its genes, those of connections in the order of their innovation numbers.

    Genomes do not change; mutations return new ones. A network has no cycle, its disabled genes included, so that any
    of them may be enabled again.

    Parameters
    ----------
    genes : iterable of ConnectionGene
    inputs : sequence of int
        Nodes that no connection leads to.
    output : int
        The node that no connection leaves.
    node_genes : iterable of NodeGene, optional
        What the nodes compute. A node without one adds what leads to it.

    Raises
    ------
    SearchError
        Where two genes have one number or one connection, a connection leads to an input or leaves the output, there
        is a cycle, or a node gene has no place.

    Examples
    --------
    >>> genome = Genome.from_text("1:1>4 2:2>4! 3:3>4", inputs=(1, 2, 3), output=4)
    >>> str(genome), genome.nodes
    ('1:1>4 2:2>4! 3:3>4', (1, 2, 3, 4))
    >>> numbers = Innovations(4, 5)
    >>> str(genome.add_node(3, numbers))
    '1:1>4 2:2>4! 3:3>4! 4:3>5 5:5>4'
    """

    def __init__(self, genes: Iterable[ConnectionGene], inputs: Sequence[int], output: int,
                 node_genes: Iterable[NodeGene] = ()):
        self.genes = tuple(sorted(genes, key=lambda gene: gene.innovation))
        self.inputs = tuple(node_number(each) for each in inputs)
        self.output = node_number(output)
        self._by_number = {gene.innovation: gene for gene in self.genes}
        self._connections = {(gene.source, gene.target) for gene in self.genes}
        self.node_genes = tuple(sorted(node_genes, key=lambda gene: gene.node))
        self._by_node = {gene.node: gene for gene in self.node_genes}
        self._check()
        check_nodes(self.node_genes, set(self.nodes) - set(self.inputs))

    def _check(self) -> None:
        """Refuse what is no network."""
        if not self.inputs or len(set(self.inputs)) < len(self.inputs) or self.output in self.inputs:
            raise SearchError(Message("Found inputs {inputs} and output {output}; expected different nodes, one input "
                                      "at least. Change them.", inputs=listed(self.inputs), output=self.output))
        if len(self._by_number) < len(self.genes) or len(self._connections) < len(self.genes):
            raise SearchError(Message("Found genes {genes}; expected every number and every connection once. Remove "
                                      "one of each pair.", genes=brief(str(self), 200)))
        for gene in self.genes:
            if gene.target in self.inputs or gene.source == self.output:
                raise SearchError(Message("Found gene {gene}; expected connections that lead to no input and do not "
                                          "leave the output. Change it.", gene=str(gene)))
        graph = nx.DiGraph(self._connections)
        if not nx.is_directed_acyclic_graph(graph):
            cycle = " > ".join(str(source) for source, _ in nx.find_cycle(graph))
            raise SearchError(Message("Found a cycle through nodes {cycle}; expected a network without cycles. Remove "
                                      "a gene.", cycle=cycle))

    @classmethod
    def from_text(cls, text: str, inputs: Sequence[int], output: int, nodes: str = "") -> Genome:
        """Read the text form.

        Parameters
        ----------
        text : str
            Genes with spaces between them, each ``innovation:source>target``, with ``!`` behind where it is disabled.
        inputs : sequence of int
        output : int
        nodes : str, optional
            Node genes, likewise, each as `NodeGene` writes it.

        Raises
        ------
        ExchangeError
            Where a text has another form.
        SearchError
            Where its genes make no genome.
        """
        return cls(read_connections(text), inputs, output, read_nodes(nodes))

    def __str__(self) -> str:
        return " ".join(map(str, self.genes))

    def __repr__(self) -> str:
        nodes = f", nodes={self.nodes_text!r}" if self.node_genes else ""
        return f"Genome.from_text({str(self)!r}, inputs={self.inputs!r}, output={self.output!r}{nodes})"

    def _repr_html_(self) -> str:
        return provided("SVG of a genome")(self)

    def __len__(self) -> int:
        return len(self.genes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Genome) and (self.genes, self.inputs, self.output, self.node_genes) == (
            other.genes, other.inputs, other.output, other.node_genes)

    def __hash__(self) -> int:
        return hash((self.genes, self.inputs, self.output, self.node_genes))

    @property
    def nodes(self) -> tuple[int, ...]:
        """Every node, in ascending order."""
        return tuple(sorted({*self.inputs, self.output, *(end for each in self._connections for end in each)}))

    def gene(self, innovation: int) -> ConnectionGene | None:
        """The gene with a number; None where there is none."""
        return self._by_number.get(innovation)

    @property
    def nodes_text(self) -> str:
        """The node genes as text, see `from_text`."""
        return " ".join(map(str, self.node_genes))

    def node_gene(self, node: int) -> NodeGene:
        """The gene of a node; one that adds what leads to it where the genome has none."""
        return self._by_node.get(node) or NodeGene(node)

    def operation(self, gene: ConnectionGene) -> str:
        """The operation of a connection of this genome, see `NodeGene`."""
        before = sum(each.target == gene.target and each.innovation < gene.innovation for each in self.genes)
        return self.node_gene(gene.target).operations[before % 2]

    def with_node(self, gene: NodeGene) -> Genome:
        """The genome with another gene of a node.

        Raises
        ------
        SearchError
            Where the genome has no such node, or it is an input.
        """
        others = [each for each in self.node_genes if each.node != gene.node]
        return Genome(self.genes, self.inputs, self.output, [*others, gene])

    def add_connection(self, source: int, target: int, innovations: Innovations) -> Genome:
        """The genome with one more connection.

        Parameters
        ----------
        source, target : int
            Nodes of this genome.
        innovations : Innovations

        Raises
        ------
        SearchError
            Where the genome lacks a node, has the connection, or would have a cycle; no number is used up then.
        """
        ends = [whole(each) for each in (source, target)]
        for end, given in zip(ends, (source, target), strict=True):
            if end not in self.nodes:
                raise SearchError(Message("Found node {node}; expected one of {nodes}. Choose one of these.",
                                          node=repr(given), nodes=listed(self.nodes)))
        source, target = ends
        # The number does not matter for what is refused.
        Genome([*self.genes, ConnectionGene(max(self._by_number, default=0) + 1, source, target)], self.inputs,
               self.output)
        return Genome([*self.genes, ConnectionGene(innovations.connection(source, target), source, target)],
                      self.inputs, self.output, self.node_genes)

    def add_node(self, innovation: int, innovations: Innovations) -> Genome:
        """The genome with a node in the middle of a connection, which is disabled.

        Parameters
        ----------
        innovation : int
            Of the connection.
        innovations : Innovations

        Raises
        ------
        SearchError
            Where the genome has no such gene, or it is disabled.
        """
        number = whole(innovation)
        split = self.gene(number)
        if split is None or not split.enabled:
            enabled = [gene.innovation for gene in self.genes if gene.enabled]
            raise SearchError(Message("Found innovation number {number}; expected that of an enabled gene: {known}. "
                                      "Choose one of these.", number=repr(innovation), known=listed(enabled)))
        before, node = 0, innovations.node(number)
        while node in self.nodes:
            # This genome split the connection before, and it was enabled again.
            before += 1
            node = innovations.node(number, split_before=before)
        first = ConnectionGene(innovations.connection(split.source, node), split.source, node)
        second = ConnectionGene(innovations.connection(node, split.target), node, split.target, weight=split.weight)
        others = [gene for gene in self.genes if gene is not split]
        return Genome([*others, replace(split, enabled=False), first, second], self.inputs, self.output,
                      self.node_genes)

