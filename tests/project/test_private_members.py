"""Tests use the package as its users and its other modules do: none reaches a member that a module keeps to itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

ALLOWED = {
    "bench/conftest.py: _benchmarksession": "pytest-benchmark keeps what it has measured nowhere else until the end",
    "bench/turns.py: _run": "asyncio has no hook at the turns of its loop",
    "bench/visitors.py: _pop_message": "Bokeh's client drops changes that come while it waits for an answer",
    "bench/visitors.py: _send_message_wait_for_reply": "Bokeh's client has no public way to send an event",
    "bench/visitors.py: _socket": "browsers send without delay, Bokeh's client does not",
    "serve/test_connections.py: _sessions": "a session of Bokeh's that is gone, as in another process of the server",
    "serve/test_memory.py: _garbage_collect": "what Panel calls after a page, which `replace_cleaning` is to replace",
    "serve/test_pages.py: _views": "what Panel keeps of pages, which a closed page must not stay in",
    "shelf/test_writers.py: _exit": "a process that ends without any clean-up; Python has no other name for it",
    "shelf/writer.py: _exit": "the same",
    "widgets/test_background.py: _exit": "the same",
}
"""Private members that tests may reach, by file, with the reason. None is of this package."""

PUBLIC = {"_asdict", "_fields", "_make", "_replace"}
"""Members of named tuples, which are public: the underscore keeps them apart from the names of fields."""


def is_private(name: str) -> bool:
    """Whether a name has an underscore in front and none behind, as methods for notebooks and Python's own have."""
    return name.startswith("_") and not name.endswith("_") and name not in PUBLIC


def private_uses(source: str) -> Iterator[tuple[str, int, str]]:
    """Name, line and text of every private member that a test module reaches, but those of its own classes."""
    tree = ast.parse(source)
    own = {part.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in node.body
           if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}
    own |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) == "self"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = ast.unparse(node.value)
            if owner not in ("self", "cls") and not (node.attr in own and owner != "super()"):
                yield node.attr, node.lineno, f"{owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.name, node.lineno, f"from {node.module} import {alias.name}") for alias in node.names
                        if any(map(is_private, [*(node.module or "").split("."), alias.name])))
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, f"import {alias.name}") for alias in node.names
                        if any(map(is_private, alias.name.split("."))))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
                "getattr", "setattr", "delattr", "hasattr", "attrgetter", "object"):
            # In monkeypatch.setattr("module.name", value) the path is one text.
            names = [text.value.rpartition(".")[2] for text in node.args[:2]
                     if isinstance(text, ast.Constant) and isinstance(text.value, str)]
            yield from ((name, node.lineno, ast.unparse(node)) for name in names if is_private(name))


def test_no_private_member_is_reached():
    found = {f"{file.relative_to(TESTS).as_posix()}: {name}": f"{file.relative_to(TESTS).as_posix()}:{line}: {text}"
             for file in TESTS.rglob("*.py") for name, line, text in private_uses(file.read_text(encoding="utf-8"))}
    assert [text for key, text in sorted(found.items()) if key not in ALLOWED] == [], (
        "Test what a page shows, what the session holds or what a public function returns (tests/page_parts.py finds "
        "parts of a page). What other modules are to use needs a public name and a docstring.")
    assert set(ALLOWED) - set(found) == set(), "take these off the list"


@pytest.mark.parametrize("source", [
    "from vanas_panel.page.dashboard import _watchers", "import vanas_panel._inside", "view._act('x')",
    "monkeypatch.setattr(module, '_last', None)", "monkeypatch.setattr('vanas_panel.serve.auth.login._checks', 1)",
    "getattr(view, '_html')", "class Own(Base):\n    def _pop(self):\n        return super()._pop()",
    "page.address._entries = Entries()", "def _act():\n    pass\n\nview._act()",
])
def test_private_member_is_found(source):
    assert len(list(private_uses(source))) == 1


@pytest.mark.parametrize("source", [
    "view.__panel__()", "cell._repr_svg_()", "axes._replace(x=1)", "monkeypatch.setenv('_X', '1')",
    "class Own:\n    def _look(self):\n        self._seen = 1\n\nOwn()._look()\nOwn()._seen",
])
def test_public_member_and_that_of_the_test_itself_are_not_found(source):
    assert list(private_uses(source)) == []
