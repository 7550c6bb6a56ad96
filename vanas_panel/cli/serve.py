"""The command ``vanas-panel serve``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.source_options import asked_of, trials_reader
from vanas_panel.errors import NoCellsError, SourceError, message
from vanas_panel.serve.auth.oauth import OAuth, client_secret
from vanas_panel.serve.options import ServeOptions
from vanas_panel.serve.server import run
from vanas_panel.serve.trials_server import serve_trials
from vanas_panel.state.followed import Followed
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import Message, keep_language, translated
from vanas_panel.text.terminal import say


def serve(arguments: argparse.Namespace) -> None:
    """Run ``serve`` until Ctrl+C.

    Parameters
    ----------
    arguments : argparse.Namespace
        As `vanas_panel.cli.parsers.serve` reads them, with ``language``: the one of the terminal.

    Raises
    ------
    VanasError
        Where the page cannot be served as asked.
    """
    options = _options(arguments)
    tell = keep_language(lambda line: say(message(translated(line))), arguments.language)
    if arguments.kind or arguments.study:
        serve_trials(_shown(arguments), options, tell)
        return
    try:
        run(options, tell)
    except NoCellsError:
        if len(arguments.source) != 1:
            raise
        serve_trials(_shown(arguments), options, tell)


def _shown(arguments: argparse.Namespace) -> TrialTable | Followed[TrialTable]:
    """The table of trials that a source holds, followed where it is a file; `SourceError` where several are named."""
    if len(arguments.source) != 1:
        raise SourceError(Message("{count} sources with --study or --kind", count=len(arguments.source)),
                          "one table of trials", "Name one file, or leave these options out")
    path = Path(arguments.source[0]).expanduser()
    read = trials_reader(arguments)
    return Followed(path, read) if arguments.follow and path.is_file() else read(path)


def _oauth(arguments: argparse.Namespace) -> OAuth | None:
    """Where people sign in."""
    if arguments.oauth_provider is None:
        return None
    return OAuth(arguments.oauth_provider, arguments.oauth_key, client_secret(arguments.oauth_secret_file),
                 dict(arguments.oauth_extra), arguments.oauth_redirect_uri, arguments.oauth_user_key)


def _options(arguments: argparse.Namespace) -> ServeOptions:
    """The options of the command line."""
    # With several sources each takes what is about its own columns.
    asked = asked_of(arguments, where_there=len(arguments.source) > 1)
    return ServeOptions(sources=tuple(arguments.source), asked=asked, port=arguments.port, address=arguments.address,
                        origins=tuple(arguments.allow_origin), allow_anyone=arguments.allow_anyone,
                        shelf=arguments.shelf,
                        auth_file=arguments.auth_file, oauth=_oauth(arguments), secret_file=arguments.secret_file,
                        allowed_users=tuple(arguments.allow_user), sign_in_hours=arguments.sign_in_hours,
                        prefix=arguments.prefix, xheaders=arguments.use_xheaders, tls_cert=arguments.tls_cert,
                        tls_key=arguments.tls_key, ready_searches=not arguments.lazy_searches, follow=arguments.follow,
                        num_procs=arguments.num_procs, stop_timeout=arguments.stop_timeout,
                        unused_lifetime_milliseconds=round(arguments.session_lifetime * 1000),
                        log_format=arguments.log_format, log_level=arguments.log_level,
                        most_connections=arguments.max_connections,
                        most_pages_per_user=arguments.max_pages_per_user,
                        most_pages_per_address=arguments.max_pages_per_address)
