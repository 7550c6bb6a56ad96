"""Framing: what is written is read, and damage is found wherever it is."""

from __future__ import annotations

import io
import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.tfrecord_writer import frame, masked_checksum
from vanas_panel.errors import SourceError
from vanas_panel.readers.formats import tfrecord
from vanas_panel.readers.formats.tfrecord import MAX_PAYLOAD, masked_crc32c, read_records

PATH = Path("some.tfrecord")
payloads = st.lists(st.binary(max_size=40), max_size=8)


def read(content: bytes):
    """All records of some bytes, and how many bytes were reported."""
    counts: list[int] = []
    blocks = read_records(io.BytesIO(content), PATH, counts.append)
    return [pair for offsets, payloads in blocks for pair in zip(offsets, payloads, strict=True)], sum(counts)


@pytest.fixture(params=[1, 7, 13, 4 << 20], autouse=True)
def block(request, monkeypatch):
    """Blocks so small that every record is cut by some."""
    monkeypatch.setattr(tfrecord, "BLOCK", request.param)


def test_the_checksum_is_that_of_rfc_3720():
    # Its test vectors B.4, unmasked: 32 bytes of zeros and of ones.
    for data, checksum in ((bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43)):
        unmasked = (masked_crc32c(data) - 0xA282EAD8) % (1 << 32)
        assert (unmasked << 15 | unmasked >> 17) & 0xFFFFFFFF == checksum


def test_a_record_as_tensorflow_writes_it():
    # TFRecordWriter.write(b"abc")
    content = bytes.fromhex("0300000000000000") + struct.pack("<I", masked_checksum(b"\3" + bytes(7))) + b"abc" + \
        struct.pack("<I", masked_checksum(b"abc"))
    assert read(content)[0] == [(0, b"abc")]


@given(payloads)
def test_written_records_are_read_with_their_offsets(some):
    content = b"".join(map(frame, some))
    offsets = [sum(len(payload) + 16 for payload in some[:index]) for index in range(len(some))]
    assert read(content) == (list(zip(offsets, some, strict=True)), len(content))


@given(payloads.filter(len), st.data())
def test_a_cut_is_found_in_the_record_it_falls_into(some, data):
    content = b"".join(map(frame, some))
    ends = [sum(len(payload) + 16 for payload in some[: index + 1]) for index in range(len(some))]
    cut = data.draw(st.integers(1, len(content) - 1).filter(lambda cut: cut not in ends))
    with pytest.raises(SourceError) as caught:
        read(content[:cut])
    assert caught.value.offset == max([end for end in ends if end < cut], default=0)
    assert caught.value.path == PATH


@given(payloads.filter(len), st.data())
def test_every_flipped_bit_is_found_in_the_record_it_falls_into(some, data):
    content = bytearray(b"".join(map(frame, some)))
    index = data.draw(st.integers(0, len(content) - 1))
    content[index] ^= 1 << data.draw(st.integers(0, 7))
    starts = [sum(len(payload) + 16 for payload in some[:row]) for row in range(len(some))]
    with pytest.raises(SourceError) as caught:
        read(bytes(content))
    assert caught.value.offset == max(start for start in starts if start <= index)


def test_messages_say_what_is_damaged():
    good, bad = frame(b"good"), bytearray(frame(b"bad"))
    wrong_length, wrong_payload = bad.copy(), bad.copy()
    wrong_length[0] ^= 1
    wrong_payload[12] ^= 1
    with pytest.raises(SourceError, match=r"some.tfrecord, byte 20: .*length does not match its CRC-32C.*fetch"):
        read(good + wrong_length)
    with pytest.raises(SourceError, match=r"some.tfrecord, byte 20: .*payload does not match its CRC-32C.*fetch"):
        read(good + wrong_payload)
    with pytest.raises(SourceError, match=r"byte 20: Found a file that ends 15 bytes after .* a record of 19 bytes"):
        read(good + bad[:15])
    with pytest.raises(SourceError, match=r"byte 20: Found a file that ends 5 bytes after"):
        read(good + bad[:5])
    with pytest.raises(SourceError, match=r"starts with b'<!DOCTYPE"):
        read(b"<!DOCTYPE html><title>Sign in to this network</title>")
    with pytest.raises(SourceError, match=r"starts with b'<html>'"):
        read(b"<html>")


@pytest.mark.parametrize("length", [MAX_PAYLOAD + 1, 1 << 40, (1 << 64) - 1])
def test_absurd_lengths_allocate_nothing(length):
    head = struct.pack("<Q", length)
    content = frame(b"good") + head + struct.pack("<I", masked_checksum(head)) + b"x" * 100
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match=rf"byte 20: Found a record that claims {length:,} bytes"):
            read(content)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_an_empty_payload_is_a_record():
    assert read(frame(b"") * 2)[0] == [(0, b""), (16, b"")]
