"""A cell as JSON: the plainest form, and the one in which a draft comes back exactly as it was drawn."""

from __future__ import annotations

import json

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space_protocol import Space

FORMAT = "vanas-panel cell 1"
"""Names the form, with a number that grows whenever an older reader would misread it."""


def to_json(draft: Draft, space: Space | None = None) -> str:
    """A cell or draft as JSON.

    Parameters
    ----------
    draft : Draft
        Any draft; its vertices and edges keep their order.
    space : Space, optional
        The search space to name in the text; by default that of the cell, where it is one and has one.

    Returns
    -------
    str
        An object of ``format``, ``operations`` (texts, ``input`` first and ``output`` last), ``edges`` (pairs of vertex
        indices, source first, ascending) and perhaps ``space`` (``operations``, ``max_vertices``, ``max_edges``), which
        is for people: `vanas_panel.exchange.read` leaves it aside. ASCII, one line for each of them.

    Examples
    --------
    >>> print(to_json(Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])))
    {
      "format": "vanas-panel cell 1",
      "operations": ["input", "maxpool3x3", "output"],
      "edges": [[0, 1], [1, 2]]
    }
    """
    parts: dict[str, object] = {"format": FORMAT, "operations": draft.operations, "edges": draft.edges}
    space = space or (draft.space if isinstance(draft, Cell) else None)
    if space is not None:
        parts["space"] = {"operations": space.operations, "max_vertices": space.max_vertices,
                          "max_edges": space.max_edges}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in parts.items())
    return f"{{\n{lines}\n}}\n"
