"""A cell as Python text for the API of NAS-Bench-101: adjacency matrix and operations."""

from __future__ import annotations

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101

_CYCLE = """\
# This draft has a cycle, or an edge into the input or out of the output.
# The API refuses it until that is mended."""
_DRAFT = """\
# This draft is no valid cell yet. The API leaves out what lies on no path from
# input to output, and refuses operations that it does not know."""
_OUTSIDE = "# module_hash: none, the cell lies outside the search space of NAS-Bench-101"


def to_nasbench(draft: Draft) -> str:
    """A cell or draft as the ``ModelSpec`` of NAS-Bench-101's Python API.

    Parameters
    ----------
    draft : Draft
        Any draft. The API wants edges to point forward, so the vertices are put into topological order where there
        is one that starts with the input and ends with the output.

    Returns
    -------
    str
        Python text, with the `vanas_panel.core.cell.Cell.module_hash` of a cell of NAS-Bench-101 as a comment.

    Examples
    --------
    >>> print(to_nasbench(Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])))
    # A cell for the API of NAS-Bench-101: nasbench.query(cell)
    # module_hash: 53cee42601ad14d661bb6878031d6acb
    from nasbench import api
    <BLANKLINE>
    cell = api.ModelSpec(
        matrix=[
            [0, 1, 0],
            [0, 0, 1],
            [0, 0, 0],
        ],
        ops=[
            'input',
            'maxpool3x3',
            'output',
        ],
    )
    """
    draft, is_forward = _forward(draft)
    remark = _remark(draft) if is_forward else _CYCLE
    rows = "".join(f"        {row},\n" for row in draft.matrix.tolist())
    operations = "".join(f"        {operation!r},\n" for operation in draft.operations)
    return (f"# A cell for the API of NAS-Bench-101: nasbench.query(cell)\n{remark}\nfrom nasbench import api\n\n"
            f"cell = api.ModelSpec(\n    matrix=[\n{rows}    ],\n    ops=[\n{operations}    ],\n)\n")


def _forward(draft: Draft) -> tuple[Draft, bool]:
    """The draft with edges that point forward, and True; the draft as it is, and False where that cannot be."""
    order = draft.topological_order()
    if order is None or order[0] != 0 or order[-1] != draft.output:
        return draft, False
    rank = {vertex: index for index, vertex in enumerate(order)}
    return Draft(tuple(draft.operations[vertex] for vertex in order),
                 [(rank[source], rank[target]) for source, target in draft.edges]), True


def _remark(draft: Draft) -> str:
    """The line with the hash, or why there is none. Nothing that a person typed goes into a comment."""
    if draft.problems(None):
        return _DRAFT
    if draft.problems(NASBENCH101):
        return _OUTSIDE
    return f"# module_hash: {Cell(draft.operations, draft.edges).module_hash}"
