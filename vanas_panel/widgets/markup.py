"""HTML text on the page whose buttons report back to Python.

A pure function writes the HTML from templates, see `vanas_panel.draw.html`. So the same text can go into a page, a
notebook or a report, and a test can read it without a browser.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import MARKUP
from vanas_panel.draw.html import Html, pieces
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

_PIECES = pieces(__file__)


class Markup(ScriptComponent):
    """A piece of HTML with live buttons.

    A ``<button data-action="...">`` that is clicked, or pressed from the keyboard, calls `on_action` with the text of
    that attribute; a ``<select data-action="...">`` or an ``<input data-action="...">`` with ``action:value``. The key
    Escape, pressed anywhere on the page, clicks a ``<button data-escape>``.

    Some things happen in the browser alone. A ``<button data-copy="name">`` copies the text of the element
    ``data-text="name"`` (see `copy_answers`), and a ``<button data-download="file.txt" data-of="name">`` saves it
    as a file. An element with ``data-focus`` gets the focus when the piece appears. A button with ``aria-expanded`` and
    ``data-opens="selector"`` gets it back when what it opened is closed and had it.

    An element with ``data-hover="name"`` calls `on_action` with ``hover:name`` when the pointer or the focus comes to
    it, and with ``hover:`` when both have left. Within an element with ``data-walk``, arrow keys go from button to
    button and press it.

    Parameters
    ----------
    html : str
        The content. It is put into the page as it is: make it with `vanas_panel.draw.html.pieces`.
    on_action : callable, optional
        Takes the text of the attribute. It comes from a browser, so it may be anything.
    on_point : callable, optional
        Takes the text of the attribute ``data-hint``, else ``data-action``, of the element that the pointer rests on or
        the keyboard is at, and an empty one where it leaves. It comes at most every tenth of a second, and once.
    **params
        As for any Panel component.
    """

    html = param.String("", doc="The HTML to show.")
    points = param.Boolean(False, doc="Whether the script says what a person points at.")

    _esm = Path(__file__).with_name("markup.js")

    def __init__(self, html: str = "", on_action: Callable[[str], None] | None = None, *, css: str = "",
                 on_point: Callable[[str], None] | None = None, **params):
        self._on_action = None if on_action is None else keep_language(on_action)
        self._on_point = None if on_point is None else keep_language(on_point)
        super().__init__(html=html, stylesheets=[MARKUP, css], points=on_point is not None, **params)

    def receive(self, message: Any) -> None:
        """Hand an action over."""
        if self._on_action is not None and isinstance(message, str):
            run_callback(self._on_action, message)
        elif self._on_point is not None and isinstance(message, dict) and isinstance(message.get("at"), str):
            run_callback(self._on_point, message["at"])


def note_html(words: object, role: str = "") -> Html:
    """A note.

    Parameters
    ----------
    words : object
        Any text.
    role : str, optional
        How a screen reader takes it, such as ``status`` and ``alert``.

    Examples
    --------
    >>> print(note_html("a < b"))
    <div class="note">a &lt; b</div>
    """
    return _PIECES.told(words=words, role=role) if role else _PIECES.note(words=words)


def copy_answers() -> dict[str, str]:
    """Values of the attributes ``data-done`` and ``data-undone`` of a button that copies, by their last word.

    It shows one of them once that is done, or cannot be done.
    """
    return {"done": _("Copied"), "undone": _("Mark and copy by hand")}


def number_after(action: str, name: str) -> int | None:
    """The number of an action such as ``row:17``; None where the action has another name or no such number.

    Examples
    --------
    >>> number_after("row:17", "row"), number_after("row:x", "row"), number_after("pin", "row")
    (17, None, None)
    """
    head, _, tail = action.partition(":")
    return int(tail) if head == name and tail.isascii() and tail.isdigit() and len(tail) < 16 else None
