"""HTML text on the page whose buttons report back to Python.

A pure function writes the HTML (with `text` around everything that comes from a table or a person), so the same text
can go into a page, a notebook or a report, and a test can read it without a browser.
"""

from __future__ import annotations

import html as _html
from collections.abc import Callable
from pathlib import Path

import param

from vanas_panel.views.lock import with_lock
from vanas_panel.views.script_component import ScriptComponent
from vanas_panel.views.style import MARKUP


class Markup(ScriptComponent):
    """A piece of HTML with live buttons.

    A ``<button data-action="...">`` that is clicked, or pressed from the keyboard, calls `on_action` with the text of
    that attribute; a ``<select data-action="...">`` with ``action:value``. The key Escape, pressed anywhere on the
    page, clicks a ``<button data-escape>``.

    Some things happen in the browser alone. A ``<button data-copy="name">`` copies the text of the element
    ``data-text="name"``, and a ``<button data-download="file.txt" data-of="name">`` saves it as a file. An element with
    ``data-focus`` gets the focus when the piece appears. A button with ``aria-expanded`` and ``data-opens="selector"``
    gets it back when what it opened is closed and had it.

    Parameters
    ----------
    html : str
        What to show. It is put into the page as it is: use `text` for every part that is not the program's own.
    on_action : callable, optional
        Takes the text of the attribute. It comes from a browser, so it may be anything.
    **params
        As for any Panel component.
    """

    html = param.String("", doc="What to show.")

    _esm = Path(__file__).with_name("markup.js")

    def __init__(self, html: str = "", on_action: Callable[[str], None] | None = None, *, css: str = "", **params):
        self._on_action = on_action
        super().__init__(html=html, stylesheets=[MARKUP, css], **params)

    def _handle_msg(self, data) -> None:
        """Hand an action over."""
        if self._on_action is not None and isinstance(data, str):
            with_lock(self._on_action, data)


def text(value: object) -> str:
    """Anything as text that HTML shows as it is, in an element or between the quotes of an attribute.

    Examples
    --------
    >>> text('<b> & "quotes"')
    '&lt;b&gt; &amp; &quot;quotes&quot;'
    """
    return _html.escape(str(value), quote=True)


def number_after(action: str, name: str) -> int | None:
    """The number of an action such as ``row:17``; None where the action has another name or no such number.

    Examples
    --------
    >>> number_after("row:17", "row"), number_after("row:x", "row"), number_after("pin", "row")
    (17, None, None)
    """
    head, _, tail = action.partition(":")
    return int(tail) if head == name and tail.isascii() and tail.isdigit() and len(tail) < 16 else None
