"""The HTML page of a visitor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import panel as pn

from vanas_panel.draw.theme import DARK, FONT, LIGHT
from vanas_panel.page.dashboard import linked
from vanas_panel.searches.gradient_searches import shared_gradient_searches
from vanas_panel.searches.live_searches import shared_live_searches
from vanas_panel.serve.compat import payload_of
from vanas_panel.serve.followed_tables import ServedTables
from vanas_panel.serve.requests.forms import ICON
from vanas_panel.shelf import shared_shelf
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import current_language
from vanas_panel.text.script_texts import every_texts_block
from vanas_panel.training.runs import shared_runs
from vanas_panel.widgets.tools import Tools

TITLE = "vanas"


def _script(name: str) -> str:
    """A script of this package, as a part of a template."""
    return "{% raw %}" + (Path(__file__).parent / name).read_text(encoding="utf-8") + "{% endraw %}"


# Panel's stock templates ask outside hosts for fonts, this one does not. Until the page is there, the preview of
# `vanas_panel.serve.preview` is shown instead, or a line of text.
# All of this is the same for all visitors, so it is the browser that sees from the link in which appearance to wait.
# Bokeh's WebGL, by which nothing is drawn, and Panel's polyfill for imports are left out.
# The scripts of Bokeh and Panel stand last, so that the text is drawn and the websocket opened while they load.
TEMPLATE = f"""
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
.vp-preview {{ position: fixed; inset: 0; z-index: 1; }}
.vp-seen, .vp-seen body {{ cursor: progress; }}
.vp-seen .vp-wait {{ z-index: 2; }}
.vp-pressed {{
  position: fixed; z-index: 3; width: 26px; height: 26px; margin: -15px; border: 2px solid {LIGHT.accent};
  border-radius: 50%; pointer-events: none;
}}
@media screen {{ .vp-seen .vp-wait:not(.vp-said) {{ clip-path: inset(50%); }} }}
.vp-seen .vp-wait.vp-said {{ background: {LIGHT.text}; color: {LIGHT.card}; padding: 16px; }}
@media print {{
  html, body, .vp-late, .vp-late body {{ background: #fff; }}
  .vp-lost, .vp-preview {{ display: none; }}
}}
html:not(.vp-there) .vp-root {{ opacity: 0; pointer-events: none; }}
.vp-lost:not(.vp-said) {{ display: none; }}
.vp-lost {{
  position: fixed; inset: auto 0 0; z-index: 9; padding: 10px 16px; text-align: center; color: {LIGHT.card};
  background: {LIGHT.text}; font: 14px {FONT};
}}
</style>
{{{{ texts | safe }}}}
<script data-language="{{{{ language }}}}">
{_script("waiting.js")}
// All browsers that show the page can import a script by themselves.
window.importShim = (address) => import(address)
importShim.addImportMap = () => {{}}
if (new URLSearchParams(location.search).get("dark") == "1") document.documentElement.classList.add("vp-late");
{{% if preview %}}{_script("preview/asked.js")}{{% endif %}}
{_script("printing.js")}
</script>
<script data-token="{{{{ doc.token | e }}}}">
{_script("early_socket.js")}
</script>
{{% endblock %}}
{{% block contents %}}
<div class="vp-wait" role="status">Opening the table …</div>
<script>window.vanas_speak_waiting()</script>
<div class="vp-lost" role="alert"></div>
{{% if preview %}}
{{{{ preview | safe }}}}
<script>
{_script("preview/preview.js")}
</script>
{{% endif %}}
<div class="vp-root">{{{{ embed(roots.page) }}}}</div>
{{% for line in (bokeh_js | string).splitlines() if not ("<script" in line and (
    "/bokeh-gl." in line or "/es-module-shims" in line)) %}}
{{{{ line | safe }}}}
{{% endfor %}}
{{% endblock %}}
"""


def page(tables: Sequence[BenchmarkTable], messages: Sequence[str] = ()) -> pn.Template:
    """The page of a new session.

    Parameters
    ----------
    tables : sequence of BenchmarkTable
        The first one is open at the start, unless the address of the page names another.
    messages : sequence of str, optional
        What its visitor asked for and cannot be shown.

    Returns
    -------
    panel.Template
        With one root, the `vanas_panel.page.dashboard.Dashboard`.
    """
    pn.extension()
    # The versions that there are now: a newer one may be read meanwhile.
    shown = tuple(tables)
    return in_template(linked(shown, query(), tools(tables), accepted_languages(), messages))


def in_template(root: Any) -> pn.Template:
    """A page in the HTML around it: what is shown while it loads, and where it does not come.

    Parameters
    ----------
    root : anything that Panel shows

    Returns
    -------
    panel.Template
    """
    template = pn.Template(TEMPLATE)
    template.add_variable("app_favicon", ICON)
    template.add_variable("language", current_language())
    template.add_variable("texts", every_texts_block("vanas_panel/serve/waiting.js", "vanas-waiting"))
    template.add_variable("apple_icon", "")
    template.add_panel("page", root)
    return template


def query() -> str:
    """The query of the address of the page that is being made."""
    context = pn.state.curdoc.session_context if pn.state.curdoc else None
    # A page that is made to warm the server up has no request.
    arguments = context.request.arguments if context is not None and context.request is not None else {}
    return urlencode([(name, value) for name, values in arguments.items() for value in values])


def accepted_languages() -> str:
    """Which languages the browser of the page that is being made asks for."""
    context = pn.state.curdoc.session_context if pn.state.curdoc else None
    # A page that is made to warm the server up has no request.
    headers = context.request.headers if context is not None and context.request is not None else {}
    return next((value for name, value in headers.items() if name.lower() == "accept-language"), "")


def tools(tables: Sequence[BenchmarkTable] = ()) -> Tools:
    """The services of a page of this server: its user, and the parts that all pages of the process share."""
    return Tools(user=visitor_name(), runs=shared_runs(), shelf=shared_shelf(),
                 sign_out=_payload().get("vanas_out", ""), live=shared_live_searches(),
                 gradients=shared_gradient_searches(), inspects=True,
                 followed=tables.followed if isinstance(tables, ServedTables) else (),
                 run_files=tables.runs if isinstance(tables, ServedTables) else (),
                 others=tuple(each.page for each in tables.trials) if isinstance(tables, ServedTables) else ())


def visitor_name() -> str:
    """Name of the signed-in visitor of the page that is being made; empty on a server without sign-in."""
    # By our own sign-in, or by that of ``panel serve``.
    return _payload().get("vanas_user") or pn.state.user or ""


def _payload() -> dict[str, Any]:
    """The signed claims of the page that is being made."""
    context = pn.state.curdoc.session_context if pn.state.curdoc else None
    return {} if context is None else payload_of(context)
