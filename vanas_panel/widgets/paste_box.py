"""A field for pasted text, the button that takes it, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import CODE, MARKUP, MUTED, NEGATIVE, PAGE, POSITIVE
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

CSS = f"""
{CODE}
.vp-markup {{ height: auto; }}
label {{ font-size: 13px; font-weight: 650; }}
textarea {{ width: 100%; min-height: 92px; max-height: 40vh; resize: vertical; margin: 0; }}
textarea::placeholder {{ color: {MUTED}; opacity: 1; }}
.foot {{ display: flex; align-items: center; gap: 10px; }}
.foot button {{ padding: 6px 12px; }}
.said {{ border-left: 3px solid {POSITIVE}; background: {PAGE}; border-radius: 6px; padding: 8px 10px;
  overflow-wrap: anywhere; }}
.said[role=alert] {{ border-left-color: {NEGATIVE}; }}
.said:empty {{ display: none; }}
"""


def _texts() -> dict[str, str]:
    """Texts of the script, in the language of the page."""
    return {
        "label": _("Paste a cell here"),
        "placeholder": _("PyTorch, NAS-Bench-101 or JSON text, such as the texts above, or a printed matrix and its "
                         "operations"),
        "tooltip": _("Draw the pasted cell, as one step that Undo takes back (Ctrl+Enter in the field)"),
        "load": _("Load into the designer"),
    }


class PasteBox(ScriptComponent):
    """A field for pasted text, which stays until it is accepted.

    So it does while its drawer is closed, and when the page is loaded again in the same tab.

    Parameters
    ----------
    on_text : callable, optional
        Takes the text once the button is pressed (or Ctrl+Enter in the field). It comes from a browser, so it may be
        anything.
    limit : int, optional
        Most characters that are worth sending; of a longer text one more arrives than that.
    **params
        As for any Panel component.
    """

    owner = param.String("", doc="Who pastes; the text in the field comes back only to them.")
    text = param.String("", doc="The text in the field; set by the browser only.")
    accepted = param.Integer(0, doc="How many texts were accepted; each empties the field.")
    said = param.String("", doc="The answer, shown as text.")
    refused = param.Boolean(False, doc="Whether the answer is a refusal.")
    limit = param.Integer(30_000, doc="Most characters that are worth sending.")

    texts = param.Dict({}, doc="The texts of the script, by name.")

    _esm = Path(__file__).with_name("paste_box.js")

    def __init__(self, on_text: Callable[[str], None] | None = None, **params):
        self._on_text = None if on_text is None else keep_language(on_text)
        super().__init__(**{"stylesheets": [MARKUP, CSS], "texts": _texts(), **params})

    def refuse(self, message: str) -> None:
        """Say what is wrong; the text stays.

        Parameters
        ----------
        message : str
            It may quote what a person typed.
        """
        self.param.update(said=message, refused=True)

    def accept(self, message: str) -> None:
        """Say what was done, and empty the field.

        Parameters
        ----------
        message : str
        """
        self.param.update(accepted=self.accepted + 1, said=message, refused=False)

    def receive(self, message: Any) -> None:
        """Hand the text over."""
        if self._on_text is not None and isinstance(message, str):
            run_callback(self._on_text, message[: self.limit + 1])
