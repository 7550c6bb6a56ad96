"""What the drawer of cells shows: checked, in links, on another table, and which rows it lists."""

import numpy as np
import pytest
from demo_tables import demo_table, structure_table

from vanas_panel.errors import LinkError, SelectionError
from vanas_panel.state.brushes import brushed, brushes_of, without_brushes
from vanas_panel.state.cells_view import CellsView, cells_text, read_cells
from vanas_panel.state.conditions import AllOf, AnyOf, Between, HasEdge
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.listed_cells import listed_cells
from vanas_panel.state.session import Session

VIEWS = [CellsView(), CellsView("axes", spread="rank"), CellsView(sort="flops", down=True, page=7),
         CellsView(filters=(("flops", ">= 1 G"), ("operations", "!max,conv:1%"))),
         CellsView("axes", axes=("structure.edges", "flops"), flipped=("flops",))]


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_holds_a_view(view):
    session = Session(demo_table(), cells=view)
    assert restore(to_query(session), [session.table])[0].cells == view
    assert read_cells(cells_text(view), session.table) == view if cells_text(view) else view == CellsView()


@pytest.mark.parametrize("text", ["", "list", "sort", "sort:beauty", "sort:flops:up", "where:flops", "page:-1",
                                  "page:1:2", "order:beauty", "table:1", "page:99999999999"])
def test_a_text_that_is_no_view_is_refused(text):
    with pytest.raises(LinkError):
        read_cells(text, demo_table())


@pytest.mark.parametrize("change", [{"tab": "list"}, {"spread": 3}, {"page": -1}, {"page": "1"}])
def test_what_is_no_view_is_refused(change):
    with pytest.raises(SelectionError, match=r"Found .*; expected"):
        CellsView(**change)
    session = Session(demo_table())
    with pytest.raises(SelectionError, match="expected a CellsView"):
        session.cells = change
    assert session.cells == CellsView()


def test_another_table_keeps_the_columns_that_it_has():
    view = CellsView("axes", "test_accuracy", True, (("test_accuracy", "1"), ("operations", "conv")), 3,
                     ("test_accuracy", "structure.edges"), ("test_accuracy",))
    assert view.on(structure_table()) == CellsView("axes", filters=(("operations", "conv"),),
                                                   axes=("structure.edges",))


def test_rows_are_selected_and_taken_by_every_filter_and_a_bad_one_takes_all():
    table = demo_table()
    rows = np.arange(1, len(table))
    view = CellsView(sort="flops", down=True, filters=(("structure.edges", "2.."), ("flops", "rubbish")))
    listed = listed_cells(table, view, "test_accuracy", rows)
    edges, flops = table.column("structure.edges"), table.column("flops")
    assert list(listed.faults) == ["flops"]
    assert listed.rows.tolist() == sorted((row for row in rows.tolist() if edges[row] >= 2),
                                          key=lambda row: (-flops[row], row))
    assert listed_cells(table, CellsView(), "test_accuracy", rows[:0]).rows.size == 0


def test_without_a_column_the_best_cell_comes_first():
    table = demo_table()
    assert listed_cells(table, CellsView(), "test_accuracy").rows[0] == table.best("test_accuracy")
    assert listed_cells(table, CellsView(), "flops").rows[0] == table.best("flops")


def test_brushes_are_conditions_of_their_own():
    edge = HasEdge("input", "output")
    both = brushed(AllOf((edge, Between("flops", 1, 2)), "mine"), "edges", (3, 4))
    assert brushes_of(both) == {"flops": (1, 2), "edges": (3, 4)} and both.name == "mine"
    assert brushed(both, "edges", (5, 6)).parts[-1] == Between("edges", 5, 6)
    assert without_brushes(both) == AllOf((edge,), "mine") and without_brushes(AllOf([Between("edges", 1, 2)])) is None
    either = AnyOf([edge, Between("flops", 1, 2)])
    assert brushes_of(either) == {} and brushed(either, "edges", (1, 2)).parts == (either, Between("edges", 1, 2))
