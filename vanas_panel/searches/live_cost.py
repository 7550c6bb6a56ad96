"""What a search that trains would cost, by cells that were trained the same way before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.training.results import Record
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings

_NAN = float("nan")


@dataclass(frozen=True)
class CellCost:
    """Seconds that the training of a cell takes, all its repeats together.

    Attributes
    ----------
    seconds : float
        Mean on the clock, or in processor time where a table says it; NaN where nothing is known.
    cells : int
        Over how many cells.
    table : str
        Name of the table that says it; empty where the cells are of a personal table.
    """

    seconds: float = _NAN
    cells: int = 0
    table: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anything is known."""
        return math.isfinite(self.seconds) and self.cells > 0

    def total(self, queries: int, at_once: int) -> float:
        """Seconds of so many cells, so many of them at once, if no query repeats; NaN where that is unknown."""
        return self.seconds * math.ceil(queries / max(1, min(at_once, queries)))


def cell_cost(settings: Settings, records: Sequence[Record], table: BenchmarkTable | None = None,
              device: str = "auto") -> CellCost:
    """What a cell costs with some settings.

    Parameters
    ----------
    settings : Settings
    records : sequence of Record
        Cells of a personal table, of any settings.
    table : BenchmarkTable, optional
        Asked where none of them has these settings.
    device : str, optional
        That is to train: ``auto`` is any.

    Examples
    --------
    >>> cell_cost(Settings(), []).is_known
    False
    """
    kind = device.partition(":")[0]
    seconds = [record.seconds for record in records if record.settings_hash == settings.digest
               and kind in ("auto", record.device_kind) and record.seconds and math.isfinite(record.seconds)]
    if seconds:
        return CellCost(float(np.mean(seconds)), len(seconds))
    if table is None or table_settings(table) != settings or "training_time" not in table.metrics:
        return CellCost()
    times = table.column("training_time")
    known = times[~np.isnan(times)]
    # The table says the time of one repeat.
    return CellCost(float(known.mean()) * settings.repeats, int(known.size), table.name) if known.size else CellCost()
