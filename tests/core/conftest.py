"""Tables to compute with: a small synthetic one with gaps and ties, and the real one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core import oracles
from tests.core.strategies import JIT
from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import pack
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.metrics import Metric, known_metric
from vanas_panel.table import BenchmarkTable


def packed_of(operations, edges, space: CellSpace = NASBENCH101) -> int:
    """Pack a cell whose edges point forward."""
    return pack([space.operation_index(name) for name in operations[1:-1]], edges)


@pytest.fixture(scope="session")
def small_cells() -> list:
    """Four fifths of the cells of at most five vertices (four without compilation), shuffled, as oracles have them."""
    rng = np.random.default_rng(0)
    largest = 5 if JIT else 4
    everything = [
        cell
        for vertices in range(2, largest + 1)
        for cell in oracles.unique_cells(oracles.labelled_cells(NASBENCH101.operations, vertices, 9))
    ]
    chosen = rng.permutation(len(everything))[: len(everything) * 4 // 5]
    forms = [list(oracles.forward_forms(*everything[place])) for place in chosen]
    return [some[rng.integers(len(some))] for some in forms]


@pytest.fixture(scope="session")
def small_table(small_cells) -> BenchmarkTable:
    """Invented values: three repeats with gaps and ties, a loss, one hardly known and one that is never known."""
    rng = np.random.default_rng(1)
    rows = len(small_cells)
    accuracy = np.round(rng.uniform(0.5, 0.95, (rows, 3)), 2)
    accuracy[rng.random((rows, 3)) < 0.3] = np.nan
    rare = np.where(rng.random(rows) < 0.05, rng.normal(size=rows), np.nan)
    columns = {
        "test_accuracy": accuracy,
        "loss": np.round(rng.exponential(size=rows), 1),
        "rare": rare,
        "never": np.full(rows, np.nan),
    }
    metrics = {name: known_metric(name) for name in columns} | {"loss": Metric("loss", "Loss", "", False)}
    packed = np.array([packed_of(*cell) for cell in small_cells])
    return BenchmarkTable(NASBENCH101, packed, metrics, columns, name="small")


@pytest.fixture(scope="session")
def rows_by_text(small_cells) -> dict:
    """Row of each cell of `small_table` by its text form."""
    return {oracles.text_form(*cell): row for row, cell in enumerate(small_cells)}


@pytest.fixture(scope="session")
def real_sample(real_frame):
    """Rows of the real table: two thousand at random (two hundred without compilation), and the first one."""
    chosen = np.random.default_rng(2).integers(len(real_frame), size=2000 if JIT else 200)
    return real_frame.iloc[np.unique([0, *chosen])]


@pytest.fixture(scope="session")
def real_packed(real_frame) -> np.ndarray:
    """All cells of the real table, packed in the vertex order of their rows by plain arithmetic on their text."""
    packed = np.empty(len(real_frame), np.int64)
    codes = {name: code for code, name in enumerate(NASBENCH101.operations)}
    for row, (adjacency, operations) in enumerate(
        zip(real_frame["module_adjacency"], real_frame["module_operations"], strict=True)
    ):
        names, edges = oracles.from_text(adjacency, operations)
        packed[row] = pack([codes[name] for name in names[1:-1]], edges)
    return packed


@pytest.fixture(scope="session")
def real_table(real_frame, real_packed) -> BenchmarkTable:
    """The real table, built without any reader."""
    if not JIT:
        pytest.skip("the whole table is for compiled kernels")
    names = [name for name in real_frame.columns if not name.startswith("module_")]
    columns = {name: real_frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names}
    metrics = {name: known_metric(name) for name in names}
    return BenchmarkTable(NASBENCH101, real_packed, metrics, columns, name="nasbench101")


@pytest.fixture(scope="session")
def real_rows_by_text(real_frame) -> dict:
    """Row of each real cell by the text of its columns."""
    texts = zip(real_frame["module_adjacency"], real_frame["module_operations"], strict=True)
    return {text: row for row, text in enumerate(texts)}


@pytest.fixture(scope="session")
def best_cell(real_frame) -> Cell:
    """The cell of the highest test accuracy."""
    best = real_frame.iloc[int(real_frame["test_accuracy"].to_numpy().argmax())]
    return Cell(*oracles.from_text(best["module_adjacency"], best["module_operations"]))
