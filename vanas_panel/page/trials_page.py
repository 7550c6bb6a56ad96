"""The page of a table of trials. The same object serves notebooks and servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from urllib.parse import urlencode

import panel as pn

from vanas_panel.draw.css import (
    BAR_STYLE,
    DARK_CLASS,
    NARROW,
    NOTEBOOK_CLASS,
    PAGE_STYLE,
    TOP_STYLE,
)
from vanas_panel.draw.html import Html
from vanas_panel.errors import ArgumentKindError, VanasError
from vanas_panel.page.header import CSS
from vanas_panel.page.news import CSS as NEWS_CSS
from vanas_panel.page.news import TAKE_IN
from vanas_panel.page.training_page import TrainingAddress
from vanas_panel.page.trials_bar import trials_bar_html
from vanas_panel.panels.trials.cards import TrialsCards, box_view, drawn, trial_at
from vanas_panel.panels.trials.saving import TrialsSaving
from vanas_panel.state.followed import Followed
from vanas_panel.state.trials_actions import acted
from vanas_panel.state.trials_found import Found, found
from vanas_panel.state.trials_kinds import can_be, kinds_from_query, kinds_text, with_kind
from vanas_panel.state.trials_moved import moved, news_words
from vanas_panel.state.trials_view import TrialsView, starting_view, view_from_query, view_query
from vanas_panel.tables.titles import title_words
from vanas_panel.tables.trial_columns import KINDS
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import (
    LANGUAGES,
    Message,
    current_language,
    preferred_language,
    speaking,
    translated,
)
from vanas_panel.widgets.box_map import Place
from vanas_panel.widgets.compat import take_style_sheets_from_here
from vanas_panel.widgets.landmark import LandmarkRow
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.notebook import load
from vanas_panel.widgets.threads import PageThread, run_in_background, watch_runs
from vanas_panel.widgets.tools import OtherPage

_MORE = f"""
.busy {{ position: absolute; right: 18px; border: 0; visibility: hidden; animation: vp-busy 0s .4s forwards; }}
@keyframes vp-busy {{ to {{ visibility: visible; }} }}
@container vp-page (max-width: {NARROW}px) {{ .bar > .drawers {{ order: 9; }} }}
"""


class TrialsPage(pn.viewable.Viewer):
    """The page.

    Parameters
    ----------
    table : TrialTable
    view : TrialsView, optional
        What it starts with; by default `vanas_panel.state.trials_view.starting_view`.
    address : TrainingAddress, optional
        Keeps the address of the browser at the view.
    followed : Followed, optional
        The newest version of the table, where its file is followed.
    kinds : Mapping of str to str, optional
        Kinds of columns that differ from those of the table, on this page alone.
    pages : sequence of OtherPage, optional
        The pages of all tables of the server, to choose from.
    open_page : int, optional
        Which of them this one is.
    **params
        As for any viewer.

    Attributes
    ----------
    table : TrialTable
    view : TrialsView
        What a person sees now. Set it to show another one.
    found : Found
        What is shown, computed.
    """

    def __init__(self, table: TrialTable, view: TrialsView | None = None, address: TrainingAddress | None = None,
                 followed: Followed[TrialTable] | None = None, kinds: Mapping[str, str] | None = None,
                 pages: Sequence[OtherPage] = (), open_page: int = 0, **params: Any):
        super().__init__(**params)
        if pn.state.curdoc:
            take_style_sheets_from_here(pn.state.curdoc)
        self._opened, self._kinds = table, dict(kinds or {})
        self._pages, self._open_page = tuple(pages), open_page
        self.table = table = table.with_kinds(self._kinds) if self._kinds else table
        self._start = starting_view(table)
        self._view = self._start if view is None else view
        self._language = self._view.lang or current_language()
        self._thread, self._address, self._is_in_notebook = PageThread(), address, False
        self._asked, self._is_busy, self._is_older, self._lost = 0, False, False, ""
        self._followed, self._saved = followed, ""
        self._saving = TrialsSaving(self._say_saved)
        if address is not None:
            address.on_back = self._go_back
        self._page = pn.Column(sizing_mode="stretch_both", stylesheets=[PAGE_STYLE])
        self.found: Found = found(table, self._view)
        self._put_together()
        self._watch = None if followed is None else watch_runs(followed, self._changed)

    @property
    def view(self) -> TrialsView:
        """What a person sees now."""
        return self._view

    @view.setter
    def view(self, view: TrialsView) -> None:
        self._show(view)

    def __panel__(self) -> pn.viewable.Viewable:
        return self._page

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """The page in the output of a notebook's cell."""
        load()
        self._is_in_notebook = True
        self._paint()
        return super()._repr_mimebundle_(include, exclude)

    def _put_together(self) -> None:
        """Put the parts of the page together, in its language."""
        with speaking(self._language):
            self._bar = Markup(on_action=self._act, css=CSS + NEWS_CSS + _MORE, css_classes=["vp-header"],
                               sizing_mode="stretch_width")
            self._cards = TrialsCards(self._act, self._press, self._box)
            self._cards.fill(drawn(self.found))
            top = [self._bar, *([] if self._address is None else [self._address]), self._saving.files]
            row = LandmarkRow(*top, sizing_mode="stretch_width", stylesheets=[BAR_STYLE], css_classes=["vp-bar"],
                              html_attributes={"role": "banner"})
            self._paint()
            self._page.objects = [pn.Column(row, stylesheets=[TOP_STYLE], css_classes=["vp-top"]), self._cards]
            self._note(begins=False)

    def _paint(self, said: str | None = None) -> None:
        """Take the light or the dark appearance, and bring the bar up to date."""
        classes = {"vp-trials-page": True, DARK_CLASS: self._view.dark, NOTEBOOK_CLASS: self._is_in_notebook}
        self._page.css_classes = [name for name, wanted in classes.items() if wanted]
        with speaking(self._language):
            if said is None:
                fault = None if self._followed is None else self._followed.fault
                said = self._lost if fault is None else translated(fault)
            titles = [translated(title_words(each.title)) for each in self._pages]
            self._bar.html = trials_bar_html(self.table, self._view, self._language, said, self._news(), self._is_busy,
                                              self._saved, titles, self._open_page)

    def _news(self) -> str:
        """What there is beyond what is shown."""
        followed = self._followed
        return "" if followed is None or followed.table is self._opened else news_words(self.table, followed.table)

    def _say_saved(self, words: str) -> None:
        """Say what is or was saved."""
        self._saved = words
        self._paint()

    def _changed(self) -> None:
        """Say that the file holds more than is shown."""
        self._paint()

    def _take_in(self) -> None:
        """Show the newest version of the table: what is required and chosen stays."""
        if self._followed is None or self._followed.table is self._opened:
            return
        self._opened = self._followed.table
        self._kinds = {name: kind for name, kind in self._kinds.items() if can_be(self._opened, name, kind)}
        new = self._opened.with_kinds(self._kinds) if self._kinds else self._opened
        view, messages = moved(self._view, self.table, new)
        self.table, self._start = new, starting_view(new)
        self._show(view, begins=False, said=" ".join(map(translated, messages)), is_new=True)

    def _note(self, begins: bool) -> None:
        """Bring the address up to date."""
        if self._address is not None:
            view = replace(self._view, lang=self._language) if self._view.lang else self._view
            parts = [view_query(view, self._start), kinds_text(self._kinds)]
            self._address.show_view("&".join(filter(None, parts)), self._language, begins)

    def _act(self, action: str) -> None:
        """Do what a button, a choice or a field asks for."""
        if action == TAKE_IN:
            self._take_in()
        elif action.startswith("table:"):
            self._go_to(number_after(action, "table"))
        elif action.startswith("save:"):
            with speaking(self._language):
                self._saving.save(action.removeprefix("save:"), self.table, self.found)
        elif action == "dark":
            self._show(replace(self._view, dark=not self._view.dark))
        elif action.startswith("lang:"):
            language = action.removeprefix("lang:")
            if language in LANGUAGES and language != self._language:
                self._language, self._view = language, replace(self._view, lang=language)
                self._put_together()
        elif action.startswith("kind:"):
            self._say_kind(action.removeprefix("kind:"))
        else:
            view, wrong = acted(self.table, self._view, action)
            if wrong is not None or view != self._view:
                self._show(view, wrong)

    def _go_to(self, place: int | None) -> None:
        """Go to the page of another table."""
        if place is not None and place < len(self._pages) and self._address is not None:
            appearance = urlencode({"dark": int(self._view.dark), "lang": self._language})
            self._address.go(f"{self._pages[place].query}&{appearance}")

    def _say_kind(self, words: str) -> None:
        """Take a column for what a person says, on this page alone, with all of the view that makes sense then."""
        number, _sep, kind = words.partition(":")
        place = number_after(f"column:{number}", "column")
        if place is None or place >= len(self.table.columns) or kind not in KINDS:
            return
        old = self.table
        try:
            self._take_kinds(with_kind(self._opened, self._kinds, [*old.columns][place], kind))
        except VanasError as error:
            self._cards.restore("columns")
            self._failed(error)
            return
        view, _messages = moved(self._view, old, self.table)
        # The trials are the same.
        self._show(replace(view, chosen=self._view.chosen), is_new=True)

    def _take_kinds(self, kinds: Mapping[str, str]) -> None:
        """The table with other kinds of columns, and the view that it would start with."""
        self.table = self._opened.with_kinds(kinds) if kinds else self._opened
        self._kinds, self._start = dict(kinds), starting_view(self.table)

    def _press(self, place: Place) -> None:
        """Show the card of the trial that was pressed on the map, or none."""
        self._show(replace(self._view, chosen=trial_at(self.found, place)))

    def _box(self, one: Place, other: Place) -> None:
        """Select what is in a box that was drawn on the map."""
        self._show(box_view(self.found, one, other))

    def _show(self, view: TrialsView, wrong: Message | None = None, begins: bool = True, said: str = "",
              is_new: bool = False) -> None:
        """Show a view: computed and drawn on another thread, unless another one is asked for meanwhile."""
        begins = begins and view != self._view
        self._view, self._saved = view, ""
        self._asked += 1
        table, number = self.table, self._asked
        # What was found in another version of the table says nothing of this one.
        before = None if is_new or self._is_older else self.found
        self._is_older = before is None
        self._is_busy = self._thread.waits
        self._lost = said
        self._paint()
        self._note(begins)

        def work() -> tuple[Found, dict[str, Html]]:
            shown = found(table, view, before)
            return shown, drawn(shown, "" if wrong is None else translated(wrong))

        with speaking(self._language):
            run_in_background(self._thread, work, self._latest(number), self._failed)

    def _latest(self, number: int) -> Callable[[tuple[Found, dict[str, Html]]], None]:
        """What shows the result of a request, unless there was another one since."""
        def take(result: tuple[Found, dict[str, Html]]) -> None:
            if number == self._asked:
                self.found, texts = result
                self._is_older, was_busy, self._is_busy = False, self._is_busy, False
                self._cards.fill(texts)
                if was_busy:
                    self._paint()
        return take

    def _failed(self, error: VanasError) -> None:
        """Say what went wrong."""
        self._is_busy = False
        self._paint(translated(error))

    def _go_back(self, query: str) -> list[str]:
        """Show what the address that the browser went back to says."""
        kinds, wrong = kinds_from_query(query, self._opened)
        is_new = kinds != self._kinds
        if is_new:
            self._take_kinds(kinds)
        view, messages = view_from_query(query.removeprefix("?"), self.table, self._start)
        language = view.lang or self._language
        if language != self._language:
            self._language, self._view = language, view
            self.found = found(self.table, view)
            self._put_together()
        else:
            self._show(view, begins=False, is_new=is_new)
        return [translated(each) for each in (*wrong, *messages)]


def trials_page(table: TrialTable, query: str = "", accepted_languages: str = "",
                followed: Followed[TrialTable] | None = None, pages: Sequence[OtherPage] = (), open_page: int = 0,
                messages: Sequence[str] = ()) -> TrialsPage:
    """The page that a link describes, which keeps the address of the browser at its view.

    Parameters
    ----------
    table : TrialTable
    query : str, optional
        Of an address; any text.
    accepted_languages : str, optional
        The browser's ``Accept-Language``; where the link names no language, the page takes the best of them.
    followed : Followed, optional
        Newer versions of the table, where its file is followed.
    pages : sequence of OtherPage, optional
        As `TrialsPage` takes it; links name the page that is open.
    open_page : int, optional
    messages : sequence of str, optional
        What else the link asked for and cannot be shown.

    Returns
    -------
    TrialsPage
    """
    kinds, wrong = kinds_from_query(query, table)
    view, unread = view_from_query(query, table.with_kinds(kinds) if kinds else table)
    with speaking(view.lang or preferred_language(accepted_languages)):
        said = (*messages, *(translated(each) for each in (*wrong, *unread)))
        kept = pages[open_page].query if pages else ""
        return TrialsPage(table, view, TrainingAddress(said, kept), followed, kinds, pages, open_page)


def explore_trials(table: TrialTable, **view: Any) -> TrialsPage:
    """The page of a table of trials, see `vanas_panel.explore`."""
    for name in view.keys() - {each.name for each in fields(TrialsView)}:
        raise ArgumentKindError(Message("Found {name!r:.60} for the page of a table of trials; expected one of "
                                        "{known}. Correct the name.", name=name,
                                        known=", ".join(each.name for each in fields(TrialsView))))
    load()
    return TrialsPage(table, replace(starting_view(table), **view))
