"""The commands ``vanas-panel fetch``, ``vanas-panel convert`` and ``vanas-panel info``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.source_options import asked_of
from vanas_panel.draw.format import format_value
from vanas_panel.draw.table_words import notes_of, title_of
from vanas_panel.errors import DownloadError, NoCellsError, SourceError
from vanas_panel.files.disk_errors import cause
from vanas_panel.readers import open_asked, write_table
from vanas_panel.readers.cache import cache_folder
from vanas_panel.readers.cache_limit import cache_limit, cache_size
from vanas_panel.readers.download.benchmarks import fetch
from vanas_panel.readers.download.image_sets import IMAGE_SETS, example_settings, fetch_images
from vanas_panel.readers.trials import open_trials
from vanas_panel.tables.metrics import better_words, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, ngettext
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import say


def run_fetch(options: argparse.Namespace) -> None:
    """Download a published benchmark, or a set of images, and say what it holds."""
    if options.name in IMAGE_SETS:
        if options.full:
            raise DownloadError(Message("Found --full with {name}; expected it with a benchmark, which has training "
                                        "budgets. Leave it out.", name=options.name))
        folder = fetch_images(options.name, url=options.url)
        say(_("{folder} holds the images. Train cells on them with a file of settings such as: {settings}").format(
            folder=folder, settings=example_settings(options.name)))
        return
    _describe(fetch(options.name, full=options.full, url=options.url))


def info(options: argparse.Namespace) -> None:
    """Say what a table holds, be it of cells or of trials."""
    asked = asked_of(options)
    kinds, study = dict(options.kind), options.study or ""
    if not kinds and not study:
        try:
            _describe(open_asked(options.source, asked))
            return _describe_cache()
        except NoCellsError:
            pass  # It holds trials, or the error is that of reading them.
    trials = open_trials(options.source, kinds=kinds, study=study, directions=asked.directions)
    for line in trials.summary().split("\n"):
        say(line)


def convert(options: argparse.Namespace) -> None:
    """Open a source, which converts it, and write it where that is asked for."""
    target: Path | None = options.target
    if target is not None and target.suffix.lower() != ".parquet":
        raise SourceError(Message("a target named {name!r}", name=target.name),
                          "a name that ends in .parquet", "Choose such a name", path=target)
    table = open_asked(options.source, asked_of(options))
    if target is not None:
        try:
            write_table(table, target)
        except OSError as error:
            raise SourceError(cause(error), "a place to write to",
                              "Choose a folder that exists and that this user can write to", path=target) from error
        say(_("Wrote {target}.").format(target=target))
    _describe(table)


def _describe(table: BenchmarkTable) -> None:
    """Print what a table holds."""
    space = table.space
    say(ngettext("{title}: {count:,} cell.", "{title}: {count:,} cells.", len(table)).format(
        title=title_of(table), count=len(table)))
    say(_("Search space: at most {max_vertices} vertices and {max_edges} edges; operations {operations}.").format(
        max_vertices=space.max_vertices, max_edges=space.max_edges, operations=", ".join(space.operations)))
    width = max(map(len, table.metrics), default=0)
    for name, metric in table.metrics.items():
        values = table.sorted_column(name)
        span = _(", {lowest} to {highest}").format(
            lowest=format_value(metric, values[0]), highest=format_value(metric, values[-1])) if values.size else ""
        say(_("  {name}  {label}: {known:,} known{span}; {better}").format(
            name=f"{name:<{width}}", label=label_of(metric), known=values.size, span=span, better=better_words(metric)))
    for note in notes_of(table):
        say(_("Note: {note}").format(note=note))


def _describe_cache() -> None:
    """Print how large the cache is, and how large it may become."""
    limit, used = cache_limit(), cache_size(cache_folder() / "tables") / 1e9
    if limit is None:
        say(_("Cache of converted tables: {used:.3f} GB, without a limit.").format(used=used))
    else:
        say(_("Cache of converted tables: {used:.3f} GB of at most {limit:g} GB.").format(used=used, limit=limit / 1e9))
