"""The live searches of a process: they belong to it and not to a page, so a closed tab ends none.

All of them train on the workers that the process has, together with single cells of the drawer *Train*. Beyond a few at
once they wait for each other.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial

from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import SearchError, TrainingError, VanasError
from vanas_panel.searches.live import LiveSearch
from vanas_panel.searches.live_kept import Kept, KeptSearches
from vanas_panel.searches.live_plan import LivePlan
from vanas_panel.searches.live_progress import (
    DONE,
    ENDED,
    FAILED,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    WAITING,
    LiveProgress,
)
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.shared_workers import SharedWorkers
from vanas_panel.text.language import Message
from vanas_panel.training.reasons import error_words
from vanas_panel.training.runs import Runs, shared_runs
from vanas_panel.training.watchers import Watchers

MOST_OF_ONE = 2
"""Live searches of one person that run at once; others wait."""
MOST_AT_ONCE = 6
"""Live searches of a process that run at once."""

TICK = 0.5
"""Seconds between two calls of watchers, however much happens in between."""
MARKS = 30
"""Values by whose times the rest is estimated."""


@dataclass(eq=False)
class _Held:
    """A search that runs, is to run, or has run in this process."""

    user: str
    plan: LivePlan
    state: str = WAITING
    live: LiveSearch | None = None
    error: VanasError | None = None
    told: int = 0
    version: int = 0
    stops: bool = False
    abandons: bool = False
    marks: list[tuple[float, int]] = field(default_factory=list)
    thread: threading.Thread | None = None
    release: Callable[[], None] | None = None
    """Lets others go on with it and delete it."""


class LiveSearches:
    """All live searches of a process, each of one person: nobody reaches those of another.

    Parameters
    ----------
    runs : Runs
        Its workers train, and its personal tables have and get the results.
    kept : KeptSearches, optional
        Where the files are.

    Attributes
    ----------
    changes : int
        Grows whenever a search begins, ends, or is deleted.
    """

    def __init__(self, runs: Runs, kept: KeptSearches | None = None):
        self.runs, self.kept = runs, kept or KeptSearches()
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], _Held] = {}
        self._watchers = Watchers()
        self._is_dirty = self._is_closed = False
        self.changes = 0
        self._ticker: threading.Thread | None = None
        self._shared: SharedWorkers | None = None

    # Requests of a page; those that wait for the disk say so -----------------------------------------------------

    def start(self, plan: LivePlan, user: str = "") -> None:
        """Begin a new search; waits for the disk.

        Raises
        ------
        SearchError
            Where as many are kept as can be, the folder cannot be written, or this process is about to end.
        TrainingError
            Where what training needs is not installed.
        """
        if missing := self.runs.missing(plan.training):
            raise TrainingError(missing)
        if self._is_closed:
            raise SearchError(Message("Found a server that is about to stop; expected one that begins searches. Run "
                                      "this search again when the server is back."))
        self.kept.add(user, plan)
        self.go_on(plan, user)

    def go_on(self, plan: LivePlan, user: str = "") -> None:
        """Let a search go on from its file; waits for the disk.

        Nothing happens where it is under way. Where it was deleted, or another process goes on with it, that is the
        error of its `progress`.
        """
        if self._goes_on(user, plan):
            return
        release, error = None, None
        try:
            # Also while it waits for others: nobody may delete what is to run.
            release = self.kept.hold(user, plan)
        except SearchError as found:
            error = found
        with self._lock:
            if self._goes_on(user, plan):
                if release is not None:
                    release()
                return
            # Last in the order of those that wait.
            held = self._held.pop((user, plan.name), None)
            self._held[user, plan.name] = _Held(
                user, plan, WAITING if error is None else FAILED, error=error, told=0 if held is None else held.told,
                version=0 if held is None else held.version + 1, release=release)
            self.changes += 1
            self._launch()
            self._tick()
        self._tell()

    def _goes_on(self, user: str, plan: LivePlan) -> bool:
        """Whether a search needs no beginning: it is under way, or none begins any more."""
        held = self._held.get((user, plan.name))
        return self._is_closed or (held is not None and held.state not in ENDED)

    def stop(self, plan: LivePlan, user: str = "", *, abandon: bool = False) -> None:
        """Ask for no more cells. Returns at once.

        Parameters
        ----------
        plan : LivePlan
        user : str, optional
        abandon : bool, optional
            Leave the cells in training, too; they are trained when the search goes on. By default they come to their
            end, and what comes of them is told.
        """
        with self._lock:
            held = self._held.get((user, plan.name))
            if held is not None:
                self._stop(held, abandon=abandon)
        self._tell()

    def remove(self, plan: LivePlan, user: str = "") -> None:
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
        self.kept.remove(user, plan)
        with self._lock:
            if self._held.get((user, plan.name)) is held:
                self._held.pop((user, plan.name), None)
            self.changes += 1
        self._tell()

    def all(self, user: str, space: Space | None = None) -> list[Kept]:
        """The searches of a person in a space, the newest first; waits for the disk."""
        return self.kept.all(user, space)

    def progress(self, plan: LivePlan, user: str = "") -> LiveProgress | None:
        """How far a search is; None where it has not run in this process."""
        with self._lock:
            held = self._held.get((user, plan.name))
            return None if held is None else self._progress(held)

    def under_way(self, user: str = "") -> dict[str, LiveProgress]:
        """How far the searches of a person are that have not ended, by their names."""
        with self._lock:
            return {held.plan.name: self._progress(held) for held in self._held.values()
                    if held.user == user and held.state not in ENDED}

    def _progress(self, held: _Held) -> LiveProgress:
        """How far a search is; the lock is held."""
        training = 0 if held.live is None or held.state in ENDED else held.live.in_training
        # A search that goes on trains what it had asked for before it writes a line.
        state = RUNNING if held.state == STARTING and training else held.state
        return LiveProgress(state, held.told, training, _left(held), held.error, held.version,
                            str(self.kept.path(held.user, held.plan)))

    def run(self, plan: LivePlan, user: str = "") -> SearchRun | None:
        """The run so far; waits for the disk. None where nothing was asked yet."""
        with self._lock:
            held = self._held.get((user, plan.name))
            live = None if held is None or held.state in ENDED else held.live
        # Until a search has gone through its file, that says more than the search.
        return self.kept.run(user, plan) if live is None or not live.is_replayed else live.run

    # Those who watch, and the end ----------------------------------------------------------------------------------

    def watch(self, callback: Callable[[], None]) -> None:
        """Call a bound method, from any thread, when a search may have changed: twice a second at most while one runs.

        It must return at once. It is held weakly: a deleted watcher is called no more.
        """
        self._watchers.add(callback)

    def unwatch(self, callback: Callable[[], None]) -> None:
        """Call it no more."""
        self._watchers.remove(callback)

    @property
    def is_busy(self) -> bool:
        """Whether any search runs, or cells that it asked for are still in training."""
        with self._lock:
            return any(held.state not in ENDED for held in self._held.values())

    def stop_all(self) -> None:
        """Ask for no more cells in any search, and begin none; returns at once. Each goes on from its file later."""
        with self._lock:
            self._is_closed = True
            for held in self._held.values():
                self._stop(held, abandon=False)
        self._tell()

    def close(self, timeout: float = 10.0) -> None:
        """End all searches, leave what is in training, and wait for it; nothing can be searched afterwards."""
        atexit.unregister(self.close)
        with self._lock:
            self._is_closed = True
            threads = [held.thread for held in self._held.values() if held.thread is not None]
            for held in self._held.values():
                self._stop(held, abandon=True)
        until = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    # The life of a search --------------------------------------------------------------------------------------------

    def _launch(self) -> None:
        """Begin those that may run now, in the order in which they were asked for; the lock is held."""
        for held in self._held.values():
            active = [each.user for each in self._held.values() if each.state not in (*ENDED, WAITING)]
            if (held.state == WAITING and not self._is_closed and len(active) < MOST_AT_ONCE
                    and active.count(held.user) < MOST_OF_ONE):
                held.state = STARTING
                held.thread = threading.Thread(target=self._work, args=(held,), name="vanas-live", daemon=True)
                held.thread.start()

    def _work(self, held: _Held) -> None:
        """A search from its file to its end; on a thread of its own."""
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
            held.error, held.live = error, None
            held.state = FAILED if error is not None else DONE if is_finished else STOPPED
            held.version += 1
            _let_go(held)
            self.changes += 1
            self._launch()
        self._tell()

    def _searched(self, held: _Held) -> bool:
        """Search, and say whether it came to its end."""
        plan = held.plan
        live = LiveSearch(
            plan.space, plan.strategy, plan.training, out=self.kept.path(held.user, plan),
            strategy_settings=dict(plan.settings) or None, metric=plan.metric, repeat=plan.repeat,
            queries=plan.queries, seed=plan.seed, workers=plan.at_once or self.runs.at_once, device=self.runs.device,
            user=held.user, source=plan.source, personal=self.runs.personal, cluster=self._workers,
            on_change=partial(self._changed, held))
        with self._lock:
            held.live = live
            if held.stops:
                live.stop(finish=not held.abandons)
        run = live.start().wait()
        held.told = live.told
        return run.is_finished

    def _workers(self) -> object:
        """The workers of the process. What ends with the process is ended in turn: this first, then they."""
        cluster = self.runs.workers()
        atexit.unregister(self.close)
        atexit.register(self.close)
        with self._lock:
            if self._shared is None or self._shared.cluster is not cluster:
                self._shared = SharedWorkers(cluster)
            return self._shared

    def _changed(self, held: _Held) -> None:
        """The file was gone through, or a line was written; on the thread of the search, and often."""
        with self._lock:
            live = held.live
            if live is None:
                return
            told = live.told
            if live.has_workers:
                held.state = RUNNING if held.state == STARTING else held.state
                if told > held.told:
                    held.marks = [*held.marks[-MARKS:], (time.monotonic(), told)]
            held.told = told
            held.version += 1
            self._is_dirty = True

    def _stop(self, held: _Held, *, abandon: bool) -> None:
        """Stop one; the lock is held."""
        if held.state == WAITING:
            held.state = STOPPED
            _let_go(held)
        elif held.state not in ENDED:
            held.state, held.stops, held.abandons = STOPPING, True, held.abandons or abandon
            if held.live is not None:
                held.live.stop(finish=not abandon)

    # Those who watch -------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Tell the watchers now and then, while something runs; the lock is held."""
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._keep_ticking, name="vanas-live-clock", daemon=True)
            self._ticker.start()

    def _keep_ticking(self) -> None:
        """Until nothing runs any more."""
        while True:
            time.sleep(TICK)
            if self._is_dirty:
                self._is_dirty = False
                # New rows of the personal table, which other drawers show.
                self.runs.noted()
                self._tell()
            with self._lock:
                if all(held.state in ENDED for held in self._held.values()) and not self._is_dirty:
                    self._ticker = None
                    return

    def _tell(self) -> None:
        """Call every watcher that is still there."""
        self._watchers.tell()


def _let_go(held: _Held) -> None:
    """Let others go on with a search that has ended, and delete it."""
    release, held.release = held.release, None
    if release is not None:
        release()


def _left(held: _Held) -> float | None:
    """Seconds that the rest is expected to take, by the times of the last values; None where that cannot be told."""
    marks = held.marks
    if held.state != RUNNING or len(marks) < 2 or marks[-1][1] == marks[0][1]:
        return None
    each = (marks[-1][0] - marks[0][0]) / (marks[-1][1] - marks[0][1])
    return each * (held.plan.queries - held.told)


@lru_cache(maxsize=1)
def shared_live_searches() -> LiveSearches:
    """The live searches of this process."""
    return LiveSearches(shared_runs())
