"""The modules of JavaScript as one text: no step of a build, and the same text on the page and in reports."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
MODULES = ("dom", "scene", "camera", "raster", "shades", "picture", "window2d", "timeline", "figures", "curves", "view",
           "numbers", "layout", "inspector")
"""In the order in which they need each other."""

_IMPORT = re.compile(r"^import [^\n]*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?function|class|const)", re.MULTILINE)


@cache
def inspector_script() -> str:
    """All modules as statements of one module, which defines ``mount`` among others and exports nothing.

    Names of a module are names of all: `tests/javascript/test_inspector_script.py` finds one that stands twice.
    """
    return "\n".join(f"// {name}.js\n" + as_statements(FOLDER / f"{name}.js") for name in MODULES)


def as_statements(path: Path) -> str:
    """A module without its imports and exports, to stand behind the modules that it imports.

    Parameters
    ----------
    path : Path
        Its imports are one line each, and its exports are declarations.
    """
    return _EXPORT.sub("", _IMPORT.sub("", path.read_text(encoding="utf-8")))


@cache
def inspector_style() -> str:
    """The style sheet of the view; its colours are the variables of the page."""
    return (FOLDER / "inspector.css").read_text(encoding="utf-8")
