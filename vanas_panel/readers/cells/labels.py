"""Labels of vertices as texts, which of them lie on a path, and the search space that they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from vanas_panel.core.space import INPUT, NASBENCH101, OUTPUT, CellSpace
from vanas_panel.core.wide.columns import MAX_WIDE_EDGES, MAX_WIDE_OPERATIONS, MAX_WIDE_VERTICES
from vanas_panel.errors import SourceError
from vanas_panel.readers.cells.matrices import LARGEST_SIDE
from vanas_panel.tables.limits import current_limits
from vanas_panel.text.language import Message, marked

Location = Callable[[int], dict]
"""Where a row stands in its source, as keyword arguments of `SourceError`: path and row, or path and offset."""

# Values behind the output where operations are padded like their matrix.
_NOTHING = {"", "none", "null", "nan", "pad", "padding"}


def split_labels(texts: Sequence[str], codes: np.ndarray, location: Location) -> list[tuple[str, ...]]:
    """The labels in the distinct operation texts, from input to output; `codes` says which rows hold them."""
    split, longest = [], current_limits().name
    for code, text in enumerate(texts):
        labels = tuple(label.strip() for label in text.split(","))
        while len(labels) > 2 and labels[-1].lower() in _NOTHING:  # padded like its matrix
            labels = labels[:-1]
        if len(labels) < 2 or labels[0] != INPUT or labels[-1] != OUTPUT or len(labels) > LARGEST_SIDE:
            raise SourceError(Message("operations {text!r}", text=short(text)),
                              Message("{first!r} first and {last!r} last, and at most {most} in all", first=INPUT,
                                      last=OUTPUT, most=LARGEST_SIDE),
                              "Order the vertices that way", **location(int(np.flatnonzero(codes == code)[0])))
        if (letters := max(map(len, labels))) > longest:
            raise SourceError(Message("an operation whose name has {letters:,} characters", letters=letters),
                              Message("at most {most:,}", most=longest), "Shorten the name",
                              **location(int(np.flatnonzero(codes == code)[0])))
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
        kept = tuple(label for index, label in enumerate(labels[code]) if bits >> index & 1)
        number_of.append(numbers.setdefault(kept, len(numbers)))
    return list(numbers), np.array(number_of, np.int64)[pair_of]


def index_labels(split: Sequence[tuple[str, ...]], codes: np.ndarray, location: Location,
                 space: CellSpace | None) -> tuple[CellSpace, np.ndarray]:
    """The space of some lists of labels, and their operations' indices, ``int64 (lists, 24)``."""
    for code, labels in enumerate(split):
        trouble = _label_trouble(labels, space)
        if trouble:
            raise SourceError(*trouble, **location(int(np.flatnonzero(codes == code)[0])))
    space = space or _space_of(split, codes, location)
    indices = {label: index for index, label in enumerate(space.operations)}
    inner = np.zeros((len(split), MAX_WIDE_VERTICES), np.int64)
    for code, labels in enumerate(split):
        inner[code, 1 : len(labels) - 1] = [indices[label] for label in labels[1:-1]]
    return space, inner


def _label_trouble(labels: tuple[str, ...], space: CellSpace | None) -> tuple[str, str, str] | None:
    """The three parts of an error (found, expected, advice) for `labels` that cannot be those of a cell."""
    most = MAX_WIDE_VERTICES if space is None else space.max_vertices
    if len(labels) > most:
        return (Message("a cell of {found} vertices", found=len(labels)),
                Message("at most {most}, input and output included", most=most),
                marked("Leave the row out, or describe the cell with fewer vertices"))
    for label in labels[1:-1]:
        if label in (INPUT, OUTPUT, ""):
            return (Message("operation {label!r} between input and output", label=label),
                    marked("one of the operations of the search space"), marked("Correct the row"))
        if space is not None and label not in space.operations:
            return (Message("unknown operation {label!r}", label=short(label)),
                    Message("one of {names}", names=", ".join(space.operations)),
                    marked("Correct the row, or bring the results as Parquet or CSV, whose operations are free"))
    return None


def _space_of(split: Sequence[tuple[str, ...]], codes: np.ndarray, location: Location) -> CellSpace:
    """The space whose operations these are; its limits are fitted to the cells later."""
    used: dict[str, int] = {}
    for code, labels in enumerate(split):
        for label in labels[1:-1]:
            used.setdefault(label, code)
    if used.keys() <= set(NASBENCH101.operations):
        return NASBENCH101
    if len(used) > MAX_WIDE_OPERATIONS:
        code = list(used.values())[MAX_WIDE_OPERATIONS]
        raise SourceError(Message("{found} distinct operations, {used}, ... among them", found=len(used),
                                  used=", ".join(short(label) for label in sorted(used)[:4])),
                          Message("at most {most}", most=MAX_WIDE_OPERATIONS),
                          "Check that each vertex has one label, or group operations",
                          **location(int(np.flatnonzero(codes == code)[0])))
    return CellSpace(tuple(sorted(used)), MAX_WIDE_VERTICES, MAX_WIDE_EDGES)


def fitted(space: CellSpace, vertices: np.ndarray, edges: np.ndarray, location: Location, *,
           fixed: bool) -> CellSpace:
    """`space` with limits that hold all cells; where it is `fixed`, an error at the first cell beyond them."""
    if fixed:
        beyond = np.flatnonzero((vertices > space.max_vertices) | (edges > space.max_edges))
        if beyond.size:
            row = int(beyond[0])
            raise SourceError(Message("a cell of {vertices} vertices and {edges} edges", vertices=vertices[row],
                                      edges=edges[row]),
                              Message("at most {max_vertices} vertices and {max_edges} edges",
                                      max_vertices=space.max_vertices, max_edges=space.max_edges),
                              "Leave the row out, or use a search space with higher limits", **location(row))
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
