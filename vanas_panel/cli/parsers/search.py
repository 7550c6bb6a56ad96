"""The options of ``vanas-panel search``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.parsers.choices import MOST_CELLS_PER_DEVICE, STRATEGIES
from vanas_panel.cli.parsers.later import later
from vanas_panel.cli.parsers.numbers import whole_option
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
        "search", help=_("run a search on a table"),
        description=_("Run a search strategy on a table, where every query is looked up, and say what it found and how "
                      "good chance would have been. With --live it trains the cells instead, in the search space of "
                      "SOURCE. The same command again goes on with a file that it began."))
    parser.add_argument("source", metavar="SOURCE", help=_(SOURCE_HELP))
    parser.add_argument("--strategy", action="append", metavar="NAME[:PRESET]",
                        help=_("one of {known} (default: random); may be repeated with --compare").format(
                            known=", ".join(STRATEGIES)))
    parser.add_argument("--set", action="append", metavar="NAME=VALUE",
                        help=_("change one setting of the strategy, such as population=20; may be repeated"))
    parser.add_argument("--queries", type=whole_option, default=500, metavar="N", help=_("the budget (default 500)"))
    parser.add_argument("--seed", type=whole_option, default=0, metavar="S",
                        help=_("of the random numbers (default 0)"))
    parser.add_argument("--metric", action="append", metavar="NAME",
                        help=_("what the search is told (default: the validation accuracy where the table has it); "
                               "may be repeated, or hold several with commas, where the strategy takes several"))
    parser.add_argument("--repeat", default="mean", metavar="R",
                        help=_("mean, draw for one repeat at every query, or the index of one (default: mean)"))
    parser.add_argument("--report", metavar="NAME",
                        help=_("the metric that the best cells are judged by (default: the test accuracy where the "
                               "table has it)"))
    parser.add_argument("--out", type=Path, metavar="FILE", help=_("keep the run, JSON lines; made or continued"))
    parser.add_argument("--compare", type=whole_option, metavar="SEEDS",
                        help=_("compare the strategies with exact random search over so many seeds"))
    parser.add_argument("--live", type=Path, metavar="SETTINGS",
                        help=_("train what the search asks for, with these settings; a JSON file as for train "
                               "--settings"))
    parser.add_argument("--scheduler", metavar="ADDRESS",
                        help=_("train on the workers of this Dask scheduler, for instance tcp://host:8786"))
    parser.add_argument("--workers", type=whole_option, metavar="N",
                        help=_("trainings at once (default: 2 processes on this machine; with a scheduler, what its "
                               "workers can do)"))
    parser.add_argument("--device", metavar="DEVICE",
                        help=_("auto (CUDA, else MPS, else the processor), cpu, cuda, cuda:N or mps; with a "
                               "scheduler, as its workers see them"))
    parser.add_argument("--cells-per-device", type=whole_option, metavar="N",
                        help=_("cells trained at once on one device, 1 to {most} (default: 4 on a "
                               "graphics card, one for each worker on a "
                               "processor)").format(most=MOST_CELLS_PER_DEVICE))
    parser.add_argument("--no-record", dest="no_record", action="store_true", default=None,
                        help=_("with --live: do not record how far the weights of every trained cell move"))
    parser.add_argument("--convert", type=Path, metavar="FILE",
                        help=_("run nothing: SOURCE is the file of a finished search, which is written as .parquet, or "
                               "as JSON lines where FILE has another ending"))
    add_reading_options(parser)
    parser.set_defaults(run=later("search", "run"))
