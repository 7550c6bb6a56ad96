"""All cards of the page of a table of trials, drawn from one view of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn

from vanas_panel.draw.css import CARD_STYLE
from vanas_panel.draw.data.columns import CSS as COLUMNS
from vanas_panel.draw.html import Html
from vanas_panel.draw.theme import palette
from vanas_panel.draw.trials.axes import axes_html
from vanas_panel.draw.trials.card import card_html, nearest_html
from vanas_panel.draw.trials.columns import trial_columns_html
from vanas_panel.draw.trials.css import BARS, BODY, CARDS, FORM, MAP, STACK
from vanas_panel.draw.trials.form import form_html
from vanas_panel.draw.trials.importance import importance_html
from vanas_panel.draw.trials.map import map_html
from vanas_panel.draw.trials.map_axis import BOTTOM, LEFT, RIGHT, TOP, map_axis
from vanas_panel.draw.trials.table import table_html
from vanas_panel.state.trials_actions import boxed
from vanas_panel.state.trials_found import Found, axis_values
from vanas_panel.state.trials_view import TrialsView
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.box_map import BoxMap, Place
from vanas_panel.widgets.landmark import Landmark
from vanas_panel.widgets.markup import Markup

REACH = 14.0
"""Pixels of the drawing within which a press is at a trial."""

_NAMES = ("map", "importance", "form", "axes", "card", "nearest", "table", "columns")
_STYLES = {"map": CARDS + MAP, "importance": CARDS + BARS, "form": CARDS + FORM, "columns": CARDS + COLUMNS}


class TrialsCards(pn.viewable.Viewer):
    """The cards; each is HTML that `drawn` makes, and reports what a person does.

    Parameters
    ----------
    on_action : callable
        Takes the text of an action, see `vanas_panel.state.trials_actions.acted`.
    on_place : callable
        Takes the `Place` that was pressed on the map.
    on_box : callable
        Takes two corners of a box that was drawn on it.
    **params
        As for any viewer.
    """

    def __init__(self, on_action: Callable[[str], None], on_place: Callable[[Place], None],
                 on_box: Callable[[Place, Place], None], **params: Any):
        super().__init__(**params)
        self._parts: dict[str, Any] = {
            name: Markup(on_action=on_action, css=_STYLES.get(name, CARDS), sizing_mode="stretch_width")
            for name in _NAMES if name != "map"}
        self._parts["map"] = BoxMap(on_action, on_place, on_box, css=_STYLES["map"], sizing_mode="stretch_width")
        stacks = [pn.Column(*map(self._framed, names), stylesheets=[STACK], css_classes=["vp-stack"])
                  for names in (("map", "importance"), ("form", "axes"), ("card", "nearest"))]
        self._layout = Landmark(*stacks, self._framed("table", "vp-below"), self._framed("columns", "vp-below"),
                                sizing_mode="stretch_width",
                                stylesheets=[BODY], css_classes=["vp-body"],
                                html_attributes={"role": "main", "aria-label": _("Trials and their parameters")})

    def __panel__(self) -> pn.viewable.Viewable:
        return self._layout

    def _framed(self, name: str, *classes: str) -> pn.Column:
        """A card around a part."""
        return pn.Column(self._parts[name], stylesheets=[CARD_STYLE], css_classes=["vp-card", f"vp-{name}", *classes])

    def fill(self, texts: dict[str, Html]) -> None:
        """Put texts into the cards; those that have not changed are not sent again."""
        for name, html in texts.items():
            self._parts[name].html = html

    def restore(self, name: str) -> None:
        """Send a text again as it is: the browser shows what was chosen there, and it was refused."""
        part = self._parts[name]
        html, part.html = part.html, ""
        part.html = html


def drawn(found: Found, wrong: str = "") -> dict[str, Html]:
    """The texts of all cards, by name; it touches no page, so any thread may make them."""
    return {"map": map_html(found), "importance": importance_html(found), "form": form_html(found, wrong),
            "axes": axes_html(found, palette(found.view.dark)), "card": card_html(found),
            "nearest": nearest_html(found), "table": table_html(found), "columns": trial_columns_html(found.table)}


def trial_at(found: Found, place: Place) -> int | None:
    """The trial that is drawn nearest to a place on the map; None where none is within `REACH`."""
    table, view, rows = found.table, found.view, found.rows
    if view.where and found.matching.size:
        rows = found.matching
    pixels = np.zeros(rows.size)
    for name, share, size in ((view.x, place[0], RIGHT - LEFT), (view.y, place[1], BOTTOM - TOP)):
        values = axis_values(table, name)[rows]
        pixels += ((map_axis(table, name, found.rows).shares(values) - share) * size) ** 2
    if not rows.size or np.isnan(pixels).all():
        return None
    nearest = int(np.nanargmin(pixels))
    return int(rows[nearest]) if math.sqrt(pixels[nearest]) <= REACH else None


def box_view(found: Found, one: Place, other: Place) -> TrialsView:
    """The view after a box between two places was drawn."""
    x, y = (map_axis(found.table, name, found.rows) for name in (found.view.x, found.view.y))
    across, down = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return boxed(found.table, found.view, (x.value(across[0]), x.value(across[1])),
                 (y.value(down[0]), y.value(down[1])))
