"""What a Dask worker does of a gradient search: its epochs, one after the other, each handed over with a checkpoint.

The worker holds no file. It says that it begins, gets the last checkpoint, and waits after every epoch until the other
side has it on the disk; so a worker that dies loses the epoch that it was in, and nothing else.
"""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from itertools import pairwise
from statistics import median
from typing import Any

import torch
from distributed import Event, Queue

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.datasets import prepare_data
from vanas_panel.training.darts.epoch import line_of
from vanas_panel.training.darts.run_file import state_of
from vanas_panel.training.darts.runner import checkpoint_of, versions
from vanas_panel.training.darts.search import DartsSearch
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.darts.sizes import sizes_of
from vanas_panel.training.device import find_devices
from vanas_panel.training.image_files import Images
from vanas_panel.training.one_thread import one_thread
from vanas_panel.training.slots import limit_for, slot
from vanas_panel.training.text_files import Texts

PERIOD = 0.2
"""Seconds between two looks at whether to stop."""
_ASK = 0.02
"""Seconds between two looks for an answer, which is there after a moment."""
PATIENCE = 30.0
"""Seconds after which a word that nobody answers is said again."""
_TRIES = 4

_MEASURED = 3
"""Steps that are measured."""


class Left(Exception):
    """Raised on a worker to leave a search that is no longer awaited."""


def words_name(run: str) -> str:
    """Name of the queue of what workers say."""
    return f"vanas-panel-darts-{run}"


def answers_name(run: str, attempt: str) -> str:
    """Name of the queue of what one attempt is answered."""
    return f"vanas-panel-darts-{run}-{attempt}"


def stop_name(run: str) -> str:
    """Name of the signal that ends a search."""
    return f"vanas-panel-darts-stop-{run}"


class Line:
    """The line to the side that holds the file."""

    def __init__(self, run: str):
        self._attempt = uuid.uuid4().hex
        self._words, self._answers = Queue(words_name(run)), Queue(answers_name(run, self._attempt))
        self._signal, self._looked = Event(stop_name(run)), 0.0
        self._number = 0

    def say(self, **word: Any) -> dict[str, Any]:
        """Say something, and wait for the answer.

        Raises
        ------
        Left
            Where nobody answers, or the answer is to stop.
        """
        self._number += 1
        for _try in range(_TRIES):
            self._words.put({**word, "attempt": self._attempt, "number": self._number})
            until = time.monotonic() + PATIENCE
            # Asked for, not waited for: a scheduler writes a traceback for every wait that ends without an answer.
            while time.monotonic() < until:
                if self._answers.qsize():
                    answer: dict[str, Any] = self._answers.get()
                    if answer["number"] != self._number:
                        # To a word that was said again: it was answered once already.
                        continue
                    if not answer["goes_on"]:
                        raise Left
                    return answer
                time.sleep(_ASK)
                self.look()
        raise Left

    def look(self, *, at_once: bool = False) -> None:
        """Leave where that is asked for."""
        now = time.monotonic()
        if at_once or now - self._looked >= PERIOD:
            self._looked = now
            if self._signal.is_set():
                raise Left


def search_on_worker(settings: DartsSettings, data: Images | Texts, run: str, name: str, device: str,
                     cells_per_device: int | None) -> None:
    """Run a search to its end.

    Parameters
    ----------
    settings : DartsSettings
    data : Images or Texts
    run : str
        What the queues are named by; no other search has it.
    name : str
        Of its checkpoint, for errors.
    device : str
        As `vanas_panel.training.device.find_devices` takes it.
    cells_per_device : int or None
        As `vanas_panel.training.slots.limit_for` takes it: a search takes the place of one cell.

    Raises
    ------
    TrainingError, DeviceError
        As for `vanas_panel.training.darts.entry.search_darts`.
    Left
        Where it is no longer awaited.
    """
    line = Line(run)
    devices = [each.name for each in find_devices(device)]
    with slot(devices, limit_for(devices, cells_per_device), lambda: line.look(at_once=True)) as found, one_thread():
        prepared = prepare_data(data, settings.data)
        held = line.say(kind="begin", device=found, versions=versions(), sizes=sizes_of(prepared))["checkpoint"]
        search = DartsSearch(settings, prepared, torch.device(found))
        if held:
            search.load(state_of(held, lambda kept: torch.load(kept, map_location=found, weights_only=True), name))
        if search.epoch > settings.epochs:
            raise TrainingError(Message("{path}: Found no readable checkpoint ({error}); expected that of the last "
                                        "epoch. Remove it to begin again.", path=name, error=search.epoch))
        line.say(kind="loaded", epoch=search.epoch)
        while search.epoch < settings.epochs:
            epoch = search.run_epoch(line.look)
            line.say(kind="epoch", line=line_of(epoch), checkpoint=checkpoint_of(search))


def epoch_seconds(settings: DartsSettings, data: Images | Texts, device: str) -> float:
    """Seconds that the first epoch would take here, by its steps after the first one, which loads what is loaded once.

    Raises
    ------
    TrainingError, DeviceError
        As for `search_on_worker`.
    """
    found = find_devices(device)[0].name
    times: list[float] = []

    def look() -> None:
        times.append(time.perf_counter())
        if len(times) > _MEASURED:
            raise Left

    with one_thread():
        search = DartsSearch(settings, prepare_data(data, settings.data), torch.device(found))
        before = time.perf_counter()
        with suppress(Left):
            search.run_epoch(look)
    # Where an epoch has a single step, that one has to do.
    steps = [after - before for before, after in pairwise(times)] or [times[0] - before]
    return median(steps) * (min(len(labels) for _images, labels in search.halves) // settings.batch_size)
