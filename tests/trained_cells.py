"""Cells and results such as training leaves, for tests that train nothing."""

from __future__ import annotations

from dataclasses import replace

from vanas_panel.core.cell import Cell
from vanas_panel.training.results import Record
from vanas_panel.training.settings import Settings
from vanas_panel.training.trainable import canonical_cell

CHAIN = Cell(("input", "conv3x3-bn-relu", "output"), ((0, 1), (1, 2)))
POOL = Cell(("input", "maxpool3x3", "output"), ((0, 1), (1, 2)))
SIX = Cell(("input", *["conv1x1-bn-relu"] * 4, "output"), ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5)))


def record(cell: Cell = CHAIN, accuracy: float = 0.8, **changes) -> Record:
    """A result of one repeat that nobody has trained."""
    key, _ = canonical_cell(cell)
    settings = Settings(repeats=1, budgets=(180,))
    repeat = {"repeat": 0, "failed": False, "reason": "", "loss": [0.1], "training_seconds": [1.0],
              **{f"{name}_accuracy": [accuracy] for name in ("train", "validation", "test")}}
    made = Record(key, list(cell.operations), [list(edge) for edge in cell.edges], 100, 1000, [repeat], settings.digest,
                  settings.to_dict(), "images", finished="2025-03-04T05:06:07+00:00")
    return replace(made, **changes)
