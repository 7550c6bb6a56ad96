"""The tinted cell says every value in words and colour, and makes none up."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.draw.inspector.cell_tint import cell_tint_html, tint, value_text
from vanas_panel.draw.theme import DARK, LIGHT, SCALE
from vanas_panel.inspector.cell_change import CellChange, PartChange


def change(scale="all", divisor=2.0, **values):
    """A cell of four vertices with some means."""
    def part(name):
        value = values.get(name)
        return None if value is None else PartChange(value, 2 * value, 90, ("layer",))

    return CellChange(("input", "conv3x3-bn-relu", "maxpool3x3", "output"), ((0, 1), (0, 2), (1, 2), (1, 3), (2, 3)),
                      (None, part("conv"), None, None),
                      (part("first"), part("second"), None, part("third"), part("fourth")), 180, "step", scale, divisor)


DRAWN = change(conv=0.25, first=0.01, second=0.04, third=0.09, fourth=0.49)


def test_every_value_is_written_and_every_part_described():
    drawn = str(cell_tint_html(DRAWN, LIGHT))
    for text in (">0.25<", ">0.01<", ">0.04<", ">0.09<", ">0.49<"):
        assert text in drawn
    assert drawn.count("mean 0.25, largest 0.5, 90 weights") == 3  # the box, and the name of the drawing, twice
    assert "mean change of the parts of the cell at step 180" in drawn
    assert "share of the largest one of all weights" in drawn


def test_parts_without_weights_are_dashed_and_have_no_value():
    drawn = str(cell_tint_html(DRAWN, LIGHT))
    boxes = re.findall(r"<g opacity=\"1\"><title>([^<]*)</title><rect[^>]*?(stroke-dasharray)?[^>]*/>", drawn)
    assert len(boxes) == 4
    dashed = re.findall(r"<title>([^<:]*): [^<]*</title><rect[^>]*stroke-dasharray", drawn)
    assert dashed == ["input", "max-pool 3×3", "output"]
    lines = re.findall(r"<title>([^<:]*):[^<]*</title><polyline[^>]*stroke-dasharray", drawn)
    assert lines == ["conv 3×3 → max-pool 3×3"]


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_colours_follow_the_square_root(colors):
    drawn = str(cell_tint_html(DRAWN, colors))
    for value in (0.25, 0.01, 0.04, 0.09, 0.49):
        assert SCALE[round(math.sqrt(value) * (len(SCALE) - 1))] in drawn


def test_the_largest_change_can_be_shown():
    drawn = str(cell_tint_html(DRAWN, LIGHT, "largest"))
    assert ">0.5<" in drawn and ">0.98<" in drawn and "largest change of the parts" in drawn


def test_values_that_are_not_scaled_end_with_the_largest_one_of_all():
    raw = str(cell_tint_html(change("none", 4.0, conv=4.0), LIGHT))
    assert ">4<" in raw and SCALE[-1] in raw and "share of" not in raw


def test_what_never_moved_is_drawn():
    drawn = str(cell_tint_html(change("none", 0.0, conv=0.0), LIGHT))
    assert ">0<" in drawn and "nan" not in drawn


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_every_value_has_a_colour_and_words_that_can_be_read_on_it(value, most):
    fill, words = tint(value, most)
    assert fill in SCALE

    def light(color):
        parts = [int(color[at:at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dim, bright = sorted((light(fill), light(words)))
    assert (bright + 0.05) / (dim + 0.05) >= 4.5
    assert len(value_text(value)) <= 8
