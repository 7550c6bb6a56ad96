"""The modules of the offline designer answer as the Python core does, to the last bit, in a real browser."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from demo_tables import FIVE, demo_table
from offline_pages import opened_file
from offline_vectors import vectors

from vanas_panel.core.completion import complete
from vanas_panel.core.draft import Draft
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.metrics import known_metric
from vanas_panel.readers import open_table
from vanas_panel.report.offline import offline_html, pack_table
from vanas_panel.table import BenchmarkTable

pytestmark = pytest.mark.browser

# What each kind of case asks of the modules; numbers that are not finite become texts, as in the cases.
ASK = """
async (cases) => {
  const o = globalThis.vanasOffline
  await o.ready
  const table = await o.openTable("vanas-designer-table")
  const plain = (value) => typeof value === "number" && !Number.isFinite(value) ? String(value)
    : Array.isArray(value) ? value.map(plain)
    : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
    : value
  const draft = (one) => o.makeDraft(one.operations, one.edges)
  const answer = {
    key: (one) => ({
      key: o.canonicalKey(...o.packDraft(draft(one), table.space)), row: table.find(one.operations, one.edges),
    }),
    problems: (one) => ({
      order: o.topologicalOrder(draft(one)), problems: o.problemsOf(draft(one), table.space),
      pruned: o.pruned(draft(one)),
    }),
    contributions: (one) => ({found: o.edgeContributions(table, draft(one), one.metric)}),
    completions: (one) => ({found: o.complete(table, draft(one), one.metric, one.top, one.extra)}),
    importance: (one) => ({found: o.edgeImportance(table, one.metric, one.rows)}),
    words: ({metric, value, signs}) => ({
      standing: table.metrics.some(({name}) => name === metric.name) ? o.standing(table, metric, value) : "",
      text: o.formatValue(metric, value), difference: o.formatDifference(metric, -value),
      short: o.shortDifference(metric, value), contributions: o.contributionWords(signs.map(Number)),
    }),
    rank: (one) => ({found: table.rank(one.metric, one.value)}),
    edit: (one) => ({found: o.withEdgeType(draft(one), one.source, one.target)}),
  }
  const result = {}
  for (const [kind, list] of Object.entries(cases)) result[kind] = list.map((one) => plain(answer[kind](one)))
  return result
}
"""
# Every value of every column and every key, as the digest of their bytes.
CONTENT = """
async () => {
  const table = await globalThis.vanasOffline.openTable("vanas-designer-table")
  const digest = async (array) => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", array)),
    (byte) => byte.toString(16).padStart(2, "0")).join("")
  const heads = Int32Array.from({length: table.count}, (_, row) => table.key(row)[0])
  const content = {heads: await digest(heads), edges: await digest(table.edges)}
  for (const metric of table.metrics) content[metric.name] = await digest(table.column(metric.name))
  return content
}
"""


def content(table: BenchmarkTable) -> dict[str, str]:
    """What `CONTENT` must find."""
    arrays = {"heads": (table.keys >> 28).astype("<i4"), "edges": (table.keys & ((1 << 28) - 1)).astype("<i4"),
              **{name: table.column(name).astype("<f8") for name in table.metrics}}
    return {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in arrays.items()}


def many_operations_table() -> BenchmarkTable:
    """A space of eight operations, whose edge types need more than one word, and a metric with an odd name."""
    space = CellSpace([f"op {letter} <&>" for letter in "hgfedcba"], max_vertices=4, max_edges=5)
    cells = enumerate_cells(space)[:-100]
    rng = np.random.default_rng(5)
    loss = np.where(rng.random(cells.size) < 0.8, rng.integers(0, 40, cells.size) / 8.0, np.nan)
    metrics = {"</script>": known_metric("</script>"), "ties": known_metric("training_time")}
    return BenchmarkTable(space, rng.permutation(cells), metrics,
                          {"</script>": loss, "ties": rng.integers(1, 3, cells.size).astype(float)}, name="odd")


def five_table() -> BenchmarkTable:
    """Most cells of up to five vertices, with repeats of which some are missing."""
    rng = np.random.default_rng(3)
    cells = FIVE[:300:-1]
    images = rng.integers(5000, 9500, (cells.size, 3)) / 10_000
    images[rng.random(images.shape) < 0.3] = np.nan
    columns = {"test_accuracy": images, "training_time": rng.uniform(100, 5000, cells.size)}
    return BenchmarkTable(NASBENCH101, cells, {name: known_metric(name) for name in columns}, columns,
                          name="five")


def real_table(request) -> BenchmarkTable:
    return open_table(request.getfixturevalue("real_table_path"))


TABLES = {"demo": lambda request: demo_table(), "five": lambda request: five_table(),
          "many-operations": lambda request: many_operations_table(), "real": real_table}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.real if name == "real" else ())
                                  for name in TABLES])
def test_browser_answers_as_python_does(name, request, browser, tmp_path):
    table = TABLES[name](request)
    packed = pack_table(table)
    seen, places = packed.table, packed.places(range(len(table)))
    few = {"searches": 200} if name == "real" else {"cells": 1000, "drafts": 1000, "searches": 150}
    cases = vectors(seen, places, **few)
    with opened_file(browser, tmp_path / "page.html", offline_html(table)) as page:
        assert page.evaluate(CONTENT) == content(seen)
        answers = page.evaluate(ASK, json.loads(json.dumps(cases)))
    assert {kind: len(found) for kind, found in answers.items()} == {kind: len(given) for kind, given in cases.items()}
    for kind, given in cases.items():
        for case, found in zip(given, answers[kind], strict=True):
            assert {key: case[key] for key in found} == found, (kind, case)
    assert_cases_are_worth_it(cases, name)


# The rows of the best completions, ranked by every metric of a table.
ASK_ROWS = """
async ([drafts, extra]) => {
  const o = globalThis.vanasOffline
  const table = await o.openTable("vanas-designer-table")
  return table.metrics.map(({name}) => drafts.map(({operations, edges}) =>
    o.complete(table, o.makeDraft(operations, edges), name, 50, extra).rows.map(({row}) => row)))
}
"""


@pytest.mark.parametrize("ties", ["all", "some", "unknown", "none"])
def test_completions_that_share_a_value_stand_as_on_the_page(browser, tmp_path, ties):
    rng = np.random.default_rng(8)
    count = FIVE.size
    levels = {"all": np.ones(count), "none": rng.permutation(count).astype(float),
              # Three cells in four share a value with others, or have none; the worst there is ranks as unknown.
              "some": np.where(rng.random(count) < 0.75, rng.integers(0, 4, count), rng.random(count)),
              "unknown": rng.choice([0.5, np.nan, np.inf], count)}[ties]
    columns = {"training_time": levels, "test_accuracy": rng.permutation(count) / count}
    table = BenchmarkTable(NASBENCH101, rng.permutation(FIVE), {name: known_metric(name) for name in columns}, columns,
                           name="ties")
    packed = pack_table(table)
    assert (packed.header["order"] is None) == (ties == "none")
    drafts = [Draft(["input", *inner, "output"], edges) for inner, edges in (
        ([], []), (NASBENCH101.operations[:2], [(0, 1)]), (NASBENCH101.operations[1:2] * 3, [(1, 4)]))]
    with opened_file(browser, tmp_path / "page.html", offline_html(table)) as page:
        found = page.evaluate(ASK_ROWS, [
            [{"operations": list(one.operations), "edges": [list(edge) for edge in one.edges]} for one in drafts], 2])
    for name, rows in zip(packed.table.metrics, found, strict=True):
        for draft, listed in zip(drafts, rows, strict=True):
            shown = complete(table, draft, name, 50, 2)["row"].tolist()
            assert len(shown) > 10
            assert listed == packed.places(shown)


def assert_cases_are_worth_it(cases, name):
    """Cases that could not fail would show nothing: every kind of answer is among them."""
    kinds = {problem["kind"] for case in cases["problems"] for problem in case["problems"]}
    assert kinds == {"no path", "cycle", "off path", "too many vertices", "too many edges", "unknown operation"}
    rows = [case["row"] for case in cases["key"]]
    assert len({tuple(case["key"]) for case in cases["key"]}) > 60
    assert max(rows) >= 0
    assert name == "real" or min(rows) < 0
    values = [part["contribution"] for case in cases["contributions"] for part in case["found"]]
    assert "NaN" in values
    assert any(isinstance(value, float) for value in values)
    reasons = {case["found"]["reason"].split(" ")[0] for case in cases["completions"]}
    assert {"", "This", "The"} <= reasons
    # Nearly every draft of so few operations is a part of some cell of the small table.
    assert name == "demo" or reasons & {"None", "No"}
    assert any(case["found"]["rows"] and case["extra"] for case in cases["completions"])
