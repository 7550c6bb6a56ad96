"""Many people click at random, faster than they are answered: afterwards every page is what its own link opens."""

from __future__ import annotations

import random
import threading
import time

import pytest
from bokeh.protocol.messages.server_info_req import server_info_req

import vanas_panel as vp
from tests.bench.visitors import Visitor
from tests.serve.team import ON_A_THREAD, Served
from vanas_panel.serve import ServeOptions

VISITORS, CLICKS = 4, 50
ACTIONS = ("x:training_time", "x:flops", "y:test_accuracy", "y:trainable_parameters", "log_x", "log_y", "dark", "undo",
           "redo", "clear", "pin", "metric:flops", "metric:test_accuracy", "drawer:train", "drawer:shelf",
           "drawer:exchange", "drawer:report", "extra:1", "extra:0")
KINDS = ("preset", "completion", "edge", "map", "box")


def click_at_random(visitor: Visitor, seed: int) -> None:
    """Click, and every second time do not wait for what it changes."""
    choices = random.Random(seed)
    for _ in range(CLICKS):
        what = choices.choice(ACTIONS + KINDS)
        try:
            if what == "box":
                visitor.drag()
            elif what in KINDS:
                visitor.click(what)
            elif choices.random() < 0.5:
                visitor.press(what)
            else:
                visitor.send(what)
        except LookupError:
            # Not on the page just now, such as a step back where there is none.
            continue


def come_to_rest(visitor: Visitor) -> None:
    """Wait until nothing has changed for a while."""
    quiet = 0
    while quiet < 10:
        before = visitor.mirror.updates
        visitor.ask(server_info_req.create())
        time.sleep(0.1)
        quiet = quiet + 1 if visitor.mirror.updates == before else 0


def link(visitor: Visitor) -> str:
    """The address of the page as it is now."""
    queries = [model["entry"][2] for model in visitor.mirror.models.values() if "entry" in model]
    return "?" + queries[-1].removeprefix("?")


@pytest.fixture
def served(threads, caplog, monkeypatch):
    # Many a click changes nothing.
    monkeypatch.setattr("tests.bench.visitors.PATIENCE", 0.2)
    running = Served(ServeOptions(), (vp.open_table("default"),))
    yield running
    running.stop()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.slow
@ON_A_THREAD
def test_link_of_a_page_restores_its_state(served):
    visitors = [Visitor(served.options.url, seed=number) for number in range(VISITORS)]
    clicking = [threading.Thread(target=click_at_random, args=(visitor, seed)) for seed, visitor in enumerate(visitors)]
    for thread in clicking:
        thread.start()
    for thread in clicking:
        thread.join()
    for visitor in visitors:
        come_to_rest(visitor)
        other = Visitor(served.options.url + link(visitor))
        come_to_rest(other)
        shown = {text for _, text in visitor.mirror.markups()}
        # A link holds no history.
        expected = {text for _, text in other.mirror.markups() if 'data-action="undo"' not in text}
        assert len(expected) > 5 and expected <= shown
        assert {name: list(values) for name, values in visitor.mirror.plot("bins")[1].items()} == {
            name: list(values) for name, values in other.mirror.plot("bins")[1].items()}
        other.close()
        visitor.close()
