"""Species of genomes: who belongs together, what they share, and how many offspring they have."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.errors import SearchError

INPUTS, OUTPUT = (1, 2, 3), 4
START = vp.neat.Genome.from_text("1:1>4 2:2>4 3:3>4", INPUTS, OUTPUT)


def grown(count, seed):
    """Genomes that mutated for some generations."""
    random, numbers = np.random.default_rng(seed), vp.neat.Innovations(4, 5)
    genomes = [START] * count
    for _ in range(4):
        numbers.next_generation()
        genomes = [mutated(genomes[int(random.integers(count))], random, numbers) for _ in range(count)]
    return genomes


def mutated(genome, random, numbers):
    enabled = [gene.innovation for gene in genome.genes if gene.enabled]
    if random.random() < 0.5:
        return genome.add_node(enabled[int(random.integers(len(enabled)))], numbers)
    for _ in range(5):
        source, target = random.choice(genome.nodes, 2, replace=False).tolist()
        try:
            return genome.add_connection(source, target, numbers)
        except SearchError:
            continue
    return genome


def expected(genomes, known, number, threshold):
    """The rule of the article, one genome after the other."""
    labels = []
    for genome in genomes:
        for label in sorted(known):
            if vp.neat.distance(genome, known[label]) < threshold:
                labels.append(label)
                break
        else:
            known[number] = genome
            labels.append(number)
            number += 1
    return labels


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9, 5.0])
def test_genomes_join_the_first_species_that_is_near(threshold):
    genomes = grown(30, 1)
    first = vp.neat.divide(genomes, threshold=threshold, seed=2)
    assert list(first.labels) == expected(genomes, {}, 0, threshold)
    assert first.next_number == max(first.labels) + 1 and len(first) == len(set(first.labels))
    for label, representative in first.representatives.items():
        assert representative in [genome for genome, own in zip(genomes, first.labels, strict=True) if own == label]
    later = grown(30, 3)
    second = vp.neat.divide(later, first, threshold=threshold, seed=2)
    assert list(second.labels) == expected(later, dict(first.representatives), first.next_number, threshold)
    assert set(second.representatives) == set(second.labels)
    # Numbers of species that ended are not used again.
    assert all(label < first.next_number or label not in first.representatives for label in second.labels)


def test_a_seed_draws_the_same_representatives():
    genomes = grown(20, 4)
    same = [vp.neat.divide(genomes, threshold=0.6, seed=seed) for seed in (0, 0, 1)]
    assert same[0] == same[1] and same[0].labels == same[2].labels
    assert same[0].representatives != same[2].representatives


def test_the_threshold_brings_the_number_of_species_to_its_target():
    threshold, species, found = 0.3, None, []
    for generation in range(30):
        species = vp.neat.divide(grown(50, generation), species, threshold=threshold)
        found.append(len(species))
        threshold = vp.neat.next_threshold(threshold, len(species), 5, step=0.05)
    assert found[0] > 10 and abs(np.mean(found[-10:]) - 5) < 2.5
    assert vp.neat.next_threshold(0.1, 1, 5, step=1.0) > 0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), min_size=1, max_size=30), st.integers(1, 200))
@settings(max_examples=150, deadline=None)
def test_offspring_are_the_largest_remainders_of_the_shared_fitness(members, population):
    fitness, labels = [value / 20 for value, _label in members], [label for _value, label in members]
    sums = {label: Fraction(0) for label in sorted(set(labels))}
    for value, label in members:
        sums[label] += Fraction(value, 20) / labels.count(label)
    if not any(sums.values()):
        sums = {label: Fraction(labels.count(label)) for label in sums}
    shares = {label: population * each / sum(sums.values()) for label, each in sums.items()}
    counts = {label: int(share) for label, share in shares.items()}
    for label in sorted(shares, key=lambda label: (-(shares[label] - counts[label]), label))[
            :population - sum(counts.values())]:
        counts[label] += 1
    found = vp.neat.offspring_counts(fitness, labels, population)
    assert found == counts and sum(found.values()) == population and list(found) == sorted(found)
    shared = vp.neat.shared_fitness(fitness, labels)
    assert shared.tolist() == pytest.approx([value / labels.count(label) for value, label in zip(fitness, labels,
                                                                                                 strict=True)])


@pytest.mark.parametrize(("call", "words"), [
    (lambda: vp.neat.divide([START], threshold=0), "Found threshold 0; expected a number above 0"),
    (lambda: vp.neat.divide([START], threshold="a"), "Found threshold 'a'"),
    (lambda: vp.neat.divide([START], seed=-1), "Found seed -1"),
    (lambda: vp.neat.shared_fitness([-0.1], [0]), "Found a fitness that is negative"),
    (lambda: vp.neat.shared_fitness([float("nan")], [0]), "Found a fitness that is negative"),
    (lambda: vp.neat.shared_fitness([0.1, 0.2], [0]), "another number of species"),
    (lambda: vp.neat.offspring_counts([0.1], [0], 0), "Found population 0 of 1 genomes"),
    (lambda: vp.neat.offspring_counts([], [], 5), "Found population 5 of 0 genomes")])
def test_what_makes_no_species_is_refused(call, words):
    with pytest.raises(SearchError, match=words):
        call()
