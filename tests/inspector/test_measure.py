"""Figures and cells of measured checkpoints against plain NumPy, and what happens where they make no training."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inspector.plain_change import (
    LAYERS,
    ArraysCheckpoint,
    accumulated,
    checkpoints_of,
    plain_cells,
    plain_effective_rank,
    random_training,
)
from vanas_panel.errors import SelectionError, SourceError
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.measure import measure
from vanas_panel.inspector.weight_change import weight_change


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("mapped", [True, False])
def test_figures_are_those_of_plain_numpy(kind, mapped):
    weights = random_training(LAYERS, 5, kind=kind)
    training = measure(checkpoints_of(LAYERS, weights, mapped), range(5))
    for epoch in range(5):
        frame = weight_change(training, epoch, scale="none", biases=True)
        for at, layer in enumerate(LAYERS):
            row, moved = frame.iloc[at], accumulated(weights, at, epoch)
            assert row["layer"] == layer.name
            assert row["max"] == moved.max()
            assert row["mean"] == pytest.approx(moved.mean(), rel=1e-14, abs=0)
            assert row["argmax"] == np.unravel_index(moved.argmax(), layer.shape)
            wide = [each[at].astype(np.float64) for each in weights]
            norms = [np.linalg.norm(b - a) for a, b in pairwise(wide[: epoch + 1])]
            net = np.linalg.norm(wide[epoch] - wide[0])
            assert row["path_length"] == pytest.approx(sum(norms), rel=1e-13)
            assert row["net_displacement"] == pytest.approx(net, rel=1e-13)
            if epoch:
                assert row["relative_update"] == pytest.approx(norms[-1] / np.linalg.norm(wide[epoch - 1]), rel=1e-13)
                assert row["straightness"] == pytest.approx(net / sum(norms), rel=1e-13)
                assert row["effective_rank"] == pytest.approx(plain_effective_rank(wide[epoch] - wide[0]), rel=1e-6)
            else:
                assert np.isnan([row["relative_update"], row["straightness"], row["effective_rank"]]).all()


def test_scales_divide_by_the_last_epoch():
    weights = random_training(LAYERS, 4)
    training = measure(checkpoints_of(LAYERS, weights), range(4))
    kernels = [at for at, layer in enumerate(LAYERS) if layer.role == "weight"]
    last = [accumulated(weights, at, 3).max() for at in kernels]
    for epoch in range(4):
        moved = [accumulated(weights, at, epoch) for at in kernels]
        by_all = weight_change(training, epoch)
        by_layer = weight_change(training, epoch, scale="layer")
        assert by_all["max"].to_numpy() == pytest.approx([each.max() / max(last) for each in moved], rel=1e-14)
        assert by_all["mean"].to_numpy() == pytest.approx([each.mean() / max(last) for each in moved], rel=1e-14)
        assert by_layer["max"].to_numpy() == pytest.approx(
            [each.max() / own for each, own in zip(moved, last, strict=True)], rel=1e-14)
        assert by_all.attrs == {"epoch": epoch, "unit": "epoch", "scale": max(last)}
    assert weight_change(training)["max"].max() == 1
    # Biases take part in the scale where they are shown.
    assert weight_change(training, biases=True).attrs["scale"] == max(
        accumulated(weights, at, 3).max() for at in range(len(LAYERS)))


@given(shape=st.lists(st.integers(1, 9), min_size=1, max_size=4), cells=st.integers(1, 300), bands=st.integers(1, 3),
       seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_cells_show_true_maxima_and_means(shape, cells, bands, seed):
    shape = (shape[0] * bands, *shape[1:])
    layers = (Layer("layer", shape, bands=bands if len(shape) > 1 else 1),)
    weights = random_training(layers, 3, seed, np.float64)
    training = measure(checkpoints_of(layers, weights), range(3), cells=cells)
    picture = training.pictures[0]
    assert picture.layout.cell_rows * picture.layout.cell_columns <= cells
    for epoch in range(3):
        largest, mean = plain_cells(accumulated(weights, 0, epoch), picture.layout)
        np.testing.assert_array_equal(picture.maxima[epoch], largest.astype(np.float32))
        np.testing.assert_allclose(picture.means[epoch], mean, rtol=1e-6)


def test_units_are_means_and_maxima_over_outputs_and_inputs():
    weights = random_training(LAYERS, 3)
    training = measure(checkpoints_of(LAYERS, weights), range(3))
    for at, layer in enumerate(LAYERS):
        moved = accumulated(weights, at, 2).reshape(layer.outputs, layer.inputs, -1)
        units = training.units[at]
        np.testing.assert_allclose(units.output_mean[2], moved.mean(axis=(1, 2)), rtol=1e-6)
        np.testing.assert_array_equal(units.output_max[2], moved.max(axis=(1, 2)).astype(np.float32))
        np.testing.assert_allclose(units.input_mean[2], moved.mean(axis=(0, 2)), rtol=1e-6)
        np.testing.assert_array_equal(units.input_max[2], moved.max(axis=(0, 2)).astype(np.float32))


def test_layers_in_pieces_have_the_figures_of_whole_ones():
    layers = (Layer("large.weight", (3, 500_000)),)
    weights = random_training(layers, 3)
    pieces, whole = (measure(checkpoints_of(layers, weights, mapped), range(3)) for mapped in (True, False))
    for one, other in zip(weight_change(pieces, scale="none").iloc[0], weight_change(whole, scale="none").iloc[0],
                          strict=True):
        assert one == other or one == pytest.approx(other, rel=1e-12)
    np.testing.assert_array_equal(pieces.pictures[0].maxima, whole.pictures[0].maxima)


def test_still_units_are_those_without_any_change():
    layers = LAYERS[:1]
    weights = random_training(layers, 3)
    for each in weights:
        each[0][2:4] = weights[0][0][2:4]
    training = measure(checkpoints_of(layers, weights), range(3))
    assert weight_change(training)["still_units"].tolist() == [2]
    assert weight_change(training, 0, scale="none")["still_units"].tolist() == [6]


def test_equal_maxima_give_the_first_place():
    layers = (Layer("fc", (2, 3)),)
    weights = [[np.zeros((2, 3))], [np.array([[0.0, 1, 0], [1, 0, 1]])]]
    training = measure(checkpoints_of(layers, weights), range(2))
    assert weight_change(training)["argmax"].tolist() == [(0, 1)]


def test_long_sums_are_exact():
    layers = (Layer("fc", (1, 2)),)
    steps = [[np.array([[(epoch % 2) * 0.1, (epoch % 3) * 0.7]], dtype=np.float32)] for epoch in range(1001)]
    training = measure(checkpoints_of(layers, steps), range(1001))
    assert training.figures.largest[-1, 0] == accumulated(steps, 0, 1000).max()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_epochs_before_a_weight_that_is_no_number_are_shown(value):
    weights = random_training(LAYERS, 5)
    weights[3][2][4, 7] = value
    training = measure(checkpoints_of(LAYERS, weights), [0, 10, 20, 30, 40], unit="step")
    assert training.epochs.tolist() == [0, 10, 20]
    assert [len(each.maxima) for each in training.pictures] == [3] * len(LAYERS)
    assert [len(each.input_mean) for each in training.units] == [3] * len(LAYERS)
    assert f"Shown up to step 20: epoch_3.npz has the value {value} in layer fc1.weight at [4, 7], step 30." in (
        training.notes)
    plain = measure(checkpoints_of(LAYERS, weights[:3]), [0, 10, 20])
    assert weight_change(training).equals(weight_change(plain))


@pytest.mark.parametrize("epoch", [0, 1])
def test_a_weight_that_is_no_number_too_early_is_an_error(epoch):
    weights = random_training(LAYERS, 3)
    weights[epoch][0][0, 0, 0, 0] = np.nan
    with pytest.raises(SourceError, match=rf"epoch_{epoch}.npz.*value nan in layer conv1.weight at \[0, 0, 0, 0\]"):
        measure(checkpoints_of(LAYERS, weights), range(3))


def test_squares_beyond_the_largest_number_are_no_error():
    layers = (Layer("fc", (1, 2)),)
    training = measure(checkpoints_of(layers, [[np.array([[1e200, 0.0]])], [np.array([[2e200, 0.0]])]]), range(2))
    assert training.figures.largest[-1, 0] == 1e200


def test_the_same_weights_in_every_file_are_an_error():
    weights = random_training(LAYERS, 1) * 3
    with pytest.raises(SourceError, match="3 checkpoints with the same weights"):
        measure(checkpoints_of(LAYERS, weights), range(3))


def test_a_frozen_layer_is_zero_by_its_own_scale():
    weights = random_training(LAYERS, 3)
    for each in weights:
        each[2] = weights[0][2]
    training = measure(checkpoints_of(LAYERS, weights), range(3))
    frame = weight_change(training, scale="layer").set_index("layer")
    assert frame.loc["fc1.weight", ["mean", "max"]].tolist() == [0, 0]
    assert np.isnan(frame.loc["fc1.weight", "straightness"])


def test_unknown_epochs_and_scales_are_named():
    training = measure(checkpoints_of(LAYERS, random_training(LAYERS, 3)), [0, 5, 15])
    assert weight_change(training, 15).equals(weight_change(training, -1))
    assert weight_change(training, -3).attrs["epoch"] == 0
    with pytest.raises(SelectionError, match=r"Found epoch 7; expected one of 0 to 15 that was recorded \(3 of them\)"):
        weight_change(training, 7)
    with pytest.raises(SelectionError, match="Found the scale 'raw'; expected one of all, layer, none"):
        weight_change(training, scale="raw")
    only = measure(checkpoints_of(LAYERS[1:2], [each[1:2] for each in random_training(LAYERS, 3)]), range(3))
    with pytest.raises(SelectionError, match="biases=True"):
        weight_change(only)


def test_layers_are_found_by_name_in_every_file():
    weights = random_training(LAYERS, 2)
    turned = ArraysCheckpoint(LAYERS[::-1], weights[1][::-1], "epoch_1.npz")
    training = measure([ArraysCheckpoint(LAYERS, weights[0]), turned], range(2))
    plain = measure(checkpoints_of(LAYERS, weights), range(2))
    assert weight_change(training).equals(weight_change(plain))


def test_progress_ends_at_one():
    told = []
    measure(checkpoints_of(LAYERS, random_training(LAYERS, 2)), range(2), progress=told.append)
    assert told[-1] == 1 and told == sorted(told)


def test_a_training_tells_what_it_is_and_a_path_is_none(tmp_path):
    training = measure(checkpoints_of(LAYERS, random_training(LAYERS, 3)), [0, 5, 15], unit="step", title="net <b>")
    weights = sum(each.size for each in random_training(LAYERS, 1)[0])
    assert repr(training) == f"<Training 'net <b>': 6 layers, {weights} weights, step 0 to 15, 3 recorded>"
    html = training._repr_html_()
    assert "conv1.weight" in html and "net <b>" not in html and "Step 15" in html
    for each in (tmp_path, "runs", None):
        with pytest.raises(TypeError, match="Open it first, with vp.open_training"):
            weight_change(each)
