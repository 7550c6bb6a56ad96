"""Cells of other benchmarks in pasted text, and the reason why each cannot be read."""

from __future__ import annotations

import re

from vanas_panel.exchange.words import refuse
from vanas_panel.text.language import marked

# |nor_conv_3x3~0|+|none~0|skip_connect~1|+|...
_NASBENCH201 = re.compile(r"\|\s*[A-Za-z][\w\-]*~\d+\s*\|")
# Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=range(2, 6), reduce=..., or its parts in a dictionary
_DARTS = re.compile(r"\bGenotype\s*\(|\b(?:normal|reduce)(?:_concat)?[\"']?\s*[=:]\s*(?:\[\s*[\[(]|range\s*\()")
_HASH = re.compile(r"[\"']?[0-9a-fA-F]{32}[\"']?")

_EXPECTED = marked("operations on vertices, as in NAS-Bench-101")


def refuse_foreign(text: str) -> None:
    """Refuse a cell in a form that is known, but does not fit cells with operations on their vertices.

    Parameters
    ----------
    text : str

    Raises
    ------
    ExchangeError
        For an architecture string of NAS-Bench-201, a genotype of DARTS, or a `module_hash` alone.

    Examples
    --------
    >>> refuse_foreign("matrix = [[0, 1], [0, 0]]")
    """
    if _NASBENCH201.search(text):
        refuse("an architecture string of NAS-Bench-201, whose operations are on edges", _EXPECTED,
               "Paste a cell of such a search space: this form cannot be drawn here")
    if _DARTS.search(text) and "ModelSpec" not in text:
        refuse("a genotype of DARTS, whose two cells have operations on edges", _EXPECTED,
               "Paste a cell of such a search space: this form cannot be drawn here")
    if _HASH.fullmatch(text):
        refuse("a module hash, from which no cell can be rebuilt", "operations, and edges or a matrix",
               "Look the cell up where the hash comes from, and paste its matrix and operations")
