"""Open pages by visitor, including those that are still being made.

The guard notes each websocket here before it is opened. A page takes its time to be made, and Bokeh knows of its
connection only then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream

from vanas_panel.text.language import Message

USER = "vanas_user"
"""Name under which the signed token of a page holds its visitor."""

MOST_PER_USER = 40
"""Pages that one person may have open at once, in each process."""

MOST_PER_ADDRESS = 200
"""Pages that one address may have open at once, in each process."""


@dataclass(frozen=True)
class PageLimits:
    """Limits of one process.

    Parameters
    ----------
    per_user, per_address : int, optional
        Pages open at once.
    """

    per_user: int = MOST_PER_USER
    per_address: int = MOST_PER_ADDRESS


@dataclass(frozen=True)
class Visit:
    """A websocket.

    Attributes
    ----------
    request : HTTPServerRequest
        That opened it.
    stream : IOStream
        Its connection.
    user, address : str
        Whose it is; `user` is empty on a server without sign-in.
    """

    request: HTTPServerRequest
    stream: IOStream
    user: str
    address: str


class Visits:
    """The websockets of a server.

    Parameters
    ----------
    limits : PageLimits, optional
    """

    def __init__(self, limits: PageLimits | None = None):
        self._limits = limits or PageLimits()
        self._open: list[Visit] = []

    def __iter__(self) -> Iterator[Visit]:
        self._prune()
        return iter(list(self._open))

    def __len__(self) -> int:
        self._prune()
        return len(self._open)

    def admit(self, request: HTTPServerRequest, user: str) -> str:
        """Note a websocket that is about to be opened.

        Parameters
        ----------
        request : HTTPServerRequest
        user : str
            The signed-in user; empty on a server without sign-in.

        Returns
        -------
        str
            Why it must not be opened; empty where it may, and is noted.
        """
        self._prune()
        address = request.remote_ip or ""
        by_user, by_address = (Counter(getattr(visit, what) for visit in self._open) for what in ("user", "address"))
        if user and by_user[user] >= self._limits.per_user:
            return Message("You have {most} pages open, which is the most that one person may have.",
                           most=self._limits.per_user)
        if by_address[address] >= self._limits.per_address:
            return Message("{most} pages are open from this address, which is the most it may have.",
                           most=self._limits.per_address)
        stream = getattr(request.connection, "stream", None)
        if stream is not None:
            # Read by `has_left`: Tornado itself lets go of the stream.
            request.vanas_stream = stream  # type: ignore[attr-defined]
            self._open.append(Visit(request, stream, user, address))
        return ""

    def _prune(self) -> None:
        """Forget the websockets that were closed."""
        self._open = [visit for visit in self._open if not visit.stream.closed()]


def person_of(session_context: Any) -> str:
    """Whose page a session is: the name that its visitor signed in with, else the address it is looked at from.

    Parameters
    ----------
    session_context : bokeh.application.application.SessionContext or None

    Returns
    -------
    str
        Empty where the server itself makes the page.
    """
    if session_context is None:
        return ""
    user = session_context.token_payload.get(USER) if getattr(session_context, "_token", None) else None
    return user or getattr(session_context.request, "remote_ip", None) or ""


def has_left(session_context: Any) -> bool:
    """Whether the connection that asked for a page was closed."""
    stream = getattr(session_context.request, "vanas_stream", None)
    return stream is not None and stream.closed()
