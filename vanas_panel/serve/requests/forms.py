"""Plain HTML pages: sign-in, sign-out, refusals. No script, no outside request."""

from __future__ import annotations

import base64
from dataclasses import asdict

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import DARK, FONT, LIGHT, Palette
from vanas_panel.serve.requests.csp import style_policy
from vanas_panel.text.language import current_language, translated
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

ICON = "data:image/svg+xml;base64," + base64.b64encode(_PIECES.icon(color=LIGHT.accent).encode()).decode()
"""The icon of the page in the tab of a browser, as an address that asks no server."""


def _variables(colors: Palette) -> str:
    """A palette as CSS custom properties."""
    return " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in asdict(colors).items())


_STYLE = f"""
:root {{ color-scheme: light dark; {_variables(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}
* {{ box-sizing: border-box; }}
body {{
  margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 24px 16px;
  background: var(--page); color: var(--text); font: 14px/1.45 {FONT};
}}
main {{
  width: min(360px, 100%); padding: 26px 28px 28px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; overflow-wrap: anywhere;
}}
.name {{ margin: 0 0 18px; font-size: 17px; font-weight: 700; letter-spacing: .02em; color: var(--muted); }}
h1 {{ margin: 0 0 6px; font-size: 19px; font-weight: 650; }}
p {{ margin: 0 0 14px; color: var(--muted); }}
label {{ display: block; margin: 14px 0 5px; font-weight: 500; }}
input {{
  width: 100%; height: 38px; padding: 0 10px; font: inherit; color: var(--text); background: var(--page);
  border: 1px solid var(--faint); border-radius: 6px;
}}
button, a.button {{
  display: block; width: 100%; height: 38px; margin-top: 20px; font: inherit; font-weight: 600; line-height: 36px;
  text-align: center; text-decoration: none; color: var(--text); background: var(--card);
  border: 1px solid var(--faint); border-radius: 6px; cursor: pointer;
}}
button.first, a.first {{ color: var(--card); background: var(--text); border-color: var(--text); }}
a.button + a.button, form + a.button {{ margin-top: 10px; }}
:focus-visible {{ outline: 2px solid var(--accent); outline-offset: 2px; }}
.error {{
  margin: 14px 0 0; padding: 9px 12px; color: var(--text); background: var(--page);
  border-left: 3px solid var(--negative); border-radius: 4px;
}}
.error b {{ color: var(--negative); }}
"""

POLICY = (f"default-src 'none'; style-src {style_policy(_STYLE)}; img-src data:; form-action 'self'; base-uri 'none'; "
          "frame-ancestors 'none'")
"""The Content-Security-Policy of these pages."""


def document(title: str, body: Html) -> Html:
    """A page.

    Parameters
    ----------
    title : str
        As text.
    body : Html
    """
    return _PIECES.page(language=current_language(), title=title, icon=ICON, style=Html(_STYLE), body=body)


def login_page(*, target: str, xsrf: str, name: str = "", error: str = "") -> Html:
    """The page to sign in.

    Parameters
    ----------
    target : str
        Where to go then.
    xsrf : str
        The token that shows that a form is ours.
    name : str, optional
        The name that was typed before.
    error : str, optional
        The fault of the last try.
    """
    return document(_("Sign in"), _PIECES.login(
        title=_("Sign in"), error={"title": _("Not signed in."), "reason": error}, label=_("Name"), name=name,
        password_label=_("Password"), target=target, xsrf=xsrf))


def logout_page(*, name: str, key: str, home: str) -> Html:
    """The page that asks whether to sign out."""
    return document(_("Sign out"), _PIECES.logout(
        title=_("Sign out?"), who=_("You are signed in as {name}.").format(name=name), key=key, button=_("Sign out"),
        home=home, back=_("Back to the page")))


def notice(title: str, words: str, *, link: str = "", label: str = "") -> Html:
    """A page with a message and one link."""
    return document(translated(title), _PIECES.message(title=title, words=words, link=link, label=label))
