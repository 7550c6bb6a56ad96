"""The view of a training as a link: there and back, and links that have grown old."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.inspector.opened import open_training
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.state.training_view import view_from_query, view_query

MEASURES = ("mean", "max", "straightness")


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    path = tmp_path_factory.mktemp("view") / "run.vptrain"
    with Recorder(path) as recorder:
        for epoch in (0, 3, 15):
            recorder.record(epoch, {"conv 1&2": np.full((2, 3), epoch / 10), "fc": np.full((4, 2), epoch / 20)})
    return open_training(path)


def test_a_view_comes_back_from_its_link(training):
    view = {"epoch": 15, "focus": "conv 1&2", "scale": "layer", "shade": "linear", "kind": "mean", "biases": True,
            "dark": True, "lang": "ko", "measure": "straightness", "windows": ["fc", "B:conv 1&2"],
            "camera": {"yaw": 0.5, "pitch": -0.25, "distance": 1200.0, "x": 0.0, "y": -3.0, "z": 40.0}}
    assert view_from_query(view_query(view), [training], MEASURES) == (view, [])


def test_a_layer_of_a_long_name_is_found(tmp_path):
    name = "encoder." * 20 + "weight"
    with Recorder(tmp_path / "run.vptrain") as recorder:
        for epoch in (0, 1):
            recorder.record(epoch, {name: np.full((2, 3), float(epoch))})
    training = open_training(tmp_path / "run.vptrain")
    assert view_from_query(view_query({"focus": name}), [training], MEASURES) == ({"focus": name}, [])


def test_what_stands_as_at_the_start_is_left_out():
    assert view_query({"scale": "all", "shade": "sqrt", "kind": "max", "biases": False, "focus": "", "lang": "en",
                       "camera": None, "windows": [], "dark": False}) == ""


@pytest.mark.parametrize("query, said", [
    ("epoch=4", "The link's epoch 4 was not recorded."), ("epoch=x", "The link's epoch x was not recorded."),
    ("focus=gone", "No layer has the name gone."), ("scale=big", "The link's scale big is none of all, layer, none."),
    ("measure=luck", "The link's measure luck is none of mean, max, straightness."),
    ("lang=tlh", "The link's lang tlh is none of en, ko."),
    ("camera=1,2", "The link's camera 1,2 is not six numbers."),
    ("camera=1,2,-3,4,5,6", "The link's camera 1,2,-3,4,5,6 is not six numbers."),
    ("camera=1,2,inf,4,5,6", "The link's camera 1,2,inf,4,5,6 is not six numbers."),
    ("camera=1,2,3,4,5,1e6", "The link's camera 1,2,3,4,5,1e6 is not six numbers."),
    ("focus=" + "g" * 90, f"No layer has the name {'g' * 80}."),
])
def test_what_cannot_be_shown_is_said_and_the_rest_is_shown(training, query, said):
    assert view_from_query(f"{query}&kind=mean&nothing=7", [training], MEASURES) == ({"kind": "mean"}, [said])


@given(st.text(max_size=200))
def test_any_text_is_a_link(text):
    view, messages = view_from_query(text, [], MEASURES)
    assert isinstance(view_query(view), str) and all(str(each) for each in messages)
