"""A slider through the queries of a search, which also plays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from vanas_panel.core.plain import plain_int
from vanas_panel.draw.css import ACCENT, MARKUP, MUTED
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

CSS = f"""
.vp-markup {{ flex-direction: row; align-items: center; gap: 6px; }}
input[type=range] {{ flex: 1 1 auto; min-width: 60px; height: 22px; margin: 0; accent-color: {ACCENT}; }}
input[type=range]:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; border-radius: 4px; }}
button {{ flex: none; width: 28px; height: 26px; padding: 0; font-size: 12px; line-height: 1; }}
output {{ flex: none; min-width: 78px; text-align: right; color: {MUTED}; font-size: 11px; }}
"""


def _texts() -> dict[str, str]:
    """Texts of the script, in the language of the page."""
    return {"play": _("Play"), "pause": _("Pause"), "back": _("One query back"), "on": _("One query on"),
            "slider": _("Query of the search"), "of": _("{query} of {last}")}


class QueryPlayer(ScriptComponent):
    """The slider: arrow keys step, the button plays.

    Parameters
    ----------
    on_query : callable
        Takes the number of the query that was gone to, from 1 to `last`.
    **params
        As for any Panel component.
    """

    search = param.Integer(0, bounds=(0, None), doc="Which search; another one is shown where it was left.")
    last = param.Integer(1, bounds=(1, None), doc="The last query.")
    query = param.Integer(1, bounds=(1, None), doc="The query that is shown.")
    first = param.Integer(1, bounds=(0, None), doc="What the first query is called; those behind it are counted on.")
    texts = param.Dict({}, doc="What the script says, by name.")

    _esm = Path(__file__).with_name("player.js")

    def __init__(self, on_query: Callable[[int], None], **params: Any):
        self._on_query = keep_language(on_query)
        super().__init__(**{"stylesheets": [MARKUP, CSS], "texts": _texts(), **params})

    def receive(self, data: Any) -> None:
        """Hand a query over."""
        query = plain_int(data)
        if query is not None:
            run_callback(self._on_query, min(max(query, 1), self.last))
