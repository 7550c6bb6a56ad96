"""A page of Bokeh models as still HTML: the same boxes with the same style sheets, in shadow roots as Bokeh makes them.

Bokeh's own layout is CSS, too. `_layout` writes what it would write for the few kinds of boxes that the page has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from bokeh.models import Column, LayoutDOM, Row
from bokeh.plotting import figure

from vanas_panel.draw.css import DARK_CLASS
from vanas_panel.draw.html import Html, pieces
from vanas_panel.serve.preview.bars import still_bars
from vanas_panel.serve.preview.canvas import still_canvas
from vanas_panel.serve.preview.map import still_map
from vanas_panel.serve.preview.marks import with_following
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

BASE = """
:host { position: relative; box-sizing: border-box; line-height: calc(20 / 14); }
*, *::before, *::after { box-sizing: inherit; font-family: inherit; }
.scroll-button { position: sticky; visibility: hidden; height: 0; }
"""
"""The rules that the page needs of the style sheets that Bokeh and Panel give every box."""

_FIGURES = {"overview-map": still_map, "importance-bars": still_bars, "designer-canvas": still_canvas}
_PERSONAL = ".selection, .drawers, .face { visibility: hidden; }"


def still_page(root: LayoutDOM, *, signs_in: bool = False) -> str:
    """The preview of a page.

    Parameters
    ----------
    root : LayoutDOM
        The root that the browser would get of a `vanas_panel.page.dashboard.Dashboard`. It is only read.
    signs_in : bool, optional
        Whether people sign in. Their names move a part of the header, which is then left out.

    Returns
    -------
    str
        HTML that is hidden until ``preview.js`` has given every shadow root its style sheets, which are listed once as
        JSON at the end.
    """
    sheets = _Sheets({"vp-header": _PERSONAL} if signs_in else {})
    body = _box(root, sheets, parent=None)
    # As JSON in a script of its own, in which no text can end that script.
    listed = orjson.dumps(sheets.texts).decode().replace("<", "\\u003c")
    return str(_PIECES.page(dark_class=DARK_CLASS, body=body, sheets=Html(listed)))


class _Sheets:
    """Different style sheets, in the order in which they were first asked for.

    Parameters
    ----------
    further : mapping of str to str
        Style sheets that boxes of a class have last of all.
    """

    def __init__(self, further: Mapping[str, str]):
        self._numbers: dict[str, int] = {}
        self.further = further

    @property
    def texts(self) -> list[str]:
        """All of them."""
        return list(self._numbers)

    def numbers(self, *texts: str) -> str:
        """Where some of them are, as an attribute."""
        return " ".join(str(self._numbers.setdefault(text, len(self._numbers))) for text in texts)


def _box(model: LayoutDOM, sheets: _Sheets, parent: LayoutDOM | None) -> Html | str:
    """A box with all that is in it."""
    if not model.visible:
        return ""
    own = [sheet for sheet in model.stylesheets if isinstance(sheet, str)]
    inner, more = _content(model, sheets)
    further = [sheet for name, sheet in sheets.further.items() if name in model.css_classes]
    numbers = sheets.numbers(BASE, _layout(model, parent), *more, *own, *further)
    styles = "; ".join(f"{name.replace('_', '-')}: {value}" for name, value in _styles(model).items())
    return _PIECES.box(classes=" ".join(model.css_classes), styles=styles, sheets=numbers, inner=inner)


def _content(model: LayoutDOM, sheets: _Sheets) -> tuple[Html | str, list[str]]:
    """The content of a box, and the style sheets that it needs besides those of the box."""
    if isinstance(model, Row | Column):
        boxes = [_box(child, sheets, model) for child in model.children]
        return _PIECES.boxes(boxes=boxes, is_column=isinstance(model, Column)), []
    if isinstance(model, figure):
        kind = next((name for name in model.css_classes if name in _FIGURES), None)
        return _FIGURES[kind](model) if kind else ("", [])
    return _PIECES.component(content=_markup(model)), []


def _markup(model: Any) -> Html | str:
    """The content that the script of a component would show."""
    data: Any = getattr(model, "data", None)
    if hasattr(data, "html"):
        return _PIECES.markup(html=with_following(data.html))
    if hasattr(data, "parts"):
        return _PIECES.status(parts=[{"is_button": kind.startswith("do:"), "kind": kind, "words": words}
                                     for kind, words in data.parts])
    if hasattr(data, "entry"):
        return _PIECES.address(label=_("Copy link"))
    return ""


def _styles(model: LayoutDOM) -> dict[str, str]:
    """The styles of the element itself."""
    wide, high = _stretches(model)
    fixed = {}
    if not isinstance(model, Row | Column | figure):
        fixed |= {"width": "100%", "min-width": "0"} if wide else {}
        fixed |= {"height": "100%", "min-height": "0"} if high else {}
    return {**fixed, **{name: str(value) for name, value in model.styles.items()}}


def _stretches(model: LayoutDOM) -> tuple[bool, bool]:
    """Whether a box is as wide and as high as there is room."""
    mode = model.sizing_mode or ""
    return mode in ("stretch_width", "stretch_both"), mode in ("stretch_height", "stretch_both")


def _layout(model: LayoutDOM, parent: LayoutDOM | None) -> str:
    """The layout that Bokeh gives a box, and its position in the box around it."""
    wide, high = _stretches(model)
    rules = {
        "display": "flex" if isinstance(model, Row | Column) else "block", "margin": "0",
        "width": "100%" if wide else "fit-content", "height": "100%" if high else "fit-content",
        "min-width": f"{model.min_width or 0}px", "min-height": f"{model.min_height or 0}px",
    }
    if isinstance(model, Row | Column):
        rules |= {"flex-direction": "row" if isinstance(model, Row) else "column", "gap": f"{model.spacing}px"}
    if parent is not None:
        rules |= {"max-width": "100%", "max-height": "100%"}
        along, across = (wide, high) if isinstance(parent, Row) else (high, wide)
        rules |= {"flex": "1 0 0px" if along else "0 0 auto", "align-self": "stretch" if across else "start"}
        if wide and not isinstance(parent, Row):
            rules["width"] = "auto"
        if "scrollable-vertical" in parent.css_classes:
            rules["max-height"] = "none"
    scrolls = " :host(.scrollable-vertical) { overflow: auto; }" if isinstance(model, Row | Column) else ""
    return f":host {{ {'; '.join(f'{name}: {value}' for name, value in rules.items())} }}{scrolls}"
