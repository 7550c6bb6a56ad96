"""Completions within bounds, page by page, and why there are none, against networkx and dropping by hand."""

from __future__ import annotations

import math
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms.isomorphism import DiGraphMatcher

from tests.core import oracles
from tests.core.strategies import examples, partial_drafts, relabellings
from vanas_panel.core.certificate import Requirement
from vanas_panel.core.completion import complete
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import SearchSpaceError, UnknownMetricError

CONV, CONV1, POOL = NASBENCH101.operations


def free_match(one, other):
    """Whether a vertex of a cell may stand for one of a draft, where a draft's may have any operation."""
    wanted = other["operation"]
    return one["operation"] == wanted or (wanted == "any" and one["operation"] not in ("input", "output"))


def keeps(values, row, bounds):
    low, high = bounds
    value = values[row]
    return not math.isnan(value) and (low is None or value >= low) and (high is None or value <= high)


def brute_rows(cells, table, draft, where, dropped=()):
    """Rows that complete a draft without some requirements, by networkx."""
    edges = [edge for edge in draft.edges if ("edge", edge) not in dropped]
    names = ["any" if ("operation", (vertex,)) in dropped else name for vertex, name in enumerate(draft.operations)]
    graph = oracles.graph_of(names, edges)
    kept = {name: bounds for name, bounds in where.items() if ("metric", name) not in dropped}
    return [row for row, cell in enumerate(cells) if len(cell[0]) == len(names)
            and all(keeps(table.column(name), row, bounds) for name, bounds in kept.items())
            and DiGraphMatcher(oracles.graph_of(*cell), graph, free_match).subgraph_is_monomorphic()]


def name_of(requirement: Requirement):
    return requirement.kind, requirement.metric or requirement.vertices


@st.composite
def bounds(draw):
    low, high = sorted(draw(st.tuples(st.sampled_from([0.0, 0.5, 0.7, 0.8]), st.sampled_from([0.6, 0.75, 0.9, 1.5]))))
    return draw(st.sampled_from([(low, high), (None, high), (low, None), (None, None)]))


wheres = st.dictionaries(st.sampled_from(["test_accuracy", "loss", "rare"]), bounds(), max_size=2)


@pytest.mark.parametrize(("metric", "lower_first"), [("test_accuracy", False), ("loss", True)])
@examples(40)
@given(draft=partial_drafts(max_inner=2), where=wheres)
def test_completions_within_bounds_agree_with_networkx(small_table, small_cells, metric, lower_first, draft, where):
    rows = brute_rows(small_cells, small_table, draft, where)
    found = complete(small_table, draft, metric, top=10_000, where=where)
    values = small_table.column(metric)
    assert found["row"].tolist() == oracles.ranked(rows, values, lower_first=lower_first)
    known = [float(values[row]) for row in rows if not math.isnan(values[row])]
    best, worst = (min, max) if lower_first else (max, min)
    expected = [best(known), float(np.median(known)), worst(known)] if known else [math.nan] * 3
    assert [found.attrs[name] for name in ("best", "median", "worst")] == pytest.approx(expected, nan_ok=True)
    assert (found.attrs["certificate"] is None) == bool(rows) == (not found.attrs["reason"])


@examples(60)
@given(draft=partial_drafts(), start=st.integers(0, 40), top=st.integers(0, 7))
def test_pages_are_parts_of_the_whole_list(small_table, draft, start, top):
    whole = complete(small_table, draft, top=10_000)
    page = complete(small_table, draft, top=top, start=start)
    assert page["row"].tolist() == whole["row"].tolist()[start:start + top]
    assert page.attrs["matches"] == len(whole)
    assert page.attrs["median"] == pytest.approx(whole.attrs["median"], nan_ok=True)


@examples(40)
@given(draft=partial_drafts(max_inner=2), where=wheres, extra=st.sampled_from([[], [(1, 2)], [(0, 1), (1, 3)]]))
def test_certificates_agree_with_dropping_by_hand(small_table, small_cells, draft, where, extra):
    edges = {*draft.edges, *((s, t) for s, t in extra if t < len(draft.operations) and s < draft.output)}
    draft = Draft(draft.operations, edges)
    if not nx.is_directed_acyclic_graph(draft.to_networkx()):
        return
    certificate = complete(small_table, draft, where=where).attrs["certificate"]
    if certificate is None:
        return
    everything = [*(("metric", name) for name in where), *(("edge", edge) for edge in draft.edges),
                  *(("operation", (vertex,)) for vertex in range(1, draft.output))]

    def count(dropped):
        return len(brute_rows(small_cells, small_table, draft, where, dropped))

    assert count([]) == 0
    assert [(name_of(each), found) for each, found in certificate.alone] == [
        (each, found) for each in everything if (found := count([each]))]
    together = [name_of(each) for each in certificate.together]
    if certificate.alone:
        assert not together
    elif together:
        assert count(together) == certificate.matches > 0
        assert together == [each for each in everything if each in together]
        for fewer in combinations(together, len(together) - 1):
            assert count(fewer) == 0
    else:
        assert count(everything) == 0


@examples(30)
@given(drawn=relabellings(partial_drafts(max_inner=3)), high=st.sampled_from([0.3, 0.5, 0.6]))
def test_relabelling_never_changes_how_many_a_requirement_excludes(small_table, drawn, high):
    draft, order = drawn
    other = Draft(*oracles.relabelled(draft.operations, draft.edges, order))
    one, two = (complete(small_table, each, where={"test_accuracy": (None, high)}).attrs["certificate"]
                for each in (draft, other))
    assert (one is None) == (two is None)
    if one is not None:
        assert sorted((each.kind, count) for each, count in one.alone) == sorted(
            (each.kind, count) for each, count in two.alone)


def test_a_bound_on_a_metric_that_is_never_known_excludes_everything(small_table):
    found = complete(small_table, Draft(["input", CONV, "output"]), where={"never": (None, None)})
    assert found.empty and "keeps to the bounds" in found.attrs["reason"]
    assert [name_of(each) for each, _ in found.attrs["certificate"].alone] == [("metric", "never")]


def test_bounds_are_included(small_table):
    value = float(np.nanmax(small_table.column("test_accuracy")))
    draft = Draft(["input", *[CONV] * 3, "output"])
    exact = complete(small_table, draft, top=10_000, where={"test_accuracy": (value, value)})
    assert set(exact["test_accuracy"]) <= {value}


def test_a_draft_that_no_cell_can_contain_has_a_reason_and_no_certificate(small_table):
    found = complete(small_table, Draft(["input", CONV, "output"], [(1, 1)]), where={"loss": (0, 1)})
    assert found.attrs["reason"] == "The draft has a directed cycle; no cell has one."
    assert found.attrs["certificate"] is None and math.isnan(found.attrs["best"])


def test_nothing_helps_where_the_table_has_no_cell_of_that_size(small_table):
    certificate = complete(small_table, Draft(["input", *[CONV] * 5, "output"])).attrs["certificate"]
    assert certificate.alone == certificate.together == () and certificate.matches == 0


@pytest.mark.parametrize("wrong", [{"loss": 3}, {"loss": (1,)}, {"loss": ("1", 2)}, {"loss": (2, 1)}, {"loss": "12"},
                                   {"loss": (math.nan, 1)}, [("loss", 1, 2)]])
def test_bounds_that_are_none_are_refused(small_table, wrong):
    with pytest.raises(SearchSpaceError, match=r"expected a pair \(low, high\) of numbers"):
        complete(small_table, Draft(["input", "output"]), where=wrong)


def test_a_bound_on_an_unknown_metric_is_named(small_table):
    with pytest.raises(UnknownMetricError, match="'accuracy'; expected one of"):
        complete(small_table, Draft(["input", "output"]), where={"accuracy": (0, 1)})
