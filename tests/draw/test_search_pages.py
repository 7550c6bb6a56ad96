"""Ledger, family tree and ranks of searches as HTML: every number is there, and nothing but text comes from data."""

import math
import re
from dataclasses import replace

import pytest

import vanas_panel as vp
from tests.demo_tables import Page
from vanas_panel.core.draft import Draft
from vanas_panel.draw.searches.ledger import ledger_html, ledger_lines
from vanas_panel.draw.searches.lineage import lineage_html, size_words
from vanas_panel.draw.searches.ranks import ranks_html, share_range
from vanas_panel.draw.searches.small_cell import change_words, changed_cell_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.searches import ledger, lineage
from vanas_panel.searches.lineage import Change
from vanas_panel.searches.ranks import search_ranks
from vanas_panel.tables.metrics import known_metric
from vanas_panel.text.language import speaking

ACCURACY = known_metric("validation_accuracy")


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture(scope="module")
def run(table):
    return vp.search(table, "evolution", queries=300, seed=6, repeat="draw")


def test_the_ledger_says_every_number_with_chance_beside_it(run, table):
    found = ledger(run, table)
    lines = {line.words: line for line in ledger_lines(found, table)}
    again = lines["Asked again"]
    assert again.own == f"{found.duplicates} ({100 * found.duplicates / 300:.1f} %)"
    assert again.chance.startswith(f"{found.chance.duplicates:,.0f} (")
    assert lines["Regret in test accuracy"].own == f"{100 * found.reported['test_accuracy']:.2f} points"
    assert lines["Regret in test accuracy"].chance == f"{100 * found.chance.reported['test_accuracy']:.2f} points"
    assert lines["Finds a value as good, with as many queries"].chance == f"{100 * found.chance.as_good:.1f} %"
    assert lines["Luck of the winner, over its other repeats"].own == f"+{100 * found.luck['repeats']:.2f} points"
    page = Page(ledger_html(found, LIGHT, table))
    assert "Random, exactly" in page.text and "in closed form" in page.text
    alone = Page(ledger_html(ledger(run), LIGHT))
    assert "Random, exactly" not in alone.text and "Searched by validation accuracy." in alone.text


def test_the_bar_is_as_long_as_the_queries(run):
    found = ledger(run)
    parts = [int(count) for count in re.findall(r"flex: (\d+) 1 0", ledger_html(found, LIGHT))]
    assert parts == [found.improving, found.cells - found.improving, found.duplicates] and sum(parts) == 300


def test_the_family_tree_marks_what_changed(run, table):
    tree = lineage(run)
    html = lineage_html(tree, ACCURACY, table.space.operations, LIGHT, sends=lambda each: f"ask:{each.number}")
    asked = re.findall(r'data-action="ask:(\d+)"', html)
    assert [int(number) for number in asked] == [each.number for each in tree.relatives]
    for each, card in zip(tree.relatives, html.split("<button")[1:], strict=True):
        assert card.count("stroke-dasharray") == len(each.new.removed)
        assert len(re.findall(rf'<path [^>]*stroke="{LIGHT.accent}" stroke-width="2.2"', card)) == len(each.new.added)
        assert len(re.findall(rf'<rect [^>]*stroke="{LIGHT.accent}"', card)) == len(each.new.operations)
        gains = [f"{100 * abs(descent.difference):.2f} points" for descent in tree.descents
                 if descent.child == each.number]
        assert all(gain in card for gain in gains)
    assert "<button" not in lineage_html(tree, ACCURACY, table.space.operations, LIGHT)


def test_family_tree_counts_the_ancestors_left_out(run, table):
    few = lineage(run, most=1)
    assert size_words(few).startswith(f"The {len(few.relatives) - 1} nearest of {few.ancestors} ancestors are shown")
    alone = lineage(vp.search(table, "random", queries=20, seed=0))
    assert size_words(alone) == "This cell has no ancestors: drawn at random."


def test_vertices_on_no_path_are_pale():
    drawn = Draft(["input", "a", "b", "output"], [(0, 1), (1, 3), (0, 2)])
    svg = changed_cell_svg(drawn, Change(), ("a", "b"), LIGHT)
    assert svg.count('opacity="0.32"') == 2
    assert change_words(Change(removed=((0, 2),))) == "edge 0→2 removed"


def test_names_of_data_are_text(run, table):
    drawn = Draft(["input", "<script>&\"'", "output"], [(0, 1), (1, 2)])
    tree = lineage(run)
    odd = replace(tree.relatives[-1], drawn=drawn, new=Change(operations=((1, "<i>", "<b>"),)), how="<u>",
                  value=math.nan)
    html = lineage_html(replace(tree, relatives=(odd,), descents=()), ACCURACY, (), LIGHT)
    assert not any(tag in html for tag in ("<script", "<i>", "<u>", "<b>")) and "no value" in html


def test_ranks_state_pairwise_win_probabilities(table):
    frame = vp.compare_searches(table, ["local-search", "random"], queries=60, seeds=12)
    ranks = search_ranks(frame)
    page = Page(ranks_html(ranks, known_metric("test_accuracy"), LIGHT))
    assert share_range(ranks.beats["local-search:first", "random"]) in page.text
    assert share_range(ranks.beats_chance["random"]) in page.text and "12 seeds" in page.text
    one = search_ranks(vp.compare_searches(table, ["random"], queries=20, seeds=3))
    assert "Wilson" not in ranks_html(one, known_metric("test_accuracy"), LIGHT)


def test_all_of_it_is_korean(run, table):
    with speaking("ko"):
        ranks = search_ranks(vp.compare_searches(table, ["random", "local-search"], queries=20, seeds=3))
        text = Page(ledger_html(ledger(run, table), LIGHT, table) + ranks_html(ranks, ACCURACY, LIGHT)
                    + lineage_html(lineage(run, most=2), ACCURACY, (), LIGHT)).text
    assert not {*re.findall(r"[A-Za-z]{4,}", text)} - {"conv", "pool", "input", "output", "first", "Wilson"}, text
