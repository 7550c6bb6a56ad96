"""Families of metrics: the same measured on several data sets or under several conditions.

NAS-Bench-201 has test and validation accuracies on three data sets, and a table that is split by its epochs has every
metric once for each number of them. In both, a metric has a *role*, such as the test accuracy, and a value on an axis,
such as CIFAR-10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vanas_panel.tables.metrics import DATA_ACCURACY, Metric
from vanas_panel.text.language import marked

DATA = marked("Data set")
"""The axis of metrics that name their data set."""

DATA_SETS = {"cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "imagenet16120": "ImageNet16-120",
             "imagenet16": "ImageNet16", "imagenet": "ImageNet", "svhn": "SVHN", "mnist": "MNIST",
             "fashionmnist": "Fashion-MNIST"}
"""Names of data sets, as they stand in names of columns and as people write them."""

_SPLIT = re.compile(r"(?P<label>.+) \((?P<words>[^()]+)\)")
_NAMES = "|".join(map(re.escape, sorted(DATA_SETS.values(), key=len, reverse=True)))
_ACCURACIES = {part: re.compile(re.escape(pattern).replace(re.escape("{data}"), f"({_NAMES})"))
               for part, pattern in DATA_ACCURACY.items()}


@dataclass(frozen=True)
class Family:
    """Metrics that differ in one thing alone.

    Attributes
    ----------
    axis : str
        What they differ in: `DATA`, or the name of a column that the table was split by.
    members : Mapping of str to Mapping
        By the value on the axis, the names of the metrics by their role.
    """

    axis: str
    members: Mapping[str, Mapping[str, str]]

    def value_of(self, name: str) -> str:
        """The value of a metric on the axis; empty where it is none of them."""
        return next((value for value, roles in self.members.items() if name in roles.values()), "")

    def switched(self, name: str, value: str) -> str:
        """The metric of the same role at another value; the same metric where there is none.

        Examples
        --------
        >>> from vanas_panel.tables.metrics import known_metric
        >>> names = {"acc_epochs_4": "Acc (epochs 4)", "acc_epochs_8": "Acc (epochs 8)", "flops": "FLOPs"}
        >>> family, = families({name: Metric(name, label) for name, label in names.items()})
        >>> family.switched("acc_epochs_4", "8"), family.switched("flops", "8")
        ('acc_epochs_8', 'flops')
        """
        roles = self.members.get(value, {})
        role = next((role for each in self.members.values() for role, other in each.items() if other == name), None)
        return name if role is None else roles.get(role, name)


def families(metrics: Mapping[str, Metric]) -> tuple[Family, ...]:
    """The families among some metrics, each of at least two values.

    Parameters
    ----------
    metrics : Mapping of str to Metric
        By name.

    Examples
    --------
    >>> said = {"cifar10-test": "CIFAR-10 test accuracy", "svhn-test": "SVHN test accuracy", "time": "Time"}
    >>> found, = families({name: Metric(name, label) for name, label in said.items()})
    >>> found.axis, list(found.members), found.value_of("svhn-test"), found.switched("svhn-test", "CIFAR-10")
    ('Data set', ['CIFAR-10', 'SVHN'], 'SVHN', 'cifar10-test')
    """
    placed = {name: place for name, metric in metrics.items() if (place := _place(metric))}
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name, (role, axes) in placed.items():
        for axis, value in axes.items():
            # What differs in two things belongs to a family for each, the other thing being a part of its role.
            others = "".join(f", {other} {its}" for other, its in axes.items() if other != axis)
            found.setdefault(axis, {}).setdefault(value, {}).setdefault(role + others, name)
    return tuple(Family(axis, members) for axis, members in found.items() if len(members) > 1)


def bare(value: object) -> str:
    """A value of a condition as a part of a metric's name.

    Examples
    --------
    >>> bare(4.0), bare("ImageNet 16")
    ('4', 'ImageNet_16')
    """
    return re.sub(r"[^\w.+-]+", "_", value_text(value))[:40]


def value_text(value: object) -> str:
    """A value of a condition as text, with all digits, since two values must never be written alike.

    Examples
    --------
    >>> value_text(4.0), value_text(1000001.0), value_text(0.1), value_text("c10")
    ('4', '1000001', '0.1', 'c10')
    """
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _place(metric: Metric) -> tuple[str, dict[str, str]] | None:
    """The role of a metric and its value on each axis; None where it has none."""
    for part, pattern in _ACCURACIES.items():
        found = pattern.fullmatch(metric.label)
        if found:
            return part, {DATA: found[1]}
    split = _SPLIT.fullmatch(metric.label)
    if split is None:
        return None
    axes: dict[str, str] = {}
    suffix = ""
    for words in split["words"].split(", "):
        pair = next(((words[:at], words[at + 1:]) for at, letter in enumerate(words) if letter == " "
                     and f"{suffix}_{words[:at]}_{bare(_number(words[at + 1:]))}" in metric.name), None)
        if pair is None:
            return None
        axes[pair[0]] = pair[1]
        suffix += f"_{pair[0]}_{bare(_number(pair[1]))}"
    # A label that happens to end so, and not the name, is of no split.
    return (metric.name.removesuffix(suffix), axes) if metric.name.endswith(suffix) else None


def _number(words: str) -> object:
    """A value as it was in the column: 4.0 is written so in a label, and 4 in a name."""
    try:
        number = float(words)
    except ValueError:
        return words
    return number if "." in words or "e" in words else words
