"""Where entries are written: the form for a new one or for a change, and what is done about a conflict."""

from __future__ import annotations

from collections.abc import Callable

from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfConflictError, VanasError
from vanas_panel.shelf import Entry, Shelf
from vanas_panel.views.markup import text
from vanas_panel.views.shelf_form import CANCEL, SAVE, Button, Words, WordsForm
from vanas_panel.views.shelf_text import theirs_html
from vanas_panel.views.work import Work

_OVER: Button = ("save", "Save mine over theirs", "Theirs stays among the versions of the entry")
_TAKE: Button = ("take", "Take theirs instead", "Puts their words in place of yours")
_AFRESH: Button = ("save", "Save as a new entry", "Put it on the shelf again")


class Desk:
    """The form, and what becomes of what is written in it.

    Parameters
    ----------
    shelf : Shelf
    user : str
        Who writes.
    work : Work
        Where the shelf is asked.
    closed : callable
        Gets what was done, in words, empty where nothing was.
    """

    def __init__(self, shelf: Shelf, user: str, work: Work, closed: Callable[[str], None]):
        self.form = WordsForm(self._act, owner=user)
        self.edited: Entry | None = None
        self._shelf, self._user, self._work, self._closed = shelf, user, work, closed
        self._new: tuple[Draft, str] | None = None
        self._current: Entry | None = None

    def start_new(self, draft: Draft, table_name: str) -> None:
        """Ask for the words of a draft, which is kept as it is now."""
        self.edited, self._new = None, (draft, table_name)
        self.form.open("Save what is in the designer", Words("", "", ()))

    def start_edit(self, entry: Entry) -> None:
        """Ask for other words of an entry."""
        self.edited, self._new = entry, None
        self.form.open(f"Change “{entry.name}”", Words(entry.name, entry.note, entry.tags),
                       f"{entry.id} {entry.version}")

    def _close(self, words: str = "") -> None:
        """Put the form away."""
        self.edited = self._new = self._current = None
        self.form.close()
        self._closed(words)

    def _act(self, action: str, words: Words) -> None:
        """Do what a button of the form asks for."""
        if not self.form.visible or self.form.answer["busy"]:
            return
        if action == "cancel":
            self._close()
        elif action == "take" and self._current is not None:
            self.start_edit(self._current)
        elif action == "save":
            self.form.say(busy=True)
            done = "changed" if self.edited is not None else "saved"
            self._work.do(self._writing(words), lambda entry: self._close(f"“{entry.name}” is {done}."),
                          self._refuse)

    def _writing(self, words: Words) -> Callable[[], Entry]:
        """What is to be done on another thread."""
        shelf, user, edited, new = self._shelf, self._user, self.edited, self._new
        if edited is not None:
            return lambda: shelf.update(edited.id, user, edited.version, name=words.name, note=words.note,
                                        tags=words.tags)
        assert new is not None, "a form is for one of both"
        return lambda: shelf.save(user, new[1], new[0], words.name, words.note, words.tags)

    def _refuse(self, error: VanasError) -> None:
        """Say in the form why nothing was written; what is in it stays."""
        buttons = [SAVE, CANCEL]
        notice = f'<div class="note said">{text(error)}</div>'
        if isinstance(error, ShelfConflictError):
            if error.current is None:
                # Somebody deleted it: what is left is to save it anew.
                if self.edited is not None:
                    self._new = (self.edited.draft, self.edited.table_name)
                self.edited, buttons = None, [_AFRESH, CANCEL]
            else:
                self.edited = self._current = error.current
                notice += theirs_html(error.current)
                buttons = [_OVER, _TAKE, CANCEL]
        self.form.say(notice, buttons)
