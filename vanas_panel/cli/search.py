"""The command ``vanas-panel search``."""

from __future__ import annotations

import argparse
import math

import pandas as pd

from vanas_panel.cli.progress import bar
from vanas_panel.cli.search_live import run_live
from vanas_panel.cli.search_options import check_options, settings_of
from vanas_panel.cli.source_options import asked_of
from vanas_panel.draw.format import format_value
from vanas_panel.draw.searches.words import share_words
from vanas_panel.errors import SearchError
from vanas_panel.readers import open_asked
from vanas_panel.searches.compare import compare_searches
from vanas_panel.searches.judging import judging_metric
from vanas_panel.searches.parquet import ENDING
from vanas_panel.searches.reading import read_search
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_file import write_run
from vanas_panel.searches.table_search import search
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, ngettext
from vanas_panel.text.language import gettext as _
from vanas_panel.text.numerals import whole_number
from vanas_panel.text.terminal import say


def run(arguments: argparse.Namespace) -> None:
    """Run a search, or compare several, and say what came out.

    Parameters
    ----------
    arguments : argparse.Namespace
        source, strategy, set, queries, seed, metric, repeat, report, out, compare, convert, live, scheduler, workers,
        device, cells_per_device, no_record, and what `add_reading_options` adds.

    Raises
    ------
    SearchError
        Where the search cannot be run as asked, or its file cannot be continued.
    SourceError
        Where the table cannot be opened.
    """
    if arguments.convert is not None:
        _convert(arguments)
        return
    strategies = arguments.strategy or ["random"]
    if arguments.compare is None and len(strategies) > 1:
        raise SearchError(Message("Found {count} strategies; expected one. Give --compare to run them side by side.",
                                  count=len(strategies)))
    if arguments.compare is not None and arguments.out is not None:
        raise SearchError(Message("Found --out together with --compare; expected one of them. Keep single runs with "
                                  "--out."))
    if arguments.compare is not None and arguments.set:
        raise SearchError(Message("Found --set together with --compare; expected one of them. Compare presets, such as "
                                  "regularised-evolution:naszilla."))
    check_options(arguments)
    if arguments.live is not None:
        # The metric is one of the training, which the table need not have.
        run_live(open_asked(arguments.source, asked_of(arguments)), strategies[0], _repeat_of(arguments), arguments)
        return
    metrics = metrics_of(arguments)
    named = [*(metrics or ()), *([arguments.report] if arguments.report else [])]
    table = open_asked(arguments.source, asked_of(arguments).showing(named))
    repeat = _repeat_of(arguments)
    settings = settings_of(strategies[0], arguments)
    if arguments.compare is not None:
        _compare(table, strategies, arguments, repeat)
        return
    found = search(table, strategies[0], metric=metrics, repeat=repeat, queries=arguments.queries,
                   report=None if arguments.report is None else [arguments.report], seed=arguments.seed,
                   settings=settings)
    if arguments.out is not None:
        with bar(found.proposals.values.size, _(" proposals")) as shown:
            found = write_run(arguments.out, found, shown.update)
    _describe(table, found)
    if arguments.out is not None:
        say(_("Wrote {path}.").format(path=arguments.out))


def _convert(arguments: argparse.Namespace) -> None:
    """Write the file of a search in its other form."""
    found = read_search(arguments.source)
    if arguments.convert.suffix.lower() == ENDING:
        found.to_parquet(arguments.convert)
    else:
        found.to_jsonl(arguments.convert)
    say(_("Wrote {path}.").format(path=arguments.convert))


def metrics_of(arguments: argparse.Namespace) -> list[str] | None:
    """The metrics that were asked for, None where none was.

    Examples
    --------
    >>> metrics_of(argparse.Namespace(metric=["test_accuracy,flops", "depth"]))
    ['test_accuracy', 'flops', 'depth']
    """
    return [name.strip() for text in arguments.metric or () for name in text.split(",") if name.strip()] or None


def _repeat_of(arguments: argparse.Namespace) -> str | int:
    """The repeat that was asked for: a word or a number."""
    number = whole_number(arguments.repeat)
    return arguments.repeat if number is None else number


def _describe(table: BenchmarkTable, found: SearchRun) -> None:
    """Print what a search came to."""
    count = found.spent
    heading = ngettext("{strategy}, seed {seed}: {count:,} query on {table}.",
                       "{strategy}, seed {seed}: {count:,} queries on {table}.", count)
    say(heading.format(strategy=found.strategy, seed=found.seed, count=count, table=table.name))
    for note in found.notes:
        say(_("Note: {note}").format(note=note))
    if not len(found):
        return
    last = found.trials.iloc[-1]
    if found.proposals.also:
        _describe_front(table, found)
        return
    if found.budgets:
        say(_("  {trainings} trainings with {budgets} epochs or steps, for {cost} full ones").format(
            trainings=f"{len(found):,}", budgets=", ".join(map(str, found.budgets)), cost=f"{round(found.cost, 1):,}"))
    if not found.has_best:
        say(_("  no cell had a full training yet"))
        return
    metric = table.metric(found.header["objective"]["metric"])
    say(_("  best {metric}: {value}, {regret} behind the best of the table, found by query {query}").format(
        metric=label_of(metric), value=format_value(metric, float(last["best"])),
        regret=_difference(table, metric.name, found.regret), query=f"{int(last['incumbent']):,}"))
    for name in found.header["objective"]["report"]:
        judged = table.metric(name)
        say(_("  {metric} of that cell: {value}").format(metric=label_of(judged),
                                                         value=format_value(judged, float(last[name]))))
    say(_("  asked again: {count} of {all} queries").format(count=f"{found.duplicates:,}", all=f"{len(found):,}"))


def _describe_front(table: BenchmarkTable, found: SearchRun) -> None:
    """Print what a search with several metrics came to."""
    front = found.front
    say(_("  {count} cells that no other one dominates in {metrics}, from {first} to {last}").format(
        count=f"{len(front):,}", metrics=", ".join(label_of(table.metric(name)) for name in found.metrics),
        first=_values(table, found, front.iloc[0]), last=_values(table, found, front.iloc[-1])))
    say(_("  {share} of the volume that the front of the table dominates").format(
        share=share_words(float(found.hypervolume[-1]))))
    say(_("  asked again: {count} of {all} queries").format(count=f"{found.duplicates:,}", all=f"{len(found):,}"))


def _values(table: BenchmarkTable, found: SearchRun, trial: pd.Series) -> str:
    """The metrics of a query."""
    return " / ".join(format_value(table.metric(name), float(trial[name])) for name in found.metrics)


def _compare(table: BenchmarkTable, strategies: list[str], arguments: argparse.Namespace, repeat: str | int) -> None:
    """Print the last row of every strategy of a comparison."""
    with bar(len(strategies) * arguments.compare, _(" runs")) as shown:
        frame = compare_searches(table, strategies, metric=metrics_of(arguments), repeat=repeat,
                                 report=arguments.report, queries=arguments.queries, seeds=arguments.compare,
                                 exact=[arguments.queries], on_run=shown.update)
    judged = frame.attrs["judged_by"]
    say(ngettext("Regret in {metric} after {queries:,} queries, {seeds:,} seed", "Regret in {metric} after {queries:,} "
                 "queries, mean of {seeds:,} seeds (95 % of them)", arguments.compare).format(
        metric=label_of(judging_metric(table, judged)), queries=arguments.queries, seeds=arguments.compare))
    last = frame.groupby("strategy", sort=False).tail(1)
    width = max(map(len, last["strategy"]))
    columns = (last[name].tolist() for name in ("strategy", "query", "regret", "low", "high", "duplicates"))
    for strategy, query, regret, low, high, duplicates in zip(*columns, strict=True):
        band = "" if math.isnan(low) else _(" ({low} to {high})").format(
            low=_difference(table, judged, low), high=_difference(table, judged, high))
        say(_("  {strategy}  {regret}{band}, {duplicates} asked again").format(
            strategy=f"{strategy:<{width}}", regret=_difference(table, judged, regret), band=band,
            duplicates=f"{duplicates:.0%}"))
        if query < arguments.queries:
            say(_("    It ended after {query} queries: it asked for too many cells that have no value.").format(
                query=f"{query:,}"))


def _difference(table: BenchmarkTable, name: str, value: float) -> str:
    """A difference of two values of a metric: percentage points for fractions."""
    if math.isnan(value):
        return _("unknown")
    metric = judging_metric(table, name)
    if metric.unit == "fraction":
        return _("{points} points").format(points=f"{100 * value:.3f}")
    return format_value(metric, value)
