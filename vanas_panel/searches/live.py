"""Live searches: a strategy asks for cells, Dask workers train them, and every word of it is in a file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchError, TrainingError
from vanas_panel.searches.fitting import check_brackets
from vanas_panel.searches.gallery import GallerySpace
from vanas_panel.searches.live_engine import Engine, Plan
from vanas_panel.searches.live_objective import live_objective
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import choose
from vanas_panel.searches.table_search import MOST_QUERIES, MOST_SEED, check_population, whole
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, keep_language
from vanas_panel.training.extra import missing_words
from vanas_panel.training.personal import Personal
from vanas_panel.training.settings import Settings
from vanas_panel.training.trainable import TRAINABLE

MOST_WORKERS = 10_000

_NEED_CELLS = ("random-cells", "grid")
"""Strategies that go through the cells of a space."""

_MOST_VERTICES = 7
"""Of a space whose cells can be listed within seconds."""


class LiveSearch:
    """A search that trains the cells that it asks for, on a thread of its own.

    Its methods and properties may be used from any thread, such as that of a page.

    Parameters
    ----------
    space : CellSpace, BenchmarkTable or GallerySpace
        Where cells come from; of a table, its space.
    strategy : str, optional
        As `vanas_panel.search` takes it.
    settings : Settings, mapping or path, optional
        Of each training, see `vanas_panel.training.settings.Settings`; a path is that of a JSON file.
    out : path
        The file of the run. Where it holds the beginning of this very search, it is continued.
    strategy_settings : mapping, optional
        Settings of the strategy that differ from the preset's.
    metric, repeat, report : optional
        What the search is told and judged by, of what a training measures: by default the mean validation accuracy of
        all repeats, and the test accuracy.
    queries, seed : int, optional
    scheduler : str, optional
        Address of a Dask scheduler such as ``tcp://host:8786``; by default workers of this machine.
    workers : int, optional
        Trainings at once: by default two on this machine, and with a scheduler as many as its workers have threads.
    device : str, optional
        ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``, as the workers see them. Each tell says which it was.
    cells_per_device : int, optional
        Cells trained at once on each device, see `vanas_panel.training.slots.limit_for`.
    user, source : str, optional
        Whose personal table has and gets the results, and the name of the table beside which they are listed.
    personal : Personal, optional
    cluster : callable, optional
        Gives workers that are shared with others, such as `vanas_panel.training.runs.Runs.workers`, which stay when the
        search ends. `scheduler` and `cells_per_device` are theirs then; `device` says what they train on.
    on_change : callable, optional
        Called without arguments from the thread of the search when it has gone through its file, after every line that
        it adds, and at the end.
    record : bool, optional
        Whether to record how far the weights of every trained cell move. The recordings are kept beside the personal
        table, see `vanas_panel.training.recordings`.

    Raises
    ------
    SearchError
        Where strategy, metric or budget cannot be used, or an operation of the space cannot be trained.
    TrainingError
        Where settings or images cannot be used, or what training needs is not installed.
    """

    def __init__(self, space: CellSpace | BenchmarkTable | GallerySpace, strategy: str = "random",
                 settings: Settings | Mapping[str, Any] | str | PathLike | None = None, *, out: str | PathLike,
                 strategy_settings: Any = None, metric: str | None = None, repeat: str | int = "mean",
                 report: Sequence[str] | None = None, queries: int = 50, seed: int = 0, scheduler: str | None = None,
                 workers: int | None = None, device: str = "auto", cells_per_device: int | None = None,
                 user: str = "", source: str = "", personal: Personal | None = None,
                 cluster: Callable[[], Any] | None = None, on_change: Callable[[], None] | None = None,
                 record: bool = True):
        self.path = Path(out)
        space, settings = space_of(space), training_settings(settings)
        chosen, queries = choose(strategy, strategy_settings), whole("queries", queries, 1, MOST_QUERIES)
        check_population(chosen, queries)
        objective = live_objective(settings, metric, repeat, report, has_budgets=chosen.kind.budgets)
        check_brackets(chosen, objective.budgets, queries)
        plan = Plan(self.path, space, chosen, objective, settings, queries,
                    whole("seed", seed, 0, MOST_SEED), scheduler,
                    None if workers is None else whole("workers", workers, 1, MOST_WORKERS), device, cells_per_device,
                    user, source, personal or Personal(), cluster, record)
        if missing := missing_words(settings):
            raise TrainingError(missing)
        self._on_change = on_change or (lambda: None)
        self._engine = Engine(plan, _cells(space, chosen.name), self._on_change)
        self._error: BaseException | None = None
        self._is_over = False
        self._thread: threading.Thread | None = None

    def start(self) -> LiveSearch:
        """Begin, or go on with what the file holds; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=keep_language(self._work), name="vanas-search", daemon=True)
            self._thread.start()
        return self

    def stop(self, *, finish: bool = False) -> None:
        """Ask for no more cells. Returns at once.

        Parameters
        ----------
        finish : bool, optional
            Let the cells in training come to their end, and tell of them. By default they are left, and the same
            search goes on with them.
        """
        self._engine.stop(finish=finish)

    def wait(self, timeout: float | None = None) -> SearchRun:
        """Wait for the end, and give the run.

        Parameters
        ----------
        timeout : float, optional
            Seconds, after which the run so far is given.

        Raises
        ------
        VanasError
            What the search ended with.
        """
        if self._thread is not None:
            self._thread.join(timeout)
        if self.done and self._error is not None:
            raise self._error
        return self.run

    @property
    def done(self) -> bool:
        """Whether it has come to its end, was stopped, or failed; true in the last call of `on_change`."""
        return self._is_over or (self._thread is not None and not self._thread.is_alive())

    @property
    def error(self) -> BaseException | None:
        """What it ended with, None where all is well."""
        return self._error

    @property
    def run(self) -> SearchRun:
        """The run so far."""
        return self._engine.run

    @property
    def told(self) -> int:
        """Queries that have a value so far; with several training budgets, the full trainings that they cost."""
        return self._engine.spent

    @property
    def is_replayed(self) -> bool:
        """Whether it has gone through what its file held; `run` and `told` lack some of that before."""
        return self._engine.is_replayed

    @property
    def has_workers(self) -> bool:
        """Whether there is something to train on, and cells are asked for."""
        return self._engine.has_workers

    @property
    def in_training(self) -> int:
        """Cells that are being trained, or wait for a worker."""
        return self._engine.in_training

    def _work(self) -> None:
        """All of it, on the thread of the search."""
        try:
            self._engine.work()
        except Exception as error:
            self._error = error
        finally:
            self._is_over = True
            self._on_change()


def search_live(space: CellSpace | BenchmarkTable | GallerySpace, strategy: str = "random",
                settings: Settings | Mapping[str, Any] | str | PathLike | None = None, *, out: str | PathLike,
                **options: Any) -> SearchRun:
    """Run a search that trains the cells that it asks for, and wait for its end.

    Parameters
    ----------
    space, strategy, settings, out, **options
        As `LiveSearch` takes them.

    Returns
    -------
    SearchRun

    Raises
    ------
    SearchError
        Where the search cannot be run as asked, its file cannot be continued, or all workers are lost. The same call
        goes on with the file.
    TrainingError
        Where settings, images or a device cannot be used.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> vp.search_live(vp.NASBENCH101, "random", "settings.json", queries=10, out="run.jsonl")  # doctest: +SKIP
    <SearchRun random, seed 0: 10 of 10 queries>
    """
    live = LiveSearch(space, strategy, settings, out=out, **options).start()
    try:
        return live.wait()
    except KeyboardInterrupt:
        live.stop()
        live.wait()
        raise


def space_of(space: CellSpace | BenchmarkTable | GallerySpace) -> CellSpace:
    """A search space all of whose cells can be trained."""
    found = space.space if isinstance(space, BenchmarkTable | GallerySpace) else space
    if not isinstance(found, CellSpace):
        raise SearchError(Message("Found a search space of type {found}; expected a CellSpace or a table. Give one of "
                                  "these.", found=type(space).__name__))
    strangers = [name for name in found.operations if name not in TRAINABLE.operations]
    if strangers:
        raise SearchError(Message("Found operation {name}, from which no network can be built; expected {known}. Take "
                                  "a search space of these.", name=repr(strangers[0]),
                                  known=", ".join(TRAINABLE.operations)))
    return found


def training_settings(settings: Settings | Mapping[str, Any] | str | PathLike | None) -> Settings:
    """Settings of a training in any of their forms."""
    if settings is None or isinstance(settings, Settings):
        return settings or Settings()
    return Settings.from_dict(settings) if isinstance(settings, Mapping) else Settings.read(Path(settings))


def _cells(space: CellSpace, strategy: str) -> np.ndarray:
    """Canonical keys of all cells, for a strategy that goes through them."""
    if strategy not in _NEED_CELLS:
        return np.empty(0, np.int64)
    if space.max_vertices > _MOST_VERTICES:
        raise SearchError(Message("Found a space of {vertices} vertices for the strategy {strategy}; expected at most "
                                  "{most}, whose cells can be listed. Choose another strategy, such as random.",
                                  vertices=space.max_vertices, strategy=strategy, most=_MOST_VERTICES))
    return enumerate_cells(space)
