"""The command ``vanas-panel report``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.errors import ReportError
from vanas_panel.readers import open_asked
from vanas_panel.readers.commands import add_reading_options, asked_of
from vanas_panel.report import save_report
from vanas_panel.report.plan import PARTS, Axes, starting_session
from vanas_panel.terminal import say


def add_parsers(subparsers: argparse._SubParsersAction, source_help: str) -> None:
    """Add the command.

    Parameters
    ----------
    subparsers : argparse._SubParsersAction
        What `argparse.ArgumentParser.add_subparsers` gave. The command sets ``run``, a function of the parsed
        arguments, which raises a `VanasError` where not all went well.
    source_help : str
        What a SOURCE is.
    """
    parser = subparsers.add_parser(
        "report", help="write a report as one HTML file",
        description="Write what a table holds into one HTML file that opens from disk and needs no network: maps, edge "
                    "importance, the best cells, and a designer that works in the file.")
    parser.add_argument("source", metavar="SOURCE", help=source_help)
    parser.add_argument("target", metavar="OUT.html", type=Path, help="the file to write; replaced where it exists")
    parser.add_argument("--title", help="by default the title of the table")
    parser.add_argument("--note", action="append", default=[], metavar="TEXT",
                        help="a paragraph under the title; may be repeated")
    parser.add_argument("--metric", help="the metric that ranks and colours everything, by its name")
    parser.add_argument("--axes", action="append", metavar="X,Y",
                        help="metrics of a map, by name, each with :log where it is to be logarithmic; may be repeated")
    parser.add_argument("--best", type=_count, default=20, metavar="N",
                        help="rows of the table of the best cells (default 20)")
    parser.add_argument("--without", action="append", default=[], choices=list(PARTS), metavar="PART",
                        help=f"leave a part out, one of {', '.join(PARTS)}; may be repeated")
    add_reading_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Run ``report`` and say where the file is.

    Parameters
    ----------
    arguments : argparse.Namespace
        source, target, title, note, metric, axes, best, without, and what `add_reading_options` adds.

    Raises
    ------
    SourceError
        Where the table cannot be opened.
    UnknownMetricError
        Where it lacks a metric that was named.
    ReportError
        Where the report cannot be written.
    """
    axes = None if arguments.axes is None else [axes_of(each) for each in arguments.axes]
    named = [name for pair in axes or () for name in (pair.x, pair.y)] + [arguments.metric or ""]
    table = open_asked(arguments.source, asked_of(arguments).showing(named))
    if arguments.metric is not None:
        table.metric(arguments.metric)
    session = starting_session(table, arguments.metric)
    parts = [name for name in PARTS if name not in arguments.without]
    path = save_report(table, arguments.target, title=arguments.title, session=session, axes=axes,
                       notes="\n\n".join(arguments.note), best=arguments.best, parts=parts, source=arguments.source)
    say(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")


def axes_of(words: str) -> Axes:
    """A pair of axes as the command line writes it.

    Raises
    ------
    ReportError
        Where it is no pair.

    Examples
    --------
    >>> axes_of("trainable_parameters:log,test_accuracy")
    Axes(x='trainable_parameters', y='test_accuracy', log_x=True, log_y=False)
    """
    ends = [part.strip() for part in words.split(",")]
    if len(ends) != 2:
        raise ReportError(f"Found axes {words!r}; expected two names of metrics with a comma between. Write "
                          "trainable_parameters,test_accuracy.")
    x, y = (end.removesuffix(":log") for end in ends)
    return Axes(x, y, ends[0] != x, ends[1] != y)


def _count(words: str) -> int:
    """A whole number."""
    if not (words.isascii() and words.isdigit()):
        raise argparse.ArgumentTypeError(f"found {words!r}; expected a whole number")
    return int(words)
