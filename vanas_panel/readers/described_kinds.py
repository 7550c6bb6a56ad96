"""Kinds of columns of a table of cells, as a person says them: what they mean for the other parts of a description."""

from __future__ import annotations

from dataclasses import replace

from vanas_panel.errors import SourceError
from vanas_panel.readers.description import Description
from vanas_panel.tables.source_columns import (
    CELL,
    CONDITION,
    IDENTIFIER,
    LEFT_OUT,
    METRIC,
    PARAMETER,
    REPEAT,
    SOURCE_KINDS,
)
from vanas_panel.text.language import Message

SAYABLE = tuple(kind for kind in SOURCE_KINDS if kind != CELL)
"""The kinds that a person may say."""


def check_kind(name: str, kind: object) -> None:
    """Refuse a kind that is none; `SourceError`."""
    if kind not in SAYABLE:
        raise SourceError(Message("{kind!r:.60} as the kind of column {name!r:.80}", kind=kind, name=name),
                          Message("one of {names}", names=", ".join(SAYABLE)), "Choose one of these")


def with_kinds(description: Description) -> Description:
    """The description in which kinds have become what readers of cells look at.

    A metric is one, whatever its name says. What is left out, and an identifier, is ignored. Rows are averaged over a
    number of repeats. Where rows of one cell differ in a parameter or a condition, they are refused until something is
    said under ``conditions``.

    Examples
    --------
    >>> kinds = {"seed": "metric", "note": "left out", "fold": "repeat", "lr": "parameter"}
    >>> said = with_kinds(Description(kinds=kinds))
    >>> said.metrics, said.ignore, said.conditions, said.parameters
    ({'seed': {}}, ('note',), {'fold': 'repeat'}, ('lr',))
    """
    metrics, conditions = dict(description.metrics), dict(description.conditions)
    ignore, parameters = list(description.ignore), list(description.parameters)
    for name, kind in description.kinds.items():
        check_kind(name, kind)
        if name in ignore:
            ignore.remove(name)
        if kind == METRIC:
            metrics.setdefault(name, {})
            conditions.pop(name, None)
            continue
        metrics.pop(name, None)
        if kind in (IDENTIFIER, LEFT_OUT):
            ignore.append(name)
            conditions.pop(name, None)
        elif kind == REPEAT:
            conditions[name] = "repeat"
        elif kind in (PARAMETER, CONDITION) and name not in parameters:
            parameters.append(name)
    return replace(description, metrics=metrics, conditions=conditions, ignore=tuple(ignore),
                   parameters=tuple(parameters))
