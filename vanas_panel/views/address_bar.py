"""The browser's address on a served page, which follows the session, and a button that copies it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import param
from panel.custom import JSComponent

from vanas_panel.address import left_out, to_query
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.style import ACCENT, CARD, LINE, MARKUP, NARROW

CSS = f"""
:host {{
  flex: none; display: flex; align-items: center; margin: 0; padding: 0 18px 0 0;
  background: {CARD}; border-bottom: 1px solid {LINE};
}}
.copy {{ height: 28px; padding: 0 10px; white-space: nowrap; }}
.below {{
  position: absolute; top: calc(100% + 8px); right: 12px; width: min(440px, calc(100cqw - 24px));
  display: flex; flex-direction: column; align-items: flex-end; gap: 8px;
}}
.said:not(:empty), .notice:not(:empty) {{
  padding: 10px 14px; background: {CARD}; border: 1px solid {LINE}; border-left: 3px solid {ACCENT}; border-radius: 8px;
  box-shadow: 0 6px 24px rgb(0 0 0 / .18); overflow-wrap: anywhere;
}}
.notice:not(:empty) {{ max-height: 60vh; overflow: hidden auto; }}
.notice ul {{ margin: 6px 0 0; padding: 0 0 0 18px; }}
.notice li {{ margin: 3px 0; }}
.notice button {{ float: right; width: 26px; height: 26px; padding: 0; margin: -4px -6px 4px 8px; font-size: 15px; }}
.said input {{ display: block; width: 100%; margin-top: 8px; padding: 4px 6px; font: inherit; }}
@container vp-page (max-width: {NARROW}px) {{ :host {{ padding: 8px 12px; border: 0; background: none; }} }}
"""

_FOLLOWED = ["metric", "x", "y", "log_x", "log_y", "rows", "draft", "positions", "pinned", "extra_vertices", "dark",
             "drawer"]


class AddressBar(JSComponent):
    """A button that copies a link to the page, and the link itself in the address of the browser.

    The address is left as it is until something changes. A page in a notebook has no address of its own: do without.

    Parameters
    ----------
    messages : sequence of str, optional
        What the link that opened the page asked for in vain; shown as text.
    **params
        As for any Panel component.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> bar, session = AddressBar(), Session(vp.open_table("structure4"))
    >>> bar.follow(session)
    >>> session.extra_vertices = 2
    >>> bar.query[-17:]
    '&extra_vertices=2'
    """

    query = param.String("", doc="The state of the page, see `vanas_panel.address.to_query`.")
    changed = param.Boolean(False, doc="Whether the page is no longer the one that was opened.")
    left_out = param.String("", doc="What of it a link cannot hold, as text.")
    messages = param.List([], item_type=str, doc="What the opened link asked for in vain.")

    _esm = Path(__file__).with_name("address_bar.js")

    def __init__(self, messages: Sequence[str] = (), **params):
        super().__init__(messages=list(messages), stylesheets=[MARKUP, CSS], css_classes=["vp-address"], **params)
        self._session: Session | None = None
        self._watcher: param.parameterized.Watcher | None = None
        self._tables: tuple[BenchmarkTable, ...] = ()

    def follow(self, session: Session, tables: Sequence[BenchmarkTable] = ()) -> None:
        """Show the state of a session from now on.

        Parameters
        ----------
        session : Session
        tables : sequence of BenchmarkTable, optional
            All that can be opened.
        """
        if self._session is not None and self._watcher is not None:
            self._session.param.unwatch(self._watcher)
            # They spoke of the page that was open before.
            self.param.update(messages=[], changed=True)
        self._session, self._tables = session, tuple(tables)
        self._watcher = session.param.watch(self._update, _FOLLOWED)
        self._update()

    def go(self, query: str) -> None:
        """Open another page in the browser, in the place of this one.

        Parameters
        ----------
        query : str
            The state that it starts with, see `vanas_panel.address.to_query`.
        """
        self._send_msg({"query": query})

    def _update(self, *events) -> None:
        """Bring the link up to date."""
        if self._session is not None:
            self.param.update(query=to_query(self._session, self._tables), left_out=" ".join(left_out(self._session)),
                              changed=self.changed or bool(events))
