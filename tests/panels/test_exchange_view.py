"""The drawer with the code, without a browser: its text, and what becomes of what is pasted."""

import pytest
from demo_tables import Page, demo_table
from page_parts import click, html, page, part, send

import vanas_panel as vp
from vanas_panel.core.cost import NASBENCH101_SKELETON, Skeleton
from vanas_panel.errors import ExchangeError
from vanas_panel.exchange import to_json, to_nasbench, to_pytorch
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.panels.code import FORMS, Exchange, check_fit, code_html, skeletons_for
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.training.settings import Settings
from vanas_panel.widgets.paste_box import PasteBox

C3, C1, MP = vp.NASBENCH101.operations
CELL = vp.Draft(["input", C3, MP, "output"], [(0, 1), (0, 2), (1, 3), (2, 3)])
MNIST = Settings().skeleton
KNOWN = {"one": NASBENCH101_SKELETON, "other": MNIST}


@pytest.fixture
def view():
    return Exchange(Session(demo_table(), draft=CELL))


def paste(view, text) -> PasteBox:
    """Paste a text into the field; the field with the answer."""
    send(view, text, kind=PasteBox)
    return part(view, PasteBox)


@pytest.mark.parametrize("form", FORMS)
def test_text_is_shown_exactly_with_buttons_to_copy_and_save(form):
    page = Page(code_html(CELL, vp.NASBENCH101, form, KNOWN, 1))
    written = {"pytorch": to_pytorch(CELL, MNIST), "nasbench": to_nasbench(CELL),
               "json": to_json(CELL, vp.NASBENCH101)}[form]
    assert written in page.words
    (code,) = page.all("pre")
    assert code["data-text"] == "code" and code["tabindex"] == "0" and FORMS[form].label in code["aria-label"]
    assert page.all("button", data_copy="code") and page.all("button", data_of="code", data_download=FORMS[form].file)
    assert [tab["aria-pressed"] for tab in page.all("button") if "aria-pressed" in tab] == [
        str(name == form).lower() for name in FORMS]
    assert len(page.all("select")) == (form == "pytorch")


def test_names_from_a_table_are_shown_as_text():
    space = vp.CellSpace(["<img src=x>"], 5, 9)
    draft = vp.Draft(["input", "<img src=x>", "output"], [(0, 1), (1, 2)])
    for form in FORMS:
        page = Page(code_html(draft, space, form, {'"><b>': MNIST}, 0))
        assert "<img src=x>" in page.text
        assert not page.all("img") and not page.all("b")


@pytest.mark.parametrize(("draft", "said"), [
    (EMPTY, "There is no path from input to output."),
    (vp.Draft(["input", "conv5x5", "output"], [(0, 1), (1, 2)]), "Found operation conv5x5; expected only conv3x3"),
])
def test_draft_without_pytorch_form_says_why(draft, said):
    page = Page(code_html(draft, vp.NASBENCH101, "pytorch", KNOWN))
    assert "PyTorch has to wait." in page.text and said in page.text
    assert not page.all("pre") and not page.all("button", data_copy="code")
    assert not any("data-download" in button for button in page.all("button"))


def test_the_network_of_the_table_comes_first(view):
    assert list(skeletons_for(demo_table()).values()) == [NASBENCH101_SKELETON, MNIST]
    own = Skeleton(10, 2, 1, 12, 1, 10)
    for skeleton, first in ((MNIST, "mnist-cells (MNIST, 12 × 12)"), (own, "that of this table")):
        settings = Settings(skeleton=skeleton)
        table = demo_table()
        columns = {name: table.column(name) for name in table.metrics}
        trained = BenchmarkTable(table.space, table.packed, table.metrics, columns, name="x",
                                 training={"settings": settings.to_dict()})
        found = skeletons_for(trained)
        assert next(iter(found)) == first and found[first] == skeleton
        assert NASBENCH101_SKELETON in found.values() and len(found) == len(set(found.values()))


def test_tabs_and_networks_are_chosen_and_nonsense_from_a_browser_is_ignored(view):
    assert view.form == "pytorch"
    click(view, "form:json")
    assert to_json(CELL, vp.NASBENCH101) in page(view).words
    click(view, "form:pytorch")
    click(view, "skeleton:1")
    assert to_pytorch(CELL, MNIST) in page(view).words
    before = html(view)
    send(view, "skeleton:2", "skeleton:x", "form:", "form:<b>", "", "load")
    assert html(view) == before


def test_text_follows_the_drawing(view):
    view.session.remove_edge(1, 3)
    assert "PyTorch has to wait." in page(view).text
    view.session.undo()
    assert to_pytorch(CELL) in page(view).words


@pytest.mark.parametrize("write", [to_json, to_nasbench, to_pytorch])
def test_pasted_cell_is_drawn_in_one_step(write):
    session = Session(demo_table())
    view = Exchange(session)
    field = paste(view, write(CELL))
    assert session.draft == CELL
    assert not field.refused and "Undo takes it back" in field.said and field.accepted == 1
    session.undo()
    assert session.draft == EMPTY and not session.can_undo
    session.redo()
    assert session.draft == CELL


def test_pasting_the_same_cell_again_is_no_step(view):
    field = paste(view, to_json(CELL))
    assert not view.session.can_undo and "drawn already" in field.said


def test_a_draft_is_taken_and_said_to_be_one(view):
    field = paste(view, '{"operations": ["input", "maxpool3x3", "output"], "edges": [[0, 1]]}')
    assert view.session.draft.edges == ((0, 1),)
    assert "as a draft" in field.said


def test_changes_made_while_reading_are_reported_with_the_tables_names(view):
    field = paste(view, "m = np.array([[0,1,1,0], [0,0,0,1], [0]*4, [0]*4])\n"
                        "ModelSpec(matrix=m, ops=['input', 'conv3x3', 'maxpool3x3', 'output'])")
    assert view.session.draft == vp.Draft(["input", vp.NASBENCH101.operations[0], "output"], [(0, 1), (1, 2)])
    assert "'conv3x3' is conv3x3-bn-relu in this search space." in field.said
    assert "1 vertex and 1 edge on no path from input to output were removed." in field.said
    assert not field.refused and field.accepted == 1


def test_cell_too_large_for_the_table_is_drawn_and_the_designer_says_so(view):
    big = vp.Draft(["input", *[C3] * 6, "output"], [(vertex, vertex + 1) for vertex in range(7)])
    paste(view, to_json(big))
    assert view.session.draft == big
    assert [problem.kind for problem in view.session.problems] == ["too many vertices"]


@pytest.mark.parametrize(("pasted", "said"), [
    ("", "Found no text"),
    ("nonsense <b>", "neither JSON nor Python"),
    ('{"ops": ["input", "conv5x5", "output"], "edges": [[0, 1], [1, 2]]}', "Found operation conv5x5; expected only"),
    ('{"ops": ["input", "output"], "edges": [[1, 0]]}', "Found edge [1, 0]"),
    ('{"ops": ["input", "maxpool3x3", "output"], "edges": [[1, 1]]}', "Found edge [1, 1]"),
    ('{"ops": ["input", "maxpool3x3", "output"], "edges": [[2, 1]]}', "Found edge [2, 1]"),
    ("x" * 100_000, "30,001 characters"),
])
def test_refused_paste_changes_nothing(view, pasted, said):
    field = paste(view, pasted)
    assert said in field.said and field.refused and field.accepted == 0
    assert view.session.draft == CELL and not view.session.can_undo
    paste(view, None)
    paste(view, {"text": 1})
    assert said in field.said


def test_only_edges_that_can_be_drawn_fit():
    check_fit(CELL, vp.NASBENCH101)
    check_fit(vp.Draft(["input", C3, C3, "output"], [(1, 2), (2, 1)]), vp.NASBENCH101)
    with pytest.raises(ExchangeError, match="from a vertex to itself"):
        check_fit(vp.Draft(["input", C3, "output"], [(1, 1)]), vp.NASBENCH101)


def test_exchange_is_a_drawer_of_the_page():
    assert DRAWERS["exchange"].label == "Code"
    page = Dashboard(Session(demo_table(), drawer="exchange"))
    (found,) = page.__panel__().select(lambda part: "vp-drawer" in part.css_classes)
    assert found.visible
    page.session.drawer = ""
    assert not found.visible
