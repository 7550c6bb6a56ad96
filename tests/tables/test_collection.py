"""A table as Python's own habits have it: columns by name, cells by `in` and `for`, copies and pickles."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import vanas_panel as vp
from tests.conftest import ROOT
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import ArgumentKindError
from vanas_panel.tables.metrics import Metric

C3, C1, MP = NASBENCH101.operations
SAID = {"images": {"source": "digits"}, "settings": {"epochs": 3}}


@pytest.fixture
def table() -> vp.BenchmarkTable:
    """Structure alone, from a file of which no column has been read yet."""
    return vp.open_table("structure4")


@pytest.fixture
def made() -> vp.BenchmarkTable:
    """Repeats with a gap, a note, a training and a direction of its own."""
    space = vp.CellSpace(["conv", "pool"], 3, 3)
    values = np.array([[0.5, 0.7], [0.25, np.nan], [np.nan, np.nan], [0.125, 0.125], [1.0, 0.0]])
    metrics = {"score": Metric("score", "Score", "", None), "loss": Metric("loss", "Loss", "", False)}
    return vp.BenchmarkTable(space, vp.enumerate_cells(space), metrics, {"score": values, "loss": -values[:, 0]},
                             name="made", title="A made table", notes=["A note."], training=SAID)


def test_a_column_by_name(table):
    assert table["edges"] is table.column("edges")
    assert table[np.str_("edges")].tolist() == table.column("edges").tolist()
    assert not table["edges"].flags.writeable


def test_an_unknown_column_is_a_key_error_that_reads_well(table):
    with pytest.raises(KeyError) as caught:
        table["accuracy"]
    assert isinstance(caught.value, vp.UnknownMetricError)
    assert str(caught.value).startswith("Found metric 'accuracy'; expected one of ")


@pytest.mark.parametrize("key", [0, np.int64(0), slice(3), ["edges"], None, b"edges"])
def test_a_row_is_not_taken_for_a_column(table, key):
    with pytest.raises(TypeError, match=r"expected the name of a metric\. Take a cell with table\.cell\(row\)"):
        table[key]


def test_cells_are_found_in_any_order_of_their_vertices(table):
    cell = vp.Cell(["input", C3, MP, "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])
    relabelled = vp.Cell(["input", MP, C3, "output"], [(0, 1), (1, 3), (0, 2), (2, 3)])
    assert cell in table and relabelled in table
    assert vp.Draft(cell.operations, cell.edges) in table
    assert vp.Draft(cell.operations, cell.edges[:-1]) not in table
    assert vp.Cell(["input", C3, C3, C3, "output"], [(0, 1), (1, 2), (2, 3), (3, 4)]) not in table
    assert vp.Cell(["input", "attention", "output"], [(0, 1), (1, 2)], None) not in table
    assert vp.Draft(["input", *[C3] * 20, "output"]) not in table


@pytest.mark.parametrize("thing", ["edges", 0, None, ("input", "output")])
def test_membership_of_a_non_cell_is_a_type_error(table, thing):
    with pytest.raises(TypeError, match="expected a cell"):
        assert thing in table


def test_iteration_gives_cells_in_row_order(table):
    cells = list(table)
    assert len(cells) == len(table) == 91
    assert [cell.operations for cell in cells] == [table.cell(row).operations for row in range(91)]
    assert [table.find(cell) for cell in table] == list(range(91))
    assert next(reversed(cells)) == table.cell(90)


def test_equality_is_identity_as_before(table, made):
    assert table == table and table != vp.open_table("structure4")
    assert len({table, table, made}) == 2


def same(one: vp.BenchmarkTable, other: vp.BenchmarkTable) -> None:
    """Hold two tables against each other by all that can be asked of them."""
    assert other is not one and type(other) is vp.BenchmarkTable
    for name in ("space", "name", "title", "notes", "metrics", "opened_with", "directions", "training"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("packed", "keys"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
        assert not getattr(other, name).flags.writeable
    for name in one.metrics:
        assert np.array_equal(one.repeats(name), other.repeats(name), equal_nan=True)
        assert not other.repeats(name).flags.writeable and not other.column(name).flags.writeable
    assert [other.find(cell) for cell in one] == list(range(len(one)))


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_the_same_table(table, made, protocol):
    for each in (table, made):
        same(each, pickle.loads(pickle.dumps(each, protocol)))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copy_is_the_same_table(table, made, copied):
    for each in (table, made):
        same(each, copied(each))


def test_a_shallow_copy_reads_no_column(table):
    class Unread(dict):
        def __getitem__(self, name):
            raise AssertionError("read")

    unread = vp.BenchmarkTable(table.space, table.packed, table.metrics, Unread(dict.fromkeys(table.metrics)),
                               name="unread")
    assert copy.copy(unread).packed is unread.packed
    assert unread.with_direction("edges", False).origin is unread
    with pytest.raises(AssertionError, match="read"):
        unread.column("edges")


def test_a_pickle_keeps_the_directions_and_how_it_was_opened():
    table = vp.open_table("structure4", directions={"edges": False}, limits=vp.Limits(rows=1000))
    switched = table.with_direction("flops", True)
    back = pickle.loads(pickle.dumps(switched))
    assert back.directions == {"flops": True} and back.metrics["edges"].higher_is_better is False
    assert back.opened_with == table.opened_with and back.opened_with["limits"] == vp.Limits(rows=1000)
    assert back.origin.directions == {} and back.with_directions({}) is back.origin
    assert np.shares_memory(back.packed, back.origin.packed)


def test_a_pickle_holds_no_index():
    table = vp.open_table("structure4")
    before = len(pickle.dumps(table))
    vp.edge_importance(table, "edges")
    vp.complete(table, vp.Draft(["input", "output"]), "edges")
    for name in table.metrics:
        table.sorted_column(name)
    assert len(pickle.dumps(table)) == before


@pytest.mark.slow
def test_another_process_computes_the_same_from_a_pickle(tmp_path, table, made):
    path = tmp_path / "tables.pickle"
    path.write_bytes(pickle.dumps([table, made]))
    code = ("import pickle, sys, vanas_panel as vp; one, two = pickle.load(open(sys.argv[1], 'rb'))\n"
            "print(vp.edge_importance(one, 'edges')['importance'].tolist(), two['score'][0], two.cell(4) in two)")
    told = subprocess.run([sys.executable, "-W", "ignore::ResourceWarning", "-c", code, str(path)], cwd=ROOT,
                          capture_output=True, text=True, check=True).stdout
    assert told.strip() == f"{vp.edge_importance(table, 'edges')['importance'].tolist()} 0.6 True"


def test_a_pickle_outlives_the_file(tmp_path):
    path = Path(tmp_path / "own.csv")
    path.write_text('adjacency,operations,score\n010001000,"input,a,output",0.5\n0100,"input,output",0.25\n')
    content = pickle.dumps(vp.open_table(path))
    path.unlink()
    assert pickle.loads(content)["score"].tolist() == [0.5, 0.25]


def test_cells_drafts_and_spaces_are_pickled_too(table):
    for thing in (table.cell(7), vp.Draft(["input", C1, "output"], [(0, 1)]), table.space, table.metrics["edges"]):
        assert pickle.loads(pickle.dumps(thing)) == thing
        assert copy.deepcopy(thing) == thing


@pytest.mark.parametrize("row", [91, -1, np.int64(91)])
def test_a_row_outside_is_an_index_error(table, row):
    with pytest.raises(IndexError, match="expected 0 to 90"):
        table.cell(row)
    with pytest.raises(IndexError, match="expected 0 to 90"):
        table.checked_rows([row])


def test_finding_a_non_cell_is_refused(table):
    for thing in (3, None, "input", vp.Draft(["input", "output"], [(0, 1)])):
        with pytest.raises(ArgumentKindError, match="expected a Cell"):
            table.find(thing)
