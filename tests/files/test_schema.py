"""JSON from outside: bounded before it is parsed, held against a schema, and refused with one short line."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.errors import LONGEST_MESSAGE, SourceError, TrainingError, message
from vanas_panel.files.json_schema import Amount, Count, Fraction, SchemaError, fitted, read_json

VALUES = st.recursive(st.none() | st.booleans() | st.integers(-2**60, 2**60) | st.text()
                      | st.floats(allow_nan=False, allow_infinity=False),
                      lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
                      max_leaves=12)


@given(VALUES)
def test_valid_json_round_trips(value):
    text = json.dumps(value)
    assert read_json(text) == value
    assert read_json("\ufeff" + text) == value
    assert read_json(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


@pytest.mark.parametrize(("text", "found"), [
    ("[" * 30 + "]" * 30, "30 levels deep"),
    ("[" * 1_000_000, "1,000,000 levels deep"),
    ('{"a":' * 100_000, "100,000 levels deep"),
    ("[1e999]", "the number 1e999"),
    ("[-Infinity]", "-Infinity"),
    ("9" * 100_000, "a number of 100,000 digits"),
    ("0." + "1" * 5000, "the number 0.11"),
    (r'["\udc00"]', "half a character"),
    (b'["\xff"]', "no UTF-8 at byte 2"),
    ('{"a": 1, "b": {"c": 1, "c": 2}}', "the name 'c' twice"),
    ("", "text that is no JSON"),
    ('{"a": 1} more', "column 10"),
])
def test_invalid_json_is_described(text, found):
    with pytest.raises(SchemaError) as caught:
        read_json(text)
    assert found in caught.value.found


def test_brackets_within_texts_nest_nothing():
    text = json.dumps(["[[[[{{{{" * 50, '\\"[[[' * 40, {"[" * 99: "]"}])
    assert read_json(text) == json.loads(text)


def test_only_truncated_texts_are_called_broken():
    whole = json.dumps({"key": 12, "texts": ["é", "x"], "deep": {"er": [1.5, None]}}, ensure_ascii=False).encode()
    for length in range(len(whole)):
        with pytest.raises(SchemaError) as caught:
            read_json(whole[:length])
        assert caught.value.broken
    for text in ('{"a": 1, "a": 2}', "[" * 30 + "]" * 30, "[1e999]"):
        with pytest.raises(SchemaError) as caught:
            read_json(text)
        assert not caught.value.broken


class Point(msgspec.Struct, forbid_unknown_fields=True):
    """Something with limits."""

    share: Fraction
    count: Count = 0
    seconds: list[Amount] = []


@pytest.mark.parametrize(("content", "text"), [
    ({"share": 1.5}, "found point.share = 1.5; expected a number <= 1.0"),
    ({"share": "a"}, 'found point.share = "a"; expected a number'),
    ({"share": True}, "found point.share = true; expected a number"),
    ({"share": None}, "found point.share = null; expected a number"),
    ({"share": 1, "count": -1}, "found point.count = -1; expected a whole number >= 0"),
    ({"share": 1, "count": 2**53}, "found point.count = 9007199254740992; expected a whole number <= 9007199254740991"),
    ({"share": 1, "count": 10**30}, f"found point.count = 1{'0' * 30}; expected"),
    ({"share": 1, "count": 1.5}, "found point.count = 1.5; expected a whole number"),
    ({"share": 1, "seconds": [1, -2]}, "found point.seconds[1] = -2; expected a number >= 0.0"),
    ({"share": 1, "seconds": [10**400]}, "found point.seconds[0] = 1000"),
    ({"count": 1}, "found no 'share' in point; expected it to be there"),
    ({"share": 1, "colour": 2}, "found 'colour' in point; expected known names only"),
    ([1], "found point = [1]; expected an object"),
    ({"share": "x" * 100_000}, "found point.share = "),
])
def test_value_that_does_not_fit_the_schema_is_named_with_its_location(content, text):
    with pytest.raises(SchemaError) as caught:
        fitted(content, Point, "point")
    assert text in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("kind", [TrainingError, lambda text: SourceError(text, text, text, path="x" * 4000)])
@pytest.mark.parametrize("text", ["x" * 40_000, "word " * 9000, "\U0001f600" * 700, "'" + "9" * 800 + "'"])
def test_no_message_is_longer_than_people_read(kind, text):
    assert len(str(kind(text))) <= LONGEST_MESSAGE


def test_long_value_is_shortened_before_expectation_and_advice():
    said = str(SourceError("latency/" + "1" * 5000, "a number of a repeat", "Rename the column", path="some.csv",
                           row=3))
    assert said.startswith("some.csv, row 4: Found latency/1111")
    assert said.endswith("; expected a number of a repeat. Rename the column.")


def test_long_advice_is_cut_last():
    advice = "Say what to do: " + "keep this and that, " * 13
    said = str(SourceError("9" * 400, "something", advice, path="/folder" * 20 + "/some.csv"))
    assert advice in said
    assert len(said) <= LONGEST_MESSAGE


def test_no_message_moves_the_cursor_or_turns_the_text():
    assert message("a\x1b[2Jb\u202ec\ud800d\ne") == "a\\x1b[2Jb\\u202ec\\ud800d\ne"
    assert message("Größe, 损失 and 😀") == "Größe, 损失 and 😀"
