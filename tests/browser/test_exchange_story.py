"""Code, told in a real browser: the drawn cell is taken away in every form and brought back, and the drawer behaves."""

import subprocess
import sys

import pytest
from demo_tables import demo_table

import vanas_panel as vp
from vanas_panel.core.cost import trainable_parameters
from vanas_panel.exchange import to_json, to_nasbench, to_pytorch
from vanas_panel.page.dashboard import explore
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.panels.code import FORMS
from vanas_panel.serve import warm
from vanas_panel.state.session import EMPTY

pytestmark = pytest.mark.browser

C3, C1, MP = vp.NASBENCH101.operations
CELL = vp.Cell(["input", C3, MP, "output"], [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)])
PLAIN = vp.Draft(CELL.operations, CELL.edges)
WRITTEN = {"pytorch": to_pytorch(CELL), "nasbench": to_nasbench(CELL), "json": to_json(CELL, vp.NASBENCH101)}
CODE = ".vp-drawer [data-text=code]"
FIELD = ".vp-drawer textarea"
FOCUSED = """() => {
  let node = document.activeElement
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
  return node?.dataset?.action ?? node?.tagName
}"""


@pytest.fixture(scope="module", autouse=True)
def warmed():
    """As the server does before its port opens; compiling takes longer than the patience of a page."""
    warm(demo_table())


@pytest.fixture
def open_code(serve_app, page, eventually):
    """Open a page with `CELL` drawn, and its drawer with the keyboard's own ways."""
    def show(on=page, draft=CELL):
        app = serve_app(lambda: explore(demo_table()))
        on.goto(app.url)
        on.locator(".vp-completions h2").wait_for()
        on.locator(".vp-designer canvas").first.wait_for(state="attached")
        app.call(lambda built: built.session.load_cell(draft))
        on.locator("[data-action='drawer:exchange']").click()
        on.locator(FIELD).wait_for()
        eventually(lambda: on.evaluate(FOCUSED) == "close", "the focus in the drawer")
        return app
    return show


def paste(page, words):
    page.locator(FIELD).fill(words)
    page.get_by_role("button", name="Load into the designer").click()


def test_copied_text_of_each_form_restores_the_cell(open_code, page, eventually):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    session = open_code().built[-1].session
    for form, written in WRITTEN.items():
        page.locator(f"[data-action='form:{form}']").click()
        eventually(lambda wanted=written: page.locator(CODE).text_content() == wanted, form)
        page.locator("[data-copy]").click()
        page.get_by_role("button", name="Copied").wait_for()
        page.get_by_role("button", name="Copy", exact=True).wait_for()
        copied = page.evaluate("() => navigator.clipboard.readText()")
        assert copied == written
        page.locator(".vp-designer [data-action=clear]").click()
        eventually(lambda: session.draft == EMPTY)
        eventually(lambda: page.locator(CODE).count() == 0 if form == "pytorch" else True)  # noqa: B023
        page.locator(FIELD).focus()
        page.keyboard.press("ControlOrMeta+v")
        eventually(lambda wanted=written: page.locator(FIELD).input_value() == wanted)
        page.keyboard.press("ControlOrMeta+Enter")
        eventually(lambda: session.draft == PLAIN, f"the cell that was brought back as {form}")
        eventually(lambda: page.locator(FIELD).input_value() == "")
        assert "Loaded. Undo takes it back." in page.locator(".vp-drawer [role=status]").inner_text()
        page.locator(".vp-designer [data-action=undo]").click()
        eventually(lambda: session.draft == EMPTY, "one step")
        page.locator(".vp-designer [data-action=redo]").click()
        eventually(lambda: session.draft == PLAIN)


def test_without_a_clipboard_copying_works_all_the_same(open_code, page, eventually):
    # As on a page from another machine without encryption.
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    open_code()
    page.locator("[data-action='form:json']").click()
    eventually(lambda: page.locator(CODE).text_content() == WRITTEN["json"])
    page.locator("[data-copy]").click()
    page.get_by_role("button", name="Copied").wait_for()
    page.locator(FIELD).focus()
    page.keyboard.press("ControlOrMeta+v")
    eventually(lambda: page.locator(FIELD).input_value() == WRITTEN["json"])


@pytest.mark.parametrize(("words", "said"), [
    ("<script>document.title = 'run'</script><img src=x onerror='document.title = 1'>", "neither JSON nor Python"),
    ("import os; os.abort()", "no cell in the text"),
    ('{"operations": ["input", "<b>bold</b>", "output"], "edges": [[0, 1], [1, 2]]}', "Found operation <b>bold</b>"),
    ('{"operations": ["input", "output"], "edges": [[1, 0]]}', "into the input"),
    ("x" * 40_000, "30,001 characters"),
])
def test_text_that_is_no_cell_of_this_table_is_refused_and_kept(open_code, page, eventually, words, said):
    app = open_code()
    session = app.built[-1].session
    title = page.title()
    paste(page, words)
    answer = page.locator(".vp-drawer [role=alert]")
    eventually(lambda: said in answer.inner_text(), said)
    assert answer.locator("*").count() == 0
    assert page.title() == title
    assert page.locator(FIELD).input_value() == words
    assert session.draft == PLAIN
    paste(page, WRITTEN["json"].replace(MP, C1))
    eventually(lambda: session.draft.operations == ("input", C3, C1, "output"), "the next one is taken")
    eventually(lambda: answer.count() == 0)


def test_a_draft_can_leave_as_json_and_matrix_and_pytorch_says_why_not(open_code, page, eventually):
    draft = vp.Draft(["input", C3, "output"], [(0, 1)])
    session = open_code(draft=draft).built[-1].session
    note = page.locator(".vp-drawer .note")
    assert "PyTorch has to wait. This is not a valid cell: There is no path" in note.inner_text()
    assert page.locator("[data-copy], [data-download]").count() == 0
    for form, written in (("nasbench", to_nasbench(draft)), ("json", to_json(draft, vp.NASBENCH101))):
        page.locator(f"[data-action='form:{form}']").click()
        eventually(lambda wanted=written: page.locator(CODE).text_content() == wanted)
        page.locator(".vp-designer [data-action=clear]").click()
        eventually(lambda: session.draft == EMPTY)
        paste(page, written)
        eventually(lambda: session.draft == draft)
        eventually(lambda: page.locator(FIELD).input_value() == "", "accepted")
        assert "Loaded as a draft" in page.locator(".vp-drawer [role=status]").inner_text()
    paste(page, written)
    eventually(lambda: "drawn already" in page.locator(".vp-drawer [role=status]").inner_text())


def test_every_form_is_saved_as_a_file_and_pytorch_runs(open_code, page, eventually, tmp_path):
    open_code()
    for form, written in WRITTEN.items():
        page.locator(f"[data-action='form:{form}']").click()
        eventually(lambda wanted=written: page.locator(CODE).text_content() == wanted)
        with page.expect_download() as waiting:
            page.locator("[data-download]").click()
        assert waiting.value.suggested_filename == FORMS[form].file
        waiting.value.save_as(tmp_path / FORMS[form].file)
        assert (tmp_path / FORMS[form].file).read_bytes() == written.encode()
    pytest.importorskip("torch")
    run = subprocess.run([sys.executable, "-I", "-W", "error", "cell.py"], cwd=tmp_path, capture_output=True, text=True,
                         timeout=300)
    (wanted,) = trainable_parameters([CELL.packed(vp.NASBENCH101)], vp.NASBENCH101)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(f"{wanted:,} trainable parameters\n")


def test_another_network_around_the_cell(open_code, page, eventually):
    open_code()
    choice = page.locator("[data-action=skeleton]")
    assert "STEM_CHANNELS = 128\n" in page.locator(CODE).text_content()
    choice.select_option(label="mnist-cells (MNIST, 12 × 12)")
    eventually(lambda: "STEM_CHANNELS = 8\n" in page.locator(CODE).text_content())
    assert choice.evaluate("node => node.selectedOptions[0].text").startswith("mnist-cells")


def test_the_text_follows_the_drawing_and_keeps_its_place(open_code, page, eventually):
    app = open_code()
    code = page.locator(CODE)
    code.evaluate("node => { node.scrollTop = 120; node.scrollLeft = 30 }")
    app.call(lambda built: built.session.remove_edge(0, 3))
    eventually(lambda: "(0, 1), (0, 2),\n" in code.text_content())
    assert code.evaluate("node => [node.scrollTop, node.scrollLeft]") == [120, 30]


def test_focus_goes_into_the_drawer_and_back_and_the_text_stays(open_code, page, eventually):
    app = open_code()
    session = app.built[-1].session
    page.locator(FIELD).fill("half a cell")
    page.keyboard.press("Escape")
    eventually(lambda: session.drawer == "")
    eventually(lambda: page.evaluate(FOCUSED) == "drawer:exchange", "the focus back on the button")
    page.locator(FIELD).wait_for(state="detached")
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate(FOCUSED) == "close")
    assert page.locator(FIELD).input_value() == "half a cell"
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate(FOCUSED) == "drawer:exchange", "closed by its own button")
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate(FOCUSED) == "close")
    # Somebody who works elsewhere is left there.
    page.locator("[data-action=dark]").focus()
    app.call(lambda built: setattr(built.session, "drawer", ""))
    page.locator(FIELD).wait_for(state="detached")
    assert page.evaluate(FOCUSED) == "dark"


def test_opening_another_drawer_closes_the_first(open_code, page, eventually):
    others = [name for name in DRAWERS if name != "exchange"]
    app = open_code()
    for name in [*others, "exchange"]:
        page.locator(f"[data-action='drawer:{name}']").click()
        page.locator(".vp-drawer h2", has_text=DRAWERS[name].title).first.wait_for()
        eventually(lambda: page.evaluate(FOCUSED) == "close")
        assert app.built[-1].session.drawer == name
        assert page.locator("[data-opens][aria-expanded=true]").count() == 1


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (600, 700), (1440, 500)])
def test_the_drawer_hangs_from_the_header_to_the_end_of_the_window(open_code, new_page, width, height, eventually):
    page = new_page(viewport={"width": width, "height": height})
    app = open_code(page)
    drawer, header, designer = (page.locator(f".vp-{name}") for name in ("drawer", "bar", "designer"))
    def boxes():
        return [locator.bounding_box() for locator in (drawer, header, designer)]
    for _ in range(2):
        hangs, bar, _ = boxes()
        assert bar["y"] == 0
        assert hangs["y"] == pytest.approx(bar["height"], abs=0.5)
        assert hangs["y"] + hangs["height"] == pytest.approx(height, abs=0.5)
        assert hangs["x"] + hangs["width"] == pytest.approx(width, abs=0.5)
        assert hangs["width"] == (width if width < 720 else 430)
        # However far the page is scrolled.
        page.mouse.move(60, height - 60)
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(200)
    if width >= 1180:
        eventually(lambda: boxes()[2]["x"] + boxes()[2]["width"] <= boxes()[0]["x"] + 0.5, "seen side by side")
    page.locator(".vp-drawer").get_by_role("button", name="Load into the designer").scroll_into_view_if_needed()
    button = page.get_by_role("button", name="Load into the designer").bounding_box()
    assert button["y"] + button["height"] <= height
    sizes = page.locator(".vp-drawer .vp-card").evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert sizes[0] <= sizes[1], "nothing is cut at the side"
    app.call(lambda built: setattr(built.session, "drawer", ""))
    eventually(lambda: not drawer.is_visible())
