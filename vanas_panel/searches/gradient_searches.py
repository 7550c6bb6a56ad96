"""The searches by gradient of a process, and its trainings of genomes: they belong to it and not to a page.

A closed tab ends none.

Each runs as one task on the workers that the process has, and leaves workers for others: see `MOST_OF_ONE`.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from vanas_panel.errors import SearchError, TrainingError, VanasError
from vanas_panel.neat.genome_run import FILE, GenomeFile, GenomeSettings, TrainedEpoch
from vanas_panel.searches.gradient_plan import (
    EpochSeconds,
    GradientPlan,
    alike,
    epochs_of,
    read_gradient_plan,
    run_in,
    seconds_of,
)
from vanas_panel.searches.gradient_progress import GradientProgress, KeptGradient
from vanas_panel.searches.kept_folders import KeptFolders
from vanas_panel.searches.live_progress import (
    DONE,
    ENDED,
    FAILED,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    WAITING,
)
from vanas_panel.text.language import Message
from vanas_panel.training.darts.dg_run import FIRST, SECOND, DgDartsSettings, dropping_of, second_settings
from vanas_panel.training.darts.run_file import DartsRun
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.extra import WithData, missing_words
from vanas_panel.training.reasons import error_words
from vanas_panel.training.runs import Runs, shared_runs
from vanas_panel.training.watchers import Watchers

MOST_OF_ONE = 1
"""Searches of one person that run at once; others wait."""


@dataclass(eq=False)
class _Held:
    """A search that runs, is to run, or has run in this process."""

    user: str
    plan: GradientPlan
    release: Callable[[], None] | None
    state: str = WAITING
    error: VanasError | None = None
    done: int = 0
    version: int = 0
    stops: bool = False
    times: list[float] = field(default_factory=list)
    thread: threading.Thread | None = None


class GradientSearches:
    """All searches by gradient of a process, each of one person: nobody reaches those of another.

    Parameters
    ----------
    runs : Runs
        Its workers compute.
    kept : KeptFolders, optional
        Where the files are.

    Attributes
    ----------
    changes : int
        Grows whenever a search begins, ends, is deleted, or comes to the end of an epoch.
    """

    def __init__(self, runs: Runs, kept: KeptFolders | None = None):
        self.runs, self.kept = runs, kept or KeptFolders("gradient-searches")
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], _Held] = {}
        self._watchers = Watchers()
        self._is_closed = False
        self.changes = 0

    # Requests of a page; those that wait for the disk say so -----------------------------------------------------

    def missing(self, settings: WithData) -> str:
        """The packages that are missing and how to install them; empty where searching is possible."""
        return missing_words(settings)

    def start(self, plan: GradientPlan, user: str = "") -> None:
        """Begin a new search; waits for the disk.

        Raises
        ------
        SearchError
            Where as many are kept as can be, the folder cannot be written, or this process is about to end.
        TrainingError
            Where what it needs is not installed.
        """
        if missing := self.missing(plan.stage):
            raise TrainingError(missing)
        if self._is_closed:
            raise SearchError(Message("Found a server that is about to stop; expected one that begins searches. Run "
                                      "this search again when the server is back."))
        self.kept.add(user, plan.name, plan.to_json())
        self.go_on(plan, user)

    def go_on(self, plan: GradientPlan, user: str = "") -> None:
        """Let a search go on from its last epoch; waits for the disk.

        Raises
        ------
        SearchError
            Where it was deleted, or another process goes on with it.
        """
        if self._goes_on(user, plan):
            return
        release = self.kept.hold(user, plan.name)
        with self._lock:
            if self._goes_on(user, plan):
                release()
                return
            # Last in the order of those that wait.
            before = self._held.pop((user, plan.name), None)
            self._held[user, plan.name] = _Held(user, plan, release, version=0 if before is None else
                                                before.version + 1, done=0 if before is None else before.done)
            self._launch()
        self._tell()

    def _goes_on(self, user: str, plan: GradientPlan) -> bool:
        """Whether a search needs no beginning: it is under way, or none begins any more."""
        held = self._held.get((user, plan.name))
        return self._is_closed or (held is not None and held.state not in ENDED)

    def stop(self, plan: GradientPlan, user: str = "") -> None:
        """Leave the epoch under way, which is computed again when the search goes on. Returns at once."""
        with self._lock:
            held = self._held.get((user, plan.name))
            if held is not None:
                self._stop(held)
        self._tell()

    def remove(self, plan: GradientPlan, user: str = "") -> None:
        """Delete a search that is not under way, for good; waits for the disk.

        Raises
        ------
        SearchError
            Where it is under way, here or in another process.
        """
        with self._lock:
            held = self._held.get((user, plan.name))
            if held is not None and held.state not in ENDED:
                raise SearchError(Message("Found a search that is under way; expected one that was stopped. Stop it "
                                          "first."))
        self.kept.remove(user, plan.name)
        with self._lock:
            self._held.pop((user, plan.name), None)
        self._tell()

    def all(self, user: str = "") -> list[KeptGradient]:
        """The searches of a person, the newest first; waits for the disk.

        What another version wrote, or what is damaged, is left out and left where it is.
        """
        found = []
        for name, text in self.kept.texts(user).items():
            with suppress(VanasError):
                plan = read_gradient_plan(text, name)
                found.append(self._read(plan, user))
        return sorted(found, key=lambda each: (each.plan.begun, each.plan.name), reverse=True)

    def _read(self, plan: GradientPlan, user: str) -> KeptGradient:
        """A search with its run."""
        try:
            return KeptGradient(plan, run_in(self.kept.path(user, plan.name), plan))
        except VanasError as error:
            return KeptGradient(plan, None, error)

    def progress(self, plan: GradientPlan, user: str = "") -> GradientProgress | None:
        """How far a search is; None where it has not run in this process."""
        with self._lock:
            held = self._held.get((user, plan.name))
            if held is None:
                return None
            # The last epochs, since those of a second stage have fewer operations.
            times = held.times[-5:]
            left = sum(times) / len(times) * (plan.epochs - held.done) if times and held.state == RUNNING else None
            return GradientProgress(held.state, held.done, left, held.error, held.version)

    def seconds_per_epoch(self, plan: GradientPlan, user: str = "") -> EpochSeconds | None:
        """What an epoch took in the last searches of this person whose first stage is alike; waits for the disk."""
        found = [seconds_of(each.run) for each in self.all(user)
                 if each.run is not None and epochs_of(each.run) and alike(each.plan) == alike(plan)]
        moving, frozen = (next((each for each in times if each is not None), None)
                          for times in ([each.moving for each in found], [each.frozen for each in found]))
        return EpochSeconds(moving, frozen) if found else None

    def measure(self, plan: GradientPlan) -> EpochSeconds:
        """Seconds that epochs are expected to take, by steps that a worker takes now; waits for it.

        Raises
        ------
        TrainingError, DeviceError
            Where they cannot be taken.
        """
        if missing := self.missing(plan.stage):
            raise TrainingError(missing)
        from vanas_panel.training.darts.on_workers import measure_epoch
        from vanas_panel.training.neat.on_workers import measure_training

        settings = plan.settings
        try:
            if isinstance(settings, GenomeSettings):
                return EpochSeconds(measure_training(settings.plan, settings.training, self.runs.workers().client,
                                                     self.runs.device))
            stage = settings.stage if isinstance(settings, DgDartsSettings) else settings
            moving, frozen = (measure_epoch(replace(stage, frozen=each), self.runs.workers().client,
                                            self.runs.device) for each in (0, stage.epochs))
            return EpochSeconds(moving, frozen)
        except VanasError:
            raise
        except Exception as error:
            raise TrainingError(error_words(error)) from None

    # Those who watch, and the end ----------------------------------------------------------------------------------

    def watch(self, callback: Callable[[], None]) -> None:
        """Call a bound method, from any thread, when a search may have changed: it must return at once."""
        self._watchers.add(callback)

    def unwatch(self, callback: Callable[[], None]) -> None:
        """Call it no more."""
        self._watchers.remove(callback)

    @property
    def is_busy(self) -> bool:
        """Whether any search is under way."""
        with self._lock:
            return any(held.state not in ENDED for held in self._held.values())

    def stop_all(self) -> None:
        """Stop every search, and begin none; returns at once. Each goes on from its last epoch later."""
        with self._lock:
            self._is_closed = True
            for held in self._held.values():
                self._stop(held)
        self._tell()

    def close(self, timeout: float = 10.0) -> None:
        """End all searches and wait for them; nothing can be searched afterwards."""
        atexit.unregister(self.close)
        self.stop_all()
        until = time.monotonic() + timeout
        for thread in [held.thread for held in self._held.values() if held.thread is not None]:
            thread.join(max(0.0, until - time.monotonic()))

    # The life of a search --------------------------------------------------------------------------------------------

    def _launch(self) -> None:
        """Begin those that may run now, in the order in which they were asked for; the lock is held."""
        # A search takes a worker for long: where there are several, one is left for cells.
        most = max(1, (self.runs.at_once or 8) - 1)
        for held in self._held.values():
            active = [each.user for each in self._held.values() if each.state not in (*ENDED, WAITING)]
            if (held.state == WAITING and not self._is_closed and len(active) < most
                    and active.count(held.user) < MOST_OF_ONE):
                held.state = STARTING
                held.thread = threading.Thread(target=self._work, args=(held,), name="vanas-gradient", daemon=True)
                held.thread.start()

    def _work(self, held: _Held) -> None:
        """A search from its last epoch to its end; on a thread of its own."""
        error: VanasError | None = None
        is_finished = False
        try:
            is_finished = self._searched(held)
        except VanasError as found:
            error = found
        except Exception as found:
            # The page shows why workers do not start, and goes on.
            error = TrainingError(error_words(found))
        with self._lock:
            held.error = error
            held.state = FAILED if error is not None else DONE if is_finished else STOPPED
            _let_go(held)
            self._launch()
        self._tell()

    def _searched(self, held: _Held) -> bool:
        """Search, and say whether it came to its end."""
        settings, folder = held.plan.settings, self.kept.path(held.user, held.plan.name)
        if isinstance(settings, GenomeSettings):
            return self._trained(held, settings, folder / FILE)
        stage = settings.stage if isinstance(settings, DgDartsSettings) else settings
        first = self._stage(held, stage, folder / FIRST, 0)
        if not isinstance(settings, DgDartsSettings) or not first.is_finished:
            return first.is_finished
        second = second_settings(settings, dropping_of(settings, first))
        return self._stage(held, second, folder / SECOND, stage.epochs).is_finished

    def _trained(self, held: _Held, settings: GenomeSettings, path: Path) -> bool:
        """Train a genome on a worker, and say whether that came to its end."""
        # Only now: this loads PyTorch and Dask.
        from vanas_panel.training.neat.on_workers import train_on_workers

        with GenomeFile(path, settings) as file:
            def begin() -> None:
                file.begin()
                self._changed(held, 0, None)

            def take(line: dict[str, Any]) -> None:
                epoch = TrainedEpoch.from_line(line, held.done + 1)
                # An answer may have come too late: then the same epoch comes once more.
                if epoch is not None:
                    file.append(epoch)
                    self._changed(held, epoch.epoch, epoch.seconds)

            found = train_on_workers(settings.plan, settings.training, self._client(), device=self.runs.device,
                                     cells_per_device=self.runs.cells_per_device, on_begin=begin, on_epoch=take,
                                     goes_on=partial(_goes_on, held))
            if found is not None and found.problem:
                raise TrainingError(found.problem)
            if found is not None:
                file.append(found)
        return found is not None

    def _client(self) -> Any:
        """The connection to the workers, which are started; searches end before them."""
        cluster = self.runs.workers()
        atexit.unregister(self.close)
        atexit.register(self.close)
        return cluster.client

    def _stage(self, held: _Held, settings: DartsSettings, out, before: int) -> DartsRun:
        """One stage, on a worker."""
        # Only now: this loads PyTorch and Dask.
        from vanas_panel.training.darts.on_workers import search_on_workers

        return search_on_workers(
            settings, out, self._client(), device=self.runs.device, cells_per_device=self.runs.cells_per_device,
            on_begin=lambda run: self._changed(held, before + len(run), None),
            on_epoch=lambda epoch: self._changed(held, before + epoch.epoch, epoch.seconds),
            goes_on=partial(_goes_on, held))

    def _changed(self, held: _Held, done: int, seconds: float | None) -> None:
        """A worker has begun, or come to the end of an epoch; on the thread of the search."""
        with self._lock:
            held.done = done
            held.version += 1
            held.state = RUNNING if held.state == STARTING else held.state
            if seconds is not None:
                held.times.append(seconds)
        self._tell()

    def _stop(self, held: _Held) -> None:
        """Stop one; the lock is held."""
        if held.state == WAITING:
            held.state = STOPPED
            _let_go(held)
        elif held.state not in ENDED:
            held.state, held.stops = STOPPING, True

    def _tell(self) -> None:
        """Call every watcher that is still there."""
        with self._lock:
            self.changes += 1
        self._watchers.tell()


def _goes_on(held: _Held) -> bool:
    """Whether a search is to go on."""
    return not held.stops


def _let_go(held: _Held) -> None:
    """Let others go on with a search that has ended, and delete it."""
    release, held.release = held.release, None
    if release is not None:
        release()


@lru_cache(maxsize=1)
def shared_gradient_searches() -> GradientSearches:
    """The searches by gradient of this process."""
    return GradientSearches(shared_runs())
