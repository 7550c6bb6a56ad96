"""Brings what live searches come to onto a page: how far each is, and its run so far."""

from __future__ import annotations

from functools import partial
from typing import Any

from vanas_panel.draw.format import format_count
from vanas_panel.errors import VanasError
from vanas_panel.searches.live_plan import LivePlan
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.searches.opened import with_rows
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import ngettext
from vanas_panel.widgets.threads import PageThread, run_in_background, watch_runs


class LiveRunner:
    """Follows the searches of a session that train their cells. They run elsewhere, also when no page is open.

    Parameters
    ----------
    session : Session
        Watched from now on.
    live : LiveSearches
    user : str
        Whose searches they are.
    """

    def __init__(self, session: Session, live: LiveSearches, user: str):
        self._session, self._live, self._user = session, live, user
        self._thread = PageThread()
        # Of each search, what the page shows: the version of its file, and the table in which its cells were found.
        self._shown: dict[LivePlan, tuple[int, BenchmarkTable]] = {}
        self._is_reading = False
        session.param.watch(self._update, ["searches", "better"])
        self._watch = watch_runs(live, self._update)
        self._update()

    def _update(self, *_events: Any) -> None:
        """Say how far each search is, and have the run of one read that has changed; on the thread of the page."""
        session = self._session
        plans = [plan for plan in session.searches if isinstance(plan, LivePlan)]
        progress = {plan: self._live.progress(plan, self._user) for plan in plans}
        known = {plan: each for plan, each in progress.items() if each is not None}
        if known != session.live_searches:
            session.live_searches = known
        self._shown = {plan: shown for plan, shown in self._shown.items() if plan in plans}
        for plan in plans:
            version = known[plan].version if plan in known else -1
            there, table = self._shown.get(plan, (None, None))
            if not self._is_reading and (there != version or table is not session.table):
                # One at a time: a page takes one thread, however fast its searches are.
                self._is_reading = True
                done = partial(self._take, plan, version, session.table)
                run_in_background(self._thread, partial(_read, self._live, plan, self._user, session.table), done,
                                  done)

    def _take(self, plan: LivePlan, version: int, table: BenchmarkTable, result: SearchRun | VanasError | None) -> None:
        """Keep a run as far as it has come, unless the search is gone or the table was turned meanwhile."""
        self._is_reading = False
        session = self._session
        if plan in session.searches and session.table is table:
            self._shown[plan] = version, table
            if result is not None:
                session.take_run(plan, result)
        self._update()


def _read(live: LiveSearches, plan: LivePlan, user: str, table: BenchmarkTable) -> SearchRun | None:
    """A run so far with its rows in the table, and what a page shows of it."""
    found = live.run(plan, user)
    if found is None:
        return None
    run = with_rows(found, table)
    # The list says itself that a search is not finished.
    run.notes = _notes(run)
    _known = run.trials
    return run


def _notes(run: SearchRun) -> tuple[str, ...]:
    """What a person should know about the trainings."""
    if not run.asked_in_vain:
        return ()
    return (ngettext("{count} training gave no value; it does not count as a query. The reason: {reason}",
                     "{count} trainings gave no value; they do not count as queries. The first reason: {reason}",
                     run.asked_in_vain).format(count=format_count(run.asked_in_vain),
                                               reason=next(iter(run.errors.values()), "?")),)
