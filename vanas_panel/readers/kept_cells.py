"""Cells of a converted table and their look-up, in the cache beside the table: mapped into memory, nothing recomputed.

They are packed cells, their canonical keys, the keys in ascending order, and the rows that these are of.
"""

from __future__ import annotations

from vanas_panel.readers.formats.stored import Cells
from vanas_panel.readers.kept_files import KeptFiles
from vanas_panel.tables.table import BenchmarkTable

FEWEST = 100_000
"""Tables of fewer cells open as quickly without."""

_KIND = "cells"


def keep_cells(table: BenchmarkTable, files: KeptFiles) -> None:
    """Keep the cells of a table that is stored in a file; it is no harm where that fails."""
    if len(table) >= FEWEST and not table.larger_cells:
        files.write(_KIND, (table.packed, table.keys, *table.lookup))


def kept_cells(files: KeptFiles) -> Cells | None:
    """The cells of a stored table, mapped into memory; None where they are not kept, or not whole."""
    held = files.read(_KIND)
    return None if held is None or len(held) != 4 else Cells(held[0], held[1], (held[2], held[3]))
