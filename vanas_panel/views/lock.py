"""Changing a page only while its document is locked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn


def with_lock(function: Callable[..., None], *arguments: object) -> None:
    """Call a function as an event of the page that holds the document's lock; at once where there is no server.

    Panel hands over what a script of ours sends without that lock where a property was changed in the browser just
    before, as by a field that somebody types in and leaves for a button. Bokeh refuses changes of a figure then, and
    nearly every action changes one.

    Parameters
    ----------
    function : callable
    *arguments
        What to call it with.

    Examples
    --------
    >>> with_lock(print, "no server, so at once")
    no server, so at once
    """
    pn.state.execute(partial(function, *arguments), schedule=True)
