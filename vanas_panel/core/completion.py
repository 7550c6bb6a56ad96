"""Completion: every cell of a table that contains a draft, best first. Exact: it misses none and invents none."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.certificate import Where, certified, checked_where, within
from vanas_panel.core.containment import SIDE, _sorted_forms, containing, multiset, rows_of
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_VERTICES
from vanas_panel.core.frame_names import metric_column
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import CellTable, check_table
from vanas_panel.core.ranking import ranked_rows
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES, is_wide
from vanas_panel.core.wide.containment import wide_completed, wide_containing, with_operations
from vanas_panel.errors import ArgumentKindError, SearchSpaceError
from vanas_panel.text.language import Message


def complete(table: CellTable, draft: Draft, metric: str = "test_accuracy", top: int = 5,
             extra_vertices: int = 0, *, start: int = 0, where: Where | None = None,
             rows: ArrayLike | None = None) -> pd.DataFrame:
    """Find all cells of a table that contain a draft, best first (VANAS's recommendation, 2021, section 3.3).

    A cell contains the draft where some one-to-one mapping of the draft's vertices to the cell's, input to input,
    output to output and each operation to the same operation, maps every edge of the draft to an edge of the cell.

    Parameters
    ----------
    table : BenchmarkTable
    draft : Draft
        Its vertices all have to appear; without `extra_vertices` they are all there is.
    metric : str, optional
        The metric to rank by, in its own direction; rows without a value come last, ties in row order.
    top : int, optional
        How many cells to return, at least 0.
    extra_vertices : int, optional
        How many more inner vertices of any operation a cell may have, at least 0.
    start : int, optional
        How many of the best to pass over, at least 0: ``start=5`` gives the second page of five.
    where : mapping of str to (low, high), optional
        Bounds of any metrics that a cell must keep to, both included, None where there is no bound:
        ``{"trainable_parameters": (None, 10e6)}``. A cell whose value is unknown keeps to none.
    rows : None, integer array_like (m,) or bool array (n,), optional
        The cells to look among; all of them by default. They are no requirement of the certificate: where cells match
        and none of them is among these, `reason` says so.

    Returns
    -------
    pandas.DataFrame
        ``row``, the metric, ``operations`` and ``edges`` of the completed cells in the draft's own vertex indices,
        vertices that were added standing before the output. ``.attrs`` has

        - ``matches``: how many cells match; ``best``, ``median`` and ``worst`` of their values, NaN without any;
        - ``reason``: why there are none, as a sentence, empty where there are some;
        - ``certificate``: the requirements that exclude the last one, a `vanas_panel.core.certificate.Certificate`;
          None where there are some, or where no cell of any table could contain the draft. Requirements are the bounds
          of `where` in their order, the draft's edges in theirs, and the operations of its inner vertices;
        - ``metric``: the name of the metric's column, ``edges (metric)`` for a metric that is called as a column of the
          frame.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric.
    SearchSpaceError
        Where `top`, `start` or `extra_vertices` is not a whole number of at least 0, or `where` has something else
        than pairs of numbers.
    ArgumentKindError
        Where `draft` is no draft, a row number for instance.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> draft = vp.Draft(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(2, 1)])
    >>> found = vp.complete(table, draft, "trainable_parameters", top=1)
    >>> found.attrs["matches"], found.loc[0, "edges"]
    (8, ((0, 2), (1, 3), (2, 1), (2, 3)))

    Where there are none, the certificate says what excludes the last one:

    >>> small = {"trainable_parameters": (None, 2e6), "edges": (5, None)}
    >>> found = vp.complete(table, draft, "trainable_parameters", where=small)
    >>> [(each.metric or each.vertices, count) for each, count in found.attrs["certificate"].alone]
    [('trainable_parameters', 4), ((1,), 5)]
    """
    check_table(table)
    top, start, extra_vertices = (_count(name, value) for name, value in (
        ("top", top), ("start", start), ("extra_vertices", extra_vertices)))
    if not isinstance(draft, Draft):
        raise ArgumentKindError(Message("Found {draft!r:.100}; expected a Draft, or a Cell, which is one. Take the "
                                        "cell of a row with table.cell(row).", draft=draft))
    metric = plain_text(metric)
    values = table.column(metric)
    bounds = checked_where(table, where)
    reason, certificate = _impossible(table.space, draft), None
    found = [] if reason or table.wide is not None else list(containing(table, draft, extra_vertices))
    structural = rows_of(found) if reason or table.wide is None else wide_containing(
        table.wide, draft, table.space.operations, extra_vertices)
    matching = structural[within(table, bounds, structural)]
    selected = table.checked_rows(rows)
    among = matching if selected is None else matching[np.isin(matching, selected, assume_unique=True)]
    if matching.size and not among.size:
        reason = Message("None of the {total} cells that match is selected.", total=f"{matching.size:,}")
    elif not among.size and not reason:
        reason = _no_match(table, draft, extra_vertices, structural.size)
        certificate = certified(table, draft, bounds, lambda other, free: (
            rows_of(containing(table, other, extra_vertices, free)) if table.wide is None else
            wide_containing(table.wide, other, table.space.operations, extra_vertices, free)))
    lower_first = table.metric(metric).higher_is_better is False
    best = ranked_rows(among, values[among], lower_first, start + top)[start:]
    cells = [_completed(table, draft, row, found) for row in best]
    value = metric_column(metric)
    frame = pd.DataFrame({"row": best, value: values[best], "operations": [operations for operations, _ in cells],
                          "edges": [edges for _, edges in cells]})
    frame.attrs.update(matches=int(among.size), **_spread(values[among], lower_first), reason=reason,
                       certificate=certificate, metric=value)
    return frame


def _spread(values: np.ndarray, lower_first: bool) -> dict[str, float]:
    """Best, median and worst of the known ones of some values."""
    known = values[~np.isnan(values)]
    if not known.size:
        return dict.fromkeys(("best", "median", "worst"), float("nan"))
    low, high = float(known.min()), float(known.max())
    return {"best": low if lower_first else high, "median": float(np.median(known)),
            "worst": high if lower_first else low}


def _count(name: str, value: object) -> int:
    """A number of things as a plain one, or an error that names it."""
    number = plain_int(value)
    if number is None or number < 0:
        raise SearchSpaceError(Message("Found {name} = {value!r}; expected a whole number of at least 0. Change it.",
                                       name=name, value=value))
    return number


def _completed(table: CellTable, draft: Draft, row: int, found: list[tuple]) -> tuple[tuple, tuple]:
    """Operations and edges of a matching cell in the vertex indices of the draft."""
    if table.wide is not None:
        return wide_completed(table.wide, row, draft, table.space.operations)
    operations, adjacency = _sorted_forms(table.packed[row:row + 1])
    group, bits = multiset(int(operations[0])), int(adjacency[0])
    mappings = next(mappings for other, mappings, _ in found if other == group)
    image = next(image for mask, image in mappings.items() if mask & bits == mask)
    own = {slot: vertex for vertex, slot in enumerate(image[:-1])}
    added = [slot for slot in range(1, len(group) + 1) if slot not in own]
    own |= {slot: draft.output + index for index, slot in enumerate([*added, len(group) + 1])}
    names = (*draft.operations[:-1], *(table.space.operations[group[slot - 1]] for slot in added), draft.operations[-1])
    edges = sorted((own[bit // SIDE], own[bit % SIDE]) for bit in range(SIDE * SIDE) if bits >> bit & 1)
    return names, tuple(edges)


def _impossible(space: Space, draft: Draft) -> str:
    """Why no cell of any table of this space can contain the draft, or nothing."""
    strangers = sorted(set(draft.operations[1:-1]) - set(space.operations))
    if strangers:
        return Message("This table has no operation {names}{known}.", names=", ".join(strangers),
                       known=space.operations_words)
    if len(draft.operations) > (MAX_WIDE_VERTICES if is_wide(space) else MAX_VERTICES):
        return Message("The draft has {found} vertices; no cell has more than {most}.", found=len(draft.operations),
                       most=space.max_vertices)
    if any(target == 0 for _, target in draft.edges):
        return Message("The draft has an edge into the input; no cell has one.")
    if any(source == draft.output for source, _ in draft.edges):
        return Message("The draft has an edge out of the output; no cell has one.")
    if draft.topological_order() is None:
        return Message("The draft has a directed cycle; no cell has one.")
    return ""


def _no_match(table: CellTable, draft: Draft, extra_vertices: int, structural: int) -> str:
    """Say why a draft that could be part of a cell is part of none of the table's that keep to the bounds."""
    if structural:
        return Message("None of the {total} cells that contain the draft keeps to the bounds.", total=f"{structural:,}")
    wanted = Counter(table.space.operation_index(operation) for operation in draft.operations[1:-1])
    if table.wide is not None:
        rows = with_operations(table.wide, draft, table.space.operations, extra_vertices)
        sizes = [rows.size] if rows.size else []
    else:
        sizes = [stop - start for group, (start, stop) in table.completion_index.groups.items()
                 if 0 <= len(group) - wanted.total() <= extra_vertices and wanted <= Counter(group)]
    if not sizes and not wanted:
        return Message("No cell of this table is without operations. Place one, or allow more vertices.")
    if not sizes:
        return Message("No cell of this table has these operations.")
    return Message("None of the {total} cells with these operations contains all of the drawn edges.",
                   total=f"{sum(sizes):,}")
