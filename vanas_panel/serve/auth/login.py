"""Signing in with a name and a password, and signing out."""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
from typing import Any
from urllib.parse import urlsplit

from tornado.web import HTTPError, RequestHandler

from vanas_panel.serve.auth.password_checks import BUSY_SECONDS, BusyError, Checks
from vanas_panel.serve.auth.signin import LOGIN, LOGOUT, SignIn
from vanas_panel.serve.auth.throttle import Try
from vanas_panel.serve.auth.users import UserFile, can_be_name, tidy
from vanas_panel.serve.requests.forms import POLICY, login_page, logout_page, notice
from vanas_panel.serve.requests.network import is_relayed
from vanas_panel.serve.requests.visitor_language import visitor_language
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import let_hold, marked, ngettext, speaking

_log = logging.getLogger(__name__)

checks = Checks()
"""Of this process: so many passwords are checked at once."""

PAUSE = 0.5
"""Seconds that the answer to a wrong password takes longer."""

_NO_PAGE = marked("There is no such page.")
_REASONS = {400: marked("The address or the form is not one of this server."), 404: _NO_PAGE, 405: _NO_PAGE,
            403: marked("The form is old or was not ours. Try again.")}


class PlainHandler(RequestHandler):
    """Base of the plain pages."""

    @property
    def sign_in(self) -> SignIn:
        """Who is signed in to this server."""
        return self.application.auth_provider  # type: ignore[attr-defined]

    @property
    def home(self) -> str:
        """The path of the page itself."""
        return f"{self.sign_in.prefix}/"

    def prepare(self) -> Any:
        """Answer in the language of the visitor: Tornado runs each request as a task of its own."""
        let_hold(visitor_language(self.request))
        return super().prepare()

    def set_default_headers(self) -> None:
        """No page of these is kept, and each has the strictest policy."""
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "no-store")

    def set_cookie(self, name: str, value: str | bytes, *positional: Any, **attributes: Any) -> None:
        """Set a cookie with the attributes that all cookies of this server have."""
        super().set_cookie(name, value, *positional, **{**attributes, **self.sign_in.attributes(self.request)})

    def write_error(self, status_code: int, **_given: Any) -> None:
        """Say what is wrong, without a word about the server."""
        # A form that is not ours is refused before `prepare`.
        with speaking(visitor_language(self.request)):
            words = _(_REASONS.get(status_code, marked("Something went wrong on the server.")))
            self.finish(notice(_("That did not work"), words, link=f"{self.sign_in.prefix}{LOGIN}", label=_("Sign in")))

    def target(self, text: str) -> str:
        """Where to go after signing in: the address that was asked for, if it is one of this server."""
        if len(text) >= 8192:
            return self.home
        parts = urlsplit(text)
        good = (text.startswith(self.home) and not parts.netloc and not parts.scheme and not text.startswith("//")
                and "\\" not in text and text.isprintable()
                and parts.path not in (self.sign_in.prefix + LOGIN, self.sign_in.prefix + LOGOUT))
        return text if good else self.home


class LoginHandler(PlainHandler):
    """The page to sign in with a name and a password."""

    def get(self) -> None:
        """Show the form; redirect to the page if already signed in."""
        target = self.target(self.get_query_argument("next", ""))
        if self.sign_in.visitor(self.request) is not None:
            self.redirect(target)
            return
        self._show(target)

    def check_xsrf_cookie(self) -> None:
        """Refuse a form that was not written for this browser, or before it last signed in."""
        if not self.sign_in.browsers.is_number(self.request, self.get_body_argument("_xsrf", "")):
            raise HTTPError(403)

    async def post(self) -> None:
        """Check name and password."""
        users = self.sign_in.users
        if users is None:
            raise HTTPError(404)
        name, password = self.get_body_argument("name", ""), self.get_body_argument("password", "", strip=False)
        target = self.target(self.get_body_argument("next", ""))
        address = self.request.remote_ip or ""
        if not can_be_name(name):
            # Not shown again, nor counted or hashed: nobody's, and long texts would keep others waiting.
            await self._wrong(target, "", address)
            return
        try:
            tried, good = await checks.run(self._check, users, tidy(name), password, address)
        except BusyError:
            self._later(target, name, 503, BUSY_SECONDS, _("Too many people sign in at this moment."))
            return
        if tried.wait > 0:
            _log.warning("Sign-in refused for %.0f s: too many wrong passwords from %s", tried.wait, address)
            self._later(target, name, 429, tried.wait, _("There were too many wrong passwords."))
        elif not good:
            await self._wrong(target, name, address)
        else:
            self.sign_in.browsers.use_up(self)
            self.sign_in.browsers.mark(self, self.sign_in.throttle.digest("account", users.proper(name)))
            self.sign_in.start(self, users.proper(name))
            _log.info("Signed in: %s from %s", users.proper(name), address)
            self.redirect(target, status=303)

    def _check(self, users: UserFile, name: str, password: str, address: str) -> tuple[Try, bool]:
        """On a thread: whether the password may be looked at, and whether it is right."""
        throttle = self.sign_in.throttle
        browser = self.sign_in.browsers.marked(self.request, throttle.digest("account", name))
        relayed = is_relayed(self.request.headers, believed=self.settings.get("believes_proxy", False))
        tried = throttle.attempt(name, address, browser, relayed=relayed)
        good = tried.wait == 0 and users.check(name, password)
        if good:
            throttle.right(tried, name, address)
        return tried, good

    async def _wrong(self, target: str, name: str, address: str) -> None:
        """Answer to a wrong name or password."""
        # A visitor may type the password into the field of the name, so the name stays out of the log.
        _log.warning("Sign-in with a wrong name or password from %s", address)
        await asyncio.sleep(PAUSE)
        self.set_status(403)
        self._show(target, name, _("The name or the password is wrong."))

    def _later(self, target: str, name: str, status: int, wait: float, why: str) -> None:
        """Ask to come back later."""
        self.set_status(status)
        self.set_header("Retry-After", math.ceil(wait))
        self._show(target, name, _("{why} Wait {time}, then try again.").format(why=why, time=_seconds(wait)))

    def _show(self, target: str, name: str = "", error: str = "") -> None:
        """Write the form."""
        self.finish(login_page(target=target, xsrf=self.sign_in.browsers.number(self), name=name, error=error))


class LogoutHandler(PlainHandler):
    """The page to sign out. Only a form that this server wrote for this very sign-in does."""

    def check_xsrf_cookie(self) -> None:
        """Left out: the form holds a key of its own, which a page that was opened long ago knows, too."""

    def get(self) -> None:
        """Ask."""
        visitor = self.sign_in.visitor(self.request)
        if visitor is None:
            self.redirect(self.sign_in.prefix + LOGIN)
            return
        self.finish(logout_page(name=visitor.name, key=self.sign_in.sign_out_key(visitor), home=self.home))

    def post(self) -> None:
        """Sign out."""
        visitor = self.sign_in.visitor(self.request)
        if visitor is not None:
            given = self.get_body_argument("key", "")
            if not hmac.compare_digest(given.encode(), self.sign_in.sign_out_key(visitor).encode()):
                # Ask again, with the right key.
                self.set_status(403)
                self.get()
                return
            self.sign_in.end(self)
            _log.info("Signed out: %s", visitor.name)
            self.on_signed_out()
        self.redirect(self.sign_in.prefix + LOGIN, status=303)

    def on_signed_out(self) -> None:
        """Close what is open in other tabs, see `vanas_panel.serve.requests.guard.Guard.close_strangers`."""
        close = self.settings.get("close_strangers")
        if close is not None:
            close()


def _seconds(wait: float) -> str:
    """A time to wait in words."""
    whole = math.ceil(wait)
    if whole < 90:
        return ngettext("{count} second", "{count} seconds", whole).format(count=whole)
    return _("{count} minutes").format(count=math.ceil(wait / 60))
