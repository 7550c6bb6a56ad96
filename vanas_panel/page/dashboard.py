"""Dashboard: all views of one session, arranged as a page. The same object serves notebooks, servers and reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import panel as pn
import param

from vanas_panel.draw.css import (
    BAR_STYLE,
    BODY_STYLE,
    CARD_STYLE,
    COLUMN_STYLE,
    DARK_CLASS,
    DRAWER_HEAD,
    DRAWER_STYLE,
    NOTEBOOK_CLASS,
    PAGE_STYLE,
    TOP_STYLE,
)
from vanas_panel.draw.html import pieces
from vanas_panel.draw.print_css import BAR_PRINT, BODY_PRINT, CARD_PRINT, COLUMN_PRINT, PAGE_PRINT
from vanas_panel.draw.table_words import title_of
from vanas_panel.page.address_bar import AddressBar
from vanas_panel.page.drawers import DRAWERS, Drawer
from vanas_panel.page.header import DrawerButton, Header
from vanas_panel.page.news import CSS as NEWS_CSS
from vanas_panel.page.news import TAKE_IN, cells_news_words, news_html
from vanas_panel.page.selection_bar import SelectionBar
from vanas_panel.page.trials_page import TrialsPage, explore_trials
from vanas_panel.panels import VIEWS
from vanas_panel.panels.search.file_runner import FileRunner
from vanas_panel.panels.search.live_runner import LiveRunner
from vanas_panel.panels.search.runner import SearchRunner
from vanas_panel.readers.again import asked_of, read_again
from vanas_panel.searches.gradient_searches import shared_gradient_searches
from vanas_panel.searches.live_searches import shared_live_searches
from vanas_panel.shelf import notebook_user, shared_shelf
from vanas_panel.state.carry_over import carry
from vanas_panel.state.followed import Followed
from vanas_panel.state.link import left_out, restore, steps_text, to_query
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language, marked, preferred_language, speaking, translated
from vanas_panel.training.joined import JoinedTable, joined_table, source_table
from vanas_panel.training.runs import shared_runs
from vanas_panel.widgets.compat import take_style_sheets_from_here
from vanas_panel.widgets.framed import Framed
from vanas_panel.widgets.landmark import Landmark, LandmarkRow
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View, load
from vanas_panel.widgets.threads import PageThread, run_in_background, watch_runs
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)

COLUMNS = (("overview", "importance"), ("presets", "designer"), ("performance", "completions"))
"""Names of the views, column by column from the left."""


WITH_TOOLS = ("performance",)
"""Views that are made with the tools of the page, as every drawer is."""

_NAMES = {"banner": marked("Table, selection and drawers"), "main": marked("Map, designer and measurements")}
"""Names of the parts of the page for screen readers."""


class Dashboard(pn.viewable.Viewer):
    """The page.

    Parameters
    ----------
    session : Session
        Its state is what the page shows; change it from code and the page follows.
    tables : sequence of BenchmarkTable, optional
        Tables to choose from in the header. Choosing one starts a new session on it.
    tools : Tools, optional
        The services that the drawers use.
    address : AddressBar, optional
        Keeps the address of the browser at the state of the page.
    **params
        As for any viewer.

    Attributes
    ----------
    session : Session
        The session that is shown now.
    views : dict of str to Viewer
        Every view by its name in `vanas_panel.panels.VIEWS`.
    tables : tuple of BenchmarkTable
        The tables to choose from, with cells counted in and directions switched as they were left.
    address : AddressBar or None

    Examples
    --------
    >>> import vanas_panel as vp
    >>> page = Dashboard(Session(vp.open_table("structure4")))
    >>> sorted(page.views)
    ['completions', 'designer', 'importance', 'overview', 'performance', 'presets']
    """

    def __init__(self, session: Session, tables: Sequence[BenchmarkTable] = (), tools: Tools | None = None,
                 address: AddressBar | None = None, **params):
        super().__init__(**params)
        if pn.state.curdoc:
            take_style_sheets_from_here(pn.state.curdoc)
        self.tools = tools or Tools()
        self.address = address
        self._is_in_notebook = False
        self._thread = PageThread()
        # What a person has had read in another way, and the version of the file that was the newest then.
        self._reading: tuple[BenchmarkTable, BenchmarkTable] | None = None
        self.tables = tuple(tables) or (session.table,)
        if address is not None:
            address.on_back = self._go_back
        self.views: dict[str, View] = {}
        self._watchers: list[param.parameterized.Watcher] = []
        self._page = pn.Column(sizing_mode="stretch_both", stylesheets=[PAGE_STYLE, PAGE_PRINT],
                               css_classes=["vp-page"])
        self._show(session)
        self._watches = [watch_runs(each, self._tell_news) for each in self.tools.followed if each is not None]

    def __panel__(self):
        return self._page

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """The page in the output of a notebook's cell."""
        load()
        self._is_in_notebook = True
        self._paint()
        return super()._repr_mimebundle_(include, exclude)

    def _show(self, session: Session) -> None:
        """Build every view for a session and put them on the page, in its language."""
        if session is not getattr(self, "session", session):
            self._watchers = []
        with speaking(session.language):
            self._build(session)

    def _build(self, session: Session) -> None:
        """Build every view for a session and put them on the page."""
        if session is not getattr(self, "session", None):
            # Of the session and not of its views: they are made again in another language.
            if self.tools.live is not None:
                LiveRunner(session, self.tools.live, self.tools.user)
            FileRunner(session, self.tools.run_files)
        self.session = session
        index, self.tables = _placed(session.table, self.tables)
        if self.address is not None:
            # First of all, so that the link is up to date when anything else is.
            self.address.follow(session, self.tables)
        with self._noting():
            self._build_parts(session, index)

    def _build_parts(self, session: Session, index: int) -> None:
        """Build the header, every view and what watches the session."""
        # Before the views, so that the page itself is the first to change its appearance.
        session.param.watch(self._turn, "better")
        session.param.watch(keep_language(self._paint), "dark")
        session.param.watch(keep_language(self._pull), "drawer")
        session.param.watch(self._widen, ["gradient", "pinned", "other_pins", "draft"])
        session.param.watch(self._replace_table, "wanted_table")
        session.param.watch(self._take_reading, "read_again")
        session.param.watch(self._speak, "lang")
        SearchRunner(session)
        others = () if self.address is None else self.tools.others
        titles = [title_of(table) for table in self.tables] + [each.title for each in others]
        header = Header(session, titles, index, self._open,
                        [DrawerButton(name, drawer.label, drawer.tooltip) for name, drawer in DRAWERS.items()],
                        self.tools, escapes=self.address is not None)
        self.views = {}
        # In the order of VIEWS, which is that of their watchers.
        cards = {name: self._card(name, session) for name in VIEWS}
        columns = [pn.Column(*(cards[name] for name in names), sizing_mode="stretch_both",
                             stylesheets=[COLUMN_STYLE, COLUMN_PRINT], css_classes=[f"vp-column-{index}"])
                   for index, names in enumerate(COLUMNS)]
        self._body = Landmark(*columns, sizing_mode="stretch_both", stylesheets=[BODY_STYLE, BODY_PRINT])
        self._drawers: dict[str, pn.Column] = {}
        self._drawer = Landmark(stylesheets=[DRAWER_STYLE], css_classes=["vp-drawer"], visible=False)
        self._bar = LandmarkRow(*filter(None, [header, self.address]), sizing_mode="stretch_width",
                                stylesheets=[BAR_STYLE, BAR_PRINT], css_classes=["vp-bar"])
        self._news = Markup(on_action=self._act, css=NEWS_CSS, sizing_mode="stretch_width")
        self._tell_news()
        top = pn.Column(self._bar, self._news, SelectionBar(session), self._drawer, stylesheets=[TOP_STYLE, BAR_PRINT],
                        css_classes=["vp-top"])
        self._paint()
        self._pull()
        self._page.objects = [top, self._body]

    def _card(self, name: str, session: Session) -> pn.viewable.Viewable:
        """A view in its frame; where it cannot be made, the frame says so and the others are there."""
        more = {"tools": self.tools} if name in WITH_TOOLS else {}
        frame = Framed(name, session, lambda: VIEWS[name](session, **more),
                       lambda view: self.views.__setitem__(name, view), sizing_mode="stretch_both",
                       stylesheets=[CARD_STYLE, CARD_PRINT], css_classes=["vp-card", f"vp-{name}"])
        return frame.__panel__()

    def _turn(self, *_events) -> None:
        """Keep the table whose directions were switched, for when it is opened again."""
        _, self.tables = _placed(self.session.table, self.tables)

    def _paint(self, *_events) -> None:
        """Take the light or the dark appearance."""
        classes = {"vp-page": True, DARK_CLASS: self.session.dark, NOTEBOOK_CLASS: self._is_in_notebook}
        self._page.css_classes = [name for name, wanted in classes.items() if wanted]
        # A notebook has a head and a main part of its own.
        for part, role in ((self._bar, "banner"), (self._body, "main")):
            part.html_attributes = {"role": "group" if self._is_in_notebook else role, "aria-label": _(_NAMES[role]),
                                    "lang": self.session.language}

    def _pull(self, *_events) -> None:
        """Show the drawer that is open."""
        name = self.session.drawer
        known = name in DRAWERS
        if known and name not in self._drawers:
            with self._noting():
                self._drawers[name] = self._made(DRAWERS[name])
        self._drawer.objects = [self._drawers[name]] if known else []
        self._drawer.html_attributes = {} if not known else {
            "role": "complementary", "aria-label": _(DRAWERS[name].title), "lang": self.session.language}
        self._drawer.visible = known
        self._widen()
        self._body.css_classes = ["vp-body", *(["vp-beside"] if known else []),
                                  *(["vp-beside-cells"] if name == "cells" else [])]

    def _widen(self, *_events) -> None:
        """Give searches by gradient the room that their pictures need, twice as much for two side by side.

        Cells that are compared take as much room as there are columns of them.
        """
        session = self.session
        view = session.gradient if session.drawer == "search" else None
        shown = 1 if session.drawer == "cells" else 0 if view is None else len(view.runs)
        if session.drawer == "compare":
            columns = len(session.pins) + (session.pin_of(session.cell) is None)
            shown = 2 if columns > 4 else int(columns > 2)
        classes = ["vp-drawer", *(["vp-wide"] if shown else []), *(["vp-wider"] if shown > 1 else [])]
        if classes != self._drawer.css_classes:
            self._drawer.css_classes = classes

    def _made(self, drawer: Drawer) -> pn.Column:
        """A drawer with its title and the button that closes it, which Escape presses, too."""
        html = _PIECES.drawer_head(title=_(drawer.title), close=_("Close"), tooltip=_("Close (Escape)"))
        head = Markup(html, self._act, css=DRAWER_HEAD, sizing_mode="stretch_width")
        return pn.Column(head, drawer.view(self.session, self.tools), sizing_mode="stretch_both",
                         stylesheets=[CARD_STYLE], css_classes=["vp-card"])

    def _act(self, action: str) -> None:
        """Close the drawer, or take in what the file holds now."""
        if action == "close":
            self.session.drawer = ""
        elif action == TAKE_IN:
            self._take_in()

    def _following(self) -> tuple[int, Followed[BenchmarkTable] | None]:
        """Where the open table stands among all, and what follows it."""
        index, _tables = _placed(self.session.table, self.tables)
        return index, self.tools.followed[index] if index < len(self.tools.followed) else None

    def _tell_news(self) -> None:
        """Say what the file of the open table holds beyond what is shown."""
        _index, followed = self._following()
        with speaking(self.session.language):
            if followed is None:
                self._news.html = ""
                return
            shown, newest = self._version(), followed.table
            words = "" if newest.origin is shown else cells_news_words(len(shown), len(newest))
            self._news.html = news_html(words, "" if followed.fault is None else translated(followed.fault))
            self._news.visible = bool(words or followed.fault)

    def _version(self) -> BenchmarkTable:
        """The version of its file that the open table is of, read as the server reads it."""
        shown = source_table(self.session.table)
        return self._reading[1] if self._reading is not None and self._reading[0] is shown else shown

    def _take_in(self) -> None:
        """Go on with the newest version of the open table: what is selected, drawn and pinned stays."""
        index, followed = self._following()
        if followed is None:
            return
        if self._version() is not source_table(self.session.table):
            self._read_newest(followed.table)
            return
        is_joined = isinstance(self.session.table, JoinedTable)
        table = _counted_in(followed.table, self.tools) if is_joined else followed.table
        self._move(table, newer_at=index)

    def _open(self, index: int) -> None:
        """Go on with another table, or to the page of one of trials."""
        if index < len(self.tables):
            self._move(self.tables[index])
        elif self.address is not None:
            other = self.tools.others[index - len(self.tables)]
            appearance = urlencode({"dark": int(self.session.dark), "lang": self.session.language})
            self.address.go(f"{other.query}&{appearance}")

    def _replace_table(self, event) -> None:
        """Open the table that the session asks for instead of the one that is open."""
        self._move(event.new)

    def _read_newest(self, newest: BenchmarkTable) -> None:
        """Read the newest version of a file as this person has it read, off the event loop."""
        asked, shown = asked_of(self.session.table), source_table(self.session.table)

        def then(found: BenchmarkTable) -> None:
            # Another table may have been opened meanwhile.
            if source_table(self.session.table) is shown:
                self._show_reading(found, newest)

        run_in_background(self._thread, lambda: read_again(newest, asked), then,
                          lambda error: setattr(self.session, "message", error.translated()))

    def _take_reading(self, event) -> None:
        """Show the table as this person has it read."""
        self._show_reading(event.new)

    def _show_reading(self, table: BenchmarkTable, version: BenchmarkTable | None = None) -> None:
        """Show a reading of a version of the file on this page alone, with all that makes sense there."""
        index, followed = self._following()
        if followed is not None:
            self._reading = (source_table(table), (version or followed.table).origin)
        with speaking(self.session.language):
            session, left = carry(self.session, table, is_newer=followed is not None)
        self.tables = (*self.tables[:index], table, *self.tables[index + 1:])
        self._show(session)
        session.message = left

    def _speak(self, _event) -> None:
        """Go on in another language, with the same session: Back still goes from cell to cell."""
        for watcher in self._watchers:
            self.session.param.unwatch(watcher)
        self._watchers = []
        # It was said in the language before.
        self.session.message = ""
        self._show(self.session)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Note what a block lets watch the session: it goes with the parts that it is of."""
        known = {id(watcher) for watcher in _watchers(self.session)}
        try:
            yield
        finally:
            self._watchers += [watcher for watcher in _watchers(self.session)
                               if id(watcher) not in known and all(watcher is not other for other in self._watchers)]

    def _move(self, table: BenchmarkTable, newer_at: int | None = None) -> None:
        """Go on with another table, on a server as a page of its own: those are made while others' clicks go on."""
        with speaking(self.session.language):
            session, left = carry(self.session, table, newer_at is not None)
        tables = self.tables if newer_at is None else (*self.tables[:newer_at], table, *self.tables[newer_at + 1:])
        # No link can name this table, so it replaces the current one on this page.
        if self.address is None or left_out(session):
            self.tables = tables
            self._show(session)
            session.message = left
        else:
            self.address.go(to_query(session, tables),
                             {"messages": [left] if left else [], **steps_text(session)})

    def _go_back(self, query: str) -> tuple[str, ...]:
        """Bring back the state of a link, which the browser has gone back or forward to; what of it cannot be had."""
        current = self.session

        def count_in(table: BenchmarkTable) -> BenchmarkTable:
            is_open = isinstance(current.table, JoinedTable) and source_table(current.table) is table
            return current.table.origin if is_open else _counted_in(table, self.tools)

        session, messages = restore(query, [source_table(table) for table in self.tables], DRAWERS, count_in)
        if _is_same(session.table, current.table):
            current.take(session)
        else:
            session.keep_appearance(current)
            self._show(session)
        return messages


def _watchers(session: Session) -> Iterator[param.parameterized.Watcher]:
    """Everything that watches a session; what watches several parameters comes several times."""
    for watched in session.param.watchers.values():
        for each in watched.values():
            yield from each


def _is_same(table: BenchmarkTable, other: BenchmarkTable) -> bool:
    """Whether two tables have the same cells, whatever is better in each."""
    return table.origin is other.origin


def _placed(table: BenchmarkTable, tables: Sequence[BenchmarkTable]) -> tuple[int, tuple[BenchmarkTable, ...]]:
    """Where a table stands among those to choose from, and all of them with it: it may have cells counted in."""
    sources = [source_table(each) for each in tables]
    if source_table(table) not in sources:
        return 0, tuple(tables)
    index = sources.index(source_table(table))
    return index, (*tables[:index], table, *tables[index + 1:])


def _counted_in(table: BenchmarkTable, tools: Tools) -> BenchmarkTable:
    """A table with the cells that this user has trained here."""
    return joined_table(table, [] if tools.runs is None else [
        row.record for row in tools.runs.personal.all(tools.user)])


def linked(tables: Sequence[BenchmarkTable], query: str, tools: Tools | None = None,
           accepted_languages: str = "", messages: Sequence[str] = ()) -> Dashboard:
    """The page that a link describes, which keeps the address of the browser at its state.

    Parameters
    ----------
    tables : sequence of BenchmarkTable
        To choose from; the first one is open where the link names no other.
    query : str
        The query of an address; any text, see `vanas_panel.state.link.restore`.
    tools : Tools, optional
        The services that the drawers use.
    accepted_languages : str, optional
        The browser's ``Accept-Language``; where the link names no language, the page takes the best of them.
    messages : sequence of str, optional
        What else the link asked for and cannot be shown.

    Returns
    -------
    Dashboard
    """
    tools = tools or Tools()
    with speaking(preferred_language(accepted_languages)):
        session, unread = restore(query, tables, DRAWERS, lambda table: _counted_in(table, tools))
    with speaking(session.language):
        return Dashboard(session, tables, tools, AddressBar([*messages, *unread]))


def explore(table: BenchmarkTable | TrialTable, **state) -> Dashboard | TrialsPage:
    """The page of a table: shows in a notebook, and ``.servable()`` puts it on a server.

    Parameters
    ----------
    table : BenchmarkTable or TrialTable
        For instance from `vanas_panel.open_table` or `vanas_panel.open_trials`.
    **state
        Parameters of `vanas_panel.state.session.Session` to start with, such as ``metric="validation_accuracy"``; for
        trials, attributes of `vanas_panel.state.trials_view.TrialsView`.

    Returns
    -------
    Dashboard or TrialsPage
        The ``session`` of a dashboard holds what a person selects and draws, the ``view`` of a page of trials what
        they require and see.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> vp.explore(vp.open_table("structure4"), dark=True).session.dark
    True
    """
    if isinstance(table, TrialTable):
        return explore_trials(table, **state)
    load()
    return Dashboard(Session(table, **state), tools=Tools(
        notebook_user(), shared_runs(), shared_shelf(), live=shared_live_searches(),
        gradients=shared_gradient_searches()))
