"""Importance of operations against replacing every operation of every cell and looking for the other cell."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from scipy import stats

import vanas_panel as vp
from tests.core.test_operation_contribution import made, row_of


def pairs_of(table, rows):
    """All pairs by a plain search: operation, the other one, and the two rows."""
    for row in rows:
        cell = table.cell(row)
        for vertex in range(1, len(cell.operations) - 1):
            for other in table.space.operations:
                if other != cell.operations[vertex]:
                    changed = (*cell.operations[:vertex], other, *cell.operations[vertex + 1:])
                    found = row_of(table, vp.Draft(changed, cell.edges))
                    if found >= 0:
                        yield cell.operations[vertex], other, row, found


@pytest.mark.parametrize(("seed", "rows"), [(0, None), (1, [0, 3, 7, 20]), (2, [])])
def test_it_is_what_a_search_through_the_table_finds(seed, rows):
    table = made(seed)
    values = table.column("test_accuracy")
    found = vp.operation_importance(table, rows=rows)
    pairs = list(pairs_of(table, range(len(table)) if rows is None else rows))
    assert len(found) == len(table.space.operations) ** 2
    for line in found.itertuples():
        differences = [values[row] - values[at] for operation, other, row, at in pairs
                       if operation == line.operation and line.other in ("", other)]
        differences = [each for each in differences if not math.isnan(each)]
        assert line.n_pairs == len(differences)
        if not differences:
            assert math.isnan(line.importance)
            continue
        assert line.importance == pytest.approx(statistics.fmean(differences), abs=1e-12)
        if len(differences) < 2:
            assert math.isnan(line.low) and math.isnan(line.high)
            continue
        interval = stats.t.interval(0.95, len(differences) - 1, statistics.fmean(differences), stats.sem(differences))
        assert (line.low, line.high) == pytest.approx(interval, abs=1e-9)


def test_order_and_what_is_undefined():
    found = vp.operation_importance(made(3))
    together = found[found["other"] == ""]
    assert together["importance"].is_monotonic_decreasing
    for operation in together["operation"]:
        part = found[found["operation"] == operation]
        assert part["other"].iloc[0] == "" and part["importance"].iloc[1:].is_monotonic_decreasing
        assert part["n_pairs"].iloc[0] == part["n_pairs"].iloc[1:].sum()
    nothing = vp.operation_importance(made(3), rows=np.array([], np.int64))
    assert nothing["importance"].isna().all() and (nothing["n_pairs"] == 0).all()


def test_what_is_no_metric_or_row_is_refused():
    table = made(0)
    with pytest.raises(vp.VanasError, match="expected"):
        vp.operation_importance(table, "speed")
    with pytest.raises(vp.VanasError, match="expected"):
        vp.operation_importance(table, rows=[len(table)])
