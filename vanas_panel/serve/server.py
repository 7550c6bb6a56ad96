"""Assembly of the server from its parts.

`build_server` makes a server that is ready to run, `serve` checks what was asked for, opens the tables, and runs one.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bokeh.application import Application
from panel.io.server import Server, get_server
from tornado.ioloop import IOLoop

import vanas_panel
from vanas_panel.errors import ServeError
from vanas_panel.searches.gradient_searches import shared_gradient_searches
from vanas_panel.searches.live_searches import shared_live_searches
from vanas_panel.serve.auth.login import LoginHandler, LogoutHandler
from vanas_panel.serve.auth.oauth import login_handler
from vanas_panel.serve.auth.secret import Secret, kept_secret, passing_secret
from vanas_panel.serve.auth.signin import SignIn
from vanas_panel.serve.auth.throttle import Store
from vanas_panel.serve.auth.users import UserFile
from vanas_panel.serve.compat import tornado_of
from vanas_panel.serve.followed_tables import ServedTables
from vanas_panel.serve.kernels import ready_searches
from vanas_panel.serve.options import MIB, ServeOptions
from vanas_panel.serve.page_kernels import ready_page
from vanas_panel.serve.pages import TITLE
from vanas_panel.serve.process.connections import BODY_SECONDS, ConnectionGate, ConnectionLimits
from vanas_panel.serve.process.garbage import memory
from vanas_panel.serve.process.lifecycle import run_server
from vanas_panel.serve.process.liveness import HEALTH, Life
from vanas_panel.serve.process.logs import PageLog, log_request, start_log, tell
from vanas_panel.serve.process.page_opening import Pages, keep_shell, prepare_process
from vanas_panel.serve.process.supervisor import Supervisor, bound
from vanas_panel.serve.process.visits import PageLimits
from vanas_panel.serve.requests.csp import Headers
from vanas_panel.serve.requests.guard import Guard, Holder, Reach
from vanas_panel.serve.requests.health import Health
from vanas_panel.serve.requests.network import Hosts, free_port, unusable
from vanas_panel.serve.shelves import open_shelf, shared_attempts
from vanas_panel.serve.tables import named_sources, served_tables
from vanas_panel.serve.training_pages import visitor_page
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.tables.titles import title_words
from vanas_panel.tables.trial_words import trials_words
from vanas_panel.text import terminal
from vanas_panel.text.language import Message
from vanas_panel.training.runs import shared_runs
from vanas_panel.widgets.threads import is_working

REACH = "/reach"
"""The path where a page asks whether its websocket is let in under the address that the browser shows."""

MAX_BODY = 64 * 1024
"""Bytes that a request may carry; nothing is uploaded by one."""

MAX_HEADER = 64 * 1024
"""Bytes of the head of a request, cookies included."""


def build_server(options: ServeOptions, tables: Sequence[BenchmarkTable], *, loop: IOLoop | None = None,
                 life: Life | None = None, secret: Secret | None = None, attempts: Store | None = None,
                 warm: bool = True, pages: Callable[[], Any] | None = None) -> Server:
    """A server that is ready to run: it has its port, and answers once its loop runs.

    Parameters
    ----------
    options : ServeOptions
        Checked already, see `ServeOptions.check`.
    tables : sequence of BenchmarkTable
        To be looked at.
    loop : tornado.ioloop.IOLoop, optional
        The loop to run on; by default that of this thread. Only for a single process.
    life : Life, optional
        Of the process, once it is listening.
    secret : Secret, optional
        Signs cookies and pages; by default that of `options`.
    attempts : Store, optional
        Where wrong passwords are counted; by default the memory of this process.
    warm : bool, optional
        Whether to make one page first, so that no visitor waits for what is made once.
    pages : callable, optional
        Makes the page of a visitor, where it is not that of the tables.

    Returns
    -------
    panel.io.server.Server
        Run it with `vanas_panel.serve.process.lifecycle.run_server`, or with ``start()`` and a loop of your own.

    Raises
    ------
    ServeError
        Where the address or the port cannot be used.
    """
    hosts = Hosts.of(options.address, options.port, options.origins)
    secret = secret or _secret(options)
    sign_in = _sign_in(options, secret, attempts)
    try:
        server = get_server(_applications(pages or (lambda: visitor_page(tables)), sign_in), port=options.port,
                            address=options.address, title=TITLE,
                            # Panel's own warming draws one page before the port opens.
                            warm=warm, start=False, show=False, loop=loop,
                            websocket_origin=_bokeh_origins(hosts.own | hosts.further),
                            extra_patterns=_extra_patterns(life or Life(), sign_in, tables), **_settings(options),
                            **_signing(secret, sign_in))
    except ssl.SSLError as error:
        raise ServeError(Message("{cert}, {key}: Found a certificate and a key that do not work ({reason}); expected a "
                                 "pair in PEM form. Name others.", cert=options.tls_cert, key=options.tls_key,
                                 reason=error.reason or str(error))) from None
    except OSError as error:
        raise unusable(options.port, options.address, error) from None
    Guard.install(server, hosts, sign_in, PageLimits(options.most_pages_per_user, options.most_pages_per_address))
    ConnectionGate.install(server, ConnectionLimits.fitting(options.most_connections))
    return server


def _secret(options: ServeOptions) -> Secret:
    """The secret of the options: one that outlives the server where people sign in."""
    return kept_secret(options.secret_file) if options.signs_in else passing_secret()


def _sign_in(options: ServeOptions, secret: Secret, attempts: Store | None) -> SignIn | None:
    """How people sign in; None without sign-in."""
    common: dict[str, Any] = {"hours": options.sign_in_hours, "prefix": options.path}
    if options.auth_file is not None:
        return SignIn(secret, users=UserFile(options.auth_file), handlers=(LoginHandler, LogoutHandler),
                      attempts=attempts, **common)
    if options.oauth is not None:
        return SignIn(secret, provider=options.oauth.provider, allowed=options.allowed_users,
                      handlers=(login_handler(options.oauth), LogoutHandler), **common)
    return None


def _applications(pages: Callable[[], Any], sign_in: SignIn | None) -> dict[str, Application]:
    """The application: the one page."""
    application = Pages(pages, TITLE)
    application.add(PageLog())
    if sign_in is not None:
        application.add(Holder(sign_in))
    return {"/": application}


def _signing(secret: Secret, sign_in: SignIn | None) -> dict[str, Any]:
    """The settings that keep pages apart: their sessions are signed, and hold no cookie or header of their visitor."""
    settings: dict[str, Any] = {
        "secret_key": secret.key("sessions").encode(), "sign_sessions": True, "include_cookies": [],
        "include_headers": ["Host", "User-Agent", "Accept-Language"], "cookie_secret": secret.key("cookies"),
        "transforms": [Headers],
    }
    if sign_in is not None:
        settings |= {"auth_provider": sign_in, "xsrf_cookies": True}
    return settings


def _settings(options: ServeOptions) -> dict[str, Any]:
    """The settings of Bokeh and Tornado that are about load and addresses."""
    settings: dict[str, Any] = {
        "prefix": options.path,
        "use_xheaders": options.xheaders,
        "check_unused_sessions_milliseconds": options.check_unused_milliseconds,
        "unused_session_lifetime_milliseconds": options.unused_lifetime_milliseconds,
        "websocket_max_message_size": options.max_message_bytes,
        "http_server_kwargs": {"max_body_size": MAX_BODY, "max_buffer_size": options.max_message_bytes + MIB,
                               "max_header_size": MAX_HEADER, "idle_connection_timeout": options.idle_seconds,
                               "body_timeout": BODY_SECONDS},
        "log_function": log_request,
    }
    if options.tls_cert is not None:
        settings |= {"ssl_certfile": str(options.tls_cert), "ssl_keyfile": str(options.tls_key)}
    return settings


def _bokeh_origins(hosts: Iterable[str]) -> list[str]:
    """Hosts as Bokeh takes them, which knows no IPv6 address: its port stands for it."""
    return sorted({f"*:{host.rpartition(':')[2]}" if host.startswith("[") else host for host in hosts})


def _extra_patterns(life: Life, sign_in: SignIn | None, tables: Sequence[BenchmarkTable]) -> list[tuple]:
    """Further addresses of the server as Tornado takes them, without the prefix: ``(pattern, handler, arguments)``."""
    return [(HEALTH, Health, {"life": life, "sign_in": sign_in, "tables": tables}), (REACH, Reach)]


def serve(sources: Sequence[str] = (), *, say: Callable[[str], None] = terminal.say, **options: Any) -> None:
    """Serve the page until it is interrupted.

    Parameters
    ----------
    sources : sequence of str, optional
        As for `vanas_panel.open_table`; by default the embedded table.
    say : callable, optional
        Called with each line of output, a `vanas_panel.text.language.Message` where the line can be translated.
    **options
        As for `ServeOptions`.

    Raises
    ------
    ServeError
        Where it cannot be served as asked for.
    SourceError
        Where a table cannot be opened.
    """
    run(ServeOptions(sources=tuple(sources), **options), say)


def run(options: ServeOptions, say: Callable[[str], None] = terminal.say) -> None:
    """Serve the page as asked for, until it is interrupted; errors as for `serve`."""
    options = begun(options, say)
    # In this process alone, before others are made of it: several that compile into one cache may crash.
    ready_page(say)
    tables = served_tables(named_sources(options.sources), say, options.asked, options.follow)
    for each in tables.trials:
        say(Message("{title}: {trials}.", title=each.table.title, trials=trials_words(len(each.table))))
    for table in tables:
        say(Message("{title}: {count:,} cell.", "{title}: {count:,} cells.", len(table),
                    title=title_words(table.title)))
    open_shelf(options.shelf, say)
    # One for all processes: a page of one may connect to another.
    secret = _secret(options)

    def ready() -> None:
        tell("started", address=options.url, processes=options.num_procs, version=vanas_panel.__version__,
             tables=[table.title for table in tables])
        say(Message("The page is at {url} (stop with Ctrl+C).", url=options.url))

    if options.ready_searches:
        ready_searches(say)
    if options.num_procs == 1:
        run_one(options, tables, secret, ready)
    else:
        _run_many(options, tables, secret, ready)


def begun(options: ServeOptions, say: Callable[[str], None]) -> ServeOptions:
    """Check what was asked for and prepare this process, before anything that takes long; with the port that it has.

    A port in use is reported at once so.
    """
    options.check()
    for doubt in options.doubts():
        say(doubt)
    start_log(options.log_format, options.log_level)
    prepare_process()
    return options.on(free_port(options.port, options.address))


def run_one(options: ServeOptions, tables: Sequence[BenchmarkTable], secret: Secret, ready: Callable[[], None],
             number: int = 0, orphaned: int | None = None, pages: Callable[[], Any] | None = None) -> None:
    """Run a process of the server until it is stopped.

    Parameters
    ----------
    options : ServeOptions
    tables : sequence of BenchmarkTable
    secret : Secret
    ready : callable
        Called once the server answers.
    number : int, optional
        Of the process, counted from 0.
    orphaned : int, optional
        As `vanas_panel.serve.process.lifecycle.run_server` takes it.
    pages : callable, optional
        As `build_server` takes it.
    """
    if isinstance(tables, ServedTables):
        tables.start()
    life = Life(number)
    life.works += [_is_training, _is_searching, is_working]
    life.ends.append(_stop_searches)
    server = build_server(options, tables, life=life, secret=secret, attempts=shared_attempts(), pages=pages)
    for application in tornado_of(server).applications.values():
        keep_shell(application.application, options.path, signs_in=options.signs_in)
    memory.settle()
    run_server(server, life, stop_timeout=options.stop_timeout, ready=ready, orphaned=orphaned)


def _run_many(options: ServeOptions, tables: Sequence[BenchmarkTable], secret: Secret,
              ready: Callable[[], None]) -> None:
    """Run all processes of the server until they are stopped."""
    try:
        with bound(options.address, options.port) as take_port:
            def work(number: int, ready_too: Callable[[], None], orphaned: int) -> None:
                take_port()
                asyncio.set_event_loop(asyncio.new_event_loop())
                run_one(options, tables, secret, ready_too, number, orphaned)

            Supervisor(options.num_procs, work, options.stop_timeout).run(ready)
    except OSError as error:
        raise unusable(options.port, options.address, error) from None


def _is_training() -> bool:
    """Whether a training is in progress."""
    return bool(shared_runs.cache_info().currsize) and shared_runs().is_busy


def _is_searching() -> bool:
    """Whether a search that trains is under way."""
    return any(bool(shared.cache_info().currsize) and shared().is_busy
               for shared in (shared_live_searches, shared_gradient_searches))


def _stop_searches() -> None:
    """Have searches that train ask for no more cells: the files hold what was told, and each goes on later."""
    for shared in (shared_live_searches, shared_gradient_searches):
        if shared.cache_info().currsize:
            shared().stop_all()
