"""The command ``vanas-panel``: serve the page, fetch and convert tables, train cells, run searches, write reports."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from vanas_panel._version import __version__
from vanas_panel.cli.parsers import compile_kernels, inspect_training, report, search, serve, spaces, table, train, user
from vanas_panel.cli.parsers.argparse_words import argparse_words
from vanas_panel.cli.parsers.help_lines import HelpLines
from vanas_panel.errors import VanasError
from vanas_panel.text.language import ENGLISH, LANGUAGES, speaking, terminal_language
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import escaped, say

BAD_USE = 2
"""Exit code of everything that a person can mend."""
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """A parser with one line for each mistake, and help that fits the terminal in every language."""

    def __init__(self, **options: Any):
        super().__init__(**{"formatter_class": HelpLines, **options})

    def error(self, message: str) -> NoReturn:
        """Leave with the message instead of the whole usage."""
        words = _("{program}: {message} (see {program} --help)").format(program=self.prog, message=message)
        self.exit(BAD_USE, escaped(words) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, in the language of `vanas_panel.text.language.terminal_language`.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the name of the command; by default those of the process.

    Returns
    -------
    int
        Exit code: 0 where all went well, 2 after an error on the standard error, 130 after Ctrl+C.
    """
    language = _language()
    with speaking(language), argparse_words():
        options = whole_parser().parse_args(arguments)
    options.language = language
    try:
        # Pages have languages of their own, which do not depend on the terminal of their server.
        with speaking(None if options.command == "serve" else language):
            _run(options)
    except VanasError as error:
        with speaking(language):
            say(f"vanas-panel {options.command}: {' '.join(error.translated().split())}", sys.stderr)
        return BAD_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the output closed it, such as head; nothing may be written while Python closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _language() -> str:
    """The language that is asked for, where the terminal has its letters; else English rather than codes."""
    language = terminal_language(os.environ)
    try:
        LANGUAGES[language].encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return ENGLISH
    return language


def _run(options: argparse.Namespace) -> None:
    """Run what the parser of the command has set as ``run``, within the limits that were asked for."""
    # Only now, since it loads NumPy, which help does without.
    from vanas_panel.tables.limits import current_limits, limited

    with limited(current_limits().changed(",".join(getattr(options, "limit", [])))):
        options.run(options)


def whole_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the documentation is made from it, too.

    Returns
    -------
    argparse.ArgumentParser
        With a parser below it for each command.
    """
    parser = _Parser(prog="vanas-panel",
                     description=_("A page to understand a table of trained cells and to design with it."))
    parser.add_argument("--version", action="version", version=f"vanas-panel {__version__}",
                        help=_("show program's version number and exit"))
    commands = parser.add_subparsers(dest="command", required=True, metavar=_("COMMAND"))
    serve.add_parsers(commands)
    compile_kernels.add_parsers(commands)
    user.add_parsers(commands)
    table.add_parsers(commands)
    train.add_parsers(commands)
    search.add_parsers(commands)
    spaces.add_parsers(commands)
    inspect_training.add_parsers(commands)
    report.add_parsers(commands)
    return parser
