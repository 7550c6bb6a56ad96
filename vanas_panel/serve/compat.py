"""The internals of Bokeh and Panel that the server uses: nothing else there touches an attribute with an underscore.

Each function says why nothing public will do. `INTERNALS` lists what a new release could take away; a test looks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableSequence
from typing import Any

import bokeh.io.doc
import bokeh.server.contexts
import bokeh.server.tornado
import panel.io.document
from bokeh.application.application import SessionContext
from bokeh.document import Document
from bokeh.server.connection import ServerConnection
from bokeh.server.server import BaseServer
from bokeh.server.session import ServerSession
from bokeh.server.session import _needs_document_lock as needs_document_lock
from bokeh.server.tornado import BokehTornado
from panel.io.state import set_curdoc, state
from tornado.websocket import WebSocketHandler

from vanas_panel.widgets.compat import Internal

__all__ = [
    "INTERNALS",
    "connections",
    "curdocs",
    "document_of",
    "forget_views",
    "http_server",
    "keep_session",
    "needs_document_lock",
    "payload_of",
    "queued_callbacks",
    "replace_classes",
    "replace_cleaning",
    "replace_curdocs",
    "socket_of",
    "tornado_of",
]

INTERNALS = (
    Internal("bokeh.server.server:BaseServer", "_http", "guards before the server, limits of connections"),
    Internal("bokeh.server.server:BaseServer", "_tornado", "guards before the server, pages that are open"),
    Internal("bokeh.server.tornado:BokehTornado", "_clients", "connections that are open"),
    Internal("bokeh.server.connection:ServerConnection", "_socket", "closing the page of who signed out"),
    Internal("bokeh.server.contexts:BokehSessionContext", "_document", "pages made on a thread"),
    Internal("bokeh.server.contexts:BokehSessionContext", "_token", "pages that are made before a visitor asks"),
    Internal("bokeh.server.contexts", "ServerSession", "pages written out on a thread"),
    Internal("bokeh.server.tornado", "ServerConnection", "errors without the server's files"),
    Internal("bokeh.server.session", "_needs_document_lock", "pages written out on a thread"),
    Internal("bokeh.server.session:ServerSession", "_handle_pull", "pages written out on a thread"),
    Internal("bokeh.io.doc", "_PATCHED_CURDOCS", "pages made on several threads"),
    Internal("panel.io.state:_state", "_session_key_funcs", "one HTML for all visitors"),
    Internal("panel.io.state:_state", "_sessions", "one HTML for all visitors"),
    Internal("panel.io.state:_state", "_on_load", "one HTML for all visitors"),
    Internal("panel.io.state:_state", "_thread_pool", "stopping only after running callbacks"),
    Internal("panel.io.document", "_cleanup_doc", "one HTML for all visitors"),
    Internal("panel.io.document", "_garbage_collect", "fewer rounds of the garbage collector"),
    Internal("bokeh.core.property.descriptors:PropertyDescriptor", "_get_default", "defaults worked out once"),
    Internal("bokeh.core.property.bases:ParameterizedProperty", "__str__", "types put into words once"),
)
"""All that the server relies on. The last two are replaced in `vanas_panel.serve.process.model_defaults`."""


def http_server(server: BaseServer) -> Any:
    """Tornado's server behind a server of Bokeh, which has no other way to look at a request before Bokeh does."""
    return server._http


def tornado_of(server: BaseServer) -> BokehTornado:
    """The application of Tornado behind a server of Bokeh: its settings, its paths, and the pages that it holds."""
    return server._tornado


def connections(application: BokehTornado) -> Collection[ServerConnection]:
    """The connections of a server; Bokeh knows no other way to get at them."""
    return application._clients


def socket_of(connection: ServerConnection) -> WebSocketHandler:
    """The websocket of a connection, to close it with a code of ours, or to send without delay."""
    return connection._socket


def document_of(session_context: SessionContext) -> Document:
    """The document of a session that is being created, before Bokeh gives it out."""
    return session_context._document


def payload_of(session_context: SessionContext) -> dict[str, Any]:
    """The signed claims of a session; none for one without a token, of which Bokeh makes an error."""
    return dict(session_context.token_payload) if session_context._token else {}


def queued_callbacks() -> int:
    """How many callbacks of all pages wait for one of Panel's threads."""
    return 0 if state._thread_pool is None else state._thread_pool._work_queue.qsize()


def curdocs() -> MutableSequence:
    """The list in which Bokeh notes whose callback runs, one for all threads."""
    return bokeh.io.doc._PATCHED_CURDOCS


def replace_curdocs(noted: Any) -> None:
    """Give Bokeh another list for whose callback runs."""
    bokeh.io.doc._PATCHED_CURDOCS = noted


def replace_classes(session: type[ServerSession], connection: type[ServerConnection]) -> None:
    """Have Bokeh make sessions and connections of these classes; it takes none as an option."""
    bokeh.server.contexts.ServerSession = session
    bokeh.server.tornado.ServerConnection = connection


def replace_cleaning(clean: Callable[[], None]) -> None:
    """Have Panel call this after a page was closed, instead of a full round of the garbage collector each time."""
    panel.io.document._garbage_collect = clean


def keep_session(path: str, session: ServerSession) -> None:
    """Have Panel write the HTML for all requests of a path from one session, with its page loaded.

    With ``reuse_sessions`` Panel would make that session at the first request, whose visitor waits for it.
    """
    state._session_key_funcs[path] = lambda request: request.path
    state._sessions[path] = session
    with set_curdoc(session.document):
        state._on_load(None)


def forget_views(document: Document) -> None:
    """Let go of what Panel keeps of the page in a document, which stays itself."""
    panel.io.document._cleanup_doc(document, destroy=False)
