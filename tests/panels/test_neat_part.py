"""Searches by NEAT in the drawer *Search*, without a browser: files, generations, what is shown, and what is saved."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import page_parts
import pytest
from gradient_runs import SMALL, searched
from neat_runs import SETTINGS
from neat_runs import searched as evolved

import vanas_panel as vp
from tests.searches.test_opened_studies import DATA, archive
from vanas_panel.draw.neat.fitness import chance_at_equal_cost
from vanas_panel.errors import TrainingError
from vanas_panel.neat import Genome
from vanas_panel.panels.gradient.neat_picture import best_at, generation_at
from vanas_panel.panels.search.files import FileBox
from vanas_panel.panels.search.panel import Search
from vanas_panel.panels.search.player import QueryPlayer
from vanas_panel.searches.gradient_opened import gradient_file, open_gradient_file
from vanas_panel.state.link import to_query
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools

RUN = evolved(SETTINGS, 7)
CHANCE = evolved(replace(SETTINGS, random=30), 2)
GROWN = Genome.from_text("1:0>1! 2:0>2 3:2>1 4:0>3 5:3>1", inputs=(0,), output=1,
                         nodes="1:max_pool_3x3,skip_connect/identity/add 2:sep_conv_3x3,none/relu/add "
                               "3:none,none/relu/add")
SHOWN = ("vp-streams", "vp-fitness", "vp-genes", "vp-tree", "vp-innovations")


class Page:
    """A page without workers whose drawer shows searches for networks."""

    def __init__(self):
        self.session = Session(vp.open_table("structure4"), drawer="search")
        self.view = Search(self.session, Tools())
        self.saved = []
        page_parts.click(self.view, "part:gradient")
        self.files = page_parts.part(self.view, FileBox, "gradient-files")
        self.files.hand_over = lambda name, content: self.saved.append((name, content))

    def open(self, run, name="mine"):
        self.receive(*gradient_file(run, name))

    def receive(self, name, content):
        self.files.receive({"do": "open", "name": name, "size": len(content),
                            "content": base64.b64encode(content).decode()})

    def press(self, *actions):
        for action in actions:
            page_parts.click(self.view, action)

    @property
    def player(self):
        return page_parts.part(self.view, QueryPlayer, "gradient-player")

    def html(self, part="picture"):
        return page_parts.html(self.view, f"gradient-{part}")

    def text(self, part="picture"):
        return page_parts.page(self.view, f"gradient-{part}").text


def best_of(run, generation):
    """The best genome of a generation, by a walk through all genomes; a copy is followed to what it is a copy of."""
    rows = [(number, row) for number, row in run.genomes.iterrows() if row["generation"] == generation]
    number = max(rows, key=lambda each: (each[1]["fitness"], -each[0]))[0]
    while run.genomes["how"][number] == "champion":
        (number,) = run.genomes["parents"][number]
    return number


def test_a_file_is_opened_and_followed_generation_by_generation():
    page = Page()
    page.open(RUN)
    assert "Opened mine.jsonl" in page.files.said and not page.files.refused
    assert "NEAT, seed 1 · mine.jsonl" in page.text("list") and "7 of 7 generations" in page.text("list")
    assert all(name in page.html() for name in SHOWN)
    # Generations are counted from 0.
    assert (page.player.first, page.player.last, page.player.query) == (0, 7, 7)
    assert page.player.texts["slider"] == "Generation of the search"
    for place in (1, 3, 7):
        page.player.receive(place)
        generation, best = place - 1, best_of(RUN, place - 1)
        own = RUN.genomes[RUN.genomes["generation"] == generation]
        assert f"Generation {generation}, of 0 to 6" in page.text()
        assert (f"Best fitness {100 * own['fitness'].max():.1f} %, mean {100 * own['fitness'].mean():.1f} %. "
                f"Species: {own['species'].nunique()}.") in page.text()
        assert f"The best genome of the generation, #{best}" in page.text()
        born = RUN.genomes["generation"][best]
        assert (f"kept since generation {born}" in page.text()) == (born < generation)
        assert f"Genome {best}" in page.html() and f"Genomes of generation {generation}" in page.text()
        found = RUN.trained[RUN.individual(best).network]
        assert f"{100 * found.test_accuracy:.1f} % on the test set" in page.text()
    # The last one is followed.
    assert page.session.gradient.epoch == 0 and to_query(page.session).endswith("&gradient=-")


@pytest.mark.parametrize("generation", range(7))
def test_a_run_up_to_a_generation_knows_nothing_of_later_ones(generation):
    past = RUN.up_to(generation)
    assert past.genomes.equals(RUN.genomes[RUN.genomes["generation"] <= generation])
    assert past.progress.equals(RUN.progress[:generation + 1])
    assert list(past.trained) == [name for name in RUN.trained if name in set(past.genomes["network"])]
    assert best_at(RUN, generation + 1) == best_of(RUN, generation)
    have = past.innovations["genomes"]
    assert all(have[number] == sum(each.genome.gene(number) is not None for each in RUN.generations[generation].members)
               for number in have.index)


@pytest.mark.parametrize("generation", [-1, 7, "x", None])
def test_there_is_no_other_generation(generation):
    with pytest.raises(TrainingError, match="expected 0 to 6"):
        RUN.up_to(generation)


def test_places_of_the_slider():
    assert [generation_at(RUN, epoch) for epoch in (1, 3, 7, 0, 50)] == [0, 2, 6, 6, 6]


def test_what_only_gradients_have_is_off():
    page = Page()
    page.open(RUN)
    choices = page_parts.part(page.view, object, "gradient-choices")
    assert not choices.visible
    (neat,) = page.session.opened_gradients
    page.open(searched(SMALL, 6), "darts")
    assert choices.visible and page.player.first == 1 and page.player.texts["slider"] == "Epoch of the search"
    # Side by side: the longer one gives the slider its end.
    page.press(f"beside:{neat}")
    assert page.html().count("<section") == 2 and choices.visible and page.player.last == 7
    assert page.player.first == 1 and page.player.texts["slider"] == "Epoch or generation of the searches"
    page.player.receive(3)
    assert "Epoch 3 of 6" in page.text() and "Generation 2, of 0 to 6" in page.text()
    page.press("values:gradients", "kind:reduction", "colours:groups")
    assert "Gradients of the alphas of reduction cells" in page.html() and "vp-streams" in page.html()


def test_genome_and_file_are_saved():
    page = Page()
    page.open(RUN)
    name = page.session.gradient.runs[0]
    page.player.receive(4)
    page.press(f"save-genome:{name}", f"save-run:{name}")
    (text, genome), (file, content) = page.saved
    expected = RUN.individual(best_of(RUN, 3)).genome
    assert text == "genome.txt" and eval(genome, {"Genome": Genome}) == expected
    assert repr(expected) in page.text() and file == "neat.jsonl"
    assert open_gradient_file(content, file).run == RUN
    assert f"save-pytorch:{name}" not in page.html() and f"save-text:{name}" not in page.html()


def test_networks_drawn_at_random_are_shown_as_such():
    page = Page()
    page.open(CHANCE, "chance")
    assert "Networks drawn at random, seed 1 · chance.jsonl" in page.text("list")
    assert "30 of 30 networks" in page.text("list") and "30 of 30 networks, drawn at random" in page.text()
    assert f"The best network so far, #{CHANCE.best}" in page.text()
    assert [name in page.html() for name in SHOWN] == [False, True, False, False, False]
    page.player.receive(1)
    assert "20 of 30 networks, drawn at random" in page.text()
    (chance,) = page.session.opened_gradients
    page.press(f"save-run:{chance}")
    assert page.saved[0][0] == "random.jsonl" and open_gradient_file(page.saved[0][1], "x.jsonl").run == CHANCE
    # Beside the search, it stands in the picture of the fitness, too.
    page.open(RUN)
    assert "random, best so far" not in page.html()
    page.press(f"beside:{chance}")
    said = f"random, best so far {100 * chance_at_equal_cost(RUN, CHANCE)[-1]:.1f} %"
    assert re.search(rf"Generation 6: best so far [^<>]+; {re.escape(said)}", page.html())
    # One of other settings does not.
    page.press(f"close:{chance}")
    page.open(evolved(replace(SETTINGS, random=30, seed=2), 2), "other")
    other = page.session.gradient.runs[0]
    neat = next(name for name in page.session.opened_gradients if name != other)
    page.press(f"beside:{neat}")
    assert page.html().count("<section") == 2 and "random, best so far" not in page.html()


WHOLE = gradient_file(RUN, "x")[1]
LINES = WHOLE.split(b"\n")


@pytest.mark.parametrize(("content", "words"), [
    (LINES[0] + b"\n", "without a finished generation"),
    (WHOLE.replace(b'"generation":1,', b'"generation":4,'), "Found no generation 1"),
    (WHOLE.replace(b"neat-1", b"neat-2"), "a file of another kind"),
    (WHOLE.replace(b'"population":20', b'"population":21'), "settings of another digest"),
    (b"\n".join(LINES[:1] + LINES[2:]), "Found no training of"),
    (LINES[0] + b"\n[]\n", "line 2: Found no generation 0"),
])
def test_damaged_files_are_one_clear_error(content, words):
    page = Page()
    page.receive("mine.jsonl", content)
    assert page.files.refused and words in page.files.said and "mine.jsonl" in page.files.said
    assert "/tmp" not in page.files.said and not page.session.opened_gradients


def test_a_file_that_grows_is_shown_as_far_as_it_is():
    # Trainings of a generation that has not come to its end, and half a line.
    cut = WHOLE[:WHOLE.index(b'{"generation":3,') - 20]
    page = Page()
    page.receive("mine.jsonl", cut)
    assert "3 of 7 generations" in page.text("list") and "Generation 2, of 0 to 6" in page.text()
    (opened,) = page.session.opened_gradients.values()
    # What is saved of it is the same, but for the half line.
    assert gradient_file(opened.run, "x")[1] == cut[:cut.rindex(b"\n") + 1]


def test_a_genome_by_itself_is_drawn_and_saved():
    page = Page()
    page.receive("genome.txt", f"{GROWN!r}\n".encode())
    assert "Genome · genome.txt" in page.text("list") and "The genome of the file" in page.text()
    # The disabled connection does not count, nor do those around a node that computes nothing.
    assert "2 of 5 connections lie on a path that counts." in page.text() and repr(GROWN) in page.text()
    choices = page_parts.part(page.view, object, "gradient-choices")
    assert not choices.visible and not page.player.visible
    (name,) = page.session.opened_gradients
    page.press(f"save-genome:{name}")
    assert f"save-run:{name}" not in page.html()
    assert page.saved == [("genome.txt", f"{GROWN!r}\n".encode())]
    dead = Genome.from_text("1:0>1!", (0,), 1)
    page.receive("dead.txt", repr(dead).encode())
    assert "No path leads from the input to the output." in page.text()
    page.receive("genome.txt", b"Genome")
    assert page.files.refused and "expected a genome as Python writes it" in page.files.said


def test_a_study_has_its_table_and_its_files():
    page = Page()
    page.receive("study.zip", archive("study-texts"))
    study = vp.read_study(DATA / "study-texts")
    (name,) = page.session.opened_gradients
    assert "Study · study.zip" in page.text("list") and "42 trainings, 3 seeds" in page.text("list")
    for row in study.summary.to_dict("records"):
        low, high = row["low"], row["high"]
        assert f"{100 * row['mean']:.1f} ± {50 * (high - low):.1f} %" in page.text()
    assert page.html().count('role="region"') == 2 and 'class="as-code"' not in page.html()
    assert not page_parts.part(page.view, object, "gradient-choices").visible and not page.player.visible
    page.press(f"save-table:{name}", f"save-report:{name}")
    assert f"save-run:{name}" not in page.html()
    assert [each for each, _content in page.saved] == ["study.csv", "study.html"]
    # Beside a search, the slider is that of the search.
    page.open(RUN)
    page.press(f"beside:{name}")
    page.player.receive(3)
    assert "Generation 2, of 0 to 6" in page.text() and "Methods beside chance" in page.text()
    assert page.player.first == 0
