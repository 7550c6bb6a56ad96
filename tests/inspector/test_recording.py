"""A recording gives the figures of the checkpoints that it was made of, whatever happens to its file."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from tests.inspector.plain_change import LAYERS, checkpoints_of, random_training
from vanas_panel.errors import SourceError, TrainingError
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.measure import measure
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.recording import read_recording
from vanas_panel.inspector.weight_change import weight_change


def _record(path, layers, weights, **options):
    bands = {layer.name: layer.bands for layer in layers}
    with Recorder(path, bands=bands, **options) as recorder:
        for epoch, each in enumerate(weights):
            recorder.record(epoch, {layer.name: array for layer, array in zip(layers, each, strict=True)})
    return recorder


@pytest.mark.parametrize("detail", ["cells", "full"])
def test_recorded_figures_are_those_of_checkpoints(tmp_path, detail):
    weights = random_training(LAYERS, 4)
    _record(tmp_path / "run.vptrain", LAYERS, weights, detail=detail)
    recorded = read_recording(tmp_path / "run.vptrain")
    plain = measure(checkpoints_of(LAYERS, weights), range(4), cells=128 * 128)
    assert recorded.layers == plain.layers
    for epoch in range(4):
        one, other = (weight_change(each, epoch, "none", biases=True) for each in (recorded, plain))
        assert list(one.columns) == list(other.columns)
        for name in one.columns:
            if one[name].dtype == np.float64:
                np.testing.assert_allclose(one[name], other[name], rtol=1e-12)
            else:
                assert one[name].tolist() == other[name].tolist()
    for one, other in zip(recorded.pictures, plain.pictures, strict=True):
        assert one.layout == other.layout
        # 65,535 steps of the square root: half a step at a value v is off by at most sqrt(v * largest) / 65,535.
        step = np.sqrt(np.nan_to_num(other.maxima) * np.nanmax(other.maxima)) / 65535 + np.nanmax(other.maxima) / 4e9
        assert np.array_equal(np.isnan(one.maxima), np.isnan(other.maxima))
        assert (np.nan_to_num(np.abs(one.maxima - other.maxima)) <= step * 1.1).all()
    for one, other in zip(recorded.units, plain.units, strict=True):
        np.testing.assert_allclose(one.input_max, other.input_max, rtol=1e-6)
        np.testing.assert_allclose(one.output_mean, other.output_mean, rtol=1e-6)


def test_weights_are_kept_where_everything_is(tmp_path):
    weights = random_training(LAYERS, 3, kind=np.float64)
    _record(tmp_path / "run.vptrain", LAYERS, weights, detail="full")
    recorded = read_recording(tmp_path / "run.vptrain")
    for at in range(len(LAYERS)):
        np.testing.assert_array_equal(recorded.net_change(at, 2), weights[2][at] - weights[0][at])


def test_cells_of_several_weights_have_maximum_and_mean(tmp_path):
    layers = (Layer("fc.weight", (60, 50)),)
    weights = random_training(layers, 3)
    _record(tmp_path / "run.vptrain", layers, weights, cells=100)
    recorded, plain = read_recording(tmp_path / "run.vptrain").pictures[0], measure(
        checkpoints_of(layers, weights), range(3), cells=100).pictures[0]
    assert recorded.layout.side > 1
    np.testing.assert_allclose(recorded.maxima, plain.maxima, rtol=1e-3)
    np.testing.assert_allclose(recorded.means, plain.means, rtol=1e-3)


def test_large_smaller_sides_have_no_rank_without_the_weights(tmp_path):
    layers = (Layer("fc.weight", (300, 301)),)
    weights = random_training(layers, 2)
    for detail in ("cells", "full"):
        _record(tmp_path / f"{detail}.vptrain", layers, weights, detail=detail)
    ranks = [weight_change(read_recording(tmp_path / f"{detail}.vptrain"))["effective_rank"].item()
             for detail in ("cells", "full")]
    assert np.isnan(ranks[0]) and ranks[1] == pytest.approx(
        weight_change(measure(checkpoints_of(layers, weights), range(2)))["effective_rank"].item())


def test_arrays_that_training_changes_in_place_are_copied(tmp_path):
    array = np.zeros((2, 2), np.float32)
    with Recorder(tmp_path / "run.vptrain") as recorder:
        for epoch in range(3):
            recorder.record(epoch, {"fc": array})
            array += 1
    assert weight_change(read_recording(tmp_path / "run.vptrain"), scale="none")["mean"].tolist() == [2.0]


def test_what_is_recorded_can_be_chosen(tmp_path):
    arrays = {"encoder.weight": np.ones((2, 2)), "encoder.bias": np.ones(2), "head.weight": np.ones((3, 2)),
              "steps": np.array(3), "ids": np.arange(4)}
    with Recorder(tmp_path / "run.vptrain", include=["*.weight", "*.bias"], exclude=["head.*"]) as recorder:
        recorder.record(0, arrays)
        recorder.record(1, {name: value + 1 for name, value in arrays.items()})
    training = read_recording(tmp_path / "run.vptrain")
    assert [(each.name, each.role) for each in training.layers] == [("encoder.weight", "weight"),
                                                                    ("encoder.bias", "bias")]


def test_settings_and_cell_are_kept(tmp_path):
    _record(tmp_path / "run.vptrain", LAYERS, random_training(LAYERS, 2), unit="step", title="Try 3",
            settings={"rate": 0.1}, cell='{"operations": []}')
    training = read_recording(tmp_path / "run.vptrain")
    assert (training.unit, training.title, training.settings, training.cell) == (
        "step", "Try 3", {"rate": "0.1"}, '{"operations": []}')


def test_a_growing_file_can_be_read(tmp_path):
    weights = random_training(LAYERS, 4)
    recorder = Recorder(tmp_path / "run.vptrain")
    for epoch, each in enumerate(weights):
        recorder.record(epoch, {layer.name: array for layer, array in zip(LAYERS, each, strict=True)})
        if epoch:
            assert read_recording(tmp_path / "run.vptrain").epochs.tolist() == list(range(epoch + 1))
    recorder.close()


def test_a_torn_end_is_cut_and_said(tmp_path):
    path = tmp_path / "run.vptrain"
    _record(path, LAYERS, random_training(LAYERS, 4))
    whole = path.read_bytes()
    seen = set()
    for end in range(len(whole) - 1, 0, -37):
        path.write_bytes(whole[:end])
        try:
            training = read_recording(path)
        except SourceError as error:
            assert "epochs" in str(error) or "no whole record" in str(error)
            continue
        seen.add(len(training.epochs))
        torn = [note for note in training.notes if "torn" in note]
        assert len(torn) == 1 and f"after epoch {training.epochs[-1]} are left out" in torn[0]
    assert seen == {2, 3}


def test_damage_before_the_end_is_an_error(tmp_path):
    path = tmp_path / "run.vptrain"
    _record(path, LAYERS, random_training(LAYERS, 3))
    whole = bytearray(path.read_bytes())
    length = struct.unpack_from("<Q", whole)[0]
    for at in (3, 20, length + 16 + 2, length + 16 + 40):
        damaged = bytearray(whole)
        damaged[at] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(SourceError, match="CRC-32C|does not start"):
            read_recording(path)


@pytest.mark.parametrize("content, found", [(b"", "an empty file"), (b"abc", "no whole record"),
                                            (b"x" * 500, "does not start with a record")])
def test_files_that_are_no_recording_are_named(tmp_path, content, found):
    (tmp_path / "run.vptrain").write_bytes(content)
    with pytest.raises(SourceError, match=found):
        read_recording(tmp_path / "run.vptrain")
    with pytest.raises(SourceError, match="cannot be read"):
        read_recording(tmp_path / "other.vptrain")


def test_one_epoch_is_too_few(tmp_path):
    _record(tmp_path / "run.vptrain", LAYERS, random_training(LAYERS, 1))
    with pytest.raises(SourceError, match="1 recorded epochs; expected at least two"):
        read_recording(tmp_path / "run.vptrain")


def test_a_weight_that_is_no_number_ends_the_recording_and_not_the_training(tmp_path):
    weights = random_training(LAYERS, 4)
    weights[2][0][1, 1, 2, 0] = np.nan
    recorder = _record(tmp_path / "run.vptrain", LAYERS, weights)
    assert recorder.stopped == "Recorded up to epoch 1: layer conv1.weight has nan at [1, 1, 2, 0]."
    training = read_recording(tmp_path / "run.vptrain")
    assert training.epochs.tolist() == [0, 1]
    assert "The recording ends before epoch 2: layer conv1.weight had nan at [1, 1, 2, 0]." in training.notes


def test_wrong_use_is_said(tmp_path):
    path = tmp_path / "run.vptrain"
    recorder = Recorder(path)
    with pytest.raises(TrainingError, match="expected a new one"):
        Recorder(path)
    with pytest.raises(TrainingError, match="no layer to record among 1 arrays"):
        recorder.record(0, {"steps": np.arange(3)})
    recorder.record(0, {"fc": np.zeros((2, 3))})
    with pytest.raises(TrainingError, match="epoch 0 after 0; expected a larger number"):
        recorder.record(0, {"fc": np.zeros((2, 3))})
    with pytest.raises(TrainingError, match=r"layer fc of shape \[3, 2\]; expected \[2, 3\]"):
        recorder.record(1, {"fc": np.zeros((3, 2))})
    with pytest.raises(TrainingError, match="no array for layer fc"):
        recorder.record(1, {"other": np.zeros((3, 2))})
    recorder.close()
    with pytest.raises(TrainingError, match="detail='some'"):
        Recorder(tmp_path / "new.vptrain", detail="some")
    with pytest.raises(TrainingError, match="cannot be written: (File exists|Not a directory)"):
        Recorder(path / "inside.vptrain")
    assert not (tmp_path / "new.vptrain").exists()
