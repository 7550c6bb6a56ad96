"""Views in notebooks: what the output of a cell needs to show one, from the kernel itself and without a network."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import panel as pn
import param

from vanas_panel.session import Session
from vanas_panel.views.style import ALONE_STYLE, CARD_STYLE, DARK_CLASS

_log = logging.getLogger(__name__)
_last: tuple[str, int] | None = None
_cells: set[str] = set()


def load() -> None:
    """Load Panel, and in a notebook put its scripts into the output of the cell that runs.

    All of them stand in the output itself, as outside a server Panel would point to hosts on the internet. They are
    written once: again only where the cell that holds them runs again, which clears its output.
    """
    global _last
    place = _running_cell()
    if place is None:
        pn.extension()
    elif place != _last and (not _cells or place[0] in _cells):
        pn.extension(inline=True)
        _last = place
        _cells.add(place[0])


def _running_cell() -> tuple[str, int] | None:
    """The cell of a notebook that runs now, and the number of its run; None outside notebooks."""
    # A kernel has loaded it; nothing else needs it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or getattr(shell, "kernel", None) is None:
        return None
    cell = shell.get_parent().get("metadata", {}).get("cellId")
    return str(cell or "unknown"), shell.execution_count


class View(pn.viewable.Viewer):
    """A view that stands alone in a notebook, too: in a frame, as high as it needs and as wide as the cell.

    Attributes
    ----------
    session : Session
        What it shows; every view sets it.
    notebook_height : int
        In pixels.
    """

    session: Session
    notebook_height: ClassVar[int] = 420

    trouble = param.String("", doc="Why the view cannot show the session as it is; empty while it can.")

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
                callback(*events)
            except Exception:
                _log.exception("the view %s could not follow", type(self).__name__)
                failing.add(callback)
            else:
                failing.discard(callback)
            self.trouble = "" if not failing else (
                "This view cannot show what is chosen now: a fault of this program. Choose something else, and it "
                "comes back. Whoever runs the page finds the reason in its log.")

        self.session.param.watch(guarded, names)

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
