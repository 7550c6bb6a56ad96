"""The search itself: weights and alphas by turns, every epoch reproducible from the state after the one before."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.darts.datasets import PreparedData
from vanas_panel.training.darts.epoch import Epoch
from vanas_panel.training.darts.gradient import gradient_through_step
from vanas_panel.training.darts.network import SearchNetwork
from vanas_panel.training.darts.network_shape import edge_count, reduction_cells
from vanas_panel.training.darts.optimizer import optimizer_of
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.data import ImageSet

_ALPHA_SPREAD = 1e-3
"""Standard deviation of the alphas at the beginning, as in the published code."""


class DartsSearch:
    """A search that goes on epoch by epoch.

    Parameters
    ----------
    settings : DartsSettings
    data : PreparedData
        Only its training set is used.
    device : torch.device, optional

    Raises
    ------
    TrainingError
        Where the training set has fewer images than two batches.
    """

    def __init__(self, settings: DartsSettings, data: PreparedData, device: torch.device | None = None):
        self.settings, self.device = settings, device or torch.device("cpu")
        images = data.dataset.train
        if len(images) < 2 * settings.batch_size:
            raise TrainingError(Message("Found {count:,} training examples; expected two batches of {size:,} at least, "
                                        "one for the weights and one for the alphas. Choose a smaller batch_size.",
                                        count=len(images), size=settings.batch_size))
        self.halves = _halves(images, settings.seed, self.device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            shape = data.shape(settings.channels, settings.cells, settings.nodes)
            network = SearchNetwork(shape, settings.operations, settings.kept or None, settings.dropout)
            size = edge_count(settings.nodes), len(settings.operations)
            kinds = 2 if reduction_cells(settings.cells) else 1
            alphas = [_ALPHA_SPREAD * torch.randn(size, dtype=torch.float64) for _ in range(kinds)]
        self.network = network.to(self.device)
        self.alphas = [each.float().to(self.device).requires_grad_() for each in alphas]
        self.weight_steps = optimizer_of(settings, self.network.parameters())
        self.alpha_steps = torch.optim.Adam(self.alphas, settings.alpha_rate, (0.5, 0.999),
                                            weight_decay=settings.alpha_decay)
        self.epoch = 0

    def run_epoch(self, on_step: Callable[[], object] | None = None) -> Epoch:
        """Go through the training set once.

        Raises
        ------
        TrainingError
            Where a loss is no finite number.
        """
        begin, settings = time.perf_counter(), self.settings
        for group in self.weight_steps.param_groups:
            group["lr"] = rate_of(settings, self.epoch)
        sums, steps = np.zeros(4), 0
        gradients = [torch.zeros_like(each) for each in self.alphas]
        # Dropout leaves the alphas alone: two gradients under different masks have no difference to speak of.
        self.network.eval()
        for train, held in self._batches():
            if self.epoch >= settings.frozen:
                for total, each in zip(gradients, self._step_alphas(train, held), strict=True):
                    total += each
            sums[:2] += self._measure(held)
            sums[2:] += self._step_weights(train, steps)
            steps += 1
            if not np.isfinite(sums).all():
                raise TrainingError(Message("Found a loss that is no finite number in epoch {epoch}; expected one. "
                                            "Choose a smaller learning_rate.", epoch=self.epoch + 1))
            if on_step is not None:
                on_step()
        self.epoch += 1
        held_loss, held_right, train_loss, train_right = (sums / steps).tolist()
        return Epoch(self.epoch, self._numbers(self.alphas), self._numbers([each / steps for each in gradients]),
                     train_loss, held_loss, train_right, held_right, time.perf_counter() - begin)

    def state(self) -> dict[str, Any]:
        """Everything that the next epoch depends on, of tensors and plain values alone."""
        return {"epoch": self.epoch, "network": self.network.state_dict(), "alphas": [each.detach() for each in
                                                                                      self.alphas],
                "weight_steps": self.weight_steps.state_dict(), "alpha_steps": self.alpha_steps.state_dict()}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.epoch = int(state["epoch"])
        self.network.load_state_dict(state["network"])
        with torch.no_grad():
            for own, kept in zip(self.alphas, state["alphas"], strict=True):
                own.copy_(kept)
        self.weight_steps.load_state_dict(state["weight_steps"])
        self.alpha_steps.load_state_dict(state["alpha_steps"])

    def _batches(self) -> Iterator[tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]]:
        """Batches of both halves, in an order that depends on seed and epoch alone."""
        size = self.settings.batch_size
        order = np.random.default_rng([self.settings.seed, 1, self.epoch])
        rows = [torch.from_numpy(order.permutation(len(labels))).to(self.device) for _, labels in self.halves]
        for start in range(0, min(map(len, rows)) - size + 1, size):
            chosen = [part[start:start + size] for part in rows]
            train, held = ((images[part], labels[part]) for (images, labels), part in zip(self.halves, chosen,
                                                                                           strict=True))
            yield train, held

    def _step_alphas(self, train: tuple[Tensor, Tensor], held: tuple[Tensor, Tensor]) -> list[Tensor]:
        """Move the alphas along the gradient of the loss on the held-out half; returns it."""
        names = [name for name, _ in self.network.named_parameters()]
        weights = [each.detach() for each in self.network.parameters()]

        def loss_on(batch: tuple[Tensor, Tensor]) -> Callable[[list[Tensor], list[Tensor]], Tensor]:
            def loss(weights: list[Tensor], alphas: list[Tensor]) -> Tensor:
                scores = torch.func.functional_call(self.network, dict(zip(names, weights, strict=True)),
                                                    (batch[0], alphas))
                return functional.cross_entropy(scores, batch[1])

            return loss

        step = rate_of(self.settings, self.epoch) if self.settings.order == 2 else 0.0
        found = gradient_through_step(loss_on(train), loss_on(held), weights, self.alphas, step,
                                      self.settings.momentum, self.settings.weight_decay, self._momenta(),
                                      exact=self.settings.exact)
        for own, gradient in zip(self.alphas, found, strict=True):
            own.grad = gradient
        self.alpha_steps.step()
        return found

    def _momenta(self) -> list[Tensor] | None:
        """Momentum buffers of the weights; None before the first step."""
        found = [self.weight_steps.state[each].get("momentum_buffer") for each in self.network.parameters()]
        return None if any(each is None for each in found) else found

    def _step_weights(self, batch: tuple[Tensor, Tensor], step: int) -> tuple[float, float]:
        """Move the weights; loss and accuracy before."""
        self.weight_steps.zero_grad()
        with torch.random.fork_rng(devices=[self.device] if self.device.type == "cuda" else []):
            # What is dropped depends on seed, epoch and step alone, so that a search can go on.
            torch.manual_seed(int(np.random.SeedSequence([self.settings.seed, 3, self.epoch, step])
                                  .generate_state(1)[0]))
            self.network.train()
            scores = self.network(batch[0], [each.detach() for each in self.alphas])
            self.network.eval()
        loss = functional.cross_entropy(scores, batch[1])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.clip)
        self.weight_steps.step()
        return _said(scores, loss, batch[1])

    def _measure(self, batch: tuple[Tensor, Tensor]) -> tuple[float, float]:
        """Loss and accuracy on a batch."""
        with torch.no_grad():
            scores = self.network(batch[0], self.alphas)
            return _said(scores, functional.cross_entropy(scores, batch[1]), batch[1])

    @staticmethod
    def _numbers(tensors: list[Tensor]) -> list[np.ndarray]:
        """Tensors as NumPy has them, in double precision."""
        return [each.detach().cpu().double().numpy().copy() for each in tensors]


def rate_of(settings: DartsSettings, epoch: int) -> float:
    """The learning rate of the weights in an epoch, counted from 0: half a cosine from the first to the least.

    Examples
    --------
    >>> rate_of(DartsSettings(), 0)
    0.025
    """
    share = (1 + math.cos(math.pi * epoch / settings.epochs)) / 2
    return settings.least_learning_rate + (settings.learning_rate - settings.least_learning_rate) * share


def _halves(images: ImageSet, seed: int, device: torch.device) -> list[tuple[Tensor, Tensor]]:
    """Two halves of the training set, mixed at random."""
    rows = np.random.default_rng([seed, 0]).permutation(len(images))
    parts = rows[:len(rows) // 2], rows[len(rows) // 2:]
    return [(torch.from_numpy(np.ascontiguousarray(images.images[part].transpose(0, 3, 1, 2))).to(device),
             torch.from_numpy(images.labels[part]).to(device)) for part in parts]


def _said(scores: Tensor, loss: Tensor, labels: Tensor) -> tuple[float, float]:
    """Loss and accuracy as plain numbers."""
    return float(loss.detach()), float((scores.detach().argmax(dim=1) == labels).double().mean())
