"""Runs the searches of a session on another thread, wherever they came from: the form, a link, or code."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.table_search import GoOn
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.widgets.threads import PageThread, run_in_background

_SECONDS = 0.4
"""How often a search that runs says how far it is."""


class SearchRunner:
    """Runs every search of a session that has not run, one after the other. A page has one.

    Parameters
    ----------
    session : Session
        Watched from now on.
    """

    def __init__(self, session: Session):
        self._session = session
        self._thread = PageThread()
        self._running: SearchPlan | None = None
        self._is_gone = False
        self._said = 0.0
        if self._thread.document is not None:
            self._thread.document.on_session_destroyed(self._leave)
        session.param.watch(self._start, ["searches", "better", "stopped_searches"])
        self._start()

    def _start(self, *_events: Any) -> None:
        """Run the next one that has not run. One page takes one thread at most: others wait for theirs."""
        session = self._session
        for plan in session.missing_searches:
            if plan in session.stopped_searches and plan != self._running:
                session.take_run(plan, SearchError(Message("Stopped before its first query.")))
        missing = session.missing_searches
        if self._running is not None or not missing:
            return
        table, plan = session.table, missing[0]
        self._running = plan
        session.search_progress = (plan, None)
        done = partial(self._take, table, plan)
        run_in_background(self._thread, partial(_run, plan, table, partial(self._goes_on, plan)), done, done)

    def _goes_on(self, plan: SearchPlan, known: int) -> bool:
        """Whether a search is to go on; on its thread."""
        now = time.monotonic()
        if now - self._said > _SECONDS:
            self._said = now
            self._thread.call(partial(self._say, plan, known))
        session = self._session
        return not self._is_gone and plan in session.searches and plan not in session.stopped_searches

    def _say(self, plan: SearchPlan, known: int) -> None:
        """Say how far a search is, unless it has come to its end meanwhile."""
        if self._running == plan:
            self._session.search_progress = (plan, known)

    def _take(self, table: BenchmarkTable, plan: SearchPlan, result: SearchRun | VanasError) -> None:
        """Keep a run, unless the search is gone or its table was turned meanwhile, and go on."""
        self._running = None
        session = self._session
        session.search_progress = None
        # One that was stopped, and is to go on by now, runs again.
        halted = (isinstance(result, SearchRun) and not result.is_finished and not plan.is_opened
                  and plan not in session.stopped_searches)
        if plan in session.searches and session.table is table and not halted:
            session.take_run(plan, result)
        self._start()

    def _leave(self, _context: Any) -> None:
        """Stop once the page is gone."""
        self._is_gone = True


def _run(plan: SearchPlan, table: BenchmarkTable, go_on: GoOn) -> SearchRun:
    """Run a search, and compute what a page shows of it."""
    run = plan.run(table, go_on)
    _ = run.trials
    return run
