"""The form for the words of an entry: name, tags, note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import param

from vanas_panel.shelf.text import LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS
from vanas_panel.views.lock import with_lock
from vanas_panel.views.script_component import ScriptComponent
from vanas_panel.views.shelf_style import CSS
from vanas_panel.views.style import ACCENT, CARD, FAINT, LINE, MARKUP, MUTED, TEXT
from vanas_panel.views.theme import FONT

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


class WordsForm(ScriptComponent):
    """The form; what is written in it stays in the browser until a button hands it over.

    Parameters
    ----------
    on_action : callable
        Takes the action of a button and the `Words`. They come from a browser, so they may hold anything.
    **params
        As for any Panel component.
    """

    owner = param.String("", doc="Who writes; what is half typed comes back to nobody else.")
    start = param.Dict({}, doc="Heading, what it is about, number of the opening, and what the inputs hold "
                               "then; all shown as text.")
    answer = param.Dict({}, doc="The notice above the buttons, as HTML; the buttons; whether they have to wait; and "
                                "whether the form is closed.")
    limits = param.Dict({"name": LONGEST_NAME, "note": LONGEST_NOTE, "tags": MOST_TAGS * (LONGEST_TAG + 2)},
                        doc="Most characters of each input.")

    _esm = Path(__file__).with_name("shelf_form.js")

    def __init__(self, on_action: Callable[[str, Words], None], **params):
        self._on_action = on_action
        self._openings = 0
        super().__init__(**{"stylesheets": [MARKUP, CSS, FORM], "visible": False, "sizing_mode": "stretch_width",
                            **params})
        self.close()

    def open(self, heading: str, words: Words, about: str = "new") -> None:
        """Show the form, with the keyboard in its first input.

        Parameters
        ----------
        heading : str
        words : Words
            What it starts with, unless something is half typed.
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
        self.answer = {"notice": notice, "buttons": [list(button) for button in buttons], "busy": busy,
                       "closed": False}

    def close(self) -> None:
        """Hide the form, and give the keyboard back to the button that opened it."""
        self.answer = {"notice": "", "buttons": [], "busy": False, "closed": True}
        self.visible = False

    def _handle_msg(self, data) -> None:
        """Hand over what was written."""
        if not (isinstance(data, dict) and all(isinstance(data.get(key), str)
                                               for key in ("action", "name", "tags", "note"))):
            return
        with_lock(self._on_action, data["action"], Words(data["name"], data["note"], split_tags(data["tags"])))


def split_tags(written: str) -> tuple[str, ...]:
    """Tags that are written with commas between them.

    Examples
    --------
    >>> split_tags(" wide, best so far,,wide ")
    ('wide', 'best so far', 'wide')
    """
    return tuple(tag.strip() for tag in written.split(",") if tag.strip())
