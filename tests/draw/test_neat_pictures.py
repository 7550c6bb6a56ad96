"""Pictures of searches by NEAT: every species, gene, ancestor and connection where it belongs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from neat_runs import SETTINGS, searched

import vanas_panel as vp
from vanas_panel.draw.neat.fitness import chance_at_equal_cost, fitness_svg
from vanas_panel.draw.neat.genes import genes_svg, kinds_of
from vanas_panel.draw.neat.innovations import innovations_html
from vanas_panel.draw.neat.network import network_svg
from vanas_panel.draw.neat.notebook import neat_html, said_of
from vanas_panel.draw.neat.streams import species_look, streams_svg
from vanas_panel.draw.neat.tree import pedigree, tree_svg
from vanas_panel.draw.theme import DARK, LIGHT
from vanas_panel.errors import TrainingError
from vanas_panel.neat import Genome

RUN = searched(SETTINGS, 7)
CHANCE = searched(replace(SETTINGS, random=len(RUN.trained)), 2)
EMPTY = searched(SETTINGS, 0)


def numbers(path):
    return [tuple(map(float, pair.split())) for pair in path.rstrip("Z")[1:].split("L")]


def test_areas_are_as_high_as_species_are_large():
    svg = streams_svg(RUN, LIGHT, height=262)
    areas = {int(label): numbers(path) for path, label in
             re.findall(r'<path d="(M[^"]+Z)"[^>]*><title>Species (\d+): ', svg)}
    counts = [Counter(each.labels) for each in RUN.generations]
    assert set(areas) == set().union(*counts)
    for label, points in areas.items():
        half = len(points) // 2
        upper, lower = points[:half], points[half:][::-1]
        # 200 pixels for 20 genomes.
        columns = sorted({x for one in areas.values() for x, _y in one})
        for (x, top), (again, bottom) in zip(upper, lower, strict=True):
            assert x == again
            assert bottom - top == pytest.approx(10 * counts[columns.index(x)][label], abs=0.2)
    assert f"Generation 6: {len(counts[6])} species, of {len(areas)} that there were." in svg
    # What came later lies under a veil, which begins at the marked generation.
    early = streams_svg(RUN, DARK, generation=2)
    (veil,) = re.findall(r'<rect x="([0-9.]+)"[^>]*fill-opacity="0.7"', early)
    assert "Generation 2: " in early and float(veil) == pytest.approx(46 + (780 - 60) / 3, abs=0.1)
    assert "fill-opacity=\"0.7\"" not in svg
    assert streams_svg(searched(SETTINGS, 1), LIGHT).count("<path") >= 1
    assert len({species_look(label, LIGHT) for label in range(15)}) == 15


def test_lines_of_fitness_and_of_chance_at_equal_cost():
    expected = []
    values = [each.validation_accuracy for each in CHANCE.trained.values()]
    done = 0
    for generation in range(len(RUN)):
        done += int(RUN.progress["trained"][generation])
        expected.append(max(values[:done]))
    assert chance_at_equal_cost(RUN, CHANCE).tolist() == expected
    svg = fitness_svg(RUN, LIGHT, chance=CHANCE)
    lines = {words: numbers(path) for path, words in re.findall(r'<path d="(M[^"]+)"[^>]*><title>([^<]+)</title>', svg)}
    assert list(lines) == ["best so far", "mean", "random, best so far"]
    wanted = {"best so far": np.maximum.accumulate(RUN.progress["best"]), "mean": RUN.progress["mean"],
              "random, best so far": np.array(expected)}
    slopes = [np.polyfit(np.asarray(wanted[words]), [y for _x, y in points], 1) for words, points in lines.items()
              if np.ptp(wanted[words]) > 0]
    assert all(np.allclose(each, slopes[0], rtol=0.02, atol=1) for each in slopes) and slopes[0][0] < 0
    assert "random" not in fitness_svg(RUN, LIGHT) and "Generation 3: best so far" in fitness_svg(RUN, LIGHT,
                                                                                                 generation=3)


def test_genes_stand_below_those_of_their_parents():
    crossed = next(number for number, each in enumerate(RUN.genomes["how"]) if each == "crossover" and
                   len(RUN.individual(number).genome) > 4)
    child = RUN.individual(crossed)
    parents = [RUN.individual(parent).genome for parent in child.parents]
    kinds = kinds_of([*parents, child.genome])
    assert [[number for number, kind in kinds.items() if kind == name] for name in
            ("matching", "disjoint", "excess")] == list(map(list, vp.neat.align(*parents)))
    svg = genes_svg(RUN, crossed, LIGHT)
    titles = re.findall(r"<title>(\d+:\d+&gt;\d+), ([a-z_0-9]+)(, disabled)?</title>", svg)
    assert sorted(titles) == sorted(
        (str(gene).rstrip("!").replace(">", "&gt;"), genome.operation(gene), "" if gene.enabled else ", disabled")
        for genome in (*parents, child.genome) for gene in genome.genes)
    counts = Counter(kinds.values())
    assert (f"Genome {crossed}: {counts['matching']} matching, {counts['disjoint']} disjoint and {counts['excess']} "
            "excess genes.") in svg
    # Narrow pictures go on in further rows; the first generation has no parents.
    assert genes_svg(RUN, crossed, LIGHT, width=240).count("<title>") == svg.count("<title>")
    assert "without parents" in genes_svg(RUN, 0, LIGHT)
    with pytest.raises(TrainingError, match="Found genome 140"):
        genes_svg(RUN, 140, LIGHT)


def test_the_family_tree_leaves_copies_of_champions_out():
    found = pedigree(RUN)
    everyone = {each.number: each for each in RUN.lineage()}

    def original(number):
        while everyone[number].individual.how == "champion":
            number = everyone[number].individual.parents[0]
        return number

    wanted = {original(number) for number in everyone}
    shown = {each.number for each in found.relatives}
    assert shown <= wanted and len(shown) + found.left_out == len(wanted)
    assert all(each.individual.how != "champion" for each in found.relatives)
    assert found.relatives[-1].number == original(RUN.best)
    for child, parents in found.parents.items():
        assert set(parents) == {original(each) for each in everyone[child].individual.parents} & shown
    svg = tree_svg(RUN, LIGHT)
    assert svg.count("<g>") == len(shown) and svg.count("stroke-opacity") == sum(map(len, found.parents.values()))
    few = pedigree(RUN, most_in_row=1)
    assert len(few.relatives) + few.left_out == len(wanted)
    assert len({each.generation for each in few.relatives}) == len(few.relatives)
    assert "0 ancestors of genome 3" in tree_svg(RUN, LIGHT, number=3)


def test_the_table_of_innovations():
    html = innovations_html(RUN, LIGHT, most=5)
    table = RUN.innovations
    assert html.count("<tr>") == 6
    assert f"{(table['genomes'] > 0).sum()} of {len(table)} innovations are still there." in html
    assert "The 5 most frequent ones are shown." in html and "0 → 1" in html
    assert "Genomes of generation 6" in html


def test_a_network_shows_what_lives_and_what_does_not():
    genome = Genome.from_text("1:0>1! 2:0>2 3:2>1 4:0>3 5:2>4", (0,), 1,
                              nodes="1:skip_connect,sep_conv_3x3/relu/multiply 2:max_pool_5x5,none/identity/add "
                                    "3:none,none/tanh/add")
    svg = network_svg(genome, LIGHT)
    assert svg.count("<polyline") == 5 and "Network: 0 → 2: max_pool_5x5; 2 → 1: sep_conv_3x3" in svg
    said = dict(re.findall(r"<title>(\d+:\d+&gt;\d+): ([^<]+)</title>", svg))
    assert said == {"1:0&gt;1": "skip_connect (disabled)", "2:0&gt;2": "max_pool_5x5", "3:2&gt;1": "sep_conv_3x3",
                    "4:0&gt;3": "none (on no path that counts)", "5:2&gt;4": "skip_connect (on no path that counts)"}
    assert sorted(re.findall(r">(max 5×5|sep 3×3|none|skip)<", svg)) == ["max 5×5", "none", "sep 3×3"]
    assert "output: × relu" in svg and "the product of what its edges bring, relu" in svg
    living = network_svg(genome, LIGHT, only_living=True)
    assert living.count("<polyline") == 2 and living.count("<rect") == 3 + 2
    assert "No path leads" in network_svg(Genome.from_text("1:0>1!", (0,), 1), LIGHT)
    several = network_svg(Genome.from_text("1:1>4 2:2>4", (1, 2, 3), 4), LIGHT)
    assert all(f">input {number}<" in several for number in (1, 2, 3))
    assert genome._repr_html_().startswith("<svg")


def test_the_notebook_says_what_there_is():
    html = RUN._repr_html_()
    assert all(name in html for name in ("vp-streams", "vp-fitness", "vp-genes", "vp-tree", "vp-innovations"))
    assert said_of(RUN) in html and "7 generations, 140 genomes; " in html
    chance = CHANCE._repr_html_()
    assert "Networks drawn at random" in chance and "vp-streams" not in chance and "vp-fitness" in chance
    assert "No generation has come to its end." in EMPTY._repr_html_()
    assert "random, best so far" in neat_html(RUN, CHANCE, DARK)
