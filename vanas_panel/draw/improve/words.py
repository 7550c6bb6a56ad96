"""Edits, requirements and bounds in words, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from vanas_panel.core.cell import Cell
from vanas_panel.core.cell_edits import KINDS, CellEdit, edit_named
from vanas_panel.core.certificate import Requirement
from vanas_panel.core.draft import Draft
from vanas_panel.draw.format import count_cells, format_value
from vanas_panel.draw.theme import operation_label
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _


def _edge(draft: Draft, source: int, target: int) -> str:
    """An edge by its operations and vertices."""
    return _("{source} → {target} ({first}→{second})").format(
        source=operation_label(draft.operations[source]), target=operation_label(draft.operations[target]),
        first=source, second=target)


def edit_words(edit: CellEdit, draft: Draft) -> str:
    """An edit of a draft as a person reads it.

    Parameters
    ----------
    edit : CellEdit
    draft : Draft
        Before the edit.

    Examples
    --------
    >>> edit_words(CellEdit("remove edge", 0, 1, -1, ""), Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]))
    'Remove input → max-pool 3×3 (0→1)'
    """
    edge = "" if edit.source < 0 else _edge(draft, edit.source, edit.target)
    vertex = "" if edit.vertex < 0 else operation_label(draft.operations[edit.vertex])
    words = (_("Add {edge}"), _("Remove {edge}"), _("Change {vertex} ({number}) to {operation}"),
             _("Insert {operation} on {edge}"), _("Take out {vertex} ({number})"))
    return words[KINDS.index(edit.kind)].format(edge=edge, vertex=vertex, number=edit.vertex,
                                                operation=operation_label(edit.operation))


def edits_along(table: BenchmarkTable, found: pd.DataFrame) -> list[CellEdit | None]:
    """The edit that leads to each row of a path; None for the first one.

    Parameters
    ----------
    table : BenchmarkTable
    found : DataFrame
        As `vanas_panel.edit_path` returns it.
    """
    edits: list[CellEdit | None] = [None]
    cells = [Cell(*each, None) for each in zip(found["operations"], found["edges"], strict=True)]
    for cell, words in zip(cells, found["edit"].tolist()[1:], strict=False):
        edits.append(edit_named(cell, words, table.space))
    return edits


class Steps(NamedTuple):
    """The edits that lead from a drawn cell to another one.

    Attributes
    ----------
    drafts : tuple of Draft
        The drawn cell, and what it is after each edit.
    edits : tuple of CellEdit
    """

    drafts: tuple[Draft, ...]
    edits: tuple[CellEdit, ...]

    @classmethod
    def of(cls, draft: Draft, edits: Iterable[CellEdit]) -> Steps:
        """The edits of a draft, one after the other."""
        edits = tuple(edits)
        drafts = [draft]
        for edit in edits:
            drafts.append(edit.applied(drafts[-1]))
        return cls(tuple(drafts), edits)

    @property
    def after(self) -> Draft:
        """The draft after all of them."""
        return self.drafts[-1]


def steps_words(steps: Steps) -> str:
    """One or two edits as a person reads them.

    Examples
    --------
    >>> draft = Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])
    >>> edits = [CellEdit("add edge", 0, 2, -1, ""), CellEdit("remove edge", 0, 2, -1, "")]
    >>> steps_words(Steps.of(draft, edits))
    'Add input → output (0→2). Then: Remove input → output (0→2)'
    """
    words = [edit_words(edit, draft) for edit, draft in zip(steps.edits, steps.drafts, strict=False)]
    # TRANSLATORS: two edits of a cell, one after the other
    return words[0] if len(words) == 1 else _("{first}. Then: {second}").format(first=words[0], second=words[1])


def bound_words(table: BenchmarkTable, name: str, low: float | None, high: float | None) -> str:
    """Bounds of a metric in words.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> bound_words(vp.open_table("structure4"), "trainable_parameters", None, 1e7)
    'Parameters at most 10.0 M'
    """
    metric = table.metric(name)
    ends = {"metric": label_of(metric), "low": format_value(metric, low), "high": format_value(metric, high)}
    if low is None:
        words = _("{metric} known") if high is None else _("{metric} at most {high}")
    else:
        words = _("{metric} at least {low}") if high is None else _("{metric} from {low} to {high}")
    return words.format(**ends)


def requirement_words(table: BenchmarkTable, draft: Draft, requirement: Requirement) -> str:
    """A requirement of a completion in words."""
    if requirement.kind == "metric":
        return bound_words(table, requirement.metric, requirement.low, requirement.high)
    if requirement.kind == "edge":
        source, target = requirement.vertices
        return _("the edge {edge}").format(edge=_edge(draft, source, target))
    vertex, = requirement.vertices
    return _("that vertex {number} is {operation}").format(number=vertex,
                                                           operation=operation_label(draft.operations[vertex]))


def certificate_words(table: BenchmarkTable, draft: Draft, found: pd.DataFrame) -> list[str]:
    """Why no cell completes a draft, one line for each requirement that excludes the last one.

    Parameters
    ----------
    table : BenchmarkTable
    draft : Draft
    found : DataFrame
        As `vanas_panel.complete` returns it.
    """
    certificate = found.attrs.get("certificate")
    if certificate is None:
        return []
    lines = [_("Without {requirement}: {cells}").format(
        requirement=requirement_words(table, draft, each), cells=count_cells(count))
        for each, count in certificate.alone]
    if certificate.together:
        names = ", ".join(requirement_words(table, draft, each) for each in certificate.together)
        lines.append(_("No single one excludes the rest. Without all of these: {cells}: {requirements}").format(
            cells=count_cells(certificate.matches), requirements=names))
    return lines
