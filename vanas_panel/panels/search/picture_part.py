"""What stands below the slider of the drawer *Search*: the choice of a picture, and the picture, drawn elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from vanas_panel.draw.html import Html
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.panels.search import text
from vanas_panel.panels.search.css import CSS
from vanas_panel.panels.search.pictures import Wanted, picture_of
from vanas_panel.searches.beliefs import has_posterior
from vanas_panel.searches.run import SearchRun
from vanas_panel.state.searching import BELIEFS
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.threads import Latest, PageThread, run_in_background


class PicturePart:
    """The tabs below the slider, and the picture that was chosen there.

    Parameters
    ----------
    session : Session
    on_action : callable
        Takes what the buttons of both ask for; those of the tabs come back to `act`.

    Attributes
    ----------
    tabs, picture : Markup
    """

    def __init__(self, session: Session, on_action: Callable[[str], None]):
        self._session = session
        self._tab, self._measure, self._over, self._seeds = "curves", "regret", "queries", 10
        self._thread = PageThread()
        self._latest = Latest(self._thread)
        # What is shown, or to be; the thing that it is of; and that of the picture at work.
        self._pictured: tuple | None = None
        self._sight: tuple | None = None
        self._drawing: tuple | None = None
        self._believed: int | None = None
        self._frames: dict[tuple, Any] = {}
        self.tabs, self.picture = (Markup(css=CSS, on_action=on_action, sizing_mode="stretch_width",
                                          css_classes=[f"search-{name}"]) for name in ("tabs", "picture"))
        if self._thread.document is not None:
            self._thread.document.on_session_destroyed(self._leave)

    @property
    def follows_queries(self) -> bool:
        """Whether the picture is another one at every query."""
        return self._tab in ("states", "front")

    @property
    def _followed(self) -> int | None:
        """Index of the search that is followed."""
        return None if self._session.followed is None else self._session.followed[0]

    def show(self, run: SearchRun) -> None:
        """Show the tabs that a followed run has, and the picture."""
        has_seconds = bool(np.isfinite(run.proposals.seconds).any())
        has_front = bool(run.proposals.also)
        # A search with one metric has none to show.
        self._tab = "curves" if self._tab == "front" and not has_front else self._tab
        self.tabs.html = text.tabs_html(
            self._tab, self._measure, self._over, self._seeds, has_seconds=has_seconds, has_front=has_front,
            has_regret=has_front or run.header["objective"]["best"] is not None,
            belief=self._session.belief if has_posterior(run) else None)
        self.show_picture()

    def show_picture(self) -> None:
        """Have the picture computed, unless it is there."""
        session = self._session
        runs = tuple((index, session.runs[plan]) for index, plan in enumerate(session.searches)
                     if plan in session.runs)
        wanted = Wanted(self._tab, session.table, session.searches, runs, session.followed_run,
                        session.followed_query, self._measure, self._over, self._seeds, self._frames,
                        lambda: (self._pictured == wanted.key if wanted.waits_for_rest else
                                 self._sight == wanted.sight), palette(session.dark), session.language, self._followed)
        if wanted.key == self._pictured:
            return
        if self._tab == "compare" and wanted.sight != self._sight:
            self.picture.html = text.note_html(_("Running every strategy with every seed …"))
        self._pictured, self._sight = wanted.key, wanted.sight
        take = partial(self._take, wanted)

        def refuse(error: VanasError) -> None:
            take(text.note_html(translated(error)))

        # The picture of an earlier query says so itself, and stays until the next one is there.
        if wanted.is_slow and self._believed != self._followed:
            self.picture.html = text.note_html(_("Computing what the search expects of every cell …"))
        if wanted.waits_for_rest:
            self._latest.ask(lambda _go_on: picture_of(wanted), take, refuse)
        elif self._drawing != wanted.sight:
            # A search that goes on asks for pictures faster than they can be drawn: this one follows the one at work.
            self._drawing = wanted.sight
            run_in_background(self._thread, partial(picture_of, wanted), take, refuse)

    def act(self, name: str, value: str, number: int | None) -> bool:
        """Do what a button of the tabs asks for; whether it was one of them."""
        if name == "tab" and value in text.TABS:
            self._tab = value
        elif name == "seeds" and number in text.SEEDS:
            self._seeds = number or self._seeds
        elif name == "measure":
            self._measure = "best" if self._measure == "regret" else "regret"
        elif name == "over":
            self._over = "seconds" if self._over == "queries" else "queries"
        elif name == "belief" and value in BELIEFS:
            # What it changes shows it.
            self._session.belief = value
            return True
        else:
            return False
        run = self._session.followed_run
        if run is not None and len(run):
            self.show(run)
        return True

    def _leave(self, _context: Any) -> None:
        """Wait for nothing once the page is gone."""
        self._pictured = self._sight = None
        self._latest.forget()

    def _take(self, wanted: Wanted, picture: Html) -> None:
        """Show a picture, unless one of something else is wanted by now, and draw the next one."""
        if self._drawing == wanted.sight:
            self._drawing = None
        if wanted.sight == self._sight:
            self.picture.html = picture
            self._believed = self._followed if self._tab == "states" else None
            if wanted.key != self._pictured:
                self._pictured = None
                self.show_picture()
