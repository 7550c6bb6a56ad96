"""Labels of vertices as texts, which of them lie on a path, and the search space that they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from vanas_panel.core.encoding import MAX_OPERATIONS, MAX_VERTICES, adjacency_columns
from vanas_panel.core.space import INPUT, NASBENCH101, OUTPUT, CellSpace
from vanas_panel.errors import SourceError
from vanas_panel.limits import current_limits
from vanas_panel.readers.matrices import LARGEST_SIDE

Place = Callable[[int], dict]
"""Where a row stands in its source, as keyword arguments of `SourceError`: path and row, or path and offset."""

# What stands behind the output where operations are padded like their matrix.
_NOTHING = {"", "none", "null", "nan", "pad", "padding"}


def split_labels(texts: Sequence[str], codes: np.ndarray, place: Place) -> list[tuple[str, ...]]:
    """The labels in the distinct operation texts, from input to output; `codes` says which rows hold them."""
    split, longest = [], current_limits().name
    for code, text in enumerate(texts):
        labels = tuple(label.strip() for label in text.split(","))
        while len(labels) > 2 and labels[-1].lower() in _NOTHING:  # padded like its matrix
            labels = labels[:-1]
        if len(labels) < 2 or labels[0] != INPUT or labels[-1] != OUTPUT or len(labels) > LARGEST_SIDE:
            raise SourceError(f"operations {short(text)!r}", f"{INPUT!r} first and {OUTPUT!r} last, and at most "
                              f"{LARGEST_SIDE} in all", "Order the vertices that way",
                              **place(int(np.flatnonzero(codes == code)[0])))
        if (letters := max(map(len, labels))) > longest:
            raise SourceError(f"an operation whose name has {letters:,} characters", f"at most {longest:,}",
                              "Shorten the name", **place(int(np.flatnonzero(codes == code)[0])))
        split.append(labels)
    return split


def kept_labels(labels: Sequence[tuple[str, ...]], codes: np.ndarray, labels_kept: np.ndarray,
          pruned: np.ndarray) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """The distinct lists of labels without those that are left out, and which of them each row has."""
    if not pruned.any():
        return list(labels), codes
    masks, mask_of = np.unique(labels_kept, return_inverse=True)
    pairs, pair_of = np.unique(codes * masks.size + mask_of, return_inverse=True)
    numbers: dict[tuple[str, ...], int] = {}
    number_of = []
    for code, mask in zip(*np.divmod(pairs, masks.size), strict=True):
        bits = int(masks[mask])
        kept = tuple(label for place, label in enumerate(labels[code]) if bits >> place & 1)
        number_of.append(numbers.setdefault(kept, len(numbers)))
    return list(numbers), np.array(number_of, np.int64)[pair_of]


def index_labels(split: Sequence[tuple[str, ...]], codes: np.ndarray, place: Place,
                 space: CellSpace | None) -> tuple[CellSpace, np.ndarray]:
    """The space of some lists of labels, and their operations' indices, ``int64 (lists, MAX_VERTICES)``."""
    for code, labels in enumerate(split):
        trouble = _label_trouble(labels, space)
        if trouble:
            raise SourceError(*trouble, **place(int(np.flatnonzero(codes == code)[0])))
    space = space or _space_of(split, codes, place)
    indices = {label: index for index, label in enumerate(space.operations)}
    inner = np.zeros((len(split), MAX_VERTICES), np.int64)
    for code, labels in enumerate(split):
        inner[code, 1 : len(labels) - 1] = [indices[label] for label in labels[1:-1]]
    return space, inner


def _label_trouble(labels: tuple[str, ...], space: CellSpace | None) -> tuple[str, str, str] | None:
    """What was found, what was expected and what to do where `labels` cannot be those of a cell."""
    most = MAX_VERTICES if space is None else space.max_vertices
    if len(labels) > most:
        return (f"a cell of {len(labels)} vertices", f"at most {most}, input and output included",
                "Leave the row out, or describe the cell with fewer vertices")
    for label in labels[1:-1]:
        if label in (INPUT, OUTPUT, ""):
            return (f"operation {label!r} between input and output", "one of the operations of the search space",
                    "Correct the row")
        if space is not None and label not in space.operations:
            return (f"unknown operation {short(label)!r}", f"one of {', '.join(space.operations)}",
                    "Correct the row, or bring the results as Parquet or CSV, whose operations are free")
    return None


def _space_of(split: Sequence[tuple[str, ...]], codes: np.ndarray, place: Place) -> CellSpace:
    """The space whose operations these are; its limits are fitted to the cells later."""
    used: dict[str, int] = {}
    for code, labels in enumerate(split):
        for label in labels[1:-1]:
            used.setdefault(label, code)
    if used.keys() <= set(NASBENCH101.operations):
        return NASBENCH101
    if len(used) > MAX_OPERATIONS:
        code = list(used.values())[MAX_OPERATIONS]
        raise SourceError(f"{len(used)} distinct operations, {', '.join(short(label) for label in sorted(used)[:4])}, "
                          "... among them", f"at most {MAX_OPERATIONS}",
                          "Check that each vertex has one label, or group operations",
                          **place(int(np.flatnonzero(codes == code)[0])))
    return CellSpace(tuple(sorted(used)), MAX_VERTICES, MAX_VERTICES * (MAX_VERTICES - 1) // 2)


def fitted(space: CellSpace, packed: np.ndarray, place: Place, *, fixed: bool) -> CellSpace:
    """`space` with limits that hold all cells; where it is `fixed`, an error at the first cell beyond them."""
    vertices, edges = adjacency_columns(packed)
    if fixed:
        beyond = np.flatnonzero((vertices > space.max_vertices) | (edges > space.max_edges))
        if beyond.size:
            row = int(beyond[0])
            raise SourceError(f"a cell of {vertices[row]} vertices and {edges[row]} edges",
                              f"at most {space.max_vertices} vertices and {space.max_edges} edges",
                              "Leave the row out, or use a search space with higher limits", **place(row))
        return space
    most_vertices, most_edges = int(vertices.max(initial=2)), int(edges.max(initial=1))
    if space is not NASBENCH101:
        return CellSpace(space.operations, most_vertices, most_edges)
    if most_vertices <= space.max_vertices and most_edges <= space.max_edges:
        return space
    return CellSpace(space.operations, max(space.max_vertices, most_vertices), max(space.max_edges, most_edges))


def short(text: str) -> str:
    """A text from a file, cut to what a message can hold."""
    return text if len(text) <= 60 else text[:57] + "..."
