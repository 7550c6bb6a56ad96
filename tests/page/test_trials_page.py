"""The page of a table of trials without a browser."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import ArgumentKindError
from vanas_panel.page.trials_page import TrialsPage, trials_page
from vanas_panel.widgets.box_map import BoxMap
from vanas_panel.widgets.file_parts import FileParts
from vanas_panel.widgets.markup import Markup


@pytest.fixture
def table():
    return vp.open_trials(pd.DataFrame({"opt": ["adam", "sgd", "adam", "sgd"], "lr": [0.1, 0.2, 0.3, 0.4],
                                        "loss": [0.4, 0.3, 0.2, 0.1]}))


def _parts(page):
    return [*page.__panel__().select(Markup), *page.__panel__().select(BoxMap)]


def _press(page, action):
    """Press what has this action, as a browser would."""
    part = next(each for each in _parts(page) if f'data-action="{action.partition(":")[0]}' in each.html)
    part.receive(action)


def test_explore_opens_the_page_of_trials(table):
    page = vp.explore(table, chosen=2, dark=True)
    assert isinstance(page, TrialsPage) and page.view.chosen == 2 and page.view.dark
    with pytest.raises(ArgumentKindError, match="'session' for the page of a table of trials"):
        vp.explore(table, session=1)


def test_the_page_of_trials_shows_in_the_cell_of_a_notebook(table):
    page = vp.explore(table)
    shown, _facts = page._repr_mimebundle_()
    assert "text/html" in shown and "vp-notebook" in " ".join(page.__panel__().css_classes)
    page.view = replace(page.view, chosen=1)
    assert any("Trial 1</h2>" in part.html for part in _parts(page))


@pytest.mark.parametrize("name", ["Overview", "Importance", "Presets", "Designer", "Performance", "Completions"])
def test_single_views_name_what_shows_trials(table, name):
    view = getattr(vp.views, name)
    with pytest.raises(ArgumentKindError, match=r"^Found a table of trials.*vp\.explore\(trials\)\.$"):
        view(table)
    with pytest.raises(ArgumentKindError, match=r"^Found something of type BenchmarkTable.*vp\.Session\(table\)\.$"):
        view(vp.open_table("structure4"))


def test_what_is_pressed_changes_view_and_cards(table):
    page = trials_page(table)
    _press(page, "row:1")
    assert page.view.chosen == 1 and any("Trial 1</h2>" in part.html for part in _parts(page))
    _press(page, 'take:["opt", "sgd"]')
    assert page.found.matching.tolist() == [1, 3]
    assert any("2 of 4 trials match" in part.html for part in _parts(page))
    picture = page.__panel__().select(BoxMap)[0]
    picture.receive({"box": [[0, 0], [0.5, 1]]})
    assert page.found.matching.tolist() == [1]
    for nonsense in ({"box": 1}, {"at": ["x", 2]}, {"at": [float("nan"), 0]}, 7, None, {"box": [[0, 0], [9, 9]]}):
        picture.receive(nonsense)
    assert page.found.matching.tolist() == [1]


def test_a_link_opens_the_page_and_says_what_it_lacks(table):
    page = trials_page(table, "?is.opt=sgd&row=3&lang=ko&gone=1&x=gone".removeprefix("?"))
    assert page.view.where == {"opt": "sgd"} and page.view.chosen == 3
    assert any("시행 3" in part.html for part in _parts(page))


def test_a_number_that_is_none_is_said_on_the_page(table):
    page = trials_page(table)
    _press(page, "low:1:x")
    assert any("Found &#39;x&#39; for lr" in part.html for part in _parts(page))


def test_the_page_saves_what_it_shows(table):
    page = trials_page(table)
    _press(page, 'take:["opt", "sgd"]')
    files = page.__panel__().select(FileParts)[0]
    for action, words in (("save:csv", "-2.csv"), ("save:report", ".html")):
        _press(page, action)
        for _ in range(3):
            files.receive({"next": 1})
        assert any(words in part.html for part in _parts(page))
    _press(page, "save:nonsense")
