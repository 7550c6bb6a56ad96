"""Training of a genotype from the beginning, reproducible from its settings."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vanas_panel._version import __version__
from vanas_panel.core.genotype import Genotype
from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.cost import genotype_cost
from vanas_panel.training.darts.derived_network import GenotypeNetwork
from vanas_panel.training.darts.genotype_results import GenotypeResult
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.network_shape import Shape
from vanas_panel.training.data import Dataset, ImageSet
from vanas_panel.training.one_thread import one_thread

_AT_ONCE = 500
"""Images of a batch of an evaluation."""


def train_network(genotype: Genotype, settings: GenotypeSettings, dataset: Dataset, images: str,
                  device: torch.device, on_epoch: Callable[[int, float], object] | None = None) -> GenotypeResult:
    """Train a genotype; see `vanas_panel.training.darts.entry.train_genotype`.

    Parameters
    ----------
    genotype, settings, dataset
    images : str
        Digest of the images.
    device : torch.device
    on_epoch : callable, optional
        Called with the number of each epoch, from 1, and its mean loss.

    Raises
    ------
    TrainingError
        Where there are fewer images than a batch has, or a loss is no finite number.
    """
    if len(dataset.train) < settings.batch_size:
        raise TrainingError(Message("Found {count:,} training images; expected a batch of {size:,} at least. Choose a "
                                    "smaller batch_size.", count=len(dataset.train), size=settings.batch_size))
    side, channels = dataset.train.images.shape[1], dataset.train.images.shape[3]
    shape = Shape(settings.channels, settings.cells, 1, channels, int(dataset.train.labels.max()) + 1)
    begin = time.perf_counter()
    with one_thread(), torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(settings.seed)
        network = GenotypeNetwork(genotype, shape).to(device)
        loss = _train(network, settings, _tensors(dataset.train, device), on_epoch)
        seconds = time.perf_counter() - begin
        validation, test = (_accuracy(network, _tensors(part, device)) for part in (dataset.validation, dataset.test))
    cost = genotype_cost(genotype, shape, side)
    return GenotypeResult(
        genotype, settings, images, cost.parameters, cost.multiply_accumulates, validation, test, loss, seconds,
        str(device),
        {"vanas-panel": __version__, "python": platform.python_version(), "torch": str(torch.__version__),
         "numpy": np.__version__})


def _train(network: GenotypeNetwork, settings: GenotypeSettings, data: tuple[Tensor, Tensor],
           on_epoch: Callable[[int, float], object] | None) -> float:
    """Train all epochs; the mean loss of the last one."""
    images, labels = data
    steps = torch.optim.SGD(network.parameters(), settings.learning_rate, settings.momentum,
                            weight_decay=settings.weight_decay)
    size, mean = settings.batch_size, math.nan
    for epoch in range(settings.epochs):
        network.train()
        for group in steps.param_groups:
            group["lr"] = settings.learning_rate * (1 + math.cos(math.pi * epoch / settings.epochs)) / 2
        drop = settings.drop_path * epoch / max(1, settings.epochs - 1)
        order = torch.from_numpy(np.random.default_rng([settings.seed, 2, epoch]).permutation(len(labels)))
        losses = []
        for start in range(0, len(labels) - size + 1, size):
            rows = order[start:start + size].to(images.device)
            steps.zero_grad()
            loss = functional.cross_entropy(network(images[rows], drop), labels[rows])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
            steps.step()
            losses.append(float(loss.detach()))
        mean = sum(losses) / len(losses)
        if not math.isfinite(mean):
            raise TrainingError(Message("Found a loss that is no finite number in epoch {epoch}; expected one. Choose "
                                        "a smaller learning_rate.", epoch=epoch + 1))
        if on_epoch is not None:
            on_epoch(epoch + 1, mean)
    return mean


def _tensors(part: ImageSet, device: torch.device) -> tuple[Tensor, Tensor]:
    """Images ``(n, channels, height, width)`` and labels on a device."""
    images = np.ascontiguousarray(part.images.transpose(0, 3, 1, 2))
    return torch.from_numpy(images).to(device), torch.from_numpy(part.labels).to(device)


def _accuracy(network: GenotypeNetwork, data: tuple[Tensor, Tensor]) -> float:
    """Share of images whose class is found."""
    images, labels = data
    network.eval()
    with torch.no_grad():
        right = sum(int((network(images[start:start + _AT_ONCE]).argmax(dim=1)
                         == labels[start:start + _AT_ONCE]).sum()) for start in range(0, len(labels), _AT_ONCE))
    return right / len(labels)
