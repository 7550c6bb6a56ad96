"""Another search space than the package's own, written for this test, through table, page, designer and report."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

import vanas_panel as vp
from tests.core import oracles
from tests.demo_tables import Page
from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.problem import Problem, operation_problems, size_problems
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import SearchSpaceError, UnknownOperationError
from vanas_panel.page.dashboard import linked
from vanas_panel.panels.designer.voice import status
from vanas_panel.panels.shelf.text import why_not_loaded
from vanas_panel.report.document import TABLE_ID, report_html
from vanas_panel.report.exports import drawn_cell_svg, exported
from vanas_panel.report.plan import plan_of
from vanas_panel.serve.preview import still_page
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

OPERATIONS = ("sep conv 5x5", "dil conv 3x3", "avg pool 3x3", "identity", "sum")


@dataclass(frozen=True)
class PairSpace:
    """Cells of up to 8 vertices, each of which takes at most two edges, as in NASNet; no subclass of `CellSpace`."""

    operations: tuple[str, ...] = OPERATIONS
    max_vertices: int = 8
    max_edges: int = 13
    labels_on: str = "vertices"

    @property
    def edge_types(self) -> tuple[tuple[str, str], ...]:
        return tuple((s, t) for s in ("input", *self.operations) for t in ("output", *self.operations))

    @property
    def operations_words(self) -> str:
        return f"; it has {', '.join(self.operations)}"

    def operation_index(self, operation: str) -> int:
        if operation not in self.operations:
            raise UnknownOperationError(f"Found {operation}; expected one of {self.operations_words}. Rename it.")
        return self.operations.index(operation)

    def limit_problems(self, draft):
        yield from size_problems(draft, self.max_vertices, self.max_edges)
        yield from operation_problems(draft, self)
        taken = Counter(target for _, target in draft.edges)
        if many := tuple(vertex for vertex, count in sorted(taken.items()) if count > 2):
            yield Problem("too many inputs", Message("A vertex takes more than two edges."), many)

    def key_of(self, cell) -> int:
        return canonical_key(cell.packed(self))


SPACE = PairSpace()


def random_cell(rng: np.random.Generator) -> vp.Cell:
    """A cell of three to eight vertices in which no vertex takes more than two edges."""
    while True:
        inner = int(rng.integers(1, 7))
        operations = ("input", *rng.choice(OPERATIONS, inner).tolist(), "output")
        edges = {(int(source), target) for target in range(1, inner + 2)
                 for source in rng.choice(target, size=min(target, int(rng.integers(1, 3))), replace=False)}
        draft = vp.Draft(operations, sorted(edges))
        if not draft.problems(SPACE):
            return vp.Cell(operations, sorted(edges), SPACE)


@pytest.fixture(scope="module")
def table() -> BenchmarkTable:
    rng = np.random.default_rng(3)
    cells = list(dict.fromkeys(random_cell(rng) for _ in range(150)))
    values = {"test_accuracy": rng.uniform(0.6, 0.95, len(cells)), "latency_ms": rng.uniform(1, 40, len(cells))}
    packed = np.array([cell.packed(SPACE) for cell in cells])
    assert max(len(cell.operations) for cell in cells) == 8
    return BenchmarkTable(SPACE, packed, {name: known_metric(name) for name in values}, values, name="pairs")


def graphs_of(table) -> list:
    return [(cell.operations, list(cell.edges)) for cell in table]


def session_of(table) -> Session:
    session = Session(table)
    session.load_row(table.best("test_accuracy"))
    return session


def test_cells_are_found_in_any_order_of_their_vertices(table):
    for row, cell in enumerate(table):
        order = range(cell.output - 1, 0, -1)
        operations, edges = oracles.relabelled(cell.operations, cell.edges, order)
        assert table.find(vp.Cell(operations, edges, SPACE)) == row


def test_importance_and_completions_are_those_of_a_brute_force(table):
    values = table.column("test_accuracy").tolist()
    found = vp.edge_importance(table)
    expected = oracles.importance(graphs_of(table), values)
    assert set(zip(found["source"], found["target"], strict=True)) == set(SPACE.edge_types)
    for row in found.itertuples():
        if (row.source, row.target) in expected:
            mean_with, mean_without, n_with, n_without = expected[row.source, row.target]
            assert (row.n_with, row.n_without) == (n_with, n_without)
            assert row.importance == pytest.approx(mean_with - mean_without, nan_ok=True)
    whole = table.cell(table.best("test_accuracy"))
    draft = vp.Draft(whole.operations, whole.edges[::2])
    completions = vp.complete(table, draft, top=10**6)
    own = draft.operations, draft.edges
    rows = [row for row, graph in enumerate(graphs_of(table))
            if Counter(graph[0]) == Counter(draft.operations) and oracles.contains(graph, own)]
    assert completions["row"].tolist() == oracles.ranked(rows, values)


def test_contributions_are_those_of_a_brute_force(table):
    row = next(row for row, cell in enumerate(table) if 5 <= len(cell.edges) <= 6)
    values = table.column("test_accuracy")

    def value_of(graph):
        found = [row for row, other in enumerate(graphs_of(table)) if oracles.isomorphic(graph, other)]
        return float(values[found[0]]) if found else None

    cell = table.cell(row)
    expected = oracles.contributions(cell.operations, list(cell.edges), value_of)
    for part in vp.edge_contributions(table, row).itertuples():
        value, n_with, n_without = expected[part.source, part.target]
        assert (part.n_with, part.n_without) == (n_with, n_without)
        assert part.contribution == pytest.approx(value, nan_ok=True)


def test_the_designer_says_the_limits_of_the_space(table):
    session = session_of(table)
    assert session.row is not None and not session.problems
    session.load_cell(vp.Draft(["input", *["sum"] * 3, "output"],
                               [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)]))
    assert [problem.kind for problem in session.problems] == ["too many inputs"]
    assert "more than two edges" in why_not_loaded(session.draft, table)
    assert "more than two edges" in " ".join(words for _, words in status(session))
    session.load_cell(vp.Draft(["input", "output"], []))
    for _ in range(6):
        session.add_vertex("identity")
    session.add_vertex("identity")
    assert len(session.draft.operations) == 8 and "at most 8 vertices" in session.message


def test_the_page_draws_the_operations_and_numbers_of_the_space(table):
    said = Page(still_page(linked([table], "").__panel__().get_root())).text
    for word in ("avg pool 3x3", "identity", "sum", "2 of 8 vertices, 0 of 13 edges"):
        assert word in said, word
    session = session_of(table)
    svg = drawn_cell_svg(session)
    assert svg == drawn_cell_svg(session) and svg.count("<rect") >= len(session.draft.operations)


def test_a_report_holds_the_space_and_its_cells(table):
    session = session_of(table)
    html = report_html(plan_of(table, session=session, made=date(2026, 1, 1)))
    header = json.loads(re.search(rf'<script[^>]* id="{TABLE_ID}"[^>]*>(.*?)</script>', html, re.S)[1])
    assert header["space"]["operations"] == list(OPERATIONS)
    assert (header["space"]["maxVertices"], header["space"]["maxEdges"], header["count"]) == (8, 13, len(table))
    said = Page(html).text
    assert "at most 8 vertices and 13 edges" in said and "identity" in said
    assert exported(session, "importance", "csv").count("\n") == len(SPACE.edge_types) + 1


def test_operations_on_edges_are_refused_where_a_table_is_made(table):
    with pytest.raises(SearchSpaceError, match="operations on edges; expected them on vertices"):
        BenchmarkTable(PairSpace(labels_on="edges"), table.packed, table.metrics,
                       {name: table.column(name) for name in table.metrics}, name="edges")


def test_the_spaces_have_the_members_of_the_protocol():
    members = {name for name in vars(Space) if not name.startswith("_")}
    assert len(members) == 9
    for space in (vp.NASBENCH101, SPACE):
        assert all(hasattr(space, name) for name in members)
    assert vp.NASBENCH101.labels_on == "vertices"
