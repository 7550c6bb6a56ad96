"""Pins: up to eight cells that a person keeps beside the drawn one, each with a letter of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import param

from vanas_panel.core.cell import Cell
from vanas_panel.state.pins import MARKS, Pin, plain_pins
from vanas_panel.state.searching import Searching


class Pinning(Searching):
    """The pins of a session.

    A pin keeps its letter until it is unpinned, or changed with A by `compare_with`. Differences refer to the first pin
    by letter, the *reference*. Sets ``message`` where an action cannot be.
    """

    pinned = param.ClassSelector(default=None, class_=Cell, doc="The cell that others are compared with: pin A.")
    other_pins = param.Parameter((), doc=(
        "The pins B to H, tuple of cells; None for a letter that is free. Without those at its end."))

    if TYPE_CHECKING:
        @property
        def cell(self) -> Cell | None:
            """The draft as a cell, see `vanas_panel.state.session.Session.cell`."""

    @property
    def pins(self) -> tuple[Pin, ...]:
        """All pins, by letter; no cell twice."""
        held = self.__dict__.get("_held_pins")
        if held is not None and held[0] is self.pinned and held[1] is self.other_pins:
            return held[2]
        found: list[Pin] = []
        for mark, cell in zip(MARKS, (self.pinned, *self.other_pins), strict=False):
            if cell is not None and all(cell != pin.cell for pin in found):
                found.append(Pin(mark, cell))
        # To tell whether cells are equal takes a while, and every view asks for the pins.
        self.__dict__["_held_pins"] = (self.pinned, self.other_pins, tuple(found))
        return tuple(found)

    @property
    def reference(self) -> Pin | None:
        """The pin that differences refer to; None where nothing is pinned."""
        return next(iter(self.pins), None)

    def pin_of(self, cell: Cell | None) -> Pin | None:
        """The pin of a cell; None where it is not pinned."""
        return next((pin for pin in self.pins if pin.cell == cell), None)

    def pin(self, cell: Cell | None = None) -> None:
        """Pin a cell, by default the drawn one, with the first letter that is free.

        Where others are pinned, that is one from B on, as long as there is one: a new pin then does not become the
        reference. Nothing changes, and a message says why, where there is no cell, where the cell is pinned already,
        and where eight cells are.
        """
        cell = self.cell if cell is None else cell
        held = {pin.mark: pin.cell for pin in self.pins}
        if cell is None:
            self.message = self._said("Only a valid cell can be pinned.")
        elif (there := self.pin_of(cell)) is not None:
            self.message = self._said("This cell is pinned already, as {mark}.", mark=there.mark)
        elif len(held) == len(MARKS):
            self.message = self._said("{count} cells are pinned, and more cannot be. Unpin one first.",
                                      count=len(MARKS))
        else:
            free = [mark for mark in (MARKS[1:] + MARKS[0] if held else MARKS) if mark not in held]
            self._hold({**held, free[0]: cell})

    def unpin(self, mark: str = MARKS[0]) -> None:
        """Take the pin with a letter away, A by default; the others keep theirs."""
        self._hold({pin.mark: pin.cell for pin in self.pins if pin.mark != mark})

    def unpin_all(self) -> None:
        """Take all pins away."""
        self._hold({})

    def compare_with(self, cell: Cell) -> None:
        """Let differences refer to a cell: it becomes pin A.

        The cell that was A takes the letter of a cell that was pinned before, else the first one that is free. Nothing
        changes, and a message says why, where eight other cells are pinned.
        """
        held = {pin.mark: pin.cell for pin in self.pins}
        there = self.pin_of(cell)
        if there is None and len(held) == len(MARKS):
            self.message = self._said("{count} cells are pinned, and more cannot be. Unpin one first.",
                                      count=len(MARKS))
            return
        first = held.pop(MARKS[0], None)
        if there is not None:
            held.pop(there.mark, None)
        if first is not None and first != cell:
            mark = there.mark if there else next(each for each in MARKS[1:] if each not in held)
            held[mark] = first
        self._hold({**held, MARKS[0]: cell})

    def load_pin(self, mark: str) -> None:
        """Put the pinned cell with a letter into the designer; nothing where the letter is free."""
        for pin in self.pins:
            if pin.mark == mark:
                self.load_cell(pin.cell)

    def _hold(self, held: Mapping[str, Cell]) -> None:
        """Hold these cells by their letters, and no others, in one step."""
        self.param.update(message="", pinned=held.get(MARKS[0]),
                          other_pins=plain_pins([held.get(mark) for mark in MARKS[1:]]))
