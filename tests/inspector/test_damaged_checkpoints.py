"""Ten thousand damaged checkpoints: each is read, or refused with one message, and none takes much memory."""

from __future__ import annotations

import resource
from collections import Counter

import pytest

from tests.fuzz.checkpoints import FILES, take_checkpoint
from vanas_panel.errors import SourceError

COUNT = 10_000


@pytest.mark.slow
def test_damaged_checkpoints_are_read_or_refused(tmp_path):
    counts = Counter[str]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for seed in range(COUNT):
        case = FILES[seed % len(FILES)].name, seed // len(FILES) % 3, seed
        try:
            take_checkpoint(case, tmp_path)
            counts["read"] += 1
        except SourceError as error:
            counts["refused"] += 1
            assert error.path is not None and error.path.name == case[0]
    # Both happen: not everything is refused at the door.
    assert min(counts["read"], counts["refused"]) > COUNT // 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10
