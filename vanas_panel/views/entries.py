"""Which changes of a page begin an entry of the browser's history, so that Back goes by steps that people took."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

_QUICK = {"edit": 1.0, "place": 2.0, "window": 2.0}
"""Seconds within which a change of a kind goes on with the one before."""


class Entries:
    """Tells changes that are a step of their own from those that go on with the last one.

    A whole draft that is put into the designer, an axis, a metric, a selection, a pinned cell and a drawer are each a
    step. Edits that follow upon each other quickly are one, and so are a vertex that is dragged and a map that is
    zoomed. The appearance is none: Back does not turn the light on.

    Parameters
    ----------
    clock : callable, optional
        Gives seconds.

    Examples
    --------
    >>> entries = Entries(clock=lambda: 0.0)
    >>> entries.begins({"metric"}), entries.begins({"window"}), entries.begins({"window"}), entries.begins({"dark"})
    (True, True, False, False)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._kind, self._last = "", 0.0

    def begins(self, names: Collection[str], loaded: bool = False) -> bool:
        """Whether a change begins an entry.

        Parameters
        ----------
        names : collection of str
            The parameters of the session that changed together.
        loaded : bool, optional
            Whether a whole draft was put into the designer.
        """
        changed = set(names) - {"dark"}
        if not changed:
            return False
        kind, now = _kind(changed, loaded), self._clock()
        goes_on = kind == self._kind and now - self._last <= _QUICK.get(kind, -1.0)
        self._kind, self._last = kind, now
        return not goes_on

    def end(self) -> None:
        """Let the next change begin an entry, whatever it is."""
        self._kind = ""


def _kind(changed: set[str], loaded: bool) -> str:
    """What kind of change it is; nothing where it never goes on with another one."""
    if changed == {"window"}:
        return "window"
    if changed == {"positions"}:
        return "place"
    return "edit" if changed <= {"draft", "positions"} and not loaded else ""
