"""The internals of Bokeh and Panel that pages use: nothing else there touches an attribute with an underscore.

Each function says why nothing public will do. `INTERNALS` lists what a new release could take away; a test looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any, NamedTuple

from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent
from panel.io.model import monkeypatch_events
from panel.io.resources import LOCAL_DIST
from panel.io.state import state


class Internal(NamedTuple):
    """Something inside a library that we use.

    Attributes
    ----------
    owner : str
        The module, or the module and the class, that has it: ``panel.io.state:_state``.
    name : str
    reason : str
        Its purpose.
    """

    owner: str
    name: str
    reason: str


INTERNALS = (
    Internal("panel.io.state:_state", "_thread_id_", "callbacks on a thread of our own"),
    Internal("panel.io.state:_state", "_connected", "changes before the page is drawn for the first time"),
    Internal("bokeh.server.session:ServerSession", "_pending_writes", "callbacks at once where the document is locked"),
    Internal("bokeh.server.session:ServerSession", "_subscribed_connections", "one message for many changes"),
    Internal("bokeh.server.connection:ServerConnection", "_socket", "one message for many changes"),
    Internal("bokeh.document.callbacks:DocumentCallbackManager", "_held_events", "one message for many changes"),
    Internal("bokeh.document.document:Document", "_template_variables", "style sheets from this server"),
    Internal("panel.custom:ReactiveESM", "_render_esm", "what our scripts share"),
    Internal("panel.custom:ReactiveESM", "_get_properties", "scripts that need no translation in the browser"),
    Internal("panel.custom:ReactiveESM", "_handle_msg", "messages of our scripts"),
    Internal("panel.custom:ReactiveESM", "_send_msg", "messages to our scripts"),
)
"""All that page code relies on; classes that override a method are in `ScriptComponent` and beside it."""


def is_locked(session: Any) -> bool:
    """Whether a callback holds the document of a server's session.

    Bokeh has no better word for it: writes are collected exactly while the lock is held.
    """
    return getattr(session, "_pending_writes", None) is not None


@contextmanager
def one_message(document: Document, session: Any) -> Iterator[None]:
    """Send all changes of a document as one message to every browser that shows it, while the document is locked.

    Bokeh sends one for each change. Panel's ``hold`` joins them, but writes them itself, beside what Bokeh writes: at
    times they wait there for the next change.
    """
    if document.callbacks.hold_value:
        yield
        return
    document.hold("collect")
    try:
        yield
    finally:
        events, document.callbacks._held_events = list(document.callbacks._held_events), []
        document.unhold()
        _send(document, session, events)


def _send(document: Document, session: Any, events: list[Any]) -> None:
    """Send changes with what Bokeh writes at the end of the callback that holds the lock."""
    monkeypatch_events(events)
    changes = [event for event in events if isinstance(event, DocumentPatchedEvent)]
    for event in events:
        if not isinstance(event, DocumentPatchedEvent):
            document.callbacks.trigger_on_change(event)
    for connection in session._subscribed_connections if changes else ():
        message = connection.protocol.create("PATCH-DOC", changes)
        session._pending_writes.append(connection._socket.send_message(message))


def note_connected(document: Document) -> None:
    """Let Panel send what changes from now on: a browser has the document.

    Panel drops changes until the browser has said that it drew the page, a second after it got the document.
    """
    state._connected[document] = True


def note_thread(document: Document) -> None:
    """Let Panel take this thread for the one that the callbacks of a page run on.

    Panel notes the thread that made a page; ours are made on one thread and changed on others.
    """
    state._thread_id_[document] = get_ident()


@contextmanager
def on_this_thread(document: Document) -> Iterator[None]:
    """Let Panel change a page at once on this thread, which it does only on the thread that is noted for it."""
    noted = state._thread_id_[document]
    note_thread(document)
    try:
        yield
    finally:
        state._thread_id_[document] = noted


def take_style_sheets_from_here(document: Document, *, replace: bool = False) -> None:
    """Have Panel's style sheets come from this server; where Panel has another address of them only if asked to.

    Panel knows only from a request for HTML that they are here, and asks an outside host until then. A websocket that
    is opened late, or once more, has its page made without such a request.
    """
    if replace or "dist_url" not in document._template_variables:
        document._template_variables["dist_url"] = LOCAL_DIST
