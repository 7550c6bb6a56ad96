"""The command ``vanas-panel spaces``."""

from __future__ import annotations

import argparse
import math

from vanas_panel.cli.source_options import asked_of
from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.space_card import facts
from vanas_panel.errors import SearchSpaceError, SourceError
from vanas_panel.files.disk_errors import cause
from vanas_panel.readers import open_asked, write_table
from vanas_panel.searches.gallery import GallerySpace, spaces
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, ngettext
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import say


def run(arguments: argparse.Namespace) -> None:
    """List search spaces, and take the cells of one out of a table.

    Parameters
    ----------
    arguments : argparse.Namespace
        name, source, out, and what `add_reading_options` adds.

    Raises
    ------
    SearchSpaceError
        Where a file is asked for without a table, or the table has no cell of the space.
    SourceError
        Where the table cannot be opened, or the file cannot be written.
    """
    if arguments.out is not None:
        if arguments.source is None:
            raise SearchSpaceError(Message("Found --out without a table; expected one. Name a space and a table before "
                                           "it."))
        if arguments.out.suffix.lower() != ".parquet":
            raise SourceError(Message("a target named {name!r}", name=arguments.out.name),
                              "a name that ends in .parquet", "Choose such a name", path=arguments.out)
    table = None if arguments.source is None else open_asked(arguments.source, asked_of(arguments))
    for name in spaces if arguments.name is None else [arguments.name]:
        _describe(spaces[name])
        if table is not None:
            _describe_part(spaces[name], table)
    if table is not None and arguments.out is not None:
        try:
            write_table(spaces[arguments.name].of(table), arguments.out)
        except OSError as error:
            raise SourceError(cause(error), "a place to write to",
                              "Choose a folder that exists and that this user can write to",
                              path=arguments.out) from error
        say(_("Wrote {path}.").format(path=arguments.out))


def _describe(space: GallerySpace) -> None:
    """Print the card of a space."""
    say(f"{space.name}: {space.title}")
    for words in (space.words, space.limits, *(f"{head}: {said}" for head, said in facts(space))):
        say(f"  {words}")


def _describe_part(space: GallerySpace, table: BenchmarkTable) -> None:
    """Print how much of a table belongs to a space, and what a search there costs."""
    part = space.of(table)
    say("  " + ngettext("On {table}: {count} of {all} cell.", "On {table}: {count} of {all} cells.", len(table)).format(
        table=table.name, count=format_count(len(part)), all=format_count(len(table))))
    metric = known_metric("training_time")
    for queries, seconds, wasted in space.cost(table)[["queries", "seconds", "wasted_seconds"]].itertuples(index=False):
        if not math.isnan(seconds):
            words = _("{queries} random queries would train for {time}, {wasted} of it for cells asked again.")
            say("  " + words.format(queries=format_count(queries), time=format_value(metric, seconds),
                                    wasted=format_value(metric, wasted)))
