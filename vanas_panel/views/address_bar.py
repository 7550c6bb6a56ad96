"""The browser's address on a served page, which follows the session, and a button that copies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import param

from vanas_panel.address import left_out, take_steps, to_query
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.entries import Entries
from vanas_panel.views.lock import with_lock
from vanas_panel.views.script_component import ScriptComponent
from vanas_panel.views.style import ACCENT, LINE, MARKUP, NARROW

CSS = f"""
:host, :host > div, .address {{ display: contents; }}
.copy {{
  flex: none; align-self: center; height: 28px; min-width: 78px; padding: 0 10px; margin: 0 18px 0 0;
  white-space: nowrap;
}}
.copy.done {{ font-size: 0; }}
.copy.done::before {{ content: "✓ copied" / ""; font-size: 12px; }}
.below {{ flex: 0 0 100%; min-width: 0; }}
.said:not(:empty), .notice:not(:empty) {{
  padding: 10px 18px 10px 15px; border-top: 1px solid {LINE}; border-left: 3px solid {ACCENT}; overflow-wrap: anywhere;
  max-height: calc(.4 * var(--vp-height, 100vh)); overflow: hidden auto;
}}
.said.quiet:not(:empty) {{
  position: absolute; width: 1px; height: 1px; padding: 0; border: 0; overflow: hidden; clip-path: inset(50%);
}}
.below ul {{ margin: 6px 0 0; padding: 0 0 0 18px; }}
.below li {{ margin: 3px 0; }}
.below button {{ float: right; width: 26px; height: 26px; padding: 0; margin: -4px -6px 4px 8px; font-size: 15px; }}
.said input {{ display: block; width: min(720px, 100%); margin-top: 8px; padding: 4px 6px; font: inherit; }}
@container vp-page (max-width: {NARROW}px) {{
  .copy {{
    position: absolute; z-index: 3; top: 9px; right: 12px; min-width: 0; font-size: 0; padding: 0 5px; margin: 0;
  }}
  .copy::before {{ content: "Link" / ""; font-size: 11px; }}
  .copy.done::before {{ content: "✓" / ""; }}
  .said:not(:empty), .notice:not(:empty) {{ padding-right: 12px; padding-left: 9px; }}
}}
"""
"""The button stands at the end of the header's line, and what is said in a line of its own below it, which moves the
page down: it covers nothing that can be pressed."""

_FOLLOWED = ["metric", "better", "x", "y", "log_x", "log_y", "window", "rows", "draft", "positions", "pinned",
             "extra_vertices", "dark", "drawer"]


class AddressBar(ScriptComponent):
    """A button that copies a link to the page, and the link itself in the address of the browser.

    The address is left as it is until something changes. A page in a notebook has no address of its own: do without.

    Parameters
    ----------
    messages : sequence of str, optional
        What the link that opened the page asked for in vain; shown as text.
    on_back : callable, optional
        Called when the browser goes back or forward to another state of the page: takes the link to it, brings it back,
        and returns what could not be had as a sequence of str.
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

    entry = param.List([0, 0, ""], doc=(
        "Number of the step, number of the browser's last Back or Forward that it knows of, the link to the state."))
    changed = param.Boolean(False, doc="Whether the page is no longer the one that was opened.")
    left_out = param.String("", doc="What of it a link cannot hold, as text.")
    messages = param.List([], item_type=str, doc="What the opened link asked for in vain.")

    _esm = Path(__file__).with_name("address_bar.js")

    def __init__(self, messages: Sequence[str] = (), on_back: Callable[[str], Sequence[str]] | None = None, **params):
        super().__init__(messages=list(messages), stylesheets=[MARKUP, CSS], css_classes=["vp-address"], **params)
        self._session: Session | None = None
        self._watcher: param.parameterized.Watcher | None = None
        self._tables: tuple[BenchmarkTable, ...] = ()
        self.on_back = on_back
        self._entries = Entries()
        self._loads = 0
        self._is_going_back = False

    @property
    def query(self) -> str:
        """The state of the page, see `vanas_panel.address.to_query`."""
        return self.entry[2]

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
        is_first, self._loads = self._session is None, session.loads
        self._session, self._tables = session, tuple(tables)
        self._entries.end()
        self._watcher = session.param.watch(self._update, _FOLLOWED)
        self._write(begins=not is_first)

    def go(self, query: str, carried: dict[str, Any] | None = None) -> None:
        """Open another page in the browser, in the place of this one.

        Parameters
        ----------
        query : str
            The state that it starts with, see `vanas_panel.address.to_query`.
        carried : dict, optional
            What the next page is told beside it: ``messages``, a list of str, and what
            `vanas_panel.address.steps_text` has written.
        """
        self._send_msg({"query": query, "carried": carried or {}})

    def _handle_msg(self, data: Any) -> None:
        """Hear of the browser's Back and Forward, and of the page before this one."""
        if not isinstance(data, dict):
            return
        query, visit = data.get("back"), data.get("visit")
        if isinstance(query, str) and isinstance(visit, int):
            with_lock(self._go_back, query, visit)
        elif "past" in data and self._session is not None:
            with_lock(take_steps, self._session, data)

    def _go_back(self, query: str, visit: int) -> None:
        """Bring back the state of a link."""
        self._is_going_back = True
        try:
            messages = [] if self.on_back is None else self.on_back(query)
        finally:
            self._is_going_back = False
        self._entries.end()
        self.messages = list(messages)
        self._write(begins=False, visit=visit)

    def _update(self, *events) -> None:
        """Follow a change of the session."""
        if self._session is None or self._is_going_back:
            return
        loaded = self._session.loads != self._loads
        self._loads = self._session.loads
        # Drafts are told as changed whenever they are set.
        changed = {event.name for event in events if event.name == "rows" or event.new != event.old}
        self._write(self._entries.begins(changed, loaded))

    def _write(self, begins: bool, visit: int | None = None) -> None:
        """Bring the link up to date."""
        if self._session is None or self._is_going_back:
            return
        step, last, before = self.entry
        query = to_query(self._session, self._tables)
        self.param.update(
            entry=[step + (begins and query != before), last if visit is None else visit, query],
            left_out=" ".join(left_out(self._session)), changed=self.changed or bool(before))
