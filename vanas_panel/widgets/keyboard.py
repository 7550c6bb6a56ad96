"""Keyboard access to a figure: its name for screen readers, its keys, and spoken answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import ACCENT, CARD, LINE, TEXT
from vanas_panel.draw.theme import FONT
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

_STYLE = f"""
@media print {{ :host {{ display: none; }} }}
:host {{ position: relative; display: block; height: 0; margin: -4px 0 0; min-width: 0; z-index: 1; }}
.said {{
  position: absolute; top: 4px; left: 0; right: 0; padding: 5px 9px; font: 11.5px/1.4 {FONT}; color: {TEXT};
  background: {CARD}; border: 1px solid {LINE}; border-radius: 6px; box-shadow: 0 2px 8px rgb(0 0 0 / .14);
  pointer-events: none; overflow-wrap: anywhere;
}}
.said:not(.unseen):not(:empty).apart {{ position: static; box-shadow: none; min-height: 42px; }}
:host(.vp-apart) {{ height: auto; margin: 0; position: sticky; bottom: 0; flex: none; }}
.said:empty, .said.unseen {{
  width: 1px; height: 1px; padding: 0; border: 0; overflow: hidden; clip-path: inset(50%); right: auto;
}}
"""


class Keyboard(ScriptComponent):
    """Listens to the keys of the figure in the same layout, and says what they did.

    The words are a live region. They are seen only while the figure has the focus by keyboard.

    Parameters
    ----------
    on_key : callable, optional
        Takes one of `keys`; it comes from a browser, so it may be anything.
    **params
        As for any Panel component.
    """

    label = param.String("", doc="The name of the figure for screen readers.")
    keys = param.List([], item_type=str, doc="Keys such as Enter, Shift+ArrowUp or a letter.")
    busy = param.Boolean(False, doc="Whether Escape has something to give up here.")
    said = param.String("", doc="Where the keyboard is, in words.")
    at = param.Number(None, allow_None=True, doc="Height of the focused item, as a share of the figure's from its top.")
    apart = param.Boolean(False, doc="Whether the words take room of their own, since nothing stands below the figure.")
    frame = param.String(ACCENT, doc="Colour of the frame around the figure when the keyboard is there.")

    _esm = Path(__file__).with_name("keyboard.js")

    def __init__(self, on_key: Callable[[str], None] | None = None, **params):
        self._on_key = None if on_key is None else keep_language(on_key)
        classes = ["vp-keyboard", *(["vp-apart"] if params.get("apart") else [])]
        super().__init__(**{"stylesheets": [_STYLE], "sizing_mode": "stretch_width", "css_classes": classes, **params})

    def receive(self, message: Any) -> None:
        """Hand a key over."""
        if self._on_key is not None and isinstance(message, str) and message in self.keys:
            run_callback(self._on_key, message)
