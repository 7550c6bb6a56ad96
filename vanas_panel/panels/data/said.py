"""What a person has said of the columns of a table since it was read, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vanas_panel.tables.source_columns import CONDITION, PARAMETER, SourceColumn
from vanas_panel.text.language import gettext as _

REFUSE, SPLIT, AVERAGE, CHOOSE = "refuse", "split", "ignore", "choose"
"""What is done where rows of one cell differ in a column; ``choose`` is followed by a colon and a value."""


@dataclass(frozen=True)
class Said:
    """Kinds and choices that are not read yet.

    Attributes
    ----------
    kinds : Mapping of str to str
        By column.
    choices : Mapping of str to str
        By column: `REFUSE`, `SPLIT`, `AVERAGE`, or ``choose:VALUE``.
    is_reading : bool
        Whether the table is being read.
    problem : str
        Why it could not be.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    is_reading: bool = False
    problem: str = ""

    @property
    def is_new(self) -> bool:
        """Whether anything was said."""
        return bool(self.kinds or self.choices)

    def of_kind(self, column: SourceColumn, kind: str) -> Said:
        """The same, and a column is of a kind."""
        kinds = {name: each for name, each in self.kinds.items() if name != column.name}
        choices = {name: each for name, each in self.choices.items() if name != column.name}
        return replace(self, kinds=kinds if kind == column.kind else {**kinds, column.name: kind}, choices=choices,
                       problem="")

    def choosing(self, column: SourceColumn, choice: str) -> Said:
        """The same, and something is done where rows of one cell differ in a column; what cannot be is passed over."""
        if choice not in [value for value, _words in choices_of(column, self)]:
            return self
        return replace(self, choices={**self.choices, column.name: choice}, problem="")

    def choice(self, column: SourceColumn, conditions: Mapping[str, Any]) -> str:
        """What is chosen for a column."""
        opened = conditions.get(column.name, REFUSE)
        if isinstance(opened, Mapping):
            opened = f"{CHOOSE}:{opened[CHOOSE]}"
        return self.choices.get(column.name, AVERAGE if opened == "repeat" else opened)

    def conditions(self, opened: Mapping[str, Any]) -> dict[str, Any]:
        """The conditions to read the table with.

        Examples
        --------
        >>> said = Said({"lr": "metric"}, {"epochs": "split", "data": "choose:c10", "width": "refuse"})
        >>> said.conditions({"lr": "split", "width": "ignore", "depth": "repeat"})
        {'depth': 'repeat', 'epochs': 'split', 'data': {'choose': 'c10'}}
        """
        gone = {*self.choices, *(name for name, kind in self.kinds.items() if kind not in (PARAMETER, CONDITION))}
        kept = {name: choice for name, choice in opened.items() if name not in gone}
        for name, choice in self.choices.items():
            head, _sep, value = choice.partition(":")
            if head != REFUSE:
                kept[name] = {CHOOSE: value} if head == CHOOSE else head
        return kept


def choices_of(column: SourceColumn, said: Said) -> tuple[tuple[str, str], ...]:
    """What may be done where rows of one cell differ in a column, with words; nothing where it is no such column."""
    kind = said.kinds.get(column.name, column.kind)
    if kind not in (PARAMETER, CONDITION):
        return ()
    each = tuple((f"{CHOOSE}:{value}", _("keep the rows of {value}").format(value=value)) for value in column.values)
    split = ((SPLIT, _("metrics of its own for each value")),) if column.values else ()
    return ((REFUSE, _("never average: refuse the file")), *split, *each, (AVERAGE, _("average the rows")))
