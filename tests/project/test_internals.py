"""The inside of Bokeh and Panel: used in two files only, and still there in the releases that are installed."""

import ast
import importlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from vanas_panel.serve import compat as of_server
from vanas_panel.widgets import compat as of_pages

ROOT = Path(__file__).parents[2]
ALL = [*of_pages.INTERNALS, *of_server.INTERNALS]


def held(internal) -> bool:
    """Whether a library has what we use: as an attribute, or as one that its instances are given."""
    module, _, name = internal.owner.partition(":")
    owner = importlib.import_module(module)
    owner = getattr(owner, name) if name else owner
    if hasattr(owner, internal.name) or not inspect.isclass(owner):
        return hasattr(owner, internal.name)
    return any(re.search(rf"\bself\.{internal.name}\b", inspect.getsource(kind)) for kind in inspect.getmro(owner)
               if kind.__module__.startswith(("bokeh", "panel")))


@pytest.mark.parametrize("internal", ALL, ids=lambda internal: f"{internal.owner}.{internal.name}")
def test_library_internals_we_use_exist(internal):
    library = internal.owner.partition(".")[0]
    assert held(internal), (
        f"{library} {version(library)} has no {internal.name} in {internal.owner} any more; it is used for "
        f"{internal.reason}. Find another way in vanas_panel/widgets/compat.py or vanas_panel/serve/compat.py, or keep "
        f"this release out by the upper bound in pyproject.toml.")


def test_missing_internal_fails_the_check():
    assert not held(of_pages.Internal("bokeh.server.server:BaseServer", "_gone", "nothing"))
    assert not held(of_pages.Internal("panel.io.document", "_gone", "nothing"))


def private_uses(file: Path) -> list[str]:
    """Attributes with one underscore of anything but what is our own, in a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
           and node.value.id in ("self", "cls")}
    own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return [f"{file.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}" for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
            and ast.unparse(node.value) not in ("self", "cls", "super()") and node.attr not in own]


ELSEWHERE = {
    # Tornado has no public way to accept connections by a handler of one's own.
    "http._sockets", "http._handlers", "self._http._handle_connection", "self._http._connections",
    # Bokeh's, replaced as they are: see compat.INTERNALS.
    "PropertyDescriptor._get_default",
}


@pytest.mark.parametrize("room", ["serve", "page", "panels", "widgets", "draw", "report"])
def test_no_other_file_touches_the_inside_of_a_library(room):
    files = [file for file in (ROOT / "vanas_panel" / room).rglob("*.py") if file.name != "compat.py"]
    found = [use for file in files for use in private_uses(file) if use.split(" ", 1)[1] not in ELSEWHERE]
    assert found == []
    imported = [f"{file.relative_to(ROOT)}: {alias.name}" for file in files
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
                and (node.module or "").split(".")[0] in ("bokeh", "panel", "holoviews", "datashader")
                for alias in node.names if alias.name.startswith("_")]
    assert imported == []
