"""NAS-Bench-Macro: ``nas-bench-macro_cifar10.json``, an object of networks as digits, each with what was measured.

A network (Su and others, AAAI 2021) is a chain of eight blocks, each a digit: 0 is the identity, 1 and 2 are inverted
bottlenecks. Identities stay vertices: without them, 5,281 of the 6,561 networks would become 127.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from vanas_panel.errors import SourceError
from vanas_panel.readers.description import Architecture, Description, describe
from vanas_panel.readers.formats.tabular import typed_table
from vanas_panel.readers.notes import MACRO_NETWORKS
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.tables.metrics import MACS, PARAMETERS
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

_TITLE = "NAS-Bench-Macro (Su et al., AAAI 2021)"
_NETWORK = re.compile(r"[0-2]{8}")
_COLUMN = "network"
_CLOSE = 1e-3
_EXPECTED = marked("networks of NAS-Bench-Macro: eight digits from 0 to 2, each with test_acc, params and flops")


def is_macro(content: Any) -> bool:
    """Whether what a JSON text holds are networks of digits.

    Examples
    --------
    >>> is_macro({"00000012": {}}), is_macro({"x": {}}), is_macro([])
    (True, False, False)
    """
    return isinstance(content, dict) and bool(content) and all(map(_NETWORK.fullmatch, content))


def read_networks(content: dict[str, Any], path: Path, asked: Asked = NOTHING) -> BenchmarkTable:
    """The table of the networks that a JSON file holds.

    Raises
    ------
    SourceError
        Where a network lacks a measurement, or one is no number.
    """
    rows = pa.table({_COLUMN: pa.array([*content], pa.large_string()), **_measurements(content, path)})
    said = asked.over(describe(path), rows.column_names, path)
    return typed_table(rows, rows.schema, _described(said), path)


def _measurements(content: dict[str, Any], path: Path) -> dict[str, np.ndarray]:
    """The accuracies of each training as fractions, numbers of parameters and of operations, ``float64 (n,)`` each."""
    repeats = max(len(said["test_acc"]) if isinstance(said, dict) and isinstance(said.get("test_acc"), list) else 0
                  for said in content.values())
    names = [f"test_accuracy/{repeat}" for repeat in range(repeats)]
    columns = {name: np.full(len(content), np.nan) for name in (*names, "trainable_parameters", "flops")}
    for row, (network, said) in enumerate(content.items()):
        values = said.get("test_acc") if isinstance(said, dict) else None
        if not isinstance(values, list) or not values or not all(map(_is_number, [
                *values, said.get("params", 0), said.get("flops", 0)])):
            raise SourceError(Message("network {network} with {said!r:.100}", network=network, said=said), _EXPECTED,
                              "Correct it, or leave it out", path=path)
        _check_mean(network, said, np.array(values, np.float64), path)
        for name, value in zip(names, values, strict=False):
            columns[name][row] = value / 100
        columns["trainable_parameters"][row] = said.get("params", np.nan)
        columns["flops"][row] = said.get("flops", np.nan)
    return columns


def _check_mean(network: str, said: dict[str, Any], values: np.ndarray, path: Path) -> None:
    """Refuse a mean or a deviation that is not that of the accuracies, in per cent."""
    for name, found in (("mean_acc", values.mean()), ("std", values.std())):
        value = said.get(name, found)
        if (not _is_number(value) and value is not found) or abs(value - found) > _CLOSE:
            raise SourceError(Message("{name} = {said!r:.40} of {digits}", name=name, said=value, digits=network),
                              Message("{found:.6g}, as its {count} accuracies give", found=float(found),
                                      count=values.size),
                              "Take the file from its source again", path=path)


def _is_number(value: Any) -> bool:
    """Whether a value is a number, and no truth value."""
    return type(value) in (int, float)


def _described(said: Description) -> Description:
    """What is known of the benchmark, where a description does not say it."""
    metrics: dict[str, Mapping[str, Any]] = {"flops": {"label": "FLOPs", "unit": MACS, "higher_is_better": False},
               "trainable_parameters": {"unit": PARAMETERS}}
    return replace(said, title=said.title or _TITLE, metrics={**metrics, **said.metrics},
                   architecture=said.architecture or Architecture(_COLUMN, "chain"),
                   notes=(*said.notes, MACRO_NETWORKS))
