"""The pieces of a page: its style, the modules as one script, and the whole designer as a block of HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

from vanas_panel.core.draft import Draft
from vanas_panel.report.offline.packed import packed_script
from vanas_panel.table import BenchmarkTable
from vanas_panel.views import canvas
from vanas_panel.views.canvas import Point
from vanas_panel.views.markup import text
from vanas_panel.views.theme import DARK, FONT, LIGHT, Palette, operation_colors

FOLDER = Path(__file__).parent
MODULES = ("key", "draft", "table", "subcells", "completion", "importance", "edit", "layout", "clearance", "routing",
           "tags", "format", "draw", "words", "model", "panels", "gestures", "canvas", "designer", "main")
"""The modules in the order in which one may import from those before it."""

_IMPORT = re.compile(r'import (\{ \w+(?:, \w+)* \}) from "\./(\w+)\.js"')
_EXPORT = re.compile(r"export (?:async )?(?:function|const|class) (\w+)")


@cache
def bundle() -> str:
    """All modules as the text of one script.

    Each becomes a function that is called at once and returns what the module exports. The modules keep to what that
    takes, and anything else is refused: named imports, under their own names, from a module before, and exports where
    something is declared.

    Raises
    ------
    ValueError
        Where a module does not.
    """
    parts, known = [_constants()], {"constants"}
    for name in MODULES:
        lines, exported = [], []
        for line in (FOLDER / f"{name}.js").read_text(encoding="utf-8").splitlines():
            asked, given = _IMPORT.fullmatch(line), _EXPORT.match(line)
            if asked is not None and asked[2] in known:
                line = f"const {asked[1]} = {asked[2]}_js"
            elif given is not None:
                exported.append(given[1])
                line = line.removeprefix("export ")
            if re.match(r"\s*(import|export)\b", line) or "</script" in line or "import(" in line:
                raise ValueError(f"{name}.js: cannot bundle {line!r}")
            lines.append(line)
        body = "\n".join(lines)
        parts.append(f"const {name}_js = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }}\n}})()")
        known.add(name)
    return "\n\n".join(parts)


def _constants() -> str:
    """What the modules import as ``constants.js``: the geometry of the canvas, and the look of unknown operations."""
    geometry = {"width": canvas.WIDTH, "height": canvas.HEIGHT, "stripHeight": canvas.STRIP_HEIGHT,
               "boxWidth": canvas.BOX_WIDTH, "boxHeight": canvas.BOX_HEIGHT, "gapX": canvas.GAP_X, "gapY": canvas.GAP_Y,
               "left": canvas.LEFT, "right": canvas.RIGHT, "bottom": canvas.BOTTOM, "top": canvas.TOP}
    stranger = operation_colors("unknown", (), LIGHT)
    return f"const constants_js = {{ CANVAS: {json.dumps(geometry)}, STRANGER: {json.dumps(stranger)} }}"


def offline_module() -> str:
    """The modules as one ``<script type="module">`` that sets ``globalThis.vanasOffline``."""
    return f'<script type="module">\n{bundle()}\n</script>'


def offline_style() -> str:
    """One ``<style>`` element with the colours for light and dark and the look of the designer."""
    light, dark = _declarations(LIGHT), _declarations(DARK)
    return (
        f"<style>\n:root {{ {light} color-scheme: light; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark} color-scheme: dark; }} }}\n"
        f":root[data-theme=dark] {{ {dark} color-scheme: dark; }}\n"
        f".vo-root {{ font-family: {FONT}; }}\n{(FOLDER / 'designer.css').read_text(encoding='utf-8')}</style>"
    )


def offline_html(table: BenchmarkTable, metrics: Iterable[str] | None = None, *, metric: str | None = None,
                 draft: Draft | None = None, positions: Mapping[int, Point] | None = None, dark: bool | None = None,
                 element_id: str = "vanas-designer") -> str:
    """The designer with its table as a block of HTML that works on its own.

    Parameters
    ----------
    table : BenchmarkTable
    metrics : iterable of str, optional
        Which metrics to take along; all that are known for any cell by default.
    metric : str, optional
        The one that ranks completions and attributes; the table's ``test_accuracy`` where taken along, else the first.
    draft : Draft, optional
        What to show first; input and output alone by default.
    positions : mapping of int to (float, float), optional
        Where its vertices stand.
    dark : bool, optional
        Fix the appearance; by default it follows ``data-theme`` of the document, then the reader's system.
    element_id : str, optional
        Of the element that holds the designer.

    Returns
    -------
    str
        Style, element, data and scripts; nothing in it refers to anything outside.
    """
    options: dict = {} if metric is None else {"metric": metric}
    if draft is not None:
        options["draft"] = {"operations": list(draft.operations), "edges": [list(edge) for edge in draft.edges]}
    if positions:
        options["positions"] = [list(positions[vertex]) for vertex in sorted(positions)]
    theme = "" if dark is None else f'document.documentElement.dataset.theme = "{"dark" if dark else "light"}"\n'
    data_id = f"{element_id}-table"
    start = (f"{theme}const {{mountWhenReady}} = globalThis.vanasOffline\n"
             f"await mountWhenReady({_json(element_id)}, {_json(data_id)}, {_json(options)})")
    return "\n".join([offline_style(), f'<div id="{text(element_id)}" class="vo-root"></div>',
                      packed_script(table, metrics, element_id=text(data_id)), offline_module(),
                      f'<script type="module">\n{start}\n</script>'])


def _json(value: object) -> str:
    """A value as JSON that can stand in a script."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _declarations(colors: Palette) -> str:
    """A palette as CSS custom properties, by the names that `vanas_panel.views.style` uses."""
    return " ".join(f"--vp-{name.replace('_', '-')}: {value};" for name, value in asdict(colors).items())
