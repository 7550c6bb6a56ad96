"""The part of the command line that is about servers: ``vanas-panel serve``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from vanas_panel.numerals import decimal_number
from vanas_panel.readers.commands import add_reading_options, asked_of
from vanas_panel.serve.connections import MOST_CONNECTIONS
from vanas_panel.serve.life import STOP_TIMEOUT
from vanas_panel.serve.logs import FORMATS, LEVELS
from vanas_panel.serve.oauth import ENVIRONMENT as OAUTH_SECRET
from vanas_panel.serve.oauth import PROVIDERS, OAuth, client_secret
from vanas_panel.serve.options import ServeOptions
from vanas_panel.serve.secret import ENVIRONMENT as SECRET
from vanas_panel.serve.server import run
from vanas_panel.serve.visits import MOST_PER_ADDRESS, MOST_PER_USER
from vanas_panel.shelf import SHELF_ENVIRONMENT
from vanas_panel.terminal import say


def add_parsers(commands: argparse._SubParsersAction, source_help: str) -> None:
    """Add the commands to those of ``vanas-panel``.

    Parameters
    ----------
    commands : argparse subparsers
    source_help : str
        What a SOURCE is.
    """
    parser = commands.add_parser("serve", help="serve the page", description="Serve the page until Ctrl+C.",
                                 # Or --oauth-secret would be taken for --oauth-secret-file, and a secret for a name.
                                 allow_abbrev=False)
    parser.add_argument("source", nargs="*", metavar="SOURCE",
                        help=f"{source_help}; several can be switched between, none serves the embedded one")
    add_reading_options(parser)
    parser.add_argument("--port", type=_port, default=5006, help="default 5006; 0 takes any free one")
    parser.add_argument("--address", default="127.0.0.1",
                        help="address to listen on; by default only this machine can reach the page")
    parser.add_argument("--allow-origin", action="append", default=[], metavar="HOST[:PORT]",
                        help="a host that people type to reach the page, where it is not the address; may be repeated")
    parser.add_argument("--allow-anyone", action="store_true",
                        help="listen where others reach the page although nobody has to sign in")
    parser.add_argument("--shelf", metavar="URL",
                        help="where people save cells: a file, or postgresql+psycopg://USER@HOST/DATABASE; by default "
                             f"what {SHELF_ENVIRONMENT} names, else a file in the user's data folder")
    _add_sign_in(parser)
    proxy = parser.add_argument_group("behind a proxy, or with TLS of its own")
    proxy.add_argument("--prefix", default="", metavar="PATH", help="path under which a proxy hands requests over")
    proxy.add_argument("--use-xheaders", action="store_true",
                       help="believe the headers of a proxy about who asks, and whether by https")
    proxy.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate, with --tls-key")
    proxy.add_argument("--tls-key", type=Path, metavar="FILE", help="its key")
    many = parser.add_argument_group("for many people")
    many.add_argument("--num-procs", type=_count, default=1, metavar="N",
                      help="processes that share the port and the tables; default 1")
    many.add_argument("--session-lifetime", type=_seconds, default=15.0, metavar="SECONDS",
                      help="how long a page is kept that no browser shows any more; default 15")
    many.add_argument("--stop-timeout", type=_seconds, default=STOP_TIMEOUT, metavar="SECONDS",
                      help="how long running work may take to finish when the server is stopped; default 10")
    many.add_argument("--max-connections", type=_positive, default=MOST_CONNECTIONS, metavar="N",
                      help=f"connections at once, of each process; default {MOST_CONNECTIONS}")
    many.add_argument("--max-pages-per-user", type=_positive, default=MOST_PER_USER, metavar="N",
                      help="pages that one person may have open at once, in each process; "
                           f"default {MOST_PER_USER}")
    many.add_argument("--max-pages-per-address", type=_positive, default=MOST_PER_ADDRESS, metavar="N",
                      help=f"the same for one address; default {MOST_PER_ADDRESS}")
    many.add_argument("--log-format", choices=FORMATS, default="text",
                      help="how the log is written to the standard error")
    many.add_argument("--log-level", choices=LEVELS,
                      help="default info as JSON, warning as text")
    parser.set_defaults(run=lambda arguments: run(_options(arguments), say))


def _add_sign_in(parser: argparse.ArgumentParser) -> None:
    """The options about who may see the page."""
    who = parser.add_argument_group("who may see the page")
    who.add_argument("--auth-file", type=Path, metavar="FILE",
                     help="people sign in with a name and a password of this file, see vanas-panel user")
    who.add_argument("--sign-in-hours", type=_hours, default=12.0, metavar="HOURS",
                     help="how long a sign-in lasts; default 12")
    who.add_argument("--secret-file", type=Path, metavar="FILE",
                     help="file of the secret that signs what browsers hand back, made where it is missing; by default "
                          f"the environment variable {SECRET}, else one in the user's data folder")
    who.add_argument("--oauth-provider", choices=PROVIDERS, metavar="NAME",
                     help=f"people sign in elsewhere: {', '.join(PROVIDERS)}")
    who.add_argument("--oauth-key", default="", metavar="KEY", help="identifier of this server there")
    who.add_argument("--oauth-secret-file", type=Path, metavar="FILE",
                     help=f"file of its secret there; by default the environment variable {OAUTH_SECRET}")
    who.add_argument("--oauth-extra", type=_pair, action="append", default=[], metavar="NAME=VALUE",
                     help="what a provider needs besides, such as TOKEN_URL=https://...; may be repeated")
    who.add_argument("--oauth-redirect-uri", default="", metavar="URL",
                     help="address of the page to sign in, where the provider knows another one")
    who.add_argument("--oauth-user-key", default="", metavar="CLAIM", help="which claim there is the name")
    who.add_argument("--allow-user", action="append", default=[], metavar="NAME",
                     help="a name that may use the page after signing in elsewhere, such as *@lab.example; may be "
                          "repeated; by default all of them")


def _oauth(arguments: argparse.Namespace) -> OAuth | None:
    """Where people sign in."""
    if arguments.oauth_provider is None:
        return None
    return OAuth(arguments.oauth_provider, arguments.oauth_key, client_secret(arguments.oauth_secret_file),
                 dict(arguments.oauth_extra), arguments.oauth_redirect_uri, arguments.oauth_user_key)


def _options(arguments: argparse.Namespace) -> ServeOptions:
    """What the command line asks for."""
    # With several sources each takes what is about its own columns.
    asked = asked_of(arguments, where_there=len(arguments.source) > 1)
    return ServeOptions(sources=tuple(arguments.source), asked=asked, port=arguments.port, address=arguments.address,
                        origins=tuple(arguments.allow_origin), allow_anyone=arguments.allow_anyone,
                        shelf=arguments.shelf,
                        auth_file=arguments.auth_file, oauth=_oauth(arguments), secret_file=arguments.secret_file,
                        allowed_users=tuple(arguments.allow_user), sign_in_hours=arguments.sign_in_hours,
                        prefix=arguments.prefix, xheaders=arguments.use_xheaders, tls_cert=arguments.tls_cert,
                        tls_key=arguments.tls_key, num_procs=arguments.num_procs, stop_timeout=arguments.stop_timeout,
                        unused_lifetime_milliseconds=round(arguments.session_lifetime * 1000),
                        log_format=arguments.log_format, log_level=arguments.log_level,
                        most_connections=arguments.max_connections,
                        most_pages_per_user=arguments.max_pages_per_user,
                        most_pages_per_address=arguments.max_pages_per_address)


def _port(text: str) -> int:
    """A port number."""
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    """A number of processes."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number from 1 to 999")
    if int(text) > 1 and not hasattr(os, "fork"):
        raise argparse.ArgumentTypeError("found several processes on a system that cannot fork; expected 1")
    return int(text)


def _positive(text: str) -> int:
    """A whole number above 0."""
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"found {text[:40]!r}; expected a whole number from 1 to 99999999")
    return int(text)


def _seconds(text: str) -> float:
    """A time in seconds."""
    seconds = decimal_number(text)
    if not 0 <= seconds < 1e6:
        raise argparse.ArgumentTypeError(f"found {text[:40]!r}; expected a number of seconds")
    return seconds


def _hours(text: str) -> float:
    """A time in hours."""
    hours = _seconds(text)
    if hours <= 0:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a number of hours above 0")
    return hours


def _pair(text: str) -> tuple[str, str]:
    """A name and a value."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected NAME=VALUE")
    return name, value
