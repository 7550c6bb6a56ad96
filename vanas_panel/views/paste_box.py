"""A field for pasted text, the button that takes it, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import param

from vanas_panel.views.lock import with_lock
from vanas_panel.views.script_component import ScriptComponent
from vanas_panel.views.style import CODE, MARKUP, MUTED, NEGATIVE, PAGE, POSITIVE

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


class PasteBox(ScriptComponent):
    """A field for pasted text, which stays until it is accepted.

    So it does while its drawer is closed, and when the page is loaded anew in the same tab.

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

    owner = param.String("", doc="Who pastes; what is in the field comes back to nobody else.")
    text = param.String("", doc="What is in the field; set by the browser only.")
    accepted = param.Integer(0, doc="How many texts were accepted; each empties the field.")
    said = param.String("", doc="The answer, shown as text.")
    refused = param.Boolean(False, doc="Whether the answer is a refusal.")
    limit = param.Integer(30_000, doc="Most characters that are worth sending.")

    _esm = Path(__file__).with_name("paste_box.js")

    def __init__(self, on_text: Callable[[str], None] | None = None, **params):
        self._on_text = on_text
        super().__init__(**{"stylesheets": [MARKUP, CSS], **params})

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

    def _handle_msg(self, data) -> None:
        """Hand the text over."""
        if self._on_text is not None and isinstance(data, str):
            with_lock(self._on_text, data[: self.limit + 1])
