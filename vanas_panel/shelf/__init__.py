"""The shelf: drafts that people save with a name, a note and tags, in SQLite or PostgreSQL.

`Shelf` is all that others need; ``models.py`` says what the tables are, ``migrations/versions`` how they came to be.
"""

from vanas_panel.shelf.attempts import Attempts, Count
from vanas_panel.shelf.database import SHELF_ENVIRONMENT
from vanas_panel.shelf.entry import Change, Entry
from vanas_panel.shelf.shared import notebook_user, share_shelf, shared_shelf
from vanas_panel.shelf.shelf import MOST_ENTRIES, MOST_VERSIONS, Shelf

__all__ = ["MOST_ENTRIES", "MOST_VERSIONS", "SHELF_ENVIRONMENT", "Attempts", "Change", "Count", "Entry", "Shelf",
           "notebook_user", "share_shelf", "shared_shelf"]
