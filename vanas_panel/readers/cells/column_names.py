"""Names of columns that hold the cells: an adjacency and operations, or architectures in one column or in six."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from vanas_panel.errors import NoCellsError, SourceError, brief
from vanas_panel.readers.cells.architectures import find_architectures
from vanas_panel.readers.cells.forms import Form, find_form
from vanas_panel.readers.columns.names import base_and_repeat
from vanas_panel.readers.description import Description
from vanas_panel.tables.limits import current_limits
from vanas_panel.text.language import Constant, Message, both, either

ADJACENCY_NAMES = ("adjacency", "module_adjacency", "adjacency_matrix", "matrix")
OPERATION_NAMES = ("operations", "module_operations", "ops")


class Names:
    """Which columns hold the cells.

    Parameters
    ----------
    columns : sequence of str
    description : Description
    path : Path
        Of the source, for messages.
    texts : callable, optional
        Gives the columns of texts, or their first rows, where no column has the name of an adjacency: one of them may
        hold architecture strings.

    Attributes
    ----------
    columns : tuple of str
        All columns of the source.
    cells : tuple of str
        Those that hold cells.
    architectures : tuple of str
        The same where they hold architectures, be they NAS-Bench-201's or of a form; else empty.
    form : Form or None
        How they are written, where they are not NAS-Bench-201's, see `vanas_panel.readers.cells.forms`.
    adjacency, operations : str
        The two columns, where they do not.
    """

    def __init__(self, columns: Sequence[str], description: Description, path: Path,
                 texts: Callable[[], pa.Table] | None = None):
        most = current_limits().name
        for name, times in Counter(columns).items():
            if times > 1:
                raise SourceError(Message("two columns {name!r}", name=brief(name, 60)), "distinct names",
                                  "Rename one of them", path=path)
            if len(name) > most:
                raise SourceError(Message("a column whose name has {found:,} characters, {name!r}", found=len(name),
                                          name=brief(name, 60)),
                                  Message("at most {most:,}", most=most), "Rename it", path=path)
        description.check_columns([*columns, *{base_and_repeat(name)[0] for name in columns}.difference(columns)])
        self.columns = tuple(columns)
        self.architectures: tuple[str, ...] = ()
        self.form: Form | None = None
        self.cells: tuple[str, ...]
        self.adjacency = self.operations = ""
        is_named = description.adjacency is not None or not {*ADJACENCY_NAMES}.isdisjoint(columns)
        # A file without a column has no texts to look at.
        if columns and texts is not None and not is_named:
            first = texts()
            if description.architecture is None:
                self.architectures = find_architectures(first, description.ignore, path)
            if not self.architectures:
                self.form = find_form(first, description.ignore, description.architecture)
                self.architectures = self.form.columns if self.form else ()
        if self.architectures:
            self.cells = self.architectures
            return
        self.adjacency = description.adjacency or _choose(columns, ADJACENCY_NAMES, path)
        self.operations = description.operations or _choose(columns, OPERATION_NAMES, path)
        self.cells = (self.adjacency, self.operations)
        for name in self.cells:
            # A description may name a metric by what its repeats have in common, but not these.
            if name not in columns:
                raise SourceError(Message("columns {columns}", columns=brief(", ".join(columns[:12]), 200)),
                                  Message("column {name!r}, which the description names", name=name),
                                  "Correct the name in the description", path=description.path)
        for name in {self.adjacency, self.operations}.intersection(description.ignore):
            raise SourceError(Message("column {name!r}, which describes the cells, under 'ignore'", name=name),
                              "metrics there only", "Take it out of the description", path=description.path)


def _choose(columns: Sequence[str], aliases: Sequence[str], path: Path) -> str:
    """The one column that has one of these names."""
    there = [name for name in aliases if name in columns]
    if len(there) != 1:
        found = both(there) if there else ", ".join(columns[:12]) or Constant("none")
        kind = SourceError if {*ADJACENCY_NAMES, *OPERATION_NAMES}.intersection(columns) else NoCellsError
        raise kind(Message("columns {columns}", columns=found),
                   Message("one column named {aliases}", aliases=either(aliases)),
                   Constant("Rename the column, or name it in a description as docs/schema.md shows"), path=path)
    return there[0]
