"""What a followed Gaussian process believes, computed for the map while the page goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from vanas_panel.draw.map.axes import whole_window
from vanas_panel.draw.map.belief import MapBelief, map_belief
from vanas_panel.draw.map.bins import believed_points, bin_points
from vanas_panel.errors import VanasError
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import translated
from vanas_panel.widgets.threads import Latest, PageThread

_FEW = (8, 8)
Axes = tuple[str, str, bool, bool]


class FollowedBelief:
    """Keeps at hand what colours the map, for the search, the query and the choice of a session.

    Parameters
    ----------
    session : Session
    changed : callable
        Called without arguments when `shown`, `wanted` or `problem` is another one.

    Attributes
    ----------
    shown : MapBelief or None
        What colours the map; None where the ranking metric does. It is of an earlier query while another is computed.
    wanted : int
        The query that is computed now, from 1; 0 where nothing is.
    problem : str
        Why the choice cannot be shown; empty where it can.
    """

    def __init__(self, session: Session, changed: Callable[[], None]):
        self._session, self._changed = session, changed
        self._thread = PageThread()
        self._latest = Latest(self._thread)
        self._key: tuple[SearchRun, int, str] | None = None
        self._run: SearchRun | None = None
        # What is computed now, however far its search has come.
        self._at_hand: tuple | None = None
        self.shown: MapBelief | None = None
        self.wanted, self.problem = 0, ""
        if self._thread.document is not None:
            self._thread.document.on_session_destroyed(self._leave)

    def follow(self, *_events: Any) -> None:
        """Follow the session."""
        session = self._session
        run, kind = session.followed_run, session.followed_belief
        key = (run, session.followed_query, kind) if run is not None and kind else None
        if key == self._key:
            return
        self._key = key
        if run is None or not kind:
            self._at_hand = None
            self._latest.forget()
            self._show(None, None)
            return
        query = session.followed_query
        # That of another search is not what is asked for; that of an earlier query says so itself.
        # A search that trains is another run with every value.
        self.shown = self.shown if self._run is not None and self._run.header == run.header else None
        sight = run.header, id(session.table), session.followed, kind
        if run.is_live and sight == self._at_hand:
            # Given up with every value, it would never come to an end. This run follows it.
            return
        self._at_hand = sight
        self.wanted, self.problem = query, ""
        axes = (session.x, session.y, session.log_x, session.log_y)
        self._latest.ask(partial(_computed, run, session.table, query, kind, axes), partial(self._show, run),
                         partial(self._refuse, run))
        if self.wanted:
            self._changed()

    def _show(self, run: SearchRun | None, belief: MapBelief | None) -> None:
        """Show what was computed, or nothing."""
        self._run, self.shown, self.wanted, self.problem = run, belief, 0, ""
        self._changed()
        self._go_on(run)

    def _refuse(self, run: SearchRun, error: VanasError) -> None:
        """Say why nothing is shown."""
        self._run, self.shown, self.wanted, self.problem = None, None, 0, translated(error)
        self._changed()
        self._go_on(run)

    def _go_on(self, run: SearchRun | None) -> None:
        """Follow a search that has come further while this run of it was computed."""
        self._at_hand = None
        if run is not None and self._key is not None and self._key[0] is not run:
            self._key = None
            self.follow()

    def _leave(self, _context: Any) -> None:
        """Compute nothing for a page that is gone."""
        self._latest.forget()


def _computed(run: SearchRun, table: BenchmarkTable, query: int, kind: str, axes: Axes,
              go_on: Callable[[], None]) -> MapBelief:
    """What colours the map. What its first bins take is taken here, too: they may have to be compiled."""
    belief = map_belief(run, table, query, kind, go_on)
    x, y, log_x, log_y = axes
    points = believed_points(table, x, y, belief, log_x, log_y)
    bin_points(points, whole_window(points.x, points.y), _FEW)
    return belief
