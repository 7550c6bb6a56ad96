"""Watching trainings, which change on other threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vanas_panel.text.language import keep_language
from vanas_panel.widgets.threads.page_thread import PageThread


class Watched(Protocol):
    """What calls watchers from any thread, such as `vanas_panel.training.runs.Runs`."""

    def watch(self, callback: Callable[[], None]) -> None:
        """Call a bound method, held weakly, whenever something may have changed."""

    def unwatch(self, callback: Callable[[], None]) -> None:
        """Call it no more."""


class Watch:
    """Calls a view on the thread of its page when a training may have changed. Made by `watch_runs`."""

    def __init__(self, runs: Watched, update: Callable[[], None]):
        self._runs = runs
        self._update = keep_language(update)
        self._waiting = False
        self._page = PageThread()
        runs.watch(self.changed)
        if self._page.document is not None:
            self._page.document.on_session_destroyed(self._leave)

    def changed(self) -> None:
        """Call the view soon; from any thread."""
        if not self._waiting:
            self._waiting = True
            self._page.call(self._now)

    def _now(self) -> None:
        """Call the view on the thread of the page."""
        # First, so that a change that comes meanwhile is not lost.
        self._waiting = False
        self._update()

    def _leave(self, _context) -> None:
        """Stop once the page is gone."""
        self._runs.unwatch(self.changed)


def watch_runs(runs: Watched, update: Callable[[], None]) -> Watch:
    """Call a view on the thread of its page when a training may have changed, once for many changes in a row.

    Parameters
    ----------
    runs : Watched
        Trainings, or searches that train; holds the watch weakly.
    update : callable
        Without arguments. Where the view is on no page and in no running event loop, it is called at once.

    Returns
    -------
    Watch
        For the view to hold: it ends with the view, and at once with the session of its page.
    """
    return Watch(runs, update)
