"""A training is the same every time, learns, and says so where it fails."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")

import torch

from vanas_panel.core.cell import Cell
from vanas_panel.errors import TrainingError, UnknownOperationError
from vanas_panel.training import trainer
from vanas_panel.training.network import GroupedNetwork
from vanas_panel.training.trainable import canonical_cell
from vanas_panel.training.trainer import batch_rows, learning_rate, train_cell


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def numbers(repeats) -> list[dict]:
    """Everything but the time."""
    return [{name: value for name, value in asdict(repeat).items() if name != "training_seconds"} for repeat in repeats]


def test_training_learns_an_easy_task(cell, settings, dataset):
    results = train_cell(cell, replace(settings, steps=60, budgets=(10, 60)), dataset)
    for result in results:
        assert result.loss[1] < 0.5 * result.loss[0] < 0.5
        assert min(result.train_accuracy[1], result.validation_accuracy[1], result.test_accuracy[1]) > 0.9
        assert not result.failed
        assert 0 < result.training_seconds[0] < result.training_seconds[1]


def test_two_trainings_agree_to_the_last_bit(cell, settings, dataset):
    assert numbers(train_cell(cell, settings, dataset)) == numbers(train_cell(cell, settings, dataset))


def test_the_way_a_cell_is_drawn_does_not_matter(settings, dataset):
    one = Cell(("input", "maxpool3x3", "conv3x3-bn-relu", "conv1x1-bn-relu", "output"),
               ((0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)))
    other = Cell(("input", "conv1x1-bn-relu", "maxpool3x3", "conv3x3-bn-relu", "output"), one.edges)
    assert canonical_cell(one)[0] == canonical_cell(other)[0]
    assert numbers(train_cell(one, settings, dataset)) == numbers(train_cell(other, settings, dataset))


def test_another_seed_another_repeat_and_another_cell_bring_other_numbers(cell, settings, dataset):
    one = numbers(train_cell(cell, settings, dataset, repeats=[0, 1]))
    assert one[0]["loss"] != one[1]["loss"]
    other = numbers(train_cell(cell, replace(settings, seed=1), dataset, repeats=[0, 1]))
    assert {tuple(repeat["loss"]) for repeat in one}.isdisjoint(tuple(repeat["loss"]) for repeat in other)


def test_repeats_trained_together_are_those_trained_alone(cell, settings, dataset):
    together = train_cell(cell, settings, dataset)
    for repeat in range(3):
        (alone,) = train_cell(cell, settings, dataset, repeats=[repeat])
        assert alone.repeat == repeat
        # Only rounding may differ, which grows over the steps.
        assert alone.loss == pytest.approx(together[repeat].loss, abs=1e-3)
        assert alone.test_accuracy == pytest.approx(together[repeat].test_accuracy, abs=0.051)


def test_smaller_budgets_are_looks_at_the_same_training(cell, settings, dataset):
    with_look = train_cell(cell, settings, dataset)
    without = train_cell(cell, replace(settings, budgets=(12,)), dataset)
    for one, other in zip(with_look, without, strict=True):
        assert one.test_accuracy[1] == other.test_accuracy[0]
        assert len(one.test_accuracy) == len(one.loss) == len(one.training_seconds) == 2


def test_one_repeat_that_fails_is_recorded_and_leaves_the_others_alone(cell, settings, dataset, monkeypatch):
    wanted = numbers(train_cell(cell, settings, dataset))
    initialise = GroupedNetwork.initialise

    def spoilt(network, generators):
        initialise(network, generators)
        with torch.no_grad():
            network.weight[1] = torch.inf

    monkeypatch.setattr(GroupedNetwork, "initialise", spoilt)
    found = numbers(train_cell(cell, settings, dataset))
    assert [found[0], found[2]] == [wanted[0], wanted[2]]
    assert found[1]["failed"]
    assert found[1]["reason"] == ("Training became unstable: the loss was nan at step 1 of 12. Try a smaller learning "
                                  "rate.")
    assert found[1]["test_accuracy"] == found[1]["loss"] == [None, None]


def test_a_training_that_fails_on_its_way_keeps_what_was_measured_and_stops(cell, settings, dataset, monkeypatch):
    steps = []

    def explosive(step, settings):
        steps.append(step)
        return learning_rate(step, settings) if step < 4 else 1e38

    monkeypatch.setattr(trainer, "learning_rate", explosive)
    for result in train_cell(cell, settings, dataset):
        assert result.failed
        assert "unstable" in result.reason
        assert 0 <= result.test_accuracy[0] <= 1
        assert result.test_accuracy[1] is result.training_seconds[1] is result.loss[1] is None
    assert max(steps) < 11


def test_outputs_that_are_no_numbers_fail_even_after_the_last_step(cell, settings, dataset, monkeypatch):
    last = settings.steps - 1
    monkeypatch.setattr(trainer, "learning_rate", lambda step, settings: 1e-3 if step < last else 1e38)
    for result in train_cell(cell, settings, dataset):
        assert result.failed
        assert "after step 12 of 12" in result.reason
        assert result.test_accuracy[1] is None


def test_each_budget_is_reported_and_may_end_the_training(cell, settings, dataset):
    seen = []
    train_cell(cell, settings, dataset, on_budget=lambda steps, results: seen.append((steps, len(results[0].loss))))
    assert seen == [(4, 1), (12, 2)]

    def stop(steps, results):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_cell(cell, settings, dataset, on_budget=stop)


def test_batches_are_whole_passes_one_after_the_other(settings):
    rows = batch_rows(50, replace(settings, steps=10, budgets=(10,), batch_size=20), np.random.default_rng(0))
    assert rows.shape == (10, 20)
    for start in range(0, 200, 50):
        assert sorted(rows.ravel()[start:start + 50]) == list(range(50))
    assert rows.ravel()[:50].tolist() != rows.ravel()[50:100].tolist()


def test_learning_rate_warms_up_and_falls(settings):
    settings = replace(settings, steps=100, budgets=(100,), learning_rate=0.5)
    rates = [learning_rate(step, settings) for step in range(100)]
    assert rates[:10] == pytest.approx([0.05 * step for step in range(1, 11)])
    assert rates[10] == pytest.approx(0.5)
    assert all(one > next_one > 0 for one, next_one in pairwise(rates[10:]))
    assert rates[55] == pytest.approx(0.25)
    assert learning_rate(0, replace(settings, warm_up=0.0)) == pytest.approx(0.5)
    assert learning_rate(99, replace(settings, warm_up=1.0)) == pytest.approx(0.5)


def test_operations_that_cannot_be_trained_are_named(settings, dataset):
    with pytest.raises(UnknownOperationError, match="conv5x5"):
        train_cell(Cell(("input", "conv5x5", "output"), ((0, 1), (1, 2)), None), settings, dataset)


@pytest.mark.parametrize("change", [{"classes": 3}, {"image_channels": 3}])
def test_data_that_do_not_fit_the_skeleton_are_named(cell, settings, dataset, change):
    other = replace(settings, skeleton=replace(settings.skeleton, **change))
    with pytest.raises(TrainingError, match=r"skeleton\.(classes|image_channels) = 3; expected [12]"):
        train_cell(cell, other, dataset)
