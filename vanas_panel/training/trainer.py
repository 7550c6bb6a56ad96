"""Train one cell: all its repeats at once, reproducibly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vanas_panel.core.cell import Cell
from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.data import Dataset, ImageSet
from vanas_panel.training.device import AUTO, Device, find_devices, loss_scale, out_of_memory, require_precision
from vanas_panel.training.network import GroupedNetwork
from vanas_panel.training.reasons import BAD_LOSS, NO_NUMBERS
from vanas_panel.training.recorded import NetworkRecorder
from vanas_panel.training.settings import Settings
from vanas_panel.training.trainable import canonical_cell

_EVALUATION_BATCH = 500

Look = Callable[[], dict[str, list[float | None]]]
"""Measures ``train_accuracy`` and ``validation_accuracy`` of every repeat in the middle of a training, None for one
that failed."""


@dataclass
class Repeat:
    """One training of a cell. The lists have one entry for each budget; None where the training failed before.

    Attributes
    ----------
    repeat : int
        Number of the repeat, from 0.
    train_accuracy, validation_accuracy, test_accuracy : list of float or None
        Fractions; the first on the first noisy copy of the training images.
    loss : list of float or None
        Mean cross-entropy of the batches since the budget before.
    training_seconds : list of float or None
        Time of the steps up to the budget, without evaluations: that of all repeats trained together, divided by how
        many they are. Processor time on a processor, time on the clock on other devices, see `Device.clock`.
    failed : bool
        Whether loss or outputs ceased to be finite numbers.
    reason : str
        Why and when it failed; empty where it did not.
    """

    repeat: int
    train_accuracy: list[float | None] = field(default_factory=list)
    validation_accuracy: list[float | None] = field(default_factory=list)
    test_accuracy: list[float | None] = field(default_factory=list)
    loss: list[float | None] = field(default_factory=list)
    training_seconds: list[float | None] = field(default_factory=list)
    failed: bool = False
    reason: str = ""


def learning_rate(step: int, settings: Settings) -> float:
    """Learning rate of a step, counted from 0: linear warm-up, then a cosine that would reach 0 after the last step.

    Examples
    --------
    >>> settings = Settings()
    >>> [round(learning_rate(step, settings), 4) for step in (0, 17, 18, 99, 179)]
    [0.0056, 0.1, 0.1, 0.05, 0.0]
    """
    warm_up = round(settings.warm_up * settings.steps)
    if step < warm_up:
        return settings.learning_rate * (step + 1) / warm_up
    share = (step - warm_up) / max(1, settings.steps - warm_up)
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * share))


def batch_rows(images: int, settings: Settings, generator: np.random.Generator) -> np.ndarray:
    """Rows of the training images in each batch, ``int64 (steps, batch_size)``: one shuffled pass after the other."""
    wanted = settings.steps * settings.batch_size
    passes = [generator.permutation(images) for _ in range(-(-wanted // images))]
    return np.concatenate(passes)[:wanted].reshape(settings.steps, settings.batch_size)


def train_cell(cell: Cell, settings: Settings, dataset: Dataset, *, repeats: Sequence[int] | None = None,
               device: str | Device = AUTO,
               on_budget: Callable[[int, Sequence[Repeat]], None] | None = None,
               on_step: Callable[[int, Look], None] | None = None,
               recorder: NetworkRecorder | None = None) -> tuple[Repeat, ...]:
    """Train some repeats of a cell together.

    First weights and batches depend on cell, settings, data and number of the repeat only, whichever way the cell is
    drawn, and are the same on every device. On a processor so does the result, to the last bit; with another number of
    threads, another set of repeats trained together, another device or another version of PyTorch, sums are rounded
    differently. On CUDA and MPS they may be rounded differently each time.

    Parameters
    ----------
    cell : Cell
    settings : Settings
    dataset : Dataset
        Made with ``settings.data``.
    repeats : sequence of int, optional
        Which ones; ``range(settings.repeats)`` by default.
    device : str or Device, optional
        As `vanas_panel.training.device.find_devices` takes it, whose first one is used.
    on_budget : callable, optional
        Called as ``on_budget(steps, results)`` after each budget, with the results so far. An exception from it
        ends the training.
    on_step : callable, optional
        Called as ``on_step(steps, look)`` after each step; ``look()`` measures at that moment, which changes nothing
        about the training and does not count as its time. An exception from it ends the training.
    recorder : NetworkRecorder, optional
        Records how far the weights of every repeat move, which changes nothing about the training, either, and does not
        count as its time.

    Returns
    -------
    tuple of Repeat
        One for each of `repeats`.

    Raises
    ------
    UnknownOperationError
        Where the cell has an operation that no network can be built from.
    TrainingError
        Where the data do not fit the skeleton.
    DeviceError
        Where there is no such device, it cannot compute in the precision of the settings, or its memory is full.
    """
    check_fit(dataset, settings)
    device = device if isinstance(device, Device) else find_devices(device)[0]
    require_precision(device, settings.precision)
    key, cell = canonical_cell(cell)
    repeats = range(settings.repeats) if repeats is None else repeats
    try:
        with device.exactness():
            return _Training(cell, key, settings, dataset, repeats, device, recorder).run(on_budget, on_step)
    except torch.OutOfMemoryError:
        raise out_of_memory(device) from None


def check_fit(dataset: Dataset, settings: Settings) -> None:
    """Refuse data of other classes or channels than the skeleton has.

    Raises
    ------
    TrainingError
        That says which.
    """
    skeleton = settings.skeleton
    classes, channels = int(dataset.train.labels.max()) + 1, dataset.train.images.shape[3]
    for name, found, wanted in (("classes", classes, skeleton.classes),
                                ("image_channels", channels, skeleton.image_channels)):
        if found != wanted:
            raise TrainingError(Message("Found skeleton.{name} = {wanted}; expected {found}, as the images have. "
                                        "Change it.", name=name, wanted=wanted, found=found))


class _Training:
    """A training under way."""

    def __init__(self, cell: Cell, key: int, settings: Settings, dataset: Dataset, repeats: Sequence[int],
                 device: Device, recorder: NetworkRecorder | None):
        generators = [np.random.default_rng([settings.seed, key, repeat]) for repeat in repeats]
        self.settings = settings
        self.dataset = dataset
        self.device = device
        self.recorder = recorder
        self.results = tuple(Repeat(int(repeat)) for repeat in repeats)
        self.seeds = len(self.results)
        self.network = GroupedNetwork(cell, settings.skeleton, self.seeds,
                                      batch_norm_momentum=settings.batch_norm_momentum,
                                      batch_norm_epsilon=settings.batch_norm_epsilon)
        # Drawn on the processor, so that every device starts from the same weights.
        self.network.initialise(generators)
        self.network.to(device.name)
        rows = [batch_rows(len(dataset.train), settings, generator) for generator in generators]
        self.batches = torch.from_numpy(np.stack(rows, axis=2)).to(device.name)
        self.images = torch.from_numpy(dataset.train.images).to(device.name)
        self.labels = torch.from_numpy(dataset.train.labels).to(device.name)
        self.scale = loss_scale(settings.precision)
        self.optimiser = torch.optim.SGD(self.network.parameters(), lr=settings.learning_rate, nesterov=True,
                                         momentum=settings.momentum, weight_decay=settings.weight_decay,
                                         fused=device.kind != "mps")

    def run(self, on_budget, on_step) -> tuple[Repeat, ...]:
        """Train up to each budget in turn, and measure."""
        done, seconds = 0, 0.0
        if self.recorder is not None:
            self.recorder.begin(self.network, [result.repeat for result in self.results])
            self._record(0)
        for budget in self.settings.budgets:
            start = self.device.clock()
            losses, aside = self._steps(done, budget, on_step)
            seconds += self.device.clock() - start - aside
            self._measure(budget, losses, seconds / self.seeds)
            done = budget
            if on_budget is not None:
                on_budget(budget, self.results)
        return self.results

    def _alive(self) -> list[int]:
        """Groups of the network whose repeat has not failed."""
        return [group for group, result in enumerate(self.results) if not result.failed]

    def _steps(self, start: int, end: int, on_step) -> tuple[list[float], float]:
        """Train from one step to another; the mean loss of each repeat, and the time of `on_step` and of recording."""
        self.network.train()
        totals = torch.zeros(self.seeds, dtype=torch.float64)
        aside = 0.0
        alive = self._alive()
        for step in range(start, end):
            if not alive:
                break
            losses = self._losses(self.batches[step])
            seen = losses.detach().to("cpu", torch.float64)
            finite = torch.isfinite(seen)
            if not finite[alive].all():
                for group in alive:
                    if not finite[group]:
                        self._fail(group, BAD_LOSS.format(loss=seen[group].item(), step=step + 1,
                                                          steps=self.settings.steps))
                alive = self._alive()
                if not alive:
                    break
            totals += seen
            self.optimiser.param_groups[0]["lr"] = learning_rate(step, self.settings)
            self.optimiser.zero_grad()
            # The sum keeps the gradients of a repeat its own; one that failed must not bring NaN into it.
            losses[alive].sum().mul(self.scale).backward()
            if self.scale != 1:
                for weight in self.network.parameters():
                    if weight.grad is not None:
                        weight.grad.div_(self.scale)
            self.optimiser.step()
            if on_step is not None or self._is_recorded(step + 1):
                pause = self.device.clock()
                self._record(step + 1)
                if on_step is not None:
                    on_step(step + 1, self._look)
                aside += self.device.clock() - pause
        return (totals / (end - start)).tolist(), aside

    def _is_recorded(self, step: int) -> bool:
        return self.recorder is not None and step in self.recorder.steps

    def _record(self, step: int) -> None:
        """Record the weights where it is their turn."""
        if self.recorder is not None and step in self.recorder.steps:
            self.recorder.record(step, self.network, self._alive())

    def _look(self) -> dict[str, list[float | None]]:
        """Results in the middle of a training."""
        sets = {"train_accuracy": self.dataset.first_copy, "validation_accuracy": self.dataset.validation}
        found = {name: self._accuracies(images) for name, images in sets.items()}
        self.network.train()
        return {name: [None if result.failed else value for result, value in zip(self.results, values, strict=True)]
                for name, values in found.items()}

    def _losses(self, rows: Tensor) -> Tensor:
        """Cross-entropy of each repeat on its own batch, ``(seeds,)``; `rows` is ``int64 (batch, seeds)``."""
        # (batch, seeds, size, size, channels) with seeds and channels brought together, the last dimension in memory.
        images = self.images[rows].permute(0, 2, 3, 1, 4).flatten(3).permute(0, 3, 1, 2)
        with self.device.autocast(self.settings.precision):
            logits = self.network(images).float()
        each = functional.cross_entropy(logits.flatten(0, 1), self.labels[rows.T].flatten(), reduction="none")
        return each.view(self.seeds, -1).mean(dim=1)

    def _fail(self, group: int, reason: str) -> None:
        """Say why a repeat ended before its time."""
        self.results[group].failed = True
        self.results[group].reason = reason

    def _measure(self, budget: int, losses: list[float], seconds: float) -> None:
        """Add the entries of a budget to every repeat."""
        sets = {"train_accuracy": self.dataset.first_copy, "validation_accuracy": self.dataset.validation,
                "test_accuracy": self.dataset.test}
        alive = self._alive()
        measured = {name: self._accuracies(images) for name, images in sets.items()} if alive else {}
        for group in alive:
            if any(values[group] is None for values in measured.values()):
                self._fail(group, NO_NUMBERS.format(step=budget, steps=self.settings.steps))
        for group, result in enumerate(self.results):
            for name in sets:
                getattr(result, name).append(None if result.failed else measured[name][group])
            result.loss.append(None if result.failed else round(losses[group], 6))
            result.training_seconds.append(None if result.failed else round(seconds, 4))

    def _accuracies(self, images: ImageSet) -> list[float | None]:
        """Share of the images that each repeat puts into the right class; None where it puts out no numbers."""
        self.network.eval()
        right = torch.zeros(self.seeds, dtype=torch.int64)
        finite = torch.ones(self.seeds, dtype=torch.bool)
        with torch.inference_mode(), self.device.autocast(self.settings.precision):
            for start in range(0, len(images), _EVALUATION_BATCH):
                part, labels = (torch.from_numpy(values[start:start + _EVALUATION_BATCH]).to(self.device.name)
                                for values in (images.images, images.labels))
                logits = self.network(part.repeat(1, 1, 1, self.seeds).permute(0, 3, 1, 2))
                right += (logits.argmax(dim=2) == labels).sum(dim=1).cpu()
                finite &= torch.isfinite(logits).flatten(1).all(dim=1).cpu()
        return [round(int(count) / len(images), 6) if whole else None
                for count, whole in zip(right, finite, strict=True)]
