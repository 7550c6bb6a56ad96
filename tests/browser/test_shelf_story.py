"""The shelf in a browser: save, see, search, load, compare, change, two writers, delete; and text that stays text."""

from __future__ import annotations

import threading

import pytest

from vanas_panel.core.draft import Draft
from vanas_panel.page.dashboard import Dashboard
from vanas_panel.readers import open_table
from vanas_panel.shelf import Shelf
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools

pytestmark = pytest.mark.browser

EVIL = '<img src="nowhere" onerror="document.title = \'taken over\'"><b>bold</b>'


@pytest.fixture(scope="module")
def table():
    return open_table("structure4")


@pytest.fixture
def shelf(tmp_path):
    with Shelf(tmp_path / "shelf.sqlite") as shelf:
        yield shelf


@pytest.fixture
def opened(serve_app, shelf, table):
    """Opens the page in a browser's page as somebody, with the drawer open."""

    def start(page, user: str = "ann", row: int | None = 40):
        app = serve_app(lambda: Dashboard(Session(table), tools=Tools(user=user, shelf=shelf)))
        page.goto(app.url)
        page.get_by_role("button", name="Shelf").click()
        page.get_by_role("heading", name="Team shelf").wait_for()
        if row is not None:
            app.call(lambda built: built.session.load_row(row))
        return app

    return start


def entry_of(page, name: str):
    return page.locator("article[data-entry]").filter(has=page.get_by_text(name, exact=True))


def write(page, **words: str) -> None:
    for label, words_ in words.items():
        page.get_by_label(label.capitalize(), exact=True).fill(words_)


def test_save_see_search_load_and_undo(opened, page, eventually, shelf, table):
    app = opened(page)
    page.get_by_text("The shelf is empty").wait_for()
    page.get_by_role("button", name="Save this cell").click()
    name = page.get_by_label("Name", exact=True)
    eventually(lambda: name.evaluate("node => node.getRootNode().activeElement === node"), "the keyboard in the form")
    # By keyboard alone from here.
    page.keyboard.type("First try")
    page.keyboard.press("Tab")
    page.keyboard.type("wide, best")
    page.keyboard.press("Tab")
    page.keyboard.type("A line\nand another.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("“First try” is saved.").wait_for()
    (entry,) = shelf.entries()
    assert (entry.user, entry.tags, entry.note) == ("ann", ("wide", "best"), "A line\nand another.")
    shown = entry_of(page, "First try")
    shown.wait_for()
    assert "ann" in shown.inner_text() and "just now" in shown.inner_text() and "UTC" in shown.inner_text()
    assert shown.locator("svg").count() == 1
    shelf.save("bob", table.name, table.cell(7), "100 %", tags=["odd_one"])
    shelf.save("bob", table.name, table.cell(8), "100 x", tags=["oddXone"])
    page.get_by_role("button", name="Look again").click()
    entry_of(page, "100 %").wait_for()
    search = page.get_by_placeholder("Search names, notes, tags and people")
    for text, names in (("100 %", {"100 %"}), ("ODD_", {"100 %"}), ("bob", {"100 %", "100 x"}), ("", {
            "100 %", "100 x", "First try"})):
        search.fill(text)
        eventually(lambda names=names: set(page.locator("article .load .name").all_inner_texts()) == names, text)
    page.get_by_label("Tag", exact=True).select_option("wide")
    eventually(lambda: page.locator("article .load .name").all_inner_texts() == ["First try"], "the tag narrows")
    page.get_by_label("Tag", exact=True).select_option("")
    entry_of(page, "100 %").locator("button.load").click()
    session = app.built[-1].session
    eventually(lambda: session.row == 7, "the entry in the designer")
    eventually(lambda: entry_of(page, "100 %").locator("button.load").get_attribute("aria-pressed") == "true", "shown")
    app.call(lambda built: built.session.undo())
    assert session.row == 40


def test_compare_side_by_side(opened, page, eventually, shelf, table):
    app = opened(page)
    shelf.save("bob", table.name, table.cell(7), "Seven")
    page.get_by_role("button", name="Look again").click()
    entry_of(page, "Seven").get_by_role("button", name="Compare").click()
    pair = page.get_by_role("region", name="Comparison")
    pair.wait_for()
    assert app.built[-1].session.pinned == table.cell(7)
    assert pair.locator("svg").count() == 2 and "Seven" in pair.inner_text()
    assert pair.locator("[data-difference]").first.inner_text().startswith(("+", "−"))
    pair.get_by_role("button", name="Load the pinned one").click()
    eventually(lambda: pair.locator("[data-difference]").first.inner_text().startswith("±"), "no difference any more")
    pair.get_by_role("button", name="Stop comparing").click()
    pair.wait_for(state="hidden")


def test_entry_of_another_search_space_is_shown_but_cannot_be_loaded(opened, page, shelf):
    app = opened(page)
    before = app.built[-1].session.draft
    shelf.save("bob", "elsewhere", Draft(["input", "attention", "output"], [(0, 1), (1, 2)]), "Strange")
    page.get_by_role("button", name="Look again").click()
    strange = entry_of(page, "Strange")
    assert "other search space" in strange.inner_text() and "elsewhere" in strange.inner_text()
    strange.locator("button.load").click()
    page.get_by_role("alert").filter(has_text="This search space has no operation attention").wait_for()
    assert app.built[-1].session.draft == before


def test_second_of_two_pages_that_change_one_entry_sees_the_conflict(opened, new_page, eventually, shelf, table):
    shelf.save("ann", table.name, table.cell(7), "Seven", note="in the beginning")
    one, other = new_page(), new_page()
    opened(one, "ann")
    opened(other, "bob")
    for page in (one, other):
        entry_of(page, "Seven").get_by_role("button", name="Edit").click()
        page.get_by_role("heading", name="Change “Seven”").wait_for()
    write(one, note="what ann thinks")
    one.get_by_role("button", name="Save", exact=True).click()
    one.get_by_text("“Seven” is changed.").wait_for()
    write(other, note="what bob thinks", tags="bobs")
    other.get_by_role("button", name="Save", exact=True).click()
    notice = other.get_by_role("alert").filter(has_text="ann wrote on")
    notice.wait_for()
    assert "(note)" in notice.inner_text() and "what ann thinks" in notice.inner_text()
    assert other.get_by_label("Note", exact=True).input_value() == "what bob thinks", "one's own text stays"
    assert shelf.entries()[0].note == "what ann thinks", "nothing was overwritten"
    other.get_by_role("button", name="Save mine over theirs").click()
    other.get_by_text("“Seven” is changed.").wait_for()
    (entry,) = shelf.entries()
    assert (entry.note, entry.tags, entry.changed_by) == ("what bob thinks", ("bobs",), "bob")
    entry_of(other, "Seven").get_by_role("button", name="3 versions").click()
    versions = other.locator("ol.versions")
    versions.wait_for()
    assert all(note in versions.inner_text() for note in ("in the beginning", "what ann thinks", "what bob thinks"))
    # The first page sees it when it looks again, which opening the drawer does, too.
    one.get_by_role("button", name="Close", exact=True).click()
    one.get_by_role("button", name="Shelf").click()
    eventually(lambda: "what bob thinks" in entry_of(one, "Seven").inner_text(), "the other's words")
    assert entry_of(other, "Seven").get_by_role("button", name="Delete").count() == 0, "it is not bob's"
    entry_of(one, "Seven").get_by_role("button", name="Delete").click()
    one.get_by_text("Delete it for good?").wait_for()
    entry_of(one, "Seven").get_by_role("button", name="Keep").click()
    one.get_by_text("Delete it for good?").wait_for(state="hidden")
    assert shelf.count() == 1
    entry_of(one, "Seven").get_by_role("button", name="Delete").click()
    entry_of(one, "Seven").locator("button.danger").click()
    one.get_by_text("“Seven” is deleted.").wait_for()
    one.get_by_text("The shelf is empty").wait_for()
    assert shelf.count() == 0


def test_escape_leaves_the_form_first_and_then_the_drawer(opened, page, eventually):
    app = opened(page)
    page.get_by_role("button", name="Save this cell").click()
    name = page.get_by_label("Name", exact=True)
    name.fill("not yet")
    name.press("Escape")
    name.wait_for(state="hidden")
    assert app.built[-1].session.drawer == "shelf"
    button = page.get_by_role("button", name="Save this cell")
    eventually(lambda: button.evaluate("node => node.getRootNode().activeElement === node"), "the keyboard is back")
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="Team shelf").wait_for(state="hidden")


def test_markup_that_people_write_is_shown_as_text(opened, page, eventually, shelf):
    opened(page, EVIL)
    page.get_by_role("button", name="Save this cell").click()
    write(page, name=EVIL[:110], tags="<i>tag</i>", note=EVIL)
    page.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: page.locator("article[data-entry]").count() == 1, "the entry")
    for action in ("Compare", "Edit"):
        page.locator("article[data-entry]").get_by_role("button", name=action).click()
    page.get_by_role("heading", name="Change").wait_for()
    write(page, note=f"{EVIL}\n{EVIL}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="2 versions").click()
    page.locator("ol.versions").wait_for()
    page.locator("button.tag").click()
    page.wait_for_timeout(200)
    assert EVIL in page.locator("article .words").first.inner_text()
    drawer = page.locator(".vp-drawer")
    assert drawer.locator("img").count() == 0 and drawer.locator("article b:text('bold')").count() == 0
    assert page.title() != "taken over"
    assert [entry.note for entry in shelf.entries()] == [f"{EVIL}\n{EVIL}"]


def test_slow_shelf_blocks_nothing_and_unreachable_shelf_is_reported(opened, page, eventually, shelf, monkeypatch):
    app = opened(page)
    page.get_by_text("The shelf is empty").wait_for()
    release, asked = threading.Event(), threading.Event()
    quick = shelf.entries

    def slow(*arguments, **conditions):
        asked.set()
        assert release.wait(10)
        return quick(*arguments, **conditions)

    monkeypatch.setattr(shelf, "entries", slow)
    page.get_by_role("button", name="Look again").click()
    assert asked.wait(10)
    # While the shelf thinks, the page answers: the buttons of the header and of the designer work.
    page.get_by_role("button", name="Switch to the dark appearance").click()
    page.get_by_role("button", name="Switch to the light appearance").wait_for()
    app.call(lambda built: built.session.load_row(3))
    eventually(lambda: "aria-label" in page.locator(".vp-drawer .drawn svg").first.evaluate("node => node.outerHTML"),
               "the drawing")
    release.set()
    monkeypatch.setattr(shelf, "entries", lambda **_: quick(text="\x00"))
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("alert").filter(has_text="NUL in the search").wait_for()
    monkeypatch.undo()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("The shelf is empty").wait_for()


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_cut_or_beside_the_drawer(opened, new_page, eventually, shelf, table, size, dark):
    page = new_page(viewport={"width": size[0], "height": size[1]})
    long = "a-name-without-a-blank-" * 5
    shelf.save("somebody with a long name", "another table with a long name", table.cell(60), long,
               note="word " * 300, tags=["tag" * 13, "b", "c" * 40])
    for number in range(8):
        shelf.save("ann", table.name, table.cell(number * 9), f"Cell {number}", note="Short.", tags=["x"])
    app = opened(page, row=60)
    app.call(lambda built: setattr(built.session, "dark", dark))
    entry_of(page, "Cell 2").get_by_role("button", name="Compare").click()
    page.get_by_role("region", name="Comparison").wait_for()
    page.get_by_role("button", name="Save this cell").click()
    page.get_by_label("Name", exact=True).wait_for()
    drawer = page.locator(".vp-drawer").bounding_box()
    for selector in ("article", "article button", "form input", "form textarea", "form button", ".pair", ".row select"):
        for part in page.locator(f".vp-drawer {selector}").all():
            box = part.bounding_box()
            assert box["x"] >= drawer["x"] - 1, selector
            assert box["x"] + box["width"] <= drawer["x"] + drawer["width"] + 1, selector
    overflowing = page.locator(".vp-drawer article, .vp-drawer form, .vp-drawer .pair").evaluate_all(
        "nodes => nodes.filter((node) => node.scrollWidth > node.clientWidth + 1).length")
    assert overflowing == 0


def test_half_typed_words_and_pastes_outlast_the_page_and_come_back_to_their_writer_alone(
        page, serve_app, shelf, table):
    user = "ann"
    app = serve_app(lambda: Dashboard(Session(table), tools=Tools(user=user, shelf=shelf)))
    name, paste = page.get_by_label("Name", exact=True), page.get_by_label("Paste a cell here")

    def open_form():
        page.goto(app.url)
        page.get_by_role("button", name="Shelf").click()
        page.get_by_role("button", name="Save this cell").wait_for()
        app.call(lambda built: built.session.load_row(40))
        page.get_by_role("button", name="Save this cell").click()
        name.wait_for()

    def open_paste():
        page.get_by_role("button", name="Code").click()
        paste.wait_for()

    open_form()
    write(page, name="Half", note="typed")
    open_paste()
    paste.fill("{half a cell")
    open_form()
    assert (name.input_value(), page.get_by_label("Note", exact=True).input_value()) == ("Half", "typed")
    open_paste()
    assert paste.input_value() == "{half a cell"
    user = "bob"
    open_form()
    assert name.input_value() == ""
    open_paste()
    assert paste.input_value() == ""
    user = "ann"
    open_form()
    assert name.input_value() == "Half"
    page.get_by_role("button", name="Cancel").click()
    name.wait_for(state="hidden")
    open_form()
    assert name.input_value() == ""
