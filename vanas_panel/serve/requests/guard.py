"""The guard that sees every request first, whatever it asks for.

Nothing is public unless it is named in `PUBLIC`. A handler that is added later is guarded, too.
"""

from __future__ import annotations

import binascii
import logging
from typing import Any
from urllib.parse import quote, urlsplit

from bokeh.application.handlers.handler import Handler
from bokeh.document import Document
from bokeh.server.tornado import BokehTornado
from bokeh.util.token import check_token_signature, get_token_payload
from panel.io.server import Server
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.ioloop import PeriodicCallback
from tornado.routing import Router
from tornado.web import RequestHandler

from vanas_panel.serve.auth.signin import LOGIN, LOGOUT, SignIn
from vanas_panel.serve.compat import connections, http_server, socket_of, tornado_of
from vanas_panel.serve.process.liveness import RETRY_SECONDS
from vanas_panel.serve.process.visits import USER, PageLimits, Visits
from vanas_panel.serve.requests.forms import POLICY, notice
from vanas_panel.serve.requests.network import FORWARDED, Hosts, split_host
from vanas_panel.serve.requests.visitor_language import visitor_language
from vanas_panel.text.language import Message, let_hold, translated
from vanas_panel.text.language import gettext as _

PUBLIC = frozenset({LOGIN, LOGOUT, "/health"})
"""Paths below the prefix that answer without a sign-in. Their handlers decide how much strangers get to see."""

ANY_HOST = frozenset({"/health"})
"""Paths that are answered under any name of the server: a load balancer knows none of them."""

RECHECK_MILLISECONDS = 15_000
"""How often the open pages are asked whether their visitor is still signed in."""

_ASKING = {"bokeh-session-id", "bokeh-token"}
_log = logging.getLogger(__name__)


class Guard(Router):
    """Hands requests to a server, or refuses them.

    Parameters
    ----------
    application : bokeh.server.tornado.BokehTornado
        That answers what is let through.
    hosts : Hosts
        Under which the server may be reached.
    sign_in : SignIn, optional
        Decides who is signed in; without it every visitor may see everything, from the right origin.
    limits : PageLimits, optional
        How many pages one person may have open.
    """

    def __init__(self, application: BokehTornado, hosts: Hosts, sign_in: SignIn | None,
                 limits: PageLimits | None = None):
        self._application, self._hosts, self._sign_in = application, hosts, sign_in
        self.visits = Visits(limits)
        self._warned = False

    @classmethod
    def install(cls, server: Server, hosts: Hosts, sign_in: SignIn | None, limits: PageLimits | None = None) -> Guard:
        """Set a guard before a server that has not begun to answer."""
        http, application = http_server(server), tornado_of(server)
        guard = cls(application, hosts, sign_in, limits)
        guard._warned = http.xheaders
        http.request_callback = guard
        application.settings["is_ours"] = guard.is_ours
        application.settings["believes_proxy"] = http.xheaders
        if sign_in is not None:
            application.settings["close_strangers"] = guard.close_strangers
            periodic = PeriodicCallback(guard.close_strangers, RECHECK_MILLISECONDS)
            server.io_loop.add_callback(periodic.start)
        return guard

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate:
        """Choose the handler of a request; Tornado calls it for each."""
        path = request.path.removeprefix(self._application.prefix)
        self._look_for_proxy(request)
        refusal = self._stranger(request, path) or self._nobody(request, path) or self._too_many(request)
        if refusal is None:
            return self._application.find_handler(request)
        return self._application.get_handler_delegate(request, _Refusal, refusal)

    def close_strangers(self) -> None:
        """Close the websocket of every page whose visitor is no longer signed in."""
        sockets = {id(socket.request): socket for socket in map(socket_of, connections(self._application))}
        for visit in self.visits:
            if self._sign_in is None or self._sign_in.visitor(visit.request) is not None:
                continue
            _log.info("Closed a page whose visitor is no longer signed in")
            socket = sockets.get(id(visit.request))
            if socket is not None:
                socket.close(4401, "signed out")
            else:
                # It is still being made.
                visit.stream.close()

    def is_ours(self, origin: str, spoken: str) -> bool:
        """Whether a browser may open a websocket from an origin such as ``https://lab.example``.

        `spoken` is the scheme of the request, as far as the server knows.
        """
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return self._hosts.admit(parts.netloc, parts.scheme, spoken)

    def _stranger(self, request: HTTPServerRequest, path: str) -> dict[str, Any] | None:
        """Refuse what comes from another site, or under a name that is not ours."""
        if path not in ANY_HOST and not self._hosts.know(request.host, request.protocol):
            name = split_host(request.host)[0]
            return {"status": 421, "words": Message(
                "This server does not know the name {name}. Its operator can start it with --allow-origin {host}.",
                name=name, host=request.host)}
        origin = request.headers.get("Origin") or request.headers.get("Sec-Websocket-Origin")
        may_act = _is_upgrade(request) or request.method not in ("GET", "HEAD")
        if origin is not None and may_act and not self.is_ours(origin, request.protocol):
            _log.warning("Refused a request for %s from the origin %r", path, origin)
            return {"status": 403, "words": Message("This request comes from another site.")}
        # A page of another site may link here, and nothing else.
        if request.headers.get("Sec-Fetch-Site") == "cross-site" and not _is_navigation(request):
            return {"status": 403, "words": Message("This request comes from another site.")}
        return None

    def _nobody(self, request: HTTPServerRequest, path: str) -> dict[str, Any] | None:
        """Refuse visitors who are not signed in, or hold another user's page."""
        if self._sign_in is None or path in PUBLIC:
            return None
        visitor = self._sign_in.visitor(request)
        if visitor is None:
            login = f"{self._application.prefix}{LOGIN}"
            if path in ("", "/") and request.method in ("GET", "HEAD"):
                return {"status": 302, "to": f"{login}?next={quote(request.uri or '', safe='')}"}
            return {"status": 403, "words": Message("Sign in first."), "to": login}
        # Nothing of ours asks for the page of a known session; who does would read another user's page.
        if _ASKING & set(request.query_arguments) or "Bokeh-Session-Id" in request.headers:
            return {"status": 403, "words": Message("A session cannot be chosen.")}
        if _is_upgrade(request) and self._holder(request) != visitor.name:
            _log.warning("Refused a websocket of %s with a token of another user", visitor.name)
            return {"status": 403, "words": Message("Another person opened this page.")}
        return None

    def _too_many(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Refuse a page beyond those that one person may have; any other websocket is noted."""
        if not _is_upgrade(request):
            return None
        visitor = self._sign_in.visitor(request) if self._sign_in is not None else None
        words = self.visits.admit(request, visitor.name if visitor is not None else "")
        if not words:
            return None
        return {"status": 429, "words": Message("{reason} Close some, then try again.", reason=words)}

    def _look_for_proxy(self, request: HTTPServerRequest) -> None:
        """Log once that requests come through a proxy that the server does not know."""
        if not self._warned and any(name in request.headers for name in FORWARDED):
            self._warned = True
            _log.warning("A request came through a proxy, whose headers are not believed: all visitors count as one "
                         "address, for wrong passwords, connections and pages. Behind a proxy that sets "
                         "X-Forwarded-For itself, start with --use-xheaders.")

    def _holder(self, request: HTTPServerRequest) -> str | None:
        """The user who opened the page of this websocket; None where its token is not one of ours."""
        token = request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()
        try:
            # The signature first: what is not signed is not even unpacked.
            if check_token_signature(token, secret_key=self._application.secret_key, signed=True):
                return get_token_payload(token).get(USER)
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            pass
        return None


class Reach(RequestHandler):
    """Tells a page whose websocket does not open whether the server knows the address that the browser shows."""

    def get(self) -> None:
        """Answer."""
        self.set_header("Cache-Control", "no-store")
        self.finish({"known": self.settings["is_ours"](self.get_query_argument("origin", ""),
                                                       self.request.protocol)})


class Holder(Handler):
    """Writes into every page, signed, who opened it.

    Parameters
    ----------
    sign_in : SignIn
    """

    def __init__(self, sign_in: SignIn):
        super().__init__()
        self._sign_in = sign_in

    def modify_document(self, doc: Document) -> None:
        """Add nothing to what is on the page."""

    def process_request(self, request: HTTPServerRequest) -> dict[str, Any]:
        """The data that Bokeh signs and hands to the session."""
        visitor = self._sign_in.visitor(request)
        return {} if visitor is None else {USER: visitor.name, "vanas_out": self._sign_in.sign_out_key(visitor)}


class _Refusal(RequestHandler):
    """The answer to a request that is refused."""

    def initialize(self, status: int, words: str = "", to: str = "") -> None:
        """Take what to say."""
        self._answer = status, words, to

    def check_xsrf_cookie(self) -> None:
        """Left out: what is refused needs no form."""

    def prepare(self) -> None:
        """Say it, whatever the method; nothing that was sent along is read."""
        let_hold(visitor_language(self.request))
        status, words, to = self._answer
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", POLICY)
        if status == 302:
            self.redirect(to)
            return
        self.set_status(status)
        if status == 429:
            self.set_header("Retry-After", str(RETRY_SECONDS))
        if _wants_page(self.request):
            self.finish(notice(_("That did not work"), words, link=to, label=_("Sign in")))
        else:
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(translated(words) + "\n")


def _is_upgrade(request: HTTPServerRequest) -> bool:
    """Whether a request opens a websocket."""
    return "websocket" in request.headers.get("Upgrade", "").lower()


def _is_navigation(request: HTTPServerRequest) -> bool:
    """Whether a person follows a link, as far as a browser says."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document" \
        and request.method in ("GET", "HEAD")


def _wants_page(request: HTTPServerRequest) -> bool:
    """Whether the request is for a page."""
    return "text/html" in request.headers.get("Accept", "")
