"""Speed of the numbers, on the whole of NAS-Bench-101, beside the way one would go without this package."""

from __future__ import annotations

import hashlib
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from tests.bench.many_rows import with_operations
from tests.core.oracles import edits
from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.draft import Draft
from vanas_panel.core.edit_graph import edit_count
from vanas_panel.core.importance import edge_types_of

pytestmark = pytest.mark.real


def test_enumeration(measure):
    cells = measure("enumerate the whole space", "5 s", lambda _: vp.enumerate_cells(vp.NASBENCH101), rounds=3)
    assert cells.size == 423_624


def test_look_up(measure, table, rows):
    cells = [table.cell(row) for row in rows]
    assert measure("look up a cell", "microseconds", table.find, cells) in rows


def test_look_up_by_key(measure, table, rows):
    keys = [int(table.keys[row]) for row in rows]
    assert measure("look up a canonical key", "microseconds", table.find_key, keys) in rows


# Completions ---------------------------------------------------------------------------------------------------------


def drafts_of(table, rows):
    """Drafts with about half of the edges of a cell, vertices shuffled."""
    rng = np.random.default_rng(7)
    for row in rows:
        cell = table.cell(row)
        moved = [0, *(1 + rng.permutation(cell.output - 1)), cell.output]
        operations = list(cell.operations)
        for vertex, to in enumerate(moved):
            operations[to] = cell.operations[vertex]
        yield Draft(operations, [(moved[s], moved[t]) for s, t in cell.edges if rng.random() < 0.5])


def test_completion(measure, table, rows):
    found = measure("complete a draft", "20 ms, worst 50 ms", lambda draft: vp.complete(table, draft),
                    drafts_of(table, rows))
    assert found.attrs["matches"] > 0, "a draft made of a cell has that cell as a completion"


def test_completion_with_extra_vertices(measure, table, rows):
    found = measure("complete a draft, up to 2 more vertices", "-",
                    lambda draft: vp.complete(table, draft, extra_vertices=2), drafts_of(table, rows))
    assert found.attrs["matches"] > 0


def test_completion_peer(measure, table, rows):
    """networkx's monomorphism over the cells with the same operations; prepared graphs are not counted."""
    operations = {row: tuple(sorted(table.cell(row).operations)) for row in range(0, len(table), 50)}
    graphs = {row: table.cell(row).to_networkx() for row in operations}

    def search(draft):
        wanted, graph = tuple(sorted(draft.operations)), draft.to_networkx()
        same = [row for row in graphs if operations[row] == wanted]
        return sum(nx.algorithms.isomorphism.DiGraphMatcher(
            graphs[row], graph, lambda one, other: one["operation"] == other["operation"],
        ).subgraph_is_monomorphic() for row in same)

    measure("complete a draft", "", search, list(drafts_of(table, rows))[:10], peer="networkx on a 50th of the cells")


# Contributions -------------------------------------------------------------------------------------------------------


def nine_edge_cells(table, rows):
    """Those of the drawn cells that have nine edges."""
    return [cell for cell in (table.cell(row) for row in rows) if len(cell.edges) == 9]


def test_contributions(measure, table, rows):
    found = measure("contributions of a nine-edge cell", "2 ms", lambda cell: vp.edge_contributions(table, cell),
                    nine_edge_cells(table, rows))
    assert len(found) == 9


def plain_contributions(cell, values):
    """Contributions of the edges of a cell from values by module hash, in plain Python."""
    found = []
    for size in range(1, len(cell.edges) + 1):
        for chosen in combinations(cell.edges, size):
            ends = {end for edge in chosen for end in edge}
            sources, targets = {s for s, _ in chosen}, {t for _, t in chosen}
            if ends - targets == {0} and ends - sources == {cell.output}:
                kept = sorted(ends)
                found.append((set(chosen), values[module_hash(cell, kept, chosen)]))
    return [np.mean([v for has, v in found if edge in has]) - np.mean([v for has, v in found if edge not in has]
                                                                      or [np.nan]) for edge in cell.edges]


def test_contributions_peer(measure, table, rows, real_frame):
    """Pure Python: every subset of edges, reachability by sets, look-up by NAS-Bench-101's own hash in a dict."""
    values = dict(zip(real_frame["module_hash"], real_frame["test_accuracy"], strict=True))

    ours = vp.edge_contributions(table, nine_edge_cells(table, rows)[0])["contribution"]
    np.testing.assert_allclose(plain_contributions(nine_edge_cells(table, rows)[0], values), ours, atol=1e-9)
    measure("contributions of a nine-edge cell", "", lambda cell: plain_contributions(cell, values),
            nine_edge_cells(table, rows)[:10], peer="pure Python, hashlib")


def test_all_contributions(measure, table):
    """A table keeps the contributions of two metrics, so that each of three in turn is computed."""
    found = measure("contributions of all 3.7 million edges", "60 s, aim 10 s",
                    lambda metric: vp.all_contributions(table, metric), ["test_accuracy", "flops", "training_time"])
    assert len(found) == 3_697_667


def test_all_contributions_peer(measure, table, rows, real_frame):
    values = dict(zip(real_frame["module_hash"], real_frame["test_accuracy"], strict=True))
    found = measure("contributions of all 3.7 million edges", "",
                    lambda _: [plain_contributions(table.cell(row), values) for row in rows[:100]],
                    rounds=1, warm=False, peer="pure Python, hashlib, 100 of 423,624 cells")
    assert len(found) == 100


def test_matched_importance(measure, table):
    found = measure("matched importance", "100 ms", lambda _: vp.matched_importance(table), rounds=5)
    assert found["n_pairs"].sum() > 1_000_000


def test_matched_importance_peer(measure, table):
    """pandas: the pairs as one frame, given, and their mean and interval by group."""
    pairs = pd.concat([vp.matched_pairs(table, *kind).assign(kind=str(kind)) for kind in table.space.edge_types])
    found = measure("matched importance", "",
                    lambda _: pairs.groupby("kind")["difference"].agg(["mean", "sem", "count"]), rounds=5,
                    peer="pandas, from given pairs")
    assert sorted(found["mean"]) == pytest.approx(sorted(vp.matched_importance(table)["importance"].dropna()))


def test_shapley(measure, table, rows):
    found = measure("Shapley values of a nine-edge cell", "5 ms", lambda cell: vp.edge_shapley(table, cell),
                    nine_edge_cells(table, rows))
    assert len(found) == 9


def module_hash(cell, kept, edges):
    """NAS-Bench-101's hash of a part of a cell, by hashlib alone."""
    label = {name: index for index, name in enumerate(vp.NASBENCH101.operations)}
    into = {v: [s for s, t in edges if t == v] for v in kept}
    out = {v: [t for s, t in edges if s == v] for v in kept}

    def digest(value):
        return hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()

    def kind(vertex):
        return {0: -1, cell.output: -2}.get(vertex, label.get(cell.operations[vertex]))

    hashes = {v: digest((len(out[v]), len(into[v]), kind(v))) for v in kept}
    for _ in kept:
        hashes = {v: digest("".join(sorted(hashes[w] for w in into[v])) + "|"
                            + "".join(sorted(hashes[w] for w in out[v])) + "|" + hashes[v]) for v in kept}
    return digest(sorted(hashes.values()))


# Importance ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def selections(table):
    """No selection, and random ones of growing size."""
    rng = np.random.default_rng(3)
    sizes = (10, 1_000, 50_000, 200_000, len(table))
    return [None, *(np.sort(rng.choice(len(table), size, replace=False)) for size in sizes)]


def test_importance(measure, table, selections):
    found = measure("importance over any selection", "10 ms", lambda chosen: vp.edge_importance(table, rows=chosen),
                    selections, rounds=60)
    assert len(found) == len(table.space.edge_types)


def test_importance_peer(measure, table, selections):
    """Pandas: a truth column for each edge type, made beforehand, and a groupby for each."""
    types = table.edge_types
    frame = pd.DataFrame({f"{s}>{t}": types.having([kind]) for kind, (s, t) in enumerate(table.space.edge_types)})
    frame["eval"] = table.column("test_accuracy")

    def importance(chosen):
        part = frame if chosen is None else frame.iloc[chosen]
        means = (part.groupby(name)["eval"].mean() for name in frame.columns[:-1])
        return [mean.get(True, np.nan) - mean.get(False, np.nan) for mean in means]

    measure("importance over any selection", "", importance, selections, peer="pandas", rounds=12)
    ours = vp.edge_importance(table, rows=selections[1])["importance"]
    assert np.sort(importance(selections[1])) == pytest.approx(np.sort(ours), nan_ok=True)


@pytest.fixture(scope="module")
def many_operations(table):
    """NAS-Bench-101 with operations drawn among fifteen: nearly every cell has a set of edge types of its own."""
    packed = with_operations(table.packed, 15, np.random.default_rng(0))
    keys, first = np.unique(canonical_keys(packed), return_index=True)
    space = vp.CellSpace([f"operation {number}" for number in range(15)], 7, 9)
    return vp.BenchmarkTable(space, packed[first], {"test_accuracy": table.metric("test_accuracy")},
                             {"test_accuracy": table.column("test_accuracy")[first]}, name="many", keys=keys)


def test_edge_types_of_many_operations(measure, many_operations):
    measure("edge types of 423,511 cells with 15 operations", "100 MB",
            lambda _: edge_types_of(many_operations.packed, many_operations.space), rounds=5)
    assert len(many_operations) == 423_511


def test_importance_of_many_operations(measure, many_operations):
    rng = np.random.default_rng(3)
    chosen = [None, *(np.sort(rng.choice(len(many_operations), size, replace=False)) for size in (10, 1_000, 200_000))]
    found = measure("importance with 15 operations, over any selection", "15 ms",
                    lambda rows: vp.edge_importance(many_operations, rows=rows), chosen, rounds=40)
    assert len(found) == 256


# Neighbours and edit paths -------------------------------------------------------------------------------------------


def test_neighbours(measure, table, rows):
    found = measure("measured cells one edit away", "-", lambda row: vp.neighbours(table, row), rows)
    assert len(found) > 2


def test_neighbours_peer(measure, table, rows):
    """Plain Python: every edit of the graph, each kept where networkx lists every part on a path, then looked up."""
    def found(row):
        cell = table.cell(row)
        brute = edits(cell.operations, list(cell.edges), table.space.operations, 7, 9)
        return {table.find(vp.Cell(*other)) for _, other in brute}

    assert found(rows[0]) == set(vp.neighbours(table, rows[0])["row"])
    measure("measured cells one edit away", "", found, rows[:40], peer="networkx, edit by edit")


def test_neighbours_at_two_edits(measure, table, rows):
    found = measure("measured cells up to two edits away", "-", lambda row: vp.neighbours(table, row, edits=2),
                    rows[:60])
    assert found["edits"].max() == 2


def test_neighbours_at_two_edits_peer(measure, table, rows):
    """Neighbours of neighbours by the public function for one edit, each cell once."""
    def found(row):
        near = set(vp.neighbours(table, row)["row"])
        return near.union(*(vp.neighbours(table, int(other))["row"] for other in near)) - {row}

    assert found(rows[0]) == set(vp.neighbours(table, rows[0], edits=2)["row"])
    measure("measured cells up to two edits away", "", found, rows[:10], peer="one edit, twice")


def test_edit_count(measure, table, rows):
    pairs = list(zip(rows[:40], rows[40:80], strict=True))
    assert measure("number of edits between two cells", "-", lambda pair: edit_count(table, *pair), pairs) > 1


def test_edit_path(measure, table, rows):
    pairs = list(zip(rows[:40], rows[40:80], strict=True))
    found = measure("best of the shortest edit paths", "1 s, worst 2 s", lambda pair: vp.edit_path(table, *pair), pairs)
    assert found.attrs["edits"] > 1


def test_edit_path_peer(measure, table, rows):
    """networkx's search from both ends on the cells of at most five vertices; its graph is not counted, nor is its best
    of the shortest paths."""
    few = vp.BenchmarkTable(table.space, table.packed[small := np.flatnonzero(table.packed >> 52 <= 5)], table.metrics,
                            {name: table.repeats(name)[small] for name in table.metrics}, name="few")
    graph = nx.Graph((row, int(other)) for row in range(len(few)) for other in vp.neighbours(few, row)["row"])
    pairs = np.random.default_rng(9).choice(len(few), (20, 2)).tolist()
    assert len(nx.bidirectional_shortest_path(graph, *pairs[0])) == vp.edit_path(few, *pairs[0]).attrs["edits"] + 1
    measure("best of the shortest edit paths", "", lambda pair: list(nx.all_shortest_paths(graph, *pair)), pairs,
            peer="networkx, all of them, on 2,532 cells with a ready graph")


# Comparison ----------------------------------------------------------------------------------------------------------


def test_alignment_of_two_cells(measure, table, rows):
    pairs = [(table.cell(row), table.cell(other)) for row, other in zip(rows, rows[::-1], strict=True)]
    found = measure("align two cells", "1 ms", lambda pair: vp.align_cells(*pair), pairs)
    assert found.vertices[0] == (0, 0)


def test_edges_in_common_with_every_cell(measure, table):
    best = table.best("test_accuracy")
    counts = measure("edges in common with every cell", "5 s", lambda _: vp.common_edges(table, best), rounds=3)
    assert counts[best] == len(table.cell(best).edges) == counts.max()
