"""What the numbers ask of a table, so that this layer needs to know nothing above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import ArrayLike

from vanas_panel.core.space import CellSpace

if TYPE_CHECKING:
    from vanas_panel.core.completion import CompletionIndex
    from vanas_panel.core.importance import EdgeTypes


class Directed(Protocol):
    """A metric, of which only the direction matters here."""

    @property
    def higher_is_better(self) -> bool | None:
        """True, False, or None where neither is better."""


class CellTable(Protocol):
    """One row per unique cell, with metrics as columns; `vanas_panel.table.BenchmarkTable` is one."""

    space: CellSpace
    packed: np.ndarray

    def __len__(self) -> int:
        """Number of cells."""

    def metric(self, name: str) -> Directed:
        """The metric of that name."""

    def column(self, name: str) -> np.ndarray:
        """Values of a metric, ``float64 (n,)``, NaN where unknown."""

    def checked_rows(self, rows: ArrayLike | None) -> np.ndarray | None:
        """Sorted unique row indices, or None for all."""

    @property
    def lookup(self) -> tuple[np.ndarray, np.ndarray]:
        """Canonical keys in ascending order and their rows."""

    @property
    def edge_types(self) -> EdgeTypes:
        """Which edge types every cell has."""

    @property
    def completion_index(self) -> CompletionIndex:
        """Cells grouped by their operations."""
