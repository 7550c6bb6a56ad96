"""Rough hands, in short: a few dozen of every kind of file and text. `make fuzz` tries ten thousand of each."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import checkpoints, records, tables, texts
from tests.fuzz.kind import holds

KINDS = {**tables.KINDS, **records.KINDS, **texts.KINDS, **checkpoints.KINDS}


@pytest.mark.parametrize("name", KINDS)
def test_rough_hands_end_in_a_message_or_in_the_right_content(name, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rough")
    kind = KINDS[name]

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def each(data):
        holds(kind, data.draw(kind.make), folder)

    each()
