"""Images of MNIST, Fashion-MNIST and CIFAR-10 in their official files, and what is refused in their place."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import replace

import numpy as np
import pytest

from vanas_panel.errors import TrainingError
from vanas_panel.training.data import prepare
from vanas_panel.training.image_files import Images, load_images
from vanas_panel.training.settings import DataSettings

TRAIN = [f"data_batch_{number}.bin" for number in range(1, 6)]


def idx(values: np.ndarray) -> bytes:
    """An IDX file of bytes."""
    return bytes([0, 0, 8, values.ndim]) + b"".join(size.to_bytes(4, "big") for size in values.shape) + values.tobytes()


def digits(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, 8, 8), dtype=np.uint8), np.arange(count, dtype=np.uint8) % 4


def write_idx(folder, joint="-", end=".gz", count=40):
    folder.mkdir(exist_ok=True)
    pack = gzip.compress if end else bytes
    for name, seed, size in (("train", 0, count), ("t10k", 1, 12)):
        pixels, labels = digits(seed, size)
        (folder / f"{name}-images{joint}idx3-ubyte{end}").write_bytes(pack(idx(pixels)))
        (folder / f"{name}-labels{joint}idx1-ubyte{end}").write_bytes(pack(idx(labels)))
    return folder


def write_cifar(folder):
    """Six batches of two images each; returns their pixels as (12, 3, 32, 32) and their labels."""
    folder.mkdir(exist_ok=True)
    planes = np.random.default_rng(2).integers(0, 256, (12, 3, 32, 32), dtype=np.uint8)
    labels = np.arange(12, dtype=np.uint8) % 10
    for number, name in enumerate([*TRAIN, "test_batch.bin"]):
        (folder / name).write_bytes(b"".join(bytes([labels[row]]) + planes[row].tobytes()
                                             for row in (2 * number, 2 * number + 1)))
    return planes, labels


@pytest.mark.parametrize("joint", ["-", "."])
@pytest.mark.parametrize("end", [".gz", ""])
def test_idx_files_are_read_packed_or_not(tmp_path, joint, end):
    images = load_images(str(write_idx(tmp_path / "mnist", joint, end)))
    pixels, labels = (np.concatenate(part) for part in zip(digits(0, 40), digits(1, 12), strict=True))
    assert np.array_equal(images.pixels, pixels[..., None]) and images.labels.tolist() == labels.tolist()
    assert images.test_from == 40 and images.labels.dtype == np.int64


def test_test_images_come_from_the_test_files_alone(tmp_path):
    images = load_images(str(write_idx(tmp_path / "mnist")))
    settings = DataSettings(crop=8, pool=1, noise=0.0, copies=1, train=20, validation=20, test=12)
    made = prepare(images, settings)

    assert len(made.train) == len(made.validation) == 20 and len(made.test) == 12
    assert sorted(made.test.labels.tolist()) == sorted(images.labels[40:].tolist())
    settings = replace(settings, train=40, validation=4)
    with pytest.raises(TrainingError, match="10 examples of class 0; expected 11 for the 2 sets"):
        prepare(images, settings)
    with pytest.raises(TrainingError, match="3 examples of class 0; expected 4 for the 1 sets"):
        prepare(images, replace(settings, train=20, test=16))
    # The part that an image came from is found by its pixels, standardised with those of the training set.
    chosen = prepare(images, replace(settings, train=36, validation=4, test=12))
    flat = images.pixels.reshape(52, -1).astype(float)
    order = {tuple(np.argsort(row, kind="stable")): number for number, row in enumerate(flat)}
    found = [[order[tuple(np.argsort(image.ravel(), kind="stable"))] for image in part.images]
             for part in (chosen.train, chosen.validation, chosen.test)]
    assert sorted(found[0] + found[1]) == list(range(40)) and sorted(found[2]) == list(range(40, 52))


def test_digest_depends_on_where_the_test_images_begin():
    pixels, labels = digits(0, 8)
    plain = Images(pixels[..., None], labels)
    assert len({plain.digest, *(Images(pixels[..., None], labels, begin).digest for begin in (4, 6))}) == 3


@pytest.mark.parametrize("kind", ["folder", "archive", "folder with the archive"])
def test_cifar10_is_read_from_its_folder_and_its_archive(tmp_path, kind):
    folder = tmp_path / "cifar-10-batches-bin"
    planes, labels = write_cifar(folder)
    path = folder
    if kind != "folder":
        path = tmp_path / "cifar-10-binary.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            archive.add(folder, "cifar-10-batches-bin")
    images = load_images(str(path if kind != "folder with the archive" else tmp_path))
    assert images.pixels.shape == (12, 32, 32, 3) and images.labels.tolist() == labels.tolist()
    assert all(images.pixels[row, y, x, channel] == planes[row, channel, y, x]
               for row, y, x, channel in ((0, 0, 0, 0), (3, 31, 2, 1), (11, 5, 30, 2)))
    assert images.test_from == 10


def damage(name, change):
    def run(folder):
        path = folder / name
        path.write_bytes(change(path.read_bytes()))
    return run


IMAGES = "train-images-idx3-ubyte"


@pytest.mark.parametrize(("change", "words"), [
    (lambda folder: (folder / IMAGES).unlink(), f"Found no {IMAGES}.gz; expected a folder with the four IDX files"),
    (damage(IMAGES, lambda content: content[:-1]), "Found 2,559 of 2,560 bytes"),
    (damage(IMAGES, lambda content: content + b"x"), "Found more than 2,560 bytes"),
    (damage(IMAGES, lambda content: content[:9]), "a header that is cut off"),
    (damage(IMAGES, lambda content: b""), "first bytes none"),
    (damage(IMAGES, lambda content: bytes([0, 0, 13, 3]) + content[4:]), "first bytes 00 00 0d 03"),
    (damage(IMAGES, lambda content: content[:4] + b"\xff" * 12 + content[16:]), "a header of 79,228,162,458,"),
    (damage(IMAGES, lambda content: gzip.compress(content)[:-20]), "a damaged gzip file"),
    (damage("t10k-labels-idx1-ubyte", lambda content: idx(np.zeros(11, np.uint8))),
     "12 images and 11 labels of 't10k'"),
    (damage("t10k-images-idx3-ubyte", lambda content: idx(np.zeros((12, 9, 8), np.uint8))),
     "training images of 8 x 8 pixels and test images of 9 x 8"),
])
def test_damaged_idx_files_are_named(tmp_path, change, words):
    folder = write_idx(tmp_path / "mnist", end="")
    change(folder)
    with pytest.raises(TrainingError, match=str(folder)) as error:
        load_images(str(folder))
    assert words in str(error.value)


@pytest.mark.parametrize(("change", "words"), [
    (lambda folder: (folder / "test_batch.bin").unlink(), "Found no test_batch.bin"),
    (damage("data_batch_2.bin", lambda content: content[:-1]), "6,145 bytes, which is no multiple of 3,073"),
    (damage("data_batch_2.bin", lambda content: b""), "0 bytes"),
    (damage("data_batch_2.bin", lambda content: b"\x0a" + content[1:]), "Found label 10"),
])
def test_damaged_batches_are_named(tmp_path, change, words):
    write_cifar(tmp_path)
    change(tmp_path)
    with pytest.raises(TrainingError) as error:
        load_images(str(tmp_path))
    assert words in str(error.value) and str(tmp_path) in str(error.value)


def test_the_pickled_version_of_cifar10_is_refused(tmp_path):
    for name in TRAIN:
        (tmp_path / name.removesuffix(".bin")).write_bytes(b"\x80\x02cposix\nsystem\n.")
    with pytest.raises(TrainingError, match="the Python version, which is pickled; expected the binary version"):
        load_images(str(tmp_path))


def test_a_damaged_archive_is_refused(tmp_path):
    path = tmp_path / "cifar-10-binary.tar.gz"
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin"))
    for content, words in ((held.getvalue()[:40], "a damaged archive"), (b"", "a damaged archive"),
                           (held.getvalue(), "Found no data_batch_1.bin")):
        path.write_bytes(content)
        with pytest.raises(TrainingError, match=words):
            load_images(str(path))


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "cifar10"])
def test_a_set_that_was_not_fetched_names_the_command(name, tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path))
    with pytest.raises(TrainingError, match=f"Get them with: vanas-panel fetch {name}$"):
        load_images(name)
    if name != "cifar10":
        (tmp_path / "downloads" / "images").mkdir(parents=True)
        write_idx(tmp_path / "downloads" / "images" / name)
        assert len(load_images(name).labels) == 52
