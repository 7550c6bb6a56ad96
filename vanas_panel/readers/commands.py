"""The options of a command line that say how a source is to be read: ``--condition``, ``--infinite``, ``--better``."""

from __future__ import annotations

import argparse
from typing import Any

from vanas_panel.limits import add_limit_option
from vanas_panel.metrics import DIRECTIONS
from vanas_panel.readers.asked import Asked
from vanas_panel.readers.conditions import CHOOSE, IGNORE, REPEAT, SPLIT
from vanas_panel.readers.description import REFUSE, SET_ASIDE

_INFINITE = {"set-aside": SET_ASIDE, "refuse": REFUSE}


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to a command that opens a table."""
    group = parser.add_argument_group("how the source is read")
    group.add_argument("--condition", type=_condition, action="append", default=[], metavar="COLUMN=CHOICE",
                       help="what to do where rows of one cell differ in a column: split, repeat, ignore, or "
                            "choose:VALUE; may be repeated")
    group.add_argument("--infinite", choices=list(_INFINITE), metavar="CHOICE",
                       help="set-aside reads a file without the rows that hold an infinite value; default refuse")
    add_limit_option(group)
    group.add_argument("--better", type=_direction, action="append", default=[], metavar="METRIC=DIRECTION",
                       help="which values of a metric are better: higher, lower or neither; may be repeated")


def asked_of(arguments: argparse.Namespace, *, where_there: bool = False) -> Asked:
    """What was asked for on a command line; `where_there` as for `vanas_panel.readers.asked.Asked`."""
    return Asked(dict(arguments.condition), _INFINITE.get(arguments.infinite, ""), dict(arguments.better), where_there)


def _condition(words: str) -> tuple[str, Any]:
    """A column and what to do with it.

    Examples
    --------
    >>> _condition("epochs=split"), _condition("dataset=choose:cifar10")
    (('epochs', 'split'), ('dataset', {'choose': 'cifar10'}))
    """
    name, _, choice = words.rpartition("=")
    before, is_one, value = words.partition(f"={CHOOSE}:")
    if is_one and before and value:
        return before, {CHOOSE: value}
    if not name or choice not in (SPLIT, REPEAT, IGNORE):
        raise argparse.ArgumentTypeError(f"found {words[:60]!r}; expected COLUMN=split, COLUMN=repeat, COLUMN=ignore "
                                         "or COLUMN=choose:VALUE")
    return name, choice


def _direction(words: str) -> tuple[str, bool | None]:
    """A metric and its direction."""
    name, _, word = words.rpartition("=")
    if not name or word not in DIRECTIONS:
        raise argparse.ArgumentTypeError(f"found {words[:60]!r}; expected METRIC=higher, METRIC=lower or "
                                         "METRIC=neither")
    return name, DIRECTIONS[word]
