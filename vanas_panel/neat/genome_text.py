"""The text of a genome as Python writes it, read back without being run."""

from __future__ import annotations

import re

from vanas_panel.errors import ArgumentKindError, ExchangeError, brief
from vanas_panel.neat.genome import Genome
from vanas_panel.text.language import Message

_LONGEST = 100_000
_NUMBERS = r"\(\s*(\d{1,9}(?:\s*,\s*\d{1,9}){0,99})\s*,?\s*\)"
_GENOME = re.compile(rf"""(?:vp\.neat\.)?Genome\.from_text\(\s*(['"])(?P<genes>[^'"]*)\1\s*,
                          \s*inputs\s*=\s*{_NUMBERS}\s*,\s*output\s*=\s*(?P<output>\d{{1,9}})\s*
                          (?:,\s*nodes\s*=\s*(['"])(?P<nodes>[^'"]*)\5\s*)?,?\s*\)""", re.ASCII | re.VERBOSE)


def read_genome(text: str) -> Genome:
    """Read what ``repr(genome)`` writes, as files named ``genome.txt`` hold it. Nothing in it is run.

    Parameters
    ----------
    text : str

    Returns
    -------
    Genome

    Raises
    ------
    ArgumentKindError, ExchangeError, SearchError
        Where it is no text, or that of no genome.

    Examples
    --------
    >>> genome = Genome.from_text("1:0>1! 2:0>2 3:2>1", inputs=(0,), output=1, nodes="2:none,skip_connect/relu/add")
    >>> read_genome(repr(genome)) == genome
    True
    >>> read_genome("Genome()")
    Traceback (most recent call last):
        ...
    vanas_panel.errors.ExchangeError: Found 'Genome()'; expected a genome as Python writes it, such as \
Genome.from_text('1:0>1', inputs=(0,), output=1). Give repr(genome).
    """
    if not isinstance(text, str):
        raise ArgumentKindError(Message("Found something of type {kind}; expected the text of a genome. Give "
                                        "repr(genome).", kind=type(text).__name__))
    found = _GENOME.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        raise ExchangeError(Message("Found {text}; expected a genome as Python writes it, such as "
                                    "Genome.from_text('1:0>1', inputs=(0,), output=1). Give repr(genome).",
                                    text=brief(repr(text), 80)))
    inputs = tuple(int(number) for number in found[3].split(","))
    return Genome.from_text(found["genes"], inputs, int(found["output"]), found["nodes"] or "")
