"""When a process that serves pages looks for garbage, which stops all of its threads."""

from __future__ import annotations

import gc

import panel.io.document

MOST_LEFT = 8
"""How many closed pages may wait to be cleared away, of some 3 MB each."""

# Python's own rounds that look at all open pages, the third number, come a quarter as often as they usually do.
_ROUNDS = (700, 10, 40)


class Memory:
    """Has the garbage collector look at all pages only when many have been closed, or the last one.

    Panel would have it look a few seconds after any page was closed, and Python whenever some pages were made. What was
    there before the first page is not looked at again.

    Examples
    --------
    >>> memory = Memory()
    >>> memory.page_opened()
    >>> memory.page_closed()
    >>> memory.is_worth_it
    True
    """

    def __init__(self) -> None:
        self._open = self._left = 0

    def settle(self) -> None:
        """Before the first page is opened: what is there now stays."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_ROUNDS)
        panel.io.document._garbage_collect = self.clear

    def page_opened(self) -> None:
        """Somebody has come."""
        self._open += 1

    def page_closed(self) -> None:
        """Somebody leaves."""
        self._open -= 1
        self._left += 1

    @property
    def is_worth_it(self) -> bool:
        """Whether there is much to be had, or something and nobody to be kept waiting."""
        return self._left >= MOST_LEFT or bool(self._left and not self._open)

    def clear(self) -> None:
        """Clear closed pages away where it is worth it."""
        if self.is_worth_it:
            self._left = 0
            gc.collect()


memory = Memory()
"""Of this process."""
