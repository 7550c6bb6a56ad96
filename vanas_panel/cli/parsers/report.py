"""The options of ``vanas-panel report``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.parsers.choices import PARTS
from vanas_panel.cli.parsers.later import later
from vanas_panel.cli.parsers.source import SOURCE_HELP, add_reading_options, add_trial_options
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
        "report", help=_("write a report as one HTML file"),
        description=_("Write a table into one HTML file that opens from disk and needs no network: maps, edge "
                      "importance, the best cells, and a designer that works in the file."))
    parser.add_argument("source", metavar="SOURCE", help=_(SOURCE_HELP))
    parser.add_argument("target", metavar="OUT.html", type=Path, help=_("the file to write; replaced where it exists"))
    parser.add_argument("--title", help=_("by default the title of the table"))
    parser.add_argument("--note", action="append", default=[], metavar="TEXT",
                        help=_("a paragraph under the title; may be repeated"))
    parser.add_argument("--metric", help=_("the metric that ranks and colours everything, by its name"))
    parser.add_argument("--axes", action="append", metavar="X,Y",
                        help=_("metrics of a map, by name, each with :log where it is to be logarithmic; may be "
                               "repeated"))
    parser.add_argument("--best", type=_count, default=20, metavar="N",
                        help=_("rows of the table of the best cells (default 20)"))
    parser.add_argument("--ends", type=_rows, metavar="ROW,ROW",
                        help=_("rows of two cells, from the first of which a path of edits leads to the second"))
    parser.add_argument("--front", metavar="X,Y[,Z]",
                        help=_("two or three metrics of the trade-offs, by name (default: what ranks, and the size "
                               "or the time)"))
    parser.add_argument("--without", action="append", default=[], choices=PARTS, metavar="PART",
                        help=_("leave a part out, one of {parts}; may be repeated").format(parts=", ".join(PARTS)))
    parser.add_argument("--lang", metavar="LANGUAGE", help=_("the language of the report: en or ko (default: that of "
                                                             "VANAS_PANEL_LANG, else English)"))
    add_reading_options(parser)
    add_trial_options(parser)
    parser.set_defaults(run=later("report", "run"))


def _rows(words: str) -> tuple[int, ...]:
    """Two row numbers."""
    found = tuple(_count(part.strip()) for part in words.split(","))
    if len(found) != 2:
        raise argparse.ArgumentTypeError(_("found {words!r}; expected two rows with a comma between").format(
            words=words))
    return found


def _count(words: str) -> int:
    """A whole number."""
    if not (words.isascii() and words.isdigit()):
        raise argparse.ArgumentTypeError(_("found {words!r}; expected a whole number").format(words=words))
    return int(words)
