"""What those who write links and those who read them agree upon."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.table import BenchmarkTable

VERSION = 1
"""Of the form of the links."""

MOST_LETTERS = 2_000
"""Of one part of a link; what takes more is left out."""

MOST_READ = 12 * MOST_LETTERS
"""Letters of a link that are looked at: what can be written can be read."""

MOST_FIELDS = 64
"""Parts of a link that are looked at, ours or not."""

MOST_VERTICES, MOST_EDGES = 12, 64
"""Of a draft in a link: beyond every search space, and little enough to be drawn at once."""

DEFAULTS = ("metric", "x", "y")
"""What is left out of a link where it is what the table's page starts with."""

PART_OF = {"better": "better", "box": "selection", "rows": "selection", "draft": "draft", "place": "draft",
           "pinned": "pinned"}
"""What a part of a link belongs to; names and switches stand for themselves."""

LEFT_OUT = {
    "selection": "The selection is left out: its cells are too scattered for a link. A box in the overview fits.",
    "draft": "What the designer holds is left out: it is too large for a link.",
    "pinned": "The pinned cell is left out: it is too large for a link.",
    "better": "The directions that were switched are left out: they are too many for a link.",
    "names": "A name is left out: it is too long for a link.",
}
"""What is said about a part that is left out, to who sends a link and to who opens it."""


def named(tables: Sequence[BenchmarkTable]) -> dict[str, BenchmarkTable]:
    """Tables by names that differ: the second ``results`` is ``results@2``."""
    found: dict[str, BenchmarkTable] = {}
    for table in tables:
        number, name = 1, table.name
        while name in found:
            number += 1
            name = f"{table.name}@{number}"
        found[name] = table
    return found
