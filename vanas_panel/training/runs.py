"""Trainings from the designer, one `Runs` for a process.

They belong to the process and not to a page: a closed tab ends none. Waiting for workers or for a disk happens on
a thread of its own. PyTorch and Dask are loaded when the first training begins.
"""

from __future__ import annotations

import atexit
import os
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future as Promise
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from vanas_panel.core.cell import Cell
from vanas_panel.errors import TrainingError, VanasError
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import whole_number
from vanas_panel.training.extra import missing_words
from vanas_panel.training.personal import Personal
from vanas_panel.training.reasons import error_words, reason_message
from vanas_panel.training.results import Record
from vanas_panel.training.run import CANCELLED, DONE, FAILED, WAITING, Progress, Run
from vanas_panel.training.settings import Settings
from vanas_panel.training.trainable import canonical_cell
from vanas_panel.training.watchers import Watchers

SCHEDULER = "VANAS_PANEL_SCHEDULER"
"""The environment variable that names a Dask scheduler to train on."""

DEVICE = "VANAS_PANEL_DEVICE"
"""The environment variable that names the device to train on."""

CELLS_PER_DEVICE = "VANAS_PANEL_CELLS_PER_DEVICE"
"""The environment variable that says how many cells are trained at once on a device."""

KEPT = 50
"""Runs that have ended and whose curve can still be looked at."""

_TICK = 1.0
"""Seconds between two calls of watchers while something runs, for the clocks that they show."""


class Runs:
    """All trainings of a process. Its methods return at once and may be called from any thread.

    Parameters
    ----------
    personal : Personal, optional
        Where results are kept.
    settings : Settings, optional
        The default.
    scheduler : str, optional
        Address of a Dask scheduler; by default what ``VANAS_PANEL_SCHEDULER`` names, else workers on this machine,
        which are started for the first training.
    workers : int, optional
        Processes on this machine; by default half as many as processor cores, which leaves the page some.
    device : str, optional
        As `vanas_panel.training.workers.train_keys` takes it; by default what ``VANAS_PANEL_DEVICE`` names, else auto.
    cells_per_device : int, optional
        Likewise, by default ``VANAS_PANEL_CELLS_PER_DEVICE``.
    cluster : TrainingCluster, optional
        Workers to train on, instead of those that these options describe; anything with its methods will do.

    Attributes
    ----------
    personal : Personal
    settings : Settings
    kept : int
        Grows whenever this process has changed the personal table.
    """

    def __init__(self, personal: Personal | None = None, settings: Settings | None = None, *,
                 scheduler: str | None = None, workers: int | None = None, device: str | None = None,
                 cells_per_device: int | None = None, cluster: Any = None):
        self.personal = personal or Personal()
        self.settings = settings or Settings()
        self.kept = 0
        self._scheduler = scheduler or os.environ.get(SCHEDULER) or None
        self._workers = workers or max(1, (os.cpu_count() or 1) // 2)
        self._device = device or os.environ.get(DEVICE) or "auto"
        self._cells_per_device = cells_per_device
        self._lock, self._connecting = threading.Lock(), threading.Lock()
        self._runs: dict[str, Run] = {}
        self._futures: dict[str, Any] = {}
        self._watchers = Watchers()
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="vanas-training")
        self._cluster = cluster
        self._closed = threading.Event()
        self._ticker: threading.Thread | None = None

    # Requests of a page ------------------------------------------------------------------------------------------

    def missing(self, settings: Settings | None = None) -> str:
        """The packages that are missing and how to install them; empty where training is possible."""
        return missing_words(settings or self.settings)

    def start(self, cell: Cell, user: str = "", *, settings: Settings | None = None, source: str = "") -> Run:
        """Have a cell trained. A request for a cell that is being trained already joins the same run.

        Parameters
        ----------
        cell : Cell
        user : str, optional
            Whose personal table the result goes to.
        settings : Settings, optional
        source : str, optional
            Name of the table beside which the cell was drawn.

        Returns
        -------
        Run

        Raises
        ------
        UnknownOperationError
            Where the cell has an operation that no network can be built from.
        TrainingError
            Where what training needs is not installed.
        """
        settings = settings or self.settings
        key, _ = canonical_cell(cell)
        missing = self.missing(settings)
        if missing:
            raise TrainingError(missing)
        with self._lock:
            run = next((run for run in self._runs.values() if (run.key, run.settings) == (key, settings)
                        and not run.progress.ended), None)
            if run is not None:
                run.people.setdefault(user, source)
            else:
                run = Run(uuid.uuid4().hex, key, cell, settings, {user: source})
                self._runs[run.name] = run
                self._forget_old()
                self._aside.submit(self._begin, run)
                self._tick()
        self._tell()
        return run

    def cancel(self, run: Run, user: str = "") -> None:
        """Stop waiting for a run. Without any other waiter the training ends at once."""
        with self._lock:
            if run.progress.ended or run.people.pop(user, None) is None:
                return
            if not run.people:
                run.people[user] = ""
                self._end(run, replace(run.progress, state=CANCELLED))
                self._aside.submit(self._stop, run)
        self._tell()

    def find(self, key: int, settings: Settings, user: str = "") -> Run | None:
        """The last run of a cell that concerns a user: one in progress by anyone, or one of their own."""
        with self._lock:
            return next((run for run in reversed(self._runs.values()) if (run.key, run.settings) == (key, settings)
                         and (user in run.people or not run.progress.ended)), None)

    def named(self, name: str) -> Run | None:
        """The run of that name, None where it is long gone."""
        return self._runs.get(name)

    def under_way(self, user: str = "") -> list[Run]:
        """Runs in progress, the newest first."""
        with self._lock:
            return [run for run in reversed(self._runs.values()) if user in run.people and not run.progress.ended]

    @property
    def is_busy(self) -> bool:
        """Whether any user waits for a run."""
        with self._lock:
            return any(not run.progress.ended for run in self._runs.values())

    def remove(self, user: str, row_id: int) -> Promise:
        """Remove a row of the personal table, away from the event loop, and tell the watchers."""
        def remove() -> None:
            self.personal.remove(user, row_id)
            self.kept += 1
            self._tell()

        return self._aside.submit(remove)

    def recordings(self, user: str, record: Record) -> tuple[Path, ...]:
        """Files of how far the weights of a user's training moved, in the order of its repeats.

        Parameters
        ----------
        user : str
        record : Record
            Of a run or of the personal table.

        Returns
        -------
        tuple of Path
            As `vanas_panel.inspector.open_training` reads them; empty where there are none.
        """
        return self.personal.recordings(user, record)

    def workers(self) -> Any:
        """The workers of this process, for searches that train; blocks while they are started.

        Returns
        -------
        TrainingCluster

        Raises
        ------
        TrainingError
            Where they cannot be had.
        """
        if self._closed.is_set():
            raise TrainingError(Message("Found trainings that were ended with their server; expected one that runs. "
                                        "Start it again."))
        return self._connected()

    @property
    def device(self) -> str:
        """The device that the workers train on, as `vanas_panel.training.workers.train_keys` takes it."""
        return self._device

    @property
    def at_once(self) -> int | None:
        """How many cells the workers of this machine train at once; None where a scheduler elsewhere says it."""
        return None if self._scheduler else self._workers

    def noted(self) -> None:
        """Tell the watchers that somebody else in this process has added to the personal table."""
        self.kept += 1
        self._tell()

    def watch(self, callback: Callable[[], None]) -> None:
        """Call a bound method, from any thread and often, whenever a run or the personal table may have changed.

        It must return at once. It is held weakly: a deleted watcher is called no more.
        """
        self._watchers.add(callback)

    def unwatch(self, callback: Callable[[], None]) -> None:
        """Call it no more."""
        self._watchers.remove(callback)

    @property
    def watchers(self) -> int:
        """How many watchers are called."""
        return len(self._watchers)

    def close(self) -> None:
        """End all trainings and the workers that were started for them. Nothing can be trained afterwards."""
        self._closed.set()
        self._aside.shutdown(wait=True, cancel_futures=True)
        atexit.unregister(self.close)
        cluster, self._cluster = self._cluster, None
        if cluster is not None:
            cluster.close()

    # The life of a run ---------------------------------------------------------------------------------------------

    def _begin(self, run: Run) -> None:
        """Hand a run to the workers, which are started first where there are none."""
        if run.progress.ended:
            return
        try:
            cluster = self._connected()
            future = cluster.submit(run.name, run.key, run.settings, record=True)
        except Exception as error:
            # The page shows why workers do not start, and goes on.
            self._finish(run, FAILED, reason=error_words(error))
            return
        with self._lock:
            self._futures[run.name] = future
            if not run.progress.ended and not run.attempts:
                run.progress = replace(run.progress, state=WAITING)
        future.add_done_callback(lambda done: self._gather(run, done))
        if run.progress.ended:
            self._stop(run)
        self._tell()

    def _connected(self) -> Any:
        """The workers, started again if they were lost."""
        with self._connecting:
            if self._cluster is None or not self._cluster.alive:
                # Only now: this loads PyTorch and Dask.
                from vanas_panel.training.live import TrainingCluster

                self._cluster = TrainingCluster(self._scheduler, self._workers, self._heard, self._device,
                                                self.cells_per_device)
                atexit.register(self.close)
            return self._cluster

    @property
    def cells_per_device(self) -> int | None:
        """Cells at once on a device; None for the default.

        Raises
        ------
        TrainingError
            Where the environment variable holds no whole number.
        """
        said = os.environ.get(CELLS_PER_DEVICE)
        if self._cells_per_device is not None or not said:
            return self._cells_per_device
        number = whole_number(said)
        if number is None:
            raise TrainingError(Message("Found {variable} = {said!r}; expected a whole number. Change it.",
                                        variable=CELLS_PER_DEVICE, said=said[:40]))
        return number

    def _heard(self, name: str, word: dict[str, Any]) -> None:
        """A worker says something."""
        with self._lock:
            run = self._runs.get(name)
            if run is None:
                return
            run.progress = run.progress.heard(word, run.attempts)
        self._tell()

    def _gather(self, run: Run, future: Any) -> None:
        """A training has ended, one way or another."""
        if run.progress.ended:
            return
        try:
            found = future.result()
        except BaseException as error:
            # A future that was taken from us raises CancelledError, which is no Exception.
            self._finish(run, FAILED, reason=error_words(error))
            return
        record: Record = found.record
        failed = all(repeat["failed"] for repeat in record.repeats)
        reason = reason_message(record.repeats[0]["reason"]) if failed else ""
        try:
            for user, source in dict(run.people).items():
                self.personal.add(user, source, record, found.recordings)
            self.kept += 1
        except VanasError as error:
            failed, reason = True, Message("It was trained, but the result cannot be kept. {error}", error=error)
        self._finish(run, FAILED if failed else DONE, reason=reason, record=record)

    def _finish(self, run: Run, state: str, **changes) -> None:
        """Note the end of a run, unless it has ended before."""
        with self._lock:
            self._futures.pop(run.name, None)
            if run.progress.ended:
                return
            step = run.settings.steps if state == DONE else run.progress.step
            self._end(run, replace(run.progress, state=state, step=step, **changes))
        self._tell()

    def _end(self, run: Run, progress: Progress) -> None:
        """Set the last progress of a run, and stop its clock; the lock is held."""
        run.finished = run.begun + run.seconds
        run.progress = progress

    def _stop(self, run: Run) -> None:
        """Have the workers leave a run."""
        with self._lock:
            future = self._futures.pop(run.name, None)
        if future is not None and self._cluster is not None:
            # Where the scheduler is gone, so is the training.
            with suppress(Exception):
                self._cluster.stop(run.name, future)

    # Those who watch -----------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Call every watcher that is still there."""
        self._watchers.tell()

    def _tick(self) -> None:
        """Keep the clocks of watchers going while something runs; the lock is held."""
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._keep_ticking, name="vanas-clock", daemon=True)
            self._ticker.start()

    def _keep_ticking(self) -> None:
        """Until nothing runs any more."""
        while not self._closed.wait(_TICK):
            with self._lock:
                if all(run.progress.ended for run in self._runs.values()):
                    self._ticker = None
                    return
            self._tell()

    def _forget_old(self) -> None:
        """Let go of the oldest runs that have ended; the lock is held."""
        ended = [name for name, run in self._runs.items() if run.progress.ended]
        for name in ended[:max(0, len(ended) - KEPT)]:
            del self._runs[name]


@lru_cache(maxsize=1)
def shared_runs() -> Runs:
    """The trainings of this process."""
    return Runs()
