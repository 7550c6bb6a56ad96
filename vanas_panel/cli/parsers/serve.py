"""The options of ``vanas-panel serve``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from vanas_panel.cli.parsers.choices import (
    LOG_FORMATS,
    LOG_LEVELS,
    MOST_CONNECTIONS,
    MOST_PAGES_PER_ADDRESS,
    MOST_PAGES_PER_USER,
    OAUTH_PROVIDERS,
    OAUTH_SECRET_ENVIRONMENT,
    SECRET_ENVIRONMENT,
    SHELF_ENVIRONMENT,
    STOP_TIMEOUT,
)
from vanas_panel.cli.parsers.later import later
from vanas_panel.cli.parsers.source import SOURCE_HELP, add_reading_options, add_trial_options
from vanas_panel.text.language import gettext as _
from vanas_panel.text.numerals import decimal_number


def add_parsers(commands: argparse._SubParsersAction) -> None:
    """Add the commands to those of ``vanas-panel``.

    Parameters
    ----------
    commands : argparse subparsers
    """
    parser = commands.add_parser("serve", help=_("serve the page"), description=_("Serve the page until Ctrl+C."),
                                 # Or --oauth-secret would be taken for --oauth-secret-file, and a secret for a name.
                                 allow_abbrev=False)
    parser.add_argument("source", nargs="*", metavar="SOURCE",
                        help=_("{source}; several can be switched between, none serves the embedded one").format(
                            source=_(SOURCE_HELP)))
    add_reading_options(parser)
    add_trial_options(parser)
    parser.add_argument("--no-follow", dest="follow", action="store_false",
                        help=_("do not look whether a file has grown; by default pages say what is new in it"))
    parser.add_argument("--port", type=port_number, default=5006, help=_("default 5006; 0 takes any free one"))
    parser.add_argument("--address", default="127.0.0.1",
                        help=_("address to listen on; by default only this machine can reach the page"))
    parser.add_argument("--allow-origin", action="append", default=[], metavar="HOST[:PORT]",
                        help=_("a host that people type to reach the page, where it is not the address; may be "
                               "repeated"))
    parser.add_argument("--allow-anyone", action="store_true",
                        help=_("listen on an address that others reach, without a sign-in"))
    parser.add_argument("--shelf", metavar="URL",
                        help=_("where people save cells: a file, or postgresql+psycopg://USER@HOST/DATABASE; by "
                               "default what {variable} names, else a file in the user's data "
                               "folder").format(variable=SHELF_ENVIRONMENT))
    parser.add_argument("--lazy-searches", action="store_true",
                        help=_("compile searches when one is first run on a page, rather than before the server "
                               "answers"))
    _add_sign_in(parser)
    proxy = parser.add_argument_group(_("behind a proxy, or with TLS of its own"))
    proxy.add_argument("--prefix", default="", metavar="PATH", help=_("path under which a proxy hands requests over"))
    proxy.add_argument("--use-xheaders", action="store_true",
                       help=_("take the visitor's address and https from the headers of a proxy"))
    proxy.add_argument("--tls-cert", type=Path, metavar="FILE", help=_("certificate, with --tls-key"))
    proxy.add_argument("--tls-key", type=Path, metavar="FILE", help=_("its key"))
    many = parser.add_argument_group(_("for many people"))
    many.add_argument("--num-procs", type=_count, default=1, metavar="N",
                      help=_("processes that share the port and the tables; default 1"))
    many.add_argument("--session-lifetime", type=_seconds, default=15.0, metavar="SECONDS",
                      help=_("how long a page is kept that no browser shows any more; default 15"))
    many.add_argument("--stop-timeout", type=_seconds, default=STOP_TIMEOUT, metavar="SECONDS",
                      help=_("how long running work may take to finish when the server is stopped; default 10"))
    many.add_argument("--max-connections", type=_positive, default=MOST_CONNECTIONS, metavar="N",
                      help=_("connections at once, of each process; default {most}").format(most=MOST_CONNECTIONS))
    many.add_argument("--max-pages-per-user", type=_positive, default=MOST_PAGES_PER_USER, metavar="N",
                      help=_("pages that one person may have open at once, in each process; default "
                             "{most}").format(most=MOST_PAGES_PER_USER))
    many.add_argument("--max-pages-per-address", type=_positive, default=MOST_PAGES_PER_ADDRESS, metavar="N",
                      help=_("the same for one address; default {most}").format(most=MOST_PAGES_PER_ADDRESS))
    many.add_argument("--log-format", choices=LOG_FORMATS, default="text",
                      help=_("how the log is written to the standard error"))
    many.add_argument("--log-level", choices=LOG_LEVELS,
                      help=_("default info as JSON, warning as text"))
    parser.set_defaults(run=later("serve", "serve"))


def _add_sign_in(parser: argparse.ArgumentParser) -> None:
    """The options about who may see the page."""
    who = parser.add_argument_group(_("who may see the page"))
    who.add_argument("--auth-file", type=Path, metavar="FILE",
                     help=_("people sign in with a name and a password of this file, see vanas-panel user"))
    who.add_argument("--sign-in-hours", type=_hours, default=12.0, metavar="HOURS",
                     help=_("how long a sign-in lasts; default 12"))
    who.add_argument("--secret-file", type=Path, metavar="FILE",
                     help=_("file of the secret that signs cookies, made where it is missing; by default the "
                            "environment variable {variable}, else one in the user's "
                            "data folder").format(variable=SECRET_ENVIRONMENT))
    who.add_argument("--oauth-provider", type=_provider, metavar="NAME",
                     help=_("people sign in elsewhere: {names}").format(names=", ".join(OAUTH_PROVIDERS)))
    who.add_argument("--oauth-key", default="", metavar="KEY", help=_("identifier of this server there"))
    who.add_argument("--oauth-secret-file", type=Path, metavar="FILE",
                     help=_("file of its secret there; by default the environment variable "
                            "{variable}").format(variable=OAUTH_SECRET_ENVIRONMENT))
    who.add_argument("--oauth-extra", type=_pair, action="append", default=[], metavar="NAME=VALUE",
                     help=_("a further setting of a provider, such as TOKEN_URL=https://...; may be repeated"))
    who.add_argument("--oauth-redirect-uri", default="", metavar="URL",
                     help=_("address of the page to sign in, where the provider knows another one"))
    who.add_argument("--oauth-user-key", default="", metavar="CLAIM", help=_("which claim there is the name"))
    who.add_argument("--allow-user", action="append", default=[], metavar="NAME",
                     help=_("a name that may use the page after signing in elsewhere, such as *@lab.example; may be "
                            "repeated; by default all of them"))


def _provider(name: str) -> str:
    """The name of a place where people can sign in."""
    # Only when it is used: the providers are those of the installed release of Panel, which takes seconds to load.
    from vanas_panel.serve.auth.oauth import PROVIDERS

    if name not in PROVIDERS:
        raise argparse.ArgumentTypeError(_("found {name!r}; expected one of {known}").format(
            name=name[:40], known=", ".join(PROVIDERS)))
    return name


def port_number(text: str) -> int:
    """A port number."""
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(_("found {text!r}; expected a whole number from 0 to 65535").format(text=text))
    return int(text)


def _count(text: str) -> int:
    """A number of processes."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise argparse.ArgumentTypeError(_("found {text!r}; expected a whole number from 1 to 999").format(text=text))
    if int(text) > 1 and not hasattr(os, "fork"):
        raise argparse.ArgumentTypeError(_("found several processes on a system that cannot fork; expected 1"))
    return int(text)


def _positive(text: str) -> int:
    """A whole number above 0."""
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise argparse.ArgumentTypeError(_("found {text!r}; expected a whole number from 1 to 99999999").format(
            text=text[:40]))
    return int(text)


def _seconds(text: str) -> float:
    """A time in seconds."""
    seconds = decimal_number(text)
    if not 0 <= seconds < 1e6:
        raise argparse.ArgumentTypeError(_("found {text!r}; expected a number of seconds").format(text=text[:40]))
    return seconds


def _hours(text: str) -> float:
    """A time in hours."""
    hours = _seconds(text)
    if hours <= 0:
        raise argparse.ArgumentTypeError(_("found {text!r}; expected a number of hours above 0").format(text=text))
    return hours


def _pair(text: str) -> tuple[str, str]:
    """A name and a value."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(_("found {text!r}; expected NAME=VALUE").format(text=text))
    return name, value
