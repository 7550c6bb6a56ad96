"""Columns of a study of Optuna, as ``study.trials_dataframe().to_csv(...)`` writes them.

``number`` counts trials, ``state`` says how each ended, ``value`` or ``values_...`` is what it was told, ``params_...``
is what it was given, ``user_attrs_...`` what its author noted. Times and what the sampler remembers measure no cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.readers.columns.names import listed
from vanas_panel.readers.description import Description
from vanas_panel.readers.notes import NOT_COMPLETE, TRIALS, TRIALS_PARAMETERS

_VALUE = re.compile(r"values?(_.+)?")
_BOOKKEEPING = re.compile(r"number|datetime_(start|complete)|duration|system_attrs_.*")
_COMPLETE = "COMPLETE"


def is_study(columns: Collection[str]) -> bool:
    """Whether these are the columns of a study of Optuna.

    Examples
    --------
    >>> is_study(["number", "value", "params_op_0", "state"]), is_study(["number", "value", "state"])
    (True, False)
    """
    return ({"number", "state"} <= {*columns} and any(map(_VALUE.fullmatch, columns))
            and any(name.startswith("params_") for name in columns))


def is_bookkeeping(name: str) -> bool:
    """Whether a column of a study counts, dates or explains its trials.

    Examples
    --------
    >>> is_bookkeeping("datetime_start"), is_bookkeeping("value")
    (True, False)
    """
    return _BOOKKEEPING.fullmatch(name) is not None


def as_study(columns: Sequence[str], cells: Collection[str], description: Description) -> Description:
    """The description of a study that leaves out what measures nothing, and knows the parameters.

    Parameters
    ----------
    columns : sequence of str
    cells : collection of str
        Those that hold the cells.
    description : Description
        What it names itself stays as it says.
    """
    if not is_study(columns):
        return description
    named = {*description.metrics, *description.conditions, *description.ignore, *description.kinds, *cells}
    kept = [name for name in columns if _BOOKKEEPING.fullmatch(name) and name not in named]
    parameters = [name for name in columns if name.startswith("params_") and name not in named]
    notes = [TRIALS.format(names=listed(kept))] if kept else []
    notes += [TRIALS_PARAMETERS.format(names=listed(parameters))] if parameters else []
    return replace(description, ignore=(*description.ignore, *kept), notes=(*description.notes, *notes),
                   parameters=(*description.parameters, *parameters))


def without_values(rows: pa.Table, description: Description) -> tuple[pa.Table, Description]:
    """The trials with values of those alone that were completed: a pruned one holds what it was last told.

    Parameters
    ----------
    rows : pyarrow.Table (n,)
    description : Description
    """
    if not is_study({*rows.column_names, "number"}):
        return rows, description
    states = pc.utf8_upper(pc.cast(rows["state"], pa.large_string())).combine_chunks()
    whole = pc.fill_null(pc.equal(states, _COMPLETE), False)
    lost = pc.sum(pc.invert(whole)).as_py() or 0
    if not lost:
        return rows, description
    found = pc.value_counts(states.filter(pc.invert(whole))).to_pylist()
    said = ", ".join(f"{each['counts']} {each['values']}" for each in found)
    rows = pa.table([pc.if_else(whole, column, pa.scalar(None, column.type)) if _VALUE.fullmatch(name) else column
                     for name, column in zip(rows.column_names, rows.columns, strict=True)], rows.column_names)
    note = NOT_COMPLETE.format(found=lost, total=len(states), states=said)
    return rows, replace(description, notes=(*description.notes, note))
