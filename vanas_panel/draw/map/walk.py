"""Keyboard navigation from bin to bin: the next bin, its description, and zooming."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from vanas_panel.draw.map.axes import Axis, Window
from vanas_panel.draw.map.bins import Bins, Points
from vanas_panel.draw.map.picture import bin_columns
from vanas_panel.state.selection import Range
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import label_of

WAYS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}
"""Steps along x and y by the name of the key."""

_ASIDE = 2.0
"""Cost of a step aside, relative to one straight ahead: the own row comes before its neighbours."""


class Map(Protocol):
    """A map to walk over, as the keyboard needs it of the overview."""

    session: Session
    points: Points
    window: Window
    bins: Bins

    def screen_size(self) -> tuple[float, float]:
        """Width and height of the map in pixels."""
        ...

    def go(self, window: Window) -> None:
        """Show another part of the map."""
        ...

    def show_best(self, row: int | None) -> None:
        """Draw the best cell of a bin, given by its row; nothing with None."""
        ...

    def show_whole(self) -> None:
        """Show all of the map."""
        ...


def bin_at(bins: Bins, points: Points, window: Window, x: float, y: float) -> int | None:
    """The filled bin that holds a point, or the one with the nearest middle.

    Parameters
    ----------
    bins : Bins
    points : Points
        Say how the axes run.
    window : Window
    x, y : float
        In data units.

    Returns
    -------
    int or None
        None where there is no bin.
    """
    if not len(bins):
        return None
    inside = (bins.left <= x) & (x < bins.right) & (bins.bottom <= y) & (y < bins.top)
    if inside.any():
        return int(np.argmax(inside))
    across, along = _middles(bins, points, window)
    return int(np.argmin(np.hypot(across - _share(points.x, window.x, x), along - _share(points.y, window.y, y))))


def next_bin(bins: Bins, points: Points, window: Window, index: int, way: tuple[int, int],
             size: tuple[float, float] = (1.0, 1.0)) -> int | None:
    """The nearest filled bin in a direction, at first within 45 degrees of it.

    Parameters
    ----------
    bins : Bins
    points : Points
    window : Window
    index : int
        Where to start from, an index into the arrays of `bins`.
    way : (int, int)
        One of `WAYS`.
    size : (float, float), optional
        Width and height of the map on the screen.

    Returns
    -------
    int or None
        Index into the arrays of `bins`; None where none of them lies in that direction within the window.
    """
    across, along = _middles(bins, points, window)
    right, up = (across - across[index]) * size[0], (along - along[index]) * size[1]
    ahead, aside = right * way[0] + up * way[1], np.abs(right * way[1]) + np.abs(up * way[0])
    visible = (across >= 0) & (across <= 1) & (along >= 0) & (along <= 1)
    possible = visible & (ahead > 1e-9 * max(size))
    near = possible & (aside <= ahead)
    wanted = near if near.any() else possible
    if not wanted.any():
        return None
    return int(np.argmin(np.where(wanted, ahead + _ASIDE * aside, np.inf)))


def outermost_bin(bins: Bins, points: Points, window: Window, way: tuple[int, int]) -> int | None:
    """The last filled bin in a direction, the better one where several are; None without any in the window."""
    across, along = _middles(bins, points, window)
    visible = (across >= 0) & (across <= 1) & (along >= 0) & (along <= 1)
    if not visible.any():
        return None
    far = np.where(visible, across * way[0] + along * way[1], -np.inf)
    return best_bin(bins, points, far >= far.max() - 1e-9)


def best_bin(bins: Bins, points: Points, among: np.ndarray | None = None) -> int | None:
    """The bin with the best cell of all, or of some, given by a mask; None without any."""
    if not len(bins):
        return None
    values = bins.best * (-1.0 if points.metric.higher_is_better is False else 1.0)
    if among is not None:
        values = np.where(among, values, -np.inf)
    return int(np.argmax(values))


def bin_words(points: Points, bins: Bins, index: int, selected: bool = False) -> str:
    """Describe one bin: its best value, how many cells it holds, and its ranges.

    Parameters
    ----------
    points : Points
    bins : Bins
    index : int
        Index into the arrays of `bins`.
    selected : bool, optional
        Whether there is a selection.
    """
    texts: dict[str, Any] = bin_columns(points, bins.only(index), selected)
    words = f"{points.words} {texts['best_text'][0]}, {texts['cells_text'][0]}"
    return (f"{words[:1].upper()}{words[1:]}; {label_of(points.x.metric)} {texts['x_text'][0]}, "
            f"{label_of(points.y.metric)} {texts['y_text'][0]}")


def zoomed(points: Points, window: Window, bounds: Window, middle: tuple[float, float], factor: float,
           closest: tuple[float | None, float | None] = (None, None)) -> Window:
    """A window that is nearer or farther by a factor, around a point, and within bounds.

    Parameters
    ----------
    points : Points
        Say how the axes run.
    window, bounds : Window
    middle : (float, float)
        The point that stays where it is on the screen, in data units.
    factor : float
        Below 1 zooms in.
    closest : (float or None, float or None), optional
        The smallest width and height in data units.
    """
    sides = []
    for axis, ends, limits, fixed, least in ((points.x, window.x, bounds.x, middle[0], closest[0]),
                                             (points.y, window.y, bounds.y, middle[1], closest[1])):
        low, high, at = (float(axis.to_screen(value)) for value in (*ends, fixed))
        low, high = at - (at - low) * factor, at + (high - at) * factor
        wanted = _within(axis, (low, high), limits)
        sides.append(ends if least is not None and factor < 1 and wanted[1] - wanted[0] < least else wanted)
    return Window(*sides)


def shifted(points: Points, window: Window, bounds: Window, way: tuple[int, int]) -> Window:
    """A window moved by half of its size in a direction, within bounds."""
    sides = []
    for axis, ends, limits, step in ((points.x, window.x, bounds.x, way[0]), (points.y, window.y, bounds.y, way[1])):
        low, high = (float(axis.to_screen(value)) for value in ends)
        first, last = (float(axis.to_screen(value)) for value in limits)
        move = min(max(step * (high - low) / 2, first - low), last - high) if step else 0.0
        # At the limit, rounding leaves a little to go: for ever, if it were gone.
        is_moved = abs(move) > 1e-9 * (high - low)
        sides.append(_within(axis, (low + move, high + move), limits) if is_moved else ends)
    return Window(*sides)


def _within(axis: Axis, ends: Range, limits: Range) -> Range:
    """Ends in the coordinates of the screen as ends in data units, within limits."""
    first, last = (float(axis.to_screen(value)) for value in limits)
    # Only what lies within the limits has a power of ten for certain.
    low, high = (10.0**value if axis.log else value for value in (max(ends[0], first), min(ends[1], last)))
    return max(low, limits[0]), min(high, limits[1])


def _middles(bins: Bins, points: Points, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """The middles of all bins, from 0 at the left and bottom of a window to 1 at its right and top."""
    across = (_share(points.x, window.x, bins.left) + _share(points.x, window.x, bins.right)) / 2
    along = (_share(points.y, window.y, bins.bottom) + _share(points.y, window.y, bins.top)) / 2
    return across, along


def _share(axis: Axis, ends: Range, value: Any) -> Any:
    """Where values are between the ends of a window, as seen on the screen."""
    low, high = (axis.to_screen(each) for each in ends)
    return (axis.to_screen(value) - low) / (high - low)
