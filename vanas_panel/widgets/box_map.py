"""HTML text with a drawing on which a person presses a place or draws a box."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import MARKUP
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

Place = tuple[float, float]
"""Shares of the plot from its left and from its bottom, 0 to 1."""


class BoxMap(ScriptComponent):
    """A piece of HTML as in `vanas_panel.widgets.markup.Markup`, with a map in it.

    An ``<svg data-plot="left,top,right,bottom">``, in shares of its width and height, reports presses and boxes within
    this frame. A finger scrolls the page, so it only presses.

    Parameters
    ----------
    on_action : callable
        Takes the text of a button or of a list of choices. It comes from a browser, so it may be anything.
    on_place : callable
        Takes the `Place` that was pressed.
    on_box : callable
        Takes two opposite corners of a box.
    **params
        As for any Panel component.
    """

    html = param.String("", doc="The HTML to show.")

    _esm = Path(__file__).with_name("box_map.js")

    def __init__(self, on_action: Callable[[str], None], on_place: Callable[[Place], None],
                 on_box: Callable[[Place, Place], None], *, css: str = "", **params: Any):
        self._on_action, self._on_place = keep_language(on_action), keep_language(on_place)
        self._on_box = keep_language(on_box)
        super().__init__(**{"stylesheets": [MARKUP, css], **params})

    def receive(self, message: Any) -> None:
        """Hand an action, a press or a box over."""
        if isinstance(message, str):
            run_callback(self._on_action, message)
        elif isinstance(message, dict):
            place, corners = _place(message.get("at")), message.get("box")
            if place is not None:
                run_callback(self._on_place, place)
            elif isinstance(corners, list) and len(corners) == 2:
                one, other = map(_place, corners)
                if one is not None and other is not None:
                    run_callback(self._on_box, one, other)


def _place(said: Any) -> Place | None:
    """A place on the plot; None where it is none."""
    if not isinstance(said, list) or len(said) != 2:
        return None
    if not all(isinstance(each, int | float) and math.isfinite(each) and 0 <= each <= 1 for each in said):
        return None
    return float(said[0]), float(said[1])
