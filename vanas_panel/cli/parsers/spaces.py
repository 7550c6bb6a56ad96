"""The options of ``vanas-panel spaces``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.parsers.choices import SPACES
from vanas_panel.cli.parsers.later import later
from vanas_panel.cli.parsers.source import SOURCE_HELP, add_reading_options
from vanas_panel.text.language import gettext as _


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """Add the command.

    Parameters
    ----------
    subparsers : argparse._SubParsersAction
        What `argparse.ArgumentParser.add_subparsers` gave. The command sets ``run``, a function
        of the parsed arguments.
    """
    parser = subparsers.add_parser(
        "spaces", help=_("list search spaces, or take one out of a table"),
        description=_("List the search spaces of the gallery: what each is, how many cells it has, and what a random "
                      "search in it costs. With a table, say how many of its cells belong to a space, and write them "
                      "to a file of their own that the page opens and searches run on."))
    parser.add_argument("name", nargs="?", choices=SPACES, metavar="NAME",
                        help=_("one of {known} (default: all)").format(known=", ".join(SPACES)))
    parser.add_argument("source", nargs="?", metavar="SOURCE", help=_(SOURCE_HELP))
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help=_("a .parquet file for the cells of the table that belong to the space"))
    add_reading_options(parser)
    parser.set_defaults(run=later("spaces", "run"))
