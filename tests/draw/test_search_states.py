"""What a strategy knows as a picture: every member of a population, and every probability of a policy."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.draw.searches.states import states_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.text.language import speaking

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


def drawn(run, table, **options):
    return ElementTree.fromstring(states_svg(run, table.metric("validation_accuracy"), LIGHT, **options))


def test_a_population_by_age(table):
    run = vp.search(table, "regularised-evolution:naszilla", queries=90, seed=2)
    members = run.states[-1][1]["population"]
    dots = list(drawn(run, table).iter(f"{SVG}circle"))
    assert len(dots) == len(members) == 30
    # The oldest comes first and is on the left; better values are higher up.
    assert np.all(np.diff([float(dot.get("cx")) for dot in dots]) > 0)
    heights = [float(dot.get("cy")) for dot in dots]
    values = run.proposals.values[members]
    assert heights[int(np.argmax(values))] == min(heights)
    best, = [dot for dot in dots if dot.get("fill") == LIGHT.accent]
    assert float(best.get("cy")) == min(heights)


def test_a_policy_over_the_proposals(table):
    run = vp.search(table, "reinforce", queries=120, seed=2)
    states = run.states[:10]
    drawing = drawn(run, table, states=states)
    parts = {round(20 * float(path.get("fill-opacity"))): path.get("d").count("M")
             for path in drawing.iter(f"{SVG}path")}
    expected = {}
    for _number, state in states:
        for chance in [*state["edges"], *(each for vertex in state["operations"] for each in vertex)]:
            level = round(20 * chance)
            if level:
                expected[level] = expected.get(level, 0) + 1
    assert parts == expected
    words = [each.text for each in drawing.iter(f"{SVG}text")]
    assert "0→1" in words and "1: conv 3×3" in words and f"{100 * states[-1][1]['edges'][0]:.1f} %" in words


def test_others_have_no_picture(table):
    run = vp.search(table, "random", queries=20)
    assert states_svg(run, table.metric("validation_accuracy"), LIGHT) == ""


def test_the_words_are_korean(table):
    run = vp.search(table, "reinforce", queries=20, seed=2)
    with speaking("ko"):
        words = " ".join(each.text for each in drawn(run, table).iter(f"{SVG}text"))
    assert not {*re.findall(r"[A-Za-z]{4,}", words)} - {"conv", "pool"}
