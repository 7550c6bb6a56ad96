"""Conditions of a selection as Python code, for the recipe in reports."""

from __future__ import annotations

import math

from vanas_panel.state.boxes import Box
from vanas_panel.state.conditions import AllOf, AnyOf, Between, Condition, HasEdge, Not, Rows, walk


def condition_code(condition: Condition) -> str:
    """A condition as Python, with the names of `vanas_panel.selection`.

    Examples
    --------
    >>> condition_code(AllOf([Between("edges", 3), Not(HasEdge("input", "output"))]))
    "AllOf([Between('edges', 3.0), Not(HasEdge('input', 'output'))])"
    """
    if isinstance(condition, AllOf | AnyOf):
        name = f", {condition.name!r}" if condition.name else ""
        return f"{type(condition).__name__}([{', '.join(map(condition_code, condition.parts))}]{name})"
    if isinstance(condition, Not):
        return f"Not({condition_code(condition.condition)})"
    if isinstance(condition, Between):
        ends = [number_code(condition.low)] if math.isfinite(condition.low) or math.isfinite(condition.high) else []
        ends += [number_code(condition.high)] if math.isfinite(condition.high) else []
        return f"Between({', '.join([repr(condition.name), *ends])})"
    if isinstance(condition, Box):
        return box_code(condition)
    if isinstance(condition, HasEdge):
        return f"HasEdge({condition.source!r}, {condition.target!r})"
    if isinstance(condition, Rows):
        return f"Rows({condition.packed!r}{f', {condition.label!r}' if condition.label else ''})"
    corners = ", ".join(f"({number_code(x)}, {number_code(y)})" for x, y in condition.corners)
    logs = f", log_x={condition.log_x}, log_y={condition.log_y}" if condition.log_x or condition.log_y else ""
    return f"Lasso({condition.x!r}, {condition.y!r}, [{corners}]{logs})"


def box_code(box: Box) -> str:
    """A box as Python."""
    ends = [f"({', '.join(map(number_code, part))})" for part in (box.x_range, box.y_range)]
    return f"Box({box.x!r}, {box.y!r}, {ends[0]}, {ends[1]})"


def names_of(condition: Condition) -> list[str]:
    """The names that the code of a condition takes from `vanas_panel.selection`."""
    return sorted({type(each).__name__ for each in walk(condition)})


def number_code(value: float) -> str:
    """A number as Python, an infinite one too."""
    return repr(float(value)) if math.isfinite(value) else f'float("{float(value)}")'
