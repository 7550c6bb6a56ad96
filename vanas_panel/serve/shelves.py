"""The shelf of a server: opened before the port, with connections of their own for each process."""

from __future__ import annotations

import os
from collections.abc import Callable

from vanas_panel.errors import ShelfError
from vanas_panel.serve.auth.attempt_counters import SharedAttempts
from vanas_panel.shelf import SHELF_ENVIRONMENT, Attempts, share_shelf, shared_shelf
from vanas_panel.text.language import Message


def open_shelf(url: str | None, say: Callable[[str], None]) -> None:
    """Make and upgrade the shelf that the pages of this process and of those forked from it share.

    Parameters
    ----------
    url : str or None
        As for `vanas_panel.shelf.Shelf`.
    say : callable
        Called with where it is, or why the user's own one cannot be used: pages do without then, and say so, too.

    Raises
    ------
    ShelfError
        Where the one that was asked for cannot be used.
    """
    shelf = share_shelf(url)
    try:
        shelf.open()
    except ShelfError as error:
        if url or os.environ.get(SHELF_ENVIRONMENT):
            raise
        say(Message("The shelf cannot be used. {reason}", reason=error))
        return
    # Connections must not be shared with processes that are forked from here.
    shelf.close()
    say(Message("The shelf is {shelf}.", shelf=shelf.place))


def shared_attempts() -> SharedAttempts:
    """Where the server counts wrong passwords: in the database of its shelf, with all who share that."""
    return SharedAttempts(Attempts(shared_shelf()))
