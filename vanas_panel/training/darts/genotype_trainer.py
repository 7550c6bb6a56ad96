"""Training of a genotype from the beginning, reproducible from its settings."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable

import numpy as np
import torch

from vanas_panel._version import __version__
from vanas_panel.core.genotype import Genotype
from vanas_panel.training.darts.cost import genotype_cost
from vanas_panel.training.darts.datasets import PreparedData
from vanas_panel.training.darts.derived_network import GenotypeNetwork
from vanas_panel.training.darts.fitting import accuracy_of, check_batches, tensors_of, train_epochs
from vanas_panel.training.darts.genotype_results import GenotypeResult
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.one_thread import one_thread


def train_network(genotype: Genotype, settings: GenotypeSettings, data: PreparedData, images: str,
                  device: torch.device, on_epoch: Callable[[int, float], object] | None = None) -> GenotypeResult:
    """Train a genotype; see `vanas_panel.training.darts.entry.train_genotype`.

    Parameters
    ----------
    genotype, settings, data
    images : str
        Digest of the images or texts.
    device : torch.device
    on_epoch : callable, optional
        Called with the number of each epoch, from 1, and its mean loss.

    Raises
    ------
    TrainingError
        Where there are fewer images than a batch has, or a loss is no finite number.
    """
    dataset = data.dataset
    check_batches(dataset, settings)
    shape = data.shape(settings.channels, settings.cells, 1)
    begin = time.perf_counter()
    with one_thread(), torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(settings.seed)
        network = GenotypeNetwork(genotype, shape, settings.dropout).to(device)
        loss = train_epochs(network, settings, tensors_of(dataset.train, device), on_epoch)
        seconds = time.perf_counter() - begin
        validation, test = (accuracy_of(network, tensors_of(part, device))
                            for part in (dataset.validation, dataset.test))
    cost = genotype_cost(genotype, shape, dataset.train.images.shape[1])
    return GenotypeResult(
        genotype, settings, images, cost.parameters, cost.multiply_accumulates, validation, test, loss, seconds,
        str(device),
        {"vanas-panel": __version__, "python": platform.python_version(), "torch": str(torch.__version__),
         "numpy": np.__version__})
