"""The form for a new or changed entry of the shelf, and the resolution of conflicts."""

from __future__ import annotations

from collections.abc import Callable

from vanas_panel.core.draft import Draft
from vanas_panel.draw.html import pieces
from vanas_panel.errors import ShelfConflictError, VanasError
from vanas_panel.panels.shelf.form import CANCEL, SAVE, Button, Words, WordsForm
from vanas_panel.panels.shelf.text import theirs_html
from vanas_panel.shelf import Entry, Shelf
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.widgets.threads import PageThread, run_in_background

_PIECES = pieces(__file__)
_OVER: Button = ("save", marked("Save mine over theirs"), marked("Theirs stays among the versions of the entry"))
_TAKE: Button = ("take", marked("Take theirs instead"), marked("Puts their words in place of yours"))
_AFRESH: Button = ("save", marked("Save as a new entry"), marked("Put it on the shelf again"))


class Desk:
    """The form, and what becomes of what is written in it.

    Parameters
    ----------
    shelf : Shelf
    user : str
        The writer.
    thread : PageThread
        Of the page: the shelf is asked in the background.
    closed : callable
        Gets what was done, in words, empty where nothing was.
    """

    def __init__(self, shelf: Shelf, user: str, thread: PageThread, closed: Callable[[str], None]):
        self.form = WordsForm(self._act, owner=user)
        self.edited: Entry | None = None
        self._shelf, self._user, self._thread, self._closed = shelf, user, thread, closed
        self._new: tuple[Draft, str] | None = None
        self._current: Entry | None = None

    def start_new(self, draft: Draft, table_name: str) -> None:
        """Ask for the words of a draft, which is kept as it is now."""
        self.edited, self._new = None, (draft, table_name)
        self.form.open(_("Save the cell in the designer"), Words("", "", ()))

    def start_edit(self, entry: Entry) -> None:
        """Ask for other words of an entry."""
        self.edited, self._new = entry, None
        self.form.open(_("Change “{name}”").format(name=entry.name), Words(entry.name, entry.note, entry.tags),
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
            done = _("“{name}” is changed.") if self.edited is not None else _("“{name}” is saved.")
            run_in_background(self._thread, self._writing(words),
                              lambda entry: self._close(done.format(name=entry.name)), self._refuse)

    def _writing(self, words: Words) -> Callable[[], Entry]:
        """The work for another thread."""
        shelf, user, edited, new = self._shelf, self._user, self.edited, self._new
        if edited is not None:
            return lambda: shelf.update(edited.id, user, edited.version, name=words.name, note=words.note,
                                        tags=words.tags)
        assert new is not None, "a form is for one of both"
        return lambda: shelf.save(user, new[1], new[0], words.name, words.note, words.tags)

    def _refuse(self, error: VanasError) -> None:
        """Say in the form why nothing was written; what is in it stays."""
        buttons = [SAVE, CANCEL]
        theirs = ""
        if isinstance(error, ShelfConflictError):
            if error.current is None:
                # Another user deleted it: it can only be saved as a new entry.
                if self.edited is not None:
                    self._new = (self.edited.draft, self.edited.table_name)
                self.edited, buttons = None, [_AFRESH, CANCEL]
            else:
                self.edited = self._current = error.current
                theirs = theirs_html(error.current)
                buttons = [_OVER, _TAKE, CANCEL]
        self.form.say(_PIECES.refused(reason=error, theirs=theirs), buttons)
