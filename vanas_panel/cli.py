"""The command ``vanas-panel``: serve the page, fetch, convert and look into tables, train cells, write reports."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import vanas_panel
from vanas_panel.errors import SourceError, VanasError
from vanas_panel.limits import current_limits, limited
from vanas_panel.readers import DEFAULT, open_asked, write_table
from vanas_panel.readers.commands import add_reading_options, asked_of
from vanas_panel.readers.fetch import PUBLISHED, fetch
from vanas_panel.report import commands as reporting
from vanas_panel.serve import commands as serving
from vanas_panel.serve import user_commands as users
from vanas_panel.table import BenchmarkTable
from vanas_panel.terminal import escaped, say
from vanas_panel.training import commands as training
from vanas_panel.views.format import format_value

BAD_USE = 2
"""Exit code of everything that a person can mend."""
INTERRUPTED = 130

_SOURCE_HELP = "a file, or the name of an embedded, fetched or once opened table"


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with the message instead of the whole usage."""
        self.exit(BAD_USE, escaped(f"{self.prog}: {message} (see {self.prog} --help)") + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the name of the command; by default those of the process.

    Returns
    -------
    int
        Exit code: 0 where all went well, 2 after an error that was told on the standard error, 130 after Ctrl+C.
    """
    options = _parser().parse_args(arguments)
    try:
        with limited(current_limits().changed(",".join(getattr(options, "limit", [])))):
            options.run(options)
    except VanasError as error:
        say(f"vanas-panel {options.command}: {' '.join(str(error).split())}", sys.stderr)
        return BAD_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may be written while Python closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> _Parser:
    """The grammar of the command line."""
    parser = _Parser(prog="vanas-panel",
                     description="A page to understand a table of trained cells and to design with it.")
    parser.add_argument("--version", action="version", version=f"vanas-panel {vanas_panel.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serving.add_parsers(commands, _SOURCE_HELP)
    users.add_parsers(commands)
    _add_fetch(commands.add_parser("fetch", help="download a published benchmark",
                                   description="Download a published benchmark, verify every record and convert it. A "
                                               "download that broke off is resumed."))
    _add_convert(commands.add_parser("convert", help="convert a file for quick opening",
                                     description="Convert a file into the cache, or to a file of our own form."))
    _add_info(commands.add_parser("info", help="say what a table holds", description="Say what a table holds."))
    training.add_parsers(commands)
    reporting.add_parsers(commands, _SOURCE_HELP)
    return parser


def _add_fetch(parser: argparse.ArgumentParser) -> None:
    """``vanas-panel fetch``."""
    parser.add_argument("name", choices=PUBLISHED, metavar="NAME", help=f"one of {', '.join(PUBLISHED)}")
    parser.add_argument("--full", action="store_true", help="with all four training budgets (about 2 GB)")
    parser.add_argument("--url", help="another address of the same file")
    parser.set_defaults(run=lambda options: _describe(fetch(options.name, full=options.full, url=options.url)))


def _add_convert(parser: argparse.ArgumentParser) -> None:
    """``vanas-panel convert``."""
    parser.add_argument("source", metavar="SOURCE", help=_SOURCE_HELP)
    parser.add_argument("target", nargs="?", metavar="TARGET", type=Path,
                        help="a .parquet file to write; by default the table stays in the cache")
    add_reading_options(parser)
    parser.set_defaults(run=_convert)


def _add_info(parser: argparse.ArgumentParser) -> None:
    """``vanas-panel info``."""
    parser.add_argument("source", nargs="?", default=DEFAULT, metavar="SOURCE", help=_SOURCE_HELP)
    add_reading_options(parser)
    parser.set_defaults(run=lambda options: _describe(open_asked(options.source, asked_of(options))))


def _convert(options: argparse.Namespace) -> None:
    """Open a source, which converts it, and write it where that is asked for."""
    target: Path | None = options.target
    if target is not None and target.suffix.lower() != ".parquet":
        raise SourceError(f"a target named {target.name!r}", "a name that ends in .parquet", "Choose such a name",
                          path=target)
    table = open_asked(options.source, asked_of(options))
    if target is not None:
        try:
            write_table(table, target)
        except OSError as error:
            raise SourceError(os.strerror(error.errno or 0).lower(), "a place to write to",
                              "Choose a folder that exists and that this user can write to", path=target) from error
        say(f"Wrote {target}.")
    _describe(table)


def _describe(table: BenchmarkTable) -> None:
    """Print what a table holds."""
    space = table.space
    say(f"{table.title}: {len(table):,} cells.")
    say(f"Search space: at most {space.max_vertices} vertices and {space.max_edges} edges; operations "
         f"{', '.join(space.operations)}.")
    width = max(map(len, table.metrics), default=0)
    for name, metric in table.metrics.items():
        values = table.sorted_column(name)
        span = f", {format_value(metric, values[0])} to {format_value(metric, values[-1])}" if values.size else ""
        say(f"  {name:<{width}}  {metric.label}: {values.size:,} known{span}; {metric.better}")
    for note in table.notes:
        say(f"Note: {note}")


if __name__ == "__main__":
    sys.exit(main())
