"""Where a shelf may be, what is said where it cannot be used, and that no password is ever told."""

import importlib.util
import logging
import os
import socket
import stat
import tempfile
import traceback
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.readers.conftest import no_super_user
from tests.shelf.postgres import PASSWORD
from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfError
from vanas_panel.files.user_folders import ENVIRONMENT, data_folder
from vanas_panel.shelf import Shelf
from vanas_panel.shelf.database import SHELF_ENVIRONMENT

EMPTY = Draft(["input", "output"])


def test_default_shelf_is_a_file_in_the_users_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "new" / "100 %"))
    with Shelf() as shelf:
        assert not (tmp_path / "new").exists(), "nothing is made before it is used"
        shelf.save("ann", "t", EMPTY, "A")
    file = tmp_path / "new" / "100 %" / "shelf.sqlite"
    assert shelf.place == f"the file {file}" and file.is_file()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.delenv(ENVIRONMENT)
    assert data_folder().name == "vanas-panel" and data_folder() != file.parent


def test_environment_variable_names_the_shelf_by_default(tmp_path, monkeypatch):
    monkeypatch.setenv(SHELF_ENVIRONMENT, str(tmp_path / "named.db"))
    assert Shelf().place == f"the file {tmp_path / 'named.db'}"
    assert Shelf("other.db").place == "the file other.db"
    monkeypatch.setenv(SHELF_ENVIRONMENT, "")
    assert Shelf().place.endswith("shelf.sqlite")


@pytest.mark.parametrize("made", ["text", "path", "url"])
def test_a_file_can_be_named_in_three_ways(tmp_path, made):
    file = tmp_path / "my shelf.db"
    address = {"text": str(file), "path": file, "url": f"sqlite:///{file}"}[made]
    with Shelf(address) as shelf:
        shelf.save("ann", "t", EMPTY, "A")
    assert file.is_file()


def test_sqlite_is_set_up_for_several_writers(tmp_path):
    with Shelf(tmp_path / "shelf.sqlite") as shelf, shelf.transaction() as database:
        found = {name: database.execute(text(f"PRAGMA {name}")).scalar()
                 for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")}
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "synchronous": 2}


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "mysql://u:SECRET@h/d", "postgresql+asyncpg://h/d",
                                     "http://u:SECRET@h", "postgresql://u:SECRET@h:port/d", "://SECRET", "", " ",
                                     "sqlite:///x?mode=ro"])
def test_other_addresses_are_refused_in_words(address):
    with pytest.raises(ShelfError, match="expected a file name, sqlite:///FILE or postgresql") as caught:
        Shelf(address)
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))


def test_a_missing_driver_names_the_extra(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec",
                        lambda name, *rest: None if name == "psycopg" else find(name, *rest))
    with pytest.raises(ShelfError, match=r"pip install 'vanas-panel\[postgres\]'"):
        Shelf("postgresql://u:SECRET@h/d")


def test_file_that_is_no_database_is_reported(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, but a text of some length. " * 100)
    with Shelf(tmp_path / "notes.txt") as shelf, pytest.raises(ShelfError, match="file is not a database"):
        shelf.entries()
    with Shelf(tmp_path) as shelf, pytest.raises(ShelfError, match="unusable|no way to use"):
        shelf.entries()
    (tmp_path / "file").touch()
    with Shelf(tmp_path / "file" / "shelf.sqlite") as shelf, pytest.raises(ShelfError, match="no way to use"):
        shelf.entries()


def test_a_folder_without_permission_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with (no_super_user(), Shelf(tmp_path / "shelf.sqlite") as shelf,
          pytest.raises(ShelfError, match="permission denied")):
        shelf.open()


def test_shelf_works_as_soon_as_the_obstacle_is_gone(tmp_path):
    (tmp_path / "folder").touch()
    with Shelf(tmp_path / "folder" / "shelf.sqlite") as shelf:
        with pytest.raises(ShelfError):
            shelf.open()
        (tmp_path / "folder").unlink()
        assert shelf.entries() == []


def whole_text(error: BaseException, caplog) -> str:
    """Everything that could be read of an error, and what was logged."""
    return "".join(traceback.format_exception(error)) + caplog.text + repr(vars(error))


def test_connection_errors_never_show_the_password(postgres_server, caplog):
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nobody = unused.getsockname()[1]
    addresses = [postgres_server.url("postgres", "wr0ng-SECRET"),
                 postgres_server.url("no_such_database"),
                 f"postgresql://tester:wr0ng-SECRET@127.0.0.1:{nobody}/d",
                 f"postgresql://tester@127.0.0.1:{nobody}/d?password=wr0ng-SECRET",
                 "postgresql://tester:wr0ng-SECRET@no-such-host.invalid/d"]
    for address in addresses:
        shelf = Shelf(address)
        with pytest.raises(ShelfError, match="Found the database .* unusable") as caught:
            shelf.open()
        for secret in ("wr0ng-SECRET", PASSWORD, "p@ss%word", "p%40ss"):
            assert secret not in whole_text(caught.value, caplog)
            assert secret not in repr(shelf) + shelf.place


def test_words_of_people_are_in_no_error_of_the_database(url, caplog):
    caplog.set_level(logging.DEBUG)
    with Shelf(url) as shelf:
        shelf.open()
        with shelf.transaction(writes=True) as database:
            database.execute(text("DROP TABLE shelf_change"))
        # Put together, since a traceback shows the lines of this file.
        private = "PRI" + "VATE"
        with pytest.raises(ShelfError, match="unusable") as caught:
            shelf.save("ann", "t", EMPTY, "A", note=f"a very {private} note")
        assert private not in whole_text(caught.value, caplog)
        assert shelf.count() == 0, "nothing is half-written"


def test_a_server_that_comes_back_is_used_again(postgres_server):
    name = postgres_server.new_database()
    with Shelf(postgres_server.url(name)) as shelf:
        shelf.save("ann", "t", EMPTY, "A")
        postgres_server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert shelf.count() == 1


def test_a_database_that_cannot_hold_every_character_is_refused(postgres_server):
    name = postgres_server.new_database("ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    with Shelf(postgres_server.url(name)) as shelf, pytest.raises(ShelfError, match="encoding LATIN1; expected UTF8"):
        shelf.open()


def test_missing_permission_to_create_tables_is_reported(postgres_server):
    name = postgres_server.new_database()
    postgres_server.execute("CREATE ROLE reader LOGIN PASSWORD 'reader-SECRET'")
    address = postgres_server.url(name).replace("tester:", "reader:").replace(
        postgres_server.url(name).split("tester:")[1].split("@127")[0], "reader-SECRET")
    with Shelf(address) as shelf, pytest.raises(ShelfError, match="permission denied for schema public"):
        shelf.open()


def test_tests_keep_away_from_the_users_own_shelf():
    assert Path(os.environ[ENVIRONMENT]).is_relative_to(tempfile.gettempdir())
