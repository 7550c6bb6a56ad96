"""A measured table extended by the user's own trained cells, where all were trained the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from vanas_panel.core.encoding import adjacency_columns
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import TrainingError
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.training.results import Record
from vanas_panel.training.table import results_table


class JoinedTable(BenchmarkTable):
    """All rows of a table, then those that were added. The table itself stays as it is.

    Parameters
    ----------
    source : BenchmarkTable
    added : BenchmarkTable
        Of cells that `source` lacks.

    Attributes
    ----------
    source : BenchmarkTable
        The table without what was added.
    added : int
        How many rows were.
    own_training : Mapping or None
        On what they were trained, as ``training`` of a table says it.
    """

    def __init__(self, source: BenchmarkTable, added: BenchmarkTable):
        self.source = source
        self.added = len(added)
        self.own_training = added.training
        super().__init__(
            source.space, np.concatenate([source.packed, added.packed]), source.metrics, _Columns(source, added),
            name=source.name, title=f"{source.title} + {self.added:,} trained here", keys=np.concatenate(
                [source.keys, added.keys]), training=source.training,
            notes=(Message(
                "{added} cell trained here is counted in; it is no part of the table {table}, and the last row of this "
                "one.", "{added} cells trained here are counted in; they are no part of the table {table}, and "
                "the last rows of this one.", self.added, added=f"{self.added:,}", table=source.name), *source.notes))


def source_table(table: BenchmarkTable) -> BenchmarkTable:
    """A table as it was opened, without cells that were counted in and directions that were switched."""
    return table.source.origin if isinstance(table, JoinedTable) else table.origin


class _Columns(Mapping[str, np.ndarray]):
    """Columns of one table above those of another, each put together when it is asked for."""

    def __init__(self, source: BenchmarkTable, added: BenchmarkTable):
        self._source = source
        self._added = added

    def __getitem__(self, name: str) -> np.ndarray:
        above = self._source.repeats(name)
        below = self._added.repeats(name) if name in self._added.metrics else np.full((len(self._added), 1), np.nan)
        values = np.full((len(above) + len(below), max(above.shape[1], below.shape[1])), np.nan)
        values[:len(above), :above.shape[1]] = above
        values[len(above):, :below.shape[1]] = below
        return values

    def __iter__(self) -> Iterator[str]:
        return iter(self._source.metrics)

    def __len__(self) -> int:
        return len(self._source.metrics)


def trained_alike(table: BenchmarkTable, records: Sequence[Record]) -> list[Record]:
    """Those of some records that were made with the very settings and images of a table, on its kinds of devices.

    Tables that name no device are of a time when there was the processor only.
    """
    return [record for record in _same_settings(table, records)
            if record.device_kind in (table.training or {}).get("devices", ["cpu"])]


def _same_settings(table: BenchmarkTable, records: Sequence[Record]) -> list[Record]:
    """Those made with the settings and images of a table, wherever."""
    said = table.training or {}
    return [record for record in records
            if (record.settings_hash, record.images) == (said.get("settings_digest"), said.get("images"))]


def why_not_joined(table: BenchmarkTable, records: Sequence[Record]) -> str:
    """Why trained cells cannot be counted in; empty where they can.

    Parameters
    ----------
    table : BenchmarkTable
        The measured one.
    records : sequence of Record
        The trained cells.

    Returns
    -------
    str
        A sentence.
    """
    if not records:
        return Message("No cell has been trained here yet.")
    if table.training is None:
        return Message("This table does not say how its cells were trained, so the numbers may mean something else.")
    alike = trained_alike(table, records)
    if not alike and _same_settings(table, records):
        return Message("This table was trained on {kinds}, the cells here on another kind of device: their times mean "
                       "something else.", kinds=" and ".join(table.training.get("devices", ["cpu"])))
    if not alike:
        return Message("This table was trained with the settings {hash}, the cells here with others: the numbers mean "
                       "something else.", hash=table.training.get("settings_digest"))
    if not _new(table, alike):
        return Message("All of these cells are in the table already, as far as its search space has them.")
    return ""


def joined_table(table: BenchmarkTable, records: Sequence[Record]) -> JoinedTable:
    """A table with trained cells counted in. Cells that it has keep the row that they have.

    Parameters
    ----------
    table : BenchmarkTable
    records : sequence of Record
        Those of other settings or images, or outside the search space of `table`, are left out.

    Returns
    -------
    JoinedTable
        Its directions are those that `table` was opened with.

    Raises
    ------
    TrainingError
        Where nothing is left, see `why_not_joined`.
    """
    reason = why_not_joined(table, records)
    if reason:
        raise TrainingError(Message("Found nothing to count in; expected cells trained as this table's were. {reason}",
                                    reason=reason))
    return JoinedTable(table.origin, results_table(_new(table, trained_alike(table, records)), name="added"))


def _new(table: BenchmarkTable, records: Sequence[Record]) -> list[Record]:
    """Records of cells of the search space of a table that it lacks."""
    if table.space.operations != NASBENCH101.operations or not records:
        return []
    vertices, edges = adjacency_columns(np.array([record.key for record in records], dtype=np.int64))
    fits = (vertices <= table.space.max_vertices) & (edges <= table.space.max_edges)
    # The newest of each cell, as it comes first: one may have been trained on two kinds of devices.
    unique = {record.key: record for record, is_fit in reversed(list(zip(records, fits, strict=True)))
              if is_fit and table.find_key(record.key) < 0}
    return list(unique.values())
