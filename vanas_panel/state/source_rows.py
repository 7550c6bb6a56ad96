"""The columns of a table as a list for a person, counted where its source was not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vanas_panel.tables.kept import kept_with_table
from vanas_panel.tables.source_columns import METRIC, OWN_FORM, SourceColumn
from vanas_panel.tables.table import BenchmarkTable


@kept_with_table(1)
def counted_columns(table: BenchmarkTable) -> tuple[SourceColumn, ...]:
    """The metrics of a table as columns, counted over its cells, for where its source is not known.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> counted_columns(vp.open_table("structure4"))[0].distinct
    40
    """
    return tuple(_counted(table, name) for name in table.metrics)


def known_columns(table: BenchmarkTable) -> Sequence[SourceColumn]:
    """The columns of the source of a table; of its metrics without counts where these are not known yet."""
    return table.source_columns or tuple(
        SourceColumn(name, METRIC, OWN_FORM, None, None, (name,)) for name in table.metrics)


def _counted(table: BenchmarkTable, name: str) -> SourceColumn:
    """A metric as a column."""
    values = table.column(name)
    known = values[~np.isnan(values)]
    return SourceColumn(name, METRIC, OWN_FORM, values.size - known.size, int(np.unique(known).size), (name,))
