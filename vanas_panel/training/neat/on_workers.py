"""The training of a plan as one task of a Dask worker; whoever keeps its epochs is on this side."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from distributed import Client

from vanas_panel.training.darts.datasets import load_data
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.on_workers import converse, on_workers, raise_failure
from vanas_panel.training.darts.worker_task import Line
from vanas_panel.training.device import find_devices
from vanas_panel.training.image_files import Images
from vanas_panel.training.neat.plan import Plan
from vanas_panel.training.neat.trained import Trained
from vanas_panel.training.neat.trainer import Trainer
from vanas_panel.training.slots import limit_for, slot
from vanas_panel.training.text_files import Texts


def train_on_workers(plan: Plan, settings: GenotypeSettings, client: Client, *, device: str = "auto",
                     cells_per_device: int | None = None, on_begin: Callable[[], object],
                     on_epoch: Callable[[dict[str, Any]], object], goes_on: Callable[[], bool]) -> Trained | None:
    """Train a plan on a worker, as `vanas_panel.neat.train` does here.

    Parameters
    ----------
    plan : Plan
    settings : GenotypeSettings
    client : distributed.Client
    device, cells_per_device
        As for `vanas_panel.training.darts.on_workers.search_on_workers`.
    on_begin : callable
        Called whenever a worker begins, also where it follows one that died: epochs count from 1 again.
    on_epoch : callable
        Takes the line of an epoch: ``epoch``, ``train_loss``, ``validation_accuracy``, ``seconds``.
    goes_on : callable
        Asked now and then; where it says no, the training is left.

    Returns
    -------
    Trained or None
        None where it was left.

    Raises
    ------
    TrainingError, DeviceError
        As for `vanas_panel.neat.train`, and where workers or the scheduler are lost.
    """
    data, attempts = load_data(settings.data), []

    def answer(word: dict[str, Any]) -> dict[str, Any]:
        """Hand over what the last worker that began says; one that it has followed is told to leave."""
        if word["kind"] == "begin":
            attempts.append(word["attempt"])
            on_begin()
        elif word["attempt"] != attempts[-1]:
            return {"goes_on": False}
        else:
            on_epoch(word["line"])
        return {"goes_on": True}

    name = uuid.uuid4().hex
    result: list[Trained] = []
    is_whole = converse(client, name, lambda: client.submit(
        _train_on_worker, str(plan), settings, on_workers(client, data), name, device, cells_per_device, pure=False,
        key=f"genome-{name}"), answer, goes_on, result.append)
    return result[0] if is_whole else None


def measure_training(plan: Plan, settings: GenotypeSettings, client: Client, device: str = "auto") -> float:
    """Seconds of an epoch of a training, by one that a worker takes now.

    Raises
    ------
    TrainingError, DeviceError
        As for `train_on_workers`.
    """
    future = client.submit(_epoch_seconds, str(plan), replace(settings, epochs=1),
                           on_workers(client, load_data(settings.data)), device, pure=False,
                           key=f"genome-measured-{uuid.uuid4().hex}")
    raise_failure(future)
    return float(future.result())


def _train_on_worker(plan: str, settings: GenotypeSettings, data: Images | Texts, run: str, device: str,
                     cells_per_device: int | None) -> Trained:
    """On a worker: train, and say every epoch."""
    line = Line(run)
    devices = [each.name for each in find_devices(device)]
    with slot(devices, limit_for(devices, cells_per_device), lambda: line.look(at_once=True)) as found:
        trainer = Trainer(settings, data, found)
        line.say(kind="begin")
        before = time.perf_counter()

        def tell(epoch: int, loss: float, accuracy: float) -> None:
            nonlocal before
            now = time.perf_counter()
            line.say(kind="epoch", line={"epoch": epoch, "train_loss": loss, "validation_accuracy": accuracy,
                                         "seconds": now - before})
            before = time.perf_counter()

        return trainer.train(Plan.from_text(plan), on_measured=tell)


def _epoch_seconds(plan: str, settings: GenotypeSettings, data: Images | Texts, device: str) -> float:
    """On a worker: the seconds of one epoch."""
    trainer = Trainer(settings, data, device)
    before = time.perf_counter()
    trainer.train(Plan.from_text(plan), on_measured=lambda *_numbers: None)
    return time.perf_counter() - before
