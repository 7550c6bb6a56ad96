"""Figures of a cell are means over weights that belong to its parts, and none is made up."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.errors import SelectionError, SourceError
from vanas_panel.inspector.cell_change import cell_change
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.recording import read_recording

OPERATIONS = ["input", "conv3x3-bn-relu", "maxpool3x3", "output"]
EDGES = [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]]
SHAPES = {"stem": (6, 1, 3, 3), "a.conv": (4, 4, 3, 3), "a.projection1": (4, 6, 1, 1), "a.projection2": (2, 6, 1, 1),
          "b.conv": (4, 4, 3, 3), "b.projection1": (4, 6, 1, 1), "b.projection2": (2, 6, 1, 1), "a.gain": (4,),
          "classifier": (3, 6)}
PARTS = [
    {"layer": "a.conv", "vertex": 1}, {"layer": "b.conv", "vertex": 1},
    *({"layer": f"{cell}.projection{vertex}", "edge": [0, vertex]} for cell in "ab" for vertex in (1, 2)),
    *({"layer": reader, "edge": edge, "inputs": inputs} for edge, inputs in (([1, 3], [0, 4]), ([2, 3], [4, 6]))
      for reader in ("b.projection1", "b.projection2", "classifier")),
]
CELL = {"operations": OPERATIONS, "edges": EDGES, "parts": PARTS}


def recorded(path, epochs=4, cell=CELL, seed=0):
    """A training, and the accumulated absolute change of every weight at every epoch."""
    rng = np.random.default_rng(seed)
    weights = {name: rng.standard_normal(shape) for name, shape in SHAPES.items()}
    changes = {name: np.zeros((1, *shape)) for name, shape in SHAPES.items()}
    with Recorder(path, cell=cell if isinstance(cell, str) else json.dumps(cell)) as recorder:
        recorder.record(0, weights)
        for epoch in range(1, epochs):
            steps = {name: rng.standard_normal(shape) * rng.integers(0, 2, shape) for name, shape in SHAPES.items()}
            weights = {name: weights[name] + steps[name] for name in SHAPES}
            changes = {name: np.concatenate([changes[name], changes[name][-1:] + np.abs(steps[name])])
                       for name in SHAPES}
            recorder.record(epoch, weights)
    return read_recording(path), changes


def plain(changes, owner, epoch, divisor):
    """Mean, maximum and number of the weights of a vertex or an edge, one weight after the other."""
    found = []
    for part in PARTS:
        if part.get("vertex", part.get("edge")) == owner:
            start, end = part.get("inputs", (0, None))
            values = changes[part["layer"]][epoch][:, start:end]
            found += [value / divisor(part["layer"]) for value in values.ravel()]
    return (np.mean(found), max(found), len(found)) if found else None


@pytest.mark.parametrize("scale", ["all", "layer", "none"])
@pytest.mark.parametrize("epoch", [0, 2, -1])
def test_parts_have_the_mean_and_maximum_of_their_weights(tmp_path, scale, epoch):
    training, changes = recorded(tmp_path / "run.vptrain")
    largest = {name: changes[name][-1].max() for name in SHAPES if name != "a.gain"}
    divisor = {"all": lambda _: max(largest.values()), "layer": largest.get, "none": lambda _: 1.0}[scale]
    found = cell_change(training, epoch, scale)
    assert (found.operations, found.edges) == (tuple(OPERATIONS), tuple(map(tuple, EDGES)))
    assert found.epoch == epoch % 4 and found.divisor == pytest.approx(max(largest.values()))
    for owner, part in [*enumerate(found.vertices), *zip(map(list, found.edges), found.between, strict=True)]:
        expected = plain(changes, owner, epoch, divisor)
        if expected is None:
            assert part is None and owner in (0, 2, 3, [1, 2])
        else:
            assert (part.mean, part.largest) == pytest.approx(expected[:2], rel=1e-5)
            assert part.weights == expected[2]


def test_parts_say_which_layers_they_are_made_of(tmp_path):
    found = cell_change(recorded(tmp_path / "run.vptrain")[0])
    assert found.vertices[1].layers == ("a.conv", "b.conv")
    assert found.between[4].layers == ("b.projection1", "b.projection2", "classifier")


def test_another_divisor_takes_the_place_of_the_largest_change(tmp_path):
    training, changes = recorded(tmp_path / "run.vptrain")
    found = cell_change(training, divisor=20.0)
    assert found.divisor == 20 and found.vertices[1].mean == pytest.approx(
        plain(changes, 1, -1, lambda _: 20.0)[0], rel=1e-5)
    for scale in ("layer", "none"):
        one, other = (cell_change(training, scale=scale, divisor=divisor) for divisor in (None, 20.0))
        assert (one.vertices, one.between) == (other.vertices, other.between)


def test_what_never_moved_is_0(tmp_path):
    weights = {name: np.ones(shape) for name, shape in SHAPES.items()}
    with Recorder(tmp_path / "run.vptrain", cell=json.dumps(CELL)) as recorder:
        recorder.record(0, weights)
        recorder.record(1, weights)
    for scale in ("all", "layer", "none"):
        found = cell_change(read_recording(tmp_path / "run.vptrain"), scale=scale)
        assert (found.vertices[1].mean, found.vertices[1].largest, found.divisor) == (0, 0, 0)


def test_a_training_of_no_cell_is_said(tmp_path):
    with pytest.raises(SelectionError, match="Found no cell in the training run"):
        cell_change(recorded(tmp_path / "run.vptrain", cell="")[0])


@pytest.mark.parametrize(("changed", "said"), [
    ("[]", "a cell that cannot be read"),
    ('{"operations": ["input"], "edges": [[0, "x"]]}', "a cell that cannot be read"),
    ({**CELL, "operations": ["input", *["conv3x3-bn-relu"] * 7, "output"]}, "a cell that cannot be read"),
    ({**CELL, "operations": ["input", "x" * 101, "output"]}, "a cell that cannot be read"),
    ({**CELL, "edges": [[0, 1]] * 29}, "a cell that cannot be read"),
    ({**CELL, "parts": PARTS[:1] * 10_001}, "a cell that cannot be read"),
    ({**CELL, "edges": [[0, 9]]}, "edges"), ({**CELL, "edges": [[3, 1]]}, "edges"),
    *(({**CELL, "parts": [part]}, "the part") for part in (
        {"layer": "strange", "vertex": 1}, {"layer": "stem"}, {"layer": "stem", "vertex": 1, "edge": [0, 1]},
        {"layer": "stem", "vertex": -1}, {"layer": "stem", "vertex": 4}, {"layer": "stem", "edge": [0, 3]},
        {"layer": "classifier", "edge": [1, 3], "inputs": [0, 7]},
        {"layer": "classifier", "edge": [1, 3], "inputs": [3, 3]},
        {"layer": "classifier", "edge": [1, 3], "inputs": [-1, 3]})),
])
def test_a_cell_that_does_not_fit_its_layers_is_refused(tmp_path, changed, said):
    training = recorded(tmp_path / "run.vptrain", cell=changed)[0]
    with pytest.raises(SourceError, match=said):
        cell_change(training)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["operations", "edges", "parts", "layer", "vertex", "edge", "inputs"]), inner,
                        max_size=4), max_leaves=12))
def test_no_text_of_a_cell_raises_anything_else(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("cell") / "run.vptrain"
    with Recorder(path, cell=json.dumps(content)) as recorder:
        recorder.record(0, {"stem": np.zeros((2, 2))})
        recorder.record(1, {"stem": np.ones((2, 2))})
    try:
        cell_change(read_recording(path))
    except SourceError as error:
        assert "cell" in str(error)
