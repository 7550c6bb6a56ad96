"""Settings survive the way through JSON, and refuse what makes no sense."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.cost import Skeleton
from vanas_panel.errors import TrainingError
from vanas_panel.training.settings import DataSettings, Settings


def test_defaults_are_those_of_the_embedded_benchmark():
    settings = Settings()
    assert (settings.steps, settings.budgets, settings.repeats, settings.batch_size) == (180, (45, 90, 180), 3, 64)
    assert (settings.learning_rate, settings.momentum, settings.weight_decay, settings.warm_up) == (0.1, 0.9, 1e-4, 0.1)
    assert settings.skeleton == Skeleton(stem_channels=8, stacks=3, cells_per_stack=1, image_size=12, image_channels=1,
                                         classes=10)
    assert settings.data == DataSettings("mnist_5k", crop=24, pool=2, noise=0.6, copies=3, train=1500, validation=1500,
                                         test=2000)


@given(st.builds(
    Settings, repeats=st.integers(1, 64), seed=st.integers(0, 2**40), batch_size=st.integers(2, 1000),
    steps=st.just(9), budgets=st.sets(st.integers(1, 8)).map(lambda some: (*sorted(some), 9)),
    learning_rate=st.floats(1e-9, 1e9), weight_decay=st.floats(0, 1), warm_up=st.floats(0, 1),
    data=st.builds(DataSettings, noise=st.floats(0, 9), copies=st.integers(1, 9), source=st.text())))
def test_json_gives_back_equal_settings_with_an_equal_digest(settings):
    again = Settings.from_json(settings.to_json())
    assert again == settings
    assert again.digest == settings.digest
    assert json.loads(settings.to_json()) == settings.to_dict()


def test_digest_tells_settings_apart():
    settings = Settings()
    others = [replace(settings, seed=1), replace(settings, learning_rate=0.2), replace(settings, budgets=(180,)),
              replace(settings, data=replace(settings.data, noise=0.5)),
              replace(settings, skeleton=replace(settings.skeleton, stem_channels=9))]
    assert len({settings.digest, *(other.digest for other in others)}) == 6


def test_whole_numbers_will_do_where_any_number_would():
    assert Settings(learning_rate=1).digest == Settings(learning_rate=1.0).digest


def test_missing_settings_keep_their_defaults(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"steps": 20, "budgets": [20], "data": {"noise": 0.5}, "skeleton": {"stem_channels": 12}}')
    wanted = Settings(steps=20, budgets=(20,), data=DataSettings(noise=0.5), skeleton=Skeleton(12, 3, 1, 12, 1, 10))
    assert Settings.read(path) == wanted


@pytest.mark.parametrize(("change", "said"), [
    ({"steps": 0, "budgets": [0]}, "steps = 0; expected at least 1"),
    ({"budgets": [45, 90]}, "expected ascending whole numbers that end with steps = 180"),
    ({"budgets": [90, 45, 180]}, "ascending"),
    ({"budgets": []}, "ascending"),
    ({"budgets": 180}, "budgets"),
    ({"batch_size": 1}, "batch_size = 1"),
    ({"learning_rate": 0}, "learning_rate = 0"),
    ({"learning_rate": "fast"}, "a value of type float"),
    ({"learning_rate": float("nan")}, "learning_rate = nan"),
    ({"learning_rate": float("inf")}, "learning_rate = inf"),
    ({"momentum": 0}, "momentum"),
    ({"repeats": True}, "a value of type int"),
    ({"repeats": 65}, "repeats = 65"),
    ({"seed": -1}, "seed = -1"),
    ({"warm_up": 2}, "warm_up"),
    ({"stepps": 9}, "stepps in settings"),
    ({"data": {"crop": 25}}, "a multiple of pool = 2"),
    ({"data": {"crop": 20}}, "skeleton.image_size = 12; expected data.crop // data.pool = 10"),
    ({"data": {"noise": -1}}, "noise"),
    ({"data": 3}, "found 3 as data"),
    ({"data": {"sauce": "mnist"}}, "sauce in data"),
    ({"skeleton": {"stacks": 9}}, "stacks = 9"),
])
def test_impossible_settings_are_refused_by_name(change, said):
    with pytest.raises(TrainingError) as caught:
        Settings.from_dict(change)
    assert said.lower() in str(caught.value).lower()


def test_files_that_are_no_settings_are_named(tmp_path):
    path = tmp_path / "settings.json"
    for content in ("{", "[]", '{"steps": null}'):
        path.write_text(content)
        with pytest.raises(TrainingError, match=r"settings\.json: Found"):
            Settings.read(path)
    with pytest.raises(TrainingError, match=r"missing\.json"):
        Settings.read(tmp_path / "missing.json")
