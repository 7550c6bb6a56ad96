"""Descriptions of a source by its owner: a small JSON object beside the data or within it.

See `vanas_panel.readers.formats.tabular` for where it is found and docs/schema.md for all of it.
Nothing in it is required.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from vanas_panel.core.kinds import KindSpace
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import SearchSpaceError, SourceError
from vanas_panel.files.json_schema import Line, SchemaError, fitted, read_json
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.text.language import Message, both, marked

KEY = b"vanas_panel"
"""Key of the description in the metadata of a Parquet schema."""

_ADVICE = marked("Correct the description as docs/schema.md shows")
_CHOOSE = marked("Choose one of these")

SET_ASIDE, REFUSE = "set aside", "refuse"
INFINITE = (SET_ASIDE, REFUSE)
"""Choices for rows with an infinite value: read the other rows and note it; refuse the file."""

KEEP, PRUNE = "keep", "prune"
NONES = (KEEP, PRUNE)
"""Choices for the operation ``none`` of architecture strings: a vertex like any other; left out, with all that is then
on no path from input to output."""

_LONGEST = 1 << 20
"""Bytes of a description."""

FORMS = ("chain",)
"""Forms of architectures that only a description tells."""

_Note = Annotated[str, Meta(max_length=4000)]


class SpaceForm(msgspec.Struct, forbid_unknown_fields=True):
    """A search space in JSON; the limits of its numbers are those of `CellSpace`, its kind is one of `KindSpace`."""

    operations: Annotated[list[Line], Meta(max_length=255)]
    max_vertices: int
    max_edges: int
    kind: Line = ""


class Architecture(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which column holds architectures that only a description tells, and how they are written.

    ``form`` is one of `FORMS`; ``separator`` stands between the operations of a chain, and is empty where each letter
    is one.
    """

    column: str
    form: Line
    separator: Annotated[str, Meta(max_length=8)] = ""


class _MetricForm(msgspec.Struct, forbid_unknown_fields=True):
    """The description of a metric."""

    label: Line | UnsetType = UNSET
    unit: Line | UnsetType = UNSET
    higher_is_better: bool | UnsetType | None = UNSET


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """The names that a description may have, and what each of them holds."""

    title: Line = ""
    notes: Annotated[list[_Note], Meta(max_length=100)] = []
    adjacency: Line | None = None
    operations: Line | None = None
    space: SpaceForm | None = None
    metrics: dict[str, Any] = {}
    ignore: list[str] = []
    conditions: dict[str, Any] = {}
    infinite: Line = ""
    none: Line = ""
    kinds: dict[str, Line] = {}
    study: Line = ""
    architecture: Architecture | None = None


_PARTS = _Form.__struct_fields__


@dataclass(frozen=True)
class Description:
    """The description of a source.

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
        By column: what to do where rows of one cell differ in it, see `vanas_panel.readers.columns.conditions`.
    infinite : str
        What to do with rows that hold an infinite value, one of `INFINITE`; to refuse them where it is empty.
    none : str
        What to do with the operation ``none`` of architecture strings, one of `NONES`; to keep it where it is empty.
    parameters : tuple of str
        Columns of what trials were given. No description says them: a reader finds them.
    path : Path or None
        Where it was read, for messages.
    kinds : Mapping of str to str
        In a table of trials, by column: ``metric``, ``parameter``, ``condition``, ``repeat`` or ``identifier``.
    study : str
        Of a file with several studies, the one to open.
    architecture : Architecture or None
        Which column holds architectures, where a table cannot tell.
    """

    title: str = ""
    notes: tuple[str, ...] = ()
    adjacency: str | None = None
    operations: str | None = None
    space: CellSpace | None = None
    metrics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    conditions: Mapping[str, Any] = field(default_factory=dict)
    infinite: str = ""
    none: str = ""
    parameters: tuple[str, ...] = ()
    path: Path | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    study: str = ""
    architecture: Architecture | None = None

    def metric(self, name: str) -> Metric:
        """The metric of a column: what is known by its name, changed as described."""
        known = known_metric(name)
        said = self.metrics.get(name, {})
        return Metric(name, said.get("label", known.label), said.get("unit", known.unit),
                      said.get("higher_is_better", known.higher_is_better),
                      known.guessed and "higher_is_better" not in said)

    def check_columns(self, columns: Sequence[str]) -> None:
        """Refuse a description of columns that are not there, which is most often a misspelling."""
        named = [*self.metrics, *self.ignore, *self.conditions, *self.kinds,
                 *filter(None, (self.adjacency, self.operations)),
                 *([self.architecture.column] if self.architecture else [])]
        there = {*columns}
        for name in named:
            if name not in there:
                raise SourceError(Message("a description of a column {name!r} that is not there", name=name),
                                  Message("one of {names}", names=", ".join(columns[:40])), _ADVICE, path=self.path)


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
        with beside.open("rb") as file:
            return parse_description(file.read(_LONGEST + 1), beside)
    if metadata and KEY in metadata:
        return parse_description(metadata[KEY], path)
    return Description()


def parse_description(text: bytes, path: Path) -> Description:
    """Read and check the text of a description; `path` is that of where it stands, for messages."""
    try:
        said = read_json(text, longest=_LONGEST)
        if not isinstance(said, dict):
            raise SourceError(Message("a description that is a {kind}", kind=type(said).__name__), "a JSON object",
                              _ADVICE, path=path)
        for name in said:
            if name not in _PARTS:
                raise SourceError(Message("{name!r} in the description", name=name),
                                  Message("only {parts}", parts=", ".join(_PARTS)), _ADVICE, path=path)
        form = fitted(said, _Form)
        for name, metric in form.metrics.items():
            fitted(metric, _MetricForm, f"metrics[{name!r}]")
        for name, choice in form.conditions.items():
            check_condition(name, choice, path)
        if form.architecture and form.architecture.form not in FORMS:
            raise SourceError(Message("{form!r} as the form of architectures", form=form.architecture.form),
                              Message("one of {names}", names=", ".join(FORMS)), _ADVICE, path=path)
        if form.infinite:
            check_infinite(form.infinite, path)
        if form.none:
            check_none(form.none, path)
        space = None if form.space is None else make_space(form.space)
    except SchemaError as error:
        raise SourceError(Message("a description with {found}", found=error.found), error.expected, _ADVICE,
                          path=path) from None
    except SearchSpaceError as error:
        raise SourceError(Message("a search space that is none ({error})", error=error),
                          "operations, max_vertices and max_edges", _ADVICE, path=path) from None
    return Description(form.title, tuple(form.notes), form.adjacency, form.operations, space, form.metrics,
                       tuple(form.ignore), form.conditions, form.infinite, form.none, path=path, kinds=form.kinds,
                       study=form.study, architecture=form.architecture)


def check_condition(name: str, choice: Any, path: Path | None = None) -> None:
    """Refuse a choice about a condition that is none; `path` is that of the description, where one says it."""
    chosen = (isinstance(choice, dict) and choice.keys() == {"choose"}
              and isinstance(choice["choose"], (str, int, float)))
    if not (chosen or choice in ("split", "ignore", "repeat")):
        raise SourceError(Message("{choice} for condition {name}", choice=repr(choice)[:60], name=repr(name)[:60]),
                          'one of "split", "ignore", "repeat" and {"choose": VALUE}',
                          _ADVICE if path else _CHOOSE, path=path)


def check_infinite(choice: Any, path: Path | None = None) -> None:
    """Refuse a choice about infinite values that is none; `path` as for `check_condition`."""
    if choice not in INFINITE:
        raise SourceError(Message("{choice} for infinite values", choice=repr(choice)[:60]),
                          Message("one of {names}", names=both([repr(each) for each in INFINITE])),
                          _ADVICE if path else _CHOOSE, path=path)


def check_none(choice: Any, path: Path | None = None) -> None:
    """Refuse a choice about the operation ``none`` that is none; `path` as for `check_condition`."""
    if choice not in NONES:
        raise SourceError(Message("{choice} for the operation none", choice=repr(choice)[:60]),
                          Message("one of {names}", names=both([repr(each) for each in NONES])),
                          _ADVICE if path else _CHOOSE, path=path)


def make_space(form: SpaceForm) -> CellSpace:
    """The search space that a form describes; `SearchSpaceError` where there can be none of its kind."""
    if form.kind:
        return KindSpace(form.operations, form.max_vertices, form.max_edges, form.kind)
    return CellSpace(form.operations, form.max_vertices, form.max_edges)
