"""The view of a training as a value: what a person can change, checked, since it comes from browsers and links."""

from __future__ import annotations

import math
from typing import Any

from vanas_panel.draw.inspector.measures import MEASURES
from vanas_panel.state.training_view import CAMERA, CHOICES

_LONGEST = 1000
"""Most letters of the name of a layer that is worth keeping."""


def plain_view(message: Any) -> dict[str, Any]:
    """The entries of a view that make sense, whatever is given.

    Parameters
    ----------
    message : any
        From a browser.

    Returns
    -------
    dict
        Some of ``epoch`` (int), ``focus`` (name of a layer, or empty), ``scale``, ``shade``, ``kind``, ``biases``,
        ``measure``, ``windows`` (two names, or none; one of the second training has ``B:`` in front) and ``camera``
        (six numbers by name, or None for the one that shows everything).

    Examples
    --------
    >>> plain_view({"epoch": 3, "scale": "log", "focus": "fc1", "camera": {"yaw": 1}})
    {'epoch': 3, 'focus': 'fc1'}
    """
    given = message if isinstance(message, dict) else {}
    checks = {
        "epoch": lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53,
        "focus": _is_name, "scale": lambda value: _is_one(value, CHOICES["scale"]),
        "shade": lambda value: _is_one(value, CHOICES["shade"]),
        "kind": lambda value: _is_one(value, CHOICES["kind"]), "biases": lambda value: isinstance(value, bool),
        "measure": lambda value: _is_one(value, MEASURES),
        "windows": lambda value: isinstance(value, list) and len(value) in (0, 2) and all(map(_is_name, value)),
        "camera": lambda value: value is None or _is_camera(value),
    }
    return {name: given[name] for name, fits in checks.items() if name in given and fits(given[name])}


def _is_name(value: Any) -> bool:
    """Whether something may be the name of a layer."""
    return isinstance(value, str) and len(value) <= _LONGEST


def _is_one(value: Any, known: tuple[str, ...]) -> bool:
    """Whether something is one of some texts."""
    return isinstance(value, str) and value in known


def _is_camera(value: Any) -> bool:
    """Whether something is a camera."""
    return isinstance(value, dict) and set(value) == set(CAMERA) and all(
        isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < 1e6 and math.isfinite(number)
        for number in value.values()) and value["distance"] > 0
