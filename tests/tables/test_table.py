"""BenchmarkTable against plain Python on a small table with repeats, ties and gaps."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.cell import Cell
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import CellNotInTableError, SelectionError, SourceError, UnknownMetricError
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

SPACE = CellSpace(("conv", "pool"), max_vertices=4, max_edges=5)
CELLS = enumerate_cells(SPACE)
NAN = math.nan


def make_table(columns, cells=CELLS):
    return BenchmarkTable(SPACE, cells, {name: known_metric(name) for name in columns}, columns, name="small")


def test_means_leave_missing_repeats_out():
    repeats = np.full((CELLS.size, 3), NAN)
    repeats[0] = [0.1, NAN, 0.4]
    repeats[1] = [0.5, 0.6, 0.7]
    table = make_table({"test_accuracy": repeats})
    assert table.column("test_accuracy")[0] == pytest.approx(statistics.mean([0.1, 0.4]))
    assert table.column("test_accuracy")[1] == pytest.approx(statistics.mean([0.5, 0.6, 0.7]))
    assert np.isnan(table.column("test_accuracy")[2:]).all()
    assert table.known("test_accuracy") == 2
    np.testing.assert_array_equal(table.repeats("test_accuracy"), repeats)


def test_a_single_repeat_is_its_own_mean():
    values = np.linspace(0, 1, CELLS.size)
    table = make_table({"test_accuracy": values})
    assert table.repeats("test_accuracy").shape == (CELLS.size, 1)
    np.testing.assert_array_equal(table.column("test_accuracy"), values)


def test_arrays_cannot_be_written_to():
    table = make_table({"test_accuracy": np.linspace(0, 1, CELLS.size)})
    for array in (table.packed, table.keys, table.column("test_accuracy"), table.repeats("test_accuracy"),
                  table.sorted_column("test_accuracy"), *table.lookup):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_every_cell_is_found_in_its_row_in_any_vertex_order():
    shuffled = np.random.default_rng(0).permutation(CELLS)
    table = make_table({"edges": np.arange(CELLS.size)}, shuffled)
    for row in range(len(table)):
        cell = table.cell(row)
        inner = list(range(1, cell.output))[::-1]
        relabelled = {0: 0, cell.output: cell.output, **{old: new for new, old in enumerate(inner, start=1)}}
        turned = Cell(("input", *(cell.operations[v] for v in inner), "output"),
                      [(relabelled[source], relabelled[target]) for source, target in cell.edges], SPACE)
        assert table.find(turned) == row


def test_cells_that_are_not_there():
    table = make_table({"edges": np.arange(CELLS.size - 1)}, CELLS[1:])
    with pytest.raises(CellNotInTableError, match="Found a valid cell of 2 vertices and 1 edges"):
        table.find(Cell(("input", "output"), [(0, 1)], SPACE))
    with pytest.raises(CellNotInTableError, match="maxpool3x3"):
        table.find(Cell(("input", "maxpool3x3", "output"), [(0, 1), (1, 2)]))
    with pytest.raises(SelectionError, match="Found row -1"):
        table.cell(-1)


def test_the_same_cell_twice_is_refused():
    with pytest.raises(SourceError, match="rows 0 and 3"):
        make_table({"edges": np.zeros(4)}, CELLS[[5, 1, 2, 5]])


def test_a_column_of_the_wrong_length_is_refused():
    table = make_table({"edges": np.zeros(3)})
    with pytest.raises(SourceError, match="column 'edges'"):
        table.column("edges")


def test_unknown_metric_names_those_there_are():
    with pytest.raises(UnknownMetricError, match="expected one of edges"):
        make_table({"edges": np.zeros(CELLS.size)}).column("accuracy")


@given(st.lists(st.one_of(st.just(NAN), st.sampled_from([0.1, 0.2, 0.3])), min_size=CELLS.size, max_size=CELLS.size),
       st.sampled_from([0.1, 0.15, 0.3]))
def test_best_worst_and_rank(values, probe):
    table = make_table({"test_accuracy": np.array(values), "training_time": np.array(values)})
    known = [value for value in values if not math.isnan(value)]
    for name, better in (("test_accuracy", max), ("training_time", min)):
        worse = min if better is max else max
        best, worst = table.best(name), table.best(name, worst=True)
        assert best == (values.index(better(known)) if known else None)
        assert worst == (values.index(worse(known)) if known else None)
        strictly_better = [v for v in known if (v > probe if better is max else v < probe)]
        assert table.rank(name, probe) == (len(strictly_better) + 1, len(known))


def test_best_among_rows():
    table = make_table({"test_accuracy": np.arange(CELLS.size) % 7 / 10})
    assert table.best("test_accuracy", np.array([1, 2, 9])) == 2
    assert table.best("test_accuracy", np.array([], dtype=np.int64)) is None


@pytest.mark.parametrize("rows", [[3, 1, 3], np.array([1, 3], dtype=np.uint8), np.isin(np.arange(CELLS.size), [1, 3])])
def test_rows_become_sorted_and_unique(rows):
    checked = make_table({"edges": np.zeros(CELLS.size)}).checked_rows(rows)
    assert checked.dtype == np.int64
    assert checked.tolist() == [1, 3]


def test_rows_that_make_no_sense_are_refused():
    table = make_table({"edges": np.zeros(CELLS.size)})
    assert table.checked_rows([]).tolist() == []
    assert table.checked_rows(None) is None
    for rows in ([0.5], [[1]], np.ones(3, dtype=bool), ["one"]):
        with pytest.raises(SelectionError, match="expected row numbers"):
            table.checked_rows(rows)
    for rows in ([-1], [CELLS.size], [2**70], [-2**70]):
        with pytest.raises(SelectionError, match="expected 0 to"):
            table.checked_rows(rows)


def test_lazy_columns_are_asked_for_once():
    asked = []

    class Columns(dict):
        def __getitem__(self, name):
            asked.append(name)
            return np.arange(CELLS.size)

    table = make_table(Columns(edges=None, vertices=None))
    assert asked == []
    for _ in range(2):
        table.column("edges")
        table.rank("edges", 3)
    assert asked == ["edges"]
    assert table.frame().columns.tolist() == ["edges", "vertices"]
    assert "small" in repr(table)


def test_another_direction_shares_everything_but_the_metric():
    table = make_table({"val_loss": np.linspace(0, 1, CELLS.size), "depth": np.arange(CELLS.size)})
    index, column = table.completion_index, table.column("val_loss")
    other = table.with_direction("val_loss", True)
    assert (table.metric("val_loss").higher_is_better, table.metric("val_loss").guessed) == (False, True)
    assert (other.metric("val_loss").higher_is_better, other.metric("val_loss").guessed) == (True, False)
    assert other.metric("depth") is table.metric("depth") and list(other.metrics) == list(table.metrics)
    assert other.completion_index is index and other.column("val_loss") is column and other.packed is table.packed
    assert other.edge_types is table.edge_types and other.lookup[0] is table.lookup[0]
    assert table.best("val_loss") == other.best("val_loss", worst=True) == 0
    assert other.with_direction("val_loss", None).best("val_loss") == CELLS.size - 1
    with pytest.raises(UnknownMetricError, match="'speed'"):
        table.with_direction("speed", True)
