"""Undo and redo of drawing steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vanas_panel.core.draft import Draft

Positions = Mapping[int, tuple[float, float]]

_MOST_STEPS = 200


class Sketch(NamedTuple):
    """A draft and where its vertices were put; what undo steps through."""

    draft: Draft
    positions: Positions


class History:
    """The sketches before and after the current one.

    Parameters
    ----------
    current : Sketch
        Where it starts. The oldest sketches are forgotten beyond 200 steps.

    Examples
    --------
    >>> one, other = (Sketch(Draft(("input", *inner, "output")), {}) for inner in ([], ["conv"]))
    >>> history = History(one)
    >>> history.record(other)
    >>> history.back() == one, history.future == [other]
    (True, True)
    """

    def __init__(self, current: Sketch):
        self.current = current
        self.past: list[Sketch] = []
        self.future: list[Sketch] = []

    def record(self, sketch: Sketch) -> None:
        """Make a new step, which ends the old future; the current sketch again is none."""
        if sketch != self.current:
            self.past = [*self.past[1 - _MOST_STEPS:], self.current]
            self.future = []
            self.current = sketch

    def back(self) -> Sketch:
        """Take the last step back, where there is one; the sketch that is current then."""
        return self._go(self.past, self.future)

    def forward(self) -> Sketch:
        """Take the step again that was taken back last, where there is one; the sketch that is current then."""
        return self._go(self.future, self.past)

    def _go(self, source: list[Sketch], target: list[Sketch]) -> Sketch:
        """Move one sketch along."""
        if source:
            target.append(self.current)
            self.current = source.pop()
        return self.current
