"""What is tried of one kind of file or text: how to make one, and what must hold for what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from hypothesis.strategies import SearchStrategy

from vanas_panel.core.draft import Draft
from vanas_panel.errors import VanasError
from vanas_panel.tables.metrics import FRACTION, SECONDS
from vanas_panel.tables.table import BenchmarkTable

LONGEST = 500
"""Most characters of a message."""


class Kind(NamedTuple):
    """One kind of files or texts.

    Attributes
    ----------
    make : strategy
        Draws what somebody opens or types.
    take : callable
        Takes it and a folder to write into. Raises `VanasError` where it is refused, and something else where what
        came of it is wrong.
    """

    make: SearchStrategy
    take: Callable[[Any, Path], None]


def holds(kind: Kind, made: Any, folder: Path) -> bool:
    """Whether something was taken, with the right content; False where it was refused with a message for a person."""
    try:
        kind.take(made, folder)
    except VanasError as error:
        check_message(str(error))
        return False
    return True


def check_message(text: str) -> None:
    """A message is short, and moves no cursor."""
    assert 0 < len(text) <= LONGEST, f"{len(text)} characters: {text[:600]}"
    assert "\x1b" not in text and "\x00" not in text and "Traceback" not in text, text


def check_table(table: BenchmarkTable) -> dict[tuple, dict[str, list[float]]]:
    """Hold a table against what every table is, and give its values by cell.

    Whether a number packs a cell is found out by walking along its edges, without the kernels.
    """
    values = {name: table.repeats(name) for name in table.metrics}
    assert len(table) > 0 and len(set(table.keys.tolist())) == len(table)
    for name, metric in table.metrics.items():
        for text in (name, metric.label, metric.unit):
            assert type(text) is str and len(text) <= 10_000
        known = values[name][np.isfinite(values[name])]
        assert values[name].shape[0] == len(table)
        assert metric.unit != FRACTION or ((known >= 0) & (known <= 1)).all(), name
        assert metric.unit != SECONDS or (known >= 0).all(), name
    assert type(table.name) is str and type(table.title) is str and all(type(note) is str for note in table.notes)
    found = {}
    for row in range(len(table)):
        cell = table.cell(row)
        assert is_cell(cell), cell
        found[shape(cell)] = {name: [value for value in values[name][row].tolist() if value == value]
                              for name in values}
    return found


def is_cell(draft: Draft) -> bool:
    """Whether every vertex lies on a path from the first to the last, and there are no cycles."""
    last = len(draft.operations) - 1
    after = {vertex: {target for source, target in draft.edges if source == vertex} for vertex in range(last + 1)}

    def reached(start: int) -> set[int]:
        seen: set[int] = set()
        todo = [start]
        while todo:
            for target in after[todo.pop()] - seen:
                seen.add(target)
                todo.append(target)
        return seen

    return (last >= 1 and all(vertex not in reached(vertex) for vertex in after)
            and reached(0) == set(range(1, last + 1)) and all(last in reached(vertex) for vertex in range(last)))


def shape(draft: Draft) -> tuple:
    """Something equal for equal cells, whatever the order of their vertices: labels of the paths in and out of each."""
    marks = list(draft.operations)
    for _ in range(len(marks)):
        marks = [str(hash((marks[vertex], *sorted(marks[source] for source, target in draft.edges if target == vertex),
                           "|", *sorted(marks[target] for source, target in draft.edges if source == vertex))))
                 for vertex in range(len(marks))]
    return tuple(sorted(marks))
