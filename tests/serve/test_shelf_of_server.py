"""The shelf of a server: named on the command line, opened before the port is, and shared by its processes."""

import pytest

from vanas_panel.cli import command_line as cli
from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfError
from vanas_panel.serve import pages
from vanas_panel.serve.shelves import open_shelf
from vanas_panel.shelf import SHELF_ENVIRONMENT, Shelf, shared_shelf
from vanas_panel.shelf.shared import close_shared_shelf

DRAFT = Draft(["input", "output"])


@pytest.fixture(autouse=True)
def nothing_shared():
    """Every test starts without a shared shelf, and leaves none."""
    close_shared_shelf()
    yield
    close_shared_shelf()


def test_all_pages_of_a_process_share_the_shelf_that_was_named(tmp_path):
    said: list[str] = []
    file = tmp_path / "team.sqlite"
    open_shelf(str(file), said.append)
    assert said == [f"The shelf is the file {file}."] and file.is_file()
    assert not shared_shelf().is_open, "no connection goes along into a forked process"
    one, other = pages.tools(), pages.tools()
    assert one.shelf is other.shelf is shared_shelf()
    one.shelf.save("ann", "t", DRAFT, "A")
    with Shelf(file) as shelf:
        assert [entry.name for entry in shelf.entries()] == ["A"]


def test_shelf_without_a_name_is_that_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv(SHELF_ENVIRONMENT, str(tmp_path / "named.sqlite"))
    assert pages.tools().shelf.place == f"the file {tmp_path / 'named.sqlite'}"


def test_a_shelf_that_was_asked_for_must_be_usable(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    file = str(tmp_path / "file" / "shelf.sqlite")
    with pytest.raises(ShelfError, match="no way to use"):
        open_shelf(file, print)
    monkeypatch.setenv(SHELF_ENVIRONMENT, file)
    with pytest.raises(ShelfError, match="no way to use"):
        open_shelf(None, print)


def test_default_shelf_need_not_be_usable(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("VANAS_PANEL_DATA", str(tmp_path / "file"))
    said: list[str] = []
    open_shelf(None, said.append)
    assert len(said) == 1 and said[0].startswith("The shelf cannot be used. Found no way to use")


def test_command_line_names_the_shelf_and_never_prints_its_password(capsys):
    assert cli.main(["serve", "structure4", "--port", "0", "--shelf", "mysql://ann:SECRET@host/d"]) == cli.BAD_USE
    told = capsys.readouterr()
    assert "expected a file name, sqlite:///FILE or postgresql" in told.err
    assert "SECRET" not in told.err + told.out
