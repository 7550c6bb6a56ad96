"""The family tree of a cell: ancestors, changes by plain Python, and what is left out."""

import math

import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError
from vanas_panel.searches.lineage import Change, change_between, lineage


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def run(table):
    return vp.search(table, "evolution:tournament", queries=600, seed=5)


def parts(run, number):
    """Labels of the inner vertices and edges of a proposal, from the documented bits of its raw cell."""
    raw, space = int(run.proposals.trace[number, 0]), run.space
    edges = {(source, target) for target in range(space.max_vertices) for source in range(target)
             if raw >> target * (target - 1) // 2 + source & 1}
    return [space.operations[raw >> 28 + 4 * (6 - vertex) & 15] for vertex in range(1, space.max_vertices - 1)], edges


def ancestors(run, number):
    """All of them by asking for the parents of parents."""
    pairs = {trial: [int(parent) for parent in run.proposals.trace[trial, 2:4] if parent >= 0]
             for trial in range(len(run.proposals.trace))}
    found, depth, row = set(), 0, {number}
    while True:
        row = {parent for child in row for parent in pairs[child]}
        if not row:
            return found, depth
        found |= row
        depth += 1


def test_ancestors_and_changes_by_plain_python(run):
    tree = lineage(run, most=10_000)
    everybody, depth = ancestors(run, tree.number)
    assert {each.number for each in tree.relatives} == everybody | {tree.number}
    assert tree.ancestors == len(everybody) and tree.generations == depth > 1 and tree.left_out == 0
    assert any(len(each.parents) == 2 for each in tree.relatives)
    for descent in tree.descents:
        before, after = parts(run, descent.parent), parts(run, descent.child)
        assert set(descent.change.added) == after[1] - before[1]
        assert set(descent.change.removed) == before[1] - after[1]
        assert descent.change.operations == tuple(
            (vertex, old, new) for vertex, (old, new) in enumerate(zip(before[0], after[0], strict=True), 1)
            if old != new)
        values = run.proposals.values
        assert descent.difference == values[descent.child] - values[descent.parent]
    for each in tree.relatives:
        labels, edges = parts(run, each.number)
        assert each.drawn.operations == ("input", *labels, "output") and set(each.drawn.edges) == edges
        olds = [parts(run, parent) for parent in each.parents]
        assert set(each.new.added) == ({edge for edge in edges if not any(edge in old[1] for old in olds)}
                                       if olds else set())
        assert {vertex for vertex, _old, _new in each.new.operations} == (
            {vertex for vertex, label in enumerate(labels, 1) if not any(old[0][vertex - 1] == label for old in olds)}
            if olds else set())


def test_the_nearest_ancestors_are_kept(run):
    whole, few = lineage(run, most=10_000), lineage(run, most=4)
    assert len(few.relatives) == 5 and few.left_out == whole.ancestors - 4
    assert few.generations == whole.generations and few.ancestors == whole.ancestors
    kept = {each.number for each in few.relatives}
    assert few.relatives[-1].number == few.number and {*few.relatives[-1].parents} <= kept
    assert {(descent.parent, descent.child) for descent in few.descents} == {
        (descent.parent, descent.child) for descent in whole.descents if {descent.parent, descent.child} <= kept}


def test_any_proposal_has_a_tree(run, table):
    first = lineage(run, 0)
    assert first.ancestors == first.generations == 0 and first.descents == () and not first.relatives[0].new
    assert not math.isnan(first.relatives[0].value)
    chance = vp.search(table, "random", queries=30, seed=1)
    assert len(lineage(chance).relatives) == 1


@pytest.mark.parametrize("number", [-1, 10**9, "first", 1.5])
def test_a_stranger_has_none(run, number):
    with pytest.raises(SearchError, match="expected a number below"):
        lineage(run, number)


def test_at_least_one_ancestor_is_kept(run):
    with pytest.raises(SearchError, match="expected at least 1"):
        lineage(run, most=0)


def test_no_change_is_false(run):
    raw = int(run.proposals.trace[0, 0])
    assert not change_between(raw, raw, run.space) and Change(added=((0, 1),))
