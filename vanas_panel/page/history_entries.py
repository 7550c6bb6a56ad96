"""Which changes of the page add an entry to the browser's history, so that Back undoes one step."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from vanas_panel.state.page_field import EDIT, OWN_STEP, Step
from vanas_panel.state.page_state import PageState, steps


class Entries:
    """Tells changes that are a step of their own from those that go on with the last one.

    A whole draft that is put into the designer, an axis, a metric, a selection, a pinned cell and a drawer are each a
    step. Edits that follow upon each other quickly are one, and so are a vertex that is dragged and a map that is
    zoomed. The appearance is none: Back does not turn the light on. Which change is what, `PageState` says.

    Parameters
    ----------
    clock : callable, optional
        Gives seconds.
    state_type : type, optional
        A PageState, whose attributes say how a change of them goes into the history.

    Examples
    --------
    >>> entries = Entries(clock=lambda: 0.0)
    >>> entries.begins({"metric"}), entries.begins({"window"}), entries.begins({"window"}), entries.begins({"dark"})
    (True, True, False, False)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, state_type: type[PageState] = PageState):
        self._clock = clock
        self._steps = steps(state_type)
        self._last, self._at = OWN_STEP, 0.0

    def begins(self, names: Collection[str], loaded: bool = False) -> bool:
        """Whether a change begins an entry.

        Parameters
        ----------
        names : collection of str
            The parameters of the session that changed together.
        loaded : bool, optional
            Whether a whole draft was put into the designer.
        """
        taken = {step for name in names if (step := self._steps.get(name)) is not None}
        if not taken:
            return False
        step, now = _one_step(taken, loaded), self._clock()
        goes_on = step == self._last and now - self._at <= step.seconds
        self._last, self._at = step, now
        return not goes_on

    def end(self) -> None:
        """Let the next change begin an entry, whatever it is."""
        self._last = OWN_STEP


def _one_step(taken: set[Step], loaded: bool) -> Step:
    """The step that changes are together; one of its own where they are of several kinds."""
    kinds = {step.kind for step in taken}
    whole = {step for step in taken if not step.part_of or step.part_of not in kinds}
    step = next(iter(whole)) if len(whole) == 1 else OWN_STEP
    return OWN_STEP if loaded and step == EDIT else step
