"""The pictures on the buttons of Bokeh's tools, which only its script has."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import bokeh

_SCRIPT = Path(bokeh.__file__).parent / "server" / "static" / "js" / "bokeh.min.js"


@cache
def icon(name: str) -> str:
    """A picture as CSS takes it; ``none`` where the script has it no longer, which leaves the button empty.

    Parameters
    ----------
    name : str
        Such as ``box-zoom``.

    Returns
    -------
    str
        Without quotes that would end an attribute.
    """
    try:
        script = _SCRIPT.read_text(encoding="utf-8")
    except OSError:
        return "none"
    found = re.search(rf'--bokeh-icon-{re.escape(name)}:url\("(data:image/svg\+xml[^"<>\\]*)"\)', script)
    # Written as an attribute, and its own quotes are escaped as those of an address.
    return f"url('{found[1].replace(chr(39), '%27')}')" if found else "none"
