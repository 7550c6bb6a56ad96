"""Speed of searches, in processor seconds, on NAS-Bench-101 where it is there and else on the embedded table.

The peers are Optuna's samplers on the same table, where Optuna is installed, and evolution in plain Python as libraries
for NAS have it: matrices as arrays, pruned and hashed by NAS-Bench-101's own hash, looked up in a dict.
"""

from __future__ import annotations

import copy
import random
import time
from types import SimpleNamespace

import numpy as np
import pytest

import vanas_panel as vp
from tests.bench.test_numbers import module_hash
from vanas_panel.core.encoding import pack
from vanas_panel.searches.fitting import fitting
from vanas_panel.searches.objective import Objective
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.strategies import choose
from vanas_panel.searches.table_search import run_kernel

# Other work on the machine makes no difference to processor time.
pytestmark = pytest.mark.benchmark(timer=time.process_time)

EVOLUTION = "regularised-evolution:nasbench101"
QUERIES = 500
FEW = "500 queries"


@pytest.fixture(scope="module")
def objective(request) -> Objective:
    """The test accuracy of the largest table that is there."""
    try:
        table = request.getfixturevalue("table")
    except pytest.skip.Exception:
        table = vp.open_table("mnist-cells")
    found = Objective(table, "test_accuracy")
    _ = found.values, table.lookup
    return found


@pytest.fixture(scope="module")
def raws(objective) -> RawSpace:
    """The raw cells of the table."""
    return RawSpace(objective.table.space)


# On a table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["random", EVOLUTION, "reinforce"])
def test_a_hundred_thousand_queries(measure, objective, strategy):
    aim = "0.33 s" if strategy in ("random", EVOLUTION) else "-"
    found = measure(f"{strategy}, 100,000 queries", aim,
                    lambda seed: run_kernel(choose(strategy), objective, 100_000, seed), range(2))
    assert np.isfinite(found.told).sum() == 100_000


@pytest.mark.parametrize("strategy", ["successive-halving", "hyperband"])
def test_training_budgets(measure, objective, strategy):
    budgets = fitting(choose(strategy), Objective(objective.table, "validation_accuracy"), 10_000)
    found = measure(f"{strategy}, 10,000 full trainings", "-",
                    lambda seed: run_kernel(choose(strategy), budgets, 10_000, seed), range(2))
    assert found.budgets[np.isfinite(found.told)].sum() <= 10_000 * budgets.epochs[-1]


@pytest.mark.parametrize("strategy", ["random", EVOLUTION])
def test_few_queries(measure, objective, strategy):
    run = measure(f"{strategy}, {FEW}", "-", lambda seed: vp.search(objective.table, strategy, metric="test_accuracy",
                                                                    queries=QUERIES, seed=seed), range(10))
    assert len(run) == QUERIES


def test_a_comparison(measure, objective):
    strategies = ["random", EVOLUTION, "local-search", "reinforce"]
    frame = measure("4 strategies x 50 seeds x 500 queries", "1 s", lambda _: vp.compare_searches(
        objective.table, strategies, metric="test_accuracy", queries=QUERIES, seeds=50, exact=False), rounds=2)
    assert len(frame) == 4 * QUERIES


# One query after another ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["random", EVOLUTION])
def test_ask_and_tell(measure, objective, raws, strategy):
    chosen, table = choose(strategy), objective.table
    values = table.column("test_accuracy")

    def search(seed):
        asking = chosen.kind.make(raws, chosen.settings, seed, table.lookup[0], 15_000)
        for _ in range(15_000):
            proposal = asking.ask()
            row = table.find_key(proposal.key)
            asking.tell(proposal.number, None if row < 0 else float(values[row]))
        return asking.asked

    assert measure(f"{strategy} in Python, 15,000 asks and tells", "1 s", search, range(2)) == 15_000


# Several metrics ----------------------------------------------------------------------------------------------------


GOALS = ["test_accuracy", "trainable_parameters"]


def test_many_queries_with_several_metrics(measure, objective):
    run = measure("nsga2, two metrics, 100,000 queries", "-", lambda seed: vp.search(
        objective.table, "nsga2", metric=GOALS, queries=100_000, seed=seed), range(2))
    assert len(run) == 100_000


def test_ask_and_tell_with_several_metrics(measure, objective, raws):
    chosen, table = choose("nsga2"), objective.table
    merits = (np.column_stack([table.column(name) for name in GOALS]) * [1, -1]).tolist()

    def search(seed):
        asking = chosen.kind.make(raws, chosen.settings, seed, table.lookup[0], 15_000)
        asking.expect(2)
        for _ in range(15_000):
            proposal = asking.ask()
            row = table.find_key(proposal.key)
            asking.tell(proposal.number, None if row < 0 else merits[row])
        return asking.asked

    assert measure("nsga2, two metrics, in Python, 15,000 asks and tells", "1 s", search, range(2)) == 15_000


# Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("queries", "aim"), [(15_000, "1 s"), (100_000, "0.1 s")])
def test_opening_a_run(measure, objective, tmp_path, queries, aim):
    path = tmp_path / "run.jsonl"
    vp.search(objective.table, EVOLUTION, metric="test_accuracy", queries=queries, out=path)
    run = measure(f"open the file of a run of {queries:,} queries", aim, lambda _: vp.read_search(path), rounds=1,
                  warm=False)
    assert len(run) == queries


def test_going_on_with_a_run(measure, objective, tmp_path):
    """Every line of the file is compared with what the search comes to."""
    path = tmp_path / "run.jsonl"

    def go_on(_):
        return vp.search(objective.table, EVOLUTION, metric="test_accuracy", queries=15_000, out=path)

    assert len(measure("replay the file of a run of 15,000 queries", "1 s", go_on, rounds=2)) == 15_000


# Peers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sampler", "what"), [("RandomSampler", "random"), ("TPESampler", EVOLUTION)])
def test_optuna(measure, objective, raws, sampler, what):
    """Optuna in memory, over the 26 choices of a raw cell; an invalid one is pruned."""
    optuna = pytest.importorskip("optuna", reason="Optuna is not installed")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    table, values = objective.table, objective.table.column("test_accuracy")

    def search(seed):
        study = optuna.create_study(direction="maximize", sampler=getattr(optuna.samplers, sampler)(seed=seed))
        for _ in range(QUERIES):
            trial = study.ask()
            bits = [trial.suggest_categorical(f"edge{number}", [0, 1]) for number in range(raws.edges)]
            labels = [trial.suggest_categorical(f"operation{number}", list(range(raws.operations)))
                      for number in range(raws.inner)]
            raw = pack(labels, []) | sum(bit << place for place, bit in enumerate(bits))
            row = table.find_key(raws.key(raw))
            if row < 0:
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            else:
                study.tell(trial, float(values[row]))
        return len(study.trials)

    assert measure(f"{what}, {FEW}", "", search, range(1), peer=f"Optuna {sampler}", rounds=1, warm=False) == QUERIES


@pytest.fixture(scope="module")
def by_hash(request, objective) -> dict[str, float]:
    """Test accuracy by NAS-Bench-101's hash, as its own API holds it."""
    table = objective.table
    if len(table) == 423_624:
        frame = request.getfixturevalue("real_frame")
        return dict(zip(frame["module_hash"], frame["test_accuracy"], strict=True))
    return {cell.module_hash: value for cell, value in zip(table, table.column("test_accuracy").tolist(), strict=True)}


def pruned_hash(matrix: np.ndarray, operations: list[str]) -> str | None:
    """The hash of what is left of a matrix on paths from input to output, None where that is nothing."""
    last = len(matrix) - 1
    edges = [(int(source), int(target)) for source, target in zip(*np.nonzero(matrix), strict=True)]
    forward, backward = {0}, {last}
    for source, target in edges:  # sources ascend
        if source in forward:
            forward.add(target)
    for source, target in reversed(edges):
        if target in backward:
            backward.add(source)
    kept = forward & backward
    left = [edge for edge in edges if kept.issuperset(edge)]
    if last not in forward or len(left) > 9:
        return None
    return module_hash(SimpleNamespace(output=last, operations=operations), sorted(kept), left)


def test_evolution_in_plain_python(measure, by_hash):
    names, size, population, tournament = vp.NASBENCH101.operations, 7, 50, 10

    def search(seed):
        rng = random.Random(seed)

        def drawn():
            matrix = np.triu(np.array([[rng.randrange(2) for _ in range(size)] for _ in range(size)]), 1)
            return matrix, ["input", *(rng.choice(names) for _ in range(size - 2)), "output"]

        def mutated(parent):
            matrix, operations = copy.deepcopy(parent)
            for source in range(size - 1):
                for target in range(source + 1, size):
                    if rng.random() < 1 / 7:
                        matrix[source, target] = 1 - matrix[source, target]
            for vertex in range(1, size - 1):
                if rng.random() < 1 / 5:
                    operations[vertex] = rng.choice([name for name in names if name != operations[vertex]])
            return matrix, operations

        members, queries = [], 0
        while queries < QUERIES:
            parent = None
            if len(members) == population:
                parent = max(rng.sample(members, tournament), key=lambda each: each[0])
            while True:
                child = drawn() if parent is None else mutated(parent[1])
                value = by_hash.get(pruned_hash(*child))
                if value is not None:
                    break
            queries += 1
            members = [*members, (value, child)][-population:]
        return max(value for value, _ in members)

    assert measure(f"{EVOLUTION}, {FEW}", "", search, range(2), peer="plain Python, hashlib") > 0.5
