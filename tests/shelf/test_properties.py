"""Any text goes in and comes out, and a search finds what plain Python finds."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vanas_panel.core.draft import Draft
from vanas_panel.shelf import Shelf
from vanas_panel.shelf.text import folded, searchable

# One shelf serves every example of a test; each works on a table of its own name.
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)

storable = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
# Few letters, so that something is found, and those that mean something in patterns or in more than one form.
telling = st.sampled_from("aAbB%_\\/'ßẞsSéÉe\u0301İiı \x1f\nΣς😀한")


def texts(letters, most: int):
    return st.text(letters, max_size=most)


def words(letters):
    names = texts(letters, 12).filter(str.strip)
    tags = texts(letters, 6).filter(lambda tag: tag.strip() and "," not in tag and len(tag.strip().splitlines()) == 1)
    return st.tuples(names, texts(letters, 20), st.lists(tags, max_size=4))


@st.composite
def drafts(draw):
    labels = texts(storable, 6).filter(lambda label: label.strip() and label not in ("input", "output"))
    inner = draw(st.lists(labels, max_size=4))
    vertices = st.integers(0, len(inner) + 1)
    return Draft(["input", *inner, "output"], draw(st.sets(st.tuples(vertices, vertices), max_size=12)))


@pytest.fixture
def table_names():
    return (f"table {number}" for number in range(10_000))


@shared
@given(given_words=words(storable), draft=drafts(), user=texts(storable, 8))
def test_round_trip(shelf: Shelf, table_names, given_words, draft, user):
    name, note, tags = given_words
    table = next(table_names)
    saved = shelf.save(user, table, draft, name, note, tags)
    assert (saved.user, saved.name, saved.note, saved.draft) == (user, name.strip(), note, draft)
    assert saved.tags == tuple(dict.fromkeys(tag.strip() for tag in tags))
    assert shelf.entries(table) == [saved] == [shelf.entry(saved.id)]
    for tag in saved.tags:
        assert shelf.entries(table, tag=tag) == [saved]


def holds(field: str, text: str) -> bool:
    """Whether one text holds another, written without a look at the shelf's own way."""
    def plain(value: str) -> str:
        composed = unicodedata.normalize("NFC", value).casefold().replace("\x1f", " ")
        return unicodedata.normalize("NFC", composed)

    return plain(text) in plain(field)


@shared
@given(several=st.lists(words(telling), min_size=1, max_size=4), text=texts(telling, 4), user=texts(telling, 3))
def test_shelf_search_equals_plain_python(shelf: Shelf, table_names, several, text, user):
    table = next(table_names)
    saved = [shelf.save(user, table, Draft(["input", "output"]), *each) for each in several]
    wanted = {entry.id for entry in saved if not text.strip() or any(
        holds(field, text.strip()) for field in (entry.name, entry.note, entry.user, *entry.tags))}
    assert {entry.id for entry in shelf.entries(table, text=text)} == wanted
    assert shelf.count(table, text=text) == len(wanted)


@given(texts(storable, 30), texts(storable, 10))
def test_the_folded_form_knows_no_case(text, other):
    assert folded(text.swapcase().swapcase()) == folded(text.swapcase().swapcase().casefold())
    assert folded(text) in searchable(text, other, (), "")
