"""The drawer Search without a browser, for the tests of its parts."""

from __future__ import annotations

import page_parts

from vanas_panel.panels.search.panel import Search
from vanas_panel.panels.search.player import QueryPlayer
from vanas_panel.panels.search.runner import SearchRunner
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools


class Drawer:
    """The open drawer, and what it shows."""

    def __init__(self, table):
        self.session = Session(table, drawer="search")
        SearchRunner(self.session)
        self.view = Search(self.session, Tools())

    def html(self, name):
        """The HTML of one part."""
        return page_parts.html(self.view, f"search-{name}")

    def text(self, name):
        """The words of one part."""
        return page_parts.page(self.view, f"search-{name}").text

    def act(self, action):
        """Press a button, or change a field."""
        page_parts.send(self.view, action)

    def slide(self, query):
        """Move the slider."""
        page_parts.send(self.view, query, kind=QueryPlayer)

    @property
    def player(self):
        return page_parts.part(self.view, QueryPlayer)

    def run(self, strategy="regularised-evolution", queries=60, **fields):
        """Run a search from the form."""
        self.act("new")
        for name, value in {"strategy": strategy, "queries": queries, **fields}.items():
            self.act(f"{name}:{value}")
        self.act("run")
