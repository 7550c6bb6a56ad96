"""The form for the words of an entry: name, tags, note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import ACCENT, CARD, FAINT, LINE, MARKUP, MUTED, TEXT
from vanas_panel.draw.theme import FONT
from vanas_panel.panels.shelf.css import CSS
from vanas_panel.shelf.text import LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language, marked
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

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
"""Action, face and tooltip of a button, in English: they are translated where they are shown."""

SAVE: Button = ("save", marked("Save"), marked("Put it on the shelf (Ctrl+Enter)"))
CANCEL: Button = ("cancel", marked("Cancel"), marked("Leave the shelf as it is (Escape)"))


@dataclass(frozen=True)
class Words:
    """The texts that a person wrote into the form."""

    name: str
    note: str
    tags: tuple[str, ...]


def _texts() -> dict[str, str]:
    """Texts of the script, in the language of the page."""
    return {"name": _("Name"), "tags": _("Tags"), "tags_hint": _("with commas between them"), "note": _("Note")}


class WordsForm(ScriptComponent):
    """The form; what is written in it stays in the browser until a button hands it over.

    Parameters
    ----------
    on_action : callable
        Takes the action of a button and the `Words`. They come from a browser, so they may hold anything.
    **params
        As for any Panel component.
    """

    owner = param.String("", doc="Who writes; unfinished text comes back only to them.")
    start = param.Dict({}, doc="Heading, what it is about, number of the opening, and what the inputs hold "
                               "then; all shown as text.")
    answer = param.Dict({}, doc="The notice above the buttons, as HTML; the buttons; whether they have to wait; and "
                                "whether the form is closed.")
    limits = param.Dict({"name": LONGEST_NAME, "note": LONGEST_NOTE, "tags": MOST_TAGS * (LONGEST_TAG + 2)},
                        doc="Most characters of each input.")

    texts = param.Dict({}, doc="The texts of the script, by name.")

    _esm = Path(__file__).with_name("form.js")

    def __init__(self, on_action: Callable[[str, Words], None], **params):
        self._on_action = keep_language(on_action)
        self._openings = 0
        super().__init__(**{"stylesheets": [MARKUP, CSS, FORM], "visible": False, "sizing_mode": "stretch_width",
                            "texts": _texts(), **params})
        self.close()

    def open(self, heading: str, words: Words, about: str = "new") -> None:
        """Show the form, with the keyboard in its first input.

        Parameters
        ----------
        heading : str
        words : Words
            The texts that it starts with, unless something is half typed.
        about : str, optional
            Which entry and version they are of; words that are half typed belong to it.
        """
        self._openings += 1
        self.say()
        self.start = {"heading": heading, "about": about, "opening": self._openings, "name": words.name,
                      "note": words.note, "tags": ", ".join(words.tags)}
        self.visible = True

    def say(self, notice: str = "", buttons: Sequence[Button] = (SAVE, CANCEL), *, busy: bool = False) -> None:
        """Change all but the inputs.

        Parameters
        ----------
        notice : str, optional
            HTML, put into the page as it is.
        buttons : sequence of Button, optional
            Enter presses the first.
        busy : bool, optional
            Whether the buttons have to wait.
        """
        shown = [[action, _(face), _(tooltip)] for action, face, tooltip in buttons]
        self.answer = {"notice": notice, "buttons": shown, "busy": busy, "closed": False}

    def close(self) -> None:
        """Hide the form, and give the keyboard back to the button that opened it."""
        self.answer = {"notice": "", "buttons": [], "busy": False, "closed": True}
        self.visible = False

    def receive(self, message: Any) -> None:
        """Hand over what was written."""
        if not (isinstance(message, dict) and all(isinstance(message.get(key), str)
                                                  for key in ("action", "name", "tags", "note"))):
            return
        words = Words(message["name"], message["note"], split_tags(message["tags"]))
        run_callback(self._on_action, message["action"], words)


def split_tags(written: str) -> tuple[str, ...]:
    """Tags that are written with commas between them.

    Examples
    --------
    >>> split_tags(" wide, best so far,,wide ")
    ('wide', 'best so far', 'wide')
    """
    return tuple(tag.strip() for tag in written.split(",") if tag.strip())
