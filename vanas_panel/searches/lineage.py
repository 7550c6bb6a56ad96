"""The family tree of a cell that a search found: its ancestors, each change, and what it brought."""

from __future__ import annotations

from dataclasses import dataclass

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import unpack
from vanas_panel.core.plain import plain_int
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.trace import HOW, OTHER, PARENT, RAW
from vanas_panel.text.language import Message

MOST_ANCESTORS = 48
"""Cells of a family tree that are kept, the nearest ones; the others are counted."""

Edge = tuple[int, int]
Replaced = tuple[int, str, str]
"""A vertex, its operation before, and after."""


@dataclass(frozen=True)
class Change:
    """What differs between two raw cells of a space, whose vertices correspond.

    Attributes
    ----------
    added, removed : tuple of (int, int)
        Edges.
    operations : tuple of (int, str, str)
        Vertices with another operation: before and after.
    """

    added: tuple[Edge, ...] = ()
    removed: tuple[Edge, ...] = ()
    operations: tuple[Replaced, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.operations)


@dataclass(frozen=True)
class Descent:
    """From a parent to a child.

    Attributes
    ----------
    parent, child : int
        Numbers of the proposals.
    change : Change
        From the parent to the child.
    difference : float
        Value of the child minus that of the parent, in the unit of the metric; NaN where one of both is unknown, or
        they were trained with different budgets.
    budgets : (int, int)
        Training budgets of the parent and of the child in epochs or steps; 0 where the search knows but one.
    """

    parent: int
    child: int
    change: Change
    difference: float
    budgets: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Relative:
    """A cell of a family tree.

    Attributes
    ----------
    number : int
        Of the proposal.
    drawn : Draft
        The raw cell with all its vertices, also those on no path.
    value : float
    how : str
        How the strategy came to it, one of `vanas_panel.searches.asking.HOWS`.
    parents : tuple of int
        Numbers of its parents, also of those that are not kept.
    new : Change
        What none of its parents has. With one parent it is the change from that one.
    budget : int
        The training budget in epochs or steps; 0 where the search knows but one.
    """

    number: int
    drawn: Draft
    value: float
    how: str
    parents: tuple[int, ...]
    new: Change
    budget: int = 0


@dataclass(frozen=True)
class Lineage:
    """The family tree of a cell. Made by `lineage`.

    Attributes
    ----------
    number : int
        Of the proposal that it is about.
    relatives : tuple of Relative
        The cell and its nearest ancestors, the oldest first.
    descents : tuple of Descent
        From every parent that is kept to every child.
    ancestors : int
        How many there are, those that are not kept among them.
    generations : int
        Length of the longest line of ancestors; 0 where it has no parent.
    """

    number: int
    relatives: tuple[Relative, ...]
    descents: tuple[Descent, ...]
    ancestors: int
    generations: int

    @property
    def left_out(self) -> int:
        """Ancestors that are not kept, since they are farther away."""
        return self.ancestors + 1 - len(self.relatives)


def lineage(run: SearchRun, number: int | None = None, *, most: int = MOST_ANCESTORS) -> Lineage:
    """The family tree of a cell that a search asked for.

    Parameters
    ----------
    run : SearchRun
    number : int, optional
        Of the proposal, as in ``run.trials["number"]``; by default of the best one.
    most : int, optional
        Ancestors to keep, at least 1; the nearest ones are.

    Returns
    -------
    Lineage

    Raises
    ------
    SearchError
        Where the run has no such proposal, or no query.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> run = vp.search(vp.open_table("mnist-cells"), "regularised-evolution:naszilla", queries=100, seed=1)
    >>> tree = lineage(run)
    >>> len(tree.relatives) == tree.ancestors + 1, tree.relatives[-1].number == tree.number
    (True, True)
    """
    asked = run.proposals.values.size
    if number is None:
        if not run.has_best:
            raise SearchError(Message("Found a search without a query that has a value; expected at least one. Run it "
                                      "on.") if not len(run) else
                              Message("Found a search without a full training; expected at least one. Run it on."))
        number = run.winner
    chosen = plain_int(number)
    if chosen is None or not 0 <= chosen < asked:
        raise SearchError(Message("Found proposal {found}; expected a number below {asked}. Take one of the column "
                                  "number of the trials.", found=repr(number), asked=asked))
    count = plain_int(most)
    if count is None or count < 1:
        raise SearchError(Message("Found {found} ancestors to keep; expected at least 1. Give a whole number.",
                                  found=repr(most)))
    parents = _parents_of(run, chosen)
    kept = _nearest(parents, chosen, count)
    there = set(kept)
    return Lineage(chosen, tuple(_relative(run, each, parents[each]) for each in kept),
                   tuple(_descent(run, parent, child) for child in kept for parent in parents[child]
                         if parent in there),
                   len(parents) - 1, _generations(parents)[chosen])


def relative_of(run: SearchRun, number: int) -> Relative:
    """One proposal with what differs from its parents, without a walk through its ancestors."""
    return _relative(run, number, _parents(run, number))


def _parents(run: SearchRun, number: int) -> tuple[int, ...]:
    """The parents of a proposal; a parent twice counts once."""
    pair = run.proposals.trace[number, [PARENT, OTHER]].tolist()
    # A file that was written by hand may name a child as a parent.
    return tuple(dict.fromkeys(parent for parent in pair if 0 <= parent < number))


def _parents_of(run: SearchRun, number: int) -> dict[int, tuple[int, ...]]:
    """The parents of a proposal and of all its ancestors."""
    found: dict[int, tuple[int, ...]] = {}
    waiting = [number]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = _parents(run, each)
            waiting.extend(found[each])
    return found


def _nearest(parents: dict[int, tuple[int, ...]], number: int, most: int) -> list[int]:
    """A proposal and so many of its nearest ancestors, in the order in which they were asked."""
    kept, row = [number], [number]
    while row and len(kept) <= most:
        row = [each for each in sorted({parent for child in row for parent in parents[child]}, reverse=True)
               if each not in kept]
        kept += row
    return sorted(kept[:most + 1])


def _generations(parents: dict[int, tuple[int, ...]]) -> dict[int, int]:
    """Length of the longest line of ancestors of every proposal."""
    depths: dict[int, int] = {}
    for number in sorted(parents):
        depths[number] = max((depths[parent] + 1 for parent in parents[number]), default=0)
    return depths


def _relative(run: SearchRun, number: int, parents: tuple[int, ...]) -> Relative:
    """A cell of the tree."""
    trace = run.proposals.trace
    raw = int(trace[number, RAW])
    changes = [change_between(int(trace[parent, RAW]), raw, run.space) for parent in parents]
    return Relative(number, raw_draft(raw, run.space), float(run.proposals.values[number]),
                    HOWS[int(trace[number, HOW])], parents, _in_all(changes), _budget(run, number))


def _budget(run: SearchRun, number: int) -> int:
    """The training budget of a proposal; 0 where there is but one."""
    return 0 if run.proposals.budgets is None else int(run.proposals.budgets[number])


def _in_all(changes: list[Change]) -> Change:
    """What is in all of some changes to one cell."""
    if not changes:
        return Change()
    first, *others = changes
    vertices = [{vertex for vertex, _before, _after in change.operations} for change in others]
    return Change(tuple(edge for edge in first.added if all(edge in change.added for change in others)),
                  tuple(edge for edge in first.removed if all(edge in change.removed for change in others)),
                  tuple(each for each in first.operations if all(each[0] in known for known in vertices)))


def _descent(run: SearchRun, parent: int, child: int) -> Descent:
    """From a parent to a child."""
    trace, values = run.proposals.trace, run.proposals.values
    budgets = _budget(run, parent), _budget(run, child)
    return Descent(parent, child, change_between(int(trace[parent, RAW]), int(trace[child, RAW]), run.space),
                   float(values[child] - values[parent]) if budgets[0] == budgets[1] else float("nan"), budgets)


def raw_draft(raw: int, space: CellSpace) -> Draft:
    """A raw cell as a draft with all its vertices."""
    operations, edges = unpack(raw)
    return Draft(["input", *(space.operations[each] for each in operations), "output"], edges)


def change_between(before: int, after: int, space: CellSpace) -> Change:
    """What differs between two raw cells.

    Parameters
    ----------
    before, after : int
        Raw cells of the space. Where they have different numbers of vertices, as the cells that a grid asks for, their
        vertices do not correspond.
    space : CellSpace

    Examples
    --------
    >>> from vanas_panel.core.encoding import pack
    >>> space = CellSpace(["a", "b"], max_vertices=3, max_edges=3)
    >>> change_between(pack([0], [(0, 1), (1, 2)]), pack([1], [(0, 2), (1, 2)]), space)
    Change(added=((0, 2),), removed=((0, 1),), operations=((1, 'a', 'b'),))
    """
    one, other = unpack(before), unpack(after)
    return Change(tuple(edge for edge in other[1] if edge not in one[1]),
                  tuple(edge for edge in one[1] if edge not in other[1]),
                  tuple((vertex, space.operations[old], space.operations[new])
                        for vertex, (old, new) in enumerate(zip(one[0], other[0], strict=False), start=1)
                        if old != new))
