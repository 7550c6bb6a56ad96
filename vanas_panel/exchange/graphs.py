"""Edges of a cell from pairs, from a matrix, or from NNI's lists of inputs."""

from __future__ import annotations

from vanas_panel.core.draft import Edge
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.exchange.values import Unreadable
from vanas_panel.exchange.words import refuse, shown
from vanas_panel.text.language import Message

_MOST_SIDE = 64


def edges_of_pairs(value: object, vertices: int) -> list[Edge]:
    """Edges from a list of pairs.

    Raises
    ------
    ExchangeError
        Where it is anything else, or a pair names no two vertices.

    Examples
    --------
    >>> edges_of_pairs([[0, 1], (1, 2)], 3)
    [(0, 1), (1, 2)]
    """
    if not isinstance(value, list | tuple):
        refuse(Message("edges {value}", value=shown(value)), "a list of pairs", "Write them as [[0, 1], [1, 2]]")
    for item in value:
        is_pair = isinstance(item, list | tuple) and len(item) == 2
        if not is_pair or any(type(end) is not int or not 0 <= end < vertices for end in item):
            refuse(Message("edge {item}", item=shown(item)),
                   Message("two vertex indices from 0 to {last}", last=vertices - 1), "Write it as [0, 1]")
    return [(source, target) for source, target in value]


def edges_of_matrix(value: object, vertices: int) -> tuple[list[Edge], int]:
    """Edges where a matrix has a one.

    Parameters
    ----------
    value : object
        Rows of 0 and 1, or all of them in one list or text. It may be larger than the operations are many, where the
        rest of its rows and columns holds zeros only.
    vertices : int
        How many operations there are.

    Returns
    -------
    edges : list of (int, int)
    padding : int
        How many rows and columns of zeros were left out.

    Raises
    ------
    ExchangeError
        Where it is anything else.

    Examples
    --------
    >>> edges_of_matrix([[0, 1, 0], [0, 0, 0], [0, 0, 0]], 2)
    ([(0, 1)], 1)
    """
    rows = _square(value)
    if rows is None or len(rows) < vertices:
        refuse(Message("matrix {value}", value=shown(value)),
               Message("{vertices} rows of {vertices} numbers, one for each operation", vertices=vertices),
               "Check both")
    for entry in (entry for row in rows for entry in row):
        if not isinstance(entry, int | float) or entry not in (0, 1):
            refuse(Message("{entry} in the matrix", entry=shown(entry)), "0 or 1", "Correct it")
    side = len(rows)
    ones = [(source, target) for source in range(side) for target in range(side) if rows[source][target]]
    relabelled = _relabelled({end for edge in ones for end in edge}, side, vertices)
    return [(relabelled[source], relabelled[target]) for source, target in ones], side - vertices


def _square(value: object) -> list | None:
    """The rows of a matrix, where all of them are as long as they are many; also where they stand in one line."""
    if isinstance(value, str) and set(value) <= set("01"):
        value = [int(digit) for digit in value]
    rows = list(value) if isinstance(value, list | tuple) else []
    side = round(len(rows) ** 0.5)
    if rows and side * side == len(rows) and not any(isinstance(row, list | tuple) for row in rows):
        rows = [rows[start : start + side] for start in range(0, len(rows), side)]
    if not 0 < len(rows) <= _MOST_SIDE:
        return None
    return rows if all(isinstance(row, list | tuple) and len(row) == len(rows) for row in rows) else None


def _relabelled(used: set[int], side: int, vertices: int) -> dict[int, int]:
    """Which operation each row with an edge belongs to, where a matrix may be padded with zeros."""
    if all(vertex < vertices for vertex in used):  # padded at the end, or not at all
        return {vertex: vertex for vertex in used}
    if all(vertex < vertices - 1 or vertex == side - 1 for vertex in used):  # padded before the output
        return {vertex: min(vertex, vertices - 1) for vertex in used}
    if len(used) == vertices:  # padded anywhere, and every operation has an edge
        return {vertex: index for index, vertex in enumerate(sorted(used))}
    refuse(Message("a matrix of {side} rows, {found} of them with edges, and {vertices} operations", side=side,
                   found=len(used), vertices=vertices),
           "one operation for each row, or zeros only in the rows beyond them", "Check both")


def from_nni(content: object) -> tuple[list[str], list[Edge]]:
    """Operations and edges of a dictionary of NNI: vertex *i* has operation ``op`` *i*, fed by ``input`` *i*.

    Parameters
    ----------
    content : dict of (str, int) to object
        ``("op", 1)``, ``("input", 1)`` and so on. The last input is that of the output, which has no operation.

    Raises
    ------
    ExchangeError
        Where a vertex lacks its operation or its inputs, or one of them is not what it should be.

    Examples
    --------
    >>> from_nni({("op", 1): "maxpool3x3", ("input", 1): [0], ("input", 2): [0, 1]})
    (['input', 'maxpool3x3', 'output'], [(0, 1), (0, 2), (1, 2)])
    """
    numbered = dict(content) if isinstance(content, dict) else {}
    count = sum(1 for kind, _ in numbered if kind == "op")
    wanted = {*(("op", vertex) for vertex in range(1, count + 1)),
              *(("input", vertex) for vertex in range(1, count + 2))}
    if set(numbered) != wanted:
        missing = sorted(f"{kind}{number}" for kind, number in wanted ^ set(numbered))
        refuse(Message("a dictionary of NNI in which {missing} is missing or too much",
                       missing=", ".join(missing)[:80]),
               Message("op1 to op{count} and input1 to input{inputs}, the last for the output", count=count,
                       inputs=count + 1), "Check both")
    labels, edges = [INPUT], []
    for vertex in range(1, count + 2):
        if vertex <= count:
            label = _told(numbered["op", vertex])
            if not isinstance(label, str):
                refuse(Message("op{vertex} = {label}", vertex=vertex, label=shown(label)), "the name of an operation",
                       "Write it between quotes")
            labels.append(label)
        value = _told(numbered["input", vertex])
        sources = [value] if type(value) is int else value
        if not isinstance(sources, list | tuple) or any(type(s) is not int or not 0 <= s < vertex for s in sources):
            refuse(Message("input{vertex} = {value}", vertex=vertex, value=shown(value)),
                   Message("a list of vertices from 0 to {last}", last=vertex - 1), "Correct it")
        edges += [(source, vertex) for source in sources]
    return [*labels, OUTPUT], edges


def _told(value: object) -> object:
    """A value; refused where it would have to be computed."""
    if isinstance(value, Unreadable):
        refuse(Message("a part of the cell that must be computed ({value})", value=value),
               "plain lists of texts and numbers, since pasted code is never run", "Write it out")
    return value
