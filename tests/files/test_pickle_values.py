"""Pickles are walked and never run: hostile ones come to nothing, or to one error."""

from __future__ import annotations

import io
import pickle
import struct
import time
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.errors import SourceError
from vanas_panel.files.pickle_parts import Call, Name, Pairs, PickleError
from vanas_panel.files.pickle_values import pickled_value
from vanas_panel.inspector.formats.pytorch_file import read_pytorch

SINGLE = st.none() | st.booleans() | st.integers(-2**100, 2**100) | st.floats(allow_nan=False) | st.text()


def within(single):
    """Values within lists, tuples and dictionaries."""
    return st.recursive(single, lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner)
                        | st.dictionaries(st.text(), inner, max_size=4), max_leaves=10)


def plain(value):
    """A value of a pickle with dictionaries in the place of pairs."""
    if isinstance(value, Pairs):
        return {key: plain(part) for key, part in value.pairs}
    if isinstance(value, (list, tuple)):
        return type(value)(plain(part) for part in value)
    return value


# Below protocol 3, bytes are a call, which is not made.
@given(st.integers(0, 2).flatmap(lambda protocol: st.tuples(within(SINGLE), st.just(protocol)))
       | st.integers(3, pickle.HIGHEST_PROTOCOL).flatmap(
           lambda protocol: st.tuples(within(SINGLE | st.binary()), st.just(protocol))))
def test_plain_values_come_back_as_they_were(case):
    value, protocol = case
    assert plain(pickled_value(pickle.dumps(value, protocol))) == value


class Runs:
    """Asks for a call when it is unpickled."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return exec, (f"open({str(self.mark)!r}, 'w').close()",)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_call_in_a_pickle_is_described_and_not_made(tmp_path, protocol):
    mark = tmp_path / "ran"
    content = pickle.dumps({"weights": [Runs(mark)]}, protocol)
    found = pickled_value(content)
    [call] = found.pairs[0][1]
    assert isinstance(call, Call) and call.function.name == "exec" and not mark.exists()
    pickle.loads(content)
    assert mark.exists(), "the pickle would have run"


def test_names_are_never_looked_up():
    found = pickled_value(b"\x80\x04\x8c\x13no_such_module_here\x8c\x01x\x93)R.")
    assert found.function == Name("no_such_module_here", "x")


def archive(path: Path, content: bytes) -> Path:
    """A checkpoint whose pickle is anything."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("archive/data.pkl", content)
        made.writestr("archive/data/0", bytes(64))
    return path


def nested(opening: bytes, closing: bytes, levels: int) -> bytes:
    return b"\x80\x04" + opening * levels + b"N" + closing * levels + b"."


def doubling(levels: int) -> bytes:
    """Each list holds the one before twice: a billion values for whoever follows all of them."""
    content = b"\x80\x04]q\x00"
    for level in range(levels):
        content += b"](h" + bytes([level]) + b"h" + bytes([level]) + b"eq" + bytes([level + 1])
    return content + b"."


def itself() -> bytes:
    held: list = []
    held.append(held)
    return pickle.dumps({"state_dict": held})


HOSTILE = {
    "system": b"cos\nsystem\n(S'echo never'\ntR.",
    "nested reduces": b"\x80\x04" + b"cos\nsystem\n" * 2000 + b"N" + b"\x85R" * 2000 + b".",
    "deep lists": nested(b"]", b"a", 200_000),
    "deep tuples": nested(b"", b"\x85", 200_000),
    "deep marks": b"\x80\x04" + b"(" * 200_000 + b"N" + b"t" * 200_000 + b".",
    "deep dictionaries": nested(b"}X\x01\x00\x00\x00k", b"s", 100_000),
    "doubling": doubling(200),
    "itself": itself(),
    "memo": b"\x80\x04]" + b"r\xff\xff\xff\x7f" * 1000 + b".",
    "memo of nothing": b"\x80\x04h\x05.",
    "long number": b"\x80\x04\x8b" + struct.pack("<i", 200_000) + b"\x7f" * 200_000 + b".",
    "negative length": b"\x80\x04\x8b" + struct.pack("<i", -5) + b".",
    "digits": b"L" + b"9" * 100_000 + b"L\n.",
    "lying frame": b"\x80\x04\x95" + b"\xff" * 8 + b"N.",
    "lying text": b"\x80\x04\x8d" + b"\xff" * 8 + b"abc.",
    "lying bytes": b"\x80\x05\x96" + b"\xff" * 7 + b"\x7f" + b"abc.",
    "empty": b"",
    "no end": b"\x80\x04]",
    "empty stack": b"\x80\x04.",
    "appended to a number": b"\x80\x04K\x01K\x02a.",
    "odd pairs": b"\x80\x04}(K\x01u.",
    "a key that holds itself": b"\x80\x04}q\x00h\x00h\x00s.",
    "built": b"\x80\x04cos\nsystem\n)\x81}X\x01\x00\x00\x00aN sb.".replace(b" ", b""),
    "extension": b"\x80\x02\x82\x05.",
    "persistent": b"\x80\x02Pnobody\n.",
    "rebuilt from nothing": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R.",
    "rebuilt from texts": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(S'a'\nS'b'\nS'c'\nS'd'\ntR.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pickles_come_to_one_error_or_to_nothing(tmp_path, name):
    path = archive(tmp_path / "evil.pt", HOSTILE[name])
    started = time.process_time()
    try:
        assert read_pytorch(path).tensors == ()
    except SourceError as error:
        assert error.path == path
    # Not a matter of milliseconds: what is meant to explode takes hours.
    assert time.process_time() - started < 30


def test_too_many_steps_are_refused():
    with pytest.raises(PickleError, match="steps"):
        pickled_value(b"\x80\x04" + b"N0" * 1000 + b"N.", most=2000)
    assert pickled_value(b"\x80\x04" + b"N0" * 1000 + b"N.", most=2003) is None


def storage(name: str, numel: int, key: str = "0") -> bytes:
    """The opcodes of a storage in a pickle of PyTorch."""
    return (b"(X\x07\x00\x00\x00storagectorch\n" + name.encode() + b"\nX\x01\x00\x00\x00" + key.encode()
            + b"X\x03\x00\x00\x00cpuJ" + struct.pack("<i", numel) + b"tQ")


def tensor(shape: tuple, strides: tuple, start: int = 0, name: str = "FloatStorage", numel: int = 16, key: str = "0"):
    """A state_dict with one tensor ``w``."""
    def sizes(values):
        return b"(" + b"".join(b"\x8a\x08" + struct.pack("<q", value) for value in values) + b"t"
    return (b"\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n(" + storage(name, numel, key) + b"J"
            + struct.pack("<i", start) + sizes(shape) + sizes(strides) + b"\x89ccollections\nOrderedDict\n)RtRs.")


def test_the_made_pickle_is_one_that_can_be_read(tmp_path):
    [found] = read_pytorch(archive(tmp_path / "good.pt", tensor((4, 4), (4, 1)))).tensors
    assert found.name == "w" and found.rows(1, 3).tolist() == [[0.0] * 4] * 2


@pytest.mark.parametrize("content", [
    tensor((4, 5), (5, 1)), tensor((4, 4), (4, 1), start=1), tensor((4, 4), (8, 1)), tensor((2**61, 2**61), (1, 1)),
    tensor((4,), (2**61,)), tensor((4, 4), (4, 1), name="DoubleStorage"), tensor((4, 4), (4, 1), key="1"),
    tensor((-4, 4), (4, 1)), tensor((4, 4), (-4, 1)), tensor((4, 4), (4,)), tensor((4, 4), (4, 1), start=-1),
    tensor((1,) * 40, (1,) * 40),
], ids=str)
def test_tensors_that_lie_beyond_their_values_are_refused(tmp_path, content):
    with pytest.raises(SourceError):
        read_pytorch(archive(tmp_path / "lies.pt", content))


def test_few_values_that_stand_for_many_are_left_out(tmp_path):
    found = read_pytorch(archive(tmp_path / "expanded.pt", tensor((2**40, 4), (0, 1))))
    assert found.tensors == () and [name for name, _ in found.skipped] == ["w"]


def test_an_ordered_dictionary_gives_its_pairs():
    found = pickled_value(pickle.dumps(OrderedDict(a=1, b=2)))
    assert found.function.name == "OrderedDict" and found.pairs == [("a", 1), ("b", 2)]


def test_a_pickle_may_be_followed_by_anything():
    content = io.BytesIO(pickle.dumps([1, 2]) + b"rest").getvalue()
    assert pickled_value(content) == [1, 2]
