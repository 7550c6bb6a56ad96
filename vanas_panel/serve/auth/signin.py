"""Signed cookies that say who is signed in.

`SignIn` alone decides whether a request is signed in. The guard asks it before anything else is
looked at (`vanas_panel.serve.requests.guard`), Bokeh's own handlers ask it once more. How people sign in is for
`vanas_panel.serve.auth.login` (names and passwords) and `vanas_panel.serve.auth.oauth` (an account elsewhere).
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http.cookies import CookieError
from typing import Any

from bokeh.server.auth_provider import AuthProvider
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler, create_signed_value, decode_signed_value

from vanas_panel.serve.auth.device_cookies import Browsers
from vanas_panel.serve.auth.secret import Secret
from vanas_panel.serve.auth.throttle import Store, Throttle
from vanas_panel.serve.auth.users import UserFile

LOGIN, LOGOUT = "/login", "/logout"
"""Addresses below the prefix."""

_DAY = 86_400
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Visitor:
    """A signed-in visitor.

    Attributes
    ----------
    name : str
    sign_in : str
        Tells this sign-in from all others; 32 hexadecimal digits.
    """

    name: str
    sign_in: str


class SignIn(AuthProvider):
    """Knows who is signed in.

    Parameters
    ----------
    secret : Secret
        Signs the cookies; servers that share it share the sign-ins.
    users : UserFile, optional
        The people who may sign in with a password. Without it people sign in elsewhere.
    provider : str, optional
        Where they sign in otherwise.
    allowed : sequence of str, optional
        Names that may use the page after signing in elsewhere, ``*`` standing for anything; empty for all of them.
    hours : float, optional
        How long a sign-in lasts.
    prefix : str, optional
        Path of the server, without a slash at its end.
    handlers : tuple of two RequestHandler classes, optional
        The pages to sign in and to sign out.
    attempts : Store, optional
        Where wrong passwords are counted; by default the memory of this process.
    """

    def __init__(self, secret: Secret, *, users: UserFile | None = None, provider: str = "",
                 allowed: Sequence[str] = (), hours: float = 12.0, prefix: str = "",
                 handlers: tuple[type[RequestHandler], type[RequestHandler]] | None = None,
                 attempts: Store | None = None):
        self.users, self.provider, self.allowed = users, provider, tuple(allowed)
        self.hours, self.prefix = hours, prefix
        self.throttle = Throttle(secret.key("attempts"), attempts)
        self._key = secret.key("sign-in")
        # Cookies do not know ports: servers on one machine take names of their own.
        self.cookie = f"vanas-{secret.key('cookie name')[:8]}"
        self.browsers = Browsers(secret.key("browsers"), self.cookie)
        self._ended = secret.folder / "signed-out" if secret.folder else None
        self._login, self._logout = handlers or (None, None)
        self._forget_old()
        super().__init__()

    def visitor(self, request: HTTPServerRequest) -> Visitor | None:
        """Who a request comes from.

        Parameters
        ----------
        request : tornado.httputil.HTTPServerRequest

        Returns
        -------
        Visitor or None
            None without a valid sign-in: no cookie, one that this server has not signed or that is too old, one of
            a user who has signed out, was removed, or has got another password since.
        """
        try:
            cookie = request.cookies.get(self.cookie)
        except CookieError:
            return None
        value = cookie and decode_signed_value(self._key, self.cookie, cookie.value, max_age_days=self.hours / 24)
        if not value:
            return None
        content = json.loads(value)
        visitor = Visitor(content["name"], content["id"])
        known = hmac.compare_digest(self._mark(visitor.name) or "", content["mark"]) and content["mark"] != ""
        return visitor if known and not self._has_ended(visitor) else None

    def admits(self, name: str) -> bool:
        """Whether a user who signed in at a provider may use the page."""
        return not self.allowed or any(fnmatchcase(name.casefold(), known.casefold()) for known in self.allowed)

    def start(self, handler: RequestHandler, name: str) -> None:
        """Sign a user in whose identity is verified."""
        content = {"name": name, "id": secrets.token_hex(16), "mark": self._mark(name)}
        value = create_signed_value(self._key, self.cookie, json.dumps(content)).decode()
        handler.set_cookie(self.cookie, value, max_age=int(self.hours * 3600), **self.attributes(handler.request))

    def end(self, handler: RequestHandler) -> None:
        """Sign a user out, in every copy of the cookie."""
        visitor = self.visitor(handler.request)
        if visitor is not None and self._ended is not None:
            self._ended.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._ended / visitor.sign_in).touch(mode=0o600)
        handler.set_cookie(self.cookie, "", expires_days=-1, **self.attributes(handler.request))

    def attributes(self, request: HTTPServerRequest) -> dict[str, Any]:
        """Of every cookie: no script reads it, no other site sends it along, and under TLS only TLS carries it."""
        return {"path": f"{self.prefix}/", "httponly": True, "samesite": "Lax", "secure": request.protocol == "https"}

    def sign_out_key(self, visitor: Visitor) -> str:
        """Token of the sign-out form; no other site can know it."""
        return hmac.digest(self._key.encode(), f"out {visitor.sign_in}".encode(), "sha256").hex()

    @property
    def get_user(self) -> Callable[[RequestHandler], str | None]:
        """For Bokeh: a function that names who a handler works for."""
        def name(handler: RequestHandler) -> str | None:
            visitor = self.visitor(handler.request)
            return None if visitor is None else visitor.name
        return name

    @property
    def login_url(self) -> str:
        """For Bokeh: where to sign in."""
        return LOGIN

    @property
    def login_handler(self) -> type[RequestHandler] | None:
        """For Bokeh: the page to sign in."""
        return self._login

    @property
    def logout_url(self) -> str:
        """For Bokeh: where to sign out."""
        return LOGOUT

    @property
    def logout_handler(self) -> type[RequestHandler] | None:
        """For Bokeh: the page to sign out."""
        return self._logout

    def _mark(self, name: str) -> str | None:
        """Current sign-in mark of a user; None for an unknown user."""
        if self.users is not None:
            return self.users.mark(name)
        return f"by {self.provider}" if self.admits(name) else None

    def _has_ended(self, visitor: Visitor) -> bool:
        """Whether a sign-in was ended, in any process of this server."""
        return self._ended is not None and (not _ID.fullmatch(visitor.sign_in)
                                            or (self._ended / visitor.sign_in).exists())

    def _forget_old(self) -> None:
        """Forget the sign-outs of cookies that are too old anyway."""
        if self._ended is None or not self._ended.is_dir():
            return
        for entry in os.scandir(self._ended):
            if _ID.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > self.hours * 3600 + _DAY:
                os.unlink(entry.path)
