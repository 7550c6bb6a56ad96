"""Training of a plan from the beginning: the same for every genome that expresses it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from vanas_panel.errors import TrainingError
from vanas_panel.training.darts.datasets import prepare_data
from vanas_panel.training.darts.fitting import accuracy_of, check_batches, tensors_of, train_epochs
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.device import find_devices
from vanas_panel.training.image_files import Images
from vanas_panel.training.neat.network import NeatNetwork
from vanas_panel.training.neat.plan import Plan
from vanas_panel.training.neat.trained import Trained
from vanas_panel.training.one_thread import one_thread
from vanas_panel.training.text_files import Texts


class Trainer:
    """Trains plans on the same images or texts, on one device.

    Parameters
    ----------
    settings : GenotypeSettings
    examples : Images or Texts
    device : str
        ``auto`` (CUDA, else MPS, else the processor), ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.

    Raises
    ------
    TrainingError
        Where they do not fit the settings, or are fewer than a batch.
    DeviceError
        Where there is no such device.
    """

    def __init__(self, settings: GenotypeSettings, examples: Images | Texts, device: str):
        self.settings, self.device = settings, find_devices(device)[0].name
        data = prepare_data(examples, settings.data)
        dataset = data.dataset
        check_batches(dataset, settings)
        self.shape = data.shape(settings.channels, settings.cells, 1)
        self._parts = [tensors_of(part, torch.device(self.device))
                       for part in (dataset.train, dataset.validation, dataset.test)]

    @property
    def versions(self) -> dict[str, str]:
        """Of what the numbers depend on."""
        return {"torch": str(torch.__version__), "numpy": np.__version__}

    def train(self, plan: Plan, on_epoch: Callable[[int, float], object] | None = None,
              on_measured: Callable[[int, float, float], object] | None = None) -> Trained:
        """Train a plan, see `vanas_panel.neat.train`.

        Parameters
        ----------
        plan : Plan
        on_epoch : callable, optional
            Called with the number of each epoch, from 1, and its mean loss.
        on_measured : callable, optional
            Called with these and the validation accuracy then, which costs time and changes nothing.

        Raises
        ------
        TrainingError
            Where it cannot be built.
        """
        begin, device = time.process_time(), torch.device(self.device)
        with one_thread(), torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.manual_seed(self.settings.seed)
            network = NeatNetwork(plan, self.shape, self.settings.dropout).to(device)
            parameters = sum(each.numel() for each in network.parameters())
            train, validation, test = self._parts

            def tell(epoch: int, mean: float) -> None:
                if on_epoch is not None:
                    on_epoch(epoch, mean)
                if on_measured is not None:
                    on_measured(epoch, mean, accuracy_of(network, validation))

            try:
                loss = train_epochs(network, self.settings, train, tell)
            except TrainingError as error:
                # Networks that multiply what they compute may grow without bounds; the others go on.
                return Trained(str(plan), parameters, 0.0, 0.0, 0.0, time.process_time() - begin, str(error))
            found = accuracy_of(network, validation), accuracy_of(network, test)
        return Trained(str(plan), parameters, *found, loss, time.process_time() - begin)
