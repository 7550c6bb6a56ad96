"""Cookies besides the sign-in: the token of the sign-in form, and the mark of a known device.

Both are signed cookies. The mark lasts longer than a sign-in; it opens nothing, and only keeps the guesses of strangers
from making this browser wait, see `vanas_panel.serve.auth.throttle`.
"""

from __future__ import annotations

import hmac
import json
import secrets
from http.cookies import CookieError

from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler, create_signed_value, decode_signed_value

FORM_DAYS = 0.5
"""How long a form to sign in can be sent."""

MARK_DAYS = 180.0
"""How long a browser counts as known after a sign-in."""


class Browsers:
    """The cookies of browsers that ask to sign in.

    Parameters
    ----------
    key : str
        Signs them.
    cookie : str
        What their names begin with.
    """

    def __init__(self, key: str, cookie: str):
        self._key, self._form, self._mark = key, f"{cookie}-form", f"{cookie}-browser"

    def number(self, handler: RequestHandler) -> str:
        """The number for a form that is written now; the browser gets the cookie that belongs to it."""
        # One that is young enough stays, or the forms in other tabs would be void.
        known = self._value(handler.request, self._form, FORM_DAYS / 2)
        if not known:
            known = secrets.token_hex(16)
            handler.set_cookie(self._form, create_signed_value(self._key, self._form, known).decode())
        return self._number(known)

    def is_number(self, request: HTTPServerRequest, given: str) -> bool:
        """Whether a form was written for this browser, since it last signed in."""
        known = self._value(request, self._form, FORM_DAYS)
        return bool(known) and hmac.compare_digest(self._number(known).encode(), given.encode())

    def use_up(self, handler: RequestHandler) -> None:
        """Invalidate all forms of this browser after a sign-in."""
        handler.set_cookie(self._form, "", expires_days=-1)

    def mark(self, handler: RequestHandler, account: str) -> None:
        """Mark a browser as one in which an account has signed in; a browser knows the last one."""
        number = self.marked(handler.request, account) or secrets.token_hex(16)
        value = create_signed_value(self._key, self._mark, json.dumps({"account": account, "browser": number}))
        handler.set_cookie(self._mark, value.decode(), max_age=int(MARK_DAYS * 86_400))

    def marked(self, request: HTTPServerRequest, account: str) -> str:
        """The number of a browser in which an account has signed in before; empty where it has not."""
        value = self._value(request, self._mark, MARK_DAYS)
        content = json.loads(value) if value else {}
        return str(content["browser"]) if content.get("account") == account else ""

    def _number(self, known: str) -> str:
        """The number that belongs to a cookie; no other site can know it, nor make a pair of its own."""
        return hmac.digest(self._key.encode(), f"form {known}".encode(), "sha256").hex()

    def _value(self, request: HTTPServerRequest, name: str, days: float) -> str:
        """The content of our cookie; empty where there is none."""
        try:
            cookie = request.cookies.get(name)
        except CookieError:
            return ""
        value = cookie and decode_signed_value(self._key, name, cookie.value, max_age_days=days)
        return value.decode() if value else ""
