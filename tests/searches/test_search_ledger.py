"""The ledger of a search by plain Python, and exact random search beside it by enumeration."""

import math
from itertools import product

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.core.encoding import pack, unpack
from vanas_panel.errors import SearchError
from vanas_panel.searches.chance import Chance, objective_of_run
from vanas_panel.searches.curves import drawn_curves
from vanas_panel.searches.ledger import ledger
from vanas_panel.searches.objective import objective_of
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


def drawing(raw):
    """Operations and edges of a raw cell that lie on a path from input to output, in the order of its vertices."""
    labels, edges = unpack(raw)
    last = len(labels) + 1
    forward, back = {0}, {last}
    for _ in range(last):
        forward |= {target for source, target in edges if source in forward}
        back |= {source for source, target in edges if target in back}
    kept = sorted(forward & back)
    return (tuple(labels[vertex - 1] for vertex in kept[1:-1]),
            tuple((kept.index(a), kept.index(b)) for a, b in edges if a in kept and b in kept))


@pytest.mark.parametrize("strategy", ["random", "evolution:rank", "regularised-evolution:nni"])
def test_counts_by_plain_python(table, strategy):
    run = vp.search(table, strategy, queries=600, seed=3)
    found = ledger(run, table)
    space, raws, keys, drawings = RawSpace(run.space), set(), set(), set()
    counts = {"duplicates": 0, "redrawn": 0, "isomorphic": 0, "improving": 0}
    best, wasted = -math.inf, 0.0
    for trial in run.trials.itertuples():
        raw = int(run.proposals.trace[trial.number, 0])
        key = space.key(raw)
        if key in keys:
            counts["duplicates"] += 1
            wasted += trial.seconds
            counts["redrawn"] += raw not in raws
            counts["isomorphic"] += drawing(raw) not in drawings
        counts["improving"] += trial.value > best
        best = max(best, trial.value)
        raws.add(raw)
        keys.add(key)
        drawings.add(drawing(raw))
    assert {name: getattr(found, name) for name in counts} == counts
    assert found.cells == len(keys) == found.queries - found.duplicates
    assert found.idle == 600 - found.improving
    assert found.redrawn > found.isomorphic > 0
    assert found.wasted_seconds == pytest.approx(wasted)
    assert found.seconds == pytest.approx(run.trials["seconds"].sum())
    assert found.asked_in_vain == run.asked_in_vain and found.luck == pytest.approx(run.luck, nan_ok=True)
    last = run.trials["test_accuracy"].iloc[-1]
    assert found.reported == {"test_accuracy": pytest.approx(np.nanmax(table.column("test_accuracy")) - last)}


SPACE = vp.CellSpace(["a", "b"], max_vertices=3, max_edges=3)
SCORES = np.array([[0.3, 0.6], [0.5, 0.2], [0.4, np.nan], [0.9, 0.8], [0.7, 0.7]])
SECONDS = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


def small_table():
    """All five cells of a space, with up to two repeats each."""
    return BenchmarkTable(SPACE, vp.enumerate_cells(SPACE), {
        "score": Metric("score", "Score", higher_is_better=True), "training_time": known_metric("training_time")},
        {"score": SCORES, "training_time": SECONDS}, name="small")


def told_by_raw_cells(table, repeat):
    """All that a query of random search may be told, as probability, value, row: from every raw cell, one by one."""
    space, told = RawSpace(SPACE), []
    for edges, label in product(range(8), range(2)):
        key = space.key(pack([label], []) | edges)
        if key >= 0:
            row = int(np.flatnonzero(table.keys == key)[0])
            values = [value for value in SCORES[row] if not math.isnan(value)]
            values = [sum(values) / len(values)] if repeat == "mean" else values
            told += [(1 / len(values), value, row) for value in values]
    total = sum(chance for chance, _value, _row in told)
    return [(chance / total, value, row) for chance, value, row in told]


@pytest.mark.parametrize("repeat", ["mean", "draw"])
@pytest.mark.parametrize("queries", [1, 3])
def test_chance_is_the_mean_over_all_that_random_search_may_draw(repeat, queries):
    table = small_table()
    chance = Chance.of(objective_of(table, "score", repeat, ()))
    told = told_by_raw_cells(table, repeat)
    best = again = 0.0
    reached = dict.fromkeys((0.2, 0.5, 0.65, 0.9), 0.0)
    for sequence in product(told, repeat=queries):
        weight = math.prod(chance for chance, _value, _row in sequence)
        top = max(value for _chance, value, _row in sequence)
        best += weight * top
        again += weight * (queries - len({row for _chance, _value, row in sequence}))
        for merit in reached:
            reached[merit] += weight * (top >= merit)
    assert chance.best([queries]) == pytest.approx([best])
    assert chance.duplicates(queries) == pytest.approx(again, abs=1e-12)
    assert {merit: chance.at_least(merit, queries) for merit in reached} == pytest.approx(reached)
    assert chance.seconds == pytest.approx(sum(each * SECONDS[row] for each, _value, row in told))


def test_random_baseline_has_the_cost_of_the_run(table):
    run = vp.search(table, "local-search", queries=150, seed=2)
    found, chance = ledger(run, table).chance, Chance.of(objective_of_run(run, table))
    assert found.queries == 150 and found.regret == pytest.approx(chance.regret([150])[0])
    assert found.paid == round(run.trials["seconds"].sum() / found.seconds)
    assert found.paid_regret == pytest.approx(chance.regret([found.paid])[0])
    frame = vp.compare_searches(table, ["random"], queries=150, seeds=1, report="test_accuracy")
    last = frame[frame["strategy"] == "random (exact)"].iloc[-1]
    assert found.reported["test_accuracy"] == pytest.approx(last["regret"])
    assert found.duplicates == pytest.approx(150 * last["duplicates"])
    # Half of many random runs with a drawn value at least as good as the median one.
    best = [vp.search(table, "random", queries=50, seed=seed).trials["best"].iloc[-1] for seed in range(200)]
    middle = float(np.median(best))
    assert chance.at_least(middle, 50) == pytest.approx(np.mean(np.array(best) >= middle), abs=0.12)


def test_a_run_alone_and_a_large_space_have_no_chance_beside_them(table):
    run = vp.search(table, "random", queries=20, seed=2)
    assert ledger(run).chance is None and math.isnan(ledger(run).reported["test_accuracy"])
    space = vp.CellSpace(["a"], max_vertices=8, max_edges=9)
    keys = vp.enumerate_cells(vp.CellSpace(["a"], max_vertices=4, max_edges=5))
    large = BenchmarkTable(space, keys, {"score": Metric("score", "Score", higher_is_better=True)},
                           {"score": np.arange(len(keys), dtype=float)}, name="large")
    found = ledger(vp.search(large, "random-cells", queries=20, seed=1), large)
    assert found.chance is None and found.queries == 20 and math.isnan(found.seconds)


def test_another_table_is_refused(table):
    run = vp.search(table, "random", queries=20, seed=2)
    with pytest.raises(SearchError, match="another space"):
        ledger(run, small_table())
    other = small_table()
    changed = BenchmarkTable(SPACE, other.packed, dict(other.metrics),
                             {"score": SCORES + 0.01, "training_time": SECONDS}, name="changed")
    with pytest.raises(SearchError, match="other values of score"):
        ledger(vp.search(other, "random", queries=5, metric="score"), changed)


def test_a_search_that_trained_its_cells_has_no_table(table):
    run = vp.search(table, "random", queries=20, seed=2)
    trained = vp.SearchRun({**run.header, "table": None}, run.proposals)
    assert ledger(trained, table).chance is None
    assert [curve.is_chance for curve in drawn_curves([trained], table)] == [False]
    with pytest.raises(SearchError, match="not made on a table"):
        objective_of_run(trained, table)
