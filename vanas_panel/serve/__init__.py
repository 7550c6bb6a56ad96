"""Serving the page. Nothing outside this folder knows that it is on a server.

`serve` is what ``vanas-panel serve`` calls; ``panel serve vanas_panel/serve/app.py`` does the same by Panel's own
means. All sessions of a process share the tables; everything else belongs to one session.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import panel as pn
from panel.io.server import get_server

from vanas_panel.dashboard import Dashboard
from vanas_panel.errors import ServeError
from vanas_panel.readers import DEFAULT, open_table
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.theme import FONT, LIGHT

ENVIRONMENT = "VANAS_PANEL_SOURCE"
"""The environment variable that names the tables where no argument does, separated like the folders of a path."""

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


@lru_cache(maxsize=1)
def shared_tables(sources: tuple[str, ...]) -> tuple[BenchmarkTable, ...]:
    """The tables of a server, opened once and warmed up.

    Parameters
    ----------
    sources : tuple of str
        As for `vanas_panel.open_table`; at least one.

    Raises
    ------
    SourceError
        Where one of them cannot be opened.
    """
    tables = tuple(open_table(source) for source in sources)
    for table in tables:
        warm(table)
    return tables


def named_sources(arguments: Sequence[str] = ()) -> tuple[str, ...]:
    """The sources to serve: those of the command line, else of the environment, else the embedded table."""
    named = [name for name in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if name]
    return tuple(arguments) or tuple(named) or (DEFAULT,)


def warm(table: BenchmarkTable) -> None:
    """Compile every kernel and fill every cache that the first visitor would otherwise wait for.

    Parameters
    ----------
    table : BenchmarkTable
    """
    session = Session(table)
    Dashboard(session)
    best = table.best(session.metric)
    if best is None:
        return
    session.load_row(best)
    session.pin()
    session.select([best])
    session.extra_vertices = 1
    session.clear()


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
    template.add_panel("page", Dashboard(Session(tables[0]), tables))
    return template


def serve(sources: Sequence[str] = (), *, port: int = 5006, address: str = "127.0.0.1", origins: Iterable[str] = (),
          say: Callable[[str], None] = print) -> None:
    """Serve the page until it is interrupted.

    Parameters
    ----------
    sources : sequence of str, optional
        As for `vanas_panel.open_table`; by default the embedded table.
    port : int, optional
        0 takes any free one.
    address : str, optional
        The address to listen on. The default one is reached from this machine only.
    origins : iterable of str, optional
        Further ``host:port`` that people type into their browser to reach the page, where that is not `address`.
    say : callable, optional
        Told what happens, line by line.

    Raises
    ------
    ServeError
        Where the address or the port cannot be used.
    SourceError
        Where a table cannot be opened.
    """
    # Asked for before the long work, so that a port in use is said at once.
    port = _free_port(port, address)
    tables = shared_tables(named_sources(sources))
    for table in tables:
        say(f"{table.title}: {len(table):,} cells.")
    hosts = {address, "localhost", "127.0.0.1", socket.gethostname()}
    allowed = [*(f"{host}:{port}" for host in sorted(hosts)), *origins]
    try:
        # Panel's own warming draws one page before the port opens.
        server = get_server({"/": lambda: page(tables)}, port=port, address=address, title=TITLE, warm=True,
                            start=False, show=False, websocket_origin=allowed)
    except OSError as error:
        raise _unusable(port, address, error) from None
    shown = f"[{address}]" if ":" in address else address
    say(f"The page is at http://{shown}:{port}/ (stop with Ctrl+C).")
    server.run_until_shutdown()


def _free_port(port: int, address: str) -> int:
    """Check that a port can be opened, and choose one for 0."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.create_server((address, port), family=family) as opened:
            return opened.getsockname()[1]
    except (OSError, UnicodeError) as error:
        raise _unusable(port, address, error) from None


def _unusable(port: int, address: str, error: Exception) -> ServeError:
    """The error for a port that could not be opened."""
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return ServeError(f"Found port {port} of {address} in use; expected a free one. Stop what uses it, or choose "
                          "another with --port (0 takes any free one).")
    if code in (errno.EACCES, errno.EPERM):
        return ServeError(f"Found no permission to open port {port} of {address}; expected one that this user may "
                          "open. Choose a port above 1023 with --port.")
    return ServeError(f"Found address {address!r}, which this machine cannot listen on; expected one of its own. "
                      "Choose 127.0.0.1 for this machine only, or 0.0.0.0 for every network it is in.")
