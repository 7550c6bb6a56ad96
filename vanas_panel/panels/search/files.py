"""Files of the drawer *Search*: the followed search is saved, and files of searches are opened."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import MARKUP, MUTED, NEGATIVE
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.panels.search.live_text import file_name
from vanas_panel.searches.live_plan import LivePlan
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.searches.opened import ENDINGS, MOST_BYTES, OpenedSearch, open_search_file
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_file import write_finished, write_run
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, keep_language, translated
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import PageThread, run_callback, run_in_background
from vanas_panel.widgets.tools import Tools

KINDS = {"jsonl": ".jsonl", "parquet": ".parquet"}
"""Forms in which a search is saved, with the endings of their files."""

CSS = f"""
.vp-markup {{ height: auto; gap: 6px; }}
.foot {{ display: flex; flex-wrap: wrap; align-items: center; gap: 5px; }}
.foot .line {{ color: {MUTED}; font-size: 11px; }}
.said {{ margin: 0; font-size: 12px; overflow-wrap: anywhere; padding-left: 8px; border-left: 3px solid {MUTED}; }}
.said[role=alert] {{ border-left-color: {NEGATIVE}; }}
.said:empty {{ display: none; }}
"""


def _texts() -> dict[str, str]:
    """Texts of the script, in the language of the page."""
    return {"open": _("Open a file …"), "save": _("Save as:"), "jsonl": _("JSON lines"), "parquet": "Parquet",
            "open_hint": _("Open a run file (.jsonl, .parquet), or a study of Optuna (.db, .sqlite3, .log)"),
            "jsonl_hint": _("Save the followed search as JSON lines, which a search goes on with"),
            "parquet_hint": _("Save the followed search, which has to be finished, as Parquet")}


class FileBox(ScriptComponent):
    """Buttons that open and save files of searches, and the answer.

    Parameters
    ----------
    on_message : callable
        Takes what the browser asks for, a dict that may hold anything.
    **params
        As for any Panel component.
    """

    can_save = param.Boolean(False, doc="Whether a search is followed that can be saved.")
    said = param.String("", doc="The answer, shown as text.")
    refused = param.Boolean(False, doc="Whether that is a refusal.")
    endings = param.List(list(ENDINGS), doc="How names of files end that can be opened.")
    most_bytes = param.Integer(MOST_BYTES, doc="Of a file that is worth sending.")
    texts = param.Dict({}, doc="The texts of the script, by name.")
    kinds = param.List(list(KINDS), doc="In what forms it saves.")

    _esm = Path(__file__).with_name("files.js")

    def __init__(self, on_message: Callable[[dict[str, Any]], None], **params: Any):
        self._on_message = keep_language(on_message)
        super().__init__(**{"stylesheets": [MARKUP, CSS], "texts": _texts(), **params})

    def hand_over(self, name: str, content: bytes) -> None:
        """Let the browser save a file."""
        self.send({"name": name, "content": base64.b64encode(content).decode()})

    def receive(self, message: Any) -> None:
        """Hand over what was asked for."""
        if isinstance(message, dict):
            run_callback(self._on_message, message)


class SearchFiles:
    """What the buttons do, off the event loop.

    Parameters
    ----------
    session : Session
    metric : callable
        Gives the name of the metric that a study of Optuna without one is taken to have searched.
    tools : Tools
        Its ``live`` has the files of searches that train.

    Attributes
    ----------
    box : FileBox
    """

    def __init__(self, session: Session, metric: Callable[[], str], tools: Tools):
        self._session, self._metric, self._tools = session, metric, tools
        self._thread = PageThread()
        self.box = FileBox(self._act, sizing_mode="stretch_width", css_classes=["search-files"])
        session.param.watch(self._show, ["followed", "runs"])
        self._show()

    def _show(self, *_events: Any) -> None:
        """Offer to save where something is followed."""
        run = self._session.followed_run
        self.box.can_save = run is not None and len(run) > 0

    def _act(self, message: dict[str, Any]) -> None:
        """Open or save."""
        kind, name = message.get("kind"), message.get("name")
        run = self._session.followed_run
        if message.get("do") == "save" and kind in KINDS and run is not None and len(run):
            self._answer("")
            plan, live = self._session.followed_plan, self._tools.live
            work = (partial(_written_live, live, self._tools.user, plan, str(kind))
                    if live is not None and isinstance(plan, LivePlan) else partial(_written, run, str(kind)))
            name = file_name(run.strategy, run.seed, KINDS[str(kind)])
            run_in_background(self._thread, work, partial(self.box.hand_over, name), self._refuse)
        elif message.get("do") == "open" and isinstance(name, str):
            self._answer(_("Reading {file} …").format(file=name[-80:]))
            table = self._session.table
            run_in_background(self._thread, partial(_read, message, name, table, self._metric()),
                              partial(self._take, table), self._refuse)

    def _take(self, table: BenchmarkTable, opened: OpenedSearch) -> None:
        """Put a search on the page."""
        session = self._session
        if session.table is not table:
            self._answer("")
            return
        try:
            session.add_search(opened)
        except VanasError as error:
            self._refuse(error)
        else:
            self._answer(_("Opened {file}. The link of the page leaves it out: open the file again on another machine.")
                         .format(file=opened.file))

    def _answer(self, words: str) -> None:
        """Say what was done."""
        self.box.param.update(said=words, refused=False)

    def _refuse(self, error: VanasError) -> None:
        """Say why nothing was done."""
        self.box.param.update(said=translated(error), refused=True)


def _read(message: dict[str, Any], name: str, table: BenchmarkTable, metric: str) -> OpenedSearch:
    """The search of a file that a browser has sent."""
    size, content = message.get("size"), message.get("content")
    if isinstance(size, int) and size > MOST_BYTES:
        raise SearchError(Message("Found a file of {found} MiB; expected at most {most} MiB. Open it in Python: "
                                  "vp.read_search(path).", found=-(-size // 2**20), most=MOST_BYTES // 2**20))
    try:
        whole = base64.b64decode(content if isinstance(content, str) else "", validate=True)
    except (ValueError, binascii.Error):
        whole = b""
    return open_search_file(whole, name, table, metric)


def _written(run: SearchRun, kind: str) -> bytes:
    """A search as the bytes of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"search{KINDS[kind]}")
        if kind == "parquet":
            run.to_parquet(path)
        elif run.is_live:
            write_finished(path, run)
        else:
            # Also one that was stopped: the same search goes on with it.
            write_run(path, run)
        return path.read_bytes()


def _written_live(live: LiveSearches, user: str, plan: LivePlan, kind: str) -> bytes:
    """A search that trains as the bytes of a file: as it stands on the disk, up to its last whole line."""
    if kind == "jsonl":
        return live.kept.content(user, plan)
    # Without the rows of the open table, which the file does not have.
    run = live.run(plan, user)
    if run is None:
        raise SearchError(Message("Found a search that has asked nothing yet; expected one with queries. Wait for its "
                                  "first value."))
    return _written(run, kind)
