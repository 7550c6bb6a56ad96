"""Pickles of plain values come back as they were, with numbers of NumPy; anything else is one error."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.files.pickle_parts import PickleError
from vanas_panel.files.plain_pickle import plain_value

SINGLE = st.none() | st.booleans() | st.integers(-2**70, 2**70) | st.floats(allow_nan=False) | st.text()
KEYS = st.text() | st.integers() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(SINGLE, lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner)
                      | st.dictionaries(KEYS, inner, max_size=4), max_leaves=10)


@given(VALUES, st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_plain_values_come_back_as_they_were(value, protocol):
    assert plain_value(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("number", [np.float64(-0.1), np.float32(1.5), np.float16(2), np.int64(-7), np.int32(8),
                                    np.uint8(255), np.bool_(True), np.float64("inf"), np.dtype(">f8").type(3)])
@pytest.mark.parametrize("protocol", range(3, pickle.HIGHEST_PROTOCOL + 1))
def test_numbers_of_numpy_come_back_as_plain_ones(number, protocol):
    value = plain_value(pickle.dumps([number, {"a": number}], protocol))
    assert value == [number.item(), {"a": number.item()}]
    assert type(value[0]) is type(number.item())


class Runs:
    """Asks for a call when it is unpickled."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return exec, (f"open({str(self.mark)!r}, 'w').close()",)


@pytest.mark.parametrize("of", [lambda evil: evil, lambda evil: {1: evil}, lambda evil: [(evil,)]])
def test_a_call_is_refused_and_not_made(tmp_path, of):
    mark = tmp_path / "ran"
    with pytest.raises(PickleError, match="exec"):
        plain_value(pickle.dumps(of(Runs(mark))))
    assert not mark.exists()


@pytest.mark.parametrize("value", [np.arange(3), OrderedDict(a=1), Path(), 1j, np.datetime64("2020-01-01"),
                                   np.complex64(1), range(3)])
def test_other_objects_are_refused(value):
    with pytest.raises(PickleError):
        plain_value(pickle.dumps([value]))


def test_one_list_in_a_billion_places_is_refused():
    value: list = [1]
    for _ in range(30):
        value = [value, value]
    with pytest.raises(PickleError, match="too much"):
        plain_value(pickle.dumps(value), 10_000)
    value.append(value)
    with pytest.raises(PickleError, match="too much"):
        plain_value(pickle.dumps(value), 10_000)


@pytest.mark.parametrize("data", [b"", b"no pickle", b"\x80\x03}", pickle.dumps({"a": 1})[:-3]])
def test_damaged_pickles_are_refused(data):
    with pytest.raises(PickleError):
        plain_value(data)
