"""Parallel coordinates of hundreds of thousands of cells as one raster: how many cells pass each pixel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from vanas_panel.core.polyline_counts import polyline_counts
from vanas_panel.draw.parallel.axis import COLUMNS, ParallelAxis
from vanas_panel.draw.png import Colour, indexed_png
from vanas_panel.draw.theme import Palette
from vanas_panel.tables.kept import kept_with_table
from vanas_panel.tables.table import BenchmarkTable

BAND = 44
"""Pixels from one axis to the next."""
_STEPS = 63


def polylines(table: BenchmarkTable, axes: Sequence[ParallelAxis], rows: np.ndarray | None = None) -> np.ndarray:
    """How many cells pass each pixel.

    Parameters
    ----------
    table : BenchmarkTable
    axes : sequence of ParallelAxis
        From the top, which lie one above the other.
    rows : int64 (m,), optional
        Cells to draw; all of them by default, which is computed once for each pair of neighbours.

    Returns
    -------
    int32 ((axes - 1) * BAND, COLUMNS)
        See `vanas_panel.core.polyline_counts.polyline_counts`. A cell without a value passes an axis at `RAIL`, left
        of its left end.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("structure4")
    >>> axes = [ParallelAxis(name, table.metric(name)) for name in ("flops", "structure.edges")]
    >>> counts = polylines(table, axes)
    >>> counts.shape, counts[0].sum() >= len(table)
    ((44, 496), np.True_)
    """
    if rows is None:
        bands = [_whole(table.origin, *pair) for pair in pairwise(axes)]
    else:
        pixels = [axis.pixels(table)[rows] for axis in axes]
        bands = [polyline_counts(*pair, COLUMNS, BAND) for pair in pairwise(pixels)]
    return np.vstack(bands) if bands else np.zeros((0, COLUMNS), np.int32)


@kept_with_table(256)
def _whole(table: BenchmarkTable, above: ParallelAxis, below: ParallelAxis) -> np.ndarray:
    """The band between two axes for all cells, shared by all sessions."""
    return polyline_counts(above.pixels(table), below.pixels(table), COLUMNS, BAND)


def shaded(ghost: np.ndarray, chosen: np.ndarray | None = None) -> np.ndarray:
    """Counts as levels of colour, ``uint8``: 0 for none, 1 to 64 for the ghost, 65 to 128 for what is selected over it.

    Levels are in equal steps of the logarithm of the count, from one cell to the highest count of each.
    """
    if chosen is None:
        return _levels(ghost)
    over = _levels(chosen)
    return np.where(over > 0, over + (_STEPS + 1), _levels(ghost)).astype(np.uint8)


def _levels(counts: np.ndarray) -> np.ndarray:
    """Levels from 0 to 64."""
    most = int(counts.max()) if counts.size else 0
    if most == 0:
        return np.zeros(counts.shape, np.uint8)
    # Few counts are different from each other, so logarithms are looked up.
    steps = 1 + np.rint(_STEPS * np.log1p(np.arange(most + 1)) / np.log1p(most))
    steps[0] = 0
    return steps.astype(np.uint8)[counts]


def parallel_png(ghost: np.ndarray, chosen: np.ndarray | None, colors: Palette) -> bytes:
    """Parallel coordinates as a PNG file.

    Parameters
    ----------
    ghost, chosen : int32 (height, COLUMNS)
        Numbers of all cells and of the selected ones, see `polylines`; None where all are selected.
    colors : Palette
    """
    levels = shaded(ghost, chosen)
    all_cells = colors.text if chosen is None else colors.muted
    steps = [*_shades(all_cells, 40, 235 if chosen is None else 110), *_shades(colors.accent, 120, 255)]
    return indexed_png(levels if levels.size else np.zeros((1, COLUMNS), np.uint8), [(0, 0, 0, 0), *steps])


def _shades(colour: str, least: int, most: int) -> list[Colour]:
    """64 opacities of a colour."""
    red, green, blue = (int(colour[at:at + 2], 16) for at in (1, 3, 5))
    return [(red, green, blue, least + (most - least) * step // _STEPS) for step in range(_STEPS + 1)]
