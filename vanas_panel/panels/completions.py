"""Recommended completions: the best cells of the table that contain the draft."""

from __future__ import annotations

from vanas_panel.draw.completions_html import CSS, EXTRA_VERTICES, completions_html
from vanas_panel.draw.scale import shades_of
from vanas_panel.draw.theme import palette
from vanas_panel.state.session import Session
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.notebook import View


class Completions(View):
    """The best five completions of the draft; a click loads one.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.
    """

    notebook_height = 430

    def __init__(self, session: Session, **params):
        super().__init__(**params)
        self.session = session
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_both")
        self.follow(self._update, ["draft", "metric", "better", "extra_vertices", "dark"])
        self.follow_language(self._update)

    def __panel__(self):
        return self._markup

    def _html(self) -> str:
        """The view for the session as it is."""
        session = self.session
        found, metric = session.completions, session.table.metric(session.metric)
        return completions_html(session.table, found, session.draft, metric, palette(session.dark),
                                shades=shades_of(session.table, session.metric, found[found.attrs["metric"]].tolist()),
                                extra_vertices=session.extra_vertices, shown=session.row)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _act(self, action: str) -> None:
        """Load a completion, or change how many extra vertices it may have."""
        row, extra = number_after(action, "row"), number_after(action, "extra")
        if row is not None and row < len(self.session.table):
            self.session.load_row(row)
        elif extra is not None and extra < len(EXTRA_VERTICES):
            self.session.extra_vertices = extra
