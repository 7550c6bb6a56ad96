"""Small images and settings with which a training takes a fraction of a second."""

from __future__ import annotations

import numpy as np
import pytest

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import Skeleton
from vanas_panel.training.data import prepare
from vanas_panel.training.image_files import Images, load_images
from vanas_panel.training.settings import DataSettings, Settings


@pytest.fixture(scope="session")
def npz(tmp_path_factory):
    """Path of 120 images of 9 x 9 pixels in two classes: the bright half is on the left, or on the right."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 60)
    pixels = rng.integers(0, 80, (120, 9, 9))
    pixels[:60, :, :4] += 150
    pixels[60:, :, 5:] += 150
    path = tmp_path_factory.mktemp("images") / "halves.npz"
    np.savez(path, images=pixels.astype(np.uint8), labels=labels)
    return path


@pytest.fixture(scope="session")
def images(npz) -> Images:
    return load_images(str(npz))


@pytest.fixture(scope="session")
def settings(npz) -> Settings:
    """One cell in a single stack, 4 x 4 pixels, 12 steps."""
    return Settings(skeleton=Skeleton(6, 1, 1, 4, 1, 2), steps=12, budgets=(4, 12), batch_size=16,
                    data=DataSettings(str(npz), crop=8, pool=2, noise=0.3, copies=2, train=40, validation=40, test=40))


@pytest.fixture(scope="session")
def dataset(images, settings):
    return prepare(images, settings.data)


@pytest.fixture(scope="session")
def cell() -> Cell:
    return Cell(("input", "conv3x3-bn-relu", "maxpool3x3", "conv1x1-bn-relu", "output"),
                ((0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (3, 4), (0, 4)))


@pytest.fixture(scope="session")
def processes():
    """A Dask client of two worker processes, which all tests that need such share."""
    pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
    pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")
    from vanas_panel.training.workers import connected

    with connected(workers=2) as client:
        client.wait_for_workers(2, timeout=600)
        yield client


@pytest.fixture(scope="session")
def threads():
    """A Dask client of workers in this very process, which start at once."""
    pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
    distributed = pytest.importorskip(
        "distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")
    with (distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False,
                                   dashboard_address="127.0.0.1:0") as cluster,
          distributed.Client(cluster) as client):
        yield client
