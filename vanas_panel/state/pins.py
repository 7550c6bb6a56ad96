"""Pins as values: their letters, and the cells behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vanas_panel.core.cell import Cell
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message

MARKS = "ABCDEFGH"
"""The letters of the pins, in order."""

OtherPins = tuple[Cell | None, ...]
"""The pins B to H; None for a letter that is free."""


class Pin(NamedTuple):
    """A pinned cell.

    Attributes
    ----------
    mark : str
        Its letter, one of `MARKS`.
    cell : Cell
    """

    mark: str
    cell: Cell


def plain_pins(value: Iterable[Cell | None] | None) -> OtherPins:
    """Cells and gaps as the tuple of `Pinning.other_pins`: a cell that stands there twice counts once.

    Raises
    ------
    ArgumentKindError
        Where it is no list of cells, or one of more than seven.

    Examples
    --------
    >>> one = Cell(["input", "output"], [(0, 1)])
    >>> plain_pins([None, one, one, None]) == (None, one)
    True
    """
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(
            cell is None or isinstance(cell, Cell) for cell in value) or len(value) >= len(MARKS):
        raise ArgumentKindError(Message("Found {value!r:.100}; expected a list of at most {most} cells, None for a "
                                        "letter that is free.", value=value, most=len(MARKS) - 1))
    kept: list[Cell | None] = []
    for cell in value:
        kept.append(None if cell is None or any(cell == other for other in kept if other is not None) else cell)
    while kept and kept[-1] is None:
        kept.pop()
    return tuple(kept)
