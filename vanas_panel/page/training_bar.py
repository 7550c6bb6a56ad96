"""The bar at the top of the page of a training: what is shown, its notes, files to save, language and appearance."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import LINE, MARKUP, MUTED
from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.inspector.training import Training
from vanas_panel.page.header import CSS, appearance_switch, language_switch
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language, ngettext, translated
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

_PIECES = pieces(__file__)

_MORE = f"""
.said:not(:empty) {{ padding: 6px 18px; border-top: 1px solid {LINE}; color: {MUTED}; }}
.said[role=alert]:not(:empty) {{ color: inherit; }}
.drawers a {{ align-self: center; color: inherit; }}
"""


def bar_html(trainings: Sequence[Training], language: str, dark: bool, has_table: bool = False) -> Html:
    """The bar as HTML.

    Parameters
    ----------
    trainings : sequence of Training
        One or two.
    language : str
        The one that is pressed.
    dark : bool
    has_table : bool, optional
        Whether the same server has the page of a table, to which a link leads.

    Returns
    -------
    Html
        With all text escaped and the actions ``report``, ``csv``, ``dark`` and ``lang:...``.
    """
    notes = [translated(note) for training in trainings for note in training.notes]
    return _PIECES.bar(
        name=_("Visual analytics of neural architecture search"), title=" · ".join(each.title for each in trainings),
        size=_size(trainings[0]), notes=notes, notes_tooltip=_("Notes on this training"),
        notes_label=ngettext("{count} note", "{count} notes", len(notes)).format(count=len(notes)),
        files=[{"name": "report", "label": _("Save report"),
                "tooltip": _("One HTML file that plays without a network")},
               {"name": "csv", "label": _("Save figures"),
                "tooltip": _("The figures of every layer at every recorded moment, as CSV")}],
        back={"label": _("Table"), "tooltip": _("The page of the table")} if has_table else None,
        languages=language_switch(language), face=appearance_switch(dark))


def _size(training: Training) -> str:
    """How much was recorded."""
    weights = sum(layer.count for layer in training.layers)
    return _("{layers} layers, {weights} weights, {count} recorded moments").format(
        layers=len(training.layers), weights=format_count(weights), count=len(training.epochs))


class TrainingBar(ScriptComponent):
    """The bar, its buttons and the files that the browser saves.

    Parameters
    ----------
    on_action : callable
        Takes the text of an action. It comes from a browser, so it may be anything.
    **params
        As for any Panel component.
    """

    html = param.String("", doc="The bar.")
    said = param.String("", doc="The last event, shown as text.")
    refused = param.Boolean(False, doc="Whether that is a refusal.")
    busy = param.Boolean(False, doc="Whether a file is being made.")

    _esm = Path(__file__).with_name("training_bar.js")

    def __init__(self, on_action: Callable[[str], None], **params: Any):
        self._on_action = keep_language(on_action)
        super().__init__(**{"stylesheets": [MARKUP, CSS, _MORE], "css_classes": ["vp-header"], **params})

    def hand_over(self, name: str, kind: str, content: bytes) -> None:
        """Let the browser save a file.

        Parameters
        ----------
        name : str
            With its ending.
        kind : str
            Its media type.
        content : bytes
        """
        self.send({"name": name, "type": kind,
                   "content": base64.b64encode(gzip.compress(content, 6, mtime=0)).decode("ascii")})

    def receive(self, message: Any) -> None:
        """Hand an action over."""
        if isinstance(message, str):
            run_callback(self._on_action, message)
