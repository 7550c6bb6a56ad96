"""Damaged checkpoints of every format."""

from __future__ import annotations

import zipfile
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.fuzz.hands import bytes_of
from tests.fuzz.kind import Kind, check_message
from vanas_panel.inspector.tensor_checkpoint import read_checkpoint

SAVED = Path(__file__).parents[1] / "inspector" / "checkpoints"
FILES = [path for path in sorted(SAVED.iterdir()) if path.is_file()] + [SAVED / "arrays" / "pytorch_float32.npz"]
LARGEST = 1 << 26
"""Bytes of a layer that a damaged file of a few kilobytes may become."""


def _single(hand: Random, content: bytes) -> bytes:
    """Some bytes replaced, mostly where the file describes itself, and by numbers that are too large."""
    damaged = bytearray(content)
    for _ in range(hand.randint(1, 4)):
        start = hand.randrange(min(len(damaged), hand.choice([64, 1024, 8192, 10**9])))
        put = hand.choice([b"\xff" * 8, b"\xff" * 4, bytes(8), b"\x7f" * 4, b"\x01", b"\x80", hand.randbytes(1),
                           hand.randbytes(4), (1 << hand.randint(0, 62)).to_bytes(8, "little")])
        damaged[start:start + len(put)] = put
    return bytes(damaged)


def _members(hand: Random, path: Path, folder: Path) -> bytes:
    """An archive of which one member is damaged, so that its sums are right all the same."""
    made = folder / "made.zip"
    with zipfile.ZipFile(path) as held, zipfile.ZipFile(made, "w") as archive:
        names = held.namelist()
        chosen = hand.choice([name for name in names if name.endswith((".pkl", ".json", ".h5", ".npy"))] or names)
        for name in names:
            content = held.read(name)
            if name == chosen:
                content = hand.choice([_single, bytes_of])(hand, content)
            archive.writestr(name, content)
    return made.read_bytes()


@st.composite
def checkpoint_files(draw: Any) -> tuple[str, int, int]:
    """A file, how it is damaged, and the seed of that."""
    return draw(st.sampled_from([path.name for path in FILES])), draw(st.integers(0, 2)), draw(st.integers(0, 2**32))


def damaged_checkpoint(case: tuple[str, int, int], folder: Path) -> Path:
    """The file of a case."""
    name, how, seed = case
    source, hand = next(path for path in FILES if path.name == name), Random(seed)
    made = folder / name
    if how == 2 and zipfile.is_zipfile(source):
        made.write_bytes(_members(hand, source, folder))
    else:
        made.write_bytes((bytes_of if how == 1 else _single)(hand, source.read_bytes()))
    return made


def take_checkpoint(case: tuple[str, int, int], folder: Path) -> None:
    """Whatever is read has layers whose weights can be read, and are no more than the file can hold."""
    checkpoint = read_checkpoint(damaged_checkpoint(case, folder))
    names = [layer.name for layer in checkpoint.layers]
    assert names and len(set(names)) == len(names)
    for note in checkpoint.skipped:
        assert len(note) < 10**6
        check_message(note[:500].replace("\x1b", "").replace("\x00", ""))
    for index, layer in enumerate(checkpoint.layers):
        assert layer.count * 2 <= LARGEST and min(layer.shape) >= 1 and layer.outputs % layer.bands == 0
        rows = checkpoint.rows(index, 0, layer.outputs)
        assert rows.shape == layer.shape and rows.dtype in (np.float32, np.float64) and rows.flags.c_contiguous


KINDS = {"checkpoints": Kind(checkpoint_files(), take_checkpoint)}
