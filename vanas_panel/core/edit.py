"""Edits of a draft. Each returns a new draft; an inner vertex that is added stands just before the output."""

from __future__ import annotations

from vanas_panel.core.draft import Draft, Edge
from vanas_panel.core.space import OUTPUT


def with_vertex(draft: Draft, operation: str) -> Draft:
    """Add an inner vertex without edges. Its index is the output's old one; the output moves up by one.

    Examples
    --------
    >>> with_vertex(Draft(["input", "output"], [(0, 1)]), "conv3x3-bn-relu").edges
    ((0, 2),)
    """
    fresh = draft.output
    moved = [tuple(vertex + (vertex == fresh) for vertex in edge) for edge in draft.edges]
    return Draft((*draft.operations[:-1], operation, OUTPUT), moved)


def without_vertex(draft: Draft, vertex: int) -> Draft:
    """Remove an inner vertex and its edges. Higher vertices move down by one.

    Examples
    --------
    >>> without_vertex(Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1), (0, 2), (1, 2)]), 1).edges
    ((0, 1),)
    """
    _check_inner(draft, vertex)
    kept = [tuple(end - (end > vertex) for end in edge) for edge in draft.edges if vertex not in edge]
    return Draft(draft.operations[:vertex] + draft.operations[vertex + 1:], kept)


def with_edge(draft: Draft, edge: Edge) -> Draft:
    """Add an edge; nothing changes where it is there already."""
    return Draft(draft.operations, (*draft.edges, edge))


def without_edge(draft: Draft, edge: Edge) -> Draft:
    """Remove an edge; nothing changes where it is not there."""
    return Draft(draft.operations, [other for other in draft.edges if other != edge])


def with_operation(draft: Draft, vertex: int, operation: str) -> Draft:
    """Write another operation on an inner vertex.

    Examples
    --------
    >>> with_operation(Draft(["input", "conv3x3-bn-relu", "output"]), 1, "maxpool3x3").operations
    ('input', 'maxpool3x3', 'output')
    """
    _check_inner(draft, vertex)
    return Draft((*draft.operations[:vertex], operation, *draft.operations[vertex + 1:]), draft.edges)


def with_vertex_on(draft: Draft, edge: Edge, operation: str) -> Draft:
    """Put a new vertex on an edge: ``u -> v`` becomes ``u -> x -> v``.

    Examples
    --------
    >>> with_vertex_on(Draft(["input", "output"], [(0, 1)]), (0, 1), "maxpool3x3").edges
    ((0, 1), (1, 2))
    """
    grown = with_vertex(without_edge(draft, edge), operation)
    source, target = (vertex + (vertex == draft.output) for vertex in edge)
    return Draft(grown.operations, (*grown.edges, (source, draft.output), (draft.output, target)))


def without_vertex_between(draft: Draft, vertex: int) -> Draft:
    """Contract an inner vertex: every edge into it is joined with every edge out of it. Higher vertices move down.

    Examples
    --------
    >>> without_vertex_between(Draft(["input", "conv3x3-bn-relu", "output"], [(0, 1), (1, 2)]), 1).edges
    ((0, 1),)
    """
    joined = [(source, target) for source, middle in draft.edges if middle == vertex
              for other, target in draft.edges if other == vertex]
    return without_vertex(Draft(draft.operations, (*draft.edges, *joined)), vertex)


def free_edge(draft: Draft, source_operation: str, target_operation: str) -> Edge | None:
    """First pair of vertices of an edge type that can be joined without a cycle or a second edge.

    Examples
    --------
    >>> free_edge(Draft(["input", "a", "a", "output"], [(2, 1)]), "a", "a") is None
    True
    """
    for source, operation in enumerate(draft.operations):
        if operation != source_operation:
            continue
        for target, other in enumerate(draft.operations):
            if other != target_operation or source == target or (source, target) in draft.edges:
                continue
            if with_edge(draft, (source, target)).topological_order() is not None:
                return source, target
    return None


def with_edge_type(draft: Draft, source_operation: str, target_operation: str) -> tuple[Draft, Edge]:
    """Add an edge of a type, and as few vertices as that takes.

    An edge between vertices that are there comes first, then one to or from a new vertex, then two new vertices.

    Parameters
    ----------
    draft : Draft
    source_operation : str
        ``input`` or an operation.
    target_operation : str
        ``output`` or an operation.

    Returns
    -------
    draft : Draft
        Limits of the search space are not checked here.
    edge : (int, int)
        The edge that was added.
    """
    inner = [operation for operation in (target_operation, source_operation) if operation not in ("input", "output")]
    for added in ([], *([operation] for operation in inner), inner):
        grown = draft
        for operation in added:
            grown = with_vertex(grown, operation)
        edge = free_edge(grown, source_operation, target_operation)
        if edge is not None:
            return with_edge(grown, edge), edge
    # Input to output is the one type that no new vertex can help: it is there, or the draft has a cycle.
    return draft, (0, draft.output)


def _check_inner(draft: Draft, vertex: int) -> None:
    """Refuse input, output and vertices that are not there."""
    if not 0 < vertex < draft.output:
        raise IndexError(f"vertex {vertex} is not an inner vertex")
