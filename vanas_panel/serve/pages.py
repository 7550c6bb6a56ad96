"""The page that a visitor gets."""

from __future__ import annotations

from collections.abc import Sequence

import panel as pn

from vanas_panel.dashboard import Dashboard
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.theme import FONT, LIGHT
from vanas_panel.views.tools import Tools

TITLE = "vanas"

# Panel's stock templates ask outside hosts for fonts, this one does not. A line of text shows until the page is there.
_TEMPLATE = f"""
{{% extends base %}}
{{% block postamble %}}
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
html, body {{ background: {LIGHT.page}; }}
.vp-wait {{ position: fixed; inset: 45% 0 auto; text-align: center; color: {LIGHT.muted}; font: 14px {FONT}; }}
body:has(.vp-root [data-root-id] > *) .vp-wait {{ display: none; }}
</style>
{{% endblock %}}
{{% block contents %}}
<p class="vp-wait">Opening the table …</p>
<div class="vp-root">{{{{ embed(roots.page) }}}}</div>
{{% endblock %}}
"""


def page(tables: Sequence[BenchmarkTable]) -> pn.Template:
    """The page of a new session.

    Parameters
    ----------
    tables : sequence of BenchmarkTable
        The first one is open at the start.

    Returns
    -------
    panel.Template
        With one root, the `vanas_panel.dashboard.Dashboard`.
    """
    pn.extension()
    template = pn.Template(_TEMPLATE)
    template.add_panel("page", Dashboard(Session(tables[0]), tables, tools()))
    return template


def tools() -> Tools:
    """What a page of this server works with: who looks at it, and what all pages of the process share."""
    return Tools()
