"""Exact random search beside a live search, where the open table was trained the same way."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from vanas_panel.core.kinds import described_space
from vanas_panel.errors import SearchError
from vanas_panel.searches.chance import Chance
from vanas_panel.searches.compare import EXACT
from vanas_panel.searches.curves import Curve, spread
from vanas_panel.searches.goals import goals_of
from vanas_panel.searches.run import SearchRun
from vanas_panel.tables.table import BenchmarkTable


def trained_as(run: SearchRun, table: BenchmarkTable) -> bool:
    """Whether the cells of a table were trained with the settings and the images of a live search, in its space.

    Its values and those of the table can stand beside each other then.
    """
    training, said = run.header.get("training"), table.training or {}
    return (training is not None and run.header["space"] == described_space(table.space)
            and (training["digest"], training["images"]) == (said.get("settings_digest"), said.get("images")))


def chance_beside(run: SearchRun, table: BenchmarkTable) -> Curve | None:
    """The best value that exact random search over a table is expected to have, after as many queries as a live search.

    Parameters
    ----------
    run : SearchRun
        That trained its cells.
    table : BenchmarkTable

    Returns
    -------
    Curve or None
        None where the table was trained in another way, lacks the metric, or has too many cells to count. It is
        over queries: the seconds of a table are those of another machine.
    """
    objective = run.header["objective"]
    if not trained_as(run, table) or objective["metric"] not in table.metrics or not run.has_best:
        return None
    if bool(table.metric(objective["metric"]).higher_is_better) != objective["higher_is_better"]:
        return None
    with suppress(SearchError):
        chance = Chance.of(goals_of(table, objective["metric"], objective["repeat"], None))
        numbers = spread(max(1, run.spent))
        return Curve(EXACT, np.array(numbers, np.float64), chance.best(numbers))
    return None
