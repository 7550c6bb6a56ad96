"""Look-up of larger cells: canonical forms in ascending order, and a binary search through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vanas_panel.core.encoding import kernel
from vanas_panel.core.wide.canonical import FORM_BYTES, canonical_forms
from vanas_panel.core.wide.columns import WideCells

NOT_THERE = -1
"""In place of the row of a cell that is not there."""


@dataclass(frozen=True)
class WideLookup:
    """Forms of the rows of a table.

    Attributes
    ----------
    forms : uint8 (n, 58)
        Canonical forms in ascending order, see `vanas_panel.core.wide.canonical`.
    rows : int64 (n,)
        The rows that they are of.
    """

    forms: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, cells: WideCells) -> WideLookup:
        """The forms of some cells, sorted once; of equal ones the earlier row stands first."""
        forms = canonical_forms(cells)
        rows = np.argsort(_texts(forms), kind="stable").astype(np.int64)
        return cls(forms[rows], rows)

    def equal_rows(self) -> tuple[int, int] | None:
        """Two rows of the same cell, the earlier one first; None where there are none."""
        same = np.flatnonzero((self.forms[1:] == self.forms[:-1]).all(axis=1))
        return (int(self.rows[same[0]]), int(self.rows[same[0] + 1])) if same.size else None

    def numbers(self) -> np.ndarray:
        """A number for every row, ``int64 (n,)``: the same exactly for equal cells."""
        new = np.ones(self.rows.size, bool)
        new[1:] = (self.forms[1:] != self.forms[:-1]).any(axis=1)
        found = np.empty(self.rows.size, np.int64)
        found[self.rows] = np.cumsum(new)
        return found

    def rows_of(self, cells: WideCells) -> np.ndarray:
        """Row of each of some cells, ``int64 (m,)``; `NOT_THERE` where there is none.

        Examples
        --------
        >>> from vanas_panel.core.draft import Draft
        >>> cells = WideCells.of_drafts([Draft(["input", "a", "output"], [(0, 1), (1, 2)]),
        ...                              Draft(["input", "output"], [(0, 1)])], ["a"])
        >>> WideLookup.of(cells).rows_of(cells.take(np.array([1, 0]))).tolist()
        [1, 0]
        """
        return _rows_of_forms(canonical_forms(cells), self.forms, self.rows)

    def row_of_form(self, form: bytes) -> int:
        """Row of the cell that has this form; `NOT_THERE` where there is none."""
        if len(form) != FORM_BYTES:
            return NOT_THERE
        return int(_rows_of_forms(np.frombuffer(form, np.uint8)[None], self.forms, self.rows)[0])


def _texts(forms: np.ndarray) -> np.ndarray:
    """Forms as texts of bytes, which compare as they do."""
    return np.ascontiguousarray(forms).view(f"S{FORM_BYTES}").ravel()


@kernel
def _rows_of_forms(wanted, forms, rows):
    """Row of each wanted form, ``int64 (m,)``."""
    found = np.empty(wanted.shape[0], np.int64)
    for index in range(wanted.shape[0]):
        found[index] = row_of_form(wanted[index], forms, rows)
    return found


@kernel
def row_of_form(form, forms, rows) -> int:
    """Row of a form among `forms`, ``uint8 (n, 58)`` ascending with their `rows`; `NOT_THERE` where it is not there."""
    low, high = 0, rows.size
    while low < high:
        middle = (low + high) // 2
        order, index = 0, 0
        while order == 0 and index < form.size:
            if forms[middle, index] != form[index]:
                order = -1 if forms[middle, index] < form[index] else 1
            index += 1
        if order == 0:
            return rows[middle]
        if order < 0:
            low = middle + 1
        else:
            high = middle
    return NOT_THERE
