"""Training of a network that takes examples and a probability of dropped paths, and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.optimizer import optimizer_of
from vanas_panel.training.data import Dataset, ImageSet

_AT_ONCE = 500
"""Examples of a batch of an evaluation."""


def check_batches(dataset: Dataset, settings: GenotypeSettings) -> None:
    """Refuse fewer examples than a batch has.

    Raises
    ------
    TrainingError
    """
    if len(dataset.train) < settings.batch_size:
        raise TrainingError(Message("Found {count:,} training examples; expected a batch of {size:,} at least. Choose "
                                    "a smaller batch_size.", count=len(dataset.train), size=settings.batch_size))


def train_epochs(network: nn.Module, settings: GenotypeSettings, data: tuple[Tensor, Tensor],
                 on_epoch: Callable[[int, float], object] | None = None) -> float:
    """Train a network in place.

    Parameters
    ----------
    network : Module
        Called with a batch of images and the probability that a path is dropped.
    settings : GenotypeSettings
    data : (Tensor, Tensor)
        From `tensors_of`.
    on_epoch : callable, optional
        Called with the number of each epoch, from 1, and its mean loss.

    Returns
    -------
    float
        The mean loss of the last epoch.

    Raises
    ------
    TrainingError
        Where a loss is no finite number.
    """
    images, labels = data
    steps = optimizer_of(settings, network.parameters())
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


def tensors_of(part: ImageSet, device: torch.device) -> tuple[Tensor, Tensor]:
    """Examples ``(n, channels, height, width)`` and labels on a device."""
    images = np.ascontiguousarray(part.images.transpose(0, 3, 1, 2))
    return torch.from_numpy(images).to(device), torch.from_numpy(part.labels).to(device)


def accuracy_of(network: nn.Module, data: tuple[Tensor, Tensor]) -> float:
    """Share of examples whose class is found."""
    images, labels = data
    network.eval()
    with torch.no_grad():
        right = sum(int((network(images[start:start + _AT_ONCE]).argmax(dim=1)
                         == labels[start:start + _AT_ONCE]).sum()) for start in range(0, len(labels), _AT_ONCE))
    return right / len(labels)
