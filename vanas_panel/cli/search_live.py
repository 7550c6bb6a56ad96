"""The command ``vanas-panel search --live``: a search that trains what it asks for."""

from __future__ import annotations

import argparse

from vanas_panel.cli.progress import bar
from vanas_panel.cli.search_options import settings_of
from vanas_panel.draw.format import format_value
from vanas_panel.searches.live import LiveSearch
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.metrics import known_metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext
from vanas_panel.text.terminal import say
from vanas_panel.training.table import ACCURACIES


def run_live(table: BenchmarkTable, strategy: str, repeat: str | int, arguments: argparse.Namespace) -> None:
    """Search in the space of a table by training, and say what came out.

    Parameters
    ----------
    table : BenchmarkTable
    strategy : str
    repeat : str or int
    arguments : argparse.Namespace
        What `vanas_panel.cli.search.run` takes.

    Raises
    ------
    SearchError, TrainingError
        As `vanas_panel.search_live` does.
    """
    with bar(arguments.queries, _(" queries")) as shown:
        live = LiveSearch(table, strategy, arguments.live, out=arguments.out,
                          metric=arguments.metric[0] if arguments.metric else None, repeat=repeat,
                          report=None if arguments.report is None else [arguments.report], queries=arguments.queries,
                          seed=arguments.seed, scheduler=arguments.scheduler, workers=arguments.workers,
                          device=arguments.device or "auto", cells_per_device=arguments.cells_per_device,
                          strategy_settings=settings_of(strategy, arguments), source=table.name,
                          record=not arguments.no_record,
                          on_change=lambda: shown.update(live.told - shown.n))
        live.start()
        try:
            found = live.wait()
        except KeyboardInterrupt:
            live.stop()
            live.wait()
            say(_("Stopped. The same command goes on with {path}.").format(path=arguments.out))
            raise
    _describe(table, found)
    say(_("Wrote {path}.").format(path=arguments.out))


def _describe(table: BenchmarkTable, found: SearchRun) -> None:
    """Print what a search came to."""
    count = len(found)
    heading = ngettext("{strategy}, seed {seed}: {count:,} query, trained in the search space of {table}.",
                       "{strategy}, seed {seed}: {count:,} queries, trained in the search space of {table}.", count)
    say(heading.format(strategy=found.strategy, seed=found.seed, count=count, table=table.name))
    for note in found.notes:
        say(_("Note: {note}").format(note=note))
    if found.asked_in_vain:
        say(_("Note: {vain} trainings gave no value; they do not count as queries. The first one: {reason}").format(
            vain=f"{found.asked_in_vain:,}", reason=next(iter(found.errors.values()), "?")))
    if not count:
        return
    if not found.has_best:
        say(_("  no cell had a full training yet"))
        return
    last = found.trials.iloc[-1]
    name = found.header["objective"]["metric"]
    metric = known_metric(name)
    say(_("  best {metric}: {value}, found by query {query}").format(
        metric=_label(name), value=format_value(metric, float(last["best"])), query=f"{int(last['incumbent']):,}"))
    for name in found.header["objective"]["report"]:
        say(_("  {metric} of that cell: {value}").format(metric=_label(name),
                                                         value=format_value(known_metric(name), float(last[name]))))
    say(_("  asked again: {count} of {all} queries").format(count=f"{found.duplicates:,}", all=f"{count:,}"))
    say(_("  trained on: {devices}").format(devices=", ".join(sorted(set(found.trials["device"])))))


def _label(name: str) -> str:
    """A metric for a person. A number in its name counts steps here, and not epochs as in tables of others."""
    return label_of(known_metric(name)) if name in (*ACCURACIES, "training_time") else name
