"""Metadata of our own Parquet form: their schema, checked against the columns of the file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pyarrow as pa
from msgspec import Meta

from vanas_panel.files.json_schema import Line, SchemaError, fitted
from vanas_panel.readers.description import SpaceForm
from vanas_panel.text.language import Message

_Name = Annotated[str, Meta(max_length=10_000)]
_Note = Annotated[str, Meta(max_length=1_000_000)]


class MetricForm(msgspec.Struct):
    """A metric, and how many columns hold its repeats."""

    name: _Name
    label: _Name
    unit: _Name
    higher_is_better: bool | None
    repeats: Annotated[int, Meta(ge=1)]
    guessed: bool = False


class TrainingForm(msgspec.Struct):
    """How the cells of a table were trained, see `vanas_panel.training.table.results_table`."""

    settings: dict[str, Any] = {}
    settings_digest: Line = ""
    images: Line = ""
    devices: Annotated[list[Line], Meta(max_length=1000)] = []
    device_names: Annotated[list[Line], Meta(max_length=1000)] = []
    precision: Line = ""
    torch: Annotated[list[Line], Meta(max_length=1000)] = []


class ColumnForm(msgspec.Struct):
    """A column of the source, see `vanas_panel.tables.source_columns.SourceColumn`."""

    name: _Name
    kind: Literal["metric", "parameter", "condition", "repeat", "identifier", "left out", "cell"]
    reason: _Note
    missing: int | None = None
    distinct: int | None = None
    metrics: list[_Name] = []
    values: list[_Name] = []


class TableForm(msgspec.Struct):
    """All that is not in columns; names of later versions are passed over."""

    form: int
    name: _Name
    title: _Name
    notes: Annotated[list[_Note], Meta(max_length=10_000)]
    metrics: Annotated[list[MetricForm], Meta(max_length=100_000)]
    space: SpaceForm
    training: dict[str, Any] | None = None
    columns: Annotated[list[ColumnForm], Meta(max_length=100_000)] = []


def fitted_table(about: dict[str, Any], schema: pa.Schema) -> TableForm:
    """The description of a table whose columns are there.

    Parameters
    ----------
    about : dict
        Plain JSON values.
    schema : pyarrow.Schema
        Of the file.

    Raises
    ------
    SchemaError
        Where a part is missing or of another type, or a metric has repeats without columns.
    """
    form = fitted(about, TableForm)
    if form.training is not None:
        # Kept as it is, with names of later versions.
        fitted(form.training, TrainingForm, "training")
    there = {field.name for field in schema if pa.types.is_floating(field.type)}
    if len(set(schema.names)) < len(schema.names):
        raise SchemaError("two columns of one name", "distinct names")
    names = set()
    for metric in form.metrics:
        if metric.name in names:
            raise SchemaError(Message("metric {name!r} twice", name=metric.name[:60]), "each metric once")
        names.add(metric.name)
        # Counted first, so that a number without columns costs nothing.
        if metric.repeats > len(schema) or not there.issuperset(
                f"{metric.name}/{repeat}" for repeat in range(metric.repeats)):
            raise SchemaError(Message("{repeats} repeats of metric {name!r}", repeats=metric.repeats,
                                      name=metric.name[:60]),
                              "a column of numbers for each of them")
    return form
