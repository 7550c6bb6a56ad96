"""The page: every view is on it, each follows the session, and nothing on it leads outside."""

import re

import numpy as np
import panel as pn
import pytest
from page_parts import click, send

import vanas_panel as vp
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.draw.css import DARK_CLASS
from vanas_panel.page.dashboard import COLUMNS, Dashboard, explore
from vanas_panel.page.header import Header, header_html
from vanas_panel.panels import VIEWS
from vanas_panel.panels.designer.voice import status
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable


@pytest.fixture(scope="module")
def structure():
    return vp.open_table("structure4")


@pytest.fixture(scope="module")
def other_table():
    packed = enumerate_cells(vp.CellSpace(vp.NASBENCH101.operations, max_vertices=3, max_edges=3))
    accuracy = np.linspace(0.5, 0.9, packed.size)
    return BenchmarkTable(vp.NASBENCH101, packed, {"test_accuracy": known_metric("test_accuracy")},
                          {"test_accuracy": accuracy}, name="other", title="<b>Other</b>", notes=["A note."])


def texts_of(viewable) -> list[str]:
    """Every text that the page sends to a browser."""
    root = viewable.get_root()
    return [str(value) for model in root.references() for value in model.properties_with_values().values()]


def header_of(page):
    (header,) = page.__panel__().select(lambda part: "vp-header" in part.css_classes)
    return header


def test_every_view_is_on_the_page_once(structure):
    page = Dashboard(Session(structure))
    assert [name for column in COLUMNS for name in column] == list(VIEWS)
    assert {name: type(view) for name, view in page.views.items()} == VIEWS
    shown = page.__panel__().select(lambda part: isinstance(part, pn.Column) and "vp-card" in part.css_classes)
    assert [part.css_classes[1] for part in shown] == [f"vp-{name}" for name in VIEWS]


def test_all_views_read_one_session(structure):
    page = Dashboard(Session(structure))
    assert all(view.session is page.session for view in page.views.values())


def test_dashboard_renders_like_any_panel_object(structure):
    page = explore(structure)
    assert pn.panel(page).get_root() is not None
    assert page._repr_mimebundle_() is not None


def test_page_requests_nothing_from_another_host(structure):
    page = explore(structure)
    page.session.load_row(40)
    # The name of SVG leads nowhere; the sheets are Panel's own, for which a server puts its own address.
    allowed = r"http://www\.w3\.org/2000/svg|https://cdn\.holoviz\.org/panel/[\d.]+/dist/.+\.css.*"
    found = {address for text in texts_of(page.__panel__()) for address in re.findall(r"https?://[^\s\"')<>]+", text)}
    assert found, "the search finds something at all"
    assert {address for address in found if not re.fullmatch(allowed, address)} == set()


def test_explore_starts_with_the_state_it_is_given(structure):
    page = explore(structure, metric="flops", log_x=True)
    assert (page.session.metric, page.session.log_x, page.session.table) == ("flops", True, structure)


def test_dark_is_a_class_of_the_page(structure):
    page = explore(structure, dark=True)
    assert DARK_CLASS in page.__panel__().css_classes
    page.session.dark = False
    assert DARK_CLASS not in page.__panel__().css_classes


def test_page_works_for_a_table_without_measurements(structure):
    assert not any(metric.unit == "fraction" for metric in structure.metrics.values())
    page = explore(structure)
    assert page.session.metric == "trainable_parameters"
    for row in (0, 40, 90):
        page.session.load_row(row)
        assert page.session.row == row
    page.session.select([1, 2, 3])
    page.session.clear()
    page.session.load_row(40)
    assert ("good", "✓ Valid cell, in this table") in status(page.session), "nothing says that it was measured"
    assert "structure only" in structure.title.lower()
    assert "structure only" in header_html(page.session, ()).lower()


def test_two_pages_share_the_table_and_nothing_else(structure):
    one, other = explore(structure), explore(structure)
    one.session.load_row(3)
    one.session.dark = True
    assert other.session.row is None and not other.session.dark
    assert one.session.table is other.session.table


def test_header_says_how_many_cells_are_selected_and_clears(structure):
    session = Session(structure)
    header = Header(session)
    assert "all cells" in header.__panel__().html and 'data-action="clear"' not in header.__panel__().html
    session.select([1, 5, 7])
    assert "3 of 91 cells" in header.__panel__().html
    click(header, "clear")
    assert session.rows is None and "all cells" in header.__panel__().html
    click(header, "dark")
    assert session.dark
    send(header, "table:0", "<b>")


def test_a_table_is_chosen_only_where_there_are_several(structure, other_table):
    assert "<select" not in header_html(Session(structure), [structure.title])
    page = Dashboard(Session(structure, dark=True), [structure, other_table])
    old_session, old_views = page.session, list(page.views.values())
    header = header_of(page)
    assert "<select" in header.html and "&lt;b&gt;Other&lt;/b&gt;" in header.html and "<b>Other" not in header.html
    click(header, "table:1")
    assert page.session.table is other_table and page.session.dark
    assert all(view.session is page.session for view in page.views.values())
    assert not set(old_views) & set(page.views.values()) and old_session is not page.session
    assert "1 note" in header_of(page).html and "<li>A note.</li>" in header_of(page).html
    send(header_of(page), "table:7")
    assert page.session.table is other_table


def test_public_names():
    for name in vp.__all__:
        assert getattr(vp, name) is not None
    assert {"open_table", "Draft", "Cell", "CellSpace", "NASBENCH101", "enumerate_cells", "edge_importance",
            "edge_contributions", "complete", "explore", "VanasError"} <= set(vp.__all__)
