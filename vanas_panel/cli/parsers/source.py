"""How a source is to be read: ``--condition``, ``--infinite``, ``--none``, ``--limit``, ``--better``."""

from __future__ import annotations

import argparse
from typing import Any

from vanas_panel.cli.parsers.choices import CHOOSE, DIRECTIONS, IGNORE, INFINITE, KINDS, LIMITS, NONES, REPEAT, SPLIT
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked

SOURCE_HELP = marked("a file, or the name of an embedded, fetched or once opened table")


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to a command that opens a table."""
    group = parser.add_argument_group(_("how the source is read"))
    group.add_argument("--condition", type=_condition, action="append", default=[], metavar="COLUMN=CHOICE",
                       help=_("what to do where rows of one cell differ in a column: split, repeat, ignore, or "
                              "choose:VALUE; may be repeated"))
    group.add_argument("--infinite", choices=INFINITE, metavar="CHOICE",
                       help=_("set-aside reads a file without the rows that hold an infinite value; default refuse"))
    group.add_argument("--none", choices=NONES, metavar="CHOICE",
                       help=_("what to do with the operation none in architecture strings of NAS-Bench-201: keep, or "
                              "prune, which leaves it out with all that is then on no path; default keep"))
    group.add_argument("--limit", action="append", default=[], metavar="NAME=NUMBER",
                       help=_("open a larger table: {limits}, see docs/schema.md; may be repeated").format(
                                limits=", ".join(LIMITS)))
    group.add_argument("--better", type=_direction, action="append", default=[], metavar="METRIC=DIRECTION",
                       help=_("which values of a metric are better: higher, lower or neither; may be repeated"))


def add_trial_options(parser: argparse.ArgumentParser) -> None:
    """Add what is about tables of trials to a command that opens one."""
    group = parser.add_argument_group(_("tables of trials"))
    group.add_argument("--study", metavar="NAME", help=_("the study to open, of several in one file of Optuna"))
    group.add_argument("--kind", type=_kind, action="append", default=[], metavar="COLUMN=KIND",
                       help=_("what a column is: {kinds}; may be repeated").format(kinds=", ".join(KINDS)))


def _condition(words: str) -> tuple[str, Any]:
    """A column and what to do with it.

    Examples
    --------
    >>> _condition("epochs=split"), _condition("dataset=choose:cifar10")
    (('epochs', 'split'), ('dataset', {'choose': 'cifar10'}))
    """
    name, choice = _split(words)
    before, is_one, value = words.partition(f"={CHOOSE}:")
    if is_one and before and value:
        return before, {CHOOSE: value}
    if not name or choice not in (SPLIT, REPEAT, IGNORE):
        raise argparse.ArgumentTypeError(_("found {words!r}; expected COLUMN=split, COLUMN=repeat, COLUMN=ignore or "
                                           "COLUMN=choose:VALUE").format(words=words[:60]))
    return name, choice


def _direction(words: str) -> tuple[str, bool | None]:
    """A metric and its direction."""
    name, word = _split(words)
    if not name or word not in DIRECTIONS:
        raise argparse.ArgumentTypeError(_("found {words!r}; expected METRIC=higher, METRIC=lower or "
                                           "METRIC=neither").format(words=words[:60]))
    return name, DIRECTIONS[word]


def _split(words: str) -> tuple[str, str]:
    """The texts before and behind the last equals sign."""
    before, _sign, behind = words.rpartition("=")
    return before, behind

def _kind(words: str) -> tuple[str, str]:
    """A column and its kind."""
    name, _sign, kind = words.rpartition("=")
    if not name or kind not in KINDS:
        raise argparse.ArgumentTypeError(_("found {words!r}; expected COLUMN=KIND with a kind of {kinds}").format(
            words=words[:60], kinds=", ".join(KINDS)))
    return name, kind
