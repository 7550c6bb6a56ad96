"""A database of any earlier revision becomes one of today with all it held; one of a later revision is refused."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfError
from vanas_panel.shelf import Shelf
from vanas_panel.shelf.database import make_engine, shelf_url
from vanas_panel.shelf.models import VERSION_TABLE, Base
from vanas_panel.shelf.upgrade import alembic_config, newest_revision, upgrade

ROOT = Path(__file__).resolve().parents[2]
REVISIONS = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()][::-1]


@pytest.fixture
def engine(url):
    """An engine of the shelf's own making."""
    engine = make_engine(shelf_url(url))
    yield engine
    engine.dispose()


def put_an_entry(engine, name: str) -> None:
    """Write an entry by hand, as the first revision stored it."""
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO shelf_entry (table_name, saved_by, saved_at, changed_by, changed_at, version, name, note, "
            "search_text, operations, edges, shape) VALUES ('demo', 'ann', :saved, 'bob', :changed, 3, :name, 'ünï', "
            ":search, :operations, :edges, NULL)"),
            {"saved": "2024-02-29 12:30:00.000001", "changed": "2024-03-01 00:00:00.000000", "name": name,
             "search": name.casefold(), "operations": json.dumps(["input", "a", "output"]),
             "edges": json.dumps([[0, 1]])})
        number = connection.execute(text("SELECT max(id) FROM shelf_entry")).scalar()
        for index, tag in enumerate(("z", "a")):
            connection.execute(text("INSERT INTO shelf_tag (entry_id, tag, place) VALUES (:id, :tag, :place)"),
                               {"id": number, "tag": tag, "place": index})


def test_revisions_follow_each_other_in_the_order_of_their_files():
    files = sorted((ROOT / "vanas_panel" / "shelf" / "migrations" / "versions").glob("r*.py"))
    assert [file.name[1:5] for file in files] == REVISIONS and len(REVISIONS) >= 2
    assert newest_revision() == REVISIONS[-1]


def test_migrated_empty_database_equals_the_models(shelf, engine):
    shelf.open()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True,
                                                               "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == newest_revision()
        command.check(alembic_config(connection))
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, VERSION_TABLE}


def test_the_comparison_would_see_a_difference(shelf, engine):
    shelf.open()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE shelf_entry ADD COLUMN more TEXT"))
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert [change[0] for change in compare_metadata(context, Base.metadata)] == ["remove_column"]


@pytest.mark.parametrize("revision", REVISIONS)
def test_from_every_earlier_revision_with_all_that_it_held(url, engine, revision):
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            database = connection.execute(text("SELECT current_database()")).scalar()
            # So that the times above, which name no zone, are those of UTC.
            connection.execute(text(f"ALTER DATABASE {database} SET timezone TO 'UTC'"))
        engine.dispose()
    upgrade(engine, shelf_url(url), revision)
    for name in ("Önë", "two % _"):
        put_an_entry(engine, name)
    with Shelf(url) as shelf:
        two, one = shelf.entries()
        assert (one.name, one.note, one.tags, one.version) == ("Önë", "ünï", ("z", "a"), 3)
        assert (one.user, one.changed_by, one.table_name, one.shape) == ("ann", "bob", "demo", None)
        assert one.saved_at.isoformat() == "2024-02-29T12:30:00.000001+00:00"
        assert one.changed_at.isoformat() == "2024-03-01T00:00:00+00:00"
        assert one.draft == Draft(["input", "a", "output"], [(0, 1)])
        assert shelf.entries(text="ÖNË") == [one] and shelf.tags() == [("a", 2), ("z", 2)]
        if revision < "0002":
            assert [(change.version, change.changed_by, change.tags, change.note, change.changed_at)
                    for change in shelf.history(one.id)] == [(3, "bob", ("z", "a"), "ünï", one.changed_at)]
        assert shelf.update(two.id, "cat", 3, note="new").version == 4
        shelf.delete(one.id, "ann")
        assert shelf.count() == 1


def test_down_and_up_again_leaves_nothing_behind(shelf, url, engine):
    shelf.save("ann", "t", Draft(["input", "output"]), "A")
    shelf.close()
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(engine).get_table_names() == [VERSION_TABLE]
    with Shelf(url) as again:
        again.open()
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, VERSION_TABLE}


def test_a_database_of_a_newer_version_is_refused_and_left_alone(shelf, url, engine):
    shelf.save("ann", "t", Draft(["input", "output"]), "A")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with Shelf(url) as newer, pytest.raises(ShelfError, match="at revision 9999; expected at most") as caught:
        newer.entries()
    assert "update vanas-panel here" in str(caught.value)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "9999"


def test_an_upgrade_that_breaks_off_changes_nothing(url, engine, monkeypatch):
    upgrade(engine, shelf_url(url), "0001")
    put_an_entry(engine, "A")
    before = set(inspect(engine).get_table_names())

    def fail(*arguments: object, **options: object):
        command_upgrade(*arguments, **options)
        raise KeyboardInterrupt

    command_upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", fail)
    with pytest.raises(KeyboardInterrupt):
        upgrade(engine, shelf_url(url))
    monkeypatch.undo()
    assert set(inspect(engine).get_table_names()) == before
    with Shelf(url) as shelf:
        assert [entry.name for entry in shelf.entries()] == ["A"]


def test_other_tables_in_the_database_are_left_alone(url, engine):
    if engine.dialect.name == "sqlite":
        Path(str(shelf_url(url).database)).touch()
    others = create_engine(shelf_url(url))
    with others.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('of another program')"))
    others.dispose()
    with Shelf(url) as shelf:
        shelf.save("ann", "t", Draft(["input", "output"]), "A")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "of another program"


def test_the_wheel_holds_the_migrations(tmp_path):
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT,
                   check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("vanas_panel/shelf/migrations/")}
    here = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vanas_panel/shelf/migrations").rglob("*")
            if path.suffix in (".py", ".mako")}
    assert held == here and len(here) >= 6
