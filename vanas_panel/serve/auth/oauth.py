"""Signing in with an account elsewhere: Panel's OAuth providers, passed through.

Panel talks to the provider; what comes of it is one of our own sign-ins (`vanas_panel.serve.auth.signin`). The tokens
of the provider are used for the name and then dropped: neither a cookie nor the page holds them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import panel as pn
from panel.auth import AUTH_PROVIDERS, CODE_COOKIE_NAME, STATE_COOKIE_NAME
from tornado.web import HTTPError, RequestHandler

from vanas_panel.errors import ServeError
from vanas_panel.files.disk_errors import cause
from vanas_panel.serve.auth.login import PlainHandler
from vanas_panel.serve.auth.private_files import NO_TEXT
from vanas_panel.serve.auth.signin import LOGIN
from vanas_panel.serve.requests.forms import notice
from vanas_panel.text.language import Message
from vanas_panel.text.language import gettext as _

ENVIRONMENT = "VANAS_PANEL_OAUTH_SECRET"
"""The environment variable that holds the secret of the client, where no file is named."""

# The two that ask for a password themselves, with a page of Panel's that loads parts from outside hosts.
PROVIDERS = tuple(sorted(set(AUTH_PROVIDERS) - {"password", "pam"}))
"""Where people can sign in."""


@dataclass(frozen=True)
class OAuth:
    """An account elsewhere that people sign in with.

    Parameters
    ----------
    provider : str
        One of `PROVIDERS`.
    key : str
        The public identifier under which this server is known to the provider.
    secret : str, optional
        Its secret; never shown.
    extra : mapping of str to str, optional
        What a provider needs besides, as Panel calls it, such as ``TOKEN_URL`` of the provider ``generic``.
    redirect_uri : str, optional
        The address of our page to sign in as the provider knows it; by default the one that the visitor uses.
    user_key : str, optional
        Which claim of the provider is the name; by default that provider's own.
    """

    provider: str
    key: str
    secret: str = field(default="", repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)
    redirect_uri: str = ""
    user_key: str = ""

    def check(self) -> None:
        """Refuse what cannot work.

        Raises
        ------
        ServeError
            Saying what is missing.
        """
        if self.provider not in PROVIDERS:
            raise ServeError(Message("Found {provider!r} as an OAuth provider; expected one of {known}. Choose one of "
                                     "them with --oauth-provider.", provider=self.provider, known=", ".join(PROVIDERS)))
        if not self.key:
            raise ServeError("Found no key for the OAuth provider; expected the identifier that it has given to this "
                             "server. Name it with --oauth-key.")
        if not self.secret and self.provider != "auth_code":
            raise ServeError(Message("Found no secret for the OAuth provider; expected the one that it has given to "
                                     "this server. Put it into a file for --oauth-secret-file, or into the environment "
                                     "as {variable}.", variable=ENVIRONMENT))


def client_secret(path: Path | None = None) -> str:
    """The secret of the client, from a file or from the environment.

    Raises
    ------
    ServeError
        Where the file cannot be read.
    """
    if path is None:
        return os.environ.get(ENVIRONMENT, "")
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        reason = cause(error) if isinstance(error, OSError) else NO_TEXT
        raise ServeError(Message("{path}: Found {reason}; expected a file with the secret of the OAuth client. Name "
                                 "another with --oauth-secret-file.", path=path, reason=reason)) from None


def login_handler(oauth: OAuth) -> type[RequestHandler]:
    """The page to sign in: it sends people to the provider, and takes them back.

    Parameters
    ----------
    oauth : OAuth
        Set for the whole process, since Panel knows one.
    """
    settings = {"provider": oauth.provider, "key": oauth.key, "secret": oauth.secret, "extra_params": dict(oauth.extra),
                "redirect_uri": oauth.redirect_uri or None, "jwt_user": oauth.user_key or None}
    for name, value in settings.items():
        setattr(pn.config, f"oauth_{name}", value)
    theirs = AUTH_PROVIDERS[oauth.provider]
    return type(f"Our{theirs.__name__}", (_Ours, theirs), {})


class _Ours(PlainHandler):
    """Our differences from Panel's own handlers of OAuth."""

    @property
    def _redirect_uri(self) -> str:
        """Where the provider sends people back to: here, not to the page."""
        own = f"{self.request.protocol}://{self.request.host}{self.sign_in.prefix}{LOGIN}"
        return pn.config.oauth_redirect_uri or own

    async def get(self) -> None:
        """Redirect to the provider, or handle its answer."""
        if self.get_query_argument("code", "") and not self.get_query_argument("state", ""):
            # Panel compares the state with that of the cookie; with both missing, they would be equal.
            raise HTTPError(401, reason="state missing")
        if self.get_query_argument("error", ""):
            raise HTTPError(401, reason="refused")
        await super().get()  # type: ignore[misc]

    def get_state(self) -> str:
        """The state of Panel, for an address of this server only."""
        target = self.target(self.get_query_argument("next", ""))
        self.request.arguments["next"] = [target.encode()]
        return super().get_state()  # type: ignore[misc]

    def set_signed_cookie(self, name: str, value: str | bytes, *positional: Any, **attributes: Any) -> None:
        """Turn Panel's cookies into a sign-in of ours."""
        if name == "user":
            user = value.decode() if isinstance(value, bytes) else str(value)
            if not self.sign_in.admits(user):
                raise HTTPError(403, reason="not admitted")
            self.sign_in.start(self, user)
        elif name in (STATE_COOKIE_NAME, CODE_COOKIE_NAME):
            super().set_signed_cookie(name, value, *positional, **{**attributes, "expires_days": 1 / 24})

    set_secure_cookie = set_signed_cookie

    def clear_cookie(self, name: str, **attributes: Any) -> None:
        """Clear one of our cookies, with the attributes it was set with."""
        if name in (STATE_COOKIE_NAME, CODE_COOKIE_NAME):
            self.set_cookie(name, "", expires_days=-1)

    def write_error(self, status_code: int, **_given: Any) -> None:
        """Answer that the visitor is not signed in."""
        words = (_("You signed in, but are not among those who may use this page.") if status_code == 403 else
                 _("Signing in with {provider} did not work.").format(provider=pn.config.oauth_provider))
        self.finish(notice(_("Not signed in"), words, link=f"{self.sign_in.prefix}{LOGIN}", label=_("Try again")))


