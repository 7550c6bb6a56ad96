"""AxesPicture: parallel coordinates on the page, with what a person does to its axes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import MARKUP
from vanas_panel.draw.parallel.frame import CSS
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback


class AxesPicture(ScriptComponent):
    """Parallel coordinates.

    Parameters
    ----------
    on_ask : callable
        Takes what was asked for, a dict that comes from a browser and may hold anything: its ``do`` is ``brush``,
        ``unbrush``, ``step``, ``move``, ``flip``, ``clear``, ``reset``, ``value`` or ``rank``.
    **params
        As for any Panel component.
    """

    html = param.String("", doc="As `vanas_panel.draw.parallel.frame.frame_html` makes it.")

    _esm = Path(__file__).with_suffix(".js")

    def __init__(self, on_ask: Callable[[dict[str, Any]], None], **params: Any):
        self._on_ask = keep_language(on_ask)
        super().__init__(**{"stylesheets": [MARKUP, CSS], **params})

    def receive(self, message: Any) -> None:
        """Hand over what was asked for."""
        if isinstance(message, dict):
            run_callback(self._on_ask, message)
