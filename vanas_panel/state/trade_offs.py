"""Trade-offs: the metrics of the Pareto front, the operations it does without, and noise that a person states."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import param

from vanas_panel.core.certainty import confidence_set
from vanas_panel.core.pareto import MOST
from vanas_panel.core.plain import plain_float, plain_text
from vanas_panel.core.trade_offs import operation_losses, rows_without, trade_offs
from vanas_panel.errors import LinkError, VanasError
from vanas_panel.state.link_text import escaped, one_of, quoted
from vanas_panel.state.page_field import Carrying, Reading
from vanas_panel.state.selection import Selection
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

LEVEL = 0.95
"""Level of the intervals and sets on the page."""

_COSTS = ("trainable_parameters", "training_time", "flops")


class TradeOffs(param.Parameterized):
    """The part of a session that weighs metrics against each other.

    Attributes
    ----------
    table : BenchmarkTable
    """

    front = param.Parameter((), doc=(
        "Names of the two or three metrics of the Pareto front; empty for the ranking metric and the size or time."))
    without = param.Parameter((), doc="Operations that the cells of the front do without.")
    noise = param.Dict({}, doc="Standard deviation of one repeat of a metric, where a person states it, by name.")

    table: BenchmarkTable
    metric: Any
    rows: Any
    _selection: Selection
    _derived: Callable[[str, tuple, Callable[[], Any]], Any]

    @property
    def directed_metrics(self) -> tuple[str, ...]:
        """The metrics that a front may be of: those with a direction and a value."""
        return tuple(name for name, metric in self.table.metrics.items()
                     if metric.higher_is_better is not None and self.table.known(name))

    @property
    def front_metrics(self) -> tuple[str, ...]:
        """The metrics of the front; fewer than two where the table has no two of them."""
        known = self.directed_metrics
        chosen = tuple(name for name in self.front if name in known)
        if len(chosen) > 1:
            return chosen[:MOST]
        wanted = dict.fromkeys((self.metric, *_COSTS, *known))
        return tuple(name for name in wanted if name in known)[:2]

    @property
    def trade_offs(self) -> pd.DataFrame | None:
        """The front of the selected cells as `vanas_panel.trade_offs` gives it; None without two metrics."""
        names = self.front_metrics
        if len(names) < 2:
            return None

        def found() -> pd.DataFrame:
            rows = rows_without(self.table, self.without, self.rows) if self.without else self.rows
            return trade_offs(self.table, names, rows)

        return self._derived("trade_offs", (self._selection, names, tuple(self.without)), found)

    @property
    def operation_losses(self) -> pd.DataFrame | None:
        """What the front of the selected cells would be without each operation; None without two metrics."""
        names = self.front_metrics
        if len(names) < 2:
            return None
        return self._derived("operation_losses", (self._selection, names), lambda: operation_losses(
            self.table, names, self.rows))

    @property
    def undecided(self) -> np.ndarray | None:
        """Rows that cannot be told from the best of the ranking metric at 95 %; None where its noise is not known."""
        return self._derived("undecided", (self.table, self.metric, self.noise.get(self.metric)), self._find_undecided)

    def _find_undecided(self) -> np.ndarray | None:
        """Rows that cannot be told from the best."""
        try:
            return confidence_set(self.table, self.metric, LEVEL, self.noise.get(self.metric))
        except VanasError:
            return None

    def step_along_front(self, row: int) -> int | None:
        """The place of a row in the list of the front; None where it is not on it."""
        front = self.trade_offs
        places = np.empty(0, np.int64) if front is None else np.flatnonzero(front["row"].to_numpy() == row)
        return int(places[0]) if places.size else None


def plain_names(value: Any) -> Any:
    """Names as a tuple of plain texts."""
    return tuple(map(plain_text, value)) if isinstance(value, list | tuple) else value


def plain_noise(value: Any) -> Any:
    """Stated noise with plain names and numbers."""
    if not isinstance(value, Mapping):
        return value
    return {plain_text(name): plain_float(number) for name, number in value.items()}


def names_text(names: tuple[str, ...]) -> str | None:
    """Names for a link; None where there are none."""
    return ",".join(map(escaped, names)) or None


def read_front(text: str, reading: Reading) -> tuple[str, ...]:
    """The metrics of a front from a link."""
    return tuple(dict.fromkeys(one_of(unquote(name), reading.table.metrics) for name in text.split(",")))[:MOST]


def read_without(text: str, reading: Reading) -> tuple[str, ...]:
    """Operations from a link."""
    known = reading.table.space.operations
    return tuple(dict.fromkeys(one_of(unquote(name), known) for name in text.split(",")))


def noise_text(noise: Mapping[str, float]) -> str | None:
    """Stated noise as ``metric:0.002``; None without any."""
    return ",".join(f"{escaped(name)}:{number!r}" for name, number in noise.items()) or None


def read_noise(text: str, reading: Reading) -> dict[str, float]:
    """Stated noise from a link."""
    found = {}
    for item in text.split(","):
        name, _, number = item.rpartition(":")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not 0 < value < math.inf:
            raise LinkError(Message("Found noise {found}; expected a number above 0.", found=quoted(number)))
        found[one_of(unquote(name), reading.table.metrics)] = value
    return found


def carry_front(names: tuple[str, ...], carrying: Carrying) -> tuple[str, ...] | None:
    """The metrics of the front, where the other table has all of them."""
    return names if all(name in carrying.table.metrics for name in names) else None


def carry_without(names: tuple[str, ...], carrying: Carrying) -> tuple[str, ...] | None:
    """The operations that the other table's space has, too."""
    return tuple(name for name in names if name in carrying.table.space.operations)


def carry_noise(noise: Mapping[str, float], carrying: Carrying) -> Mapping[str, float] | None:
    """The stated noise, where the table holds the same measurements: another one has noise of its own."""
    return noise if carrying.is_same or (carrying.is_newer and {*noise} <= {*carrying.table.metrics}) else None
