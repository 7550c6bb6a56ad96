"""Cells of a large source, packed part by part: their texts are never in memory all at once.

`CellStream` takes the texts of one part of the rows after another and keeps eight bytes a row. It reads plain texts
alone. Where anything about a part is unusual, it raises `NotPlain`, and the caller reads the whole source as
`vanas_panel.readers.cells.packing` does: errors, notes and their rows are then those of that reader.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.core.encoding import (
    EDGE_FIELD,
    MAX_INNER,
    MAX_OPERATIONS,
    MAX_VERTICES,
    VERTEX_SHIFT,
    adjacency_columns,
    kernel,
    operation_at,
    operation_shift,
    vertex_count,
)
from vanas_panel.core.space import INPUT, NASBENCH101, OUTPUT, CellSpace
from vanas_panel.core.wide.columns import is_wide
from vanas_panel.errors import SourceError
from vanas_panel.readers.cells.labels import fitted, split_labels
from vanas_panel.readers.cells.matrices import NOT_A_CELL, find_on_path, pack_matrices
from vanas_panel.readers.cells.packing import Packed, text_buffers
from vanas_panel.readers.cells.written import as_cells, is_usual
from vanas_panel.tables.limits import current_limits

FEWEST = 200_000
"""Sources of fewer rows are read whole, which is as quick."""


class NotPlain(Exception):
    """The texts of a part hold something that the reader of whole sources is to judge."""


class CellStream:
    """Collects the cells of a source part by part.

    Parameters
    ----------
    path : Path
        Of the source.
    rows : int
        How many there are in all.

    Examples
    --------
    >>> stream = CellStream(Path("cells.parquet"), 2)
    >>> stream.add(pa.array(["0100", "001000000"]), pa.array(["input,output", "input,conv,output"]))
    >>> found = stream.cells(np.arange(2), None)
    >>> [hex(cell) for cell in found.packed], found.space.operations, found.pruned.tolist()
    (['0x20000000000001', '0x20000000000001'], ('conv3x3-bn-relu', 'conv1x1-bn-relu', 'maxpool3x3'), [False, True])
    """

    def __init__(self, path: Path, rows: int):
        self._path = path
        self._packed = np.empty(rows, np.int64)
        self._pruned = np.zeros(rows, bool)
        self._padded = np.zeros(rows, bool)
        self._done = 0
        self._operations: dict[str, int] = {}
        # Lists of labels by number. What a list has inside is worked out once a cell is found to have it.
        self._number_of_text: dict[str, int] = {}
        self._number_of_list: dict[tuple[str, ...], int] = {}
        self._lists: list[tuple[str, ...]] = []
        self._inner = np.zeros((1024, MAX_VERTICES), np.int64)
        self._is_indexed = np.zeros(1024, bool)

    def add(self, adjacency: pa.Array, operations: pa.Array) -> None:
        """Take the next rows.

        Parameters
        ----------
        adjacency, operations : pyarrow array (m,)
            Texts, or dictionaries of texts.

        Raises
        ------
        NotPlain
        """
        adjacency, operations = _usual_form(_texts(adjacency), operations, self._path)
        here = slice(self._done, self._done + len(adjacency))
        if here.stop > self._packed.size:
            raise NotPlain
        numbers = self._numbered(operations)[operations.indices.to_numpy()]
        sizes = np.array([len(labels) for labels in self._lists], np.int64)[numbers]
        offsets, text = text_buffers(adjacency)
        rows_kept, labels_kept = np.empty(numbers.size, np.int64), np.empty(numbers.size, np.int64)
        find_on_path(offsets, text, sizes, rows_kept, labels_kept)
        if not rows_kept.all():
            raise NotPlain
        pruned = labels_kept != (1 << sizes) - 1
        if pruned.any():
            numbers[pruned] = self._shortened(numbers[pruned], labels_kept[pruned])
        self._index(numbers)
        packed = self._packed[here]
        pack_matrices(offsets, text, rows_kept, numbers, self._inner, packed)
        if (packed == NOT_A_CELL).any():
            raise NotPlain
        self._pruned[here], self._padded[here] = pruned, np.diff(offsets) > sizes * sizes
        self._done = here.stop

    def cells(self, rows: np.ndarray, space: CellSpace | None) -> Packed:
        """The cells of some rows, as `vanas_panel.readers.cells.packing.pack_cells` gives them.

        Parameters
        ----------
        rows : int64 (m,)
            Ascending.
        space : CellSpace, optional
            The one that they are to be of.

        Raises
        ------
        NotPlain
            Where there are fewer rows than were announced, or the cells are not of that space.
        """
        if self._done != self._packed.size or (space is not None and is_wide(space)):
            raise NotPlain
        chosen = slice(None) if rows.size == self._done else rows
        packed = self._packed[chosen]
        used = [label for label, index in self._operations.items() if is_used(packed, index)]
        if space is None and {*used} <= {*NASBENCH101.operations}:
            found = NASBENCH101
        else:
            found = space or CellSpace(tuple(sorted(used)), MAX_VERTICES, MAX_VERTICES * (MAX_VERTICES - 1) // 2)
        if not {*used} <= {*found.operations}:
            raise NotPlain
        index = np.zeros(MAX_OPERATIONS + 1, np.int64)
        for label in used:
            index[self._operations[label]] = found.operations.index(label)
        packed = renamed(packed, index)
        try:
            found = fitted(found, *adjacency_columns(packed), self._location, fixed=space is not None)
        except SourceError as error:
            raise NotPlain from error
        return Packed(packed, found, self._pruned[chosen], self._padded[chosen])

    def _location(self, row: int) -> dict:
        """Where a row of this part stands; no error of this module is shown to anybody."""
        return {"path": self._path, "row": row}

    def _numbered(self, operations: pa.DictionaryArray) -> np.ndarray:
        """The number of the list of labels of each text of a dictionary, ``int64 (texts,)``; 0 for those not used."""
        there = np.unique(operations.indices.to_numpy())
        numbers = np.zeros(len(operations.dictionary), np.int64)
        for place, text in zip(there.tolist(), operations.dictionary.take(pa.array(there)).to_pylist(), strict=True):
            number = self._number_of_text.get(text)
            if number is None:
                if text is None:
                    raise NotPlain
                try:
                    number = self._number(split_labels([text], np.zeros(1, np.int64), self._location)[0])
                except SourceError as error:
                    raise NotPlain from error
                self._number_of_text[text] = number
            numbers[place] = number
        return numbers

    def _shortened(self, numbers: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """The numbers of lists, ``int64 (m,)``, with those labels alone whose bit is set in `kept`."""
        masks, mask_of = np.unique(kept, return_inverse=True)
        pairs, pair_of = np.unique(numbers * masks.size + mask_of, return_inverse=True)
        shorter = []
        for number, mask in zip(*np.divmod(pairs, masks.size), strict=True):
            bits = int(masks[mask])
            shorter.append(self._number(tuple(label for index, label in enumerate(self._lists[number])
                                              if bits >> index & 1)))
        return np.array(shorter, np.int64)[pair_of]

    def _number(self, labels: tuple[str, ...]) -> int:
        """The number of a list of labels."""
        number = self._number_of_list.setdefault(labels, len(self._lists))
        if number == len(self._lists):
            self._lists.append(labels)
        return number

    def _index(self, numbers: np.ndarray) -> None:
        """Work out what the lists of some cells have inside."""
        while self._is_indexed.size < len(self._lists):
            self._inner = np.concatenate([self._inner, np.zeros_like(self._inner)])
            self._is_indexed = np.concatenate([self._is_indexed, np.zeros_like(self._is_indexed)])
        there = np.zeros(len(self._lists), bool)
        there[numbers] = True
        for number in np.flatnonzero(there & ~self._is_indexed[: there.size]).tolist():
            labels = self._lists[number][1:-1]
            if len(labels) > MAX_INNER or not {INPUT, OUTPUT, ""}.isdisjoint(labels):
                raise NotPlain
            self._inner[number, 1 : len(labels) + 1] = [
                self._operations.setdefault(label, len(self._operations)) for label in labels]
            self._is_indexed[number] = True
        if len(self._operations) > MAX_OPERATIONS:
            raise NotPlain


def _texts(column: pa.Array) -> pa.Array:
    """Texts as large strings, none of them missing or longer than allowed."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)) or column.null_count:
        raise NotPlain
    texts = pc.cast(column, pa.large_string())
    if (pc.max(pc.binary_length(texts)).as_py() or 0) > current_limits().text:
        raise NotPlain
    return texts


def _usual_form(adjacency: pa.Array, operations: pa.Array, path: Path) -> tuple[pa.Array, pa.DictionaryArray]:
    """Matrices and a dictionary of lists of labels in the form that kernels read."""
    encoded = operations if pa.types.is_dictionary(operations.type) else operations.dictionary_encode()
    if encoded.null_count:
        raise NotPlain
    encoded = pa.DictionaryArray.from_arrays(encoded.indices, _texts(encoded.dictionary))
    if is_usual(adjacency, encoded.dictionary):
        return adjacency, encoded
    try:
        adjacency, operations, notes = as_cells(adjacency, pc.cast(encoded, pa.large_string()), path)
    except SourceError as error:
        raise NotPlain from error
    if notes:
        # They count rows of the whole source.
        raise NotPlain
    return adjacency, operations.dictionary_encode()


@kernel
def is_used(packed: np.ndarray, operation: int) -> bool:
    """Whether any of some packed cells, ``int64 (n,)``, has the operation of an index."""
    for cell in packed:
        for vertex in range(1, vertex_count(cell) - 1):
            if operation_at(cell, vertex) == operation:
                return True
    return False


@kernel
def renamed(packed: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Cells whose operations have other numbers.

    Parameters
    ----------
    packed : int64 (n,)
    index : int64 (operations,)
        The new number of each.

    Returns
    -------
    int64 (n,)
    """
    changed = np.empty_like(packed)
    for row in range(packed.size):
        vertices = vertex_count(packed[row])
        cell = vertices << VERTEX_SHIFT | packed[row] & EDGE_FIELD
        for vertex in range(1, vertices - 1):
            cell |= index[operation_at(packed[row], vertex)] << operation_shift(vertex)
        changed[row] = cell
    return changed
