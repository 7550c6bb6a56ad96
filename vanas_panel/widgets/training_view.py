"""The view of recorded trainings, drawn by the browser from bytes that come with the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.inspector.script import as_statements, inspector_script, inspector_style
from vanas_panel.draw.theme import FONT
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

CSS = f"""
:host {{ font: 12px/1.35 {FONT}; margin: 0; min-width: 0; }}
.vi-page {{ container: vi-page / inline-size; width: 100%; }}
{inspector_style()}"""


class TrainingView(ScriptComponent):
    """Figures, layers in space, timeline, windows and curves of one training or of two.

    Parameters
    ----------
    on_view : callable, optional
        Takes the view that a person has made, as the script describes it. It comes from a browser, so it may be
        anything that JSON can hold.
    **params
        As for any Panel component.
    """

    scene = param.Bytes(b"", doc="The training, from `Scene.packed`.")
    second = param.Bytes(b"", doc="Another one beside it; empty without.")
    start = param.Dict({}, doc="The view when a browser opens the page.")
    dark = param.Boolean(False, doc="Whether the page is dark: canvases are painted again when it changes.")
    broken = param.String("", doc="What is said where the bytes cannot be read.")

    _esm = inspector_script() + "\n" + as_statements(Path(__file__).with_suffix(".js")).replace(
        "function render(", "export function render(")

    def __init__(self, on_view: Callable[[Any], None] | None = None, **params: Any):
        self._on_view = None if on_view is None else keep_language(on_view)
        super().__init__(**{"stylesheets": [CSS], "sizing_mode": "stretch_width",
                            "broken": _("The picture could not be opened: {reason}"), **params})

    def change_view(self, changes: dict[str, Any]) -> None:
        """Change the view in every browser that shows it.

        Parameters
        ----------
        changes : dict
            Entries of a view, as the script describes it; others stay as they are.
        """
        self.start = {**self.start, **changes}
        self.send(changes)

    def receive(self, message: Any) -> None:
        """Hand a view over."""
        if self._on_view is not None:
            run_callback(self._on_view, message)
