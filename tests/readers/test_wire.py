"""The message decoder against the protobuf library."""

from __future__ import annotations

import math
import struct

import pytest
from google.protobuf.message import DecodeError
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.readers.tfrecord_writer import FIELDS, ModelMetrics
from vanas_panel.readers.formats.protobuf import EVALUATIONS, decode_metrics

doubles = st.floats(width=64)
optional_doubles = st.none() | doubles


@st.composite
def messages(draw):
    """A message of the library with any of its fields present or absent."""
    metrics = ModelMetrics()
    for _ in range(draw(st.integers(0, 4))):
        evaluation = metrics.evaluation_data.add()
        for name in FIELDS:
            value = draw(optional_doubles)
            if value is not None:
                setattr(evaluation, name, value)
        if draw(st.booleans()):
            evaluation.checkpoint_path = draw(st.text(max_size=200))
    if draw(st.booleans()):
        metrics.trainable_parameters = draw(st.integers(-(1 << 31), (1 << 31) - 1))
    if draw(st.booleans()):
        metrics.total_time = draw(doubles)
    return metrics


def varint(value: int) -> bytes:
    """A variable-length integer."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


@st.composite
def foreign_fields(draw) -> bytes:
    """Fields that the message does not have, or has with another type."""
    kind = draw(st.sampled_from([0, 1, 2, 5]))
    number = draw(st.integers(1, (1 << 29) - 1))
    assume(not (kind == 2 and number in (1, 6)))  # these would have to be messages and texts
    body = {0: varint(draw(st.integers(0, (1 << 64) - 1))), 1: draw(st.binary(min_size=8, max_size=8)),
            5: draw(st.binary(min_size=4, max_size=4))}.get(kind)
    if body is None:
        content = draw(st.binary(max_size=300))
        body = varint(len(content)) + content
    return varint(number << 3 | kind) + body


def same(one: float, other: float) -> bool:
    """Whether two doubles are equal, NaN among them."""
    return one == other or (math.isnan(one) and math.isnan(other))


def assert_equal(batch, row, expected):
    """Compare a decoded message with the library's."""
    assert batch.count[row] == len(expected.evaluation_data)
    parameters = expected.trainable_parameters if expected.HasField("trainable_parameters") else -1
    assert batch.trainable_parameters[row] == parameters
    assert same(batch.total_time[row], expected.total_time if expected.HasField("total_time") else math.nan)
    if len(expected.evaluation_data) > EVALUATIONS:
        return  # refused by their count, whatever they are
    for index, evaluation in enumerate(expected.evaluation_data):
        for field, name in enumerate(FIELDS):
            value = getattr(evaluation, name) if evaluation.HasField(name) else math.nan
            assert same(batch.evaluations[row, index, field], value)


@given(st.lists(messages(), min_size=1, max_size=4))
def test_messages_of_the_protobuf_library_are_read_alike(written):
    batch = decode_metrics([metrics.SerializeToString() for metrics in written])
    for row, metrics in enumerate(written):
        assert_equal(batch, row, metrics)


@given(messages(), st.lists(foreign_fields(), max_size=3), messages())
def test_unknown_fields_are_skipped_and_the_last_of_several_counts(one, foreign, other):
    data = one.SerializeToString() + b"".join(foreign) + other.SerializeToString()
    assert_equal(decode_metrics([data]), 0, ModelMetrics.FromString(data))


def has_groups(data: bytes) -> bool:
    """Whether some byte could start or end a group, which the library skips and the decoder refuses."""
    return any(byte & 7 in (3, 4) for byte in data)


@given(messages(), st.data())
@example(ModelMetrics(trainable_parameters=1), None)
def test_damaged_messages_are_refused_where_the_library_refuses_them(metrics, data):
    intact = metrics.SerializeToString()
    if data is None or not intact:
        damaged = b"\x0a"
    else:
        index = data.draw(st.integers(0, len(intact) - 1))
        change = data.draw(st.sampled_from(["cut", "flip"]))
        damaged = intact[:index] if change == "cut" else (
            intact[:index] + bytes([intact[index] ^ 1 << data.draw(st.integers(0, 7))]) + intact[index + 1 :])
    assume(not has_groups(damaged))
    batch = decode_metrics([damaged])
    try:
        expected = ModelMetrics.FromString(damaged)
    except DecodeError:
        # Text that is not UTF-8 is the one thing that the library refuses and the decoder does not look at.
        assert batch.count[0] == -1
    else:
        assert_equal(batch, 0, expected)


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(data):
    batch = decode_metrics([b"", data, ModelMetrics(trainable_parameters=7).SerializeToString()])
    assert batch.count[0] == 0
    assert batch.trainable_parameters.tolist()[::2] == [-1, 7]
    assume(not has_groups(data))
    try:
        expected = ModelMetrics.FromString(data)
    except DecodeError:
        assert batch.count[1] == -1
    else:
        assert_equal(batch, 1, expected)


@pytest.mark.parametrize("data", [
    b"\x0a" + b"\xff" * 9 + b"\x01",          # a length of 2**64 - 1
    b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",  # a length of 2**63 - 1
    b"\x10" + b"\x80" * 10 + b"\x01",         # an integer of eleven bytes
    b"\x19" + b"\x00" * 7,                    # a double of seven bytes
    b"\x00\x00",                              # field number 0
    b"\x0b\x0c",                              # a group
    b"\x0e",                                  # a wire type that does not exist
])
def test_absurd_messages_are_refused(data):
    assert decode_metrics([data]).count.tolist() == [-1]


def test_a_negative_int32_is_ten_bytes_long():
    data = b"\x10" + b"\xff" * 9 + b"\x01"
    assert ModelMetrics.FromString(data).trainable_parameters == -1
    data = b"\x10" + varint((1 << 64) - 5)
    assert decode_metrics([data]).trainable_parameters.tolist() == [-5]


def test_no_messages_are_no_batch():
    assert decode_metrics([]).count.size == 0


def test_doubles_keep_every_bit():
    data = b"\x19" + struct.pack("<d", 1234.56789012345678)
    assert decode_metrics([data]).total_time[0] == 1234.56789012345678
