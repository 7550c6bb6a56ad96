"""The scene of a training, decoded by other code than that which the browser has, is the training within one step."""

from __future__ import annotations

import json
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_made import MNIST, accumulated, cell_values, in_place, made_training, walked

from vanas_panel.draw.inspector.measures import MEASURES
from vanas_panel.draw.inspector.packed_scene import packed_scene
from vanas_panel.draw.inspector.scene import MOST_FIGURES, scene_of
from vanas_panel.inspector.layers import NORMALISATION, Layer
from vanas_panel.inspector.picture_cells import weights_in_cells
from vanas_panel.inspector.picture_layout import picture_layout
from vanas_panel.text.language import speaking

ODD = (Layer("a", (7, 3, 3, 2)), Layer("b", (3, 41)), Layer("lstm", (12, 5), bands=4), Layer("n", (13,), NORMALISATION),
       Layer("c", (90, 4)), Layer("v", (2, 3, 2, 2, 2)))


def unpacked(packed: bytes):
    """Head, and bytes behind it."""
    size, = struct.unpack_from("<I", packed)
    return json.loads(packed[4:4 + size]), packed[4 + size:]


def part(data: bytes, at) -> bytes:
    """What stands there, inflated."""
    return zlib.decompress(data[at[0]:at[0] + at[1]])


def decoded(layer: dict, data: bytes, epochs: int):
    """Maxima and means of a layer, one number after the other."""
    raw = part(data, layer["at"])
    half = len(raw) // 2
    rows, columns = -(-layer["rows"] // layer["side"]), -(-layer["columns"] // layer["side"])
    found = []
    for kind in range(2 if layer["means"] else 1):
        before = [0] * (rows * columns)
        values = np.full((epochs, rows, columns), np.nan)
        for epoch in range(epochs):
            start = (kind * epochs + epoch) * rows * columns
            for cell in range(rows * columns):
                before[cell] = (before[cell] + raw[start + cell] + 256 * raw[half + start + cell]) % 65536
                if before[cell]:
                    share = (before[cell] - 1) / layer["steps"]
                    values[epoch, cell // columns, cell % columns] = layer["top"] * share**2
        found.append(values)
    return found[0], found[-1]


def close(found, wanted, layer):
    """Within half a step of the square root, and one unit of the last place of float32."""
    assert np.array_equal(np.isnan(found), np.isnan(wanted))
    step = np.sqrt(layer["top"]) / layer["steps"]
    return np.nanmax(np.abs(np.sqrt(found) - np.sqrt(wanted))) <= 0.5 * step + 1e-6 * np.sqrt(layer["top"])


@pytest.mark.parametrize("cells", [10_000, 40, 6, 1])
def test_a_scene_holds_the_cells_of_every_weight(cells):
    training = made_training(ODD, epochs=4, cells=cells)
    head, data = unpacked(scene_of(training).packed())
    assert [each["name"] for each in head["layers"]] == [each.name for each in ODD]
    for layer, weights in zip(head["layers"], walked(ODD, 4), strict=True):
        layout = picture_layout(Layer(layer["name"], tuple(layer["shape"]), bands=4 if layer["name"] == "lstm" else 1),
                                cells)
        assert layer["side"] == layout.side
        maxima, means = decoded(layer, data, 4)
        for epoch, total in enumerate(accumulated(weights)):
            largest, mean, _count = cell_values(in_place(total, layout), layout.side)
            assert close(maxima[epoch], largest, layer)
            assert close(means[epoch], mean, layer)


def test_a_small_limit_merges_cells_to_their_true_maximum_and_mean():
    training = made_training(MNIST, epochs=3, cells=20_000)
    whole = scene_of(training).packed()
    limit = 60_000
    packed = scene_of(training, limit=limit).packed()
    assert len(packed) <= limit < len(whole)
    head, data = unpacked(packed)
    sides = {each["name"]: each["side"] for each in head["layers"]}
    assert sides["fc1.weight"] > picture_layout(MNIST[3], 20_000).side
    for layer, spec, weights in zip(head["layers"], MNIST, walked(MNIST, 3), strict=True):
        layout = picture_layout(spec, 20_000)
        maxima, means = decoded(layer, data, 3)
        largest, mean, _count = cell_values(in_place(accumulated(weights)[-1], layout), layer["side"])
        assert close(maxima[-1], largest, layer)
        assert close(means[-1], mean, layer)


@pytest.mark.parametrize("layers, epochs", [(MNIST, 40), (tuple(Layer(f"l{i}", (40, 40)) for i in range(60)), 50)])
def test_scenes_fit_their_limit(layers, epochs):
    training = made_training(layers, epochs=epochs, cells=4096)
    for limit in (2_000_000, 200_000):
        assert len(scene_of(training, limit=limit).packed()) <= limit


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 3), st.integers(1, 3), st.integers(1, 500))
def test_cells_count_their_weights(outputs, inputs, height, width, cells):
    layer = Layer("any", (outputs, inputs, height, width))
    layout = picture_layout(layer, cells)
    whole = in_place(np.ones(layer.shape), layout)
    assert np.array_equal(weights_in_cells(layout), cell_values(whole, layout.side)[2])


def test_measures_are_those_of_the_weights():
    training = made_training(ODD, epochs=5)
    head, data = unpacked(scene_of(training).packed())
    assert head["measures"] == list(MEASURES)
    found = dict(zip(MEASURES, np.frombuffer(part(data, head["figures"]), "<f4").reshape(-1, 5, len(ODD)), strict=True))
    for index, weights in enumerate(walked(ODD, 5)):
        flat = weights.reshape(5, -1)
        total = accumulated(flat)
        steps = np.sqrt((np.diff(flat, axis=0) ** 2).sum(1))
        wanted = {"mean": total.mean(1), "max": total.max(1),
                  "relative_update": [np.nan, *(steps / np.sqrt((flat[:-1] ** 2).sum(1)))],
                  "path_length": [0, *np.cumsum(steps)], "still": [1, 0, 0, 0, 0]}
        for name, values in wanted.items():
            np.testing.assert_allclose(found[name][:, index], values, rtol=1e-6)
        straight = np.sqrt(((flat[-1] - flat[0]) ** 2).sum()) / steps.sum()
        np.testing.assert_allclose(found["straightness"][-1, index], straight, rtol=1e-6)
        assert np.isnan(found["straightness"][0, index])


def test_very_many_epochs_are_shown_evenly_and_said():
    layers = tuple(Layer(f"l{index}", (2,)) for index in range(400))
    training = made_training(layers, epochs=1000)
    scene = scene_of(training)
    assert len(scene.head["epochs"]) == MOST_FIGURES // 400
    assert scene.head["epochs"][0] == 0 and scene.head["epochs"][-1] == 999
    assert scene.head["notes"] == ["250 of 1000 recorded moments are shown, evenly spread."]


def test_a_layer_that_stands_still_is_all_zero():
    training = made_training((Layer("a", (3, 3)),), epochs=2)
    for array in (training.pictures[0].maxima, training.pictures[0].means, training.figures.largest):
        array[:] = 0
    head, data = unpacked(scene_of(training).packed())
    assert head["layers"][0]["top"] == 0
    assert not decoded(head["layers"][0], data, 2)[0].any()


def test_a_scene_is_packed_once_for_all_pages_of_a_language():
    training, other = (made_training(MNIST, epochs=3, cells=100) for _ in range(2))
    first = packed_scene(training)
    assert packed_scene(training) is first and packed_scene(other) is not first
    assert first == scene_of(training, limit=12_000_000).packed()
    with speaking("ko"):
        korean = packed_scene(training)
        assert packed_scene(training) is korean
    assert unpacked(korean)[0]["words"] != unpacked(first)[0]["words"] and packed_scene(training) is first


def test_visitors_who_come_at_once_get_the_same_scene():
    training = made_training(MNIST, epochs=3, cells=100)
    with ThreadPoolExecutor(4) as visitors:
        found = list(visitors.map(lambda _: packed_scene(training), range(8)))
    assert all(each is found[0] for each in found)
