"""Rough hands: what happens to bytes, texts, JSON and tables before somebody opens them.

Every function takes a ``random.Random``, so that Hypothesis can draw (and shrink) what happens.
"""

from __future__ import annotations

import copy
import json
from math import isfinite
from random import Random
from typing import Any

TEXTS = ["", " ", "\n", "\x00", "\ufeff", "é", "損失", "\u202e", "null", "NaN", "-1", "1e999", "0x10", "9" * 5000,
         "x" * 40_000, "=1+1", "../../etc/passwd", "<script>alert(1)</script>", "a/b/3", "input", "output",
         "conv3x3-bn-relu", "[" * 3000, "\x1b[2J", "name:", ","]
"""Texts that have broken something somewhere."""

VALUES = [None, True, False, 0, -1, 1, 2, 7, 64, 65, 10**6, 10**9, 2**31, 2**53, 2**63, 10**30, 0.5, -0.5, 1.5, 1e308,
          -1e300, 1e-320, float("nan"), float("inf"), [], {}, [[]], [None], {"a": 1}, *TEXTS]
"""Values that have."""


def deep(levels: int) -> list:
    """Lists within lists."""
    value: list = []
    for _ in range(levels):
        value = [value]
    return value


def bytes_of(hand: Random, content: bytes) -> bytes:
    """Some bytes flipped, cut out, doubled or put in."""
    damaged = bytearray(content)
    for _ in range(hand.randint(1, 3)):
        start = hand.randint(0, max(len(damaged) - 1, 0))
        stop = start + hand.choice([1, 1, 4, 40, 400])
        what = hand.randint(0, 5)
        if what == 0 and damaged:
            damaged[start] ^= 1 << hand.randint(0, 7)
        elif what == 1:
            del damaged[start:stop]
        elif what == 2:
            del damaged[start:]
        elif what == 3:
            damaged[start:start] = damaged[start:stop] * hand.choice([1, 1, 50])
        elif what == 4:
            damaged[start:stop] = bytes(hand.randint(0, 255) for _ in range(4))
        else:
            damaged[start:start] = hand.choice(TEXTS).encode()
    return bytes(damaged)


def text_of(hand: Random, text: str) -> str:
    """Some of a text cut out, doubled or replaced."""
    for _ in range(hand.randint(1, 4)):
        start = hand.randint(0, len(text))
        stop = min(len(text), start + hand.randint(0, 12))
        put = hand.choice([hand.choice(TEXTS), text[start:stop] * 2, "", str(hand.randint(-3, 10**6)), text[:stop]])
        text = text[:start] + put + text[stop:]
    return text


def paths_in(content: Any, path: tuple = ()) -> list[tuple]:
    """The ways to everything within lists and dictionaries."""
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(found for name, part in parts for found in paths_in(part, (*path, name)))]


def plain_of(hand: Random, content: Any) -> Any:
    """Plain JSON values of which some were left out, doubled, moved, renamed or replaced."""
    content = copy.deepcopy(content)
    for _ in range(hand.choice([1, 1, 1, 2, 4])):
        paths = [path for path in paths_in(content) if path]
        if not paths:
            return hand.choice(VALUES)
        *way, last = hand.choice(paths)
        inside = content
        for part in way:
            inside = inside[part]
        value = hand.choice([*VALUES, deep(200)]) if hand.randint(0, 2) else _near(hand, inside[last])
        what = hand.randint(0, 5)
        if what == 0:
            del inside[last]
        elif what == 1 and isinstance(inside, list):
            inside.insert(last, copy.deepcopy(hand.choice([inside[last], value])))
        elif what == 1:
            inside[hand.choice(TEXTS + ["repeats", "key", "more"])] = value
        elif what == 2 and isinstance(inside[last], list):
            inside[last] = inside[last] * hand.choice([2, 3, 200])
        else:
            inside[last] = value
    return content


def _near(hand: Random, value: Any) -> Any:
    """Something like a value, which is harder to find out than something else."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return hand.choice([value + 1, -value, value + 0.5, float(value), str(value), value * 10**6])
    if isinstance(value, float):
        whole = round(value) if isfinite(value) else 0
        return hand.choice([value + 1, -value, value / 2, whole, str(value), value * 1e9])
    if isinstance(value, str):
        return text_of(hand, value)
    return [value] if value is not None else 0


def json_of(hand: Random, content: Any) -> bytes:
    """A damaged object as bytes; sometimes damaged once more as text."""
    text = json.dumps(plain_of(hand, content), ensure_ascii=hand.choice([True, False]))
    if hand.randint(0, 6) == 0:
        text = text_of(hand, text)
    made = text.encode("utf-8", "surrogatepass")
    return bytes_of(hand, made) if hand.randint(0, 9) == 0 else made
