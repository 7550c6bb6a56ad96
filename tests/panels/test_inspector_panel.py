"""The view of trainings on a page: what it holds, and what it takes over from a browser."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_made import made_training

from vanas_panel.inspector.layers import Layer
from vanas_panel.panels.inspector import InspectorPanel
from vanas_panel.panels.inspector.view import plain_view
from vanas_panel.widgets.training_view import TrainingView

SMALL = (Layer("conv.weight", (8, 3, 3, 3)), Layer("fc.weight", (10, 72)))
CAMERA = {"yaw": 0.1, "pitch": 0.2, "distance": 3.0, "x": 0, "y": 0.5, "z": -1}
WHOLE = {"epoch": 2, "focus": "fc.weight", "scale": "layer", "shade": "linear", "kind": "mean", "biases": True,
         "measure": "straightness", "windows": ["conv.weight", "B:fc.weight"], "camera": CAMERA}


def shown(panel: InspectorPanel) -> TrainingView:
    """The component."""
    return panel.__panel__().objects[0]


def head(packed: bytes) -> dict:
    """The head of a scene."""
    size, = struct.unpack_from("<I", packed)
    return json.loads(packed[4:4 + size])


def test_a_panel_starts_at_the_last_epoch_and_holds_both_trainings():
    panel = InspectorPanel(made_training(SMALL, epochs=4, title="one"), made_training(SMALL, epochs=3, title="two"))
    assert panel.epoch == 3 and panel.focus == "" and panel.scale == "all"
    view = shown(panel)
    assert [head(each)["title"] for each in (view.scene, view.second)] == ["one", "two"]
    assert shown(InspectorPanel(made_training(SMALL))).second == b""


def test_what_a_browser_says_becomes_the_state_and_comes_back_as_the_start():
    panel = InspectorPanel(made_training(SMALL, epochs=4))
    shown(panel).receive(WHOLE)
    assert panel.state == WHOLE and shown(panel).start == WHOLE
    assert (panel.epoch, panel.focus, panel.scale) == (2, "fc.weight", "layer")
    again = InspectorPanel(made_training(SMALL, epochs=4), state=panel.state)
    assert again.state == WHOLE and shown(again).start == WHOLE


def test_what_python_sets_reaches_the_browser():
    panel = InspectorPanel(made_training(SMALL, epochs=4))
    panel.param.update(epoch=1, focus="conv.weight")
    assert panel.state["epoch"] == 1 and shown(panel).start["focus"] == "conv.weight"
    panel.state = {"scale": "none"}
    assert panel.scale == "none" and panel.epoch == 1 and shown(panel).start["scale"] == "none"
    panel.dark = True
    assert shown(panel).dark


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner)
                    | st.dictionaries(st.sampled_from([*WHOLE, *CAMERA, "other"]), inner), max_leaves=12)


@given(JSON)
def test_whatever_a_browser_sends_leaves_a_view_that_makes_sense(message):
    found = plain_view(message)
    assert plain_view(found) == found and set(found) <= set(WHOLE)
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("name, value", [
    ("epoch", True), ("epoch", 1.5), ("epoch", 2**60), ("focus", 3), ("focus", "x" * 2000), ("scale", "log"),
    ("scale", ["all"]), ("biases", 1), ("measure", "loss"), ("windows", ["a"]), ("windows", "ab"),
    ("camera", {**CAMERA, "yaw": float("nan")}), ("camera", {**CAMERA, "more": 1}),
    ("camera", {**CAMERA, "distance": 0})])
def test_entries_that_make_no_sense_are_passed_over(name, value):
    assert plain_view({**WHOLE, name: value}) == {key: kept for key, kept in WHOLE.items() if key != name}
    assert plain_view({name: WHOLE[name]}) == {name: WHOLE[name]}
