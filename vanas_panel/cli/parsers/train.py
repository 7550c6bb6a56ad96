"""The options of ``vanas-panel train-space`` and ``vanas-panel train``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.parsers.choices import MOST_CELLS_PER_DEVICE, MOST_VERTICES, PRECISIONS
from vanas_panel.cli.parsers.later import later
from vanas_panel.cli.parsers.numbers import whole_option
from vanas_panel.text.language import gettext as _
from vanas_panel.text.numerals import whole_number

_EXAMPLE = '{"operations": ["input", "conv3x3-bn-relu", "output"], "edges": [[0, 1], [1, 2]]}'


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """Add both commands.

    Parameters
    ----------
    subparsers : argparse._SubParsersAction
        What `argparse.ArgumentParser.add_subparsers` gave. Each command sets ``run``, a function
        of the parsed arguments.
    """
    space = subparsers.add_parser(
        "train-space", help=_("train every cell of a search space"),
        description=_("Train every cell of NAS-Bench-101's search space with so many vertices at most, and append "
                      "each result to a file. The same command again goes on where the last one ended."))
    space.add_argument("--max-vertices", type=_vertices, required=True, metavar="N",
                       help=_("2 to {most}").format(most=MOST_VERTICES))
    space.add_argument("--out", type=Path, required=True, metavar="FILE",
                       help=_("results, JSON lines; made or continued"))
    space.add_argument("--table", type=Path, metavar="FILE",
                       help=_("write a table of all results to this .parquet file"))
    space.set_defaults(run=later("train", "train_space"))
    one = subparsers.add_parser(
        "train", help=_("train one cell"),
        description=_("Train one cell and print its result. CELL is JSON such as '{example}', with \"matrix\" instead "
                      'of "edges" where you prefer, or the path of a file that holds it, or any other form in which '
                      "the page gives a cell away.").format(example=_EXAMPLE))
    one.add_argument("cell", metavar="CELL", help=_("JSON, or the path of a file with a cell"))
    one.add_argument("--out", type=Path, metavar="FILE", help=_("append the result to this file, too"))
    one.set_defaults(run=later("train", "train_one"))
    for parser in (space, one):
        parser.add_argument("--settings", type=Path, metavar="FILE",
                            help=_("JSON; settings that it leaves out keep the values used for the table mnist-cells"))
        parser.add_argument("--scheduler", metavar="ADDRESS",
                            help=_("train on the workers of this Dask scheduler, for instance tcp://host:8786"))
        parser.add_argument("--workers", type=whole_option, metavar="N",
                            help=_("processes on this machine where no scheduler is given (default: one for each "
                                   "core, or one for each cell that the devices train at once)"))
        parser.add_argument("--device", default="auto", metavar="DEVICE",
                            help=_("auto (CUDA, else MPS, else the processor), cpu, cuda, cuda:N or mps; with a "
                                   "scheduler, as its workers see them"))
        parser.add_argument("--precision", choices=PRECISIONS, metavar="P",
                            help=_("float32, or bf16 or fp16 for mixed precision (default: what the settings say)"))
        parser.add_argument("--cells-per-device", type=whole_option, metavar="N",
                            help=_("cells trained at once on one device, 1 to {most} (default: 4 on a "
                                   "graphics card, one for each worker on a "
                                   "processor)").format(most=MOST_CELLS_PER_DEVICE))
        parser.add_argument("--record", type=Path, metavar="FOLDER",
                            help=_("record how far the weights of each repeat move while it is trained, one file "
                                   "KEY-REPEAT.vptrain each, in this folder; made where it is missing"))



def _vertices(text: str) -> int:
    """A number of vertices that NAS-Bench-101's space allows."""
    value = whole_number(text) or 0
    if not 2 <= value <= MOST_VERTICES:
        raise argparse.ArgumentTypeError(_("found {text!r}; expected 2 to {most}").format(
            text=text, most=MOST_VERTICES))
    return value
