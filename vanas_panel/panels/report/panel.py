"""Report: the drawer that saves what is on the screen, whole or in parts."""

from __future__ import annotations

import base64
import gzip
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param

from vanas_panel.draw.css import MARKUP
from vanas_panel.errors import ReportError, ShelfError, VanasError
from vanas_panel.panels.report.text import CSS, form_html
from vanas_panel.report.document import report_html
from vanas_panel.report.exports import exported
from vanas_panel.report.parts import file_name
from vanas_panel.report.plan import PARTS, Axes, Plan, default_axes, plan_of, snapshot
from vanas_panel.report.tables import PART_ROWS, SELECTION, selection_parts
from vanas_panel.state.session import Session
from vanas_panel.text.language import Message, keep_language, translated
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import PageThread, run_in_background
from vanas_panel.widgets.tools import Tools

_MOST_ENTRIES = 50
_MOST_TITLE = 200
# A report takes a few hundred megabytes for some seconds, so a process makes one at a time.
_one = threading.Lock()


@dataclass
class Stream:
    """A table on its way to the browser.

    Attributes
    ----------
    name : str
        Of the file.
    texts : iterator of str
        Its parts.
    rows, parts : int
        How many there are.
    part, size : int
        The part that comes next, and the bytes that went before it.
    making : bool
        Whether that part is being made.
    """

    name: str
    texts: Iterator[str]
    rows: int
    parts: int
    part: int = 0
    size: int = 0
    making: bool = False


def _texts() -> dict[str, str]:
    """Texts of the script, in the language of the page."""
    return {
        "title": _("Title"), "title_hint": _("The title of the table"), "notes": _("Notes"),
        "notes_hint": _("Notes for the reader. An empty line starts a new paragraph."),
    }


class ReportForm(ScriptComponent):
    """Fields, choices and buttons of the drawer, and what the browser does with a file that was made.

    Parameters
    ----------
    on_ask : callable
        Takes what was asked for, a dict that comes from a browser and may hold anything.
    **params
        As for any Panel component.
    """

    html = param.String("", doc="The choices and buttons; the fields are the component's own.")
    said = param.String("", doc="The last event, shown as text.")
    refused = param.Boolean(False, doc="Whether that is a refusal.")
    busy = param.Boolean(False, doc="Whether a file is being made.")

    texts = param.Dict({}, doc="The texts of the script, by name.")

    _esm = Path(__file__).with_name("panel.js")

    def __init__(self, on_ask: Callable[[dict[str, Any]], None], **params):
        self._on_ask = keep_language(on_ask)
        super().__init__(**{"stylesheets": [MARKUP, CSS], "texts": _texts(), **params})

    def hand_over(self, name: str, kind: str, content: str, part: int = 0, parts: int = 1) -> None:
        """Let the browser save a file, or give it one part of it; it asks for the next one with ``more``.

        Parameters
        ----------
        name : str
            With its ending.
        kind : str
            ``html``, ``svg``, ``csv`` or ``png``; the last one is drawn from the content, an SVG.
        content : str
            Compressed with gzip, as base64.
        part, parts : int, optional
            Which part this is, counted from 0, and of how many.
        """
        self.send({"name": name, "kind": kind, "content": content, "part": part, "parts": parts})

    def receive(self, message: Any) -> None:
        """Hand over what was asked for."""
        if isinstance(message, dict):
            self._on_ask(message)


class ReportPanel(pn.viewable.Viewer):
    """The drawer: a report of what is on the screen, and single figures and tables.

    Parameters
    ----------
    session : Session
        Its table, axes, selection, draft and pinned cell are reported.
    tools : Tools
        Its ``shelf`` offers entries to show; without one there are none.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools | None = None, **params):
        super().__init__(**params)
        self.session = session
        self._shelf = None if tools is None else tools.shelf
        self._entries: list[Any] = []
        self._thread = PageThread()
        self._stream: Stream | None = None
        self._form = ReportForm(self._ask, sizing_mode="stretch_width")
        session.param.watch(self._update, ["drawer", "rows", "draft", "x", "y", "log_x", "log_y", "metric", "better",
                                          "belief", "followed", "runs"])
        self._read_shelf()
        self._show()

    def __panel__(self):
        return self._form

    def _update(self, *events: Any) -> None:
        """Follow the session while the drawer is open."""
        if self.session.drawer != "report":
            self._abandon()
            return
        if any(event.name == "drawer" for event in events):
            self._read_shelf()
        self._show()

    def _axes(self) -> tuple[Axes, ...]:
        """The maps to choose from: that of the screen first."""
        return default_axes(self.session)

    def _show(self) -> None:
        """Update the choices."""
        self._form.html = form_html(self.session, self._axes(), self._entries)

    def _read_shelf(self) -> None:
        """Look for the entries of this table."""
        if self._shelf is not None:
            find = partial(self._shelf.entries, table=self.session.table.name, limit=_MOST_ENTRIES)
            run_in_background(self._thread, find, self._take_entries, lambda _error: self._take_entries([]))

    def _take_entries(self, entries: Sequence[Any]) -> None:
        """Offer the entries that were found."""
        self._entries = list(entries)
        self._show()

    def _ask(self, asked: dict[str, Any]) -> None:
        """Make what a button asks for, or the part of a file for which the browser is ready."""
        if asked.get("do") == "more":
            self._go_on(asked.get("part"))
        if self._form.busy:
            return
        try:
            if asked.get("do") == "report":
                plan = self._plan(asked)
                self._make(f"{file_name(plan.title)}.html", "html", partial(report_html, plan))
            elif asked.get("do") == "export":
                name, kind = str(asked.get("name")), str(asked.get("kind"))
                file = f"{file_name(self.session.table.name)}-{name}.{kind}"
                if (name, kind) == (SELECTION, "csv"):
                    self._begin(file)
                else:
                    self._make(file, kind, partial(exported, snapshot(self.session), name, kind))
        except VanasError as error:
            self._say(translated(error), refused=True)

    def _plan(self, asked: dict[str, Any]) -> Plan:
        """The options that the fields and choices name."""
        chosen = {name: _strings(asked.get(name)) for name in ("parts", "axes", "entries")}
        offered = self._axes()
        axes = [each for index, each in enumerate(offered) if str(index) in chosen["axes"]]
        parts = [name for name in PARTS if name in chosen["parts"]]
        if not axes and "overview" in parts:
            parts.remove("overview")
        title, notes = (asked.get(name) if isinstance(asked.get(name), str) else "" for name in ("title", "notes"))
        if len(title or "") > _MOST_TITLE:
            raise ReportError(Message("Found a title of {found} characters; expected at most {most}. Shorten it.",
                                      found=len(title or ""), most=_MOST_TITLE))
        return plan_of(self.session.table, title=(title or "").strip() or None, notes=notes or "", session=self.session,
                       axes=axes, parts=parts,
                       shelf_entries=[entry for entry in self._entries if str(entry.id) in chosen["entries"]])

    def _make(self, name: str, kind: str, work: Callable[[], str]) -> None:
        """Make a file on another thread and hand it over."""
        self._form.param.update(busy=True, said=_("Making {file} …").format(file=name), refused=False)
        run_in_background(self._thread, partial(_packed, work), partial(self._done, name, kind), self._failed)

    def _begin(self, name: str) -> None:
        """Make the table of the selected cells, however many, one part after the other as the browser takes them."""
        table, rows = self.session.table, self.session.rows
        count = len(table) if rows is None else int(rows.size)
        self._stream = Stream(name, selection_parts(table, rows, PART_ROWS), count, max(1, -(-count // PART_ROWS)))
        self._form.param.update(busy=True, said=_("Making {file} …").format(file=name), refused=False)
        self._go_on(0)

    def _go_on(self, part: Any) -> None:
        """Make the next part of a table, if it is that one which the browser asks for."""
        stream = self._stream
        if stream is not None and part == stream.part and not stream.making:
            stream.making = True
            run_in_background(self._thread, partial(_packed, partial(next, stream.texts)), partial(self._took, stream),
                          partial(self._lost, stream))

    def _abandon(self) -> None:
        """Make no more of a table: the browser takes its parts only while the drawer is open."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._form.busy = False
            words = _("{file} was not finished, since the drawer was closed.").format(file=stream.name)
            self._say(words, refused=True)

    def _took(self, stream: Stream, made: tuple[int, str]) -> None:
        """Hand a part of a table over."""
        if stream is not self._stream:
            return
        size, content = made
        part = stream.part
        stream.part, stream.size, stream.making = part + 1, stream.size + size, False
        if stream.part == stream.parts:
            self._stream = None
            self._done(stream.name, "csv", (stream.size, content), part, stream.parts)
        else:
            self._say(_("Making {file} … {done} of {total} cells").format(
                file=stream.name, done=f"{stream.part * PART_ROWS:,}", total=f"{stream.rows:,}"))
            self._form.hand_over(stream.name, "csv", content, part, stream.parts)

    def _done(self, name: str, kind: str, made: tuple[int, str], part: int = 0, parts: int = 1) -> None:
        """Hand a file over, or the last part of it."""
        self._form.busy = False
        size, content = made
        self._form.hand_over(name, kind, content, part, parts)
        words = f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"
        said = _("Saved {file}.") if kind == "png" else _("Saved {file}, {size}.")
        self._say(said.format(file=name, size=words))

    def _lost(self, stream: Stream, error: VanasError) -> None:
        """Say what went wrong with a part of a table, if it is still awaited."""
        if stream is self._stream:
            self._failed(error)

    def _failed(self, error: VanasError) -> None:
        """Say what went wrong."""
        self._form.busy, self._stream = False, None
        fault = _("This file could not be made, because of a fault of this program. Tell the operator of this page.")
        self._say(fault if isinstance(error, ShelfError) else translated(error), refused=True)

    def _say(self, words: str, *, refused: bool = False) -> None:
        """Say what happened."""
        self._form.param.update(said=words, refused=refused)


def _packed(work: Callable[[], str]) -> tuple[int, str]:
    """Make a text while no other one is being made: its size in bytes, and itself compressed for the way."""
    with _one:
        content = work().encode("utf-8")
        return len(content), base64.b64encode(gzip.compress(content, 6, mtime=0)).decode("ascii")


def _strings(value: Any) -> set[str]:
    """The texts of a list that came from a browser."""
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
