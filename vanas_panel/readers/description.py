"""What people may say about their own results: a small JSON object beside the data or within it.

See `vanas_panel.readers.tabular` for where it is found and docs/schema.md for all of it. Nothing in it is required.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchSpaceError, SourceError
from vanas_panel.metrics import Metric, known_metric

KEY = b"vanas_panel"
"""Key of the description in the metadata of a Parquet schema."""

_ADVICE = "Correct the description as docs/schema.md shows"
_PARTS: dict[str, type] = {"title": str, "notes": list, "adjacency": str, "operations": str, "space": dict,
                           "metrics": dict, "ignore": list, "conditions": dict}
_METRIC_PARTS = {"label": (str,), "unit": (str,), "higher_is_better": (bool, type(None))}


@dataclass(frozen=True)
class Description:
    """What a source says about itself.

    Attributes
    ----------
    title : str
        A line for a person.
    notes : tuple of str
    adjacency, operations : str or None
        The columns with the cells, where they have names of their own.
    space : CellSpace or None
    metrics : Mapping of str to Mapping
        By column: ``label``, ``unit``, ``higher_is_better``.
    ignore : tuple of str
        Columns to leave out.
    conditions : Mapping of str to str or Mapping
        By column: what to do where rows of one cell differ in it, see `vanas_panel.readers.conditions`.
    path : Path or None
        Where it was read, for messages.
    """

    title: str = ""
    notes: tuple[str, ...] = ()
    adjacency: str | None = None
    operations: str | None = None
    space: CellSpace | None = None
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    conditions: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None

    def metric(self, name: str) -> Metric:
        """The metric of a column: what is known by its name, changed as described."""
        known = known_metric(name)
        said = self.metrics.get(name, {})
        return Metric(name, said.get("label", known.label), said.get("unit", known.unit),
                      said.get("higher_is_better", known.higher_is_better),
                      known.guessed and "higher_is_better" not in said)

    def check_columns(self, columns: Sequence[str]) -> None:
        """Refuse a description of columns that are not there, which is most often a misspelling."""
        named = [*self.metrics, *self.ignore, *self.conditions, *filter(None, (self.adjacency, self.operations))]
        for name in named:
            if name not in columns:
                raise SourceError(f"a description of a column {name!r} that is not there",
                                  f"one of {', '.join(columns)}", _ADVICE, path=self.path)


def sidecar(path: Path) -> Path:
    """The file beside a source that may describe it: ``results.csv.json`` for ``results.csv``."""
    return path.with_name(path.name + ".json")


def describe(path: Path, metadata: Mapping[bytes, bytes] | None = None) -> Description:
    """Read the description of a source.

    Parameters
    ----------
    path : Path
        The source. A file beside it with ``.json`` appended to its name comes first.
    metadata : Mapping, optional
        The metadata of a Parquet schema, whose entry ``vanas_panel`` comes second.

    Raises
    ------
    SourceError
        Where it is no JSON, or not what docs/schema.md describes.
    """
    beside = sidecar(path)
    if beside.is_file():
        return _parse(beside.read_bytes(), beside)
    if metadata and KEY in metadata:
        return _parse(metadata[KEY], path)
    return Description()


def _parse(text: bytes, path: Path) -> Description:
    """Read and check a description."""
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SourceError(f"a description that is not JSON ({error})", "a JSON object", _ADVICE, path=path) from None
    if not isinstance(said, dict):
        raise SourceError(f"a description that is a {type(said).__name__}", "a JSON object", _ADVICE, path=path)
    for name, value in said.items():
        if name not in _PARTS:
            raise SourceError(f"{name!r} in the description", f"only {', '.join(_PARTS)}", _ADVICE, path=path)
        if not isinstance(value, _PARTS[name]):
            raise SourceError(f"{name!r} of type {type(value).__name__} in the description", _PARTS[name].__name__,
                              _ADVICE, path=path)
    for name in ("notes", "ignore"):
        said[name] = _texts(said.get(name, []), name, path)
    for name, metric in said.get("metrics", {}).items():
        _check_metric(name, metric, path)
    for name, choice in said.get("conditions", {}).items():
        _check_condition(name, choice, path)
    space = _space(said.pop("space"), path) if "space" in said else None
    return Description(**said, space=space, path=path)


def _texts(values: list, name: str, path: Path) -> tuple[str, ...]:
    """A list of texts."""
    for value in values:
        if not isinstance(value, str):
            raise SourceError(f"{value!r} in {name!r} of the description", "a text", _ADVICE, path=path)
    return tuple(values)


def _check_metric(name: str, metric: Any, path: Path) -> None:
    """Refuse a description of a metric that is misspelt or of the wrong type."""
    if not isinstance(metric, dict):
        raise SourceError(f"{metric!r} for metric {name!r}", "an object", _ADVICE, path=path)
    for part, value in metric.items():
        if part not in _METRIC_PARTS or not isinstance(value, _METRIC_PARTS[part]):
            raise SourceError(f"{part!r}: {value!r} for metric {name!r}",
                              "a text as label or unit, or true, false or null as higher_is_better", _ADVICE, path=path)


def _check_condition(name: str, choice: Any, path: Path) -> None:
    """Refuse a choice about a condition that is none."""
    chosen = (isinstance(choice, dict) and choice.keys() == {"choose"}
              and isinstance(choice["choose"], (str, int, float)))
    if not (chosen or choice in ("split", "ignore", "repeat")):
        raise SourceError(f"{repr(choice)[:60]} for condition {repr(name)[:60]}",
                          'one of "split", "ignore", "repeat" and {"choose": VALUE}', _ADVICE, path=path)


def _space(said: dict, path: Path) -> CellSpace:
    """The search space of a description."""
    try:
        return CellSpace(_texts(said["operations"], "operations", path), said["max_vertices"], said["max_edges"])
    except (KeyError, TypeError, SearchSpaceError) as error:
        raise SourceError(f"a search space that is none ({error})", "operations, max_vertices and max_edges", _ADVICE,
                          path=path) from None
