"""Forms of architectures other than NAS-Bench-201's: how each is recognised, and how a cell is made of its texts.

A form stands in one column or in two. It is recognised by what the first texts are, where nothing else looks like that;
what cannot be told from other texts is read where a description names it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.core.chains import NATS_CHANNELS, chain_draft, is_nats_size
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_OPERATIONS, MAX_VERTICES, pack
from vanas_panel.core.kinds import KindSpace
from vanas_panel.core.recurrent import RECURRENT_OPERATIONS, recurrent_draft
from vanas_panel.core.space import INPUT, OUTPUT, CellSpace
from vanas_panel.core.speech import ASR_LABELS, speech_draft
from vanas_panel.core.trees import GRAPH_OPERATIONS, NODES, is_links, tree_draft
from vanas_panel.core.wide.columns import MAX_WIDE_OPERATIONS, MAX_WIDE_VERTICES, WideCells, is_wide
from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.cells.genotypes import DARTS_OPERATIONS, genotype_draft, genotype_of, genotype_of_two
from vanas_panel.readers.cells.larger import Cells
from vanas_panel.readers.columns.conditions import is_text
from vanas_panel.readers.description import Architecture
from vanas_panel.readers.notes import (
    CHAINS,
    GENOTYPES,
    NATS_SIZES,
    RECURRENT_CELLS,
    SPEECH_CELLS,
    TREES,
    TWO_CELLS,
)
from vanas_panel.text.language import Message, marked

LINK_NAMES = ("link", "links", "lk")
"""Names of columns that hold link lists of NAS-Bench-Graph."""

OPERATIONS_BESIDE = ("ops", "op", "operations")
"""Names of columns that hold the operations beside link lists."""

LISTED_NAMES = (*LINK_NAMES, *OPERATIONS_BESIDE, "arch", "arch_vec", "architecture")
"""Names of columns whose lists are read as architectures, where a source has lists and not only texts."""

_LOOKED_AT = 1000
"""Rows by which a form is recognised."""

# More than any list of an architecture has.
_LONGEST = 1000


@dataclass(frozen=True)
class Form:
    """How architectures are written in some columns.

    Attributes
    ----------
    columns : tuple of str
    name : str
        Of the form, for messages.
    draft : callable
        From the texts of a row to its cell; None where they are none.
    example : str
        For messages.
    operations : tuple of str
        Those of the benchmark; the space has these where a table has no others.
    kind : str
        Of the search space, see `vanas_panel.core.kinds`.
    note : str
        How the columns are understood.
    """

    columns: tuple[str, ...]
    name: str
    draft: Callable[..., Draft | None]
    example: str
    operations: tuple[str, ...]
    kind: str
    note: str

    def cells(self, rows: pa.Table, space: CellSpace | None, path: Path) -> tuple[Cells, CellSpace]:
        """The cells of some rows, as one number each or as columns, and their search space.

        Parameters
        ----------
        rows : pyarrow.Table (n,)
        space : CellSpace or None
            The one that a description asks for.
        path : Path
            Of the source, for messages.

        Raises
        ------
        SourceError
            At the first row that holds no architecture of this form.
        """
        texts, codes, first = _distinct(rows, self.columns, path)
        drafts = []
        for text, row in zip(texts, first, strict=True):
            draft = self.draft(*text)
            if draft is None or not {INPUT, OUTPUT}.isdisjoint(draft.operations[1:-1]):
                raise SourceError(Message("{text!r:.100} in column {name!r}, which holds {form}",
                                          text=" ".join(text), name=self.columns[0], form=Message(self.name)),
                                  Message("one as in {form}", form=self.example),
                                  "Correct the row, or leave it out", path=path, row=row)
            if len(draft.operations) > MAX_WIDE_VERTICES:
                raise SourceError(Message("{text!r:.100} in column {name!r}, a cell of {found} vertices",
                                          text=" ".join(text), name=self.columns[0], found=len(draft.operations)),
                                  Message("at most {most}", most=MAX_WIDE_VERTICES), "Leave the row out",
                                  path=path, row=row)
            drafts.append(draft)
        found = self._space(drafts, first, space, path)
        if is_wide(found):
            return WideCells.of_drafts(drafts, found.operations).take(codes), found
        number = {operation: index for index, operation in enumerate(found.operations)}
        packed = np.array([pack([number[each] for each in draft.operations[1:-1]], draft.edges) for draft in drafts],
                          np.int64)
        return packed[codes], found

    def _space(self, drafts: Sequence[Draft], first: Sequence[int], space: CellSpace | None, path: Path) -> CellSpace:
        """The search space of some cells: the benchmark's operations where they have no others."""
        used: dict[str, int] = {}
        for draft, row in zip(drafts, first, strict=True):
            for operation in draft.operations[1:-1]:
                used.setdefault(operation, row)
        if space is not None:
            for operation, row in used.items():
                if operation not in space.operations:
                    raise SourceError(Message("operation {operation!r} in {form}", operation=brief(operation, 60),
                                              form=Message(self.name)),
                                      Message("one of {names}, which the description names",
                                              names=", ".join(space.operations)),
                                      "Correct the row, or the operations of the description", path=path, row=row)
            return space
        if not used.keys() <= {*self.operations}:
            names = tuple(sorted(used, key=_order))
        elif len(self.operations) > MAX_OPERATIONS:
            names = tuple(each for each in self.operations if each in used)
        else:
            names = self.operations
        if len(names) > MAX_WIDE_OPERATIONS:
            raise SourceError(Message("{found} distinct operations in {form}", found=len(names),
                                      form=Message(self.name)),
                              Message("at most {most}", most=MAX_WIDE_OPERATIONS), "Group operations", path=path)
        vertices = max(len(draft.operations) for draft in drafts)
        edges = max(len(draft.edges) for draft in drafts)
        # Kinds are known of what fits into one number.
        is_small = vertices <= MAX_VERTICES and len(names) <= MAX_OPERATIONS
        return KindSpace(names, vertices, edges, self.kind) if is_small else CellSpace(names, vertices, edges)


def find_form(texts: pa.Table, ignored: Collection[str], said: Architecture | None) -> Form | None:
    """The form in which some columns hold architectures; None where there is none.

    Parameters
    ----------
    texts : pyarrow.Table
        Columns of texts, or the first rows of them.
    ignored : collection of str
        Columns that a description leaves out.
    said : Architecture or None
        What a description says of the form.
    """
    if said is not None:
        return _FORMS[said.form](said)
    texts = texts.slice(0, _LOOKED_AT)
    there = [field.name for field in texts.schema if is_text(field) and field.name not in ignored]
    known = {name: texts[name].drop_null().to_pylist() for name in there}
    for name, values in known.items():
        if _are(values, is_nats_size):
            return nats_size(name)
        if _are(values, lambda value: genotype_of(value) is not None):
            return genotype_form(name)
    halves = [[name for name in there if word in name.lower()] for word in ("normal", "reduc")]
    if len(halves[0]) == len(halves[1]) == 1:
        pairs = list(zip(*(texts[name].to_pylist() for (name,) in halves), strict=True))
        if _are([pair for pair in pairs if None not in pair], lambda pair: genotype_of_two(*pair) is not None):
            return two_cells_form(halves[0][0], halves[1][0])
    links = [name for name in there if name.lower() in LINK_NAMES]
    beside = [name for name in there if name.lower() in OPERATIONS_BESIDE]
    if len(links) == len(beside) == 1:
        pairs = list(zip(texts[links[0]].to_pylist(), texts[beside[0]].to_pylist(), strict=True))
        if _are([pair for pair in pairs if None not in pair], lambda pair: _tree(*pair) is not None):
            return graph_form(links[0], beside[0])
    for name, values in known.items():
        if _are(values, lambda value: _speech(value) is not None):
            return speech_form(name)
        if _are(values, lambda value: _recurrent(value) is not None):
            return recurrent_form(name)
    return None


def _are(values: Sequence[Any], is_one: Callable[[Any], bool]) -> bool:
    """Whether values are of a form: the first of them, and half of all, so that a wrong one is named by its row."""
    return bool(values) and is_one(values[0]) and 2 * sum(map(is_one, values)) >= len(values)


def nats_size(name: str) -> Form:
    """NATS-Bench's size space in a column."""
    return Form((name,), marked("architectures of NATS-Bench's size space"), partial(_chain, separator=":"),
                "64:32:16:8:8", NATS_CHANNELS, "chain", NATS_SIZES.format(name=name))


def graph_form(links: str, operations: str) -> Form:
    """NAS-Bench-Graph in two columns."""
    return Form((links, operations), marked("architectures of NAS-Bench-Graph"), _tree,
                "[0, 0, 1, 2] ['gcn', 'gat', 'fc', 'skip']", GRAPH_OPERATIONS, "cells",
                TREES.format(links=links, operations=operations))


def speech_form(name: str) -> Form:
    """NAS-Bench-ASR in a column."""
    return Form((name,), marked("architectures of NAS-Bench-ASR"), _speech,
                "[['linear', 1], ['conv5', 0, 1], ['zero', 1, 0, 0]]", ASR_LABELS, "cells",
                SPEECH_CELLS.format(name=name))


def recurrent_form(name: str) -> Form:
    """NAS-Bench-NLP in a column."""
    return Form((name,), marked("recurrent cells of NAS-Bench-NLP"), _recurrent,
                '{"node_0": {"op": "linear", "input": ["x", "h_prev_0"]}, "h_new_0": {"op": "activation_tanh", '
                '"input": ["node_0"]}}', RECURRENT_OPERATIONS, "cells", RECURRENT_CELLS.format(name=name))


def genotype_form(name: str) -> Form:
    """Genotypes of DARTS in a column."""
    return Form((name,), marked("genotypes of DARTS"), _genotype,
                "Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1)], normal_concat=[2], reduce=[...], "
                "reduce_concat=[2])", DARTS_OPERATIONS, "cells", GENOTYPES.format(name=name))


def two_cells_form(normal: str, reduction: str) -> Form:
    """Genotypes of DARTS in two columns, one for each cell."""
    return Form((normal, reduction), marked("genotypes of DARTS"), _two_cells,
                "[('sep_conv_3x3', 0), ('skip_connect', 1)]", DARTS_OPERATIONS, "cells",
                TWO_CELLS.format(normal=normal, reduction=reduction))


def _genotype(text: str) -> Draft | None:
    """Both cells of a genotype."""
    genotype = genotype_of(text)
    return None if genotype is None else genotype_draft(genotype)


def _two_cells(normal: str, reduction: str) -> Draft | None:
    """Both cells of a genotype, from a text each."""
    genotype = genotype_of_two(normal, reduction)
    return None if genotype is None else genotype_draft(genotype)


def chain_form(said: Architecture) -> Form:
    """Chains in a column, as a description says."""
    return Form((said.column,), marked("chains of operations"), partial(_chain, separator=said.separator),
                said.separator.join(("conv", "pool")) if said.separator else "0121", (), "chain",
                CHAINS.format(name=said.column))


_FORMS: dict[str, Callable[[Architecture], Form]] = {"chain": chain_form}


def _chain(text: str, separator: str) -> Draft | None:
    """The chain of the parts of a text; of its letters where nothing separates them."""
    parts = [part.strip() for part in text.strip().split(separator)] if separator else list(text.strip())
    return chain_draft(parts) if parts and all(parts) else None


def _tree(links: str, operations: str) -> Draft | None:
    """The cell of a link list and operations of NAS-Bench-Graph."""
    numbers, names = _listed(links), _listed(operations)
    if names is None:
        names = [part.strip() for part in operations.split(",")]
    if not isinstance(numbers, list | tuple) or not all(type(each) is int for each in numbers) or not is_links(numbers):
        return None
    if len(names) != NODES or not all(isinstance(each, str) and each for each in names):
        return None
    return tree_draft(numbers, names)


def _speech(text: str) -> Draft | None:
    """The cell of a text of NAS-Bench-ASR."""
    return speech_draft(_listed(text))


def _recurrent(text: str) -> Draft | None:
    """The cell of a text of NAS-Bench-NLP."""
    if len(text) > 10 * _LONGEST or text.lstrip()[:1] != "{":
        return None
    try:
        return recurrent_draft(json.loads(text))
    except (ValueError, RecursionError):
        return None


@lru_cache(maxsize=1 << 14)
def _listed(text: str) -> list | tuple | None:
    """The list that a text writes; None where it is none."""
    if len(text) > _LONGEST or text.lstrip()[:1] not in ("[", "("):
        return None
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    return value if isinstance(value, list | tuple) else None


def _order(operation: str) -> tuple[int, float, str]:
    """Numbers by their size, then texts by their letters."""
    return (0, int(operation), "") if operation.isdecimal() and operation.isascii() else (1, 0, operation)


def _distinct(rows: pa.Table, columns: Sequence[str],
              path: Path) -> tuple[list[tuple[str, ...]], np.ndarray, list[int]]:
    """The distinct texts of some rows, which of them each row has, ``int64 (n,)``, and the first row of each."""
    codes = np.zeros(rows.num_rows, np.int64)
    levels: list[list[str]] = []
    each = []
    for name in columns:
        column = pc.cast(rows[name], pa.large_string()).combine_chunks()
        if column.null_count:
            raise SourceError(Message("no architecture in column {name!r}", name=name), "one in every row",
                              "Fill it in, or leave the row out", path=path, row=column.is_null().index(True).as_py())
        encoded = column.dictionary_encode()
        levels.append(encoded.dictionary.to_pylist())
        each.append(encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64))
        codes = codes * len(levels[-1]) + each[-1]
    _, first, codes = np.unique(codes, return_index=True, return_inverse=True)
    rows_of = np.argsort(first, kind="stable")
    place = np.empty_like(rows_of)
    place[rows_of] = np.arange(rows_of.size)
    first = first[rows_of]
    texts = [tuple(level[one[row]] for level, one in zip(levels, each, strict=True)) for row in first.tolist()]
    return texts, place[codes], first.tolist()
