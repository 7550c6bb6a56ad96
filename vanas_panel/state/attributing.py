"""Attribution in a session: matched importance, Shapley values, and how contributions are distributed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import param

from vanas_panel.core.all_contributions import PLACES, contribution_distribution
from vanas_panel.core.matched import matched_importance, matched_pairs
from vanas_panel.core.operation_contribution import operation_contributions
from vanas_panel.core.operation_importance import operation_importance
from vanas_panel.core.shapley import edge_shapley
from vanas_panel.errors import VanasError
from vanas_panel.state.searching import Searching
from vanas_panel.tables.metrics import MACS, PARAMETERS, SECONDS

if TYPE_CHECKING:
    from vanas_panel.core.cell import Cell
    from vanas_panel.core.draft import Draft
    from vanas_panel.state.selection import Selection

PLAIN, MATCHED, CONTRIBUTIONS, OPERATIONS = ATTRIBUTIONS = ("plain", "matched", "contributions", "operations")
"""What the card of edge importance shows."""
SMALL_ALONE = (MATCHED, CONTRIBUTIONS)
"""Those of them that are found for cells of at most 8 vertices alone."""
CONTRIBUTION, SHAPLEY = EDGE_VALUES = ("contribution", "shapley")
"""What the labels of the designer's edges are."""
SPLITS = ("", *PLACES)
"""What the distribution of contributions is split by; nothing for all edges of a type together."""


class Attributing(Searching):
    """The part of a session that attributes values to edges."""

    attribution = param.Selector(default=PLAIN, objects=list(ATTRIBUTIONS), check_on_set=True, doc=(
        "What the card of edge importance shows: plain, matched, contributions, or operations."))
    split = param.Selector(default="", objects=list(SPLITS), check_on_set=True, doc=(
        "What the distribution of contributions is split by: position, depth, or nothing."))
    edge_values = param.Selector(default=CONTRIBUTION, objects=list(EDGE_VALUES), check_on_set=True, doc=(
        "What the labels of the designer's edges are: contribution or shapley."))

    if TYPE_CHECKING:
        metric: str
        rows: Any
        noise: Any
        _selection: Selection
        _cache: dict[str, tuple[tuple, Any]]

        @property
        def cell(self) -> Cell | None:
            """The draft as a cell."""

        @cell.setter
        def cell(self, cell: Draft) -> None: ...

        @property
        def row(self) -> int | None:
            """Row of the cell."""

        @property
        def importance(self) -> pd.DataFrame:
            """Plain importance."""

        @property
        def contributions(self) -> pd.DataFrame | None:
            """Contributions of the edges of the cell."""

        def _derived(self, name: str, key: tuple, compute: Callable[[], Any]) -> Any: ...

        def select(self, rows: Any) -> None:
            """Select rows."""

    @property
    def shown_attribution(self) -> str:
        """What the bars show: what was chosen, or plain importance where larger cells have no such."""
        return PLAIN if self.table.larger_cells and self.attribution in SMALL_ALONE else self.attribution

    @property
    def matched(self) -> pd.DataFrame:
        """Matched importance of every edge type over the selected rows."""
        return self._derived("matched", (self._selection, self.metric), lambda: matched_importance(
            self.table, self.metric, self.rows))

    @property
    def turned(self) -> list[tuple[str, str]]:
        """Edge types whose plain and matched importance differ in sign, in the order of plain importance."""
        both = self.importance.merge(self.matched, on=["source", "target"], suffixes=("", "_matched"))
        turned = both[both["importance"] * both["importance_matched"] < 0]
        return list(zip(turned["source"], turned["target"], strict=True))

    @property
    def distribution(self) -> pd.DataFrame | None:
        """The distribution of contributions, or the importance of operations, over the selected rows.

        None until `find_distribution` has brought it.
        """
        held = self._cache.get("distribution")
        return held[1] if held is not None and held[0] == self.distribution_key() else None

    def find_distribution(self) -> Callable[[], pd.DataFrame]:
        """What computes the distribution of the present state on any thread, for `take_distribution`."""
        table, metric, by, rows = self.table, self.metric, self.split or None, self.rows
        if self.shown_attribution == OPERATIONS:
            return lambda: operation_importance(table, metric, rows)
        return lambda: contribution_distribution(table, metric, by, rows)

    def take_distribution(self, key: tuple, found: pd.DataFrame) -> None:
        """Keep what was computed for a state, which may have passed."""
        self._cache["distribution"] = (key, found)

    def distribution_key(self) -> tuple:
        """The state that a distribution follows from, to be remembered while it is computed."""
        is_of_operations = self.shown_attribution == OPERATIONS
        return self._selection, self.metric, "" if is_of_operations else self.split, is_of_operations

    @property
    def shapley_baseline(self) -> float | None:
        """The value without any path: chance, or nothing at all for times and costs; None where neither is known."""
        chance = self.table.chance(self.metric)
        return 0.0 if chance is None and self.table.metric(self.metric).unit in (SECONDS, PARAMETERS, MACS) else chance

    @property
    def shapley(self) -> pd.DataFrame | VanasError | None:
        """Shapley values of the cell's edges, or why there are none; None unless the draft is a cell of the table."""
        return self._derived("shapley", (self.draft, self.metric, self.noise.get(self.metric)), self._find_shapley)

    @property
    def edge_frame(self) -> pd.DataFrame | None:
        """The values that the designer's edges show: contributions or Shapley values; None where there are none."""
        if self.edge_values == CONTRIBUTION:
            return self.contributions
        return self.shapley if isinstance(self.shapley, pd.DataFrame) else None

    @property
    def operation_changes(self) -> pd.DataFrame | None:
        """What other operations on the vertices of the cell make, where no edge has a contribution; else None."""
        return self._derived("operation_changes", (self.draft, self.metric), self._find_operation_changes)

    def _find_operation_changes(self) -> pd.DataFrame | None:
        """Contributions of operations of the current cell."""
        if self.cell is None or self.row is None:
            return None
        if self.contributions is not None and self.contributions["contribution"].notna().any():
            return None
        found = operation_contributions(self.table, self.cell, self.metric)
        return found if found["difference"].notna().any() else None

    def _find_shapley(self) -> pd.DataFrame | VanasError | None:
        """Shapley values of the current cell's edges."""
        if self.cell is None or self.row is None:
            return None
        try:
            return edge_shapley(self.table, self.cell, self.metric, self.shapley_baseline,
                                self.noise.get(self.metric))
        except VanasError as error:
            return error

    def select_pairs(self, source: str, target: str) -> None:
        """Select the cells that make the matched pairs of an edge type: those with the edge, and those without it."""
        pairs = matched_pairs(self.table, source, target, self.metric, self.rows)
        self.select(pd.unique(pd.concat([pairs["row"], pairs["without"]])))
