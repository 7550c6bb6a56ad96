"""Header: open table, selection, appearance, and the buttons of the drawers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import panel as pn

from vanas_panel.draw.css import ACCENT, CARD, LINE, MUTED, NARROW, SOFT_ACCENT
from vanas_panel.draw.format import count_cells, format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.table_words import notes_of, title_of
from vanas_panel.state.session import Session
from vanas_panel.tables.families import DATA
from vanas_panel.text.language import LANGUAGES, SHORT_NAMES, keep_language, ngettext
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)

CSS = f"""
:host {{ z-index: 2; }}
.vp-markup {{ display: block; }}
.bar {{ display: flex; align-items: center; flex-wrap: wrap; gap: 6px 14px; padding: 8px 18px; min-height: 46px; }}
h1 {{ margin: 0; font-size: 17px; font-weight: 700; letter-spacing: .02em; }}
.table {{ display: flex; align-items: baseline; gap: 8px; min-width: 0; flex: 1 1 220px; }}
.table b {{ font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
.table span {{ color: {MUTED}; white-space: nowrap; }}
.selection {{ display: flex; align-items: center; gap: 8px; }}
.selection b {{ font-weight: 600; }}
.selection.some b {{ color: {ACCENT}; }}
details {{ position: relative; }}
summary {{ cursor: pointer; color: {MUTED}; white-space: nowrap; }}
summary:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 2px; border-radius: 3px; }}
ul {{
  position: absolute; top: 26px; left: -12px; width: min(420px, 80vw); margin: 0; padding: 10px 14px 10px 28px;
  background: {CARD}; border: 1px solid {LINE}; border-radius: 8px; box-shadow: 0 6px 24px rgb(0 0 0 / .18);
}}
.table span, .table details {{ flex: none; }}
select {{
  height: 28px; padding: 0 6px; font-weight: 600; flex: 0 1 auto; min-width: 0; max-width: 100%;
  text-overflow: ellipsis;
}}
select.family {{ flex: 0 1 auto; font-weight: 500; }}
button {{ height: 28px; min-width: 32px; padding: 0 10px; }}
button.face {{ font-size: 14px; }}
.languages {{ display: flex; }}
.languages button {{ padding: 0 8px; border-radius: 0; font-size: 12px; }}
.languages button:first-child {{ border-radius: 6px 0 0 6px; margin-right: -1px; }}
.languages button:last-child {{ border-radius: 0 6px 6px 0; }}
.languages button[aria-pressed=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
.visitor {{ display: flex; align-items: center; gap: 8px; min-width: 0; }}
.visitor b {{ font-weight: 600; max-width: 160px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
.visitor form {{ display: contents; }}
.drawers {{ display: flex; gap: 6px; flex-wrap: wrap; }}
button[aria-expanded=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
@container vp-page (max-width: 1500px) {{
  .bar {{ gap: 6px 8px; }}
  .drawers {{ gap: 4px; }}
  .drawers button {{ padding: 0 8px; }}
  .table {{ flex-basis: 180px; }}
  .selection .quiet {{ display: none; }}
}}
@container vp-page (max-width: 1320px) {{
  .drawers {{ order: 1; flex: 1 0 100%; }}
}}
@container vp-page (max-width: 1100px) {{
  .table > span {{ display: none; }}
}}
@container vp-page (max-width: {NARROW}px) {{
  .bar {{
    padding: 8px 12px 8px 8px; gap: 6px 4px;
  }}
  .bar > * {{ flex: none; }}
  .bar > .table {{ flex: 1 1 56px; min-width: 56px; align-items: center; gap: 4px; }}
  .table select {{
    appearance: none; padding: 0 12px 0 4px; font-size: 11px;
    background: {CARD} conic-gradient(from -45deg at bottom, {MUTED} 90deg, transparent 0)
      no-repeat right 3px center / 7px 4px;
  }}
  summary {{ font-size: 0; }}
  summary::after {{
    content: "i" / ""; display: block; width: 18px; border: 1px solid; border-radius: 9px; text-align: center;
    font: italic 600 12px/16px serif;
  }}
  h1 {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
  .table > span, .selection:not(.some), .selection .quiet {{ display: none; }}
  ul {{ position: fixed; top: 46px; left: 12px; right: 12px; width: auto; }}
  .face {{ margin-right: var(--vp-corner, 0px); }}
  .bar > .drawers {{ flex: 1 0 100%; min-width: 0; gap: 4px 2px; }}
  .drawers button, button.face {{ padding: 0 3px; min-width: 24px; font-size: 11px; }}
  .languages button {{ padding: 0 4px; min-width: 24px; font-size: 0; }}
  .languages button::after {{ content: attr(data-code) / ""; font-size: 11px; }}
  .languages button[aria-pressed=true] {{ display: none; }}
  .languages button:first-child, .languages button:last-child {{ border-radius: 6px; margin: 0; }}
  .visitor b {{ display: none; }}
  .visitor :is(button, a) {{ padding: 0 4px; min-width: 24px; font-size: 0; }}
  .visitor :is(button, a)::after {{ content: "↪" / ""; font-size: 13px; }}
  .drawers :is([data-action="drawer:about"], [data-action="drawer:search"], [data-action="drawer:compare"],
    [data-action="drawer:tradeoffs"], [data-action="drawer:data"]) {{ font-size: 0; }}
  .drawers [data-action="drawer:data"]::after {{ content: "▤" / ""; font-size: 13px; }}
  .drawers [data-action="drawer:compare"]::after {{ content: "⇄" / ""; font-size: 13px; }}
  .drawers [data-action="drawer:tradeoffs"]::after {{ content: "◺" / ""; font-size: 13px; }}
  .drawers [data-action="drawer:search"]::after {{ content: "⌕" / ""; font-size: 17px; line-height: 1; }}
  .drawers [data-action="drawer:about"]::after {{ content: "?" / ""; font-size: 13px; }}
}}
@media print {{
  .drawers, button, details, .visitor, .languages {{ display: none; }}
  select {{ appearance: none; border: 0; padding: 0; background: none; }}
  .bar {{ padding: 0; margin: 0; flex-wrap: wrap; overflow: visible; }}
}}
"""


class DrawerButton(NamedTuple):
    """The button of a drawer: name of the drawer, text of the button, tooltip."""

    name: str
    label: str
    tooltip: str


def header_html(session: Session, titles: Sequence[str], open_table: int = 0,
                drawers: Sequence[DrawerButton] = (), tools: Tools | None = None, *, escapes: bool = False) -> Html:
    """The header as HTML.

    Parameters
    ----------
    session : Session
    titles : sequence of str
        Of every table that can be opened; with one there is nothing to choose.
    open_table : int, optional
        Which of them is open.
    drawers : sequence of DrawerButton, optional
        The drawers that can be opened.
    tools : Tools, optional
        Name of the user.
    escapes : bool, optional
        Whether Escape clears the selection where no drawer is open, which it closes first.

    Returns
    -------
    Html
        With all text escaped and the actions ``clear``, ``dark``, ``lang:...``, ``table:...`` and ``drawer:...``.
    """
    return _PIECES.bar(
        name=_("Visual analytics of neural architecture search"), table=_table(session, titles, open_table),
        selection=_selection(session, escapes), drawers=_drawers(drawers, session.drawer),
        visitor=_visitor(tools or Tools()), languages=language_switch(session.language),
        face=appearance_switch(session.dark))


def _table(session: Session, titles: Sequence[str], open_table: int) -> dict[str, Any]:
    """Title, size and notes of the table, or a choice of tables."""
    title, size, notes = title_of(session.table), count_cells(len(session.table)), notes_of(session.table)
    choices = [{"title": each, "is_open": index == open_table} for index, each in enumerate(titles)]
    return {
        "title": title, "size": size, "tooltip": f"{title}: {size}", "label": _("Table"),
        "choices": choices if len(choices) > 1 else [], "notes": notes, "families": _families(session),
        "notes_label": ngettext("{count} note", "{count} notes", len(notes)).format(count=len(notes)),
        "notes_tooltip": _("Notes on this table"),
    }


def _families(session: Session) -> list[dict[str, Any]]:
    """A choice of the data set, or of a condition, for the template."""
    said = []
    for place, family in enumerate(session.families):
        label = _(family.axis) if family.axis == DATA else family.axis
        shown = next(filter(None, map(family.value_of, (session.metric, session.y, session.x))), "")
        empty = [] if shown else [{"value": "", "words": "–", "chosen": True}]
        said.append({
            "action": f"family:{place}", "label": label,
            "tooltip": _("{axis}: all of the page shows what was measured with it").format(axis=label),
            "options": empty + [{"value": value, "words": value if family.axis == DATA else f"{label} {value}",
                                 "chosen": value == shown} for value in family.members]})
    return said


def _selection(session: Session, escapes: bool) -> dict[str, Any]:
    """How many cells are selected, and the button that selects all again."""
    if session.rows is None:
        return {"some": "", "all": _("all cells"), "label": _("selection"),
                "tooltip": _("Draw a box or a lasso in the overview, or add conditions, to select cells")}
    some = _("{some} of {total} cells").format(some=format_count(len(session.rows)),
                                               total=format_count(len(session.table)))
    return {"some": some, "label": _("selection"), "tooltip": _("The views of the page look at these cells"),
            "clear": _("Clear selection"), "clear_tooltip": _("Select all cells again (Escape)") if escapes
            else _("Select all cells again"), "escapes": escapes and not session.drawer}


def _drawers(drawers: Sequence[DrawerButton], open_drawer: str) -> list[dict[str, str]]:
    """A button for every drawer."""
    return [{"name": drawer.name, "tooltip": _(drawer.tooltip), "label": _(drawer.label),
             "expanded": str(drawer.name == open_drawer).lower()} for drawer in drawers]


def _visitor(tools: Tools) -> dict[str, str]:
    """The name of the user and the way to sign out."""
    return {"name": tools.user, "tooltip": _("Signed in as {name}").format(name=tools.user), "key": tools.sign_out,
            "out": _("Sign out"), "out_tooltip": _("Sign out of this server")}


def language_switch(language: str) -> dict[str, Any]:
    """The switch between languages for a template; each names itself."""
    return {"label": _("Language"), "choices": [
        {"code": code, "name": name, "short_code": code.upper(), "short": SHORT_NAMES[code],
         "pressed": str(code == language).lower()} for code, name in LANGUAGES.items()]}


def appearance_switch(dark: bool) -> dict[str, str]:
    """The switch between light and dark for a template."""
    return {"words": _("Switch to the light appearance") if dark else _("Switch to the dark appearance"),
            "pressed": str(dark).lower()}


class Header(pn.viewable.Viewer):
    """The bar at the top of the page.

    Parameters
    ----------
    session : Session
    titles : sequence of str, optional
        Of the tables that can be opened.
    open_table : int, optional
        Which of them is open.
    on_table : callable, optional
        Gets the index of the table that a person chose.
    drawers : sequence of DrawerButton, optional
        The drawers that can be opened.
    tools : Tools, optional
        Name of the user.
    escapes : bool, optional
        Whether Escape clears the selection, on a page that has all the keys to itself.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, titles: Sequence[str] = (), open_table: int = 0,
                 on_table: Callable[[int], None] | None = None, drawers: Sequence[DrawerButton] = (),
                 tools: Tools | None = None, *, escapes: bool = False, **params):
        super().__init__(**params)
        self.session = session
        self._titles = tuple(titles)
        self._open_table = open_table
        self._on_table = on_table
        self._drawers = tuple(drawers)
        self._tools = tools
        self._escapes = escapes
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_width", css_classes=["vp-header"])
        session.param.watch(keep_language(self._update), ["rows", "dark", "drawer", "metric", "x", "y"])

    def __panel__(self):
        return self._markup

    def _html(self) -> str:
        """The view for the session as it is."""
        return header_html(self.session, self._titles, self._open_table, self._drawers, self._tools,
                           escapes=self._escapes)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        index = number_after(action, "table")
        if action.startswith("family:"):
            place, _sep, value = action.removeprefix("family:").partition(":")
            families = self.session.families
            if place.isascii() and place.isdigit() and int(place[:4]) < len(families) and value in families[
                    int(place[:4])].members:
                self.session.switch_family(families[int(place[:4])], value)
            return
        if action == "clear":
            self.session.select(None)
        elif action == "dark":
            self.session.dark = not self.session.dark
        elif action.startswith("lang:") and action.removeprefix("lang:") in LANGUAGES:
            self.session.lang = action.removeprefix("lang:")
        elif action in {f"drawer:{drawer.name}" for drawer in self._drawers}:
            name = action.removeprefix("drawer:")
            self.session.drawer = "" if self.session.drawer == name else name
        elif index is not None and index < len(self._titles) and self._on_table is not None:
            self._on_table(index)
