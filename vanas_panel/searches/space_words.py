"""What is said of each search space of the gallery, for a person: what it is, what it is not, and its source."""

from __future__ import annotations

from dataclasses import dataclass

from vanas_panel.text.language import marked

SURVEY = "Elsken, Metzen, Hutter: Neural Architecture Search: A Survey (JMLR 20, 2019), section 2"


@dataclass(frozen=True)
class SpaceWords:
    """Texts about a search space, in English: `gettext` translates them.

    Attributes
    ----------
    title, words, limits : str
        Its name, what its cells are, and what it is not.
    table : str
        Title of the table of all its cells.
    source : str
        Where the kind comes from; not translated.
    """

    title: str
    words: str
    limits: str
    table: str
    source: str


WORDS: dict[str, SpaceWords] = {
    "chain": SpaceWords(
        marked("Chain-structured"),
        marked("Layers one after another: each takes what the one before it gives."),
        marked("It has no branch and no skip. A layer is one operation: numbers of filters and strides are not "
               "searched."),
        marked("Chains: structure only, nothing measured"), SURVEY),
    "branches": SpaceWords(
        marked("Multi-branch with skips"),
        marked("Branches side by side from input to output. Within a branch, layers stand one after another, and any "
               "of them may also skip layers ahead. The edge from input to output skips all."),
        marked("No edge leads from one branch to another, so branches meet in the output only."),
        marked("Branches with skips: structure only, nothing measured"), SURVEY),
    "cells": SpaceWords(
        marked("Cell-based"),
        marked("Any graph of operations from input to output. The network repeats this cell in a fixed order."),
        marked("The network around the cell is not searched, and there is one kind of cell: no reduction cell of its "
               "own, as NASNet has."),
        marked("Cells: structure only, nothing measured"),
        f"{SURVEY}; Ying et al.: NAS-Bench-101 (ICML 2019)"),
    "hierarchical": SpaceWords(
        marked("Hierarchical"),
        marked("Parts made of parts: an operation is a part, and so are parts one after another, parts side by side, "
               "and a part with a way around it. A cell is drawn flat: each operation is a vertex."),
        marked("Parts are joined in series or side by side only, to any depth, and none has to be used twice. Liu et "
               "al. choose a few motifs, each any small graph, and use them again and again."),
        marked("Nested parts: structure only, nothing measured"),
        f"{SURVEY}; Liu et al.: Hierarchical Representations for Efficient Architecture Search (ICLR 2018)"),
}
"""The words by the name of the kind, see `vanas_panel.core.kinds.KINDS`."""
