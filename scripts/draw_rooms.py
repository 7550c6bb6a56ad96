"""Draw which rooms of the package import which, as the picture of docs/architecture.md.

Usage: python scripts/draw_rooms.py [--check]

The picture comes from the imports themselves. With ``--check`` nothing is written; the exit code says whether the
picture is that of the code.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tomllib
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "rooms.svg"
PACKAGE = "vanas_panel"
# Files that keep public names; they hold nothing.
NO_ROOMS = {"views", "selection", "address", "_version"}
ROW, TOP, NAMES, WORDS, FIRST = 30, 64, 92, 560, 600
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2a3d; }
.name { font-weight: 600; }
.words { fill: #5a6880; font-size: 12px; }
.line { stroke: #dfe5ee; }
.dot { fill: #2b6a9e; }
.self { fill: #e4e9f1; }
rect.page { fill: #fff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6ebf3; } .words { fill: #9aa8bd; } .line { stroke: #33405a; } .dot { fill: #7db5e6; }
  .self { fill: #2a364d; } rect.page { fill: #182235; }
}
"""


def rooms() -> list[str]:
    """Names of the rooms from the top to the bottom, as the contract in pyproject.toml orders them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(contract["layers"] for contract in settings["tool"]["importlinter"]["contracts"]
                  if contract["type"] == "layers")
    names = [name.strip(" ()") for layer in layers for name in layer.split("|")]
    return [name for name in names if name not in NO_ROOMS]


def summary(room: str) -> str:
    """The first line of the docstring of a room, cut between two words where it is long."""
    file = ROOT / PACKAGE / room / "__init__.py"
    source = file if file.exists() else ROOT / PACKAGE / f"{room}.py"
    docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    line = docstring.split("\n")[0].rstrip(".").replace("`", "")
    return line if len(line) <= 74 else f"{line[:74].rsplit(' ', 1)[0].rstrip(',:;')} …"


def imports() -> set[tuple[str, str]]:
    """Pairs of rooms of which the first imports from the second."""
    graph = grimp.build_graph(PACKAGE, include_external_packages=False, exclude_type_checking_imports=True)
    found = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            one, other = (name.split(".")[1] if "." in name else "" for name in (module, imported))
            if one != other:
                found.add((one, other))
    return found


def picture() -> str:
    """The rooms as rows, and a dot in the column of every room that one imports from."""
    names, pairs = rooms(), imports()
    width, height = FIRST + ROW * len(names) + 56, TOP + ROW * len(names) + 16
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
             'aria-label="Which rooms of the package import which">',
             f"<style>{STYLE}</style>", f'<rect class="page" width="{width}" height="{height}" rx="8"/>',
             f'<text class="words" x="{FIRST}" y="22">imports from</text>']
    for column, name in enumerate(names):
        x = FIRST + ROW * (column + 0.5)
        parts.append(f'<text class="words" transform="translate({x + 4} {TOP - 8}) rotate(-38)" '
                     f'text-anchor="start">{escape(name)}</text>')
    for row, name in enumerate(names):
        y = TOP + ROW * row
        parts += [f'<line class="line" x1="12" x2="{width - 52}" y1="{y}" y2="{y}"/>',
                  f'<text class="name" x="16" y="{y + 20}">{escape(name)}</text>',
                  f'<text class="words" x="{NAMES + 16}" y="{y + 20}">{escape(summary(name))}</text>',
                  f'<rect class="self" x="{FIRST + ROW * row + 3}" y="{y + 3}" width="24" height="24" rx="5"/>']
        parts += [f'<circle class="dot" cx="{FIRST + ROW * (column + 0.5)}" cy="{y + ROW / 2}" r="5">'
                  f"<title>{escape(name)} imports from {escape(other)}</title></circle>"
                  for column, other in enumerate(names) if (name, other) in pairs]
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> int:
    """Write the picture, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the picture is not up to date")
    drawn = picture()
    if not parser.parse_args().check:
        PICTURE.write_text(drawn, encoding="utf-8")
        return 0
    current = PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == drawn
    if not current:
        print("docs/pictures/rooms.svg is not up to date. Draw it: python scripts/draw_rooms.py", file=sys.stderr)
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
