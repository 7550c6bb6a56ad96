"""When a server process collects garbage, which stops all of its threads."""

from __future__ import annotations

import gc

from vanas_panel.serve.compat import replace_cleaning

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
        replace_cleaning(self.clear)

    def page_opened(self) -> None:
        """Count a new visitor."""
        self._open += 1

    def page_closed(self) -> None:
        """Count a visitor less."""
        self._open -= 1
        self._left += 1

    @property
    def is_worth_it(self) -> bool:
        """Whether there is much garbage, or some and no visitor who would wait."""
        return self._left >= MOST_LEFT or bool(self._left and not self._open)

    def clear(self) -> None:
        """Clear closed pages away where it is worth it."""
        if self.is_worth_it:
            self._left = 0
            gc.collect()


memory = Memory()
"""Of this process."""
