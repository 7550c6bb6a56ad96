"""When a serving process looks for garbage: not for every page that is closed."""

import gc
import weakref

import panel.io.document
import pytest

from vanas_panel.serve.process import garbage as module
from vanas_panel.serve.process.garbage import MOST_LEFT, Memory


class Part:
    """Of a page: all of them refer to each other."""


@pytest.fixture
def settled(monkeypatch):
    """A process that is ready to serve; afterwards everything is as it was."""
    thresholds = gc.get_threshold()
    monkeypatch.setattr(panel.io.document, "_garbage_collect", panel.io.document._garbage_collect)
    memory = Memory()
    memory.settle()
    # Or Python would clear away what has just been dropped, now and then.
    gc.disable()
    yield memory
    gc.enable()
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def closed_page(memory: Memory) -> weakref.ref:
    """A page that has come and gone."""
    memory.page_opened()
    part, other = Part(), Part()
    part.other, other.other = other, part
    memory.page_closed()
    return weakref.ref(part)


def test_the_last_page_is_cleared_away_at_once(settled):
    page = closed_page(settled)
    assert page() is not None
    panel.io.document._garbage_collect()
    assert page() is None


def test_while_others_look_closed_pages_wait_for_each_other(settled):
    settled.page_opened()
    pages = [closed_page(settled) for _ in range(MOST_LEFT - 1)]
    settled.clear()
    assert all(page() is not None for page in pages)
    pages.append(closed_page(settled))
    settled.clear()
    assert all(page() is None for page in pages)


def test_clearing_closed_pages_restarts_their_count(settled):
    settled.page_opened()
    for _ in range(MOST_LEFT):
        closed_page(settled)
    settled.clear()
    page = closed_page(settled)
    settled.clear()
    assert page() is not None
    settled.page_closed()
    settled.clear()
    assert page() is None


def test_no_collection_runs_without_closed_pages(settled, monkeypatch):
    rounds = []
    monkeypatch.setattr(module.gc, "collect", lambda *_: rounds.append(1))
    settled.clear()
    settled.page_opened()
    settled.clear()
    assert rounds == []
    settled.page_closed()
    settled.clear()
    settled.clear()
    assert rounds == [1]
