"""Pages that come and go: what is shared, what is left behind, and what a visitor sees when one cannot be made."""

from __future__ import annotations

import gc
import time

import pytest
from bokeh.document import Document
from panel.io.state import state
from panel.viewable import Viewer

from tests.bench.visitors import KINDS, Visitor
from tests.serve.team import Served
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.serve import ServeOptions
from vanas_panel.state.session import Session

PATIENCE = 60.0


def held() -> dict[str, int]:
    """How many objects of every kind that belongs to a page there are."""
    gc.collect()
    found = {kind.__name__: 0 for kind in (Session, Dashboard, Viewer, Document)}
    for thing in gc.get_objects():
        for kind in type(thing).__mro__:
            if kind.__name__ in found:
                found[kind.__name__] += 1
    return found


def eventually(condition, what):
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what() if callable(what) else what
        time.sleep(0.05)


@pytest.fixture
def whole(small_tables, threads):
    """A server of the whole page, which forgets pages quickly."""
    served = Served(ServeOptions(unused_lifetime_milliseconds=1500, check_unused_milliseconds=100), small_tables)
    yield served
    served.stop()


@pytest.mark.slow
def test_closed_page_leaves_nothing_in_memory(whole):
    served = whole

    def come_and_go():
        visitor = Visitor(served.options.url)
        errors = [visitor.click(kind).error for kind in KINDS if kind in ("preset", "edge", "completion")]
        visitor.close()
        assert errors == [""] * 3
        eventually(lambda: not served.server.get_sessions("/"), lambda: "did not expire: " + ", ".join(
            f"{each.connection_count} connections, {each.expiration_blocked_count} blocks, unused for "
            f"{each.milliseconds_since_last_unsubscribe:.0f} ms" for each in served.server.get_sessions("/")))

    # The first page fills what the process keeps for good.
    come_and_go()
    # The loop of the server lets go of what it held for the last visitor at its next turn.
    served.call(lambda: None)
    before, views = held(), len(state._views)
    for _ in range(2):
        come_and_go()
    served.call(lambda: None)
    assert held() == before
    assert len(state._views) == views
