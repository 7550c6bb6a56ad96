"""The page that a visitor gets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import panel as pn
from panel.io.resources import LOCAL_DIST

from vanas_panel.dashboard import linked
from vanas_panel.serve.forms import ICON
from vanas_panel.shelf import shared_shelf
from vanas_panel.table import BenchmarkTable
from vanas_panel.training.runs import shared_runs
from vanas_panel.views.theme import DARK, FONT, LIGHT
from vanas_panel.views.tools import Tools

TITLE = "vanas"


def _script(name: str) -> str:
    """A script that stands beside this module, as a part of a template."""
    return "{% raw %}" + Path(__file__).with_name(name).read_text(encoding="utf-8") + "{% endraw %}"


# Panel's stock templates ask outside hosts for fonts, this one does not. A line of text shows until the page is there.
# All of this is the same for everybody, so it is the browser that sees from the link in which appearance to wait.
# Bokeh's WebGL, by which nothing is drawn, and Panel's polyfill for imports are left out.
# The scripts of Bokeh and Panel stand last, so that the text is drawn and the websocket opened while they load.
_TEMPLATE = f"""
{{% extends base %}}
{{% block js_resources %}}{{% endblock %}}
{{% block postamble %}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
html, body {{ background: {LIGHT.page}; }}
.vp-late, .vp-late body {{ background: {DARK.page}; }}
.vp-wait {{ position: fixed; inset: 45% 0 auto; text-align: center; color: {LIGHT.muted}; font: 14px {FONT}; }}
.vp-late .vp-wait {{ color: {DARK.muted}; }}
.vp-wait p, .vp-lost p {{ margin: 0 auto 8px; max-width: 640px; overflow-wrap: anywhere; }}
.vp-there .vp-wait {{ display: none; }}
@media print {{ html, body, .vp-late, .vp-late body {{ background: #fff; }} .vp-lost {{ display: none; }} }}
html:not(.vp-there) .vp-root {{ opacity: 0; pointer-events: none; }}
.vp-lost:not(.vp-said) {{ display: none; }}
.vp-lost {{
  position: fixed; inset: auto 0 0; z-index: 9; padding: 10px 16px; text-align: center; color: {LIGHT.card};
  background: {LIGHT.text}; font: 14px {FONT};
}}
</style>
<script>
{_script("waiting.js")}
// All browsers that show the page can import a script by themselves.
window.importShim = (address) => import(address)
importShim.addImportMap = () => {{}}
if (new URLSearchParams(location.search).get("dark") == "1") document.documentElement.classList.add("vp-late");
{_script("printing.js")}
</script>
<script data-token="{{{{ doc.token | e }}}}">
{_script("early_socket.js")}
</script>
{{% endblock %}}
{{% block contents %}}
<div class="vp-wait" role="status">Opening the table …</div>
<div class="vp-lost" role="alert"></div>
<div class="vp-root">{{{{ embed(roots.page) }}}}</div>
{{% for line in (bokeh_js | string).splitlines() if not ("<script" in line and (
    "/bokeh-gl." in line or "/es-module-shims" in line)) %}}
{{{{ line | safe }}}}
{{% endfor %}}
{{% endblock %}}
"""


def page(tables: Sequence[BenchmarkTable]) -> pn.Template:
    """The page of a new session.

    Parameters
    ----------
    tables : sequence of BenchmarkTable
        The first one is open at the start, unless the address of the page names another.

    Returns
    -------
    panel.Template
        With one root, the `vanas_panel.dashboard.Dashboard`.
    """
    pn.extension()
    if pn.state.curdoc:
        # Panel knows only from a request for HTML that its style sheets are here, and asks an outside host until then.
        # A websocket that is opened late, or once more, has its page made without such a request.
        pn.state.curdoc._template_variables.setdefault("dist_url", LOCAL_DIST)
    template = pn.Template(_TEMPLATE)
    template.add_variable("app_favicon", ICON)
    template.add_variable("apple_icon", "")
    template.add_panel("page", linked(tables, _query(), tools()))
    return template


def _query() -> str:
    """What stands behind the question mark of the address of the page that is being made."""
    context = pn.state.curdoc.session_context if pn.state.curdoc else None
    # A page that is made to warm the server up was asked for by nobody.
    arguments = context.request.arguments if context is not None and context.request is not None else {}
    return urlencode([(name, value) for name, values in arguments.items() for value in values])


def tools() -> Tools:
    """What a page of this server works with: who looks at it, and what all pages of the process share."""
    return Tools(user=visitor_name(), runs=shared_runs(), shelf=shared_shelf(),
                 sign_out=_payload().get("vanas_out", ""))


def visitor_name() -> str:
    """The name under which the visitor of the page that is being made has signed in; empty where nobody does."""
    # By our own sign-in, or by that of ``panel serve``.
    return _payload().get("vanas_user") or pn.state.user or ""


def _payload() -> dict[str, Any]:
    """What the server has signed about the page that is being made."""
    context = pn.state.curdoc.session_context if pn.state.curdoc else None
    # A page that is made to warm the server up has no token.
    return dict(context.token_payload) if context is not None and context._token else {}
