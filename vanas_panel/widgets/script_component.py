"""A page component whose script is plain JavaScript."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from panel.custom import JSComponent

_SHARED = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


class ScriptComponent(JSComponent):
    """A component whose ``render`` function is in a file beside its module.

    The script may call ``lay_out_together(view)``, so that the page is laid out once for all components whose size has
    changed.
    """

    _abstract = True

    def receive(self, message: Any) -> None:
        """Take a message of the script; one that makes no sense does nothing.

        Parameters
        ----------
        message : any
            It comes from a browser, so it may be anything that JSON can hold.
        """

    def send(self, message: Any) -> None:
        """Send a message to the script.

        Parameters
        ----------
        message : any
            Values that JSON can hold.
        """
        self._send_msg(message)

    def _handle_msg(self, data: Any) -> None:
        """Hand over what Panel has received."""
        self.receive(data)

    @classmethod
    def _render_esm(cls, compiled: Any = True, server: bool = False) -> str:
        """The script with what all of them share."""
        return _SHARED + super()._render_esm(compiled, server)

    def _get_properties(self, doc: Any) -> dict[str, Any]:
        """The properties that the browser gets, with the name of the script as that of its bundle."""
        properties = super()._get_properties(doc)
        # A tab keeps what it has run under this name, also after an update.
        return {**properties, "bundle": _name_of(properties["esm"])}


@cache
def _name_of(script: str) -> str:
    """A name for a script that changes with it."""
    return f"vanas-{hashlib.sha256(script.encode()).hexdigest()[:16]}"
