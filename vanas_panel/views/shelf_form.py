"""The form for the words of an entry: name, tags, note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import param
from panel.custom import JSComponent

from vanas_panel.shelf.text import LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS
from vanas_panel.views.shelf_style import CSS
from vanas_panel.views.style import ACCENT, CARD, FAINT, LINE, MARKUP, MUTED, TEXT
from vanas_panel.views.theme import FONT

_RENDER = """
export function render({ model }) {
  const form = document.createElement("form")
  form.noValidate = true
  form.innerHTML = `
    <h3></h3>
    <label>Name<input class="name-input" autocomplete="off"></label>
    <label>Tags<input class="tags-input" autocomplete="off" placeholder="with commas between them"></label>
    <label>Note<textarea class="note-input" rows="3"></textarea></label>
    <div class="notice" role="alert"></div>
    <div class="row"></div>`
  const inputs = Object.fromEntries(["name", "tags", "note"].map((key) => [key, form.querySelector(`.${key}-input`)]))
  const send = (action) => {
    if (model.busy) return
    const texts = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.value]))
    model.send_msg({ action, ...texts })
  }
  const fill = () => {
    for (const [key, input] of Object.entries(inputs)) {
      input.maxLength = model.limits[key]
      input.value = model.texts[key]
    }
  }
  const say = () => {
    form.querySelector(".notice").innerHTML = model.notice
    const row = form.querySelector(".row")
    const held = form.getRootNode().activeElement?.closest?.(".row") ? form.getRootNode().activeElement.value : null
    row.replaceChildren(...model.buttons.map(([action, face, title], place) => {
      const button = document.createElement("button")
      button.type = place ? "button" : "submit"
      button.className = place ? "" : "main"
      button.value = action
      button.textContent = face
      button.title = title
      button.disabled = model.busy
      button.addEventListener("click", (event) => { event.preventDefault(); send(action) })
      return button
    }))
    if (held !== null && !model.busy) (row.querySelector(`[value="${CSS.escape(held)}"]`) ?? row.firstChild)?.focus()
    if (model.notice) form.scrollIntoView({ block: "nearest" })
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); send(model.buttons[0][0]) })
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      // The form alone, not the drawer around it.
      event.preventDefault()
      send("cancel")
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      send(model.buttons[0][0])
    }
  })
  form.querySelector("h3").textContent = model.heading
  model.on("texts", fill)
  model.on(["notice", "buttons", "busy"], say)
  fill()
  say()
  requestAnimationFrame(() => { form.scrollIntoView({ block: "nearest" }); inputs.name.focus() })
  return form
}
"""

FORM = f"""
form {{ display: flex; flex-direction: column; gap: 8px; border: 1px solid {LINE}; border-radius: 7px; padding: 10px; }}
h3 {{ margin: 0; font-size: 13px; font-weight: 650; overflow-wrap: anywhere; }}
label {{ display: flex; flex-direction: column; gap: 3px; font: 500 11px/1.3 {FONT}; color: {MUTED}; }}
input, textarea {{
  font: 400 13px/1.4 {FONT}; color: {TEXT}; background: {CARD}; border: 1px solid {LINE}; border-radius: 6px;
  padding: 4px 8px; width: 100%; min-height: 30px; margin: 0;
}}
textarea {{ resize: vertical; min-height: 64px; }}
input::placeholder {{ color: {MUTED}; opacity: 1; }}
input:focus-visible, textarea:focus-visible {{
  outline: 2px solid {ACCENT}; outline-offset: 1px; border-color: {FAINT};
}}
.notice:empty {{ display: none; }}
"""

Button = tuple[str, str, str]
"""Action, face and tooltip of a button."""

SAVE: Button = ("save", "Save", "Put it on the shelf (Ctrl+Enter)")
CANCEL: Button = ("cancel", "Cancel", "Leave the shelf as it is (Escape)")


@dataclass(frozen=True)
class Words:
    """What a person wrote into the form."""

    name: str
    note: str
    tags: tuple[str, ...]


class WordsForm(JSComponent):
    """The form; what is written in it stays in the browser until a button hands it over.

    Parameters
    ----------
    heading : str
        Any text.
    words : Words, optional
        What it starts with.
    on_action : callable
        Takes the action of a button and the `Words`. They come from a browser, so they may hold anything.
    **params
        As for any Panel component.
    """

    heading = param.String("", doc="What the form is for; shown as text.")
    texts = param.Dict({}, doc="What the inputs hold, set again whenever this changes.")
    limits = param.Dict({"name": LONGEST_NAME, "note": LONGEST_NOTE, "tags": MOST_TAGS * (LONGEST_TAG + 2)},
                        doc="Most characters of each input.")
    notice = param.String("", doc="HTML above the buttons, put into the page as it is.")
    buttons = param.List([SAVE, CANCEL], doc="Action, face and tooltip of each; Enter presses the first.")
    busy = param.Boolean(False, doc="Whether the buttons wait for an answer.")

    _esm = _RENDER

    def __init__(self, heading: str, words: Words | None = None, *, on_action: Callable[[str, Words], None], **params):
        self._on_action = on_action
        super().__init__(heading=heading, texts=_texts(words or Words("", "", ())), stylesheets=[MARKUP, CSS, FORM],
                         **params)

    def _handle_msg(self, data) -> None:
        """Hand over what was written."""
        if not (isinstance(data, dict) and all(isinstance(data.get(key), str)
                                               for key in ("action", "name", "tags", "note"))):
            return
        self._on_action(data["action"], Words(data["name"], data["note"], split_tags(data["tags"])))


def split_tags(written: str) -> tuple[str, ...]:
    """Tags that are written with commas between them.

    Examples
    --------
    >>> split_tags(" wide, best so far,,wide ")
    ('wide', 'best so far', 'wide')
    """
    return tuple(tag.strip() for tag in written.split(",") if tag.strip())


def _texts(words: Words) -> dict[str, str]:
    """Words as the inputs show them."""
    return {"name": words.name, "note": words.note, "tags": ", ".join(words.tags)}
