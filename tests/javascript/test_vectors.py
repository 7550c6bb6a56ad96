"""The modules of the offline designer answer as the Python core does, to the last bit; vectors.test.js asks them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from demo_tables import FIVE, demo_table
from offline_vectors import parts, vectors

from vanas_panel.core.completion import complete
from vanas_panel.core.draft import Draft
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.readers import open_table
from vanas_panel.report.offline import pack_table
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ask(tmp_path, node):
    """Let node answer cases about a table, and compare."""
    def compare(table: BenchmarkTable, cases: dict[str, list[dict]]) -> None:
        packed = pack_table(table)
        file = tmp_path / "vectors.json"
        file.write_text(json.dumps({"header": packed.header, "data": base64.b64encode(packed.data).decode(),
                                    "cases": cases, "content": content(packed.table)}), encoding="utf-8")
        done = subprocess.run([node, "--test", "--test-reporter=tap", str(ROOT / "tests/javascript/vectors.test.js")],
                              env={**os.environ, "VANAS_VECTORS": str(file)}, check=False, text=True,
                              capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout[:4000] + done.stderr[-1000:]
        # The whole of the table is compared, too.
        assert f"# pass {len(cases) + 1}\n" in done.stdout
    return compare


@pytest.mark.parametrize("file", sorted(path.name for path in Path(__file__).parent.glob("*.test.js")
                                        if path.name != "vectors.test.js"))
def test_pure_javascript_modules(file, node):
    done = subprocess.run([node, "--test", str(ROOT / "tests/javascript" / file)], check=False, text=True,
                          capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout


def content(table: BenchmarkTable) -> dict[str, str]:
    """Digests of every column and of both halves of the keys."""
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


@pytest.mark.parametrize("name", [name for name in TABLES if name != "real"] + [
    pytest.param("real", marks=[pytest.mark.real, pytest.mark.slow])])
def test_node_answers_as_python_does(name, request, ask):
    table = TABLES[name](request)
    packed = pack_table(table)
    # Layouts ask nothing of a table.
    few = {"layouts": 150} | ({"searches": 200} if name == "real" else {"cells": 400, "drafts": 600, "searches": 100})
    cases = vectors(packed.table, packed.packed_rows(range(len(table))), **few)
    assert_cases_are_worth_it(cases, name)
    ask(table, cases)


@pytest.mark.parametrize("ties", ["all", "some", "unknown", "none"])
def test_completions_that_share_a_value_stand_as_on_the_page(ask, ties):
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
    cases = []
    for name in packed.table.metrics:
        for draft in drafts:
            shown = complete(table, draft, name, 50, 2)["row"].tolist()
            assert len(shown) > 10
            cases.append({**parts(draft), "metric": name, "top": 50, "extra": 2, "rows": packed.packed_rows(shown)})
    ask(table, {"ties": cases})


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
