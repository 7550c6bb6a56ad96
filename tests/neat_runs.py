"""Searches by NEAT that nothing was trained for: their accuracies are numbers made of the networks' names."""

from __future__ import annotations

import zlib

from vanas_panel.neat import NeatRun, NeatSettings
from vanas_panel.neat.breeding import Evaluated, next_generation
from vanas_panel.neat.run_file import header_of
from vanas_panel.training.neat.trained import Trained

SETTINGS = NeatSettings(population=20, generations=7, mutation=0.4, species=4, seed=1)


def searched(settings, generations):
    """A search, so many generations long."""
    trained, done = {}, []
    for _ in range(generations):
        history = [Evaluated(each, tuple(trained[one.network].validation_accuracy if one.network else 0.0
                                         for one in each.members)) for each in done]
        done.append(next_generation(settings, history))
        for each in done[-1].members:
            if each.network:
                value = zlib.crc32(each.network.encode()) / 2 ** 32
                trained.setdefault(each.network, Trained(each.network, 9, value, value / 2, 0.5, 2.0))
    return NeatRun(settings, header_of(settings, "images", "cpu", {}), tuple(done), trained)
