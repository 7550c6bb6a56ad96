"""Map and bars in a browser by keyboard alone: what is read out, where the focus stays, what the session then holds."""

from __future__ import annotations

import numpy as np
import pytest

from vanas_panel.page.dashboard import explore
from vanas_panel.readers import open_table
from vanas_panel.serve import warm

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at?.getAttribute("aria-label") ?? ""
}"""


@pytest.fixture(scope="module")
def table():
    table = open_table("default")
    warm(table)
    return table


@pytest.fixture
def app(page, serve_app, table):
    app = serve_app(lambda: explore(table))
    page.goto(app.url)
    page.locator(".vp-completions h2").wait_for()
    for view in ("overview", "importance"):
        page.locator(f".vp-{view} .bk-events[role=application]").wait_for()
    return app


@pytest.fixture
def session(app):
    return app.built[-1].session


@pytest.fixture
def overview(app):
    return app.built[-1].views["overview"]


def said(page, view):
    return page.locator(f".vp-{view} .vp-keyboard [role=status]").inner_text()


def at_map(page, overview, eventually):
    """Put the focus on the map, and wait until its bins are those of its size."""
    page.locator(".vp-overview .bk-events").focus()
    page.wait_for_timeout(200)
    eventually(lambda: not overview.waiting, "bins")


def test_arrows_read_out_bins_and_enter_opens_the_best_cell(app, page, session, overview, eventually):
    at_map(page, overview, eventually)
    page.keyboard.press("b")
    best = session.table.best(session.metric)
    eventually(lambda: overview.keys.row == best, "the best bin")
    index = overview.keys.focused_bin()
    eventually(lambda: f"{overview.bins.cells[index]} cell" in said(page, "overview"), "how many cells it holds")
    assert "Best test accuracy" in said(page, "overview") and "Parameters" in said(page, "overview")
    before = overview.keys.row
    page.keyboard.press("ArrowDown")
    eventually(lambda: overview.keys.row != before, "a step down")
    row, index = overview.keys.row, overview.keys.focused_bin()
    assert overview.bins.row[index] == row
    y = session.table.column(session.y)
    assert y[row] <= y[best]
    page.keyboard.press("Enter")
    eventually(lambda: session.row == row, "the cell of the bin")
    eventually(lambda: "In the designer now" in said(page, "overview"), "what happened")
    # Nothing that was drawn anew took the focus or the bin away.
    assert page.evaluate(FOCUSED).startswith("Map of all cells") and overview.keys.row == row
    page.keyboard.press("Home")
    eventually(lambda: overview.keys.row != row, "the leftmost bin")
    assert overview.bins.left[overview.keys.focused_bin()] == overview.bins.left.min()


def test_shift_draws_a_box_enter_selects_it_and_escape_lets_go(app, page, session, overview, eventually):
    at_map(page, overview, eventually)
    page.keyboard.press("b")
    eventually(lambda: overview.keys.row is not None, "a bin")
    for key in ["Shift+ArrowLeft"] * 3 + ["Shift+ArrowDown"] * 3:
        page.keyboard.press(key)
    eventually(lambda: "Enter selects them" in said(page, "overview"), "a box")
    page.wait_for_timeout(300)
    box = overview.keys.box()
    page.keyboard.press("Enter")
    eventually(lambda: session.rows is not None, "a selection")
    x, y = session.table.column(session.x), session.table.column(session.y)
    inside = (box.x_range[0] <= x) & (x <= box.x_range[1]) & (box.y_range[0] <= y) & (y <= box.y_range[1])
    assert session.rows.tolist() == np.flatnonzero(inside).tolist() and inside.sum() > 1
    eventually(lambda: f"{inside.sum()} cells selected" in said(page, "overview"), "how many")
    page.keyboard.press("Escape")
    eventually(lambda: session.rows is None, "all cells")
    assert overview.keys.row is not None
    page.keyboard.press("Escape")
    eventually(lambda: overview.keys.row is None and not overview.keys.view.busy, "no bin")


def test_plus_zooms_around_the_bin_and_arrows_go_beyond_the_window(app, page, session, overview, eventually):
    at_map(page, overview, eventually)
    page.keyboard.press("b")
    eventually(lambda: overview.keys.row is not None, "a bin")
    row, home = overview.keys.row, overview.window
    for _ in range(4):
        page.keyboard.press("+")
    eventually(lambda: overview.window.x[1] - overview.window.x[0] < (home.x[1] - home.x[0]) / 8, "a closer look")
    assert overview.keys.row == row
    index = overview.keys.focused_bin()
    assert overview.bins.left[index] <= session.table.column(session.x)[row] < overview.bins.right[index]
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    eventually(lambda: overview.window.x[1] < session.table.column(session.x)[row], "another part of the map")
    page.keyboard.press("0")
    eventually(lambda: overview.window == overview.home or overview.bins.cells.sum() == len(overview.points), "all")
    assert page.evaluate(FOCUSED).startswith("Map of all cells")


def test_bars_are_read_out_and_enter_draws_such_an_edge(app, page, session, eventually):
    page.locator(".vp-importance .bk-events").focus()
    page.keyboard.press("ArrowDown")
    eventually(lambda: "Bar 1 of 16" in said(page, "importance"), "the first bar")
    page.keyboard.press("ArrowDown")
    eventually(lambda: "Bar 2 of 16" in said(page, "importance"), "the second bar")
    wanted = tuple(session.importance.loc[1, ["source", "target"]])
    page.keyboard.press("Enter")
    eventually(lambda: session.draft.edges, "an edge")
    assert [session.draft.edge_type(edge) for edge in session.draft.edges] == [wanted]
    page.keyboard.press("End")
    eventually(lambda: "Bar 16 of 16" in said(page, "importance"), "the last bar")
    assert page.evaluate(FOCUSED).startswith("Bars of edge importance")
    # The words stand away from the bar that they speak of.
    chart, words = (page.locator(f".vp-importance {part}") for part in (".bk-events", ".vp-keyboard [role=status]"))

    def below():
        box = chart.bounding_box()
        return words.bounding_box()["y"] >= box["y"] + box["height"] - 1

    eventually(below, "words below the bars")
    # Its edge type stays framed where another metric orders the bars anew.
    keys = app.built[-1].views["importance"].keys
    app.call(lambda built: built.session.param.update(metric="training_time"))
    types = list(zip(session.importance["source"], session.importance["target"], strict=True))
    assert keys.view.at == (types.index(keys.focused) + 0.5) / len(types)


def test_tools_of_the_map_have_names_and_states(app, page, overview, eventually):
    tools = page.locator(".overview-map [role=button]")
    eventually(lambda: tools.count() == 6, "all tools")
    names = tools.evaluate_all("all => all.map(each => each.ariaLabel)")
    assert {"Drag a box to select cells", "Draw a lasso to select cells"} <= set(names) and all(names)
    pan = page.get_by_role("button", name="Drag to pan")
    assert pan.get_attribute("aria-pressed") == "false"
    pan.focus()
    page.keyboard.press("Space")
    eventually(lambda: pan.get_attribute("aria-pressed") == "true", "pressed")


def test_words_cover_neither_the_axis_nor_a_bar(app, page, overview, eventually):
    def boxes(view):
        return [page.locator(f".vp-{view} {part}").bounding_box() for part in (".bk-events", ".vp-keyboard .said", "")]

    at_map(page, overview, eventually)
    page.keyboard.press("b")
    eventually(lambda: "Best test accuracy" in said(page, "overview"), "words")
    figure, words, card = boxes("overview")
    assert words["y"] >= figure["y"] + figure["height"] - 1
    assert words["y"] + words["height"] <= card["y"] + card["height"]
    page.locator(".vp-importance .bk-events").focus()
    for key in ("Home", "End"):
        page.keyboard.press(key)
        eventually(lambda key=key: ("Bar 1 of" in said(page, "importance")) == (key == "Home"), "words")

        def apart(key=key):
            figure, words, card = boxes("importance")
            around = page.locator(".vp-importance .importance").bounding_box()
            # The card scrolls where it is not high enough. The bar that is read out is seen above the words, and of the
            # last bar the axis below it, too.
            seen = (words["y"] >= figure["y"] + figure["height"] - 1 if key == "End"
                    else around["y"] - 1 <= figure["y"] <= words["y"] - figure["height"] / 16)
            return words["height"] > 20 and seen and words["y"] + words["height"] <= card["y"] + card["height"]

        eventually(apart, f"words below the bars: {boxes('importance')}")
