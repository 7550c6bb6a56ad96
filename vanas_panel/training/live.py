"""Dask side of interactive training; blocks, so never call it on the event loop."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from distributed import Event, Future, get_worker

from vanas_panel.inspector.ready import ready_recorder
from vanas_panel.training.data import Dataset, prepare
from vanas_panel.training.device import AUTO
from vanas_panel.training.image_files import MNIST_5K, Images, load_images
from vanas_panel.training.recordings import RecordedRecord
from vanas_panel.training.results import Record
from vanas_panel.training.settings import Settings
from vanas_panel.training.trainer import check_fit
from vanas_panel.training.workers import (
    connected,
    device_slot,
    prepare_process,
    submit_dataset,
    train_record,
    train_recorded,
)

_PERIOD = 0.2
"""Seconds between two words from a worker, and between two looks at whether it should stop."""

_LOOKS = 10
"""Looks in a training, besides those at the budgets."""


class Stopped(Exception):
    """Raised on a worker to leave a training that is no longer awaited."""


class TrainingCluster:
    """Dask workers, and the messages to and from them.

    Parameters
    ----------
    scheduler : str or None
        As `vanas_panel.training.workers.connected` takes them.
    workers : int or None
    on_word : callable
        Called from a thread of Dask as ``on_word(run, word)`` with what a worker says of a run.
    device : str, optional
    cells_per_device : int or None, optional
        As `vanas_panel.training.workers.train_keys` takes them.

    Raises
    ------
    TrainingError
        Where the scheduler does not answer.
    OSError
        Where workers cannot be started on this machine.
    """

    def __init__(self, scheduler: str | None, workers: int | None, on_word: Callable[[str, dict[str, Any]], None],
                 device: str = AUTO, cells_per_device: int | None = None):
        self._where = device, cells_per_device
        self._open = ExitStack()
        self.client = self._open.enter_context(connected(scheduler, workers))
        self._topic = f"vanas-panel-{uuid.uuid4().hex}"
        self._images: dict[str, Images] = {}
        self._datasets: dict[tuple[str, str], Future] = {}
        # Several searches may hand over cells at the same time.
        self._preparing = threading.Lock()
        self.client.subscribe_topic(self._topic, lambda event: on_word(event[1]["run"], event[1]))

    @property
    def alive(self) -> bool:
        """Whether the scheduler can still be reached."""
        return self.client.status == "running"

    @property
    def threads(self) -> int:
        """Trainings that the workers which are there can do at once; 0 where none is left."""
        if not self.alive:
            return 0
        try:
            return sum(self.client.nthreads().values())
        except Exception:
            # Which one depends on how far distributed has noticed that the scheduler is gone.
            return 0

    def submit(self, run: str, key: int, settings: Settings, *, record: bool = False) -> Future:
        """Have a cell trained.

        Parameters
        ----------
        run : str
            A name that no other run has.
        key : int
            Canonical key.
        settings : Settings
        record : bool, optional
            Whether to record how far its weights move, too.

        Returns
        -------
        distributed.Future
            Of a `Record`, or of a `RecordedRecord`.

        Raises
        ------
        TrainingError
            Where the images cannot be used.
        """
        with self._preparing:
            if record:
                # Workers of this machine share the cache of compiled kernels.
                ready_recorder()
            images, dataset = self._prepared(settings)
        return self.client.submit(_live_task, key, settings, dataset, images.digest, run, self._topic, *self._where,
                                  record, pure=False, key=f"live-{key}-{run}")

    def stop(self, run: str, future: Future) -> None:
        """Have a training ended: a worker leaves it at its next step, and one that has not begun never does."""
        Event(_event(run), self.client).set()
        future.cancel(force=True)

    def forget(self, run: str) -> None:
        """Clear away what `stop` left, once the training has ended."""
        Event(_event(run), self.client).clear()

    def close(self) -> None:
        """End the workers that were started here."""
        self._open.close()

    def _prepared(self, settings: Settings) -> tuple[Images, Future]:
        """Images, and data on the workers, made once for each settings."""
        source = settings.data.source
        images = self._images.get(source) or load_images(source)
        if source == MNIST_5K:
            # The only ones that cannot change while we run.
            self._images[source] = images
        name = settings.digest, images.digest
        if name not in self._datasets or self._datasets[name].status in ("cancelled", "lost", "error"):
            # Faults of the images are reported here, before a worker gets them.
            check_fit(prepare(images, settings.data), settings)
            self._datasets[name] = submit_dataset(self.client, images, settings)
        return images, self._datasets[name]


def look_steps(settings: Settings) -> tuple[int, ...]:
    """Steps after which a training that is watched is looked at, besides its budgets.

    Examples
    --------
    >>> look_steps(Settings())
    (18, 36, 54, 72, 108, 126, 144, 162)
    """
    steps = {round(settings.steps * part / _LOOKS) for part in range(1, _LOOKS)}
    return tuple(sorted(steps - set(settings.budgets) - {0}))


def _event(run: str) -> str:
    """Name of the signal that ends a run."""
    return f"vanas-panel-stop-{run}"


def _live_task(key: int, settings: Settings, dataset: Dataset, images_digest: str, run: str, topic: str, device: str,
               cells_per_device: int | None, is_recorded: bool) -> Record | RecordedRecord:
    """On a worker: train one cell, report its progress, and leave when it is no longer awaited."""
    worker, signal, attempt = get_worker(), Event(_event(run)), uuid.uuid4().hex
    evaluated, last = set(look_steps(settings)), 0.0

    def tell(step: int, **more) -> None:
        """Send a message to the watchers."""
        worker.log_event(topic, {"run": run, "attempt": attempt, "step": step, **more})

    def on_step(step: int, look: Callable[[], dict[str, Any]]) -> None:
        """After a step: say so now and then, and ask whether to go on."""
        nonlocal last
        now = time.monotonic()
        if step in evaluated:
            tell(step, look=look())
        if now - last >= _PERIOD:
            last = now
            if signal.is_set():
                raise Stopped
            tell(step)

    def on_budget(step: int, repeats) -> None:
        """At a budget: what was measured there."""
        tell(step, look={name: [getattr(repeat, name)[-1] for repeat in repeats]
                         for name in ("train_accuracy", "validation_accuracy")})

    def on_wait() -> None:
        """While the device is full: ask whether to go on waiting."""
        if signal.is_set():
            raise Stopped

    with device_slot(settings, device, cells_per_device, on_wait) as (name, limit):
        tell(0)
        prepare_process(settings, dataset, name)
        train = train_recorded if is_recorded else train_record
        return train(key, settings, dataset, images_digest, device=name, cells_per_device=limit, on_step=on_step,
                     on_budget=on_budget)
