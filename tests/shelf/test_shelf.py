"""Saving, finding, changing and deleting, over SQLite and over PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.errors import ShelfConflictError, ShelfError
from vanas_panel.shelf import Shelf
from vanas_panel.shelf import shelf as module
from vanas_panel.shelf.database import make_engine, shelf_url

EMPTY = Draft(["input", "output"])


def test_an_entry_comes_back_as_it_was_saved(shelf, cell):
    before = datetime.now(UTC)
    saved = shelf.save("ann", "nasbench101", cell, "  Two ways ", note=" As\nit is. ", tags=["wide ", "best", "wide"])
    after = datetime.now(UTC)
    assert (saved.name, saved.note, saved.tags) == ("Two ways", " As\nit is. ", ("wide", "best"))
    assert (saved.user, saved.changed_by, saved.version, saved.table_name) == ("ann", "ann", 1, "nasbench101")
    assert before <= saved.saved_at <= after and saved.changed_at == saved.saved_at
    assert saved.saved_at.utcoffset() == timedelta(0)
    assert saved.draft == cell
    assert shelf.entry(saved.id) == saved
    assert shelf.entries() == [saved]


def test_drafts_keep_their_edges_and_only_cells_have_a_shape(shelf, cell):
    loop = Draft(["input", "a", "b", "output"], [(0, 1), (1, 2), (2, 1)])
    assert shelf.save("", "t", loop, "loop").draft == loop
    assert [entry.shape for entry in shelf.entries()] == [None]
    one = shelf.save("", "t", cell, "one")
    turned = Draft(["input", "maxpool3x3", "conv3x3-bn-relu", "output"], cell.edges)
    other = shelf.save("", "t", turned, "other")
    third = shelf.save("", "t", Draft(cell.operations, [*cell.edges, (1, 2)]), "third")
    assert one.shape == other.shape != third.shape
    assert Cell(one.draft.operations, one.draft.edges) == Cell(turned.operations, turned.edges)
    assert {entry.name for entry in shelf.entries(shape=one.shape)} == {"one", "other"}


def test_the_last_saved_comes_first_and_in_parts(shelf):
    names = [shelf.save("ann", "t", EMPTY, f"{number}").name for number in range(7)][::-1]
    assert [entry.name for entry in shelf.entries()] == names
    parts = [shelf.entries(limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [[entry.name for entry in part] for part in parts] == [names[:3], names[3:6], names[6:], []]
    assert shelf.count() == 7


def test_every_condition_narrows(shelf):
    shelf.save("ann", "one", EMPTY, "A", tags=["x", "y"])
    shelf.save("bob", "one", EMPTY, "B", tags=["x"])
    shelf.save("ann", "two", EMPTY, "C", note="about B", tags=["xy"])

    def names(**conditions) -> str:
        found = shelf.entries(**conditions)
        assert len(found) == shelf.count(**conditions)
        return "".join(sorted(entry.name for entry in found))

    assert names() == "ABC"
    assert (names(table="one"), names(user="ann"), names(tag="x"), names(text="b")) == ("AB", "AC", "AB", "BC")
    assert names(user="ann", tag="x") == "A" and names(user="ann", tag="x", table="two") == ""
    assert names(user="") == "" and names(tag="X") == ""
    assert names(text="bob") == "B", "the user's name is searched, too"
    assert shelf.tags() == [("x", 2), ("xy", 1), ("y", 1)]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "/", "'", '"', "*", "?", "[", ";--"])
def test_no_sign_means_anything_in_a_search(shelf, sign):
    shelf.save("ann", "t", EMPTY, f"with {sign}")
    shelf.save("ann", "t", EMPTY, "with x, without")
    assert [entry.name for entry in shelf.entries(text=sign)] == [f"with {sign}"]
    assert [entry.name for entry in shelf.entries(text=f"H {sign}")] == [f"with {sign}"]


def test_letters_of_every_alphabet_are_found_in_either_case(shelf):
    shelf.save("Ådne", "t", EMPTY, "ΣΟΦΙΑ", note="Straße", tags=["한글"])
    for text in ("σοφια", "STRASSE", "한글", "한글", "ÅDNE", "Ådne"):
        assert shelf.count(text=text) == 1, text
    assert shelf.count(text="한굴") == 0


def test_no_match_runs_from_one_field_into_the_next(shelf):
    shelf.save("user", "t", EMPTY, "name", note="note", tags=["tag"])
    for text in ("namenote", "name note", "name\x1fnote", "noteuser", "usertag"):
        assert shelf.count(text=text) == 0, text


def test_a_change_is_a_new_version_and_the_old_words_stay(shelf):
    first = shelf.save("ann", "t", EMPTY, "A", note="one", tags=["x", "y"])
    second = shelf.update(first.id, "bob", 1, note="two")
    third = shelf.update(first.id, "cat", 2, name="B", tags=["y", "z"])
    assert (second.name, second.note, second.tags) == ("A", "two", ("x", "y"))
    assert (third.name, third.note, third.tags) == ("B", "two", ("y", "z"))
    assert (third.user, third.changed_by, third.version) == ("ann", "cat", 3)
    assert first.saved_at == third.saved_at and first.changed_at <= second.changed_at <= third.changed_at
    assert shelf.entry(first.id) == third
    assert [(each.version, each.changed_by, each.name, each.note, each.tags) for each in shelf.history(first.id)] == [
        (1, "ann", "A", "one", ("x", "y")), (2, "bob", "A", "two", ("x", "y")), (3, "cat", "B", "two", ("y", "z"))]
    assert shelf.count(text="one") == 0 and shelf.count(text="two") == 1 and shelf.count(tag="x") == 0
    assert shelf.update(first.id, "ann", 3, tags=[]).tags == ()


def test_conflict_names_author_entry_and_time(shelf):
    entry = shelf.save("ann", "t", EMPTY, "A", note="one", tags=["x"])
    others = shelf.update(entry.id, "bob", 1, note="two", tags=["x", "y"])
    with pytest.raises(ShelfConflictError) as caught:
        shelf.update(entry.id, "ann", 1, note="three")
    assert caught.value.current == others and caught.value.changed == ("note", "tags")
    for part in ("bob", "(note, tags)", f"{others.changed_at:%Y-%m-%d at %H:%M:%S} UTC", "version 2", "version 1"):
        assert part in str(caught.value)
    assert shelf.entry(entry.id) == others and len(shelf.history(entry.id)) == 2
    assert shelf.update(entry.id, "ann", caught.value.current.version, note="three").note == "three"
    assert [change.note for change in shelf.history(entry.id)] == ["one", "two", "three"]


def test_a_change_back_and_forth_is_a_conflict_all_the_same(shelf):
    entry = shelf.save("", "t", EMPTY, "A", note="one")
    shelf.update(entry.id, "", 1, note="two")
    shelf.update(entry.id, "", 2, note="one")
    with pytest.raises(ShelfConflictError) as caught:
        shelf.update(entry.id, "ann", 1, note="mine")
    assert caught.value.changed == () and "someone without a name" in str(caught.value)


def test_owner_alone_can_delete_an_entry(shelf, cell):
    own, others = shelf.save("ann", "t", cell, "own", tags=["x"]), shelf.save("bob", "t", cell, "theirs", tags=["x"])
    with pytest.raises(ShelfError, match="'bob' as the one who saved 'theirs'"):
        shelf.delete(others.id, "ann")
    with pytest.raises(ShelfError, match="'bob'"):
        shelf.delete(others.id, "")
    shelf.delete(own.id, "ann")
    assert shelf.entries() == [others] and shelf.tags() == [("x", 1)]
    with pytest.raises(ShelfError, match="no entry"):
        shelf.history(own.id)
    for act in (lambda: shelf.entry(own.id), lambda: shelf.delete(own.id, "ann")):
        with pytest.raises(ShelfError, match=f"no entry {own.id}"):
            act()
    with pytest.raises(ShelfConflictError, match="deleted") as caught:
        shelf.update(own.id, "ann", 1, note="late")
    assert caught.value.current is None


def test_the_number_of_a_deleted_entry_is_never_given_again(shelf):
    first = shelf.save("ann", "t", EMPTY, "A")
    shelf.delete(first.id, "ann")
    assert shelf.save("ann", "t", EMPTY, "B").id > first.id


@pytest.mark.parametrize("number", [0, -1, 2**63, 2**70])
def test_a_number_that_no_entry_can_have_is_simply_not_there(shelf, number):
    with pytest.raises(ShelfError, match="no entry"):
        shelf.entry(number)
    with pytest.raises(ShelfError, match="no entry"):
        shelf.delete(number, "ann")
    with pytest.raises(ShelfConflictError):
        shelf.update(number, "ann", 1, name="x")


def test_limits_are_said_and_kept_to_the_last_character(shelf):
    longest = shelf.save("u" * 200, "t" * 400, EMPTY, "n" * 120, note="🙂" * 4000, tags=[f"{n:>02}" + "ß" * 38
                                                                                     for n in range(20)])
    assert shelf.entry(longest.id) == longest and len(longest.note) == 4000
    refused = [
        ({"name": "n" * 121}, "121 characters in the name; expected at most 120"),
        ({"note": "n" * 4001}, "4,001 characters in the note; expected at most 4,000"),
        ({"tags": ["n" * 41]}, "41 characters in a tag; expected at most 40"),
        ({"tags": [f"{n}" for n in range(21)]}, "21 tags; expected at most 20"),
        ({"tags": "abc"}, "as tags; expected a list"), ({"tags": ["a,b"]}, "without a comma"),
        ({"tags": [" "]}, "an empty tag"), ({"tags": ["a\nb"]}, "on one line"),
        ({"name": " \n"}, "no name"), ({"name": 3}, "int as the name"), ({"note": None}, "NoneType as the note"),
        ({"name": "a\x00b"}, "NUL in the name"), ({"note": "\x00"}, "NUL in the note"),
        ({"tags": ["\x00"]}, "NUL in a tag"), ({"note": "\ud800"}, "half a character"),
        ({"user": "u" * 201}, "the user's name"), ({"user": "\x00"}, "NUL in the user's name"),
        ({"table_name": "t" * 401}, "the table's name"),
        ({"draft": Draft(["input", *["a"] * 31, "output"])}, "33 vertices; expected at most 32"),
        ({"draft": Draft(["input", "a" * 101, "output"])}, "an operation"),
        ({"draft": Draft(["input", "a\x00", "output"])}, "NUL in an operation"), ({"draft": None}, "NoneType to save"),
    ]
    good = {"user": "ann", "table_name": "t", "draft": EMPTY, "name": "n"}
    for change, words in refused:
        with pytest.raises(ShelfError, match=words.replace("(", r"\(")):
            shelf.save(**{**good, **change})
    assert shelf.count() == 1
    for change in ({"text": "\x00"}, {"text": "x" * 201}, {"tag": "\x00"}, {"user": "\x00"}, {"table": "\x00"},
                   {"shape": "\x00"}):
        with pytest.raises(ShelfError):
            shelf.entries(**change)


def test_the_longest_operations_of_a_cell_can_be_stored(shelf):
    operations = [chr(0x1F600 + n) * 100 for n in range(6)]
    chain = Draft(["input", *operations, "output"], [(n, n + 1) for n in range(7)])
    saved = shelf.save("ann", "t", chain, "long")
    assert saved.shape is not None and shelf.entries(shape=saved.shape) == [saved]


def test_one_person_has_so_many_entries_and_one_entry_so_many_versions(shelf, monkeypatch):
    monkeypatch.setattr(module, "MOST_ENTRIES", 2)
    monkeypatch.setattr(module, "MOST_VERSIONS", 3)
    entry = [shelf.save("ann", "t", EMPTY, f"{n}") for n in range(2)][-1]
    with pytest.raises(ShelfError, match="2 entries of this user already"):
        shelf.save("ann", "t", EMPTY, "third")
    shelf.save("bob", "t", EMPTY, "third")
    for version in (1, 2):
        shelf.update(entry.id, "ann", version, note=f"{version}")
    with pytest.raises(ShelfError, match="3 versions of this entry"):
        shelf.update(entry.id, "ann", 3, note="4")
    shelf.delete(entry.id, "ann")
    shelf.save("ann", "t", EMPTY, "third")


def test_row_damaged_by_another_program_is_named(shelf, url):
    entry = shelf.save("ann", "t", EMPTY, "A")
    engine = make_engine(shelf_url(url))
    with module.Database(engine) as database, database.begin():
        database.execute(module.update(module.EntryRow).values(operations=["nothing"]))
    engine.dispose()
    with Shelf(url) as other, pytest.raises(ShelfError, match=f"Found no draft in entry {entry.id};"):
        other.entries()
