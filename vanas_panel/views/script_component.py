"""A component of the page whose script is plain JavaScript."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from panel.custom import JSComponent

_SHARED = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


class ScriptComponent(JSComponent):
    """A component whose ``render`` function stands in a file beside its module.

    The script may call ``lay_out_together(view)``, so that the page is laid out once for all components whose size has
    changed.
    """

    _abstract = True

    @classmethod
    def _render_esm(cls, compiled: Any = True, server: bool = False) -> str:
        """The script with what all of them share."""
        return _SHARED + super()._render_esm(compiled, server)

    def _get_properties(self, doc: Any) -> dict[str, Any]:
        """What the browser is told: also that there is no TypeScript to translate, once more for every instance."""
        properties = super()._get_properties(doc)
        # A tab keeps what it has run under this name, also after an update.
        return {**properties, "bundle": _name_of(properties["esm"])}


@cache
def _name_of(script: str) -> str:
    """A name for a script that changes with it."""
    return f"vanas-{hashlib.sha256(script.encode()).hexdigest()[:16]}"
