"""The shelf of a server: opened before the port is, and by each of its processes with connections of its own."""

from __future__ import annotations

import os
from collections.abc import Callable

from vanas_panel.errors import ShelfError
from vanas_panel.serve.counters import SharedAttempts
from vanas_panel.shelf import SHELF_ENVIRONMENT, Attempts, share_shelf, shared_shelf


def open_shelf(url: str | None, say: Callable[[str], None]) -> None:
    """Make and upgrade the shelf that the pages of this process and of those forked from it share.

    Parameters
    ----------
    url : str or None
        As for `vanas_panel.shelf.Shelf`.
    say : callable
        Told where it is, or why the user's own one cannot be used: pages do without then, and say so, too.

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
        say(f"The shelf cannot be used. {error}")
        return
    # Connections must not be shared with processes that are forked from here.
    shelf.close()
    say(f"The shelf is {shelf.place}.")


def shared_attempts() -> SharedAttempts:
    """Where the server counts wrong passwords: in the database of its shelf, with all who share that."""
    return SharedAttempts(Attempts(shared_shelf()))
