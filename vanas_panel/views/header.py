"""Header: what is open, what is selected, and how the page looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import panel as pn

from vanas_panel.session import Session
from vanas_panel.views.format import format_count
from vanas_panel.views.markup import Markup, number_after, text
from vanas_panel.views.style import ACCENT, CARD, LINE, MUTED, NARROW, SOFT_ACCENT
from vanas_panel.views.tools import Tools

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
button {{ height: 28px; min-width: 32px; padding: 0 10px; }}
button.face {{ font-size: 14px; }}
.visitor {{ display: flex; align-items: center; gap: 8px; min-width: 0; }}
.visitor b {{ font-weight: 600; max-width: 160px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
.visitor form {{ display: contents; }}
.drawers {{ display: flex; gap: 6px; flex-wrap: wrap; }}
button[aria-expanded=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
@container vp-page (max-width: {NARROW}px) {{
  .bar {{
    padding: 8px 0 8px 12px; margin-right: calc(12px + var(--vp-corner, 0px)); gap: 5px; flex-wrap: nowrap;
    overflow: auto hidden; scrollbar-width: none;
  }}
  .bar > * {{ flex: none; }}
  .bar > .table {{ flex: 1 1 76px; min-width: 76px; align-items: center; gap: 4px; }}
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
  .drawers {{ flex-wrap: nowrap; gap: 3px; }}
  .drawers button, button.face {{ padding: 0 4px; min-width: 24px; font-size: 11px; }}
  .drawers [data-action="drawer:about"] {{ font-size: 0; }}
  .drawers [data-action="drawer:about"]::after {{ content: "?" / ""; font-size: 13px; }}
}}
@media print {{
  .drawers, button, details, .visitor {{ display: none; }}
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
                drawers: Sequence[DrawerButton] = (), tools: Tools | None = None) -> str:
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
        Who is looking.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``clear``, ``dark``, ``table:...`` and ``drawer:...``.
    """
    return (f'<div class="bar"><h1 title="Visual analytics of neural architecture search">vanas</h1>'
            f'{_table_html(session, titles, open_table)}{_selection_html(session)}'
            f"{_drawers_html(drawers, session.drawer)}{_visitor_html(tools or Tools())}"
            f"{_face_html(session.dark)}</div>")


def _table_html(session: Session, titles: Sequence[str], open_table: int) -> str:
    """Title and size of the table, or a choice of tables."""
    table = session.table
    size = f"{format_count(len(table))} cell{'' if len(table) == 1 else 's'}"
    tooltip = text(f"{table.title}: {size}")
    size = f'<span class="num">{size}</span>{_notes_html(table.notes)}'
    if len(titles) < 2:
        return f'<div class="table" title="{tooltip}"><b>{text(table.title)}</b>{size}</div>'
    options = "".join(f'<option value="{place}"{" selected" if place == open_table else ""}>{text(title)}</option>'
                      for place, title in enumerate(titles))
    return (f'<div class="table"><select data-action="table" aria-label="Table" title="{tooltip}">{options}</select>'
            f"{size}</div>")


def _notes_html(notes: Sequence[str]) -> str:
    """What the reader of the table wants people to know, behind a click."""
    if not notes:
        return ""
    lines = "".join(f"<li>{text(note)}</li>" for note in notes)
    count = f"{len(notes)} note{'' if len(notes) == 1 else 's'}"
    return f'<details><summary title="What to know about this table">{count}</summary><ul>{lines}</ul></details>'


def _selection_html(session: Session) -> str:
    """How many cells are selected, and the button that selects all again."""
    if session.rows is None:
        return ('<div class="selection" title="Draw a box in the overview to select cells">'
                '<span class="quiet">selection</span><b>all cells</b></div>')
    some, all_ = format_count(len(session.rows)), format_count(len(session.table))
    return ('<div class="selection some" title="Edge importance looks at these cells only">'
            f'<span class="quiet">selection</span><b class="num">{some} of {all_} cells</b>'
            '<button data-action="clear" title="Select all cells again">Clear selection</button></div>')


def _drawers_html(drawers: Sequence[DrawerButton], open_drawer: str) -> str:
    """A button for every drawer."""
    buttons = "".join(f'<button data-action="drawer:{text(drawer.name)}" title="{text(drawer.tooltip)}" '
                      f'data-opens=".vp-drawer" aria-expanded="{str(drawer.name == open_drawer).lower()}">'
                      f"{text(drawer.label)}</button>" for drawer in drawers)
    return f'<div class="drawers">{buttons}</div>' if buttons else ""


def _visitor_html(tools: Tools) -> str:
    """Who is signed in, and the way out."""
    if not tools.user:
        return ""
    name = text(tools.user)
    way = (f'<form method="post" action="logout"><input type="hidden" name="key" value="{text(tools.sign_out)}">'
           '<button title="Sign out of this server">Sign out</button></form>' if tools.sign_out else
           '<a href="logout" title="Sign out of this server">Sign out</a>')
    return f'<div class="visitor"><b title="Signed in as {name}">{name}</b>{way}</div>'


def _face_html(dark: bool) -> str:
    """The switch between light and dark."""
    words = "Switch to the light appearance" if dark else "Switch to the dark appearance"
    return (f'<button class="face" data-action="dark" aria-pressed="{str(dark).lower()}" aria-label="{words}" '
            f'title="{words}">◐</button>')


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
        Takes the place of the table that a person chose.
    drawers : sequence of DrawerButton, optional
        The drawers that can be opened.
    tools : Tools, optional
        Who is looking.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, titles: Sequence[str] = (), open_table: int = 0,
                 on_table: Callable[[int], None] | None = None, drawers: Sequence[DrawerButton] = (),
                 tools: Tools | None = None, **params):
        super().__init__(**params)
        self.session = session
        self._titles = tuple(titles)
        self._open_table = open_table
        self._on_table = on_table
        self._drawers = tuple(drawers)
        self._tools = tools
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_width", css_classes=["vp-header"])
        session.param.watch(self._update, ["rows", "dark", "drawer"])

    def __panel__(self):
        return self._markup

    def _html(self) -> str:
        """The view for the session as it is."""
        return header_html(self.session, self._titles, self._open_table, self._drawers, self._tools)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        place = number_after(action, "table")
        if action == "clear":
            self.session.select(None)
        elif action == "dark":
            self.session.dark = not self.session.dark
        elif action in {f"drawer:{drawer.name}" for drawer in self._drawers}:
            name = action.removeprefix("drawer:")
            self.session.drawer = "" if self.session.drawer == name else name
        elif place is not None and place < len(self._titles) and self._on_table is not None:
            self._on_table(place)
