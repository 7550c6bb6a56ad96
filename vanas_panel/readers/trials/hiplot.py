"""Experiments of HiPlot: its CSV and its JSON. Neither says which columns are parameters; their names may."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vanas_panel.errors import SourceError
from vanas_panel.readers.trials.found import Found, merged_attributes
from vanas_panel.tables.trial_columns import IDENTIFIER, Coded
from vanas_panel.text.language import Message, marked

CSV = marked("a HiPlot experiment (CSV)")
JSON = marked("a HiPlot experiment (JSON)")
_UID = marked("HiPlot's name of the trial")
_FROM = marked("HiPlot's name of the trial that it comes from")
_REASONS = {"uid": _UID, "from_uid": _FROM}


def is_hiplot(columns: Mapping[str, Any]) -> bool:
    """Whether columns are those of HiPlot's CSV."""
    return [*columns][:2] == ["uid", "from_uid"]


def read_hiplot(columns: Mapping[str, Coded]) -> Found:
    """The trials of HiPlot's CSV."""
    found = Found(CSV, columns["uid"].values.size)
    for name, column in columns.items():
        found.add(name, column, IDENTIFIER if name in _REASONS else "", _REASONS.get(name, ""))
    return found


def is_hiplot_experiment(content: Any) -> bool:
    """Whether the values of a JSON text are those of an experiment."""
    return isinstance(content, dict) and isinstance(content.get("datapoints"), list)


def read_hiplot_experiment(content: Mapping[str, Any], path: Path) -> Found:
    """The trials of HiPlot's JSON; `SourceError` where a point is none."""
    points = content["datapoints"]
    for number, point in enumerate(points):
        if not isinstance(point, dict) or not isinstance(point.get("values"), dict):
            raise SourceError(Message("{value!r:.60} as datapoint {number:,}", value=point, number=number + 1),
                              "an object with \"values\"", "Write the experiment again", path=path)
    found = Found(JSON, len(points))
    found.add("uid", [point.get("uid") for point in points], IDENTIFIER, _UID)
    found.add("from_uid", [point.get("from_uid") for point in points], IDENTIFIER, _FROM)
    for name, values in merged_attributes([point["values"] for point in points]).items():
        if name not in _REASONS:
            found.add(name, values)
    return found
