"""Workers that several live searches share, so that a cell which two of them ask for at once is trained once."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from vanas_panel.training.settings import Settings

LINGER = 2.0
"""Seconds in which the result of a training is given to others who ask for it: until it is in the personal table."""


@dataclass(eq=False)
class _Shared:
    """A training, the name under which the workers know it, those who wait for it, and when it came to its end."""

    name: str
    future: Any
    waiting: set[str] = field(default_factory=set)
    ended: float = math.inf


class SharedWorkers:
    """A cluster for several searches at once. All methods may be called from any thread.

    Parameters
    ----------
    cluster : TrainingCluster
        Anything with its methods will do.

    Attributes
    ----------
    cluster : TrainingCluster
    """

    def __init__(self, cluster: Any):
        self.cluster = cluster
        self._lock = threading.Lock()
        self._under_way: dict[tuple[int, str], _Shared] = {}

    @property
    def alive(self) -> bool:
        """Whether the scheduler can still be reached."""
        return bool(self.cluster.alive)

    @property
    def threads(self) -> int:
        """Trainings that the workers which are there can do at once."""
        return int(self.cluster.threads)

    def submit(self, name: str, key: int, settings: Settings, *, record: bool = False) -> Any:
        """Have a cell trained, or wait for the training of it that is under way.

        Parameters
        ----------
        name : str
            Of who waits, which no other one has.
        key : int
            Canonical key.
        settings : Settings
        record : bool, optional
            Whether to record how far its weights move. Where the training is under way, it stays as it is.

        Returns
        -------
        Future
            As that of the cluster; those who wait for the same training have the same one.
        """
        what = key, settings.digest
        with self._lock:
            since = time.monotonic() - LINGER
            self._under_way = {each: one for each, one in self._under_way.items() if one.ended > since}
            shared = self._under_way.get(what)
            is_new = shared is None
            if shared is None:
                shared = self._under_way[what] = _Shared(
                    name, self.cluster.submit(name, key, settings, record=record))
            shared.waiting.add(name)
        if is_new:
            # Outside of the lock: it is called at once where the training is over already.
            shared.future.add_done_callback(lambda _done: setattr(shared, "ended", time.monotonic()))
        return shared.future

    def stop(self, name: str, future: Any) -> None:
        """Wait for a training no longer; it is ended when nobody else does."""
        with self._lock:
            found = next(((what, each) for what, each in self._under_way.items() if each.future is future), None)
            if found is None:
                return
            what, shared = found
            shared.waiting.discard(name)
            if shared.waiting:
                return
            del self._under_way[what]
        self.cluster.stop(shared.name, future)
