"""How far a live search is, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from vanas_panel.errors import VanasError

WAITING, STARTING, RUNNING, STOPPING = "waiting", "starting", "running", "stopping"
STOPPED, DONE, FAILED = "stopped", "done", "failed"
ENDED = (STOPPED, DONE, FAILED)


@dataclass(frozen=True)
class LiveProgress:
    """How far a live search is, at one moment.

    Attributes
    ----------
    state : str
        ``waiting`` for another search, ``starting`` workers, ``running``, ``stopping``, ``stopped``, ``done``,
        ``failed``.
    told : int
        Queries that have a value; full trainings that they cost, where there are several training budgets.
    in_training : int
        Cells that are being trained, or wait for a worker.
    left : float or None
        Seconds that the rest is expected to take; None where that cannot be told.
    error : VanasError or None
        What it failed with.
    version : int
        Grows with every line of the file.
    path : str
        Of the file, which the error may name.
    """

    state: str
    told: int = 0
    in_training: int = 0
    left: float | None = None
    error: VanasError | None = None
    version: int = 0
    path: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come by itself."""
        return self.state in ENDED
