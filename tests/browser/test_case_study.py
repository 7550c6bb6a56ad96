"""The published case study on NAS-Bench-101 (Choi, Hong and Jo, 2021, section 5), done in the browser by a person.

Figures are those of the table that lies beside the repository: measurements of one repeat.
"""

import re

import pytest

import vanas_panel as vp
from vanas_panel.serve import warm
from vanas_panel.state.session import EMPTY

pytestmark = [pytest.mark.browser, pytest.mark.real]


@pytest.fixture(scope="module")
def table(real_table_path):
    table = vp.open_table(real_table_path)
    warm(table)
    return table


@pytest.fixture
def app(serve_app, table, page):
    app = serve_app(lambda: vp.explore(table))
    page.goto(app.url)
    page.get_by_role("heading", name="Recommended completions").wait_for()
    return app


@pytest.fixture
def session(app):
    return app.built[-1].session


@pytest.fixture
def card(page):
    """The text of a performance card by its label."""
    cards = page.locator(".vp-performance")
    return lambda label: cards.get_by_text(re.compile(f"^{label}$")).locator("..").inner_text()


def choose(page, what, option):
    page.get_by_role("combobox", name=f"Metric of the {what} axis").select_option(option)


def fewest_parameters_above_90(table):
    frame = table.frame()
    return frame.loc[frame["test_accuracy"] > 0.9, "trainable_parameters"].min()


def test_overview_more_parameters_take_longer_and_small_cells_can_be_good(app, page, session, eventually):
    choose(page, "vertical", "Training time")
    eventually(lambda: session.y == "training_time", "the choice of an axis")
    page.get_by_text("30,001 of 423,624 cells on the map").wait_for()
    choose(page, "vertical", "Test accuracy")
    eventually(lambda: session.y == "test_accuracy")
    bins = app.built[-1].views["overview"].bins
    # Parameters run to 50 million; bins with cells above 90 % begin below the first.
    good = bins.best > 0.9
    assert bins.left[good].min() < 1_000_000
    page.get_by_role("button", name="Smallest").click()
    eventually(lambda: session.row is not None)
    assert session.table.column("trainable_parameters")[session.row] == fewest_parameters_above_90(session.table)
    page.get_by_role("status").get_by_text("Valid cell, measured").wait_for()


def test_importance_names_the_edges_that_the_paper_names(app, page, session):
    importance = session.importance
    assert importance.loc[0, ["source", "target"]].tolist() == ["conv3x3-bn-relu", "output"]
    assert importance.loc[1, ["source", "target"]].tolist() == ["input", "conv3x3-bn-relu"]
    assert importance.iloc[-1][["source", "target"]].tolist() == ["maxpool3x3", "maxpool3x3"]
    page.get_by_text("accuracy points, with minus without · all 423,624 cells").wait_for()


def test_best_accuracy_preset(app, page, session, card, eventually):
    page.get_by_role("button", name="Best accuracy").click()
    eventually(lambda: session.row is not None, "the preset in the designer")
    assert session.draft.operations.count("conv3x3-bn-relu") == 4
    assert len(session.draft.edges) == 9
    page.get_by_role("status").get_by_text("7 of 7 vertices, 9 of 9 edges").wait_for()
    assert "94.66" in card("Test accuracy") and "rank 1 of 423,624" in card("Test accuracy")
    # Large, but not the largest, as the authors remark.
    assert "41.7" in card("Parameters") and "99.8 %" in card("Parameters")


def test_design_step_by_step(app, page, session, card, eventually):
    completions = page.locator(".vp-completions")
    page.get_by_role("button", name="Best accuracy").click()
    eventually(lambda: session.row is not None)
    page.get_by_role("button", name="Leave input and output only").click()
    eventually(lambda: session.draft == EMPTY, "an empty designer")
    for _ in range(2):
        page.get_by_role("toolbar").get_by_role("button", name="conv 3×3").click()
    eventually(lambda: len(session.draft.operations) == 4)
    completions.get_by_text("10 cells").wait_for()
    best = completions.get_by_role("button", name="93.81 %").first
    assert "21.2 M parameters" in best.inner_text()
    best.click()
    eventually(lambda: session.row is not None, "the completion in the designer")
    page.get_by_role("status").get_by_text("Valid cell, measured").wait_for()
    assert "93.81" in card("Test accuracy") and "21.2" in card("Parameters")
    contributions = session.contributions.set_index(["source", "target"])["contribution"]
    assert len(contributions) == 5 and contributions.notna().sum() > 0

    # Swap one 3x3 convolution for a 1x1 convolution and ask again.
    page.get_by_role("button", name="Pin this cell").click()
    eventually(lambda: session.pinned is not None)
    page.get_by_role("button", name="Leave input and output only").click()
    eventually(lambda: session.draft == EMPTY)
    page.get_by_role("toolbar").get_by_role("button", name="conv 3×3").click()
    page.get_by_role("toolbar").get_by_role("button", name="conv 1×1").click()
    eventually(lambda: len(session.draft.operations) == 4)
    expected = vp.complete(session.table, session.draft, top=1)
    accuracy = f"{expected.loc[0, 'test_accuracy']:.2%}".replace("%", " %")
    completions.get_by_role("button", name=accuracy).first.click()
    eventually(lambda: session.row == expected.loc[0, "row"], "the second completion in the designer")
    page.get_by_role("status").get_by_text("Valid cell, measured").wait_for()
    parameters = session.table.column("trainable_parameters")[session.row]
    assert 11e6 < parameters < 13e6
    # What it cost in accuracy stands on the card, against the pinned cell.
    cost = 100 * (session.table.column("test_accuracy")[session.row] - session.table.column("test_accuracy")[
        session.table.find(session.pinned)])
    assert -1 < cost < 0
    assert f"−{abs(cost):.2f}" in card("Test accuracy")
