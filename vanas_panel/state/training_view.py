"""What a person sees of a training, as a value and as the query of a link.

A link such as ``epoch=3&focus=conv1.weight&scale=layer`` opens the same view again. Links grow old, so each part is
read for itself: what cannot be shown is said, and the rest is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import SCALES
from vanas_panel.text.language import LANGUAGES, Message
from vanas_panel.text.numerals import decimal_number

CHOICES: Mapping[str, tuple[str, ...]] = {
    "scale": SCALES, "shade": ("sqrt", "linear"), "kind": ("max", "mean"), "lang": tuple(LANGUAGES)}
"""Values of the parts that have a few; the first one is where a view starts."""

SWITCHES = ("biases", "dark")
START: Mapping[str, Any] = {
    "scale": "all", "shade": "sqrt", "kind": "max", "biases": False, "dark": False, "focus": "", "camera": None,
    "measure": "mean", "windows": []}
"""The view of a page that no link describes, at the last epoch."""

CAMERA = ("yaw", "pitch", "distance", "x", "y", "z")
SECOND = "B:"
"""Stands before the name of a layer of the second training in a window."""

_LONGEST, _MOST_PARTS = 4000, 50
"""Characters and parts of a query that are read."""


def view_from_query(query: str, trainings: Sequence[Training],
                    measures: Sequence[str]) -> tuple[dict[str, Any], list[Message]]:
    """The view that a link describes.

    Parameters
    ----------
    query : str
        Any text, such as that of a browser's address.
    trainings : sequence of Training
        That are shown, one or two.
    measures : sequence of str
        What curves can show.

    Returns
    -------
    view : dict
        The parts that the link names and that can be shown.
    messages : list of Message
        What could not be shown.

    Examples
    --------
    >>> view, messages = view_from_query("scale=layer&shade=loud", [], ["mean"])
    >>> view, [str(each) for each in messages]
    ({'scale': 'layer'}, ["The link's shade loud is none of sqrt, linear."])
    """
    view: dict[str, Any] = {}
    messages: list[Message] = []
    for name, value in parse_qsl(query[:_LONGEST])[:_MOST_PARTS]:
        known = {**CHOICES, "measure": tuple(measures)}.get(name)
        if known is not None and value in known:
            view[name] = value
        elif known is not None:
            messages.append(Message("The link's {name} {value} is none of {known}.", name=name, value=value[:80],
                                    known=", ".join(known)))
        elif name in SWITCHES:
            view[name] = value == "1"
        elif name == "window":
            view.setdefault("windows", []).append(value)
        elif name in ("epoch", "focus", "camera"):
            read, said = _read(name, value, trainings)
            if read is None:
                messages.append(said)
            else:
                view[name] = read
    return view, messages


def view_query(view: Mapping[str, Any]) -> str:
    """The query of a link that opens a view again; what stands as at the start is left out.

    Parameters
    ----------
    view : Mapping
        Of the same parts as `view_from_query` gives.

    Returns
    -------
    str

    Examples
    --------
    >>> view_query({"epoch": 3, "scale": "all", "focus": "fc 1", "windows": ["fc 1"], "dark": True})
    'epoch=3&focus=fc+1&window=fc+1&dark=1'
    """
    parts: list[tuple[str, str]] = []
    for name in ("epoch", "focus", "measure"):
        if view.get(name) not in (None, ""):
            parts.append((name, str(view[name])))
    parts += [(name, str(view[name])) for name, known in CHOICES.items() if view.get(name, known[0]) != known[0]]
    parts += [("window", str(each)) for each in view.get("windows") or ()]
    camera = view.get("camera")
    if camera:
        parts.append(("camera", ",".join(f"{float(camera[each]):.4g}" for each in CAMERA)))
    return urlencode([*parts, *((name, "1") for name in SWITCHES if view.get(name))])


def _read(name: str, value: str, trainings: Sequence[Training]) -> tuple[Any, Message]:
    """A part that is checked by itself, None where it cannot be shown; and what is said then."""
    said = value[:80]
    if name == "epoch":
        return _epoch(value, trainings), Message("The link's {name} {value} was not recorded.", name=name, value=said)
    if name == "camera":
        return _camera(value), Message("The link's {name} {value} is not six numbers.", name=name, value=said)
    known = any(layer.name == value for training in trainings for layer in training.layers)
    return value if known else None, Message("No layer has the name {value}.", value=said)


def _epoch(value: str, trainings: Sequence[Training]) -> int | None:
    """A recorded epoch."""
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
    return number if any(number in training.epochs for training in trainings) else None


def _camera(value: str) -> dict[str, float] | None:
    """Angles, distance and point of a camera."""
    numbers = [decimal_number(part) for part in value.split(",")]
    if len(numbers) != len(CAMERA) or not all(abs(each) < 1e6 for each in numbers) or numbers[2] <= 0:
        return None
    return dict(zip(CAMERA, numbers, strict=True))
