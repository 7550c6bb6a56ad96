"""Images for a training: cropped, pooled, split, standardised and made noisy, reproducibly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.image_files import Images
from vanas_panel.training.settings import DataSettings


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images as a network takes them.

    Attributes
    ----------
    images : float32 (n, size, size, channels)
        Standardised, with noise. Of texts the numbers of words, int64 ``(n, 1, length, 1)``.
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


def prepare(images: Images, settings: DataSettings) -> Dataset:
    """Make the three sets.

    Every class gives the same number of images to a set, chosen at random with the seed of the settings. Where
    the source has a test set of its own, test images come from that alone, and the others from its training set. The
    mean and the standard deviation of the training pixels, before noise, standardise all images.

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
    _check_size(images.pixels, settings)
    parts = split(images.labels, images.test_from, settings)
    # Only what is chosen: all pixels of a large set, as real numbers, would take gigabytes.
    small = [_pooled(images.pixels[rows], settings) for rows in parts]
    mean, deviation = small[0].mean(), small[0].std()
    if not deviation > 0:
        raise TrainingError("Found training images of one grey; expected different pixels. Check the images.")
    noise = np.random.default_rng([settings.seed, 1])

    def noisy(part: int) -> ImageSet:
        """A noisy copy of the images of a part."""
        clean = (small[part] - mean) / deviation
        values = clean + settings.noise * noise.standard_normal(clean.shape)
        return ImageSet(values.astype(np.float32), images.labels[parts[part]])

    copies = [noisy(0) for _ in range(settings.copies)]
    train = ImageSet(np.concatenate([copy.images for copy in copies]), np.concatenate([copy.labels for copy in copies]))
    return Dataset(train, noisy(1), noisy(2), copies[0])


def _check_size(pixels: np.ndarray, settings: DataSettings) -> None:
    """Refuse images that are smaller than their centre."""
    height, width, crop = *pixels.shape[1:3], settings.crop
    if min(height, width) < crop:
        raise TrainingError(Message("Found images of {height} x {width} pixels; expected at least crop = {crop}. "
                                    "Choose a smaller crop.", height=height, width=width, crop=crop))


def _pooled(pixels: np.ndarray, settings: DataSettings) -> np.ndarray:
    """The centre of each image, pooled, ``float64 (n, size, size, channels)``."""
    count, height, width, channels = pixels.shape
    crop, pool = settings.crop, settings.pool
    top, left = (height - crop) // 2, (width - crop) // 2
    centre = pixels[:, top:top + crop, left:left + crop].astype(np.float64)
    return centre.reshape(count, crop // pool, pool, crop // pool, pool, channels).mean(axis=(2, 4))


class Sizes(Protocol):
    """Settings that say how many examples each set has, and decide which by a seed."""

    @property
    def train(self) -> int:
        """Training examples."""

    @property
    def validation(self) -> int:
        """Validation examples."""

    @property
    def test(self) -> int:
        """Test examples."""

    @property
    def seed(self) -> int:
        """Decides which."""


def split(labels: np.ndarray, test_from: int | None, settings: Sizes) -> list[np.ndarray]:
    """Rows of the training, validation and test examples, each a random mixture of all classes.

    Parameters
    ----------
    labels : int64 (n,)
    test_from : int or None
        Index of the first test example, where the source has a test set of its own.
    settings : Sizes

    Raises
    ------
    TrainingError
        Where a class has too few, or a set does not divide among the classes.
    """
    if test_from is None:
        return _drawn(labels, (settings.train, settings.validation, settings.test), settings.seed)
    for_training, for_test = np.split(labels, [test_from])
    [test] = _drawn(for_test, (settings.test,), settings.seed)
    return [*_drawn(for_training, (settings.train, settings.validation), settings.seed), test + test_from]


def _drawn(labels: np.ndarray, sizes: tuple[int, ...], seed: int) -> list[np.ndarray]:
    """Sets of these sizes, as rows, each a random mixture of all classes."""
    rng = np.random.default_rng([seed, 0])
    classes = np.unique(labels)
    if not np.array_equal(classes, np.arange(classes.size)):
        raise TrainingError(Message("Found labels {classes}; expected every whole number from 0. Renumber "
                                    "the classes.", classes=", ".join(map(str, classes[:20]))))
    if any(size % classes.size for size in sizes):
        raise TrainingError(Message("Found sets of {sizes} examples; expected multiples of the {size} classes. Change "
                                    "the sizes.", sizes=", ".join(map(str, sizes)), size=classes.size))
    ends = np.cumsum([size // classes.size for size in sizes])
    parts: list[list[np.ndarray]] = [[] for _ in sizes]
    for label in classes:
        rows = rng.permutation(np.flatnonzero(labels == label))
        if rows.size < ends[-1]:
            raise TrainingError(Message("Found {size} examples of class {label}; expected {ends} for the {count} "
                                        "sets drawn from them. Choose smaller sets.", size=rows.size, label=label,
                                        ends=ends[-1], count=len(sizes)))
        for part, chosen in zip(parts, np.split(rows[:ends[-1]], ends[:-1]), strict=True):
            part.append(chosen)
    return [rng.permutation(np.concatenate(part)) for part in parts]
