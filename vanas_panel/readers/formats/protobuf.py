"""The protobuf message `ModelMetrics` of NAS-Bench-101, decoded by the batch.

The message, in the language of protobuf::

    message EvaluationData {
      optional double current_epoch = 1;
      optional double training_time = 2;
      optional double train_accuracy = 3;
      optional double validation_accuracy = 4;
      optional double test_accuracy = 5;
      optional string checkpoint_path = 6;
    }
    message ModelMetrics {
      repeated EvaluationData evaluation_data = 1;
      optional int32 trainable_parameters = 2;
      optional double total_time = 3;
    }

The protobuf library parses a message in 0.9 us and hands its fields to Python one by one in another 2.7 us; the kernel
here takes 0.2 us for both, which saves a quarter of the time for a whole file. The library stays the oracle: the tests
compare the two on random, foreign and damaged messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.encoding import kernel

EVALUATIONS = 3
"""Evaluations of a training that are kept: at its start, half way, at its end."""

FIELDS = ("current_epoch", "training_time", "train_accuracy", "validation_accuracy", "test_accuracy")
"""Fields of an evaluation, in the order of their numbers in the message."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MALFORMED = -1
_MAX_TAG = (1 << 32) - 1


@dataclass(frozen=True)
class MetricsBatch:
    """Decoded messages.

    Attributes
    ----------
    evaluations : float64 (n, 3, 5)
        `FIELDS` of the first three evaluations, NaN where absent.
    count : int64 (n,)
        How many evaluations each message has, -1 where it is malformed.
    trainable_parameters : int64 (n,)
        -1 where absent.
    total_time : float64 (n,)
        Seconds, NaN where absent.
    """

    evaluations: np.ndarray
    count: np.ndarray
    trainable_parameters: np.ndarray
    total_time: np.ndarray


def decode_metrics(messages: Sequence[bytes]) -> MetricsBatch:
    """Decode many serialised ``ModelMetrics``.

    Unknown fields are skipped, the last of several equal ones counts, as protobuf has it. Groups, which proto3 has no
    more, count as malformed.

    Parameters
    ----------
    messages : sequence of bytes (n,)

    Returns
    -------
    MetricsBatch

    Examples
    --------
    >>> batch = decode_metrics([bytes.fromhex("0a0929000000000000e03f10f403"), b"broken"])
    >>> batch.count.tolist(), batch.evaluations[0, 0, 4].item(), batch.trainable_parameters[0].item()
    ([1, -1], 0.5, 500)
    """
    ends = np.zeros(len(messages) + 1, np.int64)
    np.cumsum([len(message) for message in messages], out=ends[1:])
    data = np.frombuffer(b"".join(messages) or b"\0", np.uint8)
    batch = MetricsBatch(np.full((len(messages), EVALUATIONS, len(FIELDS)), np.nan), np.zeros(len(messages), np.int64),
                         np.full(len(messages), -1, np.int64), np.full(len(messages), np.nan))
    _decode(data, ends, batch.evaluations, batch.count, batch.trainable_parameters, batch.total_time)
    return batch


@kernel
def _varint(data, at, end):
    """Read a variable-length integer: its value and where it ends, `_MALFORMED` where there is none."""
    value = np.uint64(0)
    for byte in range(min(10, end - at)):
        digit = np.uint64(data[at + byte])
        if byte == 9 and digit > 1:
            break
        value |= (digit & np.uint64(0x7F)) << np.uint64(7 * byte)
        if digit < 0x80:
            return value, at + byte + 1
    return value, _MALFORMED


@kernel
def _tag(data, at, end):
    """Read the number and the wire type of a field, and where they end, `_MALFORMED` where there are none."""
    tag, at = _varint(data, at, end)
    number = np.int64(tag >> np.uint64(3))
    if number == 0 or tag > np.uint64(_MAX_TAG):
        at = np.int64(_MALFORMED)
    return number, np.int64(tag & np.uint64(7)), at


@kernel
def _double(data, at, bits):
    """The little-endian double at ``data[at : at + 8]``; `bits` is room for it, ``uint64 (1,)``."""
    value = np.uint64(0)
    for byte in range(8):
        value |= np.uint64(data[at + byte]) << np.uint64(8 * byte)
    bits[0] = value
    return bits.view(np.float64)[0]


@kernel
def _skip(data, kind, at, end):
    """Where a field of wire type `kind` ends that starts at `at`, `_MALFORMED` where it does not end in time."""
    if kind == _VARINT:
        return _varint(data, at, end)[1]
    length = np.int64(_MALFORMED)
    if kind == _FIXED64:
        length = np.int64(8)
    elif kind == _FIXED32:
        length = np.int64(4)
    elif kind == _BYTES:
        size, at = _varint(data, at, end)
        # Compared before it becomes signed: an absurd length must not turn negative.
        if at != _MALFORMED and size <= np.uint64(end - at):
            length = np.int64(size)
    if length == _MALFORMED or length > end - at:
        return np.int64(_MALFORMED)
    return at + length


@kernel
def _decode_evaluation(data, at, end, values, bits):
    """Decode an ``EvaluationData`` into `values`, ``float64 (5,)``; False where it is malformed."""
    while at < end:
        number, kind, start = _tag(data, at, end)
        if start == _MALFORMED:
            return False
        at = _skip(data, kind, start, end)
        if at == _MALFORMED:
            return False
        if kind == _FIXED64 and number <= values.size:
            values[number - 1] = _double(data, start, bits)
    return True


@kernel
def _decode_message(data, at, end, evaluations, bits):
    """Decode a ``ModelMetrics``: number of evaluations (`_MALFORMED` where it is), parameters, total time."""
    count = 0
    parameters = np.int64(-1)
    total_time = np.nan
    while at < end:
        number, kind, start = _tag(data, at, end)
        if start == _MALFORMED:
            return _MALFORMED, parameters, total_time
        at = _skip(data, kind, start, end)
        if at == _MALFORMED:
            return _MALFORMED, parameters, total_time
        if number == 1 and kind == _BYTES:
            start = _varint(data, start, end)[1]
            # Evaluations beyond the last kept one are decoded as well, over it: the count then refuses them all.
            if not _decode_evaluation(data, start, at, evaluations[min(count, EVALUATIONS - 1)], bits):
                return _MALFORMED, parameters, total_time
            count += 1
        elif number == 2 and kind == _VARINT:
            # An int32 is the low half of the number on the wire, with its sign.
            parameters = np.int64(_varint(data, start, end)[0] & np.uint64(0xFFFFFFFF))
            parameters -= (parameters >> 31) << 32
        elif number == 3 and kind == _FIXED64:
            total_time = _double(data, start, bits)
    return count, parameters, total_time


@kernel
def _decode(data, ends, evaluations, count, parameters, total_time):
    """Decode the messages that end at ``ends[1:]`` of `data`; message i fills entry i of every other array."""
    bits = np.zeros(1, np.uint64)
    for row in range(count.size):
        count[row], parameters[row], total_time[row] = _decode_message(data, ends[row], ends[row + 1],
                                                                       evaluations[row], bits)
