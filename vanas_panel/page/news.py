"""What is new in a file that is followed, with the button that takes it in: the same on every page."""

from __future__ import annotations

from vanas_panel.draw.css import LINE, MUTED, SOFT_ACCENT
from vanas_panel.draw.html import Html, pieces
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

TAKE_IN = "take-in"
"""The action of the button."""

CSS = f"""
.said {{ padding: 6px 18px; border-top: 1px solid {LINE}; color: {MUTED}; margin: 0; }}
.news {{ background: {SOFT_ACCENT}; color: inherit; }}
@media print {{ .news {{ display: none; }} }}
"""


def news_html(words: str, fault: str = "") -> Html:
    """A line for what is new and one for what went wrong, each where it is not empty; all text is escaped."""
    return _PIECES.news(words=words, take=_("Take in"), fault=fault,
                        tooltip=_("Show what the file holds now; all that you have set stays"))


def cells_news_words(old: int, new: int) -> str:
    """What a version with so many cells has beyond one with so many others, ``12 new cells``."""
    if new > old:
        return ngettext("{count:,} new cell", "{count:,} new cells", new - old).format(count=new - old)
    if new < old:
        return ngettext("{count:,} cell fewer", "{count:,} cells fewer", old - new).format(count=old - new)
    return _("The file has changed")
