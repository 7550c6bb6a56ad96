"""The parsers of the command line, noted while they are made: argparse has no public way from one to those below it."""

from __future__ import annotations

import argparse
from unittest.mock import patch

from vanas_panel.cli.command_line import whole_parser


def made_parsers() -> list[argparse.ArgumentParser]:
    """The whole parser and all below it, in the language that holds."""
    made: list[argparse.ArgumentParser] = []
    begin = argparse.ArgumentParser.__init__

    def noted(parser, *arguments, **options):
        begin(parser, *arguments, **options)
        made.append(parser)

    with patch.object(argparse.ArgumentParser, "__init__", noted):
        whole_parser()
    return made
