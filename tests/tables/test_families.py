"""Families of metrics: found by data set and by split, and switched without touching anything else."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.state.session import Session
from vanas_panel.tables.families import DATA, families
from vanas_panel.tables.metrics import Metric


def frame(data=("cifar 10", "svhn"), epochs=(4, 8)):
    rows = [(cell, each, budget) for cell in ("conv", "pool") for each, budget in product(data, epochs)]
    return pd.DataFrame([{"adjacency": "010001000", "operations": f"input,{cell},output", "dataset": each,
                          "epochs": budget, "acc": place / 10, "loss": place} for place, (cell, each, budget)
                         in enumerate(rows)])


def test_a_table_split_twice_has_two_families():
    table = vp.open_table(frame(), conditions={"dataset": "split", "epochs": "split"})
    found = {family.axis: family for family in families(table.metrics)}
    assert {axis: list(family.members) for axis, family in found.items()} == {
        "dataset": ["cifar 10", "svhn"], "epochs": ["4", "8"]}
    for data, budget in product(("cifar_10", "svhn"), (4, 8)):
        name = f"acc_dataset_{data}_epochs_{budget}"
        assert found["dataset"].switched(name, "svhn") == f"acc_dataset_svhn_epochs_{budget}"
        assert found["epochs"].switched(name, "4") == f"acc_dataset_{data}_epochs_4"
        assert found["epochs"].value_of(name) == str(budget)
        assert found["epochs"].switched(name, "nowhere") == name
    # From a cache or another process, only names and labels are left.
    plain = {name: Metric(name, metric.label) for name, metric in table.metrics.items()}
    assert families(plain) == families(table.metrics)


def test_fractions_are_values_too():
    table = vp.open_table(frame(epochs=(0.5, 1.0)), conditions={"dataset": {"choose": "svhn"}, "epochs": "split"})
    family, = families(table.metrics)
    assert list(family.members) == ["0.5", "1.0"]
    assert family.switched("acc_epochs_0.5", "1.0") == "acc_epochs_1"


@pytest.mark.parametrize("label", ["Loss (epochs 4)", "Loss (M)", "Top1 accuracy", "Loss (a, b)", "CIFAR-10 loss"])
def test_labels_that_only_look_so_are_of_none(label):
    assert families({"one": Metric("one", label), "two": Metric("two", label)}) == ()


def test_switching_keeps_all_but_the_metrics():
    names = ("cifar10-test", "cifar10-val", "svhn-test", "flops")
    said = pd.DataFrame([{"arch": text, **{name: 10.0 + place * at for at, name in enumerate(names, 1)}}
                         for place, text in enumerate(("|a~0|+|a~0|a~1|+|a~0|a~1|a~2|",
                                                       "|b~0|+|a~0|a~1|+|a~0|a~1|a~2|"))])
    session = Session(vp.open_table(said), metric="cifar10-test", x="cifar10-val", y="cifar10-test",
                      front=("cifar10-test", "flops"))
    family, = session.families
    assert (family.axis, list(family.members)) == (DATA, ["CIFAR-10", "SVHN"])
    session.select([1])
    session.load_row(0)
    session.pin()
    before = (session.draft, session.pinned, session.rows.tolist())
    session.switch_family(family, "SVHN")
    # SVHN has no validation accuracy, so that axis stays.
    assert (session.metric, session.x, session.y) == ("svhn-test", "cifar10-val", "svhn-test")
    assert session.front == ("svhn-test", "flops")
    assert (session.draft, session.pinned, session.rows.tolist()) == before
    # Two of one role stay two.
    session.param.update(x="svhn-test", y="cifar10-test", metric="cifar10-test")
    session.switch_family(family, "SVHN")
    assert (session.metric, session.x, session.y) == ("svhn-test", "cifar10-test", "svhn-test")
