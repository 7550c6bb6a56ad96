"""HTML text on the page whose buttons report back to Python.

A pure function writes the HTML (with `text` around everything that comes from a table or a person), so the same text
can go into a page, a notebook or a report, and a test can read it without a browser.
"""

from __future__ import annotations

import html as _html
from collections.abc import Callable

import param
from panel.custom import JSComponent

from vanas_panel.views.style import MARKUP

_RENDER = """
export function render({ model }) {
  const box = document.createElement("div")
  box.className = "vp-markup"
  const act = (node) => `[data-action="${CSS.escape(node.dataset.action)}"]`
  const show = () => {
    // Replacing the text must not cost a keyboard its place, nor a list its scroll position.
    const held = box.getRootNode().activeElement
    const again = held?.dataset?.action !== undefined ? act(held) : null
    const tops = Array.from(box.querySelectorAll(".scroll"), (node) => node.scrollTop)
    box.innerHTML = model.html
    box.querySelectorAll(".scroll").forEach((node, place) => { node.scrollTop = tops[place] ?? 0 })
    if (again) box.querySelector(again)?.focus({ preventScroll: true })
  }
  box.addEventListener("click", (event) => {
    const hit = event.target.closest("button[data-action]")
    if (hit) model.send_msg(hit.dataset.action)
  })
  box.addEventListener("change", (event) => {
    const hit = event.target.closest("select[data-action]")
    if (hit) model.send_msg(`${hit.dataset.action}:${hit.value}`)
  })
  const leave = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) box.querySelector("button[data-escape]")?.click()
  }
  window.addEventListener("keydown", leave)
  model.on("remove", () => window.removeEventListener("keydown", leave))
  model.on("html", show)
  show()
  return box
}
"""


class Markup(JSComponent):
    """A piece of HTML with live buttons.

    A ``<button data-action="...">`` that is clicked, or pressed from the keyboard, calls `on_action` with the text of
    that attribute; a ``<select data-action="...">`` with ``action:value``. The key Escape, pressed anywhere on the
    page, clicks a ``<button data-escape>``.

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

    _esm = _RENDER

    def __init__(self, html: str = "", on_action: Callable[[str], None] | None = None, *, css: str = "", **params):
        self._on_action = on_action
        super().__init__(html=html, stylesheets=[MARKUP, css], **params)

    def _handle_msg(self, data) -> None:
        """Hand an action over."""
        if self._on_action is not None and isinstance(data, str):
            self._on_action(data)


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
