"""What happens on other threads, brought to the thread of a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import panel as pn

from vanas_panel.training.runs import Runs


class Follower:
    """Calls a view when a training may have changed, as an event of its page, and once for many changes in a row.

    Parameters
    ----------
    runs : Runs
        Holds this object weakly, so that it ends with the view that holds it; with the session of its page it ends
        at once.
    update : callable
        Without arguments. Where the view is on no page and in no running event loop, it is called at once.
    """

    def __init__(self, runs: Runs, update: Callable[[], None]):
        self._runs = runs
        self._update = update
        self._waiting = False
        self._document = pn.state.curdoc
        try:
            self._loop = None if self._document is not None else asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        runs.watch(self.changed)
        if self._document is not None and self._document.session_context is not None:
            self._document.on_session_destroyed(self._leave)

    def changed(self) -> None:
        """Something may have changed; from any thread."""
        if self._waiting:
            return
        self._waiting = True
        if self._document is not None:
            self._document.add_next_tick_callback(self._now)
        elif self._loop is not None:
            self._loop.call_soon_threadsafe(self._now)
        else:
            self._now()

    def _now(self) -> None:
        """On the thread of the page."""
        # First, so that a change that comes meanwhile is not lost.
        self._waiting = False
        self._update()

    def _leave(self, _context) -> None:
        """The page is gone."""
        self._runs.unwatch(self.changed)
