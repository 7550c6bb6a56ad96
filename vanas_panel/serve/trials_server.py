"""A server of one page: that of a table of trials. ``vanas-panel serve`` runs it for such a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn

from vanas_panel.page.trials_page import TrialsPage, trials_page
from vanas_panel.serve.auth.secret import kept_secret, passing_secret
from vanas_panel.serve.options import ServeOptions
from vanas_panel.serve.pages import accepted_languages, in_template, query
from vanas_panel.serve.server import begun, run_one
from vanas_panel.state.followed import Followed
from vanas_panel.tables.trial_words import trials_words
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text import terminal
from vanas_panel.text.language import Message


def visitor_trials(table: TrialTable | Followed[TrialTable]) -> pn.Template:
    """The HTML page of a new session, of the newest version of a table that is followed."""
    pn.extension()
    followed = table if isinstance(table, Followed) else None
    shown = table.table if isinstance(table, Followed) else table
    return in_template(trials_page(shown, query(), accepted_languages(), followed))


def serve_trials(table: TrialTable | Followed[TrialTable], options: ServeOptions,
                 say: Callable[[str], None] = terminal.say) -> None:
    """Serve the page of a table of trials until it is interrupted.

    Parameters
    ----------
    table : TrialTable or Followed
        A followed one is looked at again and again, and pages say what is new.
    options : ServeOptions
        Address, port and what else does not concern cells.
    say : callable, optional
        Called with each line of output.

    Raises
    ------
    ServeError
        Where it cannot be served as asked for.
    """
    options = begun(options, say)
    # Compiles the kernel and fills what the first visitor would wait for.
    first = table.table if isinstance(table, Followed) else table
    TrialsPage(first)
    say(Message("{title}: {trials}.", title=first.title, trials=trials_words(len(first))))
    # Held by nothing here: it goes once no page shows it.
    del first

    def ready() -> None:
        if isinstance(table, Followed):
            table.start()
        say(Message("The page is at {url} (stop with Ctrl+C).", url=options.url))

    secret = kept_secret(options.secret_file) if options.signs_in else passing_secret()
    run_one(options, (), secret, ready, pages=partial(visitor_trials, table))
