"""Conditions that select cells of a table, and how they are combined.

A condition is a value: it says which cells it takes of any table that has the names in it. `mask` finds them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.plain import plain_bool, plain_text
from vanas_panel.core.polygon import inside_polygon
from vanas_panel.errors import SelectionError
from vanas_panel.state.boxes import Box
from vanas_panel.state.packed_rows import pack_rows, unpack_rows
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

MOST_CONDITIONS = 64
"""Of one selection, those within others counted in;"""
MOST_LEVELS = 8
"""and how deep they may stand within each other."""


@dataclass(frozen=True)
class Between:
    """Cells whose number lies within limits.

    Parameters
    ----------
    name : str
        A metric, or a structure column such as ``structure.depth`` or ``structure.n_conv3x3-bn-relu``.
    low, high : float, optional
        The lowest and the highest value, both included; infinite where there is no limit. A cell without a value is
        never taken.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> Between("structure.depth", 2, 2).mask(vp.open_table("structure4")).sum().item()
    18
    """

    name: str
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self):
        object.__setattr__(self, "name", plain_text(self.name))
        for end in ("low", "high"):
            value = float(getattr(self, end))
            if math.isnan(value):
                raise SelectionError(Message("Found a limit of {name} that is no number; expected one. Change it.",
                                             name=self.name))
            object.__setattr__(self, end, value)

    def mask(self, table: BenchmarkTable) -> np.ndarray:
        """Which cells of a table it takes, ``bool (n,)``; raises UnknownMetricError where the table lacks the name."""
        values = table.column(self.name)
        return (values >= self.low) & (values <= self.high)


@dataclass(frozen=True)
class Lasso:
    """Cells inside a polygon on the map.

    Parameters
    ----------
    x, y : str
        Metrics or structure columns of the axes.
    corners : tuple of (float, float)
        In the units of the axes; the last one is joined to the first.
    log_x, log_y : bool, optional
        Whether an axis is logarithmic: sides of the polygon are straight on the map.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> lasso = Lasso("vertices", "edges", ((1.5, 0.5), (3.5, 0.5), (3.5, 2.5), (1.5, 2.5)))
    >>> lasso.mask(vp.open_table("structure4")).sum().item()
    4
    """

    x: str
    y: str
    corners: tuple[tuple[float, float], ...]
    log_x: bool = False
    log_y: bool = False

    def __post_init__(self):
        for name in ("x", "y"):
            object.__setattr__(self, name, plain_text(getattr(self, name)))
            object.__setattr__(self, f"log_{name}", plain_bool(getattr(self, f"log_{name}")))
        object.__setattr__(self, "corners", tuple((float(x), float(y)) for x, y in self.corners))
        if not all(math.isfinite(value) for corner in self.corners for value in corner):
            raise SelectionError("Found a corner that is no number; expected numbers. Draw the lasso again.")

    def mask(self, table: BenchmarkTable) -> np.ndarray:
        """Which cells of a table it takes, ``bool (n,)``; raises UnknownMetricError where the table lacks an axis."""
        points = [table.column(name) for name in (self.x, self.y)]
        corners = np.array(self.corners, dtype=np.float64).reshape(-1, 2)
        for side, log in enumerate((self.log_x, self.log_y)):
            if log:
                with np.errstate(divide="ignore", invalid="ignore"):
                    points[side], corners[:, side] = np.log10(points[side]), np.log10(corners[:, side])
        return inside_polygon(points[0], points[1], corners)


@dataclass(frozen=True)
class HasEdge:
    """Cells with at least one edge of a type.

    Parameters
    ----------
    source, target : str
        Operations; ``input`` or ``output`` among them.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> HasEdge("input", "output").mask(vp.open_table("structure4")).sum().item()
    46
    """

    source: str
    target: str

    def __post_init__(self):
        for name in ("source", "target"):
            object.__setattr__(self, name, plain_text(getattr(self, name)))

    def mask(self, table: BenchmarkTable) -> np.ndarray:
        """Which cells of a table it takes, ``bool (n,)``; raises SelectionError where its space lacks the edge type."""
        pairs = list(table.space.edge_types)
        if (self.source, self.target) not in pairs:
            raise SelectionError(Message("Found the edge type {source} → {target}; expected one of this search space. "
                                         "Leave it out.", source=self.source, target=self.target))
        return table.edge_types.having([pairs.index((self.source, self.target))])


@dataclass(frozen=True)
class Rows:
    """Cells by their rows.

    Parameters
    ----------
    packed : str
        As `vanas_panel.selection.pack_rows` writes them.
    label : str, optional
        What a person calls them, such as the name of a preset.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> np.flatnonzero(Rows.of([3, 6], 91, "mine").mask(vp.open_table("structure4")))
    array([3, 6])
    """

    packed: str
    label: str = ""

    @classmethod
    def of(cls, rows: Iterable[int], count: int, label: str = "") -> Rows:
        """The condition of some rows of a table of ``count`` cells."""
        return cls(pack_rows(np.asarray(rows, dtype=np.int64), count), label)

    def mask(self, table: BenchmarkTable) -> np.ndarray:
        """Which cells of a table it takes, ``bool (n,)``; raises SelectionError for a table of another size."""
        return _mask_of(unpack_rows(self.packed, len(table)), table)


@dataclass(frozen=True)
class Not:
    """Every cell that a condition does not take, those without a value among them.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> Not(HasEdge("input", "output")).mask(vp.open_table("structure4")).sum().item()
    45
    """

    condition: Condition

    def mask(self, table: BenchmarkTable) -> np.ndarray:
        """Which cells of a table it takes, ``bool (n,)``."""
        return ~mask_of(self.condition, table)


class _Combined:
    """What `AllOf` and `AnyOf` share."""

    parts: tuple[Condition, ...]
    name: str

    def __post_init__(self):
        object.__setattr__(self, "parts", tuple(self.parts))
        object.__setattr__(self, "name", plain_text(self.name))
        count = 1 + sum(len(list(walk(part))) for part in self.parts)
        levels = 1 + max(map(depth_of, self.parts), default=0)
        if count > MOST_CONDITIONS or levels > MOST_LEVELS:
            raise SelectionError(Message("Found {count} conditions on {levels} levels; expected at most {most} on "
                                         "{most_levels}. Leave some out.", count=count, levels=levels,
                                         most=MOST_CONDITIONS, most_levels=MOST_LEVELS))


@dataclass(frozen=True)
class AllOf(_Combined):
    """Cells that meet every one of some conditions; all cells where there is none.

    Parameters
    ----------
    parts : sequence of Condition
    name : str, optional
        What a person calls it.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> both = AllOf([HasEdge("input", "output"), Between("edges", high=2)], "short cuts")
    >>> both.mask(vp.open_table("structure4")).sum().item()
    1
    """

    parts: tuple[Condition, ...]
    name: str = ""

    def mask(self, table: BenchmarkTable) -> np.ndarray:
        """Which cells of a table it takes, ``bool (n,)``."""
        found = np.ones(len(table), dtype=bool)
        for part in self.parts:
            found &= mask_of(part, table)
        return found


@dataclass(frozen=True)
class AnyOf(_Combined):
    """Cells that meet at least one of some conditions; no cell where there is none.

    Parameters
    ----------
    parts : sequence of Condition
    name : str, optional
        What a person calls it.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> either = AnyOf([HasEdge("input", "output"), Between("edges", high=2)])
    >>> either.mask(vp.open_table("structure4")).sum().item()
    49
    """

    parts: tuple[Condition, ...]
    name: str = ""

    def mask(self, table: BenchmarkTable) -> np.ndarray:
        """Which cells of a table it takes, ``bool (n,)``."""
        found = np.zeros(len(table), dtype=bool)
        for part in self.parts:
            found |= mask_of(part, table)
        return found


Condition = Between | Box | Lasso | HasEdge | Rows | Not | AllOf | AnyOf
Combined = AllOf | AnyOf


def mask_of(condition: Condition, table: BenchmarkTable) -> np.ndarray:
    """Which cells of a table a condition takes, ``bool (n,)``.

    Raises
    ------
    UnknownMetricError, SelectionError
        Where the table lacks a name of it.
    """
    return _mask_of(condition.rows(table), table) if isinstance(condition, Box) else condition.mask(table)


def walk(condition: Condition) -> Iterator[Condition]:
    """A condition and every one within it."""
    yield condition
    inner = condition.parts if isinstance(condition, AllOf | AnyOf) else (
        (condition.condition,) if isinstance(condition, Not) else ())
    for part in inner:
        yield from walk(part)


def depth_of(condition: Condition) -> int:
    """How many conditions stand within each other, itself counted in."""
    inner = condition.parts if isinstance(condition, AllOf | AnyOf) else (
        (condition.condition,) if isinstance(condition, Not) else ())
    return 1 + max(map(depth_of, inner), default=0)


def negated(condition: Condition) -> Condition:
    """The opposite of a condition."""
    return condition.condition if isinstance(condition, Not) else Not(condition)


def resized(where: Combined, old: int, new: int) -> Combined:
    """The same conditions for a table that begins with the same rows and has ``new`` of them instead of ``old``."""
    return with_rows(where, old, new, lambda rows: rows[rows < new])


def with_rows(where: Combined, old: int, new: int, change: Callable[[np.ndarray], np.ndarray]) -> Combined:
    """The same conditions for a table of ``new`` rows instead of ``old``, where `change` gives the rows of cells."""
    return type(where)(tuple(_with_rows(part, old, new, change) for part in where.parts), where.name)


def _with_rows(condition: Condition, old: int, new: int, change: Callable[[np.ndarray], np.ndarray]) -> Condition:
    """The same for one condition."""
    if isinstance(condition, Rows):
        return Rows.of(change(unpack_rows(condition.packed, old)), new, condition.label)
    if isinstance(condition, Not):
        return Not(_with_rows(condition.condition, old, new, change))
    return with_rows(condition, old, new, change) if isinstance(condition, AllOf | AnyOf) else condition


def _mask_of(rows: np.ndarray, table: BenchmarkTable) -> np.ndarray:
    """Rows as truth values."""
    found = np.zeros(len(table), dtype=bool)
    found[rows] = True
    return found
