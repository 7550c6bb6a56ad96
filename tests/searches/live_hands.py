"""Workers for live searches that train nothing: results come from the key of a cell, at once or after a while.

Run as a script, it is a process that searches, to be killed: ``live_hands.py FOLDER WORKERS SECONDS``.
"""

from __future__ import annotations

import sys
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import Skeleton
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.training.image_files import load_images
from vanas_panel.training.personal import Personal
from vanas_panel.training.results import Record
from vanas_panel.training.settings import DataSettings, Settings
from vanas_panel.training.trainable import TRAINABLE

SPACE = CellSpace(NASBENCH101.operations, 5, 9)


def tiny_settings(folder: Path) -> Settings:
    """Settings over images in a folder, which are made where they are not there."""
    path = folder / "images.npz"
    if not path.exists():
        pixels = np.random.default_rng(0).integers(0, 255, (120, 9, 9)).astype(np.uint8)
        np.savez(path, images=pixels, labels=np.repeat([0, 1], 60))
    return Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), steps=12, budgets=(4, 12), batch_size=16, repeats=2,
                    data=DataSettings(str(path), crop=8, pool=2, copies=1, train=40, validation=40, test=40))


def fake_record(key: int, settings: Settings, device: str = "cpu") -> Record:
    """A result that depends on the cell only; one cell in seven fails."""
    cell = Cell.from_packed(key, TRAINABLE)
    random = np.random.default_rng(key)
    failed = key % 7 == 0

    def values() -> list[float | None]:
        return [None if failed else round(float(value), 6) for value in random.random(len(settings.budgets))]

    repeats = [{"repeat": repeat, "failed": failed, "reason": "It failed." if failed else "", "loss": values(),
                "training_seconds": values(), "train_accuracy": values(), "validation_accuracy": values(),
                "test_accuracy": values()} for repeat in range(settings.repeats)]
    return Record(key, list(cell.operations), [list(edge) for edge in cell.edges], 10, 10, repeats, settings.digest,
                  settings.to_dict(), load_images(settings.data.source).digest, device=device,
                  seconds=round(float(random.random()), 3), finished="2025-03-04T05:06:07+00:00")


class FakeCluster:
    """In place of `vanas_panel.training.live.TrainingCluster`: as many threads as workers are asked for."""

    train = staticmethod(fake_record)
    seconds = 0.0

    def __init__(self, scheduler, workers, on_word, device="auto", cells_per_device=None):
        self.pool = ThreadPoolExecutor(workers or 1)
        self.threads, self.alive, self.device = workers or 1, True, device
        self.trained: list[int] = []
        self.recorded: list[bool] = []
        self.busy, self.most, self._lock = 0, 0, threading.Lock()
        type(self).last = self

    def submit(self, name, key, settings, *, record=False):
        self.trained.append(key)
        self.recorded.append(record)
        return self.pool.submit(self._train, key, settings)

    def _train(self, key, settings):
        with self._lock:
            self.busy += 1
            self.most = max(self.most, self.busy)
        try:
            # Some take longer than others, so that they arrive in another order.
            time.sleep(self.seconds * (1 + key % 3))
            return self.train(key, settings)
        finally:
            with self._lock:
                self.busy -= 1

    def stop(self, name, future):
        future.cancel()

    def close(self):
        self.pool.shutdown(wait=True, cancel_futures=True)


def use(cluster: type = FakeCluster) -> types.ModuleType:
    """A module that stands for `vanas_panel.training.live`, which would load PyTorch and Dask."""
    module = types.ModuleType("vanas_panel.training.live")
    module.TrainingCluster = cluster
    return module


def searched(folder: Path, workers: int, name: str = "run.jsonl", **options):
    """A search in a folder, with a personal table of its own."""
    from vanas_panel.searches.live import LiveSearch

    asked = {"strategy": "regularised-evolution", "strategy_settings": {"population": 6, "tournament": 3},
             "queries": 40, "seed": 3, **options}
    return LiveSearch(SPACE, asked.pop("strategy"), tiny_settings(folder), out=folder / name, workers=workers,
                      personal=Personal(folder / "trained.sqlite"), **asked)


if __name__ == "__main__":
    sys.modules["vanas_panel.training.live"] = use()
    FakeCluster.seconds = float(sys.argv[3])
    searched(Path(sys.argv[1]), int(sys.argv[2])).start().wait()
