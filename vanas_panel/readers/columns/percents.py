"""Columns of texts with percent signs, as spreadsheets and ``f"{value:.1%}"`` write fractions: "93.5%" is 0.935."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.errors import SourceError, brief
from vanas_panel.readers.columns.conditions import is_condition_name, is_text
from vanas_panel.readers.columns.names import base_and_repeat, listed
from vanas_panel.readers.description import Description
from vanas_panel.readers.notes import PARTLY_PERCENTS, PERCENTS
from vanas_panel.tables.metrics import FRACTION, known_metric
from vanas_panel.text.language import Message

PER_CENT = ("%", "percent", "per cent")
"""Units by which a description says that numbers stay as they are written."""

# Blanks that do not break a line stand before the sign in many languages.
_BLANKS = r"[\s\x{a0}\x{202f}]*"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_SIGN = r"[%\x{ff05}]"


def read_percents(rows: pa.Table, columns: Sequence[str], description: Description, path: Path,
                  decimal: str = ".") -> tuple[pa.Table, Description, list[str]]:
    """Make numbers of the columns in which every value has a percent sign.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
    columns : sequence of str
        Those that may be metrics.
    description : Description
        Its conditions stay texts. Where it gives a metric the unit "%", values stay per cent.
    path : Path
        Of the source, for messages.
    decimal : str
        The decimal sign.

    Returns
    -------
    rows : pyarrow.Table (n,)
        With ``float64`` instead of these texts, and of blanks alone nothing.
    description : Description
        With the units of these columns, and notes: which they are, and which have the sign in some values only.
    names : list of str
        The columns that are no texts any more.

    Raises
    ------
    SourceError
        Where a column has values with and without the sign, which may differ by a factor of 100, or where a fraction
        lies outside 0 % to 100 %.
    """
    units: dict[str, str] = {}
    made: dict[str, pa.Array] = {}
    names, notes = [], []
    for name in columns:
        base = base_and_repeat(name)[0]
        if not is_text(rows.schema.field(name)) or _stays_text(name, description):
            continue
        texts = pc.cast(rows[name], pa.large_string()).combine_chunks()
        texts = pc.if_else(pc.match_substring_regex(texts, f"^{_BLANKS}$"), None, texts)
        if texts.null_count == len(texts):
            made[name] = pa.nulls(len(texts))
            continue
        signed = pc.match_substring_regex(texts, f"(?i)^{_BLANKS}[+-]?([\\d.,]+|inf|nan){_BLANKS}{_SIGN}{_BLANKS}$")
        if not pc.any(signed).as_py():
            continue
        number = _NUMBER.replace(r"\.", re.escape(decimal))
        reads = pc.match_substring_regex(texts, f"(?i)^{_BLANKS}(?:{number}|nan){_BLANKS}{_SIGN}{_BLANKS}$")
        row = pc.index(reads, False).as_py()
        if row >= 0:
            notes.append(_partly(name, texts, row, pc.index(reads, True).as_py(), number, description, path))
            continue
        values = _numbers(texts, decimal)
        unit = description.metrics.get(base, {}).get("unit", FRACTION)
        if unit not in PER_CENT:
            outside = _outside(values)
            if outside >= 0 and (known_metric(base).unit == FRACTION or FRACTION in _said_units(base, description)):
                raise SourceError(Message("{value!r:.60} in column {name!r}", value=texts[outside].as_py(), name=name),
                                  "a fraction from 0 % to 100 %", "Correct the value or leave it empty", path=path,
                                  row=outside)
            # 350 % of a processor are no part of a whole.
            units[base] = "" if outside >= 0 or units.get(base) == "" else unit
        made[name] = values if unit in PER_CENT else _numbers(texts, decimal, "e-2")
        names.append(name)
    rows = _with_columns(rows, made)
    _check_repeats(names, rows, columns, path)
    fractions = [name for name in names if base_and_repeat(name)[0] in units]
    if fractions:
        notes.insert(0, PERCENTS.format(names=listed(fractions)))
    metrics = {**description.metrics,
               **{base: {**description.metrics.get(base, {}), "unit": unit} for base, unit in units.items()}}
    return rows, replace(description, metrics=metrics, notes=(*description.notes, *notes)), [*made]


def _with_columns(rows: pa.Table, made: Mapping[str, pa.Array]) -> pa.Table:
    """The same rows with other columns instead of some, put together once: each change would copy all of them."""
    return pa.table([made.get(name, column) for name, column in zip(rows.column_names, rows.columns, strict=True)],
                    names=rows.column_names) if made else rows


def _stays_text(name: str, description: Description) -> bool:
    """Whether a column is a condition or has a unit that percent signs contradict, so that it stays as it is."""
    base = base_and_repeat(name)[0]
    known, said = known_metric(base), _said_units(base, description)
    return (name in description.conditions or (is_condition_name(name) and known.higher_is_better is None)
            or not {*(said or [known.unit])} <= {"", FRACTION, *PER_CENT})


def _said_units(base: str, description: Description) -> list[str]:
    """The unit that a description gives a metric, where it does."""
    said = description.metrics.get(base, {})
    return [said["unit"]] if "unit" in said else []


def _numbers(texts: pa.Array, decimal: str, power: str = "") -> pa.Array:
    """The numbers before the signs, times a power of ten: ``93.47e-2`` is the number closest to 0.9347."""
    bare = pc.replace_substring_regex(texts, r"[\s\x{a0}\x{202f}\x{ff05}%]", "")
    known = pc.if_else(pc.equal(pc.utf8_lower(bare), "nan"), None, bare)
    points = pc.replace_substring(known, decimal, ".")
    end, nothing = (pa.scalar(text, pa.large_string()) for text in (power, ""))
    return pc.cast(pc.binary_join_element_wise(points, end, nothing), pa.float64())


def _outside(values: pa.Array) -> int:
    """The first row that is not from 0 to 100, -1 where there is none."""
    return pc.index(pc.or_(pc.less(values, 0), pc.greater(values, 100)), True).as_py()


def _partly(name: str, texts: pa.Array, row: int, signed: int, number: str, description: Description,
            path: Path) -> str:
    """Say that a column has the sign in some values only; refuse it where others are numbers, or where it is known."""
    other = texts[row].as_py()
    plain = pc.match_substring_regex(texts, f"(?i)^{_BLANKS}{number}(e[+-]?\\d+)?{_BLANKS}$")
    at = pc.index(plain, True).as_py()
    if signed >= 0 and at >= 0:
        raise SourceError(Message("{value!r:.60} without a percent sign in column {name!r}, and {other!r:.60} with "
                                  "one in row {row}", value=texts[at].as_py(), name=name,
                                  other=texts[signed].as_py(), row=signed + 1),
                          "the sign in every value of a column or in none, since they differ by a factor of 100",
                          "Write all values alike", path=path, row=at)
    base = base_and_repeat(name)[0]
    if base in description.metrics or known_metric(base).unit:
        raise SourceError(Message("{other!r:.60} in column {name!r}, which has percent signs", other=other, name=name),
                          "a number with a percent sign, such as 93.5%, or nothing where it is unknown",
                          "Correct the value, or list the column under 'ignore' in a description", path=path, row=row)
    return PARTLY_PERCENTS.format(name=name, other=brief(other, 40), row=row + 1)


def _check_repeats(names: Sequence[str], rows: pa.Table, columns: Sequence[str], path: Path) -> None:
    """Refuse a metric of which some columns of repeats have percent signs and others, unless empty, do not."""
    signed = {base_and_repeat(name)[0]: name for name in reversed(names)}
    there = {*names}
    for other in columns:
        name = signed.get(base_and_repeat(other)[0])
        if name is not None and other not in there and not _is_empty(rows[other]):
            raise SourceError(Message("percent signs in column {name!r} and not in {other!r}, which repeats it",
                                      name=name, other=other),
                              "the signs in all repeats or in none", "Write all values alike", path=path)


def _is_empty(column: pa.ChunkedArray) -> bool:
    """Whether no row of a column has a value; NaN is none."""
    return pc.all(pc.is_null(column, nan_is_null=pa.types.is_floating(column.type))).as_py()
