"""The options of ``vanas-panel inspect``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.parsers.later import later
from vanas_panel.cli.parsers.serve import port_number
from vanas_panel.text.language import gettext as _


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """Add the command.

    Parameters
    ----------
    subparsers : argparse._SubParsersAction
        What `argparse.ArgumentParser.add_subparsers` gave. The command sets ``run``, a function of the parsed
        arguments.
    """
    parser = subparsers.add_parser(
        "inspect", help=_("show how far the weights of a training have moved"),
        description=_("Show how far every weight of a network has moved, layer by layer and epoch by epoch: from the "
                      "checkpoints of any framework, or from a recording. No file is unpickled."))
    parser.add_argument("path", nargs="+", metavar="PATH",
                        help=_("checkpoints of one training (files, a folder, or a pattern in quotes), or one "
                               "recording, *.vptrain"))
    parser.add_argument("--beside", nargs="+", metavar="PATH",
                        help=_("a second training, shown at the same epoch and on the same scale"))
    parser.add_argument("--order", type=_names, metavar="NAME,NAME",
                        help=_("layers, or the beginnings of their names, in the order of the network; for formats "
                               "that lose it"))
    parser.add_argument("--role", type=_role, action="append", default=[], metavar="NAME=ROLE",
                        help=_("weight, bias, normalisation or skip for a layer, where its name and shape tell it "
                               "wrong; may be repeated"))
    parser.add_argument("--report", type=Path, metavar="OUT.html",
                        help=_("write one HTML file that plays offline, and serve no page"))
    parser.add_argument("--csv", type=Path, metavar="OUT.csv",
                        help=_("write the figures of every layer at every epoch as a table, and serve no page"))
    parser.add_argument("--scale", choices=("all", "layer", "none"), default="all",
                        help=_("what changes are divided by at the start: the largest of all layers, of each layer, or "
                               "nothing (default all)"))
    parser.add_argument("--biases", action="store_true", help=_("show biases and normalisations, too"))
    parser.add_argument("--title", help=_("of a report; by default the name of the files"))
    parser.add_argument("--note", action="append", default=[], metavar="TEXT",
                        help=_("a paragraph of a report; may be repeated"))
    parser.add_argument("--lang", metavar="LANGUAGE", help=_("the language of the report: en or ko (default: that of "
                                                             "VANAS_PANEL_LANG, else English)"))
    parser.add_argument("--port", type=port_number, default=5007, help=_("default 5007; 0 takes any free one"))
    parser.set_defaults(run=later("inspect_training", "run"))


def _names(words: str) -> tuple[str, ...]:
    """Names with commas between."""
    return tuple(name.strip() for name in words.split(",") if name.strip())


def _role(words: str) -> tuple[str, str]:
    """A layer and its role; which roles there are is checked where the training is opened."""
    name, equals, role = words.rpartition("=")
    if not (name and equals and role):
        raise argparse.ArgumentTypeError(_("found {text!r}; expected NAME=ROLE").format(text=words))
    return name, role
