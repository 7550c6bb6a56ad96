"""Views that stand alone, as in a notebook, follow the language of their session."""

from __future__ import annotations

import re

import pytest
from bokeh.events import DoubleTap, RangesUpdate
from page_parts import figure_of, fire, html

import vanas_panel as vp
from vanas_panel.panels import VIEWS
from vanas_panel.panels.importance.panel import Importance

HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def table():
    return vp.open_table("default")


def texts_of(root) -> list[str]:
    """Every text with words that a view sends to a browser; no numbers of models."""
    values = [str(value) for model in root.references() for name, value in model.properties_with_values().items()
              if name not in ("id", "name", "stylesheets", "js_property_callbacks", "js_event_callbacks")]
    return sorted(value for value in values if re.search("[A-Za-z가-힣]{3}", value) and "object at 0x" not in value
                  and not re.search(r"\bp\d{4,}\b|id='", value))


@pytest.mark.parametrize("name", list(VIEWS))
def test_view_that_is_shown_already_turns_to_the_language_and_back(table, name):
    session = vp.Session(table)
    session.load_row(40)
    view = VIEWS[name](session)
    root = view.__panel__().get_root()
    english = texts_of(root)
    assert not any(map(HANGUL.search, english))
    session.lang = "ko"
    fresh = vp.Session(table, lang="ko")
    fresh.load_row(40)
    assert texts_of(root) == texts_of(VIEWS[name](fresh).__panel__().get_root())
    assert any(map(HANGUL.search, texts_of(root)))
    session.lang = "en"
    assert texts_of(root) == english


def test_zoom_of_a_map_alone_is_captioned_in_its_language(table):
    """A notebook calls what listens to a figure in no language of a page."""
    view = vp.views.Overview(vp.Session(table, lang="ko"))
    home, before = view.home, html(view, "overview-caption")
    fire(RangesUpdate(figure_of(view), x0=home.x[0], x1=sum(home.x) / 2, y0=home.y[0], y1=home.y[1]))
    caption = html(view, "overview-caption")
    assert caption != before and HANGUL.search(caption) and "cells" not in caption


def test_clicks_after_the_turn_reach_the_session_once(table):
    session = vp.Session(table)
    view = Importance(session)
    session.lang = "ko"
    before = len(session.draft.edges)
    fire(DoubleTap(figure_of(view), x=0.0, y=0.5))
    assert len(session.draft.edges) == before + 1


def test_view_on_a_page_leaves_the_turn_to_the_page(table):
    page = vp.explore(table)
    old = page.views["completions"]
    before = html(old)
    page.session.lang = "ko"
    assert html(old) == before and page.views["completions"] is not old
    assert HANGUL.search(html(page.views["completions"]))
