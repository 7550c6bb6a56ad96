"""Two trainings in one table are on the same scale, and each row says which it is of."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from vanas_panel.draw.inspector.cells import cells_html
from vanas_panel.draw.theme import LIGHT
from vanas_panel.inspector.cell_change import cell_change
from vanas_panel.inspector.opened import open_training
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.recording import read_recording
from vanas_panel.inspector.weight_change import common_divisor, compared_changes, weight_change, weight_changes

CELL = """{"operations": ["input", "conv3x3-bn-relu", "output"], "edges": [[0, 1], [1, 2]],
           "parts": [{"layer": "conv", "vertex": 1}]}"""
MOVES = {"A": {"conv": 2.0, "fc": 1.0, "bias": 16.0}, "B": {"conv": 8.0, "fc": 4.0, "bias": 0.5}}
SHAPES = {"conv": (2, 1, 3, 3), "fc": (2, 2), "bias": (2,)}


def trainings_of(folder, titles=("A", "B")):
    """Two trainings whose weights all move by one step."""
    for at, moves in enumerate(MOVES.values()):
        with Recorder(folder / f"{at}.vptrain", title=titles[at], cell=CELL) as recorder:
            for epoch in (0, 1):
                recorder.record(epoch, {name: np.full(SHAPES[name], epoch * move) for name, move in moves.items()})
    return [read_recording(folder / f"{at}.vptrain") for at in (0, 1)]


@pytest.mark.parametrize(("biases", "divisor"), [(False, 8.0), (True, 16.0)])
def test_both_are_divided_by_the_largest_change_of_the_two(tmp_path, biases, divisor):
    trainings = trainings_of(tmp_path)
    assert common_divisor(trainings, biases) == divisor
    frame = compared_changes(trainings, biases=biases)
    assert list(frame.columns[:3]) == ["training", "epoch", "layer"]
    for row in frame.itertuples():
        expected = MOVES[row.training][row.layer] * row.epoch / divisor
        assert (row.mean, row.max) == pytest.approx((expected, expected))
    assert len(frame) == 2 * 2 * (3 if biases else 2)


def test_one_training_has_no_column_of_its_own_name(tmp_path):
    frame = compared_changes(trainings_of(tmp_path)[:1])
    assert frame.columns[0] == "epoch" and frame["mean"].max() == 1


def test_equal_titles_are_told_apart(tmp_path):
    frame = compared_changes(trainings_of(tmp_path, ("net", "net")))
    assert frame["training"].unique().tolist() == ["A net", "B net"]


@pytest.mark.parametrize(("biases", "written"), [(False, ("0.25", "1")), (True, ("0.12", "0.5"))])
def test_cells_have_the_scale_of_the_picture(tmp_path, biases, written):
    first, second = str(cells_html(trainings_of(tmp_path), 1, "all", LIGHT, biases)).split("</figcaption>")[1:]
    assert f">{written[0]}<" in first.partition("What the colours")[0]
    assert f">{written[1]}<" in second.partition("What the colours")[0]


def test_the_parts_of_a_cell_are_a_table_beside_the_drawing(tmp_path):
    training = trainings_of(tmp_path)[0]
    html = str(cells_html([training], 1, "all", LIGHT))
    table = html.partition("<table>")[2].partition("</table>")[0]
    change = cell_change(training)
    (part,) = [each for each in (*change.vertices, *change.between) if each is not None]
    assert [f"<td>{value}</td>" in table for value in (f"{part.mean:.2g}", f"{part.largest:.2g}", part.weights)] == [
        True, True, True]
    assert table.count('scope="row"') == 1 and "1 conv 3×3" in table and 'title="conv"' in table


def test_ranks_of_large_layers_are_left_out_where_every_epoch_is_asked_for(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    shapes = {"small": (4, 6), "large": (300, 280)}
    for epoch in range(3):
        np.savez(tmp_path / f"epoch_{epoch}.npz", **{name: random.normal(size=shape) for name, shape in shapes.items()})
    training = open_training(f"{tmp_path}/*.npz")
    one, every = weight_change(training), weight_changes(training)
    last = every[every["epoch"] == 2].reset_index(drop=True)
    small, large = (one["layer"] == name for name in shapes)
    assert one["effective_rank"].notna().all() and last.loc[large, "effective_rank"].isna().all()
    assert last.loc[small, "effective_rank"].item() == pytest.approx(one.loc[small, "effective_rank"].item())
    same = [name for name in one if name != "effective_rank"]
    assert last[same].equals(one[same])
    # Memory stays bounded: a layer beyond the limit has no rank at all.
    monkeypatch.setattr(sys.modules[weight_change.__module__], "RANKED", 300 * 280 - 1)
    assert weight_change(training)["effective_rank"].isna().tolist() == large.tolist()
