"""The options of ``vanas-panel compile``."""

from __future__ import annotations

import argparse

from vanas_panel.cli.parsers.later import later
from vanas_panel.text.language import gettext as _


def add_parsers(commands: argparse._SubParsersAction) -> None:
    """Add the command to those of ``vanas-panel``.

    Parameters
    ----------
    commands : argparse subparsers
    """
    parser = commands.add_parser(
        "compile", help=_("compile ahead what pages and searches need, such as for an image"),
        description=_("Compile the kernels of the page and of searches into the cache of Numba, so that a server that "
                      "finds them there starts at once. Run one at a time: two that compile into one cache may crash. "
                      "NUMBA_CACHE_DIR names another folder for the cache."))
    parser.set_defaults(run=later("compile_kernels", "run"))
