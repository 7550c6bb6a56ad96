"""Dashboard: all views of one session, arranged as a page. The same object serves notebooks, servers and reports."""

from __future__ import annotations

from collections.abc import Sequence

import panel as pn

from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views import VIEWS
from vanas_panel.views.header import Header
from vanas_panel.views.style import BODY_STYLE, CARD_STYLE, COLUMN_STYLE, DARK_CLASS, PAGE_STYLE

COLUMNS = (("overview", "importance"), ("presets", "designer"), ("performance", "completions"))
"""Names of the views, column by column from the left."""


class Dashboard(pn.viewable.Viewer):
    """The page.

    Parameters
    ----------
    session : Session
        Its state is what the page shows; change it from code and the page follows.
    tables : sequence of BenchmarkTable, optional
        Tables to choose from in the header. Choosing one starts a new session on it.
    **params
        As for any viewer.

    Attributes
    ----------
    session : Session
        The session that is shown now.
    views : dict of str to Viewer
        Every view by its name in `vanas_panel.views.VIEWS`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> page = Dashboard(Session(vp.open_table("structure4")))
    >>> sorted(page.views)
    ['completions', 'designer', 'importance', 'overview', 'performance', 'presets']
    """

    def __init__(self, session: Session, tables: Sequence[BenchmarkTable] = (), **params):
        super().__init__(**params)
        self._tables = tuple(tables) or (session.table,)
        self._page = pn.Column(sizing_mode="stretch_both", stylesheets=[PAGE_STYLE], css_classes=["vp-page"])
        self._show(session)

    def __panel__(self):
        return self._page

    def _show(self, session: Session) -> None:
        """Build every view for a session and put them on the page."""
        self.session = session
        # Before the views, so that the page itself is the first to change its appearance.
        session.param.watch(self._paint, "dark")
        titles = [table.title for table in self._tables]
        place = next((place for place, table in enumerate(self._tables) if table is session.table), 0)
        header = Header(session, titles, place, self._open)
        self.views = {name: view(session) for name, view in VIEWS.items()}
        columns = [pn.Column(*(_card(name, self.views[name]) for name in names), sizing_mode="stretch_both",
                             stylesheets=[COLUMN_STYLE], css_classes=[f"vp-column-{place}"])
                   for place, names in enumerate(COLUMNS)]
        body = pn.Column(*columns, sizing_mode="stretch_both", stylesheets=[BODY_STYLE], css_classes=["vp-body"])
        self._page.objects = [header, body]
        self._paint()

    def _paint(self, *_events) -> None:
        """Take the light or the dark appearance."""
        self._page.css_classes = ["vp-page", DARK_CLASS] if self.session.dark else ["vp-page"]

    def _open(self, place: int) -> None:
        """Start a new session on another table."""
        self._show(Session(self._tables[place], dark=self.session.dark))


def _card(name: str, view: pn.viewable.Viewer) -> pn.Column:
    """A view in its frame."""
    return pn.Column(view, sizing_mode="stretch_both", stylesheets=[CARD_STYLE], css_classes=["vp-card", f"vp-{name}"])


def explore(table: BenchmarkTable, **state) -> Dashboard:
    """The dashboard of a table: shows in a notebook, and ``.servable()`` puts it on a server.

    Parameters
    ----------
    table : BenchmarkTable
        For instance from `vanas_panel.open_table`.
    **state
        Parameters of `vanas_panel.session.Session` to start with, such as ``metric="validation_accuracy"``.

    Returns
    -------
    Dashboard
        Its ``session`` holds what a person selects and draws.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> vp.explore(vp.open_table("structure4"), dark=True).session.dark
    True
    """
    pn.extension()
    return Dashboard(Session(table, **state))
