"""The drawer of the shelf without a browser: what it says, asks and refuses."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import panel as pn
import pytest

import vanas_panel as vp
from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfError
from vanas_panel.session import Session
from vanas_panel.shelf import Shelf
from vanas_panel.views.shelf import TeamShelf
from vanas_panel.views.shelf_desk import Desk
from vanas_panel.views.shelf_form import Words
from vanas_panel.views.shelf_text import ago, value_of, why_not_loaded
from vanas_panel.views.tools import Tools
from vanas_panel.views.work import Work, is_working

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
    return view._said.html


def form_of(view: TeamShelf):
    assert view._desk.form.visible
    return view._desk.form


def test_saving_asks_for_words_and_shows_the_entry(opened, shelf, table):
    view = opened()
    assert "empty" in view._list.html and "disabled" in view._drawn.html
    view._act("new")
    assert not view._desk.form.visible, "there is nothing to save yet"
    view.session.load_row(40)
    view._act("new")
    form_of(view)._handle_msg({"action": "save", "name": "Mine", "note": "n", "tags": "a, b,"})
    (entry,) = shelf.entries()
    assert (entry.name, entry.user, entry.tags, entry.draft, entry.table_name) == (
        "Mine", "ann", ("a", "b"), Draft(view.session.draft.operations, view.session.draft.edges), table.name)
    assert not view._desk.form.visible and "“Mine” is saved." in said(view)
    assert "Mine" in view._list.html and f'data-action="delete:{entry.id}"' in view._list.html


def test_a_mistake_keeps_the_form_with_what_was_written(opened, shelf):
    view = opened()
    view.session.load_row(40)
    view._act("new")
    form = form_of(view)
    form._handle_msg({"action": "save", "name": " ", "note": "long thought", "tags": ""})
    assert form_of(view) is form and "Found no name" in form.answer["notice"] and not form.answer["busy"]
    assert shelf.count() == 0
    form._handle_msg({"action": "cancel", "name": "", "note": "", "tags": ""})
    assert not view._desk.form.visible


@pytest.mark.parametrize("data", [None, "save", [], {"action": "save"}, {"action": "save", "name": 1, "note": "",
                                                                         "tags": ""},
                                  {"action": "<b>", "name": "x", "note": "", "tags": ""}])
def test_nonsense_from_a_browser_does_nothing(opened, shelf, data):
    view = opened()
    view.session.load_row(40)
    view._act("new")
    form_of(view)._handle_msg(data)
    for action in ("", "load", "load:99", "load:x", "really:1", "delete:999999999999999999999", "<b>", "edit:-1",
                   "tag:\x00"):
        view._act(action)
    assert shelf.count() == 0


def test_loading_is_one_step_and_refused_where_the_space_has_no_room(opened, shelf, table):
    entry = shelf.save("bob", table.name, Draft(table.cell(7).operations, table.cell(7).edges), "seven")
    strange = shelf.save("bob", "elsewhere", STRANGE, "strange")
    view = opened()
    view.session.load_row(3)
    before = view.session.draft
    view._act(f"load:{entry.id}")
    assert view.session.row == 7
    view.session.undo()
    assert view.session.draft == before
    view._act(f"load:{strange.id}")
    assert view.session.draft == before and "no operation attention" in said(view) and "elsewhere" in said(view)
    assert "other search space" in view._list.html
    view._act(f"compare:{strange.id}")
    assert view.session.pinned is None and "cannot be compared" in said(view)


def test_comparison_shows_both_values_and_their_difference(opened, shelf, table):
    view = opened(metric="trainable_parameters")
    one, other = 3, 60
    entry = shelf.save("bob", table.name, table.cell(other), "other")
    view._act("refresh")
    view.session.load_row(one)
    view._act(f"compare:{entry.id}")
    assert view.session.pinned == table.cell(other)
    values = table.column("trainable_parameters")
    words = vp.views.format.format_difference(table.metric("trainable_parameters"), values[one] - values[other])
    assert words in view._pair.html and "other" in view._pair.html
    view._act("load-pinned")
    assert view.session.row == other and "±0" in view._pair.html
    view._act("unpin")
    assert view.session.pinned is None and not view._pair.visible


def test_one_deletes_ones_own_and_only_after_a_question(opened, shelf, table):
    own, others = (shelf.save(user, table.name, table.cell(5), user) for user in ("ann", "bob"))
    view = opened("ann")
    assert f"delete:{own.id}" in view._list.html and f"delete:{others.id}" not in view._list.html
    view._act(f"really:{own.id}")
    assert shelf.count() == 2, "it was not asked"
    view._act(f"delete:{own.id}")
    assert "for good" in view._list.html
    view._act(f"delete:{own.id}")
    assert "for good" not in view._list.html
    for number in (own.id, others.id):
        view._act(f"delete:{number}")
        view._act(f"really:{number}")
    assert [entry.name for entry in shelf.entries()] == ["bob"] and "expected yourself" in said(view)


def test_the_second_writer_sees_theirs_and_keeps_ones_own(opened, shelf, table):
    entry = shelf.save("ann", table.name, table.cell(5), "A", note="one")
    view = opened("ann")
    view._act(f"edit:{entry.id}")
    theirs = shelf.update(entry.id, "bob", 1, note=EVIL)
    form = form_of(view)
    form._handle_msg({"action": "save", "name": "A", "note": "mine", "tags": ""})
    assert form_of(view) is form and "bob" in form.answer["notice"] and "(note)" in form.answer["notice"]
    assert "&lt;img" in form.answer["notice"] and "<img" not in form.answer["notice"]
    assert shelf.entry(entry.id) == theirs
    assert [button[0] for button in form.answer["buttons"]] == ["save", "take", "cancel"]
    form._handle_msg({"action": "save", "name": "A", "note": "mine", "tags": ""})
    assert shelf.entry(entry.id).note == "mine" and not view._desk.form.visible
    view._act(f"versions:{entry.id}")
    assert view._list.html.count('class="versions"') == 1 and "&lt;img" in view._list.html


def test_theirs_can_be_taken_and_what_was_deleted_saved_anew(opened, shelf, table):
    entry = shelf.save("ann", table.name, table.cell(5), "A", note="one")
    view = opened("ann")
    view._act(f"edit:{entry.id}")
    shelf.update(entry.id, "bob", 1, note="two")
    form_of(view)._handle_msg({"action": "save", "name": "A", "note": "mine", "tags": ""})
    form_of(view)._handle_msg({"action": "take", "name": "A", "note": "mine", "tags": ""})
    assert {key: form_of(view).start[key] for key in ("name", "note", "tags")} == {"name": "A", "note": "two",
                                                                                  "tags": ""}
    shelf.delete(entry.id, "ann")
    form_of(view)._handle_msg({"action": "save", "name": "A", "note": "mine", "tags": "x"})
    assert "deleted" in form_of(view).answer["notice"]
    form_of(view)._handle_msg({"action": "save", "name": "A", "note": "mine", "tags": "x"})
    (again,) = shelf.entries()
    assert (again.note, again.tags, again.draft, again.id > entry.id) == ("mine", ("x",), entry.draft, True)


def test_search_tag_mine_and_table_narrow(opened, shelf, table):
    for user, name, where in (("ann", "A", table.name), ("bob", "B", table.name), ("ann", "C", "elsewhere")):
        shelf.save(user, where, table.cell(5), name, tags=[name.lower(), "all"])
    view = opened("ann")

    def shown() -> str:
        return "".join(entry.name for entry in view._found.entries)

    assert shown() == "CBA" and "3 entries" in view._list.html
    view._search.value_input = " b"
    assert shown() == "B"
    view._search.value_input = "%"
    assert shown() == "" and "Nothing on the shelf is like that" in view._list.html
    view._act("all")
    assert shown() == "CBA" and view._search.value_input == ""
    view._act("tag:a")
    assert shown() == "A" and '<option value="a" selected>' in view._filters.html
    view._act("tag:")
    view._act("mine")
    assert shown() == "CA"
    view._act("here")
    assert shown() == "A"


def test_long_lists_come_in_parts(opened, shelf, table):
    for number in range(35):
        shelf.save("ann", table.name, table.cell(5), f"{number}")
    view = opened()
    assert len(view._found.entries) == 30 and "30 of 35 entries" in view._list.html
    view._act("more")
    assert len(view._found.entries) == 35 and "more" not in view._list.html.split("</ul>")[-1]


def test_everything_people_wrote_is_text(opened, shelf, table):
    shelf.save(EVIL, EVIL, table.cell(5), EVIL, note=EVIL, tags=[EVIL])
    shelf.save(EVIL, EVIL, Draft(["input", EVIL, "output"]), EVIL)
    view = opened(EVIL)
    view._act(f"compare:{view._found.entries[1].id}")
    view._act(f"load:{view._found.entries[0].id}")
    for part in (view._list, view._filters, view._pair, view._drawn, view._said):
        assert "<img" not in part.html
    assert view._list.html.count("&lt;img") >= 6 and "&lt;img" in view._pair.html and "&lt;img" in view._said.html


def test_it_looks_again_when_the_drawer_opens(opened, shelf, table):
    view = opened()
    view.session.drawer = ""
    shelf.save("bob", table.name, table.cell(5), "late")
    assert "late" not in view._list.html
    view.session.drawer = "shelf"
    assert "late" in view._list.html


def test_a_shelf_that_cannot_be_reached_is_said_and_tried_again(tmp_path, table):
    (tmp_path / "folder").touch()
    with Shelf(tmp_path / "folder" / "shelf.sqlite") as shelf:
        view = TeamShelf(Session(table, drawer="shelf"), Tools(shelf=shelf))
        assert "no way to use" in view._list.html and 'data-action="refresh"' in view._list.html
        (tmp_path / "folder").unlink()
        view._act("refresh")
        assert "The shelf is empty" in view._list.html


def test_without_a_shelf_it_says_so(table):
    assert "no shelf" in TeamShelf(Session(table), Tools()).__panel__().html


def test_work_leaves_the_loop_free_and_comes_back_to_its_thread():
    heard, threads = [], []

    async def main():
        work, release = Work(), threading.Event()
        work.do(lambda: (release.wait(10), threads.append(threading.get_ident())), lambda _: heard.append("done"),
                lambda error: heard.append(error))
        for _ in range(3):
            await asyncio.sleep(0)
            heard.append("free")
        assert is_working()
        release.set()
        while "done" not in heard:
            await asyncio.sleep(0.01)
        while is_working():
            await asyncio.sleep(0.01)
        work.do(lambda: (_ for _ in ()).throw(ShelfError("no")), lambda _: None, lambda error: heard.append(str(error)))
        while "no" not in heard:
            await asyncio.sleep(0.01)

    assert pn.state.curdoc is None
    asyncio.run(main())
    assert heard == ["free", "free", "free", "done", "no"] and threads != [threading.get_ident()]


def test_a_fault_is_told_and_not_hidden(shelf, table):
    told = []
    with pytest.raises(ZeroDivisionError):
        Work().do(lambda: 1 / 0, told.append, told.append)
    assert len(told) == 1 and "Found a fault" in str(told[0])


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
    waiting = []

    class Later:
        def do(self, work, then, failed):
            waiting.append((work, then))

    desk = Desk(shelf, "ann", Later(), closed.append)
    desk.start_new(table.cell(5), table.name)
    form = desk.form
    for _ in range(2):
        form._on_action("save", Words("once", "", ()))
    assert form.answer["busy"] and len(waiting) == 1 and closed == []
    work, then = waiting[0]
    then(work())
    assert closed == ["“once” is saved."] and shelf.count() == 1 and not desk.form.visible
