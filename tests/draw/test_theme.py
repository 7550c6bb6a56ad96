"""Colours: told from what is behind them in both appearances, and in order for every kind of colour vision."""

import numpy as np
import pytest

from vanas_panel.draw.theme import DARK, DEVIATION_SCALE, LIGHT, SCALE

# What is left of red, green and blue without one kind of cone, on linear light: Machado, Oliveira and Fernandes (2009).
WITHOUT = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "greyscale": [[0.2126, 0.7152, 0.0722]] * 3,
    "none": np.eye(3).tolist(),
}


def light(colors) -> np.ndarray:
    """Linear red, green and blue of colours such as ``#ffffff``, as WCAG 2 defines them."""
    bytes_ = np.array([[int(color[at:at + 2], 16) for at in (1, 3, 5)] for color in colors]) / 255
    return np.where(bytes_ <= 0.04045, bytes_ / 12.92, ((bytes_ + 0.055) / 1.055) ** 2.4)


def luminance(linear: np.ndarray) -> np.ndarray:
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other) -> np.ndarray:
    first, second = (luminance(light(colors)) + 0.05 for colors in (one, other))
    return np.maximum(first, second) / np.minimum(first, second)


def test_contrast_is_that_of_wcag():
    assert contrast(["#ffffff"], ["#000000"]) == pytest.approx(21)
    assert contrast(["#777777"], ["#ffffff"]) == pytest.approx(4.48, abs=0.005)


SCALES = pytest.mark.parametrize("scale", [SCALE, DEVIATION_SCALE], ids=["values", "deviations"])


@SCALES
@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_of_the_scale_is_seen_on_page_and_card(colors, scale):
    for ground in (colors.card, colors.page):
        assert contrast(scale, [ground] * len(scale)).min() >= 1.6


@SCALES
@pytest.mark.parametrize("vision", WITHOUT)
def test_the_scale_grows_lighter_for_every_kind_of_colour_vision(vision, scale):
    seen = np.clip(light(scale) @ np.array(WITHOUT[vision]).T, 0, 1)
    # Neighbours differ by less than eight bits a channel hold.
    assert (np.diff(luminance(seen)[::3]) > 0).all()


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_words_are_read_on_page_and_card(colors):
    for ground in (colors.card, colors.page):
        for name in ("text", "muted", "accent", "positive", "negative", "neutral",
                     *(f"pin_{mark}" for mark in "abcdefgh")):
            assert contrast([getattr(colors, name)], [ground]) >= 4.5, name
