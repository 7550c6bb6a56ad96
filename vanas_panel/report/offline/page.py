"""The pieces of a page: its style, the modules as one script, and the whole designer as a block of HTML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.canvas import Point
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import DARK, FONT, LIGHT, Palette
from vanas_panel.report.offline.packed import packed_script
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.script_texts import texts_block

_PIECES = pieces(__file__)

FOLDER = Path(__file__).parent
SCRIPTS = "vanas_panel/report/"
"""Where catalogues find the texts of these modules, and of the script around them."""


@cache
def bundle() -> str:
    """All modules as the text of one script, which ``make bundle`` has made of them."""
    return (FOLDER / "bundle.js").read_text(encoding="utf-8")


def language_module() -> str:
    """The module of texts as statements, for a script that is no module of the designer."""
    return (FOLDER / "language.js").read_text(encoding="utf-8").replace("\nexport ", "\n")


def offline_module() -> Html:
    """The modules as one ``<script type="module">`` that sets ``globalThis.vanasOffline``."""
    return _PIECES.module(code=Html(bundle()))


def offline_style() -> Html:
    """One ``<style>`` element with the colours for light and dark and the look of the designer."""
    light, dark = _declarations(LIGHT), _declarations(DARK)
    return _PIECES.style(css=Html(
        f":root {{ {light} color-scheme: light; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark} color-scheme: dark; }} }}\n"
        f":root[data-theme=dark] {{ {dark} color-scheme: dark; }}\n"
        f".vo-root {{ font-family: {FONT}; }}\n{(FOLDER / 'designer.css').read_text(encoding='utf-8')}"))


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
    return "\n".join([offline_style(), _PIECES.root(name=element_id), texts_block(SCRIPTS),
                      packed_script(table, metrics, element_id=data_id), offline_module(),
                      _PIECES.module(code=Html(start))])


def _json(value: object) -> str:
    """A value as JSON that can stand in a script."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def _declarations(colors: Palette) -> str:
    """A palette as CSS custom properties, by the names that `vanas_panel.draw.css` uses."""
    return " ".join(f"--vp-{name.replace('_', '-')}: {value};" for name, value in asdict(colors).items())
