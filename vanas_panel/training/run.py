"""One training in progress: who waits for it, its progress, and its measurements so far."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vanas_panel.core.cell import Cell
from vanas_panel.providers import provided
from vanas_panel.training.results import Record
from vanas_panel.training.settings import Settings

STARTING = "starting workers"
WAITING = "waiting"
RUNNING = "running"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
ENDED = (DONE, FAILED, CANCELLED)


@dataclass(frozen=True)
class Evaluation:
    """Accuracies in the middle of a training.

    Attributes
    ----------
    step : int
    train, validation : tuple of float or None
        Fractions, one for each repeat; None for a repeat that had failed.
    """

    step: int
    train: tuple[float | None, ...]
    validation: tuple[float | None, ...]


@dataclass(frozen=True)
class Progress:
    """How far a run is, at one moment.

    Attributes
    ----------
    state : str
        ``starting workers``, ``waiting`` (for a worker that is free), ``running``, ``done``, ``failed``, ``cancelled``.
    step : int
        Steps that are done.
    evaluations : tuple of Evaluation
        The learning curve so far, in ascending order of steps.
    attempt : str
        Changes when a worker is lost and the cell is trained again.
    restarts : int
        How often that happened.
    reason : str
        Why it failed.
    record : Record or None
        The result.
    """

    state: str = STARTING
    step: int = 0
    evaluations: tuple[Evaluation, ...] = ()
    attempt: str = ""
    restarts: int = 0
    reason: str = ""
    record: Record | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED

    def heard(self, word: Mapping[str, Any], known_attempts: set[str]) -> Progress:
        """The progress after a word from a worker.

        Parameters
        ----------
        word : Mapping
            ``attempt``, ``step`` and perhaps ``look``.
        known_attempts : set of str
            Attempts seen so far, to which a new one is added.
        """
        attempt, step = word["attempt"], int(word["step"])
        if self.ended or (attempt != self.attempt and attempt in known_attempts):
            # A worker that was given up may still say something.
            return self
        before = self if attempt == self.attempt else Progress(attempt=attempt, restarts=len(known_attempts))
        known_attempts.add(attempt)
        evaluations = before.evaluations
        if "look" in word and (not evaluations or step > evaluations[-1].step):
            found = word["look"]
            evaluations = (*evaluations, Evaluation(step, tuple(found["train_accuracy"]),
                                                    tuple(found["validation_accuracy"])))
        return replace(before, state=RUNNING, step=max(step, before.step), evaluations=evaluations)


@dataclass(eq=False)
class Run:
    """A training of one cell, which several people may wait for. `Runs` makes and changes it.

    Attributes
    ----------
    name : str
        One that no other run has.
    key : int
        Canonical key of the cell.
    cell : Cell
        As the first of them has drawn it.
    settings : Settings
    people : dict of str to str
        The waiting users, and the name of the table beside which each has drawn the cell.
    progress : Progress
        Replaced, never changed, so that any thread may read it.
    """

    name: str
    key: int
    cell: Cell
    settings: Settings
    people: dict[str, str] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)
    attempts: set[str] = field(default_factory=set)
    begun: float = field(default_factory=time.monotonic)
    finished: float | None = None

    def _repr_html_(self) -> str:
        return provided("HTML of a run")(self)

    @property
    def seconds(self) -> float:
        """Time on the clock since it was asked for, up to its end."""
        return (time.monotonic() if self.finished is None else self.finished) - self.begun
