"""The searches that a report is asked to show, checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from vanas_panel.errors import ReportError
from vanas_panel.searches.chance import objective_of_run
from vanas_panel.searches.judging import judging_metric
from vanas_panel.searches.ranks import search_ranks
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message

MOST_SEARCHES = 20


def checked_searches(table: BenchmarkTable, searches: Iterable[Any]) -> tuple[SearchRun, ...]:
    """The searches of a report, all of which were made on its table or trained cells of its space.

    Raises
    ------
    ReportError
        Where one is something else, was made in another space, has no query, or there are too many.
    SearchError
        Where one was told other values than those of the table.
    """
    runs = tuple([searches] if isinstance(searches, SearchRun) else searches)
    if len(runs) > MOST_SEARCHES:
        raise ReportError(Message("Found {count} searches for a report; expected at most {most}. Choose fewer, or "
                                  "compare strategies over seeds.", count=len(runs), most=MOST_SEARCHES))
    for run in runs:
        if not isinstance(run, SearchRun):
            raise ReportError(Message("Found {found} among the searches of a report; expected what vp.search or "
                                      "vp.read_search gives. Pass that.", found=type(run).__name__))
        if run.space != table.space:
            raise ReportError(Message("Found a search in another space than that of {table}; expected the same. Open "
                                      "the table that it was made on.", table=table.name))
        if not len(run):
            raise ReportError(Message("Found a search without a query that has a value; expected at least one. Run it "
                                      "on, or leave it out."))
        if run.header.get("table") is not None:
            objective_of_run(run, table)
    return runs


def checked_comparison(table: BenchmarkTable, comparison: Any) -> pd.DataFrame | None:
    """The comparison of a report.

    Raises
    ------
    SearchError
        Where it is not what `vanas_panel.compare_searches` gives.
    """
    if comparison is None:
        return None
    if not isinstance(comparison, pd.DataFrame):
        raise ReportError(Message("Found {found} as the comparison of a report; expected the data frame that "
                                  "vp.compare_searches gives. Pass that.", found=type(comparison).__name__))
    search_ranks(comparison)
    judging_metric(table, comparison.attrs["judged_by"])
    return comparison
