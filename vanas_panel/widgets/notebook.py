"""Views in notebooks: the output of a cell, without a network."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ClassVar

import panel as pn
import param

from vanas_panel.draw.css import ALONE_STYLE, CARD_STYLE, DARK_CLASS
from vanas_panel.errors import ArgumentKindError
from vanas_panel.state.session import Session
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import Message, keep_language, speaking
from vanas_panel.text.language import gettext as _

_log = logging.getLogger(__name__)


@dataclass
class Written:
    """The cells of this notebook that hold Panel's scripts, and the number of the run that wrote them last."""

    last: tuple[str, int] | None = None
    cells: set[str] = field(default_factory=set)


written = Written()
"""Of this process."""


def load() -> None:
    """Load Panel, and in a notebook put its scripts into the output of the cell that runs.

    All of them are in the output itself, as outside a server Panel would point to hosts on the internet. They are
    written once: again only where the cell that holds them runs again, which clears its output.
    """
    run = _running_cell()
    if run is None:
        pn.extension()
    elif run != written.last and (not written.cells or run[0] in written.cells):
        pn.extension(inline=True)
        written.last = run
        written.cells.add(run[0])


def _running_cell() -> tuple[str, int] | None:
    """The cell of a notebook that runs now, and the number of its run; None outside notebooks."""
    # A kernel has loaded it; nothing else needs it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or getattr(shell, "kernel", None) is None:
        return None
    cell = shell.get_parent().get("metadata", {}).get("cellId")
    return str(cell or "unknown"), shell.execution_count


def _check_session(session: object) -> None:
    """Refuse to show what is no session, such as the table that one is of."""
    if isinstance(session, TrialTable):
        raise ArgumentKindError(Message("Found a table of trials, which have no cells; expected the session of a table "
                                        "of cells. Show trials with vp.explore(trials)."))
    if not isinstance(session, Session):
        raise ArgumentKindError(Message("Found something of type {kind} to show; expected a session. Make one with "
                                        "vp.Session(table).", kind=type(session).__name__))


class View(pn.viewable.Viewer):
    """A view that stands alone in a notebook, too: in a frame, as high as it needs and as wide as the cell.

    Attributes
    ----------
    session : Session
        The content; every view sets it.
    notebook_height : int
        In pixels.
    is_on_page : bool
        Whether the view belongs to a page, which replaces all its views when the language changes.
    """

    session: Session
    notebook_height: ClassVar[int] = 420
    is_on_page: bool = False

    trouble = param.String("", doc="Why the view cannot show the session as it is; empty while it can.")

    def __init_subclass__(cls, **options: Any) -> None:
        """Let every view be made in the language of its session, also where it stands alone in a notebook."""
        super().__init_subclass__(**options)
        if "__init__" in cls.__dict__:
            make = cls.__dict__["__init__"]

            @wraps(make)
            def made(self: View, session: Session, *arguments: Any, **params: Any) -> None:
                _check_session(session)
                with speaking(session.language):
                    make(self, session, *arguments, **params)

            # An assignment that type checkers refuse.
            setattr(cls, "__init__", made)  # noqa: B010

    def spoken(self, callback: Callable[..., None]) -> Callable[..., None]:
        """A callback of a figure, for instance, in the language of the session."""
        return keep_language(callback, self.session.language)

    def follow(self, callback: Callable[..., None], names: str | list[str]) -> None:
        """Call something whenever parameters of the session change, whatever becomes of it.

        Where it fails, the reason goes to the log and `trouble` says so until it succeeds, so that no view shows what
        was true before. Others that watch the session are called all the same.

        Parameters
        ----------
        callback : callable
            Takes the events.
        names : str or list of str
            Of parameters of the session.
        """
        def guarded(*events: Any) -> None:
            failing = self.__dict__.setdefault("_failing", set())
            try:
                with speaking(self.session.language):
                    callback(*events)
            except Exception:
                _log.exception("the view %s could not follow", type(self).__name__)
                failing.add(callback)
            else:
                failing.discard(callback)
            with speaking(self.session.language):
                self.trouble = "" if not failing else _(
                    "This view cannot show the present choice, because of a fault of this program. It comes back when "
                    "you choose something else. The server's operator finds the reason in its log.")

        self.session.param.watch(guarded, names)

    def follow_language(self, callback: Callable[..., None]) -> None:
        """Call something when the language of the session changes and the view stands alone; failures as in `follow`.

        Parameters
        ----------
        callback : callable
            Takes the events, and runs in the new language.
        """
        def alone(*events: Any) -> None:
            if not self.is_on_page:
                callback(*events)

        self.follow(alone, "lang")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        load()
        frame = pn.Column(self, height=self.notebook_height, sizing_mode="stretch_width",
                          stylesheets=[CARD_STYLE, ALONE_STYLE])

        def paint(*_events) -> None:
            """Take the light or the dark appearance, as the view inside does."""
            frame.css_classes = ["vp-card", DARK_CLASS] if self.session.dark else ["vp-card"]

        paint()
        self.session.param.watch(paint, "dark")
        return frame._repr_mimebundle_(include, exclude)
