"""What ``import vanas_panel`` costs, and what ``dir`` and completion show at a prompt."""

from __future__ import annotations

import importlib
import rlcompleter
import subprocess
import sys

import pytest

import vanas_panel as vp
from tests.conftest import ROOT

HEAVY = {"numpy", "pandas", "numba", "pyarrow", "networkx", "scipy", "panel", "bokeh", "holoviews", "datashader",
         "param", "torch", "dask", "sqlalchemy", "alembic", "tornado", "msgspec"}
SHOWING = {"panel", "bokeh", "holoviews", "datashader", "torch", "dask", "sqlalchemy", "tornado"}


def fresh(code: str) -> str:
    """What a fresh Python prints."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def loaded_by(code: str) -> set[str]:
    """The libraries that a fresh Python has loaded after running `code`."""
    return {name.partition(".")[0] for name in fresh(f"{code}\nimport sys; print(*sys.modules)").split()}


def test_importing_loads_no_heavy_library():
    assert not HEAVY & loaded_by("import vanas_panel")


@pytest.mark.slow
def test_numbers_load_nothing_that_shows_them():
    loaded = loaded_by("import vanas_panel as vp; vp.edge_importance(vp.open_table('structure4'), 'edges'); vp.Session")
    assert {"numpy", "numba", "pandas"} <= loaded
    assert not SHOWING & loaded


def test_dir_is_the_public_names():
    assert dir(vp) == sorted(vp.__all__)
    assert {"explore", "save_report", "views", "exchange", "open_table", "BenchmarkTable"} <= set(dir(vp))


@pytest.fixture(scope="module")
def prompt() -> list[str]:
    """What a fresh Python offers to complete, and whether `dir` is as it was after everything was used."""
    return fresh("import vanas_panel as vp, rlcompleter\n"
                 "completer = rlcompleter.Completer({'vp': vp})\n"
                 "print(*completer.attr_matches('vp.')); print(*completer.attr_matches('vp.ex'))\n"
                 "[getattr(vp, name) for name in vp.__all__]; print(dir(vp) == sorted(vp.__all__))").splitlines()


def test_dir_stays_public_after_everything_was_used(prompt):
    assert prompt[2] == "True"


def test_completion_offers_public_names_before_anything_is_loaded(prompt):
    names = {name.removeprefix("vp.").rstrip("(").removesuffix("()") for name in prompt[0].split()}
    assert {"explore", "save_report", "views"} <= names
    assert not {"core", "import_module", "Any", "annotations", "TYPE_CHECKING", "state", "readers"} & names
    assert "explore" in prompt[1] and "exchange" in prompt[1]


def test_tab_completion_of_public_objects_is_public():
    offered = rlcompleter.Completer({"vp": vp}).attr_matches("vp.")
    assert {name.removeprefix("vp.").partition("(")[0] for name in offered} <= set(vp.__all__)


@pytest.mark.parametrize("name", sorted(
    set(vp.__all__) - {"__version__", "NASBENCH101", "exchange", "inspector", "neat", "views"}))
def test_a_name_loaded_late_is_the_one_where_it_is_defined(name):
    value = getattr(vp, name)
    assert value is getattr(importlib.import_module(value.__module__), name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'vanas_panel' has no attribute 'open_tabel'"):
        _ = vp.open_tabel
    assert not hasattr(vp, "import_module")
    assert not hasattr(vp, "Any")


def test_parts_of_the_package_are_reached_without_an_import_of_their_own():
    assert fresh("import vanas_panel as vp; print(vp.errors.SourceError.__name__, vp.address.to_query.__name__, "
                 "vp.selection.Box.__name__, vp.shelf.Shelf.__name__)").split() == [
        "SourceError", "to_query", "Box", "Shelf"]


@pytest.mark.parametrize("call", [
    lambda thing: vp.explore(thing), lambda thing: vp.Session(thing),
    lambda thing: vp.save_report(thing, "report.html"), lambda thing: vp.edge_importance(thing),
    lambda thing: vp.complete(thing, vp.Draft(["input", "output"])),
    lambda thing: vp.edge_contributions(thing, 0), lambda thing: vp.neighbours(thing, 0),
    lambda thing: vp.edit_path(thing, 0, 1)],
    ids=["explore", "Session", "save_report", "edge_importance", "complete", "edge_contributions", "neighbours",
         "edit_path"])
@pytest.mark.parametrize("thing", ["structure4", None, 3])
def test_non_table_is_refused_in_one_sentence(call, thing):
    with pytest.raises(TypeError, match=r"^Found .*; expected a table\. Open it with vp\.open_table\(\.\.\.\)\.$"):
        call(thing)


@pytest.mark.parametrize("source", [None, 5, ["structure4"]])
def test_non_source_is_refused_in_one_sentence(source):
    with pytest.raises(vp.VanasError, match="expected a path, the name of a table, or a pandas.DataFrame"):
        vp.open_table(source)
