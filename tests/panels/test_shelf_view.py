"""The drawer of the shelf without a browser: what it says, asks and refuses."""

import asyncio
import queue
import threading
from datetime import UTC, datetime, timedelta

import panel as pn
import pytest
from demo_tables import Page
from page_parts import click, html, page, part, parts, send

import vanas_panel as vp
from vanas_panel.core.draft import Draft
from vanas_panel.draw.format import format_difference
from vanas_panel.errors import ShelfError
from vanas_panel.panels.shelf.desk import Desk
from vanas_panel.panels.shelf.form import WordsForm
from vanas_panel.panels.shelf.panel import TeamShelf
from vanas_panel.panels.shelf.text import ago, value_of, why_not_loaded
from vanas_panel.shelf import Shelf
from vanas_panel.state.session import Session
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.threads import PageThread, is_working, run_in_background
from vanas_panel.widgets.tools import Tools

EVIL = '<img src=x onerror="alert(1)">'
STRANGE = Draft(["input", "attention", "output"], [(0, 1), (1, 2)])


@pytest.fixture(scope="module")
def table():
    return vp.open_table("structure4")


@pytest.fixture
def shelf(tmp_path):
    with Shelf(tmp_path / "shelf.sqlite") as shelf:
        yield shelf


@pytest.fixture
def opened(shelf, table):
    def start(user: str = "ann", **state) -> TeamShelf:
        return TeamShelf(Session(table, drawer="shelf", **state), Tools(user=user, shelf=shelf))

    return start


def said(view: TeamShelf) -> str:
    """What the drawer answers."""
    return "".join(each.html for each in parts(view, Markup) if each.visible and "note said" in each.html)


def list_of(view: TeamShelf) -> str:
    """The list, which is the last part."""
    return parts(view, Markup)[-1].html


def listed(view: TeamShelf) -> list[int]:
    """Numbers of the entries in the list."""
    return [int(action.removeprefix("load:")) for action in Page(list_of(view)).actions() if action.startswith("load:")]


def pair_of(view: TeamShelf) -> str:
    """The comparison with the pinned cell; empty where there is none."""
    return "".join(each.html for each in parts(view, Markup) if each.visible and "unpin" in Page(each.html).actions())


def is_writing(view: TeamShelf) -> bool:
    return part(view, WordsForm).visible


def form_of(view: TeamShelf) -> WordsForm:
    assert is_writing(view)
    return part(view, WordsForm)


def write(view: TeamShelf, action: str, name: str, note: str = "", tags: str = "") -> None:
    """Press a button of the form with these texts in it."""
    assert action in [button[0] for button in form_of(view).answer["buttons"]]
    form_of(view).receive({"action": action, "name": name, "note": note, "tags": tags})


def test_saving_asks_for_words_and_shows_the_entry(opened, shelf, table):
    view = opened()
    assert "empty" in list_of(view) and "disabled" in page(view).all("button", data_action="new")[0]
    send(view, "new")
    assert not is_writing(view), "there is nothing to save yet"
    view.session.load_row(40)
    click(view, "new")
    write(view, "save", "Mine", "n", "a, b,")
    (entry,) = shelf.entries()
    assert (entry.name, entry.user, entry.tags, entry.draft, entry.table_name) == (
        "Mine", "ann", ("a", "b"), Draft(view.session.draft.operations, view.session.draft.edges), table.name)
    assert not is_writing(view) and "“Mine” is saved." in said(view)
    assert "Mine" in list_of(view) and f'data-action="delete:{entry.id}"' in list_of(view)


def test_mistake_keeps_the_typed_form(opened, shelf):
    view = opened()
    view.session.load_row(40)
    click(view, "new")
    form = form_of(view)
    write(view, "save", " ", "long thought")
    assert form_of(view) is form and "Found no name" in form.answer["notice"] and not form.answer["busy"]
    assert shelf.count() == 0
    write(view, "cancel", "")
    assert not is_writing(view)


@pytest.mark.parametrize("data", [None, "save", [], {"action": "save"}, {"action": "save", "name": 1, "note": "",
                                                                         "tags": ""},
                                  {"action": "<b>", "name": "x", "note": "", "tags": ""}])
def test_nonsense_from_a_browser_does_nothing(opened, shelf, data):
    view = opened()
    view.session.load_row(40)
    click(view, "new")
    form_of(view).receive(data)
    send(view, "", "load", "load:99", "load:x", "really:1", "delete:999999999999999999999", "<b>", "edit:-1",
         "tag:\x00")
    assert shelf.count() == 0


def test_loading_is_one_step_and_refused_where_the_space_has_no_room(opened, shelf, table):
    entry = shelf.save("bob", table.name, Draft(table.cell(7).operations, table.cell(7).edges), "seven")
    strange = shelf.save("bob", "elsewhere", STRANGE, "strange")
    view = opened()
    view.session.load_row(3)
    before = view.session.draft
    click(view, f"load:{entry.id}")
    assert view.session.row == 7
    view.session.undo()
    assert view.session.draft == before
    click(view, f"load:{strange.id}")
    assert view.session.draft == before and "no operation attention" in said(view) and "elsewhere" in said(view)
    assert "other search space" in list_of(view)
    click(view, f"compare:{strange.id}")
    assert view.session.pinned is None and "cannot be compared" in said(view)


def test_comparison_shows_both_values_and_their_difference(opened, shelf, table):
    view = opened(metric="trainable_parameters")
    one, other = 3, 60
    entry = shelf.save("bob", table.name, table.cell(other), "other")
    click(view, "refresh")
    view.session.load_row(one)
    click(view, f"compare:{entry.id}")
    assert view.session.pinned == table.cell(other)
    values = table.column("trainable_parameters")
    words = format_difference(table.metric("trainable_parameters"), values[one] - values[other])
    assert words in pair_of(view) and "other" in pair_of(view)
    click(view, "load-pinned")
    assert view.session.row == other and "±0" in pair_of(view)
    click(view, "unpin")
    assert view.session.pinned is None and pair_of(view) == ""


def test_author_alone_can_delete_an_entry_after_confirming(opened, shelf, table):
    own, others = (shelf.save(user, table.name, table.cell(5), user) for user in ("ann", "bob"))
    view = opened("ann")
    assert f"delete:{own.id}" in list_of(view) and f"delete:{others.id}" not in list_of(view)
    send(view, f"really:{own.id}")
    assert shelf.count() == 2, "it was not asked"
    click(view, f"delete:{own.id}")
    assert "for good" in list_of(view)
    click(view, f"delete:{own.id}")
    assert "for good" not in list_of(view)
    click(view, f"delete:{own.id}")
    click(view, f"really:{own.id}")
    for action in ("delete", "really"):
        send(view, f"{action}:{others.id}")
    assert [entry.name for entry in shelf.entries()] == ["bob"] and "expected yourself" in said(view)


def test_second_writer_sees_the_other_version_and_keeps_their_own_text(opened, shelf, table):
    entry = shelf.save("ann", table.name, table.cell(5), "A", note="one")
    view = opened("ann")
    click(view, f"edit:{entry.id}")
    theirs = shelf.update(entry.id, "bob", 1, note=EVIL)
    form = form_of(view)
    write(view, "save", "A", "mine")
    assert form_of(view) is form and "bob" in form.answer["notice"] and "(note)" in form.answer["notice"]
    assert "&lt;img" in form.answer["notice"] and "<img" not in form.answer["notice"]
    assert shelf.entry(entry.id) == theirs
    assert [button[0] for button in form.answer["buttons"]] == ["save", "take", "cancel"]
    write(view, "save", "A", "mine")
    assert shelf.entry(entry.id).note == "mine" and not is_writing(view)
    click(view, f"versions:{entry.id}")
    assert list_of(view).count('class="versions"') == 1 and "&lt;img" in list_of(view)


def test_second_writer_can_take_the_other_version_or_save_a_deleted_entry_again(opened, shelf, table):
    entry = shelf.save("ann", table.name, table.cell(5), "A", note="one")
    view = opened("ann")
    click(view, f"edit:{entry.id}")
    shelf.update(entry.id, "bob", 1, note="two")
    write(view, "save", "A", "mine")
    write(view, "take", "A", "mine")
    assert {key: form_of(view).start[key] for key in ("name", "note", "tags")} == {"name": "A", "note": "two",
                                                                                  "tags": ""}
    shelf.delete(entry.id, "ann")
    write(view, "save", "A", "mine", "x")
    assert "deleted" in form_of(view).answer["notice"]
    write(view, "save", "A", "mine", "x")
    (again,) = shelf.entries()
    assert (again.note, again.tags, again.draft, again.id > entry.id) == ("mine", ("x",), entry.draft, True)


def test_filters_by_text_tag_owner_and_table_narrow_the_list(opened, shelf, table):
    for user, name, where in (("ann", "A", table.name), ("bob", "B", table.name), ("ann", "C", "elsewhere")):
        shelf.save(user, where, table.cell(5), name, tags=[name.lower(), "all"])
    view = opened("ann")

    def shown() -> str:
        return "".join(shelf.entry(number).name for number in listed(view))

    search = part(view, pn.widgets.TextInput)

    assert shown() == "CBA" and "3 entries" in list_of(view)
    search.value_input = " b"
    assert shown() == "B"
    search.value_input = "%"
    assert shown() == "" and "Nothing on the shelf is like that" in list_of(view)
    click(view, "all")
    assert shown() == "CBA" and search.value_input == ""
    click(view, "tag:a")
    assert shown() == "A" and '<option value="a" selected>' in html(view)
    click(view, "tag:")
    click(view, "mine")
    assert shown() == "CA"
    click(view, "here")
    assert shown() == "A"


def test_long_lists_come_in_parts(opened, shelf, table):
    for number in range(35):
        shelf.save("ann", table.name, table.cell(5), f"{number}")
    view = opened()
    assert len(listed(view)) == 30 and "30 of 35 entries" in list_of(view)
    click(view, "more")
    assert len(listed(view)) == 35 and "more" not in list_of(view).split("</ul>")[-1]


def test_everything_people_wrote_is_text(opened, shelf, table):
    shelf.save(EVIL, EVIL, table.cell(5), EVIL, note=EVIL, tags=[EVIL])
    shelf.save(EVIL, EVIL, Draft(["input", EVIL, "output"]), EVIL)
    view = opened(EVIL)
    click(view, f"compare:{listed(view)[1]}")
    click(view, f"load:{listed(view)[0]}")
    for each in parts(view, Markup):
        assert "<img" not in each.html
    assert list_of(view).count("&lt;img") >= 6 and "&lt;img" in pair_of(view) and "&lt;img" in said(view)


def test_opening_the_drawer_reloads_the_list(opened, shelf, table):
    view = opened()
    view.session.drawer = ""
    shelf.save("bob", table.name, table.cell(5), "late")
    assert "late" not in list_of(view)
    view.session.drawer = "shelf"
    assert "late" in list_of(view)


def test_a_shelf_that_cannot_be_reached_is_said_and_tried_again(tmp_path, table):
    (tmp_path / "folder").touch()
    with Shelf(tmp_path / "folder" / "shelf.sqlite") as shelf:
        view = TeamShelf(Session(table, drawer="shelf"), Tools(shelf=shelf))
        assert "no way to use" in list_of(view) and 'data-action="refresh"' in list_of(view)
        (tmp_path / "folder").unlink()
        click(view, "refresh")
        assert "The shelf is empty" in list_of(view)


def test_without_a_shelf_it_says_so(table):
    assert "no shelf" in TeamShelf(Session(table), Tools()).__panel__().html


def test_work_leaves_the_loop_free_and_comes_back_to_its_thread():
    heard, threads = [], []

    async def main():
        page, release = PageThread(), threading.Event()
        run_in_background(page, lambda: (release.wait(10), threads.append(threading.get_ident())),
                          lambda _: heard.append("done"), lambda error: heard.append(error))
        for _ in range(3):
            await asyncio.sleep(0)
            heard.append("free")
        assert is_working()
        release.set()
        while "done" not in heard:
            await asyncio.sleep(0.01)
        while is_working():
            await asyncio.sleep(0.01)
        run_in_background(page, lambda: (_ for _ in ()).throw(ShelfError("no")), lambda _: None,
                          lambda error: heard.append(str(error)))
        while "no" not in heard:
            await asyncio.sleep(0.01)

    assert pn.state.curdoc is None
    asyncio.run(main())
    assert heard == ["free", "free", "free", "done", "no"] and threads != [threading.get_ident()]


def test_program_fault_is_reported_and_raised(shelf, table):
    told = []
    with pytest.raises(ZeroDivisionError):
        run_in_background(PageThread(), lambda: 1 / 0, told.append, told.append)
    assert len(told) == 1 and "has a fault" in str(told[0])


def test_times_are_relative_and_never_in_the_future():
    now = datetime(2026, 6, 1, tzinfo=UTC)
    times = [timedelta(seconds=-5), timedelta(), timedelta(seconds=60), timedelta(minutes=60), timedelta(hours=47),
             timedelta(days=29), timedelta(days=40), timedelta(days=364), timedelta(days=370)]
    assert [ago(now - time, now) for time in times] == [
        "just now", "just now", "1 min ago", "1 h ago", "1 day ago", "29 days ago", "1 month ago", "11 months ago",
        "1 year ago"]


def test_values_say_why_there_are_none(table):
    assert value_of(STRANGE, table, "trainable_parameters")[1] == "other search space"
    assert value_of(Draft(["input", "output"]), table, "trainable_parameters")[1] == "draft"
    big = Draft(["input", *["conv3x3-bn-relu"] * 5, "output"], [(n, n + 1) for n in range(6)])
    limit = table.space.max_vertices
    assert (f"more than the {limit}" in why_not_loaded(big, table)) == (limit < 7)


def test_the_form_closes_only_after_an_answer(shelf, table):
    closed: list[str] = []
    answers: queue.Queue = queue.Queue()

    class Later:
        waits = True
        call = answers.put

    desk = Desk(shelf, "ann", Later(), closed.append)
    desk.start_new(table.cell(5), table.name)
    form = desk.form
    for _ in range(2):
        form.receive({"action": "save", "name": "once", "note": "", "tags": ""})
    assert form.answer["busy"] and closed == []
    answers.get(timeout=30)()
    assert answers.empty() and closed == ["“once” is saved."] and shelf.count() == 1 and not desk.form.visible
