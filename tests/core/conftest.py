"""Tables to compute with: a small synthetic one with gaps and ties, and the real one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core import oracles
from tests.core.strategies import JIT
from vanas_panel.core.encoding import pack
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable


def packed_of(operations, edges, space: CellSpace = NASBENCH101) -> int:
    """Pack a cell whose edges point forward."""
    return pack([space.operation_index(name) for name in operations[1:-1]], edges)


@pytest.fixture(scope="session")
def small_cells() -> list:
    """Four fifths of the cells of at most five vertices, shuffled, as the oracles have them."""
    rng = np.random.default_rng(0)
    everything = [
        cell
        for vertices in range(2, 6)
        for cell in oracles.unique_cells(oracles.labelled_cells(NASBENCH101.operations, vertices, 9))
    ]
    chosen = rng.permutation(len(everything))[: len(everything) * 4 // 5]
    forms = [list(oracles.forward_forms(*everything[index])) for index in chosen]
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
def real_part(real_frame):
    """The whole real table; every 97th row of it, renumbered, without compilation."""
    return real_frame if JIT else real_frame.iloc[::97].reset_index(drop=True)


@pytest.fixture(scope="session")
def real_packed(real_part) -> np.ndarray:
    """The cells of `real_part`, packed in the vertex order of their rows by plain arithmetic on their text."""
    packed = np.empty(len(real_part), np.int64)
    codes = {name: code for code, name in enumerate(NASBENCH101.operations)}
    texts = zip(real_part["module_adjacency"], real_part["module_operations"], strict=True)
    for row, text in enumerate(texts):
        names, edges = oracles.from_text(*text)
        packed[row] = pack([codes[name] for name in names[1:-1]], edges)
    return packed


@pytest.fixture(scope="session")
def real_table(real_part, real_packed) -> BenchmarkTable:
    """`real_part` as a table, built without any reader."""
    names = [name for name in real_part.columns if not name.startswith("module_")]
    columns = {name: real_part[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names}
    metrics = {name: known_metric(name) for name in names}
    return BenchmarkTable(NASBENCH101, real_packed, metrics, columns, name="nasbench101")


@pytest.fixture(scope="session")
def real_rows_by_text(real_part) -> dict:
    """Row of each cell of `real_table` by the text of its columns."""
    texts = zip(real_part["module_adjacency"], real_part["module_operations"], strict=True)
    return {text: row for row, text in enumerate(texts)}
