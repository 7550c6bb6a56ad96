"""The options that say how a source is to be read: ``--condition``, ``--infinite``, ``--limit``, ``--better``."""

from __future__ import annotations

import argparse
from typing import Any

from vanas_panel.cli.parsers.choices import CHOOSE, DIRECTIONS, IGNORE, INFINITE, LIMITS, REPEAT, SPLIT
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
    group.add_argument("--limit", action="append", default=[], metavar="NAME=NUMBER",
                       help=_("open a larger table: {limits}, see docs/schema.md; may be repeated").format(
                                limits=", ".join(LIMITS)))
    group.add_argument("--better", type=_direction, action="append", default=[], metavar="METRIC=DIRECTION",
                       help=_("which values of a metric are better: higher, lower or neither; may be repeated"))


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
