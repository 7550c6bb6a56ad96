"""Time and bytes of recording a training."""

from __future__ import annotations

import numpy as np
import pytest

from vanas_panel.inspector.recorder import Recorder

SHAPES = {"one convolution": {"conv": (400, 278, 3, 3)}, "one matrix": {"fc": (250, 4000)},
          "layers of a small network": {f"layer{number}.{name}": shape for number in range(40) for name, shape in (
              ("weight", (52, 52, 3, 3)), ("gain", (52,)), ("offset", (52,)))}}


@pytest.mark.parametrize("what", SHAPES)
def test_record_a_million_weights(measure, tmp_path, what, capsys):
    rng = np.random.default_rng(0)
    weights = {name: rng.standard_normal(shape, dtype=np.float32) for name, shape in SHAPES[what].items()}
    count = sum(array.size for array in weights.values())
    with Recorder(tmp_path / "run.vptrain") as recorder:
        recorder.record(0, weights)
        epoch, sizes = 0, [(tmp_path / "run.vptrain").stat().st_size]

        def moved(_):
            for array in weights.values():
                array += 0.01 * rng.standard_normal(array.shape, dtype=np.float32)

        def record(_):
            nonlocal epoch
            epoch += 1
            recorder.record(epoch, weights)
            sizes.append((tmp_path / "run.vptrain").stat().st_size)
            moved(None)

        measure(f"record an epoch of {what}, {count / 1e6:.2f} M weights", "50 ms and 0.15 bytes a weight", record,
                range(10))
    share = (sizes[-1] - sizes[1]) / (len(sizes) - 2) / count
    with capsys.disabled():
        print(f"\n{what}: {share:.3f} bytes for a weight and epoch")
    assert share < 1
