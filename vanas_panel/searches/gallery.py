"""The gallery of search spaces: four kinds of them, each with its cells, its words and what a search in it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import KERNEL_SIZES, multiply_accumulates, trainable_parameters
from vanas_panel.core.encoding import VERTEX_SHIFT, adjacency_columns
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.kinds import KINDS, KindSpace
from vanas_panel.core.protocol import check_table
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SearchSpaceError, UnknownSpaceError
from vanas_panel.providers import provided
from vanas_panel.searches.objective import SECONDS
from vanas_panel.searches.random_curve import RandomCurve, raw_counts
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.space_words import WORDS
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, gettext

QUERIES = (150, 500)
"""Budgets that the cost of a search is told for."""


@dataclass(frozen=True)
class GallerySpace:
    """One kind of search space, within limits. The four of the gallery are in `vanas_panel.spaces`.

    Parameters
    ----------
    space : KindSpace
        Kind, operations and limits.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> chain = vp.spaces["chain"]
    >>> chain
    <GallerySpace chain: 7 vertices, 9 edges, 3 operations>
    >>> len(chain), len(chain.of(vp.open_table("mnist-cells")))
    (364, 40)
    """

    space: KindSpace

    def __repr__(self) -> str:
        space = self.space
        return (f"<GallerySpace {self.name}: {space.max_vertices} vertices, {space.max_edges} edges, "
                f"{len(space.operations)} operations>")

    def __len__(self) -> int:
        return int(self.cells.size)

    def _repr_html_(self) -> str:
        return provided("HTML of a space")(self)

    def _repr_svg_(self) -> str:
        return provided("SVG of a space")(self)

    @property
    def name(self) -> str:
        """The name of its kind, such as ``chain``."""
        return self.space.kind

    @property
    def title(self) -> str:
        """Its name for a person, in the language that holds."""
        return gettext(WORDS[self.name].title)

    @property
    def words(self) -> str:
        """What its cells are."""
        return gettext(WORDS[self.name].words)

    @property
    def limits(self) -> str:
        """What it is not: where it is narrower than what the survey calls by this name."""
        return gettext(WORDS[self.name].limits)

    @property
    def source(self) -> str:
        """Where the kind comes from."""
        return WORDS[self.name].source

    def within(self, space: CellSpace) -> GallerySpace:
        """The same kind with other operations and limits.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> len(vp.spaces["chain"].within(vp.CellSpace(["conv", "pool"], max_vertices=5, max_edges=7)))
        15
        """
        if not isinstance(space, CellSpace):
            raise SearchSpaceError(Message("Found {space!r:.100}; expected a search space. Make one with "
                                           "vp.CellSpace(operations, max_vertices, max_edges).", space=space))
        return replace(self, space=KindSpace(space.operations, space.max_vertices, space.max_edges, self.name))

    @cached_property
    def cells(self) -> np.ndarray:
        """All cells, packed, ``int64 (n,)``, in ascending order of their canonical keys."""
        cells = _all_cells(self._limits)
        cells = cells[self.space.holds(cells)]
        cells.flags.writeable = False
        return cells

    def cell(self, number: int) -> Cell:
        """One of its cells, by its place in `cells`."""
        return Cell.from_packed(int(self.cells[number]), self.space)

    @property
    def examples(self) -> list[Cell]:
        """Up to six of its cells with the most vertices, equally spaced: what its picture shows."""
        largest = np.flatnonzero(self.cells >> VERTEX_SHIFT == self.cells[-1] >> VERTEX_SHIFT)
        chosen = largest[np.unique(((np.arange(6) + 0.5) / 6 * largest.size).astype(int))]
        return [self.cell(number) for number in chosen.tolist()]

    @property
    def _limits(self) -> CellSpace:
        """The space of all cells within the same limits."""
        return CellSpace(self.space.operations, self.space.max_vertices, self.space.max_edges)

    @property
    def raw_cells(self) -> int:
        """Full matrices with an operation at every inner vertex, valid or not: what random search draws from."""
        return RawSpace(self.space).size

    @property
    def valid(self) -> float:
        """Share of the raw cells that stand for a cell of this space."""
        return float(self._counts.sum() / self.raw_cells)

    @cached_property
    def _counts(self) -> np.ndarray:
        """Raw cells that stand for each cell, ``int64 (n,)``."""
        keys, counts = _all_counts(self._limits)
        return counts[np.searchsorted(keys, self.cells)]

    def cost(self, table: BenchmarkTable | None = None, queries: Sequence[int] = QUERIES) -> pd.DataFrame:
        """What random search over raw cells costs, expected and exact, without a run.

        Parameters
        ----------
        table : BenchmarkTable, optional
            Says what a query costs in seconds; only its cells of this space are drawn then.
        queries : sequence of int, optional
            Numbers of queries; a row each.

        Returns
        -------
        DataFrame
            ``queries``; ``different``, how many cells they ask; ``duplicates``, the share of queries that ask a cell
            again; ``seconds`` of training, and of these ``wasted_seconds`` on duplicates: NaN without a table, and
            where the time of one of its cells is unknown.

        Raises
        ------
        SearchSpaceError
            Where the table has no cell of this space.
        SearchError
            Where the space is too large to count its raw cells.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> vp.spaces["chain"].cost().round(3).loc[:, :"duplicates"].values.tolist()
        [[150.0, 13.454, 0.91], [500.0, 18.126, 0.964]]
        """
        counts, seconds = self._counts, np.full(len(self), np.nan)
        if table is not None:
            part = self.of(table)
            limits = CellSpace(part.space.operations, part.space.max_vertices, part.space.max_edges)
            keys, all_counts = _all_counts(limits)
            counts = all_counts[np.searchsorted(keys, part.keys)]
            seconds = part.column(SECONDS) if SECONDS in part.metrics else np.full(len(part), np.nan)
        chances = counts / counts.sum()
        duplicates = RandomCurve(chances, np.zeros(chances.size)).duplicates(queries)
        asked = np.array(queries, float)
        never = np.log1p(-np.minimum(chances, 1 - 1e-16))
        repeats = [(seconds * (each * chances + np.expm1(each * never))).sum() for each in asked]
        return pd.DataFrame({"queries": list(queries), "different": asked * (1 - duplicates), "duplicates": duplicates,
                             "seconds": asked * (chances @ seconds), "wasted_seconds": repeats})

    def table(self) -> BenchmarkTable:
        """All of its cells as a table that can be opened, drawn and searched; nothing in it is measured.

        Returns
        -------
        BenchmarkTable
            With vertices and edges; and with exact parameters and multiply-accumulates in the network of NAS-Bench-101
            where the operations are among its own.

        Examples
        --------
        >>> import vanas_panel as vp
        >>> table = vp.spaces["chain"].table()
        >>> vp.search(table, "local-search", metric="trainable_parameters", queries=50).regret
        0.0
        """
        columns = dict(zip(("vertices", "edges"), adjacency_columns(self.cells), strict=True))
        if set(self.space.operations) <= KERNEL_SIZES.keys():
            columns = {"trainable_parameters": trainable_parameters(self.cells, self.space),
                       "flops": multiply_accumulates(self.cells, self.space), **columns}
        note = Message("Structure only: none of these cells was trained. All columns follow from the cell.")
        return BenchmarkTable(self.space, self.cells, {name: known_metric(name) for name in columns}, columns,
                              name=self.name, title=WORDS[self.name].table, notes=(note,), keys=self.cells)

    def of(self, table: BenchmarkTable) -> BenchmarkTable:
        """The cells of a table that are of this kind, as a table of its own that can be opened, drawn and searched.

        Parameters
        ----------
        table : BenchmarkTable
            Its operations and limits are kept, whatever those of this space are.

        Returns
        -------
        BenchmarkTable
            With all repeats of all metrics. Searches that ask for a cell of another kind are told that it has no value.

        Raises
        ------
        SearchSpaceError
            Where the table has none.
        """
        check_table(table)
        limits = table.space
        space = KindSpace(limits.operations, limits.max_vertices, limits.max_edges, self.name)
        rows = np.flatnonzero(space.holds(table.packed))
        if not rows.size:
            raise SearchSpaceError(Message("Found no cell of the kind {kind} in {table}; expected at least one. Choose "
                                           "another space or another table.", kind=self.name, table=table.name))
        note = Message("{count} of the {all} cells of {table}: those of the search space {kind}.", None, int(rows.size),
                       all=len(table), table=table.name, kind=self.name)
        return BenchmarkTable(space, table.packed[rows], table.metrics, _Part(table, rows),
                              name=f"{table.name}-{self.name}", title=f"{table.title} ({self.name})",
                              notes=(note, *table.notes), keys=table.keys[rows], training=table.training)


class _Part(Mapping[str, np.ndarray]):
    """Some rows of the columns of a table, each read when it is asked for."""

    def __init__(self, table: BenchmarkTable, rows: np.ndarray):
        self._table, self._rows = table, rows

    def __getitem__(self, name: str) -> np.ndarray:
        return self._table.repeats(name)[self._rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.metrics)

    def __len__(self) -> int:
        return len(self._table.metrics)


@lru_cache(maxsize=4)
def _all_cells(limits: CellSpace) -> np.ndarray:
    """All cells within limits; those of NAS-Bench-101 take a second, and four kinds share them."""
    return enumerate_cells(limits)


@lru_cache(maxsize=4)
def _all_counts(limits: CellSpace) -> tuple[np.ndarray, np.ndarray]:
    """Raw cells of all cells within limits, see `raw_counts`."""
    return raw_counts(limits)


class Gallery(Mapping[str, GallerySpace]):
    """The search spaces of the gallery by name, each with the operations and limits of NAS-Bench-101.

    Examples
    --------
    >>> list(spaces)
    ['chain', 'branches', 'cells', 'hierarchical']
    """

    def __init__(self) -> None:
        self._spaces = {kind: GallerySpace(KindSpace(NASBENCH101.operations, NASBENCH101.max_vertices,
                                                     NASBENCH101.max_edges, kind)) for kind in KINDS}

    def __getitem__(self, name: str) -> GallerySpace:
        try:
            return self._spaces[name]
        except (KeyError, TypeError):  # or something that can be no key
            raise UnknownSpaceError(Message("Found search space {name!r}; expected one of {known}. Choose one of "
                                            "these.", name=name, known=", ".join(self._spaces))) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._spaces)

    def __len__(self) -> int:
        return len(self._spaces)

    def __repr__(self) -> str:
        return f"<Gallery: {', '.join(self)}>"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def _repr_html_(self) -> str:
        return "".join(space._repr_html_() for space in self.values())


spaces = Gallery()
"""The gallery: ``spaces["chain"]`` and others."""
