"""Node genes: the operations of the two inputs of a node, its aggregation and its activation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vanas_panel.core.plain import plain_text
from vanas_panel.errors import ArgumentKindError, ExchangeError, SearchError, brief
from vanas_panel.neat.checks import node_number
from vanas_panel.text.language import Message

ACTIVATIONS = ("identity", "relu", "sigmoid", "tanh")
AGGREGATIONS = ("add", "multiply")
SKIP = "skip_connect"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_GENE = re.compile(r"(\d{1,9}):([a-z0-9_]+),([a-z0-9_]+)/([a-z]+)/([a-z]+)", re.ASCII)
_LONGEST = 1_000_000


@dataclass(frozen=True)
class NodeGene:
    """What a node computes: ``activation(aggregation(operation(x) for every connection that leads to it))``.

    Parameters
    ----------
    node : int
    operations : tuple of (str, str)
        Of its two inputs. The connections that lead to the node take them by turns, in the order of their innovation
        numbers, the disabled ones counted: the first one has the first operation, the second one the second, the third
        one the first again.
    activation : str
        One of ``identity``, ``relu``, ``sigmoid``, ``tanh``.
    aggregation : str
        ``add`` or ``multiply``.

    Raises
    ------
    SearchError
        Where one of these cannot be used.

    Examples
    --------
    >>> str(NodeGene(5, ("sep_conv_3x3", "skip_connect"), "relu"))
    '5:sep_conv_3x3,skip_connect/relu/add'
    >>> NodeGene.from_text("5:sep_conv_3x3,skip_connect/relu/add").activation
    'relu'
    """

    node: int
    operations: tuple[str, str] = (SKIP, SKIP)
    activation: str = "identity"
    aggregation: str = "add"

    def __post_init__(self):
        object.__setattr__(self, "node", node_number(self.node))
        given = self.operations
        names = tuple(plain_text(each) for each in given) if isinstance(given, list | tuple) else ()
        if len(names) != 2 or not all(isinstance(each, str) and _NAME.fullmatch(each) for each in names):
            raise SearchError(Message("Found operations {found} of node {node}; expected the names of two. Change "
                                      "them.", found=brief(repr(given), 80), node=self.node))
        object.__setattr__(self, "operations", names)
        for name, known in (("activation", ACTIVATIONS), ("aggregation", AGGREGATIONS)):
            value = plain_text(getattr(self, name))
            if value not in known:
                raise SearchError(Message("Found {name} {found} of node {node}; expected one of {known}. Choose one of "
                                          "these.", name=name, found=brief(repr(value), 60), node=self.node,
                                          known=", ".join(known)))
            object.__setattr__(self, name, value)

    def __str__(self) -> str:
        return f"{self.node}:{self.operations[0]},{self.operations[1]}/{self.activation}/{self.aggregation}"

    @classmethod
    def from_text(cls, text: str) -> NodeGene:
        """Read the text form.

        Raises
        ------
        ExchangeError
            Where the text has another form.
        SearchError
            Where what it names is unknown.
        """
        found = _GENE.fullmatch(text)
        if found is None:
            raise ExchangeError(Message("Found {word} as a node; expected node:operation,operation/activation/"
                                        "aggregation, such as 5:sep_conv_3x3,skip_connect/relu/add. Correct it.",
                                        word=brief(repr(text), 60)))
        return cls(int(found[1]), (found[2], found[3]), found[4], found[5])

    def difference(self, other: NodeGene) -> float:
        """The share of both operations, activation and aggregation that differ, in quarters.

        Examples
        --------
        >>> NodeGene(5).difference(NodeGene(5, activation="relu"))
        0.25
        """
        pairs = zip((*self.operations, self.activation, self.aggregation),
                    (*other.operations, other.activation, other.aggregation), strict=True)
        return sum(own != theirs for own, theirs in pairs) / 4


def read_nodes(text: str) -> list[NodeGene]:
    """The node genes of a text, which has spaces between them.

    Raises
    ------
    ArgumentKindError, ExchangeError, SearchError
        Where it is no text, or one of another form.
    """
    if not isinstance(text, str):
        raise ArgumentKindError(Message("Found something of type {kind}; expected the text of node genes. Give "
                                        "genome.nodes_text.", kind=type(text).__name__))
    if len(text) > _LONGEST:
        raise ExchangeError(Message("Found a text of {length:,} characters; expected at most {most:,}. Give one "
                                    "genome.", length=len(text), most=_LONGEST))
    return [NodeGene.from_text(word) for word in text.split()]


def check_nodes(genes: Iterable[NodeGene], nodes: Iterable[int]) -> None:
    """Refuse node genes of other nodes, and two of one node.

    Parameters
    ----------
    genes : iterable of NodeGene
    nodes : iterable of int
        Those that may have one.

    Raises
    ------
    SearchError
    """
    numbers, known = [gene.node for gene in genes], set(nodes)
    for number in numbers:
        if number not in known or numbers.count(number) > 1:
            raise SearchError(Message("Found {count} node genes of node {node}; expected at most one for each node "
                                      "that a connection leads to. Remove it.", count=numbers.count(number),
                                      node=number))
