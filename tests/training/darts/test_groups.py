"""Groups of operations are the best of all partitions, found here by going through them one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.errors import TrainingError
from vanas_panel.training.darts.groups import partitions


def cost(points, labels):
    """Sum of squared distances from the means of the groups, in plain Python."""
    total = 0.0
    for group in set(labels):
        members = [points[number] for number, label in enumerate(labels) if label == group]
        mean = [sum(column) / len(members) for column in zip(*members, strict=True)]
        total += sum((value - middle) ** 2 for member in members for value, middle in zip(member, mean, strict=True))
    return total


def canonical(labels):
    """Labels numbered by their first appearance."""
    order = list(dict.fromkeys(labels))
    return [order.index(label) for label in labels]


@pytest.mark.parametrize("seed", range(5))
def test_groups_of_seven_are_the_best_of_all_301_partitions(seed):
    points = np.random.default_rng(seed).normal(size=(7, 4)).tolist()
    every = {tuple(canonical(labels)) for labels in itertools.product(range(3), repeat=7) if len(set(labels)) == 3}
    assert len(every) == len(partitions(7, 3)) == 301
    best = min(every, key=lambda labels: (cost(points, labels), labels))
    assert vp.group_operations(points).tolist() == list(best)


@given(st.integers(1, 6), st.integers(1, 4), st.data())
def test_groups_of_any_points_are_optimal_and_ties_take_the_first(count, clusters, data):
    clusters = min(count, clusters)
    # Few different values: there are ties, and equal operations.
    points = data.draw(st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=2), min_size=count, max_size=count))
    found = vp.group_operations(points, clusters).tolist()
    wanted = min(clusters, len({tuple(point) for point in points}))
    every = {tuple(canonical(labels)) for labels in itertools.product(range(wanted), repeat=count)
             if len(set(labels)) == wanted}
    least = min(cost(points, labels) for labels in every)
    assert found == list(min(labels for labels in every if cost(points, labels) <= least + 1e-9))


def test_large_common_values_do_not_hide_the_differences():
    points = np.array([[0.0], [1.0], [10.0], [11.0], [30.0]])
    assert vp.group_operations(points + 1e6).tolist() == vp.group_operations(points).tolist() == [0, 0, 1, 1, 2]


def test_more_than_eight_operations_are_grouped_by_scikit_learn():
    pytest.importorskip("sklearn", reason="scikit-learn is not installed (pip install 'vanas-panel[train]')")
    rng = np.random.default_rng(0)
    middles = np.array([[0.0, 0], [50, 0], [0, 50]])
    labels = [2, 0, 1, 1, 0, 2, 2, 0, 1, 0, 2, 1]
    points = middles[labels] + rng.normal(size=(12, 2))
    assert vp.group_operations(points).tolist() == canonical(labels)


@pytest.mark.parametrize(("gradients", "clusters", "words"), [
    ([[1.0], [2.0]], 3, "Found 3 groups for 2 operations"),
    ([[1.0], [2.0]], 0, "Found 0 groups"), ([[1.0], [2.0]], 1.5, "Found 1.5 groups"),
    ([1.0, 2.0], 1, r"shape \(2,\)"), ([[], []], 1, r"shape \(2, 0\)"), ([], 1, r"shape \(0,\)"),
    ([[float("nan")], [1.0]], 1, "no finite numbers"), ([["a"], ["b"]], 1, "expected"),
    ([[1.0], [1.0, 2.0]], 1, "expected"),
])
def test_mistakes_are_named(gradients, clusters, words):
    with pytest.raises(TrainingError, match=words):
        vp.group_operations(gradients, clusters)
