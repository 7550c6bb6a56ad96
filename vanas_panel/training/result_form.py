"""Schema of a training result in JSON, and the consistency checks beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from vanas_panel.core.cell import Cell
from vanas_panel.core.encoding import MAX_EDGES, MAX_VERTICES
from vanas_panel.errors import VanasError, brief
from vanas_panel.files.json_schema import Amount, Count, Fraction, Line, SchemaError
from vanas_panel.text.language import Message
from vanas_panel.training.trainable import canonical_cell

MOST_BYTES = 1 << 20
"""Bytes of one result: 64 repeats at 100 budgets are a third of that."""

_MOST_BUDGETS = 100
_Vertex = Annotated[int, Meta(ge=0, lt=MAX_VERTICES)]
_Word = Annotated[str, Meta(max_length=100)]
_PerBudget = Meta(min_length=1, max_length=_MOST_BUDGETS)
_Shares = Annotated[list[Fraction | None], _PerBudget]

MEASURED = ("train_accuracy", "validation_accuracy", "test_accuracy", "training_seconds")
"""Lists of a repeat that have one entry for each budget."""


class RepeatForm(msgspec.Struct):
    """One training, as `vanas_panel.training.trainer.Repeat`; further names are passed over."""

    repeat: Annotated[int, Meta(ge=0, lt=64)]
    train_accuracy: _Shares
    validation_accuracy: _Shares
    test_accuracy: _Shares
    training_seconds: Annotated[list[Amount | None], _PerBudget]
    failed: bool
    reason: Line = ""
    # Cross-entropy, which a training under way to its failure may drive very high.
    loss: Annotated[list[Annotated[float, Meta(ge=0)] | None], Meta(max_length=_MOST_BUDGETS)] = []


class ResultForm(msgspec.Struct):
    """A trained cell, as `vanas_panel.training.results.Record`; further names are passed over."""

    key: Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
    operations: Annotated[list[_Word], Meta(min_length=2, max_length=MAX_VERTICES)]
    edges: Annotated[list[tuple[_Vertex, _Vertex]], Meta(max_length=MAX_EDGES)]
    trainable_parameters: Count
    multiply_accumulates: Count
    repeats: Annotated[list[RepeatForm], Meta(min_length=1, max_length=64)]
    settings_hash: _Word
    settings: dict[str, Any]
    images: _Word
    versions: Annotated[dict[_Word, _Word], Meta(max_length=50)] = {}
    threads: Annotated[int, Meta(ge=0, le=100_000)] = 1
    seconds: Amount = 0.0
    finished: _Word = ""
    device: _Word = "cpu"
    device_name: Line = ""
    precision: _Word = ""
    cells_per_device: Annotated[int, Meta(ge=0, le=100_000)] = 0


def check_result(form: ResultForm) -> None:
    """Refuse a result whose parts contradict each other.

    Parameters
    ----------
    form : ResultForm

    Raises
    ------
    SchemaError
        Where the cell is none or not that of the key, or the repeats are not those of the settings.
    """
    try:
        key, _ = canonical_cell(Cell(tuple(form.operations), tuple(form.edges), None))
    except VanasError as error:
        raise SchemaError(Message("operations and edges of no cell that can be trained ({error})",
                                  error=brief(str(error), 120)),
                          "a cell") from None
    if key != form.key:
        raise SchemaError(Message("key = {key}", key=form.key),
                          Message("{key}, which is that of its operations and edges", key=key))
    budgets, repeats = form.settings.get("budgets"), form.settings.get("repeats")
    # Settings of other versions may have other names, but these two decide the shape of what was measured.
    if not isinstance(budgets, list) or not budgets:
        raise SchemaError("settings without budgets", "a list of steps")
    if repeats != len(form.repeats) or isinstance(repeats, bool):
        raise SchemaError(Message("{found} repeats", found=len(form.repeats)),
                          Message("as many as settings.repeats, {repeats}", repeats=brief(repr(repeats), 40)))
    for index, repeat in enumerate(form.repeats):
        _check_repeat(repeat, f"repeats[{index}]", index, len(budgets))


def _check_repeat(repeat: RepeatForm, where: str, index: int, budgets: int) -> None:
    """Refuse a repeat that has not one entry for each budget."""
    if repeat.repeat != index:
        raise SchemaError(Message("{where}.repeat = {repeat}", where=where, repeat=repeat.repeat),
                          Message("{index}, since repeats come in order", index=index))
    for name in MEASURED:
        values = getattr(repeat, name)
        _check_length(values, f"{where}.{name}", budgets)
        if None in values and not repeat.failed:
            raise SchemaError(Message("null in {where}", where=f"{where}.{name}"),
                              "a number, since this repeat did not fail")
    if repeat.loss:
        _check_length(repeat.loss, f"{where}.loss", budgets)


def _check_length(values: Sequence[float | None], where: str, budgets: int) -> None:
    """Refuse values of which there are more or fewer than budgets."""
    if len(values) != budgets:
        raise SchemaError(Message("{found} entries in {where}", found=len(values), where=where),
                          Message("{budgets}, one for each of the budgets", budgets=budgets))
