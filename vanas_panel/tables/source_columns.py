"""Columns of the source of a table of cells: what each was taken for, and why."""

from __future__ import annotations

from dataclasses import dataclass

from vanas_panel.tables.trial_columns import CONDITION, IDENTIFIER, KINDS, METRIC, PARAMETER, REPEAT
from vanas_panel.text.language import gettext, marked, stored_text

LEFT_OUT, CELL = "left out", "cell"

SOURCE_KINDS = {**KINDS, LEFT_OUT: marked("left out"), CELL: marked("cell")}
"""What a column of a source may be; a person may choose each but the last."""

HOLDS_CELLS = marked("it holds the cells")
FROM_CELL = marked("it follows from the cell")
SAYS_MEASURE = marked("its name says what is measured")
NUMBERS = marked("numbers whose name says nothing else")
NO_NUMBERS = marked("no numbers")
NO_VALUE = marked("without any value")
NAMELESS = marked("it has no name")
NUMBERS_RUNS = marked("its name says that it numbers runs")
TELLS_APART = marked("its name says that it names a run, or when or where it ran")
NUMBERS_CELLS = marked("it numbers the architectures")
BOOKKEEPING = marked("Optuna's own account of a trial")
GIVEN = marked("the study says that its trials were given it")
SPLIT = marked("as asked for, each of its values has metrics of its own")
CHOSEN = marked("as asked for, rows of one value are kept")
AVERAGED = marked("as asked for, rows are averaged over it")
UNDER_WHAT = marked("its name says under what was measured, and no two rows of a cell differ in it")
SAID = marked("it was said to be of this kind")
OWN_FORM = marked("a metric of a table in the form of vanas-panel")

REASONS = (HOLDS_CELLS, FROM_CELL, SAYS_MEASURE, NUMBERS, NO_NUMBERS, NO_VALUE, NAMELESS, NUMBERS_RUNS, TELLS_APART,
           NUMBERS_CELLS, BOOKKEEPING, GIVEN, SPLIT, CHOSEN, AVERAGED, UNDER_WHAT, SAID, OWN_FORM)
"""Why a column is of its kind."""


@dataclass(frozen=True)
class SourceColumn:
    """A column of the source of a table.

    Attributes
    ----------
    name : str
    kind : str
        One of `SOURCE_KINDS`.
    reason : str
        Why it is of that kind, one of `REASONS` in English.
    missing : int or None
        In how many rows there is no value; None where it was not read.
    distinct : int or None
        How many different values there are; None where they were not counted.
    metrics : tuple of str
        The metrics that were made of it.
    values : tuple of str
        Its different values as text, where they are few and the rows may be told apart by them.

    Examples
    --------
    >>> SourceColumn("seed", "repeat", NUMBERS_RUNS, 0, 3).words
    'its name says that it numbers runs'
    """

    name: str
    kind: str
    reason: str
    missing: int | None = None
    distinct: int | None = None
    metrics: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Why the column is of its kind, in the language that holds."""
        return stored_text(self.reason, REASONS)


def kind_words(kind: str) -> str:
    """A kind in the language that holds.

    Examples
    --------
    >>> kind_words("left out")
    'left out'
    """
    return gettext(SOURCE_KINDS[kind])


__all__ = ["CELL", "CONDITION", "IDENTIFIER", "LEFT_OUT", "METRIC", "PARAMETER", "REASONS", "REPEAT", "SOURCE_KINDS",
           "SourceColumn", "kind_words"]
