"""The shelf that everything in a process shares."""

from __future__ import annotations

import getpass
import os

from vanas_panel.shelf.database import SHELF_ENVIRONMENT
from vanas_panel.shelf.shelf import Shelf

_shared: Shelf | None = None


def share_shelf(url: str | None) -> Shelf:
    """Make the shelf that `shared_shelf` gives from now on; `url` as for `Shelf`."""
    global _shared
    _shared = Shelf(url)
    return _shared


def shared_shelf() -> Shelf:
    """The one shelf of all pages of this process: the one that was shared, else the one that `Shelf` takes itself."""
    return _shared if _shared is not None else share_shelf(None)


def close_shared_shelf() -> None:
    """Close the shelf of this process; the next page that asks for one gets another."""
    global _shared
    if _shared is not None:
        _shared.close()
    _shared = None


def notebook_user() -> str:
    """Under which name a notebook saves: that of the operating system on a shelf that was named, since others use it.

    On the user's own shelf it is empty, as on a page of the same machine where nobody signs in: it is the same person.
    """
    if not os.environ.get(SHELF_ENVIRONMENT):
        return ""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
