"""What the card of edge importance and the designer's labels show, chosen by pointer and keyboard."""

from __future__ import annotations

import panel as pn
import pytest

from vanas_panel.core.matched import matched_pairs
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.panels.importance.panel import Importance
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser


class Shown(pn.viewable.Viewer):
    """The card and the designer, one above the other."""

    def __init__(self):
        super().__init__()
        self.session = Session(open_table("mnist-cells"), metric="trainable_parameters")
        self.session.load_row(self.session.table.best("test_accuracy"))
        self.views = Importance(self.session), Designer(self.session)

    def __panel__(self):
        return pn.Column(*(pn.Column(view, width=600, height=560, sizing_mode="fixed") for view in self.views))


def test_attribution_is_chosen_and_its_flag_selects_cells(page, serve_app, eventually):
    app = serve_app(Shown)
    page.goto(app.url)
    switch = page.locator(".importance-switch")
    switch.get_by_role("button", name="Matched").click()
    switch.get_by_role("button", name="Matched", pressed=True).wait_for()
    session = app.built[-1].session
    assert session.attribution == "matched"
    pairs = matched_pairs(session.table, *session.turned[0], session.metric)
    switch.get_by_role("combobox").select_option("0")
    eventually(lambda: session.rows is not None, "selected cells")
    assert session.rows.tolist() == sorted({*pairs["row"], *pairs["without"]})
    switch.get_by_role("button", name="Contributions").press("Enter")
    switch.get_by_label("by").wait_for()
    page.locator(".attribution-bars canvas").first.wait_for()
    page.locator(".importance-bars").wait_for(state="hidden")
    switch.get_by_role("button", name="Plain").click()
    page.locator(".importance-bars").wait_for()
    switch.get_by_role("button", name="Contributions").click()
    switch.get_by_label("by").wait_for()
    page.locator(".attribution-bars canvas").first.wait_for()
    page.locator(".importance-bars").wait_for(state="hidden")
    switch.get_by_label("by").select_option("depth")
    eventually(lambda: session.distribution is not None and "depth" in session.distribution, "contributions by depth")
    page.get_by_role("button", name="Shapley").click()
    page.get_by_role("button", name="Shapley", pressed=True).wait_for()
    page.get_by_text("Shapley values add up to").first.wait_for()
    assert session.edge_values == "shapley" and session.attribution == "contributions"
