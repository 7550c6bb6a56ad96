"""Processes that write to one shelf at the same time; run as a program by the tests.

``writer.py save URL PROCESSES ENTRIES``
    Forks so many processes, and each saves so many entries. Prints one line for every entry that was said to be saved.
``writer.py edit URL PROCESSES ID``
    Each of them adds a line to the note of one entry, again and again until it is not told of a conflict any more.
``writer.py upgrade URL PROCESSES``
    Each of them opens the shelf, which makes the database.
"""

from __future__ import annotations

import os
import sys
import traceback

from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfConflictError
from vanas_panel.shelf import Shelf

DRAFT = Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])


def say(line: str) -> None:
    """Write a line at once; so short a one is never mixed with another process's."""
    os.write(1, f"{line}\n".encode())


def save(shelf: Shelf, writer: int, entries: str) -> None:
    for number in range(int(entries)):
        entry = shelf.save(f"user {writer}", "demo", DRAFT, f"entry {writer}.{number}", tags=[f"t{writer}", "all"])
        say(entry.name)


def edit(shelf: Shelf, writer: int, entry_id: str) -> None:
    conflicts = 0
    while True:
        entry = shelf.entry(int(entry_id))
        try:
            shelf.update(entry.id, f"user {writer}", entry.version, note=f"{entry.note}line of {writer}\n")
            break
        except ShelfConflictError:
            conflicts += 1
    say(f"{conflicts}")


def upgrade(shelf: Shelf, writer: int) -> None:
    shelf.open()
    say(f"{shelf.count()}")


def main(act: str, url: str, processes: str, *rest: str) -> int:
    # Made before the fork, as a server does it; where there is a database already it is open, too.
    shelf = Shelf(url)
    if act != "upgrade":
        shelf.open()
        shelf.count()
    children = []
    for writer in range(int(processes)):
        child = os.fork()
        if child == 0:
            try:
                {"save": save, "edit": edit, "upgrade": upgrade}[act](shelf, writer, *rest)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
