"""Opening and changing pages without holding up those who have one.

Putting a page together takes hundreds of milliseconds, writing it out as JSON a hundred more, and what a click changes
some dozens. All of it happens on threads, so that the event loop only carries messages. Each thread does one thing at a
time: pages share the libraries that draw them. People take turns, see `vanas_panel.serve.turns`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from functools import cache
from typing import Any
from weakref import WeakSet

import bokeh.io.doc
import bokeh.server.contexts
import bokeh.server.tornado
import panel as pn
from bokeh.application.application import SessionContext
from bokeh.application.handlers.handler import Handler
from bokeh.document import Document
from bokeh.protocol.message import Message
from bokeh.server.connection import ServerConnection
from bokeh.server.session import ServerSession, _needs_document_lock
from bokeh.settings import settings
from panel.io.application import Application
from panel.io.document import _cleanup_doc
from panel.io.resources import LOCAL_DIST
from panel.io.session import generate_session
from panel.io.state import set_curdoc, state

from vanas_panel.serve.memory import memory
from vanas_panel.serve.model_defaults import keep_defaults
from vanas_panel.serve.turns import FairThread
from vanas_panel.serve.visits import has_left, person_of
from vanas_panel.views.lock import change_on

_FAILED = "This page could not be put together. Whoever runs the server finds the reason in its log."
_log = logging.getLogger(__name__)


class Pages(Application):
    """Makes the pages of a server.

    Parameters
    ----------
    make : callable
        Makes a page: a template, or anything that Panel shows.
    title : str
        Of the page.
    """

    def __init__(self, make: Callable[[], Any], title: str):
        super().__init__(_Maker(make, title))
        self._made: WeakSet[Document] = WeakSet()

    async def on_session_created(self, session_context: SessionContext) -> None:
        """Make the page, before Bokeh would do it on the event loop."""
        await super().on_session_created(session_context)
        if isinstance(bokeh.io.doc._PATCHED_CURDOCS, _PerThread):
            document = session_context._document
            await asyncio.wrap_future(_thread("making").submit_for(person_of(session_context), self._make_for,
                                                                   session_context, document))
            # Panel takes the thread that made a page for the one that its callbacks run on.
            state._thread_id_[document] = threading.get_ident()
        memory.page_opened()

    async def on_session_destroyed(self, session_context: SessionContext) -> None:
        """Let a page go."""
        memory.page_closed()
        await super().on_session_destroyed(session_context)

    def initialize_document(self, doc: Document) -> None:
        """Make a page, unless it is there."""
        if doc not in self._made:
            self._make(doc)

    def _make_for(self, session_context: SessionContext, doc: Document) -> None:
        """Make a page, unless its visitor has left while others had their turns."""
        if has_left(session_context):
            self._made.add(doc)
        else:
            self._make(doc)

    def _make(self, doc: Document) -> None:
        """Make a page."""
        # Bokeh would look through all models after each of several steps.
        with doc.models.freeze():
            super().initialize_document(doc)
        self._made.add(doc)


class _Maker(Handler):
    """Puts the page into a document.

    It does what Panel's own handler does, but for two things: it leaves alone what belongs to all threads, and no
    visitor sees the traceback of an error.
    """

    def __init__(self, make: Callable[[], Any], title: str):
        super().__init__()
        self._page, self._title = make, title

    def modify_document(self, doc: Document) -> None:
        """Put the page into a document."""
        # Or Panel asks an outside host for its style sheets; see `vanas_panel.serve.pages.page`.
        doc._template_variables["dist_url"] = LOCAL_DIST
        with set_curdoc(doc):
            try:
                self._page().server_doc(doc, title=self._title)
            except Exception:
                _log.exception("a page could not be made")
                doc.clear()
                pn.pane.Str(_FAILED).server_doc(doc, title=self._title)
        doc.config.update(reconnect_session=False, notifications=None, notify_connection_status=False)


class _Session(ServerSession):
    """A session whose document is written out on a thread, and whose changes reach a browser at once."""

    def subscribe(self, connection: ServerConnection) -> None:
        """Have no part of a message wait until the browser says that it has the one before, 40 ms later."""
        connection._socket.set_nodelay(True)
        super().subscribe(connection)

    @_needs_document_lock
    async def _handle_pull(self, message: Message, connection: ServerConnection) -> Message:
        def write() -> Message:
            reply = connection.protocol.create("PULL-DOC-REPLY", message.header["msgid"], self.document)
            # The text is kept, so that it is there when the loop sends it.
            _ = reply.content_json
            return reply

        person = person_of(self.document.session_context)
        return await asyncio.wrap_future(_thread("writing").submit_for(person, write))


class _Connection(ServerConnection):
    """A connection that tells a browser that something failed, and nothing of the server's files."""

    def error(self, message: Message, text: str) -> Message:
        """Refuse a message; what failed stands in the log."""
        _log.error("A message of a browser was refused: %s", text, exc_info=True)
        reply = super().error(message, "The server could not do that.")
        reply.content["traceback"] = None
        return reply


class _PerThread(threading.local):
    """A list that every thread has for itself, as far as Bokeh uses it."""

    def __init__(self) -> None:
        self._items: list = []

    def append(self, item: Any) -> None:
        self._items.append(item)

    def pop(self) -> Any:
        return self._items.pop()

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Any:
        return self._items[place]


@cache
def _thread(work: str) -> FairThread:
    """The thread for one kind of work, begun when it is first needed: it would not survive a fork."""
    return FairThread(f"vanas-{work}")


def _changing() -> Executor:
    """Where the page that is noted as the current one is changed."""
    return _thread("changing").of(person_of(getattr(state.curdoc, "session_context", None)))


def use_threads() -> None:
    """Have pages made, written out and changed on threads from now on."""
    # Bokeh notes whose callback runs in one list for all threads, and makes sessions of one class.
    if not isinstance(bokeh.io.doc._PATCHED_CURDOCS, _PerThread):
        bokeh.io.doc._PATCHED_CURDOCS = _PerThread()
    bokeh.server.contexts.ServerSession = _Session
    bokeh.server.tornado.ServerConnection = _Connection
    change_on(_changing)


def prepare_process() -> None:
    """Set up a process that does nothing but serve pages; before the first of them is made."""
    use_threads()
    keep_defaults()
    # It is for those who write a page, and looks through all of its models.
    settings.perform_document_validation = False
    # Visitors get the same HTML, whose websocket then makes their own page: in whichever process it arrives, and not at
    # all for whoever asks for the HTML alone.
    pn.config.reuse_sessions = True


def keep_shell(application: Pages, prefix: str = "") -> None:
    """Make the page whose HTML all visitors of this process get.

    Parameters
    ----------
    application : Pages
    prefix : str, optional
        Of the server's paths.
    """
    path = f"{prefix}/"
    session = generate_session(application)
    session.block_expiration()
    state._session_key_funcs[path] = lambda request: request.path
    state._sessions[path] = session
    with set_curdoc(session.document):
        state._on_load(None)
    _cleanup_doc(session.document, destroy=False)
