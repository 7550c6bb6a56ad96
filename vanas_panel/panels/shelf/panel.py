"""Shelf: save what is drawn for oneself and others, find what they saved, and compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import panel as pn

from vanas_panel.draw.cell.thumbnail import cell_svg, describe
from vanas_panel.draw.html import pieces
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.panels.shelf.comparison import pair_html
from vanas_panel.panels.shelf.css import CSS, INPUT, STACK
from vanas_panel.panels.shelf.desk import Desk
from vanas_panel.panels.shelf.search import STEP, Found, Sought, filters_html, look_up
from vanas_panel.panels.shelf.text import ListContext, cell_of, list_html, value_of, why_not_loaded
from vanas_panel.shelf import Change, Entry
from vanas_panel.shelf.text import LONGEST_SEARCH
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import speaking, translated
from vanas_panel.widgets.markup import Markup, note_html, number_after
from vanas_panel.widgets.threads import PageThread, run_in_background
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)

NAME = "shelf"
"""The drawer's name."""


class TeamShelf(pn.viewable.Viewer):
    """The drawer: what is drawn can be saved above, what was saved is found below.

    Every question to the shelf is asked on another thread, so that a slow database blocks no page.

    Parameters
    ----------
    session : Session
    tools : Tools
        Its ``shelf`` keeps the entries; where there is none, the drawer says so.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools, **params):
        super().__init__(**params)
        self.session = session
        self._shelf, self._user = tools.shelf, tools.user
        self._thread = PageThread()
        self._sought, self._found = Sought(), Found()
        self._asked: int | None = None
        self._unfolded: tuple[int, list[Change]] | None = None
        self._desk = None if self._shelf is None else Desk(self._shelf, self._user, self._thread, self._done)
        self._pinned_name = ""
        self._asking = self._again = self._stale = False
        self._drawn, self._pair, self._filters, self._said, self._list = (
            Markup(css=CSS, on_action=self._act, sizing_mode="stretch_width") for _part in range(5))
        self._search = pn.widgets.TextInput(placeholder=_("Search names, notes, tags and people"), margin=0,
                                            max_length=LONGEST_SEARCH, sizing_mode="stretch_width",
                                            stylesheets=[INPUT], css_classes=["shelf-search"])
        self._search.param.watch(self._seek, "value_input")
        session.param.watch(self._follow, ["draft", "metric", "better", "dark", "pinned"])
        session.param.watch(self._come_back, "drawer")
        self._show_drawn()
        self._refresh(look_again=True)

    def __panel__(self):
        if self._desk is None:
            with speaking(self.session.language):
                note = note_html(_("This page has no shelf."))
            return Markup(note, css=CSS, sizing_mode="stretch_width")
        return pn.Column(self._drawn, self._desk.form, self._pair, self._search, self._filters, self._said,
                         self._list, sizing_mode="stretch_width", margin=0, stylesheets=[STACK])

    # The display ---------------------------------------------------------------------------------------------------

    def _show_drawn(self) -> None:
        """The draft in the designer, with the button that saves it, and the cell that it is compared with."""
        session = self.session
        colors, draft = palette(session.dark), session.draft
        nothing = draft == EMPTY
        _number, words = value_of(draft, session.table, session.metric)
        drawing = cell_svg(draft, session.table.space.operations, colors, width=48, height=46)
        self._drawn.html = _PIECES.drawn(
            drawing=drawing, label=_("In the designer"), tooltip=_("Save it under a name"), save=_("Save this cell …"),
            words=_("nothing yet") if nothing else f"{describe(draft)}; {words}", disabled=nothing)
        self._pair.html = "" if session.pinned is None else pair_html(
            draft, session.pinned, self._pinned_name, session.table, session.metric, colors)
        self._pair.visible = session.pinned is not None

    def _say(self, words: str, *, alert: bool = False) -> None:
        """Say something above the list; nothing where there are no words."""
        self._said.html = _PIECES.said(words=words, role="alert" if alert else "status") if words else ""
        self._said.visible = bool(words)

    def _refresh(self, *_events, look_again: bool = False) -> None:
        """Update the list; with `look_again` from what is on the shelf now. One question at a time is asked."""
        self._stale |= look_again
        if self._shelf is None or self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        shelf, sought, user, context = self._shelf, self._sought, self._user, self._context()
        held = None if self._stale else self._found
        self._stale = False

        def work() -> tuple[Found, str]:
            found = look_up(shelf, sought, user, context.table.name) if held is None else held
            return found, list_html(found.entries, found.total, context, narrowed=sought.narrowed)

        run_in_background(self._thread, work, self._show_list, self._fail_to_list)

    def _context(self) -> ListContext:
        """The current values that the list depends on besides the shelf."""
        session = self.session
        edited = None if self._desk is None or self._desk.edited is None else self._desk.edited.id
        return ListContext(session.table, session.metric, session.draft, palette(session.dark), self._user, self._asked,
                    edited, self._unfolded)

    def _show_list(self, answer: tuple[Found, str]) -> None:
        """Show what was found."""
        self._found, self._list.html = answer
        self._filters.html = filters_html(self._found.tags, self._sought, self._user)
        self._end_asking()

    def _fail_to_list(self, error: VanasError) -> None:
        """Show why nothing was found out."""
        self._list.html = _PIECES.failed(reason=error, tooltip=_("Ask the shelf again"), label=_("Try again"))
        self._end_asking()

    def _end_asking(self) -> None:
        """Ask again where something has changed meanwhile."""
        self._asking = False
        if self._again:
            self._refresh()

    # Changes of the session and the search ---------------------------------------------------------------------------

    def _follow(self, *_events) -> None:
        """Follow the session while the drawer is open."""
        if self.session.drawer == NAME:
            self._show_drawn()
            self._refresh()

    def _come_back(self, *_events) -> None:
        """Look again when the drawer opens: another user may have saved something."""
        if self.session.drawer == NAME:
            self._show_drawn()
            self._refresh(look_again=True)

    def _seek(self, *_events) -> None:
        """Search for what is written so far."""
        self._narrow(text=self._search.value_input or "")

    def _narrow(self, **changes: Any) -> None:
        """Search for something else, from the first entry on."""
        self._sought = replace(self._sought, **{"limit": STEP, **changes})
        self._refresh(look_again=True)

    # Actions of buttons ----------------------------------------------------------------------------------------------

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        name, _colon, rest = action.partition(":")
        plain: dict[str, Callable[[], None]] = {
            "new": self._start_new, "unpin": self.session.unpin, "load-pinned": self._load_pinned,
            "refresh": lambda: self._refresh(look_again=True), "all": self._show_all,
            "mine": lambda: self._narrow(mine=not self._sought.mine),
            "here": lambda: self._narrow(here=not self._sought.here),
            "more": lambda: self._narrow(limit=self._sought.limit + STEP),
        }
        known: dict[str, Callable[[Entry], None]] = {
            "load": self._load, "compare": self._compare, "edit": self._start_edit, "versions": self._unfold,
            "delete": self._ask, "really": self._delete,
        }
        number = number_after(action, name)
        entry = next((entry for entry in self._found.entries if entry.id == number), None)
        if action in plain:
            plain[action]()
        elif name == "tag":
            self._narrow(tag=rest or None)
        elif name in known and entry is not None:
            known[name](entry)

    def _show_all(self) -> None:
        """Search for nothing in particular."""
        self._search.param.update(value="", value_input="")
        self._sought = Sought()
        self._refresh(look_again=True)

    def _start_new(self) -> None:
        """Open the form for what the designer holds."""
        if self._desk is not None and self.session.draft != EMPTY:
            self._say("")
            self._desk.start_new(self.session.draft, self.session.table.name)
            self._refresh()

    def _start_edit(self, entry: Entry) -> None:
        """Open the form for the words of an entry."""
        if self._desk is not None:
            self._say("")
            self._desk.start_edit(entry)
            self._refresh()

    def _load(self, entry: Entry) -> None:
        """Put an entry into the designer, where the search space has room for it."""
        reason = why_not_loaded(entry.draft, self.session.table)
        if reason:
            words = _("“{name}” cannot be loaded: it was drawn on {table}. {reason}")
            self._say(words.format(name=entry.name, table=entry.table_name, reason=reason), alert=True)
            return
        self._say("")
        self.session.load_cell(entry.draft)

    def _load_pinned(self) -> None:
        """Put the pinned cell into the designer."""
        if self.session.pinned is not None:
            self.session.load_cell(self.session.pinned)

    def _compare(self, entry: Entry) -> None:
        """Pin an entry."""
        reason = why_not_loaded(entry.draft, self.session.table)
        cell = cell_of(entry.draft, self.session.table)
        if cell is None:
            reason = reason or _("Only a valid cell can be compared; this draft is not one yet.")
            words = _("“{name}” cannot be compared. {reason}")
            self._say(words.format(name=entry.name, reason=reason), alert=True)
            return
        self._say("")
        self._pinned_name = entry.name
        self.session.compare_with(cell)
        self._show_drawn()

    def _ask(self, entry: Entry) -> None:
        """Ask whether to delete, or take the question back."""
        self._asked = None if self._asked == entry.id else entry.id
        self._refresh()

    def _delete(self, entry: Entry) -> None:
        """Delete, where that was asked before."""
        if self._asked != entry.id or self._shelf is None:
            return
        self._asked = None
        shelf, user, done = self._shelf, self._user, _("“{name}” is deleted.").format(name=entry.name)
        run_in_background(self._thread, lambda: shelf.delete(entry.id, user), lambda _found: self._done(done),
                          self._refuse)

    def _unfold(self, entry: Entry) -> None:
        """List the versions of an entry, or fold them again."""
        if self._shelf is None or (self._unfolded is not None and self._unfolded[0] == entry.id):
            self._unfolded = None
            self._refresh()
            return
        shelf = self._shelf

        def show(changes: list[Change]) -> None:
            self._unfolded = (entry.id, changes)
            self._refresh()

        run_in_background(self._thread, lambda: shelf.history(entry.id), show, self._refuse)

    def _done(self, words: str) -> None:
        """Say that something was done, and look what is on the shelf now."""
        self._unfolded = None
        self._say(words)
        self._refresh(look_again=True)

    def _refuse(self, error: VanasError) -> None:
        """Say why something was not done, and look what is on the shelf now."""
        self._say(translated(error), alert=True)
        self._refresh(look_again=True)
