"""A cache folder of its own for every test, a few cells, and files of them."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.readers.tfrecord_writer import trainings
from vanas_panel.core.cell import Cell
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.readers.cache import ENVIRONMENT
from vanas_panel.readers.formats.tabular import read_csv, read_parquet

NOBODY = 65534


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of the test; it does not exist yet."""
    folder = tmp_path / "cache folder"
    monkeypatch.setenv(ENVIRONMENT, str(folder))
    return folder


@pytest.fixture(scope="session")
def few_cells() -> list[Cell]:
    """The 91 cells of NAS-Bench-101 with at most four vertices, shuffled."""
    packed = enumerate_cells(CellSpace(NASBENCH101.operations, 4, 9))
    return [Cell.from_packed(int(cell), NASBENCH101) for cell in np.random.default_rng(0).permutation(packed)]


def as_texts(cell: Cell) -> tuple[str, str]:
    """Adjacency and operations of a cell as sources write them."""
    return "".join(map(str, cell.matrix.ravel().tolist())), ",".join(cell.operations)


@pytest.fixture(scope="session")
def few_rows(few_cells) -> list[tuple[str, str, str, int]]:
    """Module hash, adjacency, operations and a number of parameters of a few cells."""
    return [(cell.module_hash, *as_texts(cell), 200_000 + 1000 * row) for row, cell in enumerate(few_cells)]


@pytest.fixture(scope="session")
def few_trainings(few_rows) -> list:
    """Three trainings of 108 epochs of each of a few cells."""
    return list(trainings(few_rows))


def digest(text: str) -> str:
    """Some module hash."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def no_super_user() -> Iterator[None]:
    """Rights that file modes can take away; a super-user's are set aside meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody may enter, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(params=["csv", "parquet"])
def write(request, tmp_path):
    """Write a frame in either format, and read it."""

    def run(frame: pd.DataFrame, description: dict | None = None, **options):
        path = tmp_path / f"my results.{request.param}"
        if request.param == "csv":
            frame.to_csv(path, index=False, **options)
        else:
            frame.to_parquet(path, index=False)
        if description is not None:
            (tmp_path / f"{path.name}.json").write_text(json.dumps(description))
        return (read_csv if request.param == "csv" else read_parquet)(path, lambda count: None)

    run.format = request.param
    return run
