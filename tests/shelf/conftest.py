"""Fixtures of the shelf: every test that asks for `url` or `shelf` runs over SQLite and over PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shelf import postgres
from vanas_panel.core.draft import Draft
from vanas_panel.shelf import Shelf

WRITER = Path(__file__).parent / "writer.py"


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL server of these tests alone."""
    folder = postgres.binaries()
    if folder is None:
        pytest.skip("PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install 'vanas-panel[postgres]')")
    with postgres.running(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shelf.sqlite'}"
    server = request.getfixturevalue("postgres_server")
    return server.url(server.emptied_database())


@pytest.fixture
def shelf(url):
    """An empty shelf."""
    shelf = Shelf(url)
    yield shelf
    shelf.close()


@pytest.fixture
def cell() -> Draft:
    """A small valid cell."""
    return Draft(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])
