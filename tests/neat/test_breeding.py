"""Generations of NEAT without any training: rules of the article, numbers that generations share, and determinism."""

from __future__ import annotations

import itertools
import zlib
from collections import Counter
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.errors import TrainingError
from vanas_panel.neat import Genome, Innovations, NeatSettings, NodeGene
from vanas_panel.neat.breeding import Evaluated, next_generation
from vanas_panel.neat.generation import read_generation
from vanas_panel.neat.mutation import mutated, possible_connections

SMALL = NeatSettings(population=24, generations=8, mutation=0.4, aggregations=("add", "multiply"), seed=3)


def bred(settings, generations=None, fitness=None):
    """A search whose fitness is a number made of the network's name."""
    history = []
    for _ in range(generations or settings.generations):
        generation = next_generation(settings, history)
        history.append(Evaluated(generation, tuple(
            (fitness or (lambda name: zlib.crc32(name.encode()) / 2 ** 33))(each.network) for each in
            generation.members)))
    return history


HISTORY = bred(SMALL)
MEMBERS = [each for one in HISTORY for each in one.generation.members]
FITNESS = [value for one in HISTORY for value in one.fitness]
LABELS = [label for one in HISTORY for label in one.generation.labels]


def test_the_first_generation_is_the_smallest_networks():
    first = HISTORY[0].generation
    assert {str(each.genome) for each in first.members} == {"1:0>1"}
    assert all(each.how == "start" and not each.parents and each.network for each in first.members)
    assert len({each.network for each in first.members}) > 5


def test_a_number_is_one_connection_in_the_whole_search():
    ends = {}
    for each in MEMBERS:
        for gene in each.genome.genes:
            assert ends.setdefault(gene.innovation, (gene.source, gene.target)) == (gene.source, gene.target)
    made = {each.number: (each.source, each.target) for one in HISTORY for each in one.generation.innovations}
    assert made | {1: (0, 1)} == made | ends | {1: (0, 1)}
    # Within a generation, one connection has one number; in a later one, it has another.
    for one in HISTORY:
        pairs = [(each.source, each.target) for each in one.generation.innovations]
        assert len(set(pairs)) == len(pairs)
    assert max(Counter(made.values()).values()) > 1
    split = [each for one in HISTORY for each in one.generation.innovations if each.splits]
    halves = Counter()
    for each in split:
        source, target = (made | {1: (0, 1)})[each.splits]
        assert (each.source == source) != (each.target == target)
        halves[each.splits, each.target if each.source == source else each.source] += 1
    assert set(halves.values()) == {2}


def test_genomes_have_no_cycle_and_split_connections_are_disabled():
    for each in MEMBERS:
        genome = each.genome
        assert nx.is_directed_acyclic_graph(nx.DiGraph((gene.source, gene.target) for gene in genome.genes))
        assert {gene.node for gene in genome.node_genes} == set(genome.nodes) - {0}
    champions = [each for each in MEMBERS if each.how == "champion"]
    assert champions and all(each.genome == MEMBERS[each.parents[0]].genome for each in champions)


def test_children_come_of_the_best_of_one_species():
    start = SMALL.population
    for number, each in enumerate(MEMBERS[start:], start=start):
        generation = number // SMALL.population - 1
        last = range(generation * SMALL.population, (generation + 1) * SMALL.population)
        assert all(parent in last for parent in each.parents)
        assert len(each.parents) == (2 if each.how == "crossover" else 1)
        label = LABELS[each.parents[0]]
        ranked = sorted((one for one in last if LABELS[one] == label), key=lambda one: (-FITNESS[one], one))
        most = max(2, -(-len(ranked) * SMALL.survival // 1))
        assert set(each.parents) <= set(ranked[:int(most)])
        assert FITNESS[each.parents[0]] >= FITNESS[each.parents[-1]]
    for before, after in itertools.pairwise(HISTORY):
        labels = before.generation.labels
        wanted = vp.neat.offspring_counts(before.fitness, labels, SMALL.population)
        first = before.generation.number * SMALL.population
        found = Counter(labels[each.parents[0] - first] for each in after.generation.members)
        assert {label: found[label] for label in wanted} == wanted


def test_species_follow_their_target():
    settings = replace(SMALL, population=50, generations=25, species=4)
    counts = [len(one.generation.representatives) for one in bred(settings)]
    assert np.mean(counts[-10:]) == pytest.approx(4, abs=1.5)


def test_a_species_that_does_not_become_better_has_no_children():
    settings = replace(SMALL, stagnation=2)
    history = bred(settings, 12, fitness=lambda name: 0.5 if "sep_conv_3x3" in name else 0.4)
    died = 0
    for number in range(3, 12):
        before = history[number - 1]
        labels, first = before.generation.labels, (number - 1) * settings.population
        parents = {labels[each.parents[0] - first] for each in history[number].generation.members}
        winner = labels[before.fitness.index(max(before.fitness))]
        best, since = {}, {}
        for at, one in enumerate(history[:number]):
            for label, value in zip(one.generation.labels, one.fitness, strict=True):
                if value > best.get(label, -1):
                    best[label], since[label] = value, at
        alive = {label for label in labels if number - 1 - since[label] < 2} | {winner}
        assert parents <= alive
        died += len(set(labels) - alive)
    assert died > 0


def test_rates_of_mutations():
    one = Genome.from_text("1:0>1! 2:0>2 3:2>1", (0,), 1).with_node(NodeGene(1)).with_node(NodeGene(2))
    settings = NeatSettings(mutation=0.0, add_node=0.3)
    draw = np.random.default_rng(0)
    grown = [mutated(one, settings, Innovations(4, 3), draw) for _ in range(3000)]
    share = sum(each != one for each in grown) / len(grown)
    assert abs(share - 0.3) < 4 * (0.21 / len(grown)) ** 0.5
    assert {len(each) for each in grown} == {3, 5}
    for name, changed in (("change_operation", "operations"), ("change_activation", "activation"),
                          ("change_aggregation", "aggregation")):
        rates = NeatSettings(mutation=0.0, **{name: 1.0}, aggregations=("add", "multiply"))
        for _ in range(40):
            other = mutated(one, rates, Innovations(4, 3), draw)
            assert str(other) == str(one)
            pairs = list(zip(one.node_genes, other.node_genes, strict=True))
            assert sum(a != b for a, b in pairs) == 1
            assert all(replace(a, **{changed: getattr(b, changed)}) == b for a, b in pairs)
    # Nothing is left to connect: every pair has its connection.
    assert possible_connections(one) == []
    assert mutated(one, NeatSettings(mutation=0.0, add_connection=1.0), Innovations(4, 3), draw) == one
    more = Genome.from_text("1:0>1 2:0>2 3:2>1 4:0>3 5:3>1", (0,), 1)
    assert possible_connections(more) == [(2, 3), (3, 2)]


def test_the_same_seed_breeds_the_same_and_another_does_not():
    assert bred(SMALL) == HISTORY
    assert bred(replace(SMALL, seed=4), 3) != HISTORY[:3]
    # What comes next is a function of what there is: as read from lines, too.
    read = [Evaluated(read_generation(one.generation.to_dict(), number, number * SMALL.population), one.fitness)
            for number, one in enumerate(HISTORY[:5])]
    assert read == HISTORY[:5] and next_generation(SMALL, read) == HISTORY[5].generation


def test_networks_at_random_are_all_different():
    settings = replace(SMALL, random=60)
    history = bred(settings, 3)
    networks = [each.network for one in history for each in one.generation.members]
    assert [len(one.generation.members) for one in history] == [24, 24, 12]
    assert len(set(networks)) == 60 and "" not in networks
    tiny = NeatSettings(random=9, generations=1, operations=("none", "skip_connect"))
    with pytest.raises(TrainingError, match="Found 2 other networks among"):
        bred(tiny, 1)


@pytest.mark.parametrize(("changes", "words"), [
    ({"population": 1}, "Found population = 1; expected 2 to 10000"),
    ({"mutation": float("nan")}, "Found mutation = nan; expected a value of type float"),
    ({"add_node": -0.1}, "Found add_node = -0.1; expected 0 to 1"),
    ({"rule": "both"}, "Found rule = 'both'; expected one of stanley, union"),
    ({"operations": ["conv"]}, "Found operations = .'conv'.; expected some of none, max_pool_3x3"),
    ({"operations": "none"}, "Found operations = 'none'; expected some of"),
    ({"operations": ["none"]}, "expected two or more"),
    ({"activations": []}, "Found activations = ..; expected some of identity, relu"),
    ({"aggregations": ["add", "add"]}, "each of them once"),
    ({"epochs": 0}, "Found epochs = 0; expected 1 to 10000"),
    ({"threshold": 0}, "Found threshold = 0.0; expected 1e-06"),
    ({"populations": 5}, "Found populations in settings"),
    ({"data": {"crop": 9}}, "Found crop = 9; expected a multiple of pool = 2"),
])
def test_bad_settings(changes, words):
    with pytest.raises(TrainingError, match=words):
        NeatSettings.from_dict(changes)


def test_settings_as_json_holds_them():
    settings = NeatSettings.from_dict({"mutation": 1, "add_node": 0, "activations": ["tanh"], "seed": np.int64(4)})
    assert NeatSettings.from_dict(settings.to_dict()) == settings
    assert settings.rates == {"add_node": 0.0, "add_connection": 1.0, "change_operation": 1.0,
                              "change_activation": 1.0, "change_aggregation": 1.0}
    assert settings.digest != NeatSettings().digest
