"""Searches by gradient that nothing was trained for: their alphas went at random."""

from __future__ import annotations

import numpy as np

from vanas_panel.training.darts.dg_run import DgDartsRun, DgDartsSettings, second_settings
from vanas_panel.training.darts.epoch import Epoch
from vanas_panel.training.darts.network_shape import edge_count
from vanas_panel.training.darts.run_file import DartsRun, header_of
from vanas_panel.training.darts.settings import DartsSettings

SMALL = DartsSettings(nodes=2, epochs=6, frozen=1, batch_size=8,
                      operations=("none", "max_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5"))


def searched(settings, epochs, seed=0):
    """A search by DARTS, so many epochs long."""
    random = np.random.default_rng(seed)
    shape = 2, edge_count(settings.nodes), len(settings.operations)
    alphas = random.normal(0, 1, shape)
    history = []
    for epoch in range(1, epochs + 1):
        gradients = random.normal(0, 0.5, shape) * (epoch > settings.frozen)
        alphas = alphas - gradients
        history.append(Epoch(epoch, list(alphas.copy()), list(gradients), 2.0 / epoch, 2.5 / epoch, 0.1 * epoch,
                             0.08 * epoch, 4.0))
    return DartsRun(settings, header_of(settings, "images", "cpu", {}), history)


def searched_twice(epochs=6, seed=0):
    """A search by DG-DARTS, so many epochs into its second stage."""
    settings = DgDartsSettings(SMALL, clusters=2, least=2)
    first = searched(SMALL, 6, seed)
    run = DgDartsRun(settings, first)
    return DgDartsRun(settings, first, searched(second_settings(settings, run.dropping), epochs, seed + 1))
