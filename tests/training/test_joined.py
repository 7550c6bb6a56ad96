"""Trained cells are counted in only where they were trained as the table's were, and only those that it lacks."""

from __future__ import annotations

import numpy as np
import pytest
from trained_cells import CHAIN, POOL, SIX, record

from vanas_panel.core.cell import Cell
from vanas_panel.core.importance import edge_importance
from vanas_panel.errors import TrainingError
from vanas_panel.readers.formats.stored import read_stored, write_table
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.training.joined import joined_table, source_table, why_not_joined
from vanas_panel.training.table import results_table, table_settings


@pytest.fixture
def source() -> BenchmarkTable:
    return results_table([record(), record(POOL, 0.5)], name="source", title="Source", notes=["A note."])


def test_rows_are_those_of_the_table_and_then_the_new_ones(source):
    joined = joined_table(source, [record(SIX, 0.9), record(accuracy=0.1)])
    assert (len(joined), joined.added, joined.source, joined.training) == (3, 1, source, source.training)
    assert joined.title == "Source + 1 trained here"
    for name in source.metrics:
        assert np.array_equal(joined.repeats(name)[:2], source.repeats(name), equal_nan=True)
    assert joined.column("test_accuracy")[joined.find(SIX)] == 0.9
    assert joined.column("test_accuracy")[joined.find(CHAIN)] == 0.8, "the table keeps its own measurement"
    assert "A note." in joined.notes and "1 cell trained here" in joined.notes[0]


def test_the_table_itself_stays_as_it_is(source):
    before = edge_importance(source)
    joined = joined_table(source, [record(SIX, 0.9)])
    assert edge_importance(source).equals(before)
    assert not edge_importance(joined).equals(before)
    assert len(source) == 2


def test_repeats_and_columns_that_one_side_lacks_are_empty(source):
    wide = record(SIX, 0.9)
    wide.repeats.append({**wide.repeats[0], "repeat": 1, "test_accuracy": [0.7]})
    own = BenchmarkTable(source.space, source.packed, {**source.metrics, "extra": known_metric("extra")},
                         {**{name: source.repeats(name) for name in source.metrics}, "extra": np.arange(2.0)},
                         name="source", training=source.training)
    joined = joined_table(own, [wide])
    row = joined.find(SIX)
    assert joined.repeats("test_accuracy").shape == (3, 2)
    assert joined.repeats("test_accuracy")[row].tolist() == [0.9, 0.7]
    assert np.isnan(joined.repeats("test_accuracy")[:2, 1]).all()
    assert np.isnan(joined.column("extra")[row]) and joined.column("extra")[:2].tolist() == [0, 1]


@pytest.mark.parametrize(("records", "said"), [
    ([], "No cell has been trained here yet"),
    ([record(SIX, settings_hash="other")], "the cells here with others"),
    ([record(SIX, images="other")], "the cells here with others"),
    ([record()], "in the table already"),
    ([record(Cell(("input", *["conv1x1-bn-relu"] * 6, "output"), tuple((v, v + 1) for v in range(7)), None))],
     "as far as its search space has them"),
])
def test_why_nothing_can_be_counted_in(source, records, said):
    assert said in why_not_joined(source, records)
    with pytest.raises(TrainingError, match=said):
        joined_table(source, records)


def test_a_table_that_does_not_tell_its_settings_is_left_alone(source):
    silent = BenchmarkTable(source.space, source.packed, source.metrics,
                            {name: source.repeats(name) for name in source.metrics}, name="silent")
    assert "does not say how its cells were trained" in why_not_joined(silent, [record(SIX)])


def test_a_stored_table_remembers_how_it_was_trained(source, tmp_path):
    write_table(source, tmp_path / "source.parquet")
    again = read_stored(tmp_path / "source.parquet")
    assert again.training == source.training
    assert table_settings(again) == table_settings(source)
    assert table_settings(again).digest == record().settings_hash
    write_table(joined_table(again, [record(SIX, 0.9)]), tmp_path / "joined.parquet")
    assert len(read_stored(tmp_path / "joined.parquet")) == 3


def test_settings_of_another_version_are_not_taken_for_ours(source):
    odd = BenchmarkTable(source.space, source.packed, source.metrics,
                         {name: source.repeats(name) for name in source.metrics}, name="odd",
                         training={"settings": {"sauce": 1}, "settings_digest": "x", "images": "y"})
    assert table_settings(odd) is None
    mixed = results_table([record(), record(POOL, images="others")], name="mixed")
    assert mixed.training is None


def test_link_counts_in_the_cells_trained_by_its_opener(source):
    other = results_table([record(POOL, 0.5)], name="source")
    tables, own = [other, source], [record(SIX, 0.9)]
    query = to_query(Session(joined_table(source, own)), tables)
    assert "table=source@2&" in query and "&trained=1" in query
    session, messages = restore(query, tables, count_in=lambda table: joined_table(table, own))
    assert messages == () and source_table(session.table) is source and len(session.table) == 3
    assert to_query(session, tables) == query
    assert "trained" not in to_query(Session(source), tables)


def test_switched_directions_and_counted_in_cells_go_together(source):
    own = [record(SIX, 0.9)]
    switched = source.with_direction("test_accuracy", False)
    joined = joined_table(switched, own)
    assert joined.directions == {} and source_table(switched) is source_table(joined) is source
    other = joined.with_directions(switched.directions)
    assert source_table(other) is source and other.origin is joined and len(other) == 3
    assert other.best("test_accuracy") == 1 and joined.best("test_accuracy") == 2
    query = to_query(Session(other), [source])
    assert query.endswith("trained=1&better=test_accuracy:lower")
    session, messages = restore(query, [source], count_in=lambda table: joined_table(table, own))
    assert messages == () and to_query(session, [source]) == query and len(session.table) == 3


def test_a_link_says_what_it_cannot_count_in(source):
    query = to_query(Session(joined_table(source, [record(SIX, 0.9)])), [source])
    for count_in, said in ((None, "trained: Found a link that counts in"),
                           (lambda table: joined_table(table, []), "trained: Found nothing to count in")):
        session, messages = restore(query, [source], count_in=count_in)
        assert session.table is source and len(messages) == 1 and messages[0].startswith(said)
    _, messages = restore("trained=yes", [source])
    assert messages == ("trained: Found 'yes'; expected one of '1'.",)
