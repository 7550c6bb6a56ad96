"""The cards of the page of a table of trials as they stand in a file: nothing in them waits to be pressed."""

from __future__ import annotations

import re

from vanas_panel.draw.html import Html

_CHOICES = re.compile(r'<div class="(?:choices|few)">.*?</div>', re.DOTALL)
"""Rows of choices and switches, which hold no row of their own."""

_CLOSE = re.compile(r'<button class="small".*?</button>', re.DOTALL)
_OPENED, _CLOSED = re.compile(r'<button(?P<more>[^>]*)>'), re.compile(r"</button>")
_ACTION = re.compile(r'\s(?:data-action|data-escape|aria-pressed)(?:="[^"]*")?')


def still_html(html: Html) -> Html:
    """A card without its choices; what could be pressed is text.

    Parameters
    ----------
    html : Html
        Of a function of `vanas_panel.draw.trials`, in which all text is escaped: so no text looks like a tag.

    Examples
    --------
    >>> str(still_html(Html('<td><button data-action="row:3" title="t">Trial 3</button></td>')))
    '<td><span class="still" title="t">Trial 3</span></td>'
    """
    text = _CLOSE.sub("", _CHOICES.sub("", str(html)))
    text = _OPENED.sub(lambda found: f'<span class="still"{_ACTION.sub("", found["more"])}>', text)
    return Html(_CLOSED.sub("</span>", text))
