"""Rank correlations against all pairs, one by one."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.core.rank_correlation import agreements, kendall_tau, rank_agreement, rank_correlation


def tau_of_pairs(one, other):
    pairs = [(np.sign(a - c), np.sign(b - d)) for (a, b), (c, d) in combinations(zip(one, other, strict=True), 2)]
    mine, theirs = sum(a != 0 for a, _ in pairs), sum(b != 0 for _, b in pairs)
    return math.nan if not mine * theirs else sum(a * b for a, b in pairs) / math.sqrt(mine * theirs)


def rho_of_ranks(one, other):
    if not len(one):
        return math.nan
    ranks = [[sum(b < a for b in values) + (sum(b == a for b in values) + 1) / 2 for a in values]
             for values in (one, other)]
    first, second = (np.array(each) - np.mean(each) for each in ranks)
    length = math.sqrt((first @ first) * (second @ second)) if len(one) else 0
    return math.nan if not length else float(first @ second) / length


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), max_size=14))
def test_they_are_those_of_all_pairs(values):
    one, other = (np.array([each[place] for each in values], float) for place in (0, 1))
    for found, expected in ((kendall_tau(one, other), tau_of_pairs(one, other)),
                            (rank_correlation(one, other), rho_of_ranks(one, other))):
        assert found == pytest.approx(expected, nan_ok=True)
        assert -1 - 1e-12 <= found <= 1 + 1e-12 or math.isnan(found)


def test_rows_without_a_value_are_left_out():
    table = vp.open_table("mnist-cells")
    names = ["test_accuracy", "validation_accuracy_45", "training_time"]
    frame = table.frame()[names]
    rows = np.arange(0, len(table), 7)
    for chosen in (None, rows):
        part = frame if chosen is None else frame.iloc[chosen]
        for _, each in agreements(table, names, chosen).iterrows():
            pair = part[[each["one"], each["other"]]].dropna()
            assert each["cells"] == len(pair)
            assert each["kendall_tau_b"] == pytest.approx(pair.corr("kendall").iloc[0, 1])
            assert each["spearman_rho"] == pytest.approx(pair.corr("spearman").iloc[0, 1])
    assert rank_agreement(table, "edges", "edges")[1:] == pytest.approx((1, 1))
    assert rank_agreement(table, "edges", "flops", [3]).cells == 1
    assert math.isnan(rank_agreement(table, "edges", "flops", [3]).kendall)


@pytest.mark.parametrize(("one", "tau"), [
    ([math.inf, math.inf, math.inf], math.nan), ([-math.inf, 0, math.inf], 1), ([-1.7e308, 0, 1.7e308], 1),
    ([1.7e308, 1.7e308, -1.7e308], -math.sqrt(2 / 3))])
def test_values_without_a_finite_difference_are_ranked(one, tau):
    assert kendall_tau(np.array(one, float), np.arange(3.0)) == pytest.approx(tau, nan_ok=True)
    assert math.isnan(kendall_tau(np.arange(3.0), np.array([math.inf] * 3)))
