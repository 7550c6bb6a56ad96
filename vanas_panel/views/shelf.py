"""Shelf: save what is drawn for oneself and others, find what they saved, and compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import panel as pn

from vanas_panel.errors import VanasError
from vanas_panel.session import EMPTY, Session
from vanas_panel.shelf import Change, Entry
from vanas_panel.shelf.text import LONGEST_SEARCH
from vanas_panel.views.drawing import cell_svg, describe
from vanas_panel.views.markup import Markup, number_after, text
from vanas_panel.views.shelf_desk import Desk
from vanas_panel.views.shelf_find import STEP, Found, Sought, filters_html, look_up
from vanas_panel.views.shelf_pair import pair_html
from vanas_panel.views.shelf_style import CSS, INPUT, STACK
from vanas_panel.views.shelf_text import Look, cell_of, list_html, value_of, why_not_loaded
from vanas_panel.views.theme import palette
from vanas_panel.views.tools import Tools
from vanas_panel.views.work import Work

NAME = "shelf"
"""The drawer's name."""


class TeamShelf(pn.viewable.Viewer):
    """The drawer: what is drawn can be saved above, what was saved is found below.

    Every question to the shelf is asked on another thread, so that a slow database holds up nobody.

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
        self._work = Work()
        self._sought, self._found = Sought(), Found()
        self._asked: int | None = None
        self._unfolded: tuple[int, list[Change]] | None = None
        self._desk = None if self._shelf is None else Desk(self._shelf, self._user, self._work, self._done)
        self._pinned_name = ""
        self._asking = self._again = self._stale = False
        self._drawn, self._pair, self._filters, self._said, self._list = (
            Markup(css=CSS, on_action=self._act, sizing_mode="stretch_width") for _ in range(5))
        self._search = pn.widgets.TextInput(placeholder="Search names, notes, tags and people", margin=0,
                                            max_length=LONGEST_SEARCH, sizing_mode="stretch_width",
                                            stylesheets=[INPUT], css_classes=["shelf-search"])
        self._search.param.watch(self._seek, "value_input")
        session.param.watch(self._follow, ["draft", "metric", "better", "dark", "pinned"])
        session.param.watch(self._come_back, "drawer")
        self._show_drawn()
        self._refresh(look_again=True)

    def __panel__(self):
        if self._desk is None:
            return Markup('<div class="note">This page has no shelf.</div>', css=CSS, sizing_mode="stretch_width")
        return pn.Column(self._drawn, self._desk.form, self._pair, self._search, self._filters, self._said,
                         self._list, sizing_mode="stretch_width", margin=0, stylesheets=[STACK])

    # What is shown ---------------------------------------------------------------------------------------------------

    def _show_drawn(self) -> None:
        """What the designer holds, with the button that saves it, and what it is compared with."""
        session = self.session
        colors, draft = palette(session.dark), session.draft
        nothing = draft == EMPTY
        _, words = value_of(draft, session.table, session.metric)
        drawing = cell_svg(draft, session.table.space.operations, colors, width=48, height=46)
        self._drawn.html = (
            f'<div class="drawn">{drawing}<span class="what"><span>In the designer</span>'
            f'<span class="line">{text("nothing yet" if nothing else f"{describe(draft)}; {words}")}</span></span>'
            f'<button class="main" data-action="new" title="Save it under a name"{" disabled" if nothing else ""}>'
            "Save this cell …</button></div>")
        self._pair.html = "" if session.pinned is None else pair_html(
            draft, session.pinned, self._pinned_name, session.table, session.metric, colors)
        self._pair.visible = session.pinned is not None

    def _say(self, words: str, *, alert: bool = False) -> None:
        """Say something above the list; nothing where there are no words."""
        role = "alert" if alert else "status"
        self._said.html = f'<div class="note said" role="{role}">{text(words)}</div>' if words else ""
        self._said.visible = bool(words)

    def _refresh(self, *_events, look_again: bool = False) -> None:
        """Write the list anew; with `look_again` from what is on the shelf now. One question at a time is asked."""
        self._stale |= look_again
        if self._shelf is None or self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        shelf, sought, user, look = self._shelf, self._sought, self._user, self._look()
        held = None if self._stale else self._found
        self._stale = False

        def work() -> tuple[Found, str]:
            found = look_up(shelf, sought, user, look.table.name) if held is None else held
            return found, list_html(found.entries, found.total, look, narrowed=sought.narrowed)

        self._work.do(work, self._show_list, self._fail_to_list)

    def _look(self) -> Look:
        """What the list depends on besides the shelf, as it is now."""
        session = self.session
        edited = None if self._desk is None or self._desk.edited is None else self._desk.edited.id
        return Look(session.table, session.metric, session.draft, palette(session.dark), self._user, self._asked,
                    edited, self._unfolded)

    def _show_list(self, answer: tuple[Found, str]) -> None:
        """Show what was found."""
        self._found, self._list.html = answer
        self._filters.html = filters_html(self._found.tags, self._sought, self._user)
        self._end_asking()

    def _fail_to_list(self, error: VanasError) -> None:
        """Show why nothing was found out."""
        self._list.html = (f'<div class="note" role="alert">{text(error)}</div><div class="row"><button '
                           'data-action="refresh" title="Ask the shelf again">Try again</button></div>')
        self._end_asking()

    def _end_asking(self) -> None:
        """Ask again where something has changed meanwhile."""
        self._asking = False
        if self._again:
            self._refresh()

    # What the session and the search do ------------------------------------------------------------------------------

    def _follow(self, *_events) -> None:
        """Follow the session while the drawer is open."""
        if self.session.drawer == NAME:
            self._show_drawn()
            self._refresh()

    def _come_back(self, *_events) -> None:
        """Look again when the drawer opens: somebody else may have saved something."""
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

    # What buttons do -------------------------------------------------------------------------------------------------

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        name, _, rest = action.partition(":")
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
            self._say(f"“{entry.name}” cannot be loaded: it was drawn on {entry.table_name}. {reason}", alert=True)
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
            words = reason or "Only a valid cell can be compared; this draft is none yet."
            self._say(f"“{entry.name}” cannot be compared. {words}", alert=True)
            return
        self._say("")
        self._pinned_name = entry.name
        self.session.pinned = cell
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
        shelf, user = self._shelf, self._user
        self._work.do(lambda: shelf.delete(entry.id, user), lambda _: self._done(f"“{entry.name}” is deleted."),
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

        self._work.do(lambda: shelf.history(entry.id), show, self._refuse)

    def _done(self, words: str) -> None:
        """Say that something was done, and look what is on the shelf now."""
        self._unfolded = None
        self._say(words)
        self._refresh(look_again=True)

    def _refuse(self, error: VanasError) -> None:
        """Say why something was not done, and look what is on the shelf now."""
        self._say(str(error), alert=True)
        self._refresh(look_again=True)
