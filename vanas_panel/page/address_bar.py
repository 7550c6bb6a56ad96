"""The browser's address on a served page, which follows the session, and a button that copies it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import param

from vanas_panel.draw.css import ACCENT, LINE, MARKUP, NARROW
from vanas_panel.page.history_entries import Entries
from vanas_panel.state.link import left_out, take_steps, to_query
from vanas_panel.state.page_state import parameters
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import keep_language, speaking
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import run_callback

CSS = f"""
:host, :host > div, .address {{ display: contents; }}
.copy {{
  flex: none; align-self: center; height: 28px; min-width: 78px; padding: 0 10px; margin: 0 18px 0 0;
  white-space: nowrap;
}}
.copy.done {{ font-size: 0; }}
.copy.done::before {{ content: attr(data-done) / ""; font-size: 12px; }}
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
@container vp-page (max-width: 1320px) {{
  .copy {{ align-self: flex-start; margin-top: 8px; }}
}}
@container vp-page (max-width: {NARROW}px) {{
  .copy {{
    position: absolute; z-index: 3; top: 9px; right: 12px; min-width: 0; font-size: 0; padding: 0 5px; margin: 0;
  }}
  .copy::before {{ content: attr(data-short) / ""; font-size: 11px; }}
  .copy.done::before {{ content: "✓" / ""; }}
  .said:not(:empty), .notice:not(:empty) {{ padding-right: 12px; padding-left: 9px; }}
}}
"""
"""The button is at the end of the header's line. Messages have a line of their own below it, which moves the
page down: it covers nothing that can be pressed."""


def address_texts() -> dict[str, str]:
    """Texts of the script, in the language of the page."""
    return {
        "copy": _("Copy link"), "tooltip": _("Copy a link that opens this page as it is now"), "short": _("Link"),
        "done": _("✓ copied"), "copied": _("Link copied."), "close": _("Close (Escape)"),
        "close_message": _("Close this message"), "field": _("Link to this page"),
        "by_hand": _("This browser keeps the clipboard to itself. Copy the link from here:"),
        "link_in_part": _("Not all of the link could be opened:"),
        "table_in_part": _("Not everything fits this table:"),
    }


class AddressBar(ScriptComponent):
    """A button that copies a link to the page, and the link itself in the address of the browser.

    The address is left as it is until something changes. A page in a notebook has no address of its own: do without.

    Parameters
    ----------
    messages : sequence of str, optional
        Parts of the opening link that could not be shown; displayed as text.
    on_back : callable, optional
        Called when the browser goes back or forward to another state of the page: takes the link to it, brings it back,
        and returns what could not be had as a sequence of str.
    clock : callable, optional
        Gives seconds, by which edits that follow upon each other quickly are one step.
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
    left_out = param.String("", doc="The parts that a link cannot hold, as text.")
    language = param.String("en", doc="Of the page, for the browser and screen readers.")
    texts = param.Dict({}, doc="The texts of the script, by name.")
    messages = param.List([], item_type=str, doc="The parts of the opened link that cannot be shown.")

    _esm = Path(__file__).with_name("address_bar.js")

    def __init__(self, messages: Sequence[str] = (), on_back: Callable[[str], Sequence[str]] | None = None,
                 clock: Callable[[], float] = time.monotonic, **params):
        super().__init__(messages=list(messages), stylesheets=[MARKUP, CSS], css_classes=["vp-address"], **params)
        self._session: Session | None = None
        self._watcher: param.parameterized.Watcher | None = None
        self._tables: tuple[BenchmarkTable, ...] = ()
        self.on_back = on_back
        self._clock = clock
        self._entries = Entries(clock)
        self._loads = 0
        self._is_going_back = False

    @property
    def query(self) -> str:
        """The state of the page, see `vanas_panel.state.link.to_query`."""
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
        # In another language, the page stays where it is in the history.
        begins, self._loads = self._session not in (None, session), session.loads
        self._session, self._tables = session, tuple(tables)
        with speaking(session.language):
            self.param.update(language=session.language, texts=address_texts())
        self._entries = Entries(self._clock, session.state_type)
        self._watcher = session.param.watch(keep_language(self._update, session.language),
                                            list(parameters(session.state_type).values()))
        self._write(begins=begins)

    def go(self, query: str, carried: dict[str, Any] | None = None) -> None:
        """Open another page in the browser instead of this one.

        Parameters
        ----------
        query : str
            The state that it starts with, see `vanas_panel.state.link.to_query`.
        carried : dict, optional
            What the next page gets beside it: ``messages``, a list of str, and what
            `vanas_panel.state.link.steps_text` has written.
        """
        self.send({"query": query, "carried": carried or {}})

    def receive(self, message: Any) -> None:
        """Hear of the browser's Back and Forward, and of the page before this one."""
        if not isinstance(message, dict):
            return
        query, visit = message.get("back"), message.get("visit")
        if isinstance(query, str) and isinstance(visit, int):
            run_callback(keep_language(self._go_back, self.language), query, visit)
        elif "past" in message and self._session is not None:
            run_callback(take_steps, self._session, message)

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
        # Param reports a draft as changed whenever it is set.
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
