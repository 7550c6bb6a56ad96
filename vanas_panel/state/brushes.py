"""Brushes on the axes of parallel coordinates: each is a condition of the selection, and so in every view and link."""

from __future__ import annotations

from vanas_panel.state.conditions import AllOf, Between, Combined, Condition

Range = tuple[float, float]


def brushes_of(conditions: Combined) -> dict[str, Range]:
    """The lowest and the highest value of every brush, by the name of its axis.

    Conditions that any cell may meet are no brushes, nor are those within others.

    Examples
    --------
    >>> brushes_of(AllOf([Between("edges", 3, 5)]))
    {'edges': (3.0, 5.0)}
    """
    if not isinstance(conditions, AllOf):
        return {}
    return {part.name: (part.low, part.high) for part in conditions.parts if isinstance(part, Between)}


def brushed(conditions: Combined, name: str, limits: Range | None) -> AllOf:
    """The conditions with another brush on an axis, or without one; all other conditions stay.

    Examples
    --------
    >>> brushed(AllOf([Between("edges", 3, 5)]), "edges", None).parts
    ()
    """
    parts: tuple[Condition, ...] = conditions.parts if isinstance(conditions, AllOf) else (conditions,)
    kept = tuple(part for part in parts if not (isinstance(part, Between) and part.name == name))
    found = kept if limits is None else (*kept, Between(name, *limits))
    return AllOf(found, conditions.name if isinstance(conditions, AllOf) else "")


def without_brushes(conditions: Combined) -> AllOf | None:
    """The conditions without any brush; None where nothing is left of them."""
    for name in brushes_of(conditions):
        conditions = brushed(conditions, name, None)
    return conditions if isinstance(conditions, AllOf) and conditions.parts else None
