"""A frame around a view that shows an error instead when the view fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import panel as pn

from vanas_panel.draw.html import Html
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import speaking
from vanas_panel.widgets.markup import Markup, note_html
from vanas_panel.widgets.notebook import View

_log = logging.getLogger(__name__)

STATE = ("metric", "better", "x", "y", "log_x", "log_y", "rows", "draft", "pinned", "other_pins",
         "extra_vertices", "dark")
"""Parameters of a session after whose change a view that could not be made is tried again."""


def trouble_html(words: str) -> Html:
    """The notice that is shown instead of a view that failed, as HTML with all text escaped."""
    return note_html(words, "alert")


class Framed(pn.viewable.Viewer):
    """A view, or the reason why it cannot be shown.

    Parameters
    ----------
    name : str
        Of the view, for people.
    session : Session
        Where the view cannot be made at first, a later state may do.
    make : callable
        Makes the view.
    made : callable
        Called with the view once it is there.
    **params
        Of the column that holds it.
    """

    def __init__(self, name: str, session: Session, make: Callable[[], View], made: Callable[[View], None],
                 **params: Any):
        super().__init__()
        self._name, self._make, self._made = name, make, made
        self._column = pn.Column(**params)
        self._language = session.language
        self._try()
        if not self._there:
            session.param.watch(self._try, list(STATE))

    def __panel__(self) -> pn.viewable.Viewable:
        return self._column

    def _try(self, *_events: Any) -> None:
        """Make the view, where it is not there."""
        self._there = getattr(self, "_there", False)
        if self._there:
            return
        try:
            view = self._make()
        except Exception:
            _log.exception("the view %s could not be made", self._name)
            with speaking(self._language):
                self._say(_("This view cannot be shown: {name} failed on this table. The other views still work. The "
                            "server's operator finds the reason in its log.").format(name=self._name))
            return
        self._there = True
        view.is_on_page = True
        self._made(view)
        self._column.objects = [view]
        view.param.watch(lambda event: self._follow(view), "trouble")

    def _follow(self, view: View) -> None:
        """Show the view again, or what is wrong with it."""
        if view.trouble:
            self._say(view.trouble)
        else:
            self._column.objects = [view]

    def _say(self, words: str) -> None:
        """Show words instead of the view."""
        self._column.objects = [Markup(trouble_html(words), sizing_mode="stretch_width", css_classes=["vp-trouble"])]
