"""Samplers of Optuna as strategies, beside what Optuna itself keeps."""

import importlib.util

import networkx as nx
import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.strategies import choose

optuna = pytest.importorskip("optuna")


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


def made(table, name, seed=0):
    chosen = choose(f"optuna:{name}")
    return chosen.kind.make(RawSpace(table.space), chosen.settings, seed, table.lookup[0], 20)


@pytest.mark.parametrize("name", ["tpe", "nsga2"])
def test_sampler_receives_values_of_its_own_proposals(table, name):
    strategy = made(table, name)
    for number in range(12):
        proposal = strategy.ask()
        strategy.tell(proposal.number, None if number % 4 == 3 else number / 10)
        trial = strategy.study.get_trials(deepcopy=False)[-1]
        # The cell, found again in the parameters that Optuna keeps.
        size = table.space.max_vertices
        edges = [(source, target) for target in range(size) for source in range(target)
                 if trial.params[f"edge_{source}_{target}"]]
        labels = ["input", *(table.space.operations[trial.params[f"operation_{vertex}"]]
                             for vertex in range(1, size - 1)), "output"]
        graph = nx.DiGraph(edges)
        kept = sorted({0, size - 1} | nx.descendants(graph, 0) & nx.ancestors(graph, size - 1))
        place = {vertex: number for number, vertex in enumerate(kept)}
        cell = vp.Cell([labels[vertex] for vertex in kept],
                       [(place[one], place[two]) for one, two in edges if one in place and two in place], table.space)
        assert cell == vp.Cell.from_packed(proposal.key, table.space)
        assert trial.state.name == ("FAIL" if number % 4 == 3 else "COMPLETE")
        assert trial.values == (None if number % 4 == 3 else [number / 10])
    assert strategy.study.best_value == 1.0


@pytest.mark.parametrize("name", ["tpe", "nsga2"])
def test_a_search_with_a_sampler_is_the_same_for_a_seed(table, name, tmp_path):
    first, again, other = (vp.search(table, f"optuna:{name}", queries=15, seed=seed) for seed in (1, 1, 2))
    assert (first.proposals.trace == again.proposals.trace).all()
    assert first.trials["value"].equals(again.trials["value"])
    assert first.proposals.trace[:, 0].tolist() != other.proposals.trace[:, 0].tolist()
    assert first.strategy == f"optuna:{name}" and set(first.trials["how"]) == {"acquisition"} and first.states == []
    file = tmp_path / "run.jsonl"
    vp.search(table, f"optuna:{name}", queries=15, seed=1, out=file)
    assert vp.read_search(file).trials["value"].equals(first.trials["value"])


@pytest.mark.slow
def test_the_gaussian_process_of_optuna_runs(table):
    pytest.importorskip("torch")
    assert len(vp.search(table, "optuna:gp", queries=12)) == 12


def test_several_may_wait(table):
    strategy = made(table, "tpe")
    waiting = [strategy.ask() for _ in range(4)]
    for proposal in reversed(waiting):
        strategy.tell(proposal.number, 0.5)
    assert [trial.state.name for trial in strategy.study.get_trials() if trial.values] == ["COMPLETE"] * 4


def test_a_sampler_that_finds_no_valid_cell_asks_for_a_random_one(table, monkeypatch):
    strategy = made(table, "tpe")
    monkeypatch.setattr("vanas_panel.searches.strategies.optuna_samplers.MOST_REDRAWS", 0)
    proposal = strategy.ask()
    assert proposal.how == "random"
    strategy.tell(proposal.number, 0.25)
    assert strategy.study.best_params == strategy.parameters(proposal.raw)


@pytest.mark.parametrize(("name", "missing"), [("tpe", "optuna"), ("gp", "torch")])
def test_a_missing_package_is_named_with_the_command_that_installs_it(table, monkeypatch, name, missing):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda asked: None if asked == missing else found(asked))
    with pytest.raises(SearchError, match=rf"Found no package {missing}; .* pip install 'vanas-panel\["):
        vp.search(table, f"optuna:{name}", queries=5)


def test_an_unknown_sampler_is_refused():
    with pytest.raises(SearchError, match="optuna:tpe, optuna:gp, optuna:nsga2"):
        choose("optuna:cmaes")
    with pytest.raises(SearchError, match="expected one of tpe, gp, nsga2"):
        choose("optuna", {"sampler": "cmaes"})
