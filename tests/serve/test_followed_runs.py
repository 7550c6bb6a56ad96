"""Files of searches that grow while they are served: pages show what is new without being asked."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import vanas_panel as vp
from tests.page_parts import html
from vanas_panel.errors import SearchError
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.serve.followed_runs import is_run_file
from vanas_panel.serve.tables import served_tables
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The lines of a search of 30 queries, some of which ask for cells that the table lacks."""
    path = tmp_path_factory.mktemp("run") / "run.jsonl"
    vp.search(vp.open_table("mnist-cells"), "random", queries=30, seed=1, out=path)
    return path.read_bytes().splitlines(keepends=True)


@pytest.fixture
def path(tmp_path, lines):
    """The file of that search, as it stands after ten cells."""
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"".join(lines[:21]))
    return path


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.tables.warm", lambda _: None)


def write_from_outside(path, lines):
    """Append to a file from another process, as a search does."""
    subprocess.run([sys.executable, "-c", f"open({str(path)!r}, 'ab').write(__import__('sys').stdin.buffer.read())"],
                   input=b"".join(lines), check=True)


def told(lines):
    """How many queries had a value, counted in the file."""
    return sum(line.startswith(b'{"tell"') and b'"value":null' not in line for line in lines)


def page_of(tables):
    return Dashboard(Session(tables[0]), tuple(tables), Tools(run_files=tables.runs))


def test_a_page_shows_what_another_process_appends(path, lines):
    tables = served_tables(("mnist-cells", str(path)), follow=True)
    page = page_of(tables)
    session = page.session
    session.drawer = "search"
    session.select([1, 2])
    assert [len(tables), len(session.followed_run), session.followed] == [1, told(lines[:21]), (0, 0)]
    write_from_outside(path, [*lines[21:31], lines[31][:9]])
    assert tables.runs[0].poll() and len(session.followed_run) == told(lines[:31]) > told(lines[:21])
    assert session.followed_query == told(lines[:31]) and f"query {told(lines[:31])} of 30 so far" in html(page)
    assert "The same command" not in html(page)
    assert session.rows.tolist() == [1, 2]
    write_from_outside(path, [lines[31][9:], *lines[32:]])
    assert tables.runs[0].poll() and session.followed_run.is_finished
    whole = vp.search(session.table, "random", queries=30, seed=1)
    assert np.array_equal(session.followed_run.trials["row"], whole.trials["row"])


def test_a_query_that_a_person_went_to_stays_and_a_search_that_was_removed_too(path, lines):
    tables = served_tables(("mnist-cells", str(path)), follow=True)
    session = page_of(tables).session
    session.follow_search(0, 4)
    write_from_outside(path, lines[21:31])
    tables.runs[0].poll()
    assert session.followed == (0, 4) and len(session.followed_run) == told(lines[:31])
    session.remove_search(0)
    write_from_outside(path, lines[31:])
    assert tables.runs[0].poll() and session.searches == () and session.runs == {}


def test_a_file_that_is_damaged_is_said_and_what_was_there_stays(path, lines):
    tables = served_tables(("mnist-cells", str(path)), follow=True)
    session = page_of(tables).session
    write_from_outside(path, [b'{"ask":77}\n'])
    assert tables.runs[0].poll() and len(session.followed_run) == told(lines[:21])
    assert f"{path}, line 22: Found" in session.message
    path.unlink()
    assert tables.runs[0].poll() and "no file of that name any more" in session.message


def test_a_file_alone_is_served_with_the_table_that_it_names(path):
    tables = served_tables((str(path),))
    assert [table.name for table in tables] == ["mnist-cells"] and len(tables.runs) == 1


def test_the_file_of_another_table_is_left_out_or_asked_for(path, lines, tmp_path):
    said = []
    tables = served_tables(("structure4", str(path)), said.append)
    assert tables.runs == () and len(said) == 1 and "run.jsonl" in str(said[0])
    other = tmp_path / "other.jsonl"
    other.write_bytes(lines[0].replace(b'"mnist-cells"', b'"mine"'))
    with pytest.raises(SearchError, match=r"without the table .* vanas-panel serve TABLE"):
        served_tables((str(other),))


def test_only_the_file_of_a_search_is_one(path, tmp_path):
    assert is_run_file(str(path))
    assert not any(map(is_run_file, ("mnist-cells", str(tmp_path), str(tmp_path / "none"), "a\0b", __file__)))
