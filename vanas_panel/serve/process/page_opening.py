"""Open and change pages without blocking the others.

Putting a page together takes hundreds of milliseconds, writing it out as JSON a hundred more, and what a click changes
some dozens. All of it happens on threads, so that the event loop only carries messages. Each thread does one thing at a
time: pages share the libraries that draw them. People take turns, see `vanas_panel.serve.process.fair_thread`.
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

import panel as pn
from bokeh.application.application import SessionContext
from bokeh.application.handlers.handler import Handler
from bokeh.document import Document
from bokeh.protocol.message import Message
from bokeh.server.connection import ServerConnection
from bokeh.server.session import ServerSession
from bokeh.settings import settings
from panel.io.application import Application
from panel.io.session import generate_session
from panel.io.state import set_curdoc, state

from vanas_panel.serve import compat
from vanas_panel.serve.preview import still_page
from vanas_panel.serve.process.fair_thread import FairThread
from vanas_panel.serve.process.garbage import memory
from vanas_panel.serve.process.model_defaults import keep_defaults
from vanas_panel.serve.process.visits import has_left, person_of
from vanas_panel.serve.requests.visitor_language import visitor_language
from vanas_panel.text.language import gettext, marked, speaking
from vanas_panel.widgets.compat import note_connected, note_thread, take_style_sheets_from_here
from vanas_panel.widgets.threads import use_callback_thread

_FAILED = marked("This page could not be made. The server's operator finds the reason in its log.")
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
        if isinstance(compat.curdocs(), _PerThread):
            document = compat.document_of(session_context)
            await asyncio.wrap_future(_thread("making").submit_for(person_of(session_context), self._make_for,
                                                                   session_context, document))
            note_thread(document)
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
        take_style_sheets_from_here(doc, replace=True)
        with set_curdoc(doc):
            try:
                self._page().server_doc(doc, title=self._title)
            except Exception:
                _log.exception("a page could not be made")
                doc.clear()
                with speaking(visitor_language(getattr(doc.session_context, "request", None))):
                    pn.pane.Str(gettext(_FAILED)).server_doc(doc, title=self._title)
        doc.config.update(reconnect_session=False, notifications=None, notify_connection_status=False)


class _Session(ServerSession):
    """A session whose document is written out on a thread, and whose changes reach a browser at once."""

    def subscribe(self, connection: ServerConnection) -> None:
        """Have no part of a message wait until the browser says that it has the one before, 40 ms later."""
        socket = compat.socket_of(connection)
        # It is gone where the visitor left while the page was made.
        if socket.ws_connection is not None:
            socket.set_nodelay(True)
        super().subscribe(connection)

    @compat.needs_document_lock
    async def _handle_pull(self, message: Message, connection: ServerConnection) -> Message:
        def write() -> Message:
            reply = connection.protocol.create("PULL-DOC-REPLY", message.header["msgid"], self.document)
            # The text is kept, so that it is there when the loop sends it.
            _ = reply.content_json
            return reply

        person = person_of(self.document.session_context)
        reply = await asyncio.wrap_future(_thread("writing").submit_for(person, write))
        note_connected(self.document)
        return reply


class _Connection(ServerConnection):
    """A connection that tells a browser that something failed, and nothing of the server's files."""

    def error(self, message: Message, text: str) -> Message:
        """Refuse a message; the log has the error."""
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

    def __getitem__(self, index: int) -> Any:
        return self._items[index]


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
    if not isinstance(compat.curdocs(), _PerThread):
        compat.replace_curdocs(_PerThread())
    compat.replace_classes(_Session, _Connection)
    use_callback_thread(_changing)


def prepare_process() -> None:
    """Set up a process that does nothing but serve pages; before the first of them is made."""
    use_threads()
    keep_defaults()
    # It is for those who write a page, and looks through all of its models.
    settings.perform_document_validation = False
    # Visitors get the same HTML, whose websocket then makes their own page: in whichever process it arrives, and not at
    # all for requests of the HTML alone.
    pn.config.reuse_sessions = True


def keep_shell(application: Pages, prefix: str = "", *, signs_in: bool = False) -> None:
    """Make the page whose HTML all visitors of this process get, and write its preview into that.

    Parameters
    ----------
    application : Pages
    prefix : str, optional
        Of the server's paths.
    signs_in : bool, optional
        Whether people sign in.
    """
    session = generate_session(application)
    session.block_expiration()
    compat.keep_session(f"{prefix}/", session)
    session.document.template_variables["preview"] = _preview(session.document, signs_in)
    compat.forget_views(session.document)


def _preview(document: Document, signs_in: bool) -> str:
    """The preview of a page; empty where there is none, and people wait for the live page."""
    root = next((root for root in document.roots if "vp-page" in root.css_classes), None)
    try:
        return "" if root is None else still_page(root, signs_in=signs_in)
    except Exception:
        # It is a nicety that follows Bokeh's own layout: nothing of it may keep a server from its work.
        _log.exception("the preview could not be written")
        return ""
