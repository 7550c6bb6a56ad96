"""Brings files of searches onto a page, and what they come to while it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from vanas_panel.errors import VanasError
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.followed import Followed
from vanas_panel.state.followed_search import FollowedSearch, search_of
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import translated
from vanas_panel.widgets.threads import PageThread, run_in_background, watch_runs


class FileRunner:
    """Puts the searches of files on the page of their table, and follows the files without being asked.

    What a person has taken off the page stays off it.

    Parameters
    ----------
    session : Session
    files : sequence of Followed
        From `vanas_panel.state.followed_search.followed_run`.
    """

    def __init__(self, session: Session, files: Sequence[Followed[SearchRun]]):
        self._session = session
        self._thread = PageThread()
        self._shown: dict[FollowedSearch, SearchRun] = {}
        self._faults: dict[FollowedSearch, str] = {}
        self._is_reading = False
        self._watches = [watch_runs(each, self._update) for each in files]
        for each in files:
            self._add(search_of(each), each.table)
        # It lives as long as the session does, which others hold.
        session.param.watch(self._update, ["searches", "better"])

    def _add(self, plan: FollowedSearch, run: SearchRun) -> None:
        """Put a search on the page, where it belongs to the table; the map follows it where it follows none."""
        session = self._session
        try:
            found = plan.run(session.table)
        except VanasError:
            # Of another table of the server, which says so when it starts.
            return
        before = session.followed
        try:
            session.add_search(plan)
        except VanasError as error:
            session.message = translated(error)
            return
        if before is not None:
            session.followed = before
        self._shown[plan] = run
        session.take_run(plan, found)

    def _update(self, *_events: Any) -> None:
        """Have the run of a file read that has changed; on the thread of the page, one at a time."""
        session = self._session
        for plan, shown in self._shown.items():
            source = plan.source
            if source is None or plan not in session.searches:
                continue
            fault = "" if source.fault is None else translated(source.fault)
            if fault != self._faults.get(plan, ""):
                self._faults[plan] = session.message = fault
            if not self._is_reading and source.table is not shown:
                self._is_reading = True
                table, newest = session.table, source.table
                run_in_background(self._thread, partial(_run, plan, table), partial(self._take, plan, newest, table),
                                  partial(self._refuse, plan, newest))

    def _take(self, plan: FollowedSearch, newest: SearchRun, table: BenchmarkTable, run: SearchRun) -> None:
        """Show a run as far as it has come, unless the table was turned meanwhile."""
        self._is_reading = False
        if self._session.table is table:
            self._shown[plan] = newest
            if plan in self._session.searches:
                self._session.take_run(plan, run)
        self._update()

    def _refuse(self, plan: FollowedSearch, newest: SearchRun, error: VanasError) -> None:
        """Say why what the file holds now is not shown; what was there stays."""
        self._is_reading = False
        self._shown[plan] = newest
        self._session.message = translated(error)
        self._update()


def _run(plan: FollowedSearch, table: BenchmarkTable) -> SearchRun:
    """The run, and what a page shows of it."""
    run = plan.run(table)
    _ = run.trials
    return run
