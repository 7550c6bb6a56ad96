"""State of a server process: start time, work in progress, shutdown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bokeh.server.tornado import BokehTornado
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router
from tornado.web import RequestHandler

from vanas_panel.serve.requests.visitor_language import visitor_language
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import let_hold

HEALTH = "/health"
"""The path that answers while the server stops, too, so that a load balancer learns of it."""

STOP_TIMEOUT = 10.0
"""Default of the seconds that running work has to finish."""

RETRY_SECONDS = 5
"""Seconds after which a visitor who got 503 may try again."""


class Life:
    """The state of one process of a server.

    Parameters
    ----------
    number : int, optional
        Which of several processes it is, from 0.

    Attributes
    ----------
    number : int
    stopping : bool
        Whether no new pages are opened any more.
    works : list of callable
        Each says whether something is at work that a stop should wait for. Add your own.
    ends : list of callable
        Each asks something to come to its end, when the process is asked to stop. It returns at once.

    Examples
    --------
    >>> life, queue = Life(), ["half a file"]
    >>> life.works.append(lambda: bool(queue))
    >>> life.is_busy(), queue.clear(), life.is_busy()
    (True, None, False)
    """

    def __init__(self, number: int = 0):
        self.number = number
        self.stopping = False
        self.works: list[Callable[[], bool]] = []
        self.ends: list[Callable[[], None]] = []
        self._began = time.monotonic()

    @property
    def uptime(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    def is_busy(self) -> bool:
        """Whether anything is at work that a stop should wait for."""
        return any(is_busy() for is_busy in self.works)


class Door(Router):
    """Stands before a server and turns new visitors away once it stops; who is in may go on until it has stopped.

    Parameters
    ----------
    inner : Router or application
        That answers all others.
    application : BokehTornado
        Of the server.
    life : Life
    """

    def __init__(self, inner: Any, application: BokehTornado, life: Life):
        self._inner, self._application, self._life = inner, application, life

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate:
        """Choose the handler of a request; Tornado calls it for each."""
        if self._life.stopping and request.path.removeprefix(self._application.prefix) != HEALTH:
            return self._application.get_handler_delegate(request, _Closed, {})
        # A Tornado application answers as a router does.
        return self._inner.find_handler(request)


class _Closed(RequestHandler):
    """The answer of a server that stops."""

    def prepare(self) -> None:
        """Answer whatever is asked."""
        self.set_status(503)
        self.set_header("Retry-After", str(RETRY_SECONDS))
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        let_hold(visitor_language(self.request))
        self.finish(_("This server is being stopped. Try again in a moment.") + "\n")
