"""Connection genes, and their text form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vanas_panel.errors import ArgumentKindError, ExchangeError, brief
from vanas_panel.text.language import Message

_GENE = re.compile(r"(\d{1,9}):(\d{1,9})>(\d{1,9})(!?)", re.ASCII)
_LONGEST = 1_000_000


@dataclass(frozen=True)
class ConnectionGene:
    """A connection.

    Attributes
    ----------
    innovation : int
        The number of the mutation that made it.
    source, target : int
        Nodes.
    enabled : bool
        Whether it is expressed.
    weight : float
        Only used by `vanas_panel.neat.distance`; not in the text form.
    """

    innovation: int
    source: int
    target: int
    enabled: bool = True
    weight: float = 0.0

    def __str__(self) -> str:
        return f"{self.innovation}:{self.source}>{self.target}{'' if self.enabled else '!'}"


def read_connections(text: str) -> list[ConnectionGene]:
    """The connection genes of a text, which has spaces between them.

    Raises
    ------
    ArgumentKindError, ExchangeError
        Where it is no text, or one of another form.
    """
    if not isinstance(text, str):
        raise ArgumentKindError(Message("Found something of type {kind}; expected the text of a genome. Give "
                                        "str(genome).", kind=type(text).__name__))
    if len(text) > _LONGEST:
        raise ExchangeError(Message("Found a text of {length:,} characters; expected at most {most:,}. Give one "
                                    "genome.", length=len(text), most=_LONGEST))
    genes = []
    for number, word in enumerate(text.split(), start=1):
        found = _GENE.fullmatch(word)
        if found is None:
            raise ExchangeError(Message("Found {word} as gene {number}; expected innovation:source>target, with ! "
                                        "behind where it is disabled, such as 2:2>4!. Correct it.",
                                        word=brief(repr(word), 60), number=number))
        genes.append(ConnectionGene(int(found[1]), int(found[2]), int(found[3]), not found[4]))
    return genes
