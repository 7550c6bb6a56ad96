"""Time and bytes of recording a training."""

from __future__ import annotations

import numpy as np
import pytest

from vanas_panel.inspector.recorder import Recorder

SHAPES = {"one convolution": {"conv": (400, 278, 3, 3)}, "one matrix": {"fc": (250, 4000)},
          "forty layers": {f"layer{number}.{name}": shape for number in range(40) for name, shape in (
              ("weight", (52, 52, 3, 3)), ("gain", (52,)), ("offset", (52,)))}}
EPOCHS = 10


@pytest.mark.parametrize("what", SHAPES)
def test_record_a_million_weights(measure, tmp_path, what, capsys):
    rng, path = np.random.default_rng(0), tmp_path / "run.vptrain"
    states = [{name: rng.standard_normal(shape, dtype=np.float32) for name, shape in SHAPES[what].items()}]
    for _ in range(EPOCHS):
        states.append({name: array + 0.01 * rng.standard_normal(array.shape, dtype=np.float32)
                       for name, array in states[-1].items()})
    count = sum(array.size for array in states[0].values())
    with Recorder(path) as recorder:
        recorder.record(0, states[0])
        sizes, epochs = [path.stat().st_size], iter(range(1, 99))

        def record(weights):
            recorder.record(next(epochs), weights)
            sizes.append(path.stat().st_size)

        measure(f"record an epoch of {what}, {count / 1e6:.2f} M weights", "50 ms and 0.15 bytes a weight", record,
                states[1:])
    share = (sizes[-1] - sizes[0]) / (len(sizes) - 1) / count
    with capsys.disabled():
        print(f"\n{what}: {share:.3f} bytes for a weight and epoch")
    # Two bytes for every cell, and for its mean where it holds several weights.
    assert 0 < share < 2.5
