"""Speed of the numbers, on the whole of NAS-Bench-101, beside the way one would go without this package."""

from __future__ import annotations

import hashlib
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.core.draft import Draft

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


def test_contributions_peer(measure, table, rows, real_frame):
    """Pure Python: every subset of edges, reachability by sets, look-up by NAS-Bench-101's own hash in a dict."""
    values = dict(zip(real_frame["module_hash"], real_frame["test_accuracy"], strict=True))

    def contributions(cell):
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

    ours = vp.edge_contributions(table, nine_edge_cells(table, rows)[0])["contribution"]
    np.testing.assert_allclose(contributions(nine_edge_cells(table, rows)[0]), ours, atol=1e-9)
    measure("contributions of a nine-edge cell", "", contributions, nine_edge_cells(table, rows)[:10],
            peer="pure Python, hashlib")


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
    measure("importance over any selection", "10 ms", lambda chosen: vp.edge_importance(table, rows=chosen), selections,
            rounds=60)


def test_importance_peer(measure, table, selections):
    """Pandas: a truth column for each edge type, made beforehand, and a groupby for each."""
    types = table.edge_types
    frame = pd.DataFrame(types.sets[types.codes], columns=[f"{s}>{t}" for s, t in table.space.edge_types])
    frame["eval"] = table.column("test_accuracy")

    def importance(chosen):
        part = frame if chosen is None else frame.iloc[chosen]
        means = (part.groupby(name)["eval"].mean() for name in frame.columns[:-1])
        return [mean.get(True, np.nan) - mean.get(False, np.nan) for mean in means]

    measure("importance over any selection", "", importance, selections, peer="pandas", rounds=12)
