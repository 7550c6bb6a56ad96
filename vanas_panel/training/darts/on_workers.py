"""A gradient search as one task of a Dask worker; its file and its checkpoints stay on this side."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import dask
from distributed import Client, Event, Future, Queue

from vanas_panel.errors import TrainingError, VanasError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.datasets import load_data
from vanas_panel.training.darts.epoch import Epoch, epoch_of
from vanas_panel.training.darts.network_shape import edge_count, reduction_cells
from vanas_panel.training.darts.run_file import DartsFile, DartsRun, header_of
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.darts.worker_task import answers_name, epoch_seconds, search_on_worker, stop_name, words_name
from vanas_panel.training.device import AUTO
from vanas_panel.training.image_files import Images
from vanas_panel.training.reasons import error_words
from vanas_panel.training.text_files import Texts

PATIENCE = 120.0
"""Seconds without any worker after which a search is left; a worker that was killed is back in a few."""

_LOOK = 0.1
"""Seconds between two looks at whether to go on, and whether the task is still there."""


def search_on_workers(settings: DartsSettings, out: str | PathLike, client: Client, *, device: str = AUTO,
                      cells_per_device: int | None = None, on_epoch: Callable[[Epoch], object] | None = None,
                      on_begin: Callable[[DartsRun], object] | None = None,
                      goes_on: Callable[[], bool] | None = None) -> DartsRun:
    """Run a search on a worker, or go on with one.

    The lines are those of a search in this process. A worker that dies is followed by another one, which goes on from
    the last epoch.

    Parameters
    ----------
    settings : DartsSettings
    out : path-like
    client : distributed.Client
    device, on_epoch
        As for `vanas_panel.training.darts.entry.search_darts`; each worker finds what it has.
    cells_per_device : int, optional
        As for `vanas_panel.training.workers.train_keys`: a search takes the place of one cell.
    on_begin : callable, optional
        Called with the run so far whenever a worker begins with it.
    goes_on : callable, optional
        Asked now and then; where it says no, the epoch under way is left, and the run so far is returned.

    Returns
    -------
    DartsRun

    Raises
    ------
    TrainingError
        As for `vanas_panel.training.darts.entry.search_darts`, and where workers or the scheduler are lost.
    DeviceError
        Where a worker has no such device.
    """
    data = load_data(settings.data)
    with ExitStack() as opened:
        held = _Held(settings, data, Path(out), opened)
        if held.is_finished:
            return held.run
        name = uuid.uuid4().hex
        if converse(client, name, lambda: client.submit(
                search_on_worker, settings, on_workers(client, data), name, str(held.checkpoint), device,
                cells_per_device, pure=False, key=f"darts-{name}"),
                lambda word: held.answer(word, on_epoch, on_begin), goes_on):
            held.end()
        return held.run


def converse(client: Client, name: str, submit: Callable[[], Future],
             answer: Callable[[dict[str, Any]], dict[str, Any]], goes_on: Callable[[], bool] | None,
             take: Callable[[Any], object] | None = None) -> bool:
    """Answer what a task says until it ends.

    Parameters
    ----------
    client : distributed.Client
    name : str
        What the queues are named by.
    submit : callable
        Begins the task.
    answer : callable
        What a word is answered, see `vanas_panel.training.darts.worker_task.Line`.
    goes_on : callable, optional
        Where it says no, the task is left.
    take : callable, optional
        Takes what the task has returned.

    Returns
    -------
    bool
        Whether it came to its end.

    Raises
    ------
    TrainingError, DeviceError
        What it failed with, and where workers or the scheduler are lost.
    """
    words, signal = Queue(words_name(name), client), Event(stop_name(name), client)
    future, attempts, there = submit(), set(), _Attendance(client)
    try:
        while not future.done() or words.qsize():
            if client.status != "running":
                raise TrainingError(Message("The connection to the workers was lost ({error}). Try again.",
                                            error=client.status))
            if goes_on is not None and not goes_on():
                return False
            word = _next(words)
            if word is None:
                there.look()
            else:
                attempts.add(word["attempt"])
                said = {**answer(word), "number": word["number"]}
                Queue(answers_name(name, word["attempt"]), client).put(said)
        raise_failure(future)
        if take is not None:
            take(future.result())
        return True
    finally:
        _leave(future, signal, [words, *(Queue(answers_name(name, each), client) for each in attempts)])


class _Attendance:
    """Whether any worker is there: one that was killed comes back, and where none does, nobody waits for ever."""

    def __init__(self, client: Client):
        self._client, self._seen, self._looked = client, time.monotonic(), 0.0

    def look(self) -> None:
        """Look now and then.

        Raises
        ------
        TrainingError
            Where no worker was there for `PATIENCE` seconds.
        """
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        if self._client.nthreads():
            self._seen = now
        elif now - self._seen > PATIENCE:
            raise TrainingError(Message("No worker was there for {seconds:g} seconds. Start some, and go on: what was "
                                        "done is kept.", seconds=PATIENCE))


class _Held:
    """The file of a search whose epochs come from a worker."""

    def __init__(self, settings: DartsSettings, data: Images | Texts, path: Path, opened: ExitStack):
        # Of the workers that began, the last one counts.
        self._settings, self._data, self._path, self._opened = settings, data, path, opened
        self.attempts: list[str] = []
        self._file: DartsFile | None = None
        if path.exists() and path.stat().st_size:
            # What is wrong with it is said before a worker begins. Its own first line stays.
            self._open("", {})

    def _open(self, device: str, versions: dict[str, str], sizes: dict[str, int] | None = None) -> DartsFile:
        """Open the file, which is begun where it is absent."""
        if self._file is None:
            header = header_of(self._settings, self._data.digest, device, versions, sizes)
            self._file = self._opened.enter_context(DartsFile(self._path, header))
        return self._file

    @property
    def run(self) -> DartsRun:
        """The run so far."""
        if self._file is None:
            return DartsRun(self._settings, header_of(self._settings, self._data.digest, "", {}), [])
        return self._file.run

    @property
    def is_finished(self) -> bool:
        """Whether every epoch is in the file."""
        return self.run.is_finished

    @property
    def checkpoint(self) -> Path:
        """Path of the checkpoint."""
        return Path(f"{self._path}.checkpoint")

    def answer(self, word: dict[str, Any], on_epoch: Callable[[Epoch], object] | None,
               on_begin: Callable[[DartsRun], object] | None) -> dict[str, Any]:
        """What a worker is answered. A worker that was given up, and another one began, is told to stop."""
        kind = word["kind"]
        if kind == "begin":
            self.attempts.append(word["attempt"])
            file = self._open(word["device"], word["versions"], word["sizes"])
            return {"goes_on": True, "checkpoint": file.checkpoint_content()}
        if word["attempt"] != self.attempts[-1] or self._file is None:
            return {"goes_on": False}
        if kind == "loaded":
            self._file.keep(int(word["epoch"]))
            if on_begin is not None:
                on_begin(self._file.run)
            return {"goes_on": True}
        # An answer may have come too late: then the same epoch comes once more.
        if word["line"]["epoch"] == len(self._file.run) + 1:
            epoch = self._epoch(word["line"])
            self._file.append(epoch, word["checkpoint"])
            if on_epoch is not None:
                on_epoch(epoch)
        return {"goes_on": True}

    def _epoch(self, line: dict[str, Any]) -> Epoch:
        """An epoch as a worker has sent it."""
        settings = self._settings
        shape = (2 if reduction_cells(settings.cells) else 1, edge_count(settings.nodes), len(settings.operations))
        found = epoch_of(line, len(self.run) + 1, shape)
        if not isinstance(found, Epoch):
            raise TrainingError(Message("Found {found} from a worker; expected the next epoch. Use the same version of "
                                        "vanas-panel on all machines.", found=found))
        return found

    def end(self) -> None:
        """Remove what only a search that is not finished needs."""
        self.checkpoint.unlink(missing_ok=True)


def measure_epoch(settings: DartsSettings, client: Client, device: str = AUTO) -> float:
    """Seconds that an epoch of a search is expected to take on a worker, by a few steps that it takes now.

    Epochs in which the alphas are frozen are quicker: the result is the mean over all of them.

    Raises
    ------
    TrainingError, DeviceError
        As for `search_on_workers`.
    """
    data = load_data(settings.data)
    shares = [(replace(settings, frozen=0), 1 - settings.frozen / settings.epochs)]
    if settings.frozen:
        shares.append((replace(settings, frozen=settings.epochs), settings.frozen / settings.epochs))
    seconds = 0.0
    for each, share in shares:
        if share:
            future = client.submit(epoch_seconds, each, on_workers(client, data), device, pure=False,
                                   key=f"darts-measured-{uuid.uuid4().hex}")
            raise_failure(future)
            seconds += share * float(future.result())
    return seconds


def on_workers(client: Client, data: Images | Texts) -> Future:
    """Images or texts that are sent once, however many searches take them; as a task, so that they outlive a worker."""
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
        return client.submit(_same, data, key=f"darts-data-{data.digest}")


def _same(data: Images | Texts) -> Images | Texts:
    """On a worker: what was sent."""
    return data


def _next(words: Queue) -> dict[str, Any] | None:
    """What a worker says next; None where it says nothing for a moment."""
    if not words.qsize():
        time.sleep(_LOOK)
        return None
    word: dict[str, Any] = words.get()
    return word


def raise_failure(future: Future) -> None:
    """Raise what a task has failed with, in words for a person."""
    try:
        future.result()
    except VanasError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        # A future that was taken from us raises CancelledError, which is no Exception.
        raise TrainingError(error_words(error)) from None


def _leave(future: Future, signal: Event, queues: list[Queue]) -> None:
    """Have a worker leave what nobody awaits; a scheduler that is gone needs nothing of it."""
    with suppress(Exception):
        if not future.done():
            # Its queues stay, since it may ask once more. They are empty.
            signal.set()
            future.cancel()
        else:
            for each in queues:
                each.close()
    with suppress(Exception):
        future.release()
