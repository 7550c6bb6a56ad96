"""What follows from a cell has one value, whatever the column is called; what is measured has a mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vanas_panel.errors import SourceError
from vanas_panel.readers.columns.exact import exact_values, follows_from_cell
from vanas_panel.tables.metrics import Metric, known_metric

COUNTS = ["trainable_parameters", "flops", "n_params", "params", "num_parameters", "param_count", "paramCount",
          "numParams", "#params", "Params (M)", "total-params", "params.total", "Number of parameters", "n_weights",
          "madds", "MAdds", "mult_adds", "multAdds", "macs", "MACs", "GMACs", "FLOPs", "FLOPS", "flops_m", "MFLOPs",
          "flops_224", "params_cifar10", "model_size", "model_size_mb", "modelSize", "Model size (MB)"]
MEASURED = ["params_time", "param_load_ms", "flops_per_second", "achieved_gflops", "flops_std", "macs_energy", "size",
            "size_mb", "weights", "batch_size", "peak_memory_mb", "model_score", "model_latency", "param_lr",
            "loss_total", "count", "number", "m", "params_rank", "model_size_rank", "total_time", "total"]


@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_known_by_name(name):
    assert follows_from_cell(known_metric(name))


@pytest.mark.parametrize("name", MEASURED)
def test_measurements_are_no_counts(name):
    assert not follows_from_cell(known_metric(name))


@pytest.fixture
def read(write):
    """Read rows that hold one cell in two orders of its vertices, with the values of one column."""

    def run(name: str, *values: float):
        orders = ["input,conv3x3-bn-relu,maxpool3x3,output", "input,maxpool3x3,conv3x3-bn-relu,output"]
        return write(pd.DataFrame({"adjacency": ["0110000100010000"] * len(values),
                                   "operations": [orders[index % 2] for index in range(len(values))], name: values}))

    return run


@pytest.mark.parametrize("name", COUNTS)
def test_contradicting_counts_are_refused(read, name):
    with pytest.raises(SourceError) as caught:
        read(name, 1000, 2001)
    assert f"{name} = 1000 and 2001 for one cell, in rows 1, 2; expected one value" in str(caught.value)


def test_counts_that_differ_by_little_are_averaged_with_a_note(read):
    table = read("n_params", 10_000, 10_008)
    assert table.repeats("n_params").tolist() == [[10_004]]
    assert "1 cells have values that differ by up to 0.1%: n_params = 10000 and 10008" in " ".join(table.notes)
    with pytest.raises(SourceError, match="10000 and 10011"):
        read("n_params", 10_000, 10_011)


def test_equal_counts_are_no_repeats(read):
    table = read("MACs", 5, 5, 5)
    assert table.repeats("MACs").tolist() == [[5]] and not any("differ" in note for note in table.notes)


def test_measurements_are_averaged(read):
    assert read("params_time", 1000, 2001).column("params_time").tolist() == [1500.5]


@pytest.mark.parametrize(("values", "mean"), [([-5.0, -5.0], -5.0), ([-1000.0, -1000.5], -1000.25), ([0.0, 0.0], 0.0),
                                              ([-0.0, 0.0], 0.0), ([1.7e308, 1.7001e308], 1.70005e308)])
def test_any_sign_and_size_is_compared(tmp_path, values, mean):
    found, _ = exact_values(np.array(values), np.zeros(2, np.int64), 1, np.arange(2), Metric("params", "P"), tmp_path)
    assert found == pytest.approx(mean)


@pytest.mark.parametrize("values", [[-5.0, -6.0], [-1.0, 1.0], [0.0, 5e-324], [-1.7e308, 1.7e308]])
def test_any_sign_and_size_may_contradict(tmp_path, values):
    with pytest.raises(SourceError, match="for one cell"):
        exact_values(np.array(values), np.zeros(2, np.int64), 1, np.arange(2), Metric("params", "P"), tmp_path)
