"""Searches by gradient in the drawer *Search*, without a browser: files, epochs, what is shown, and what is saved."""

from __future__ import annotations

import base64
from dataclasses import replace

import page_parts
import pytest
from gradient_runs import SMALL, searched, searched_twice

import vanas_panel as vp
from vanas_panel.core.genotype import Genotype
from vanas_panel.panels.gradient.form import CONFIGURED, GradientForm, data_sets
from vanas_panel.panels.gradient.picture import dropping_at, genotype_of, place_of, pytorch_of
from vanas_panel.panels.gradient.text import cost_words
from vanas_panel.panels.search.files import FileBox
from vanas_panel.panels.search.panel import Search
from vanas_panel.panels.search.player import QueryPlayer
from vanas_panel.searches.gradient_opened import gradient_file, open_gradient_file
from vanas_panel.searches.gradient_plan import EpochSeconds, alike, plan_gradient, seconds_of, without_folders
from vanas_panel.state.gradient_view import GradientView
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.session import Session
from vanas_panel.training.darts.dg_run import DgDartsSettings
from vanas_panel.training.darts.run_file import DartsRun
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.settings import DataSettings, Settings
from vanas_panel.training.text_settings import TextSettings
from vanas_panel.widgets.tools import Tools


class Page:
    """A page without workers whose drawer shows searches by gradient."""

    def __init__(self, **state):
        self.session = Session(vp.open_table("structure4"), drawer="search", **state)
        self.view = Search(self.session, Tools())
        self.saved = []
        if self.session.gradient is None:
            page_parts.click(self.view, "part:gradient")
        self.files.hand_over = lambda name, content: self.saved.append((name, content))

    @property
    def files(self):
        return page_parts.part(self.view, FileBox, "gradient-files")

    def open(self, run, name="mine"):
        name, content = gradient_file(run, name)
        self.files.receive({"do": "open", "name": name, "size": len(content),
                            "content": base64.b64encode(content).decode()})

    def press(self, *actions):
        for action in actions:
            page_parts.click(self.view, action)

    def go(self, epoch):
        page_parts.part(self.view, QueryPlayer, "gradient-player").receive(epoch)

    def html(self, part="picture"):
        return page_parts.html(self.view, f"gradient-{part}")

    def text(self, part="picture"):
        return page_parts.page(self.view, f"gradient-{part}").text


def test_a_file_is_opened_and_followed_epoch_by_epoch():
    page, run = Page(), searched(SMALL, 6)
    assert "No search for networks yet" in page.text("list") and "it has no workers" in page.text("form")
    page.open(run)
    assert "Opened mine.jsonl" in page.files.said and not page.files.refused
    assert "6 of 6 epochs" in page.text("list") and "Epoch 6 of 6" in page.text()
    assert str(run.genotype).replace("'", "&#39;") in page.html() and "What was taken" in page.text()
    page.go(3)
    assert page.session.gradient.epoch == 3 and "Epoch 3 of 6" in page.text()
    assert "What would be taken now" in page.text()
    assert str(run.genotype_at(3)).replace("'", "&#39;") in page.html()
    # The last one is followed.
    page.go(6)
    assert page.session.gradient.epoch == 0
    for message in ("x", 1e9, None, -4):
        page.go(message)
    assert page.session.gradient.epoch in (0, 1)


def test_weights_alphas_gradients_cells_and_groups():
    page = Page()
    page.open(searched_twice())
    assert "Weights of normal cells" in page.html() and "Groups that made this stage" in page.text()
    page.press("values:gradients", "kind:reduction", "colours:groups")
    assert "Gradients of the alphas of reduction cells over 6 epochs" in page.html() and "group A" in page.html()
    page.go(6)
    assert "First stage: Epoch 6 of 6" in page.text() and "Groups, and what the second stage keeps" in page.text()
    page.go(1)
    assert "frozen until epoch 1" in page.text() and "vp-groups" not in page.html()
    assert page.session.gradient == GradientView(page.session.gradient.runs, 1, "reduction", "gradients", "groups")


def test_two_searches_stand_side_by_side():
    page = Page()
    page.open(searched(SMALL, 6), "one")
    page.open(searched(SMALL, 4, seed=2), "two")
    one, two = page.session.opened_gradients
    assert page.session.gradient.runs == (two,) and page.html().count("<section") == 1
    page.press(f"beside:{one}")
    assert page.session.gradient.runs == (two, one) and page.html().count("<section") == 2
    # The longer one gives the slider its end; the other one waits at its last epoch.
    assert page_parts.part(page.view, QueryPlayer, "gradient-player").last == 6
    assert "Epoch 4 of 6" in page.text() and "Epoch 6 of 6" in page.text()
    page.press(f"show:{one}")
    assert page.session.gradient.runs == (one,)
    page.press(f"close:{one}")
    assert page.session.gradient.runs == () and list(page.session.opened_gradients) == [two]


def test_genotype_network_and_file_are_saved():
    page, run = Page(), searched_twice()
    page.open(run)
    name = page.session.gradient.runs[0]
    page.go(8)
    page.press(f"save-text:{name}", f"save-pytorch:{name}", f"save-run:{name}")
    (text, genotype), (source, code), (file, content) = page.saved
    assert (text, source, file) == ("genotype.txt", "genotype.py", "darts.zip")
    assert Genotype.from_text(genotype.decode()) == run.second.genotype_at(2) and b"class Network" in code
    assert open_gradient_file(content, file).run.dropping.names() == run.dropping.names()


def test_a_genotype_is_read_back_from_its_text():
    page, run = Page(), searched(SMALL, 6)
    page.open(run)
    page.press(f"save-text:{page.session.gradient.runs[0]}")
    (name, content), = page.saved
    page.files.receive({"do": "open", "name": name, "size": len(content),
                        "content": base64.b64encode(content).decode()})
    assert "Genotype · genotype.txt" in page.text("list") and "The genotype of the file" in page.text()
    assert str(run.genotype).replace("'", "&#39;") in page.html() and "vp-weights" not in page.html()
    assert not page_parts.part(page.view, QueryPlayer, "gradient-player").visible
    assert "kind:reduction" in page.html("choices") and "values:alphas" not in page.html("choices")
    opened = page.session.gradient.runs[0]
    page.press("kind:reduction", f"save-pytorch:{opened}")
    assert "Reduction cell" in page.html() and b"class Network" in page.saved[-1][1]
    assert f"save-run:{opened}" not in page.html()
    # Beside the search that it came from.
    search = next(name for name in page.session.opened_gradients if name != opened)
    page.press(f"beside:{search}")
    assert page.html().count("<section") == 2 and "Epoch 6 of 6" in page.text()


def test_what_is_no_file_of_a_search_is_refused():
    page = Page()
    for message, words in (({"do": "open", "name": "x.jsonl", "size": 9 << 20}, "Found a file of 9 MiB"),
                           ({"do": "open", "name": "x.jsonl", "size": 1, "content": 5},
                            "x.jsonl: Found a file of another kind"),
                           ({"do": "open", "name": "x.md", "size": 1, "content": "eA=="},
                            "or a genotype or a genome (.txt)")):
        page.files.receive(message)
        assert page.files.refused and words in page.files.said
    for message in ({"do": "open", "name": 5}, {"do": "save", "kind": "jsonl"}, "x", None):
        page.files.receive(message)
    assert page.session.gradient == GradientView()


def test_the_link_holds_what_is_shown_and_says_what_is_not_there():
    table, name = vp.open_table("structure4"), "0123456789abcdef" * 2
    session, messages = restore(f"v=1&table=structure4&drawer=search&gradient={name}:3::alphas", [table])
    page = Page(gradient=session.gradient)
    assert not messages and "not kept here for you" in page.text()
    assert to_query(page.session).endswith(f"&drawer=search&gradient={name}:3::alphas")
    page.open(searched(SMALL, 6))
    # What is not shown any more is not in the link; nor is a file.
    assert to_query(page.session).endswith("&gradient=-:::alphas")
    page.press("part:table")
    assert page.session.gradient is None and "gradient" not in to_query(page.session)
    page.press("part:gradient")
    assert page.session.gradient.values == "alphas" and "Epoch 6 of 6" in page.text()


def test_places_of_both_stages():
    run = searched_twice(3)
    places = [place_of(run, epoch)[1:] for epoch in (1, 6, 7, 9, 0, 50)]
    assert places == [(0, 1), (0, 6), (1, 1), (1, 3), (1, 3), (1, 3)]
    assert genotype_of(run, 7) == run.second.genotype_at(1) and genotype_of(run, 6) == run.first.genotype_at(6)
    assert dropping_at(run, 8) is run.dropping and (dropping_at(run, 6).kept == run.dropping.kept).all()
    assert "class Network" in pytorch_of(run, 2)


def test_the_form_describes_a_search():
    sets = data_sets(Settings())
    assert next(iter(sets)) == "mnist_5k"
    form = GradientForm()
    assert form.plan(sets).settings == DartsSettings()
    form = form.changed("method", "darts-2", sets).changed("epochs", "7", sets).changed("seed", "3", sets)
    assert form.plan(sets).settings == DartsSettings(order=2, epochs=7, seed=3)
    form = GradientForm().changed("method", "dg-darts", sets)
    assert form.plan(sets).settings == DgDartsSettings()
    assert form.changed("method", "other", sets) == form.changed("data", "/etc/passwd", sets) == form
    assert form.changed("nothing", "1", sets) == form
    own = data_sets(Settings(data=DataSettings("/somewhere/images.npz", train=40)))
    assert next(iter(own)) == CONFIGURED and own[CONFIGURED].copies == 1
    assert GradientForm(data=CONFIGURED).plan(own).stage.data.source == "/somewhere/images.npz"


@pytest.mark.parametrize(("name", "value"), [("epochs", "0"), ("epochs", "201"), ("epochs", "x"), ("epochs", ""),
                                             ("channels", "1e2"), ("cells", "99"), ("batch_size", "1"),
                                             ("seed", "-1"), ("frozen", "26")])
def test_what_cannot_run_is_an_error(name, value):
    sets = data_sets(Settings())
    with pytest.raises(vp.VanasError, match="expected"):
        GradientForm().changed(name, value, sets).plan(sets)


def test_costs_in_words():
    plan = plan_gradient(DartsSettings(epochs=4))
    assert cost_words(plan, EpochSeconds(2.0), is_measured=True, is_measuring=False) == (
        "4 epochs of 11 steps, 2.00 s each (by steps that were measured now): about 8.00 s.")
    assert "is unknown" in cost_words(plan, None, is_measured=False, is_measuring=False)
    dg = plan_gradient(DgDartsSettings(DartsSettings(epochs=4)))
    assert "8 epochs" in cost_words(dg, EpochSeconds(2.0), is_measured=False, is_measuring=False)
    assert "at most about 16.0 s" in cost_words(dg, EpochSeconds(2.0), is_measured=False, is_measuring=False)


def test_what_frozen_epochs_take_is_counted_apart():
    plan = plan_gradient(DartsSettings(epochs=10, frozen=4))
    assert cost_words(plan, EpochSeconds(5.0, 2.0), is_measured=False, is_measuring=False).endswith("about 38.0 s.")
    assert cost_words(plan, EpochSeconds(5.0), is_measured=False, is_measuring=False).endswith("about 50.0 s.")
    assert "is unknown" in cost_words(plan, EpochSeconds(None, 2.0), is_measured=False, is_measuring=False)
    # The second stage of DG-DARTS has fewer operations and counts for nothing here.
    run = searched_twice()
    times = [1.0, *[3.0] * 5]
    first = DartsRun(run.first.settings, run.first.header, [replace(epoch, seconds=seconds) for epoch, seconds in
                                                            zip(run.first.history, times, strict=True)])
    assert seconds_of(replace(run, first=first)) == (3.0, 1.0)
    assert alike(plan_gradient(SMALL)) != alike(plan_gradient(replace(SMALL, nodes=3)))


def test_the_network_is_saved_in_the_sizes_of_its_data():
    def source(data, **header):
        run = searched(replace(SMALL, data=data), 2)
        return pytorch_of(DartsRun(run.settings, {**run.header, **header}, run.history), 0)

    file = DataSettings(source="/data/ours.npz", crop=24, pool=1)
    known = source(file, sizes={"image_size": 24, "image_channels": 3, "classes": 7})
    assert "IMAGE_CHANNELS = 3\n" in known and "CLASSES = 7\n" in known and "adapt the numbers" not in known
    for text in (known, source(file)):
        compile(text, "genotype.py", "exec")
    assert "# The file of this search does not say all sizes" in source(file)
    cifar = source(DataSettings(source="cifar10", crop=32, pool=1))
    assert "IMAGE_CHANNELS = 3\n" in cifar and "adapt the numbers" not in cifar
    settings = DartsSettings(operations=("none", "skip_connect", "sep_conv_3"), nodes=2, epochs=6,
                             data=TextSettings("reviews.csv", words=50))
    run = searched(settings, 2)
    run = DartsRun(settings, {**run.header, "sizes": {"words": 41, "length": 32, "classes": 3}}, run.history)
    assert "WORDS = 41\n" in pytorch_of(run, 0) and "CLASSES = 3\n" in pytorch_of(run, 0)


def test_a_saved_run_names_no_folder_of_the_server():
    run = searched(replace(SMALL, data=DataSettings(source="/secret/place/ours.npz")), 2)
    name, content = gradient_file(run, "mine")
    assert b"secret" not in content
    assert open_gradient_file(content, name).run.settings.data.source == "ours.npz"
    words = without_folders("/secret/place/ours.npz: Found no file", plan_gradient(run.settings))
    assert words == "ours.npz: Found no file"


def test_as_many_files_as_searches_can_be_open():
    page = Page()
    for seed in range(6):
        page.open(searched(SMALL, 1, seed))
        assert page.files.refused == (seed == 5)
    assert "Found 5 opened files" in page.files.said and len(page.session.opened_gradients) == 5
    page.open(searched(SMALL, 1, 0))
    assert not page.files.refused


def test_groups_are_chosen_only_where_there_are_some():
    page = Page()
    page.open(searched(SMALL, 3))
    page.press("colours:groups")
    chosen = '<button class="small" data-action="colours:groups" aria-pressed="{}">'.format
    assert chosen("true") in page.html("choices")
    page.go(1)
    assert chosen("false") in page.html("choices")
