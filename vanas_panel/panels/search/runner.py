"""Runs the searches of a session on another thread, wherever they came from: the form, a link, or code."""

from __future__ import annotations

from functools import partial
from typing import Any

from vanas_panel.errors import VanasError
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.widgets.threads import PageThread, run_in_background


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
        self._is_busy = False
        session.param.watch(self._start, ["searches", "better"])
        self._start()

    def _start(self, *_events: Any) -> None:
        """Run the next one that has not run. One page takes one thread at most: others wait for theirs."""
        missing = self._session.missing_searches
        if self._is_busy or not missing:
            return
        table, plan = self._session.table, missing[0]
        self._is_busy = True
        done = partial(self._take, table, plan)
        run_in_background(self._thread, partial(_run, plan, table), done, done)

    def _take(self, table: BenchmarkTable, plan: SearchPlan, result: SearchRun | VanasError) -> None:
        """Keep a run, unless the search is gone or its table was turned meanwhile, and go on."""
        self._is_busy = False
        if plan in self._session.searches and self._session.table is table:
            self._session.take_run(plan, result)
        self._start()


def _run(plan: SearchPlan, table: BenchmarkTable) -> SearchRun:
    """Run a search, and compute what a page shows of it."""
    run = plan.run(table)
    _ = run.trials
    return run
