"""Bar below the header that says which cells are selected: a chip for every condition. The header counts them."""

from __future__ import annotations

from typing import Any

import numpy as np
import panel as pn

from vanas_panel.draw.css import ACCENT, CARD, LINE, MUTED, NARROW, SOFT_ACCENT, TEXT
from vanas_panel.draw.format import count_cells, format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.selection.words import condition_words
from vanas_panel.draw.theme import FONT
from vanas_panel.errors import VanasError
from vanas_panel.state.conditions import AnyOf, Condition, Not, mask_of
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.markup import Markup, number_after

DRAWER = "select"
"""The drawer that adds conditions."""

_PIECES = pieces(__file__)

CSS = f"""
.vp-markup {{ display: block; }}
.selected {{
  display: flex; flex-wrap: wrap; align-items: center; gap: 5px 6px; padding: 5px 18px; background: {CARD};
  border-bottom: 1px solid {LINE};
}}
input {{
  width: 128px; height: 24px; padding: 0 7px; border: 1px solid {LINE}; border-radius: 6px; background: {CARD};
  color: {TEXT}; font: 600 12px/1.2 {FONT};
}}
input::placeholder {{ font-weight: 400; color: {MUTED}; opacity: 1; }}
input:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
.chip {{
  display: inline-flex; align-items: center; height: 24px; max-width: 100%; border: 1px solid {ACCENT};
  border-radius: 12px; background: {SOFT_ACCENT};
}}
.chip.opposite {{ border-style: dashed; background: none; }}
.chip button {{ border: 0; background: none; height: 22px; padding: 0 4px; min-width: 24px; color: {TEXT}; }}
.chip button:hover {{ text-decoration: underline; }}
.chip .words {{
  padding-left: 10px; max-width: 330px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}}
.chip .cells {{ color: {MUTED}; font-size: 11px; white-space: nowrap; }}
.chip .off {{ font-size: 14px; line-height: 1; border-radius: 12px; }}
.join {{
  border: 0; background: none; color: {ACCENT}; font-weight: 600; padding: 0 3px; height: 24px; min-width: 26px;
}}
.end {{ display: flex; gap: 5px; margin-left: auto; }}
.end button {{ height: 24px; }}
@container vp-page (max-width: {NARROW}px) {{
  .selected {{ padding: 5px 12px; flex-wrap: nowrap; overflow: auto hidden; scrollbar-width: none; }}
  .selected > * {{ flex: none; }}
  .chip .words {{ max-width: 210px; }}
  input {{ width: 96px; }}
  .end {{ margin-left: 6px; }}
}}
@media print {{ .join, .end, .off, input:placeholder-shown {{ display: none; }} .selected {{ padding: 4px 0; }} }}
"""


def selection_bar_html(session: Session) -> Html | str:
    """The bar as HTML; nothing where the whole table is selected.

    Parameters
    ----------
    session : Session

    Returns
    -------
    Html or str
        With all text escaped and the actions ``name:...``, ``negate:...``, ``remove:...``, ``join``, ``group``
        and ``select``.
    """
    if session.rows is None:
        return ""
    where = session.conditions
    by_any = isinstance(where, AnyOf)
    joiner = {"action": "join", "label": _("or") if by_any else _("and"),
              "tooltip": _("Cells that meet any of these; press for cells that meet all of them") if by_any
              else _("Cells that meet all of these; press for cells that meet any of them")}
    group = {"label": _("Group"), "tooltip": _("Make one condition of these, to join it with others")}
    add = {"action": "select", "label": _("Add a condition"), "expanded": str(session.drawer == DRAWER).lower(),
           "tooltip": _("Select by numbers, edge types, operations or presets")}
    return _PIECES.bar(
        label=_("Selected cells"), name=where.name, name_label=_("Name of the selection"), name_hint=_("name it"),
        joiner=joiner, add=add,
        group=group if len(where.parts) > 1 else None,
        parts=[_chip(session, index, part, len(where.parts)) for index, part in enumerate(where.parts)])


def _chip(session: Session, index: int, part: Condition, count: int) -> dict[str, Any]:
    """One condition for the template; how many cells it takes alone, where there are others."""
    words, is_negated = condition_words(part, session.table), isinstance(part, Not)
    cells, alone = "", words
    if count > 1:
        taken = int(np.count_nonzero(mask_of(part, session.table)))
        cells = format_count(taken)
        alone = _("{condition}: {cells} by itself").format(condition=words, cells=count_cells(taken))
    turn = _("Press to take those cells instead") if is_negated else _("Press to take all other cells instead")
    return {"index": index, "words": words, "cells": cells, "is_negated": is_negated,
            "pressed": str(is_negated).lower(), "tooltip": f"{alone}. {turn}",
            "remove": _("Remove the condition {condition}").format(condition=words)}


class SelectionBar(pn.viewable.Viewer):
    """The bar, which takes room only where something is selected.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, **params):
        super().__init__(**params)
        self.session = session
        html = selection_bar_html(session)
        self._markup = Markup(html, self._act, css=CSS, sizing_mode="stretch_width", css_classes=["vp-selection"],
                              visible=bool(html))
        session.param.watch(keep_language(self._update), ["rows", "drawer"])

    def __panel__(self):
        return self._markup

    def _update(self, *_events) -> None:
        """Follow the session."""
        html = selection_bar_html(self.session)
        self._markup.param.update(html=html, visible=bool(html))

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        session = self.session
        negated, removed, count = number_after(action, "negate"), number_after(action, "remove"), len(
            session.conditions.parts)
        if action == "select":
            session.drawer = "" if session.drawer == DRAWER else DRAWER
        elif session.rows is None:
            return
        elif action.startswith("name:"):
            session.name_selection(action.removeprefix("name:"))
        elif action == "join":
            session.join_conditions(not isinstance(session.conditions, AnyOf))
        elif action == "group":
            self._group()
        elif negated is not None and negated < count:
            session.negate_condition(negated)
        elif removed is not None and removed < count:
            session.remove_condition(removed)

    def _group(self) -> None:
        """Group the conditions, or say why they cannot be."""
        try:
            self.session.group_conditions()
        except VanasError as error:
            self.session.message = str(error)
