"""The few pages that are plain HTML: to sign in, to sign out, and to say no. No script, nothing from elsewhere."""

from __future__ import annotations

import base64
from dataclasses import asdict

from vanas_panel.serve.csp import style_policy
from vanas_panel.views.markup import text
from vanas_panel.views.theme import DARK, FONT, LIGHT, Palette

_ICON = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 4l6 9 6-9M2 4h12" fill="none" '
         f'stroke="{LIGHT.accent}" stroke-width="1.6"/><g fill="{LIGHT.accent}"><circle cx="2.5" cy="4" r="2"/>'
         '<circle cx="13.5" cy="4" r="2"/><circle cx="8" cy="12.5" r="2.4"/></g></svg>')
ICON = "data:image/svg+xml;base64," + base64.b64encode(_ICON.encode()).decode()
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


def document(title: str, body: str) -> str:
    """A page.

    Parameters
    ----------
    title : str
        As text.
    body : str
        As HTML.
    """
    return (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{text(title)} · vanas</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="{ICON}">'
            f'<style>{_STYLE}</style></head><body><main><p class="name">vanas</p>{body}</main></body></html>')


def login_page(*, target: str, xsrf: str, name: str = "", error: str = "") -> str:
    """The page to sign in.

    Parameters
    ----------
    target : str
        Where to go then.
    xsrf : str
        What the form hands back to show that it is ours.
    name : str, optional
        What was typed before.
    error : str, optional
        What was wrong.
    """
    warning = f'<p class="error" role="alert"><b>Not signed in.</b> {text(error)}</p>' if error else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    return document("Sign in", (
        f'<h1>Sign in</h1>{warning}<form method="post">'
        f'<label for="name">Name</label><input id="name" name="name" value="{text(name)}" autocomplete="username" '
        f'autocapitalize="none" spellcheck="false" maxlength="64" required{first}>'
        '<label for="password">Password</label><input id="password" name="password" type="password" '
        f'autocomplete="current-password" maxlength="1024" required{second}>'
        f'<input type="hidden" name="next" value="{text(target)}">'
        f'<input type="hidden" name="_xsrf" value="{text(xsrf)}"><button class="first">Sign in</button></form>'))


def logout_page(*, name: str, key: str, home: str) -> str:
    """The page that asks whether to sign out."""
    return document("Sign out", (
        f'<h1>Sign out?</h1><p>You are signed in as {text(name)}.</p><form method="post">'
        f'<input type="hidden" name="key" value="{text(key)}"><button class="first" autofocus>Sign out</button></form>'
        f'<a class="button" href="{text(home)}">Back to the page</a>'))


def notice(title: str, words: str, *, link: str = "", label: str = "") -> str:
    """A page that says something, with one place to go."""
    onward = f'<a class="button first" href="{text(link)}">{text(label)}</a>' if link else ""
    return document(title, f"<h1>{text(title)}</h1><p>{text(words)}</p>{onward}")
