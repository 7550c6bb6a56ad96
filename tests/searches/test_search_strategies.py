"""Strategies: kernel and Python ask alike query by query, and do what their names say."""

import math
from itertools import pairwise

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import HOWS, generator_of
from vanas_panel.searches.objective import objective_of
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.strategies import STRATEGIES, choose
from vanas_panel.searches.strategies.evolution import EvolutionSettings
from vanas_panel.searches.table_search import most_proposals, run_on_table

EVERY = [f"{name}:{preset}" if preset else name for name, kind in STRATEGIES.items()
         for preset in kind.presets if kind.kernel and not kind.budgets]
SMALL = {"population": 12, "tournament": 4, "initial": 6, "crossover": 0.5}
OTHERS = [("evolution", {**SMALL, "selection": selection, "replaced": replaced, "exactly_one": one})
          for selection in ("tournament", "rank", "fitness") for replaced in ("oldest", "worst")
          for one in (True, False)]


@pytest.fixture(scope="module")
def table():
    """Values are known for most cells only, and many of them tie."""
    frame = vp.open_table("structure4").frame(cells=True)
    value = (np.arange(len(frame)) * 7 % 23 / 23).round(2)
    frame["accuracy"] = np.where(np.arange(len(frame)) % 5 == 2, np.nan, value)
    frame["loss"] = 1 - frame["accuracy"]
    return vp.BenchmarkTable.from_frame(frame)


def played(chosen, objective, queries, seed):
    """What the strategy in Python asks and is told, one after the other."""
    table = objective.table
    strategy = chosen.kind.make(RawSpace(table.space), chosen.settings, seed, table.lookup[0], queries)
    draws, asked, known = generator_of(seed, 1), [], 0
    while known < queries and len(asked) < most_proposals(objective, queries):
        proposal = strategy.ask()
        row = table.find_key(proposal.key)
        repeats = objective.values[row] if row >= 0 else np.array([np.nan])
        left = repeats[~np.isnan(repeats)]
        place = int(draws.random() * left.size) if left.size and objective.values.shape[1] > 1 else 0
        value = float(left[place]) if left.size else math.nan
        asked.append((proposal.raw, row, (*proposal.parents, -1, -1)[:2], proposal.how, value))
        known += not math.isnan(value)
        strategy.tell(proposal.number, None if math.isnan(value) else objective.sign * value)
        if chosen.name == "grid" and len(asked) == queries:
            break
    return asked


def same(run, asked):
    trace = [(raw, row, (parent, other), HOWS[how]) for raw, row, parent, other, how in run.proposals.trace.tolist()]
    assert trace == [each[:4] for each in asked]
    np.testing.assert_array_equal(run.proposals.values, [each[4] for each in asked])


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
@pytest.mark.parametrize("strategy", EVERY)
def test_kernel_and_python_ask_alike(table, strategy, metric):
    chosen, objective = choose(strategy), objective_of(table, metric, "mean", None)
    # In this space nearly all cells have no value, and these ask each of them once.
    queries = 40 if chosen.name in ("local-search", "gaussian-process") else 150
    for seed in range(3):
        same(run_on_table(chosen, objective, queries, seed), played(chosen, objective, queries, seed))


@pytest.mark.parametrize(("strategy", "settings"), OTHERS)
def test_every_kind_of_evolution_asks_alike(table, strategy, settings):
    chosen, objective = choose(strategy, settings), objective_of(table, "accuracy", "mean", None)
    same(run_on_table(chosen, objective, 120, 5), played(chosen, objective, 120, 5))


def test_drawn_repeats_are_drawn_alike():
    objective = objective_of(vp.open_table("mnist-cells"), "validation_accuracy", "draw", None)
    chosen = choose("regularised-evolution:naszilla")
    same(run_on_table(chosen, objective, 100, 2), played(chosen, objective, 100, 2))


def test_a_seed_gives_one_run_and_another_seed_another(table):
    runs = [vp.search(table, "random", metric="accuracy", queries=30, seed=seed) for seed in (1, 1, 2)]
    assert (runs[0].proposals.trace == runs[1].proposals.trace).all()
    assert not np.array_equal(runs[0].proposals.trace, runs[2].proposals.trace)


def test_the_oldest_leaves_a_regularised_population_and_the_worst_another(table):
    for replaced in ("oldest", "worst"):
        settings = EvolutionSettings(4, 2, replaced=replaced)
        strategy = choose("evolution", settings).kind.make(RawSpace(table.space), settings, 0, np.empty(0), 9)
        for merit in (0.5, 0.1, 0.9, 0.2, 0.7, 0.05):
            strategy.tell(strategy.ask().number, merit)
        assert strategy.state() == {"population": [2, 3, 4, 5] if replaced == "oldest" else [0, 2, 3, 4]}


def test_a_local_search_only_moves_to_better_cells_and_never_asks_twice(table):
    for preset in ("first", "best"):
        run = vp.search(table, f"local-search:{preset}", metric="accuracy", queries=40, seed=4)
        trials = run.trials.set_index("number")
        at = [(number, parents[0]) for number, parents in trials["parents"].items() if parents]
        assert at and not trials["duplicate"].any()
        for number, parent in at:
            # The cell that it stood at has exactly one raw difference.
            difference = int(run.proposals.trace[number, 0]) ^ int(run.proposals.trace[parent, 0])
            edges = (difference & 2**28 - 1).bit_count()
            operations = sum(difference >> 28 + 4 * place & 15 > 0 for place in range(6))
            assert edges + operations == 1
        stood = [parent for _, parent in at]
        values = trials["value"]
        for before, after in pairwise(stood):
            # It may also have gone to a cell that it had asked about before.
            if trials["parents"][after] == (before,):
                assert values[after] > values[before]


def test_reinforce_learns_the_rewarded_operation(table):
    chosen = choose("reinforce", {"learning_rate": 1.0})
    strategy = chosen.kind.make(RawSpace(table.space), chosen.settings, 0, np.empty(0), 0)
    for _ in range(300):
        proposal = strategy.ask()
        strategy.tell(proposal.number, float(proposal.raw >> 28 + 5 * 4 & 15 == 1))
    state = strategy.state()
    assert state["operations"][0][1] > 0.9
    assert all(sum(chances) == pytest.approx(1) for chances in state["operations"])


def test_reinforce_follows_the_gradient_of_its_softmax(table):
    chosen = choose("reinforce", {"learning_rate": 0.5, "momentum": 0.75})
    strategy = chosen.kind.make(RawSpace(table.space), chosen.settings, 3, np.empty(0), 0)
    cells, merits = [], (0.2, 0.8, 0.4)
    logits = [[0.0] * 2 for _ in range(21)] + [[0.0] * 3 for _ in range(5)]
    baseline = None
    for merit in merits:
        proposal = strategy.ask()
        strategy.tell(proposal.number, merit)
        cells.append([proposal.raw >> bit & 1 for bit in range(21)]
                     + [proposal.raw >> 28 + 4 * (6 - vertex) & 15 for vertex in range(1, 6)])
        baseline = merit if baseline is None else 0.75 * baseline + 0.25 * merit
        for row, picked in zip(logits, cells[-1], strict=True):
            total = sum(math.exp(each) for each in row)
            chances = [math.exp(each) / total for each in row]
            for option, chance in enumerate(chances):
                row[option] += 0.5 * (merit - baseline) * ((option == picked) - chance)
    state = strategy.state()
    expected = [[math.exp(each) / sum(map(math.exp, row)) for each in row] for row in logits]
    assert state["edges"] == pytest.approx([row[1] for row in expected[:21]], abs=1e-12)
    for found, row in zip(state["operations"], expected[21:], strict=True):
        assert found == pytest.approx(row, abs=1e-12)


def test_several_may_wait_for_their_values(table):
    for name in EVERY:
        chosen = choose(name)
        strategy = chosen.kind.make(RawSpace(table.space), chosen.settings, 0, table.lookup[0], 200)
        waiting = [strategy.ask() for _ in range(8)]
        for step in range(150):
            strategy.tell(waiting.pop(step % len(waiting)).number, step % 7 / 7 if step % 3 else None)
            waiting.append(strategy.ask())
        assert len({each.number for each in waiting}) == 8


@pytest.mark.parametrize(("number", "merit", "words"), [
    (0, 0.5, "second value for proposal 0"), (7, 0.5, "below 1, that was asked"), (-1, 0.5, "below 1"),
    (None, math.nan, "the value nan"), (None, math.inf, "the value inf"), (None, "good", "'good'")])
def test_invalid_tells_are_refused(table, number, merit, words):
    chosen = choose("random")
    strategy = chosen.kind.make(RawSpace(table.space), chosen.settings, 0, np.empty(0), 0)
    asked = strategy.ask().number
    if number is not None:
        strategy.tell(asked, 0.1)
    with pytest.raises(SearchError, match=words):
        strategy.tell(asked if number is None else number, merit)


@pytest.mark.parametrize(("strategy", "settings", "words"), [
    ("annealing", None, "expected one of random, random-cells"),
    ("regularised-evolution:paper", None, "regularised-evolution:naszilla"),
    ("random", {"population": 5}, "Found setting 'population' of random; expected none"),
    ("evolution", {"tournament": 60}, "Found tournament 60; expected 1 to 50"),
    ("evolution", {"edge_flip": 1.5}, "Found edge_flip 1.5; expected 0 to 1"),
    ("evolution", {"selection": "luck"}, "expected one of tournament, rank, fitness"),
    ("reinforce", {"learning_rate": 0}, "above 0"),
    ("local-search", {"improvement": "any"}, "expected one of first, best"),
    ("local-search", 5, "Found settings of type int"),
])
def test_settings_that_cannot_be_are_refused(strategy, settings, words):
    with pytest.raises(SearchError, match=words):
        choose(strategy, settings)


def test_a_changed_population_begins_full_unless_something_else_is_asked_for():
    assert choose("evolution", {"population": 20}).settings.initial == 20
    assert choose("evolution", {"population": 60}).settings.initial == 60
    assert choose("evolution", {"population": 60, "initial": 5}).settings.initial == 5
    assert choose("regularised-evolution:naszilla", {"population": 20}).settings.initial == 10


@pytest.mark.parametrize("settings", [{"population": 60.5}, {"population": "60"}, {"edge_flip": "much"},
                                      {"crossover": math.nan}, {"tournament": True}])
def test_settings_of_another_kind_are_refused(settings):
    with pytest.raises(SearchError, match="expected a (whole )?number"):
        choose("evolution", settings)
