"""The work of a live search: replay of its file, asking, training on Dask workers, and telling."""

from __future__ import annotations

import queue
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.kinds import described_space
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import DeviceError, SearchError
from vanas_panel.searches.asking import Proposal
from vanas_panel.searches.live_file import (
    End,
    Event,
    LiveFile,
    State,
    Told,
    numbered,
    run_of_events,
    same_event,
    states_every,
)
from vanas_panel.searches.live_objective import LiveObjective, settings_after
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import FORM, FORM_OF_BUDGETS
from vanas_panel.searches.strategies import Chosen
from vanas_panel.searches.strategies.halving import Halving
from vanas_panel.searches.table_search import VAIN
from vanas_panel.text.language import Message, gettext, marked
from vanas_panel.training.personal import Personal
from vanas_panel.training.reasons import error_words
from vanas_panel.training.recordings import RecordedRecord
from vanas_panel.training.results import Record
from vanas_panel.training.settings import Settings
from vanas_panel.training.trainable import canonical_cell

WORKERS = 2
"""Processes on this machine where nothing else is said."""

LOST_AFTER = 20.0
"""Seconds without any worker after which a search gives up."""

LOOK = 1.0
"""Seconds between two looks for workers, while nothing arrives."""

_HOPELESS = 10
"""So many trainings in a row that end in an error mean that something is wrong with the workers."""

_NAN = float("nan")

Wanted = tuple[int, int]
"""A training: the canonical key of its cell, and its budget in steps, 0 where there is but one."""


@dataclass(frozen=True)
class Plan:
    """What a live search is to do, and where. The members are those of `vanas_panel.searches.live.LiveSearch`."""

    path: Path
    space: CellSpace
    chosen: Chosen
    objective: LiveObjective
    settings: Settings
    queries: int
    seed: int
    scheduler: str | None
    workers: int | None
    device: str
    cells_per_device: int | None
    user: str
    source: str
    personal: Personal
    cluster: Callable[[], Any] | None = None
    record: bool = True

    def header(self, images: str) -> dict[str, Any]:
        """The first line of the file.

        Parameters
        ----------
        images : str
            Digest of the images.
        """
        space, settings = self.space, self.settings
        return {"vanas_panel_search": FORM_OF_BUDGETS if self.objective.budgets else FORM,
                "strategy": self.chosen.described(),
                "objective": self.objective.described(), "seed": self.seed, "queries": self.queries,
                "space": described_space(space), "table": None,
                "training": {"settings": settings.to_dict(), "digest": settings.digest, "images": images}}


class Engine:
    """A live search at work. All of it runs in one thread, but for `stop`, `run` and the counts.

    Parameters
    ----------
    plan : Plan
    keys : int64 (n,)
        Canonical keys of all cells, for strategies that go through them.
    on_change : callable
        Called without arguments when the file has been gone through, and after every line from then on.

    Attributes
    ----------
    is_replayed : bool
        Whether all that stands in the file has been gone through; `run` and the counts lack some of it before.
    """

    def __init__(self, plan: Plan, keys: np.ndarray, on_change: Callable[[], None]):
        self.plan, self._on_change = plan, on_change
        self._strategy = plan.chosen.kind.make(RawSpace(plan.space), plan.chosen.settings, plan.seed, keys,
                                               plan.queries)
        self._budgets = plan.objective.budgets
        if isinstance(self._strategy, Halving):
            self._strategy.expect_budgets(self._budgets)
        self._header, self._images = plan.header(""), ""
        self._events: list[Event] = []
        self._waiting: dict[int, Proposal] = {}
        # By key and training budget.
        self._known: dict[Wanted, Told] = {}
        self._running: dict[Wanted, tuple[Any, str, list[int]]] = {}
        self._arrived: queue.SimpleQueue = queue.SimpleQueue()
        self._asked = self._told = self._steps = self._in_a_row = self._states = 0
        self._cluster: Any = None
        self._file: LiveFile | None = None
        self._was_torn = self.is_replayed = False
        self._asks_no_more, self._stopping = threading.Event(), threading.Event()

    def stop(self, *, finish: bool = False) -> None:
        """Have `work` end soon, or when what is in training has come to its end."""
        self._asks_no_more.set()
        if not finish:
            self._stopping.set()
        self._arrived.put(None)

    @property
    def in_training(self) -> int:
        """Cells that are being trained, or wait for a worker."""
        return len(self._running)

    @property
    def has_workers(self) -> bool:
        """Whether there is something to train on, and cells are asked for."""
        return self._cluster is not None

    @property
    def spent(self) -> int:
        """Full trainings that the values so far cost, rounded down: as many as there are, with one training budget."""
        return self._steps // self._full

    @property
    def _full(self) -> int:
        """What a full training costs."""
        return self._budgets[-1] if self._budgets else 1

    @staticmethod
    def _cost(proposal: Proposal) -> int:
        """What a training costs: its steps, or 1 where all are alike."""
        return proposal.budget or 1

    @property
    def run(self) -> SearchRun:
        """The run so far."""
        events = tuple(self._events)
        notes = []
        if self._was_torn:
            note = gettext("The last line of {path} had no end, as a process that is killed leaves it; it was cut "
                           "off.")
            notes.append(note.format(path=self.plan.path))
        if not events or not isinstance(events[-1], End):
            notes.append(gettext("The search is not finished. The same command goes on with it."))
        return run_of_events(self._header, events, tuple(notes))

    def work(self) -> None:
        """Go through the file, then on to the end of the budget."""
        # Only now, since it may take its time.
        from vanas_panel.training.image_files import load_images

        self._images = load_images(self.plan.settings.data.source).digest
        self._header = self.plan.header(self._images)
        with closing(LiveFile(self.plan.path, self._header)) as file:
            self._file, self._was_torn = file, file.was_torn
            self._replay(file.events)
            if not self._ended:
                self._train()

    @property
    def _ended(self) -> bool:
        """Whether the file has its last line."""
        return bool(self._events) and isinstance(self._events[-1], End)

    def _replay(self, events: Sequence[Event]) -> None:
        """Have the strategy ask and be told once more what stands in the file; it must come to the same."""
        for line, event in numbered(events):
            again: Event = event
            if isinstance(event, Proposal):
                again = self._strategy.ask()
            elif isinstance(event, State):
                again = State(event.after, self._strategy.state())
            if not same_event(event, again, self.plan.objective.report):
                raise SearchError(Message("{path}, line {line}: Found another proposal or value than this search comes "
                                          "to; expected the same. The file was changed, or another version of "
                                          "vanas-panel wrote it: name another file.", path=str(self.plan.path),
                                          line=line))
            self._note(again)
        self.is_replayed = True
        self._on_change()
        if self._told and not self._ended:
            self._show()

    def _note(self, event: Event) -> None:
        """Take an event in that is in the file."""
        if isinstance(event, Proposal):
            self._waiting[event.number] = event
            self._asked += 1
        elif isinstance(event, Told):
            proposal = self._waiting.pop(event.number)
            has_value = event.value == event.value
            self._strategy.tell(event.number, self.plan.objective.sign * event.value if has_value else None)
            self._known.setdefault((proposal.key, proposal.budget), event)
            self._told += 1
            self._steps += has_value * self._cost(proposal)
        elif isinstance(event, State):
            self._states = event.after
        self._events.append(event)

    def _say(self, event: Event) -> None:
        """Write an event, then take it in."""
        assert self._file is not None
        self._file.append(event)
        self._note(event)
        self._on_change()

    def _show(self) -> None:
        """Write the state of the strategy now and then."""
        is_due = self._told % states_every(self.plan.queries) == 0 and self._states < self._told
        if self.plan.chosen.kind.learns and is_due:
            self._say(State(self._told, self._strategy.state()))

    def _train(self) -> None:
        """Ask, train and tell up to the end of the budget."""
        plan = self.plan
        workers = plan.workers if plan.scheduler or plan.cluster else plan.workers or WORKERS
        self._cluster = self._connected(workers)
        try:
            for proposal in sorted(self._waiting.values(), key=lambda each: each.number):
                if not self._asks_no_more.is_set():
                    self._take(proposal)
            while not self._stopping.is_set():
                self._ask(workers or max(1, self._cluster.threads))
                if not self._running:
                    break
                self._receive()
            if not self._asks_no_more.is_set() or not (self._waiting or self._pays()):
                self._finish()
        finally:
            for future, name, _ in self._running.values():
                # Where the scheduler is gone, so is the training.
                with suppress(Exception):
                    if self._cluster.alive:
                        self._cluster.stop(name, future)
            self._running = {}
            if plan.cluster is None:
                self._cluster.close()

    def _connected(self, workers: int | None) -> Any:
        """Workers of this search alone, or those that it shares."""
        if self.plan.cluster is not None:
            return self.plan.cluster()
        # Only now: this loads PyTorch and Dask.
        from vanas_panel.training.live import TrainingCluster

        return TrainingCluster(self.plan.scheduler, workers, lambda run, word: None, self.plan.device,
                               self.plan.cells_per_device)

    def _ask(self, at_once: int) -> None:
        """Ask for cells until so many are in training, or the budget might be used up."""
        most = self.plan.queries if self.plan.chosen.name == "grid" else VAIN * self.plan.queries + 1_000
        if self._budgets:
            most = most * self._full // self._budgets[0]
        while (len(self._running) < at_once and self._pays() and self._asked < most
               and not self._asks_no_more.is_set()):
            proposal = self._strategy.ask()
            self._say(proposal)
            self._take(proposal)

    def _pays(self) -> bool:
        """Whether what is left pays for another training, should all that wait have a value.

        What brackets under way may still cost is not spent on another one, which would end without a full training.
        """
        cost = (self._strategy.next_budget() + self._strategy.reserved() if isinstance(self._strategy, Halving) else 1)
        return (self._steps + sum(map(self._cost, self._waiting.values())) + cost
                <= self.plan.queries * self._full)

    def _take(self, proposal: Proposal) -> None:
        """Tell a proposal what is known of its cell, or have it trained."""
        wanted = proposal.key, proposal.budget
        known = self._known.get(wanted)
        # Another repeat may be drawn of a result that the personal table has.
        if known is not None and (self.plan.objective.repeat != "draw" or known.error):
            self._tell(proposal.number, known)
            return
        if wanted in self._running:
            self._running[wanted][2].append(proposal.number)
            return
        if not self.plan.space.holds(np.array([proposal.key]))[0]:
            nothing = (_NAN,) * len(self.plan.objective.report)
            self._tell(proposal.number, Told(proposal.number, _NAN, _NAN, nothing, _NAN, "",
                                             marked("This cell is not of the kind of the search space.")))
            return
        key = canonical_cell(Cell.from_packed(proposal.key, self.plan.space))[0]
        record = self._kept(key, proposal.budget)
        if record is not None:
            self._tell(proposal.number, self.plan.objective.told(proposal.number, record, self.plan.seed))
        else:
            self._submit(wanted, key, [proposal.number])

    def _submit(self, wanted: Wanted, key: int, numbers: list[int]) -> None:
        """Have a cell trained for some proposals."""
        name = uuid.uuid4().hex
        future = self._cluster.submit(name, key, settings_after(self.plan.settings, wanted[1]),
                                      record=self.plan.record)
        self._running[wanted] = future, name, numbers
        future.add_done_callback(lambda done: self._arrived.put((wanted, done)))

    def _kept(self, key: int, budget: int) -> Record | None:
        """A result of the same training in the personal table."""
        digest = settings_after(self.plan.settings, budget).digest
        device = self.plan.device.partition(":")[0]
        return next((row.record for row in self.plan.personal.of(self.plan.user, key)
                     if (row.record.settings_hash, row.record.images) == (digest, self._images)
                     and device in ("auto", row.record.device_kind)), None)

    def _receive(self) -> None:
        """Wait for a training to end, and tell of it."""
        waited = 0.0
        while True:
            try:
                arrived = self._arrived.get(timeout=LOOK)
                break
            except queue.Empty:
                # Those that are there may be busy for long.
                waited = 0.0 if self._cluster.threads else waited + LOOK
                if waited >= LOST_AFTER:
                    raise self._lost() from None
        if arrived is not None:
            self._gather(*arrived)

    def _gather(self, wanted: Wanted, future: Any) -> None:
        """A training has ended, one way or another."""
        held = self._running.get(wanted)
        if held is None or held[0] is not future:
            return
        found, error = self._outcome(future)
        del self._running[wanted]
        self._check_hope(found, error)
        if found is not None:
            self.plan.personal.add(self.plan.user, self.plan.source, found.record, found.recordings)
            for number in held[2]:
                self._tell(number, self.plan.objective.told(number, found.record, self.plan.seed))
        elif error is not None:
            nothing = (_NAN,) * len(self.plan.objective.report)
            for number in held[2]:
                self._tell(number, Told(number, _NAN, _NAN, nothing, _NAN, "", str(error_words(error))))
        else:
            self._submit(wanted, canonical_cell(Cell.from_packed(wanted[0], self.plan.space))[0], held[2])

    def _outcome(self, future: Any) -> tuple[RecordedRecord | None, BaseException | None]:
        """What a training gave, or its error; neither where the result went with the worker that held it."""
        try:
            error = future.exception()
            if error is not None:
                return None, error
            found = future.result()
            return (found if isinstance(found, RecordedRecord) else RecordedRecord(found)), None
        except BaseException as lost:
            if "Cancelled" in type(lost).__name__:
                raise self._lost() from None
            return None, None

    def _check_hope(self, found: RecordedRecord | None, error: BaseException | None) -> None:
        """Give up where other trainings would go the same way. What was in training stays to be told."""
        if isinstance(error, DeviceError):
            raise DeviceError(Message("On a worker: {error}", error=error)) from None
        self._in_a_row = 0 if found is not None else self._in_a_row + 1
        if found is None and not self._cluster.threads and (error is None or type(error).__name__ == "KilledWorker"):
            raise self._lost()
        if self._in_a_row >= _HOPELESS:
            if error is None:
                raise self._lost()
            raise SearchError(Message("Found {found} trainings in a row that ended in an error, the last one because "
                                      "of {error}; expected results. Mend the cause, then run the same search again: "
                                      "it goes on from {path}.", found=self._in_a_row, error=error_words(error),
                                      path=str(self.plan.path)))

    def _tell(self, number: int, said: Told) -> None:
        """Tell a proposal what came of its cell."""
        self._say(said._replace(number=number))
        self._show()

    def _finish(self) -> None:
        """Write the end."""
        values = {event.number: event for event in self._events if isinstance(event, Told)}
        run = self.run
        others = values[run.winner].others if run.has_best else _NAN
        self._say(End("budget" if run.is_used_up else "exhausted", others))

    def _lost(self) -> SearchError:
        """The error where nobody is left to train."""
        return SearchError(Message("Found no worker left to train on; expected one at least. {done} of {queries} "
                                   "queries are in {path}: start workers, then run the same search again, which goes "
                                   "on from there.", done=self.spent, queries=self.plan.queries,
                                   path=str(self.plan.path)))
