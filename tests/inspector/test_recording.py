"""A recording gives the figures of the checkpoints that it was made of, whatever happens to its file."""

from __future__ import annotations

import struct
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from tests.inspector.plain_change import LAYERS, accumulated, checkpoints_of, plain_cells, random_training
from vanas_panel.errors import SourceError, TrainingError
from vanas_panel.inspector import recording
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.measure import measure
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.recording import read_recording
from vanas_panel.inspector.recording_form import (
    EpochArrays,
    Header,
    LayerEntry,
    decode_header,
    encode_epoch,
    encode_header,
    epoch_bytes,
    layouts_of,
)
from vanas_panel.inspector.weight_change import weight_change
from vanas_panel.readers.formats.tfrecord import masked_crc32c


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


def test_a_weight_that_is_no_number_ends_the_recording_and_not_the_training(tmp_path, caplog):
    weights = random_training(LAYERS, 4)
    weights[2][0][1, 1, 2, 0] = np.nan
    recorder = _record(tmp_path / "run.vptrain", LAYERS, weights)
    assert recorder.stopped == "Recorded up to epoch 1: layer conv1.weight has nan at [1, 1, 2, 0]."
    assert [each.getMessage() for each in caplog.records] == [recorder.stopped]
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


def _framed(payload):
    head = struct.pack("<Q", len(payload))
    return head + struct.pack("<I", masked_crc32c(head)) + payload + struct.pack("<I", masked_crc32c(payload))


def _file_of(path, header, *epochs):
    path.write_bytes(_framed(encode_header(header)) + b"".join(map(_framed, epochs)))
    return path


@pytest.mark.parametrize("shape", [(2, 2, 100_000, 100_000), (8_000_000, 8_000_000), (1, 10**12)])
def test_a_small_file_of_a_huge_layer_asks_for_no_memory(tmp_path, shape):
    header = Header(form=1, layers=(LayerEntry("fc", shape),), cells=16)
    try:
        layouts = layouts_of(decode_header(encode_header(header)))
    except ValueError:
        layouts = ()
    epochs = [struct.pack("<4sqQ", b"VPTE", epoch, epoch_bytes(layouts)) for epoch in range(3)]
    tracemalloc.start()
    with pytest.raises(SourceError):
        read_recording(_file_of(tmp_path / "run.vptrain", header, *epochs))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 26


@pytest.mark.parametrize("name, at, value", [("figures", (1, 0), np.nan), ("figures", (0, 0), -1.0),
                                             ("figures", (5, 0), np.inf), ("figures", (2, 0), -0.5),
                                             ("places", (0, 0), 6), ("places", (0, 0), -1), ("places", (1, 0), 3)])
def test_figures_that_no_training_has_are_an_error(tmp_path, name, at, value):
    header = Header(form=1, layers=(LayerEntry("fc", (2, 3)),), cells=100)

    def epoch(number, **changed):
        made = EpochArrays(np.zeros((7, 1)), np.zeros((2, 1), np.int64), [[np.zeros(2), np.zeros(2), np.zeros(3),
                                                                           np.zeros(3)]], [[np.zeros((3, 2), int)]])
        if changed:
            getattr(made, name)[at] = value
        return encode_epoch(number, made)

    whole = _file_of(tmp_path / "whole.vptrain", header, epoch(0), epoch(1))
    assert read_recording(whole).epochs.tolist() == [0, 1]
    with pytest.raises(SourceError, match="a record of an epoch with"):
        read_recording(_file_of(tmp_path / "run.vptrain", header, epoch(0), epoch(1, wrong=True)))


def test_unknown_units_are_refused(tmp_path):
    with pytest.raises(TrainingError, match="unit='fortnight'"):
        Recorder(tmp_path / "run.vptrain", unit="fortnight")
    with pytest.raises(SourceError, match="fortnight"):
        read_recording(_file_of(tmp_path / "run.vptrain", Header(form=1, layers=(LayerEntry("fc", (2, 3)),), cells=9,
                                                                 unit="fortnight")))


def test_a_full_disk_ends_a_recording_that_can_be_opened(tmp_path):
    path = tmp_path / "run.vptrain"
    done = subprocess.run([sys.executable, "-c", f"""
import resource, signal
import numpy as np
from vanas_panel.errors import TrainingError
from vanas_panel.inspector.recorder import Recorder
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
random, told = np.random.default_rng(0), []
with Recorder({str(path)!r}) as recorder:
    for epoch in range(8):
        size = recorder.path.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 500 if epoch == 3 else 10**9, resource.RLIM_INFINITY))
        try:
            recorder.record(epoch, {{"fc": random.normal(size=(100, 90))}})
        except TrainingError as error:
            told.append(str(error))
    print(told, recorder.stopped)
"""], capture_output=True, text=True, check=True)
    assert done.stdout.count("ends after epoch 2") == 2
    training = read_recording(path)
    assert training.epochs.tolist() == [0, 1, 2] and not training.notes


def test_many_epochs_of_large_layers_are_coarser_and_true(tmp_path, monkeypatch):
    layers = (Layer("fc.weight", (40, 50)),)
    weights = random_training(layers, 6)
    _record(tmp_path / "run.vptrain", layers, weights)
    fine = read_recording(tmp_path / "run.vptrain").pictures[0]
    monkeypatch.setattr(recording, "ALL_CELLS", 6 * 2000 // 3)
    coarse = read_recording(tmp_path / "run.vptrain").pictures[0]
    assert coarse.layout.side == 2 * fine.layout.side
    for epoch in range(6):
        largest, mean = plain_cells(accumulated(weights, 0, epoch), coarse.layout)
        np.testing.assert_allclose(coarse.maxima[epoch], largest, rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(coarse.means[epoch], mean, rtol=1e-3, atol=1e-4)
