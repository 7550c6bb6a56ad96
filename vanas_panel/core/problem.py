"""Why a draft is no cell: the reasons as values, and those that come from the limits of a search space."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vanas_panel.text.language import Message

if TYPE_CHECKING:
    from vanas_panel.core.draft import Draft
    from vanas_panel.core.space_protocol import Space

Edge = tuple[int, int]


@dataclass(frozen=True)
class Problem:
    """One reason why a draft is not a cell.

    Attributes
    ----------
    kind : str
        ``no path``, ``cycle``, ``off path``, ``too many vertices``, ``too many edges``, ``unknown operation``, or
        the name of a limit that a search space has of its own.
    message : str
        The reason as a sentence for a person.
    vertices : tuple of int
        The vertices concerned.
    edges : tuple of (int, int)
        The edges concerned.
    """

    kind: str
    message: str
    vertices: tuple[int, ...] = ()
    edges: tuple[Edge, ...] = ()

    def __str__(self) -> str:
        return self.message


def size_problems(draft: Draft, most_vertices: int, most_edges: int) -> Iterator[Problem]:
    """Yield what a draft has too much of.

    Parameters
    ----------
    draft : Draft
    most_vertices, most_edges : int
        Input and output count as vertices.

    Yields
    ------
    Problem
        Of the kinds ``too many vertices`` and ``too many edges``.
    """
    if len(draft.operations) > most_vertices:
        yield Problem("too many vertices", Message(
            "{found} vertices are more than the {most} of this search space.", found=len(draft.operations),
            most=most_vertices))
    if len(draft.edges) > most_edges:
        yield Problem("too many edges", Message(
            "{found} edges are more than the {most} of this search space.", found=len(draft.edges), most=most_edges))


def operation_problems(draft: Draft, space: Space) -> Iterator[Problem]:
    """Yield a problem of the kind ``unknown operation`` where a space lacks an operation of a draft."""
    strangers = tuple(v for v in range(1, draft.output) if draft.operations[v] not in space.operations)
    if strangers:
        names = ", ".join(sorted({draft.operations[v] for v in strangers}))
        words = Message("This search space has no operation {names}{known}.", names=names,
                        known=space.operations_words)
        yield Problem("unknown operation", words, strangers)
