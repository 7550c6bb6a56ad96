"""Cases for the modules of the offline designer, with the answers of `vanas_panel.core`.

Everything is plain JSON; a number that is not finite becomes the text of it, as JavaScript writes it.
"""

from __future__ import annotations

import math
import random

import numpy as np

from tests.larger_cells import darts_row
from vanas_panel.core import edit
from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import complete
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import EDGE_FIELD, OPERATION_SHIFT
from vanas_panel.core.importance import edge_importance
from vanas_panel.draw.cell.layout import arrange, place, settle
from vanas_panel.draw.cell.scene import short_difference
from vanas_panel.draw.format import format_difference, format_value
from vanas_panel.draw.percentile import standing
from vanas_panel.panels.designer.voice import contribution_words
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable


def plain(value):
    """A number for JSON."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def parts(draft: Draft) -> dict:
    """A draft for JSON."""
    return {"operations": list(draft.operations), "edges": [list(edge) for edge in draft.edges]}


def shuffled(draft: Draft, rng: random.Random) -> Draft:
    """The same draft, its inner vertices in another order."""
    inner = list(range(1, draft.output))
    rng.shuffle(inner)
    order = [0, *inner, draft.output]
    rank = {vertex: index for index, vertex in enumerate(order)}
    return Draft([draft.operations[v] for v in order], [(rank[s], rank[t]) for s, t in draft.edges])


def any_draft(table: BenchmarkTable, rng: random.Random) -> Draft:
    """A digraph of any kind: cycles, self-loops, strangers, too many vertices and edges."""
    inner = rng.choices([*table.space.operations, *table.space.operations, "stranger", "\U0001f600 odd"],
                        k=rng.randrange(table.space.max_vertices))
    last = len(inner) + 1
    pairs = [(s, t) for s in range(last + 1) for t in range(last + 1)]
    count = rng.randrange(min(len(pairs), table.space.max_edges + 3))
    if rng.random() < 0.5:
        pairs = [(s, t) for s, t in pairs if s < t]
    return Draft(["input", *inner, "output"], rng.sample(pairs, min(count, len(pairs))))


def some_cell(table: BenchmarkTable, rng: random.Random) -> Draft:
    """A cell of the table in another order of its vertices."""
    return shuffled(table.cell(rng.randrange(len(table))), rng)


def valid_cells(table: BenchmarkTable, rng: random.Random, count: int) -> list[Cell]:
    """Cells of the space: some of the table, some with an edge or an operation changed, which it may not have."""
    found: list[Cell] = []
    while len(found) < count:
        draft = some_cell(table, rng)
        if rng.random() < 0.4:
            draft = edit.without_edge(draft, rng.choice(draft.edges))
        if draft.output > 1 and rng.random() < 0.4:
            operations = list(draft.operations)
            operations[rng.randrange(1, draft.output)] = rng.choice(table.space.operations)
            draft = Draft(operations, draft.edges)
        if not draft.problems(table.space):
            found.append(Cell(draft.operations, draft.edges, table.space))
    return found


def key_cases(table: BenchmarkTable, rng: random.Random, count: int) -> list[dict]:
    """Keys of cells in random orders of their vertices, and where the table has them."""
    cases = []
    for cell in valid_cells(table, rng, count):
        key = canonical_key(cell.packed(table.space))
        cases.append({**parts(cell), "key": [key >> OPERATION_SHIFT, key & EDGE_FIELD], "row": table.find_key(key)})
    return cases


def problem_cases(table: BenchmarkTable, rng: random.Random, count: int) -> list[dict]:
    """Problems of drafts of any kind, and their order."""
    cases = []
    for _ in range(count):
        draft = any_draft(table, rng) if rng.random() < 0.8 else some_cell(table, rng)
        order = draft.topological_order()
        left = parts(draft.pruned()) if draft.on_path()[0] else None
        cases.append({**parts(draft), "order": None if order is None else list(order), "pruned": left, "problems": [
            {"kind": problem.kind, "message": problem.message, "vertices": list(problem.vertices),
             "edges": [list(edge) for edge in problem.edges]} for problem in draft.problems(table.space)]})
    return cases


def contribution_cases(table: BenchmarkTable, rng: random.Random, metrics: list[str], count: int) -> list[dict]:
    """Contributions of every edge of cells."""
    cases = []
    for cell in valid_cells(table, rng, count):
        metric = rng.choice(metrics)
        frame = edge_contributions(table, cell, metric)
        cases.append({**parts(cell), "metric": metric, "found": [
            {"source": row.source, "target": row.target, "contribution": plain(row.contribution), "nWith": row.n_with,
             "nWithout": row.n_without} for row in frame.itertuples()]})
    return cases


def completion_drafts(table: BenchmarkTable, rng: random.Random) -> Draft:
    """A part of a cell, or anything."""
    if rng.random() < 0.2:
        return any_draft(table, rng)
    draft = some_cell(table, rng)
    for _ in range(rng.randrange(len(draft.edges) + 1)):
        draft = edit.without_edge(draft, rng.choice(draft.edges))
    while draft.output > 1 and rng.random() < 0.3:
        draft = edit.without_vertex(draft, rng.randrange(1, draft.output))
    return draft


def completion_cases(table: BenchmarkTable, packed_rows: list[int], rng: random.Random, metrics: list[str],
                     count: int) -> list[dict]:
    """Completions of drafts of a table in the order of its source; `packed_rows` are the packed rows of its rows."""
    cases = []
    for _ in range(count):
        draft, metric = completion_drafts(table, rng), rng.choice(metrics)
        top, extra = rng.choice([0, 1, 5, 5, 40]), rng.choice([0, 0, 1, 2])
        frame = complete(table, draft, metric, top, extra)
        cases.append({**parts(draft), "metric": metric, "top": top, "extra": extra, "found": {
            "matches": frame.attrs["matches"], "reason": frame.attrs["reason"], "rows": [
                {"row": packed_rows[row], "value": plain(value), "operations": list(operations),
                 "edges": [list(edge) for edge in edges]}
                for row, value, operations, edges in frame.itertuples(index=False, name=None)]}})
    return cases


def importance_cases(table: BenchmarkTable, rng: random.Random, metrics: list[str], count: int) -> list[dict]:
    """Importance over everything, nothing and random rows."""
    cases = []
    for number in range(count):
        metric = metrics[number % len(metrics)]
        size = rng.choice([0, 1, min(50, len(table)), len(table) // 2])
        rows = None if number < len(metrics) else sorted(rng.sample(range(len(table)), min(size, 3000)))
        frame = edge_importance(table, metric, None if rows is None else np.array(rows, dtype=np.int64))
        cases.append({"metric": metric, "rows": rows, "found": [
            {"source": row.source, "target": row.target, "importance": plain(row.importance),
             "meanWith": plain(row.mean_with), "meanWithout": plain(row.mean_without), "nWith": row.n_with,
             "nWithout": row.n_without} for row in frame.itertuples()]})
    return cases


def rank_cases(table: BenchmarkTable, rng: random.Random, metrics: list[str], count: int) -> list[dict]:
    """Ranks of values that are there, and of others."""
    cases = []
    for _ in range(count):
        metric = rng.choice(metrics)
        value = float(table.column(metric)[rng.randrange(len(table))])
        if math.isnan(value) or rng.random() < 0.3:
            value = rng.choice([-1.0, 0.0, 0.5, 1e9])
        rank, known = table.rank(metric, value)
        cases.append({"metric": metric, "value": value, "found": {"rank": rank, "known": known}})
    return cases


def edit_cases(table: BenchmarkTable, rng: random.Random, count: int) -> list[dict]:
    """Edge types drawn into drafts."""
    cases = []
    for _ in range(count):
        draft = completion_drafts(table, rng)
        source, target = rng.choice(table.space.edge_types)
        grown, _edge = edit.with_edge_type(draft, source, target)
        cases.append({**parts(draft), "source": source, "target": target, "found": parts(grown)})
    return cases


def deep_draft(rng: random.Random) -> Draft:
    """A draft beyond all limits: many vertices in few or many layers, with edges in both directions."""
    last = rng.randrange(8, 32)
    step = rng.choice([1, 2, last])
    pairs = {(max(0, v - rng.randrange(1, step + 1)), v) for v in range(1, last + 1)}
    pairs |= {(rng.randrange(last + 1), rng.randrange(last + 1)) for _ in range(rng.randrange(8))}
    return Draft(["input", *["op"] * (last - 1), "output"], sorted(pairs))


def layout_cases(table: BenchmarkTable, rng: random.Random, count: int) -> list[dict]:
    """Places of the vertices of drafts, of those that a person left open, and of a box that is dropped."""
    cases = []
    for number in range(count):
        draft = (deep_draft(rng) if number % 10 == 0 else Draft(*darts_row(rng)) if number % 10 == 5
                 else rng.choice([any_draft, some_cell])(table, rng))
        centres = place(draft)
        kept = {vertex: spot for vertex, spot in centres.items() if rng.random() < 0.6}
        moved, wish = rng.randrange(len(centres)), [rng.uniform(-50, 600), rng.uniform(-50, 600)]
        cases.append({**parts(draft), "moved": moved, "wish": wish,
                      "kept": [list(kept[vertex]) if vertex in kept else None for vertex in range(len(centres))],
                      "centres": [list(centres[vertex]) for vertex in range(len(centres))],
                      "arranged": [list(spot) for _, spot in sorted(arrange(draft, kept).items())],
                      "settled": list(settle(moved, (wish[0], wish[1]), centres))})
    return cases


def word_cases(table: BenchmarkTable, rng: random.Random, count: int) -> list[dict]:
    """Values, differences and signs of contributions in words; the middle between two roundings among them."""
    units = [known_metric(name) for name in ("test_accuracy", "training_time", "flops", "edges")]
    middles = [0.03125, 0.5, 2.5, 62.5, 90.0, 5430.0, 0.125, 999.5, 59.95, 0.00095, 0.0, -0.03125, 1e-7, 12345.5]
    cases = []
    for number in range(count):
        metric = rng.choice([*units, *table.metrics.values()])
        middle = rng.choice(middles) * rng.choice([1, -1]) or 0.0
        value = middle if number % 3 == 0 else 10 ** rng.uniform(-5, 11)
        signs = rng.choices([0.1, -0.2, 0.0, math.nan], k=rng.randrange(1, 10))
        cases.append({
            "metric": {"name": metric.name, "unit": metric.unit, "higher": metric.higher_is_better}, "value": value,
            "signs": [plain(sign) for sign in signs],
            "standing": standing(table, metric.name, value) if metric.name in table.metrics else "",
            "text": format_value(metric, value), "difference": format_difference(metric, -value),
            "short": short_difference(metric, value), "contributions": list(contribution_words(signs)),
        })
    return cases


def as_source(table: BenchmarkTable, packed_rows: list[int]) -> BenchmarkTable:
    """A packed table in the order of its source, its cells and values as they are packed."""
    keys = table.keys[packed_rows]
    return BenchmarkTable(table.space, keys, dict(table.metrics),
                          {name: table.column(name)[packed_rows] for name in table.metrics}, name=table.name, keys=keys)


def vectors(table: BenchmarkTable, packed_rows: list[int], *, seed: int = 20260, cells: int = 3000, drafts: int = 3000,
            searches: int = 300, layouts: int = 1000) -> dict[str, list[dict]]:
    """All cases for a packed table, in its own row order; `packed_rows` are its rows in the order of the source."""
    rng = random.Random(seed)
    metrics = [name for name in table.metrics if table.known(name)]
    return {
        "key": key_cases(table, rng, cells), "problems": problem_cases(table, rng, drafts),
        "contributions": contribution_cases(table, rng, metrics, searches),
        "completions": completion_cases(as_source(table, packed_rows), packed_rows, rng, metrics, searches),
        "importance": importance_cases(table, rng, metrics, 3 * len(metrics)),
        "words": word_cases(table, rng, 900), "rank": rank_cases(table, rng, metrics, 500),
        "edit": edit_cases(table, rng, 500), "layout": layout_cases(table, rng, layouts),
    }
