"""Limits of links, and the sentences about parts that are left out: writer and reader go by the same."""

from __future__ import annotations

from vanas_panel.state.link_text import MOST_EDGES, MOST_VERTICES, named
from vanas_panel.text.language import marked

__all__ = ["LEFT_OUT", "MOST_EDGES", "MOST_FIELDS", "MOST_LETTERS", "MOST_READ", "MOST_VERTICES", "VERSION", "named"]

VERSION = 1
"""Of the form of the links."""

MOST_LETTERS = 2_000
"""Of one part of a link; what takes more is left out."""

MOST_READ = 12 * MOST_LETTERS
"""Letters of a link that are looked at: what can be written can be read."""

MOST_FIELDS = 64
"""Parts of a link that are looked at, ours or not."""

LEFT_OUT = {
    "selection": marked(
        "The selection is left out: its cells are too scattered for a link. A box in the overview fits."),
    "draft": marked("The draft is left out: it is too large for a link."),
    "pinned": marked("The pinned cell is left out: it is too large for a link."),
    "better": marked("The directions that were switched are left out: they are too many for a link."),
    "searches": marked("The searches are left out: they are too many for a link."),
    "pins": marked("The pins from B on are left out: they are too large for a link."),
    "names": marked("A name is left out: it is too long for a link."),
}
"""Messages about a part that is left out, for sender and receiver of a link, by `Part.group`."""
