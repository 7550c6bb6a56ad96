"""Compare two metrics: the map shows one over the other, and their rank correlations say how far they agree."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from vanas_panel.core.rank_correlation import Agreement, rank_agreement
from vanas_panel.draw.agreement_words import agreement_words
from vanas_panel.draw.css import MUTED
from vanas_panel.draw.html import Html, pieces
from vanas_panel.report.tables import csv
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import PageThread, run_in_background

_PIECES = pieces(__file__)

CSS = f"""
.vp-markup {{ height: auto; gap: 8px; }}
p {{ margin: 0; }}
h3 {{ margin: 0; font-size: 13px; font-weight: 650; }}
.two {{ display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: end; }}
label {{ color: {MUTED}; font-size: 11px; display: grid; gap: 3px; flex: 1 1 130px; min-width: 0; }}
label select {{ width: 100%; min-width: 0; }}
"""


class CompareTwo(View):
    """The part of the drawer *Data*. What is chosen are the axes of the map, so links and reports hold it.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, **params: Any):
        super().__init__(**params)
        self.session = session
        self._page = PageThread()
        self._found: tuple[tuple, Agreement | str] | None = None
        self._asked: tuple | None = None
        self._markup = Markup("", self._act, css=CSS, sizing_mode="stretch_width",
                              styles={"flex": "none", "min-height": "max-content"})
        self.follow(self._update, ["x", "y", "rows", "drawer"])
        self.follow_language(self._update)
        self._update()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._markup

    @property
    def markup(self) -> Markup:
        """The part."""
        return self._markup

    def _key(self) -> tuple:
        """What the correlations depend on."""
        return (self.session.x, self.session.y, self.session.selection)

    def _update(self, *_events: Any) -> None:
        """Follow the session while the drawer is open; correlations come from another thread."""
        if self.session.drawer != "data" and _events:
            return
        session, key = self.session, self._key()
        there = self._found is not None and self._found[0] == key
        self._markup.html = compare_two_html(session, self._found[1] if there and self._found else None)
        if there or key == self._asked or not {session.x, session.y} <= {*session.table.metrics}:
            return
        self._asked = key
        table, x, y, rows = session.table, session.x, session.y, session.rows

        def then(found: Agreement | str) -> None:
            if self._asked == key:
                self._asked, self._found = None, (key, found)
                self._update()

        run_in_background(self._page, lambda: rank_agreement(table, x, y, rows), then,
                          lambda error: then(error.translated()))

    def _act(self, action: str) -> None:
        """Show another metric on an axis of the map."""
        name, _sep, value = action.partition(":")
        if name in ("x", "y") and value in self.session.table.metrics:
            self.session.param.update(**{name: value})
        self._update()


def compare_two_html(session: Session, found: Agreement | str | None) -> Html:
    """The part as HTML.

    Parameters
    ----------
    session : Session
    found : Agreement or str, optional
        None while it is computed, words where that went wrong.

    Returns
    -------
    Html
        With all text escaped and the actions ``x:...`` and ``y:...``.
    """
    table = session.table
    are_metrics = {session.x, session.y} <= {*table.metrics}
    said = (_("An axis of the map shows no metric. Choose one.") if not are_metrics else
            _("Computing …") if found is None else found if isinstance(found, str) else
            agreement_words(found, session.rows is not None))
    axes = (("x", _("Horizontal axis"), session.x), ("y", _("Vertical axis"), session.y))
    return _PIECES.whole(
        title=_("Compare two metrics"), said=said, about=_("The map shows one over the other: a click on it, or arrow "
                                                           "keys and Enter, put a cell into the designer."),
        choices=[{"action": action, "label": label, "options": [
            *([] if chosen in table.metrics else [{"value": "", "words": "–", "chosen": True}]),
            *({"value": name, "words": label_of(metric), "chosen": name == chosen}
              for name, metric in table.metrics.items())]}
            for action, label, chosen in axes],
        save=None if found is None or isinstance(found, str) else {
            "label": _("Save as CSV"), "text": agreement_csv(session, found)})


def agreement_csv(session: Session, found: Agreement) -> str:
    """The correlations as CSV, with all digits; names are quoted where they have to be.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session = Session(vp.open_table("structure4"), x="edges", y="depth")
    >>> agreement_csv(session, Agreement(3, 0.5, 0.75)).splitlines()[1]
    'edges,depth,3,0.5,0.75'
    """
    return csv(pd.DataFrame([(session.x, session.y, *found)],
                            columns=["one", "other", "cells", "kendall_tau_b", "spearman_rho"]))
