"""Damaged results, settings and files of users."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher, extract_parameters
from hypothesis import strategies as st

from tests.fuzz.hands import VALUES, bytes_of, json_of, plain_of, text_of
from tests.fuzz.kind import Kind, check_table
from tests.trained_cells import CHAIN, POOL, SIX, record
from vanas_panel.serve.auth.users import MOST_LANES, MOST_MEMORY, MOST_PASSES, UserFile
from vanas_panel.training.results import ResultsFile, read_results
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import results_table

SETTINGS = Settings(repeats=2, budgets=(90, 180))


def _result(cell: Any, accuracy: float) -> dict:
    """A result of two repeats, each looked at twice."""
    repeats = [{"repeat": repeat, "failed": False, "reason": "", "loss": [0.5, 0.1], "training_seconds": [2.0, 1.5],
                **{f"{name}_accuracy": [accuracy / 2, accuracy] for name in ("train", "validation", "test")}}
               for repeat in range(2)]
    made = record(cell, repeats=repeats, settings=SETTINGS.to_dict(), settings_hash=SETTINGS.digest, device="cuda:0",
                  device_name="Some card", cells_per_device=2, versions={"torch": "2.6"})
    return json.loads(made.to_json())


RESULTS = [_result(CHAIN, 0.5), _result(POOL, 0.75), _result(SIX, 0.9)]


@st.composite
def results_files(draw: Any) -> bytes:
    """Results files with a damaged line, lines in another order or twice, or damaged bytes."""
    hand = draw(st.randoms(use_true_random=False))
    lines = [json.dumps(one).encode() for one in RESULTS]
    what = hand.randint(0, 4)
    if what == 0:
        return bytes_of(hand, b"\n".join(lines) + b"\n")
    if what == 1:
        lines = [hand.choice(lines) for _ in range(hand.randint(0, 4))]
    else:
        index = hand.randint(0, 2)
        lines[index] = json_of(hand, RESULTS[index])
    return b"\n".join(lines) + hand.choice([b"\n", b"\n", b"", b"\n\n", b"\r\n"])


def take_results(content: bytes, folder: Path) -> None:
    """Whatever is read has accuracies, times and counts that can be, and can be appended to and made a table."""
    path = folder / "results.jsonl"
    path.write_bytes(content)
    found = read_results(path)
    for one in found.records:
        assert one.cell.operations[0] == "input" and one.trainable_parameters >= 0 and one.seconds >= 0
        for repeat in one.repeats:
            for name in ("train_accuracy", "validation_accuracy", "test_accuracy"):
                assert all(share is None or 0 <= share <= 1 for share in repeat[name])
            assert all(time is None or 0 <= time < float("inf") for time in repeat["training_seconds"])
    if found.records:
        check_table(results_table(found.records, name="three"))
    before = path.read_bytes().removesuffix(found.torn)
    with ResultsFile(path, SETTINGS):
        assert path.read_bytes().rstrip(b"\n") == before.rstrip(b"\n")


@st.composite
def settings_files(draw: Any) -> bytes:
    """Settings of which something was changed."""
    hand = draw(st.randoms(use_true_random=False))
    return json_of(hand, {**SETTINGS.to_dict(), "precision": hand.choice(["float32", "bf16"])})


def take_settings(content: bytes, folder: Path) -> None:
    """Whatever is read is written and read as the same, and asks for nothing that no machine has."""
    path = folder / "settings.json"
    path.write_bytes(content)
    settings = Settings.read(path)
    assert Settings.from_json(settings.to_json()) == settings
    assert 1 <= settings.repeats <= 64 and 1 <= settings.steps <= 10**9 and settings.batch_size <= 10**8
    assert list(settings.budgets) == sorted(set(settings.budgets)) and settings.budgets[-1] == settings.steps


_hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
HASHES = [_hasher.hash("difference"), _hasher.hash("engine")]


@st.composite
def users_files(draw: Any) -> bytes:
    """Files of users with hashes that ask for much, lines that are none, and damaged bytes."""
    hand = draw(st.randoms(use_true_random=False))
    lines = ["# people", f"ada:{HASHES[0]}", f"bob:{HASHES[1]}"]
    what, index = hand.randint(0, 3), hand.randint(1, 2)
    if what == 0:
        numbers = [hand.choice([0, 1, 4, 64, 65536, 262144, 2**20, 2**31, 2**32 - 1, 10**30, -1]) for _ in range(3)]
        lines[index] = lines[index].replace("m=64,t=1,p=1", "m={},t={},p={}".format(*numbers))
    elif what == 1:
        lines[index] = text_of(hand, lines[index])
    elif what == 2:
        lines = [str(plain_of(hand, lines)), *lines, str(hand.choice(VALUES))][hand.randint(0, 1):]
    content = "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"
    return bytes_of(hand, content) if what == 3 else content


def take_users(content: bytes, folder: Path) -> None:
    """Whoever may sign in has a name, and a hash that can be computed."""
    path = folder / "users"
    path.write_bytes(content)
    users = UserFile(path)
    for name in users.names():
        assert 1 <= len(name) <= 64 and name.isprintable() and ":" not in name
    for line in content.decode("utf-8-sig").splitlines():
        if line.strip() and not line.startswith("#"):
            asked = extract_parameters(line.partition(":")[2])
            assert 1 <= asked.memory_cost <= MOST_MEMORY and 1 <= asked.time_cost <= MOST_PASSES
            assert 1 <= asked.parallelism <= MOST_LANES
    assert users.mark("nobody") is None


KINDS = {
    "results": Kind(results_files(), take_results),
    "settings": Kind(settings_files(), take_settings),
    "users": Kind(users_files(), take_users),
}
