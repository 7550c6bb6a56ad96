"""What a network computes, without the genome that it comes from: its nodes in order, an operation on every edge."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vanas_panel.errors import ExchangeError, brief
from vanas_panel.text.language import Message

_INPUT = re.compile(r"in(\d{1,6})", re.ASCII)
_NODE = re.compile(r"(identity|relu|sigmoid|tanh)(?:/(add|multiply))?", re.ASCII)
_EDGE = re.compile(r"(\d{1,6})>(\d{1,6}):([a-z][a-z0-9_]{0,39})", re.ASCII)
_LONGEST = 1_000_000


@dataclass(frozen=True)
class Plan:
    """A network.

    Attributes
    ----------
    inputs : tuple of int
        Which inputs of the genome it uses, in the order of its first nodes.
    nodes : tuple of (str, str)
        Activation and aggregation of every other node; the aggregation is empty where one edge alone leads to it. The
        last one is the output.
    edges : tuple of (int, int, str)
        Source, target and operation, ascending. Nodes count from 0, inputs first; a source is before its target.

    Examples
    --------
    >>> plan = Plan.from_text("in0 relu identity/add | 0>1:sep_conv_3x3 0>2:skip_connect 1>2:skip_connect")
    >>> plan.nodes
    (('relu', ''), ('identity', 'add'))
    >>> Plan.from_text(str(plan)) == plan
    True
    """

    inputs: tuple[int, ...]
    nodes: tuple[tuple[str, str], ...]
    edges: tuple[tuple[int, int, str], ...]

    def __str__(self) -> str:
        words = [f"in{number}" for number in self.inputs]
        words += [f"{activation}/{aggregation}" if aggregation else activation
                  for activation, aggregation in self.nodes]
        return f"{' '.join(words)} | {' '.join(f'{source}>{target}:{name}' for source, target, name in self.edges)}"

    @classmethod
    def from_text(cls, text: str) -> Plan:
        """Read the text form.

        Raises
        ------
        ExchangeError
            Where the text has another form, or describes no network in which every node lies on a path from an input
            to the output.
        """
        wrong = ExchangeError(Message("Found {text} as a network; expected the key of one, such as in0 relu | 0>1:"
                                      "skip_connect. Take str(vp.neat.express(genome)).", text=brief(repr(text), 80)))
        if not isinstance(text, str) or len(text) > _LONGEST or text.count(" | ") != 1:
            raise wrong
        before, after = text.split(" | ")
        words, edges = before.split(), [_EDGE.fullmatch(word) for word in after.split()]
        first = next((number for number, word in enumerate(words) if not _INPUT.fullmatch(word)), len(words))
        inputs = [_INPUT.fullmatch(word) for word in words[:first]]
        nodes = [_NODE.fullmatch(word) for word in words[first:]]
        plan = cls(tuple(int(each[1]) for each in inputs if each),
                   tuple((each[1], each[2] or "") for each in nodes if each),
                   tuple((int(each[1]), int(each[2]), each[3]) for each in edges if each))
        if not all(nodes) or not all(edges) or str(plan) != text or not plan._is_whole():
            raise wrong
        return plan

    def _is_whole(self) -> bool:
        """Whether edges lead forwards, each once, reach every node but inputs and leave every node but the output."""
        first, count = len(self.inputs), len(self.inputs) + len(self.nodes)
        pairs = [(source, target) for source, target, _name in self.edges]
        counts = [sum(target == node for _source, target in pairs) for node in range(first, count)]
        return (first > 0 and len(self.nodes) > 0 and len(set(self.inputs)) == first
                and len(set(pairs)) == len(pairs) and list(self.edges) == sorted(self.edges)
                and all(source < target and first <= target < count for source, target in pairs)
                and {source for source, _target in pairs} == set(range(count - 1))
                and all((into > 1) == bool(aggregation) and into > 0
                        for into, (_activation, aggregation) in zip(counts, self.nodes, strict=True)))
