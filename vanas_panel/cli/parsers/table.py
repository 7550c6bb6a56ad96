"""The options of ``vanas-panel fetch``, ``vanas-panel convert`` and ``vanas-panel info``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.parsers.choices import DEFAULT_SOURCE, IMAGE_SETS, PUBLISHED
from vanas_panel.cli.parsers.later import later
from vanas_panel.cli.parsers.source import SOURCE_HELP, add_reading_options, add_trial_options
from vanas_panel.text.language import gettext as _


def add_parsers(commands: argparse._SubParsersAction) -> None:
    """Add the commands to those of ``vanas-panel``.

    Parameters
    ----------
    commands : argparse subparsers
    """
    _add_fetch(commands.add_parser("fetch", help=_("download a published benchmark or set of images"),
                                   description=_("Download a published benchmark, verify every record and convert it; "
                                                 "or the images that cells are trained on, and verify every file. "
                                                 "A download that broke off is resumed.")))
    _add_convert(commands.add_parser("convert", help=_("convert a file for quick opening"),
                                     description=_("Convert a file into the cache, or to a file of our own form.")))
    _add_info(commands.add_parser("info", help=_("describe a table"), description=_("Describe a table.")))


def _add_fetch(parser: argparse.ArgumentParser) -> None:
    """``vanas-panel fetch``."""
    parser.add_argument("name", choices=(*PUBLISHED, *IMAGE_SETS), metavar="NAME",
                        help=_("one of {known}").format(known=", ".join((*PUBLISHED, *IMAGE_SETS))))
    parser.add_argument("--full", action="store_true", help=_("with all four training budgets (about 2 GB)"))
    parser.add_argument("--url", help=_("another address of the same file, or of the folder of the images"))
    parser.set_defaults(run=later("table", "run_fetch"))


def _add_convert(parser: argparse.ArgumentParser) -> None:
    """``vanas-panel convert``."""
    parser.add_argument("source", metavar="SOURCE", help=_(SOURCE_HELP))
    parser.add_argument("target", nargs="?", metavar="TARGET", type=Path,
                        help=_("a .parquet file to write; by default the table stays in the cache"))
    add_reading_options(parser)
    parser.set_defaults(run=later("table", "convert"))


def _add_info(parser: argparse.ArgumentParser) -> None:
    """``vanas-panel info``."""
    parser.add_argument("source", nargs="?", default=DEFAULT_SOURCE, metavar="SOURCE", help=_(SOURCE_HELP))
    add_reading_options(parser)
    add_trial_options(parser)
    parser.set_defaults(run=later("table", "info"))
