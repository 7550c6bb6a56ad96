"""The session: what its actions do to the state, and what follows from the state."""

import numpy as np
import pytest

from vanas_panel.core.completion import complete
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import InvalidCellError, SelectionError, UnknownMetricError, UnknownOperationError
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

SPACE = CellSpace(("conv", "pool"), max_vertices=5, max_edges=6)
CELLS = enumerate_cells(SPACE)


def in_order_of_all(table, rows):
    """Importance over some rows, its edge types in the order that they have over the whole table."""
    whole = edge_importance(table).set_index(["source", "target"])
    return edge_importance(table, rows=rows).set_index(["source", "target"]).loc[whole.index].reset_index()


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(1)
    columns = {"test_accuracy": rng.random((CELLS.size, 3)), "trainable_parameters": rng.integers(1, 9, CELLS.size)}
    # A cell without a measurement, and one cell of the space that the table lacks.
    columns["test_accuracy"][7] = np.nan
    columns = {name: values[:-1] for name, values in columns.items()}
    return BenchmarkTable(SPACE, CELLS[:-1], {name: known_metric(name) for name in columns}, columns, name="small")


@pytest.fixture
def session(table):
    return Session(table)


def test_starts_with_input_and_output_and_sensible_metrics(session):
    assert session.draft == EMPTY == Draft(("input", "output"))
    assert (session.metric, session.x, session.y) == ("test_accuracy", "trainable_parameters", "test_accuracy")
    assert [problem.kind for problem in session.problems] == ["no path"]
    assert session.cell is session.row is session.contributions is None
    assert not session.can_undo and not session.can_redo


def test_two_sessions_share_the_table_and_nothing_else(table):
    one, other = Session(table), Session(table)
    one.add_vertex("conv")
    one.param.metric.objects.append("elsewhere")
    assert one.table is other.table
    assert other.draft == EMPTY
    assert "elsewhere" not in other.param.metric.objects


def test_metrics_are_held_to_the_table(session):
    with pytest.raises(ValueError, match="metric"):
        session.metric = "nonsense"


def test_a_table_without_metrics_is_refused():
    with pytest.raises(UnknownMetricError, match="no column of numbers .* expected at least one"):
        Session(BenchmarkTable(SPACE, CELLS, {}, {}, name="bare"))


def test_derived_results_equal_those_of_the_functions(session, table):
    session.load_row(30)
    assert session.row == 30 and session.cell == table.cell(30)
    assert session.contributions.equals(edge_contributions(table, table.cell(30)))
    assert session.completions.equals(complete(table, session.draft))
    assert session.importance.equals(edge_importance(table))
    session.select(range(20))
    assert session.importance.equals(in_order_of_all(table, range(20)))
    session.metric = "trainable_parameters"
    assert session.contributions.equals(edge_contributions(table, table.cell(30), "trainable_parameters"))
    assert session.completions.equals(complete(table, session.draft, "trainable_parameters"))
    session.extra_vertices = 1
    assert session.completions.equals(complete(table, session.draft, "trainable_parameters", extra_vertices=1))


def test_results_are_computed_once_per_state(session):
    session.load_row(30)
    held = session.completions, session.contributions, session.importance
    session.select(None)
    session.dark = True
    assert session.completions is held[0]
    assert session.contributions is held[1]


def test_a_valid_cell_that_the_table_lacks(session):
    session.load_cell(BenchmarkTable(SPACE, CELLS, {}, {}, name="all").cell(CELLS.size - 1))
    assert session.cell is not None
    assert session.row is None
    assert session.contributions is None


def test_drawing_step_by_step(session):
    session.add_vertex("conv")
    session.add_edge(0, 1)
    session.add_edge(1, 2)
    assert session.problems == () and session.row is not None
    session.add_vertex("pool")
    assert session.draft.operations == ("input", "conv", "pool", "output")
    assert session.draft.edges == ((0, 1), (1, 3)), "edges to the output moved with it"
    session.toggle_edge(1, 2)
    session.toggle_edge(1, 3)
    assert session.draft.edges == ((0, 1), (1, 2))
    session.remove_vertex(1)
    assert session.draft == Draft(("input", "pool", "output"))


def test_undo_and_redo_visit_every_state(session):
    states = [session.draft]
    for act in (lambda: session.add_vertex("conv"), lambda: session.add_edge(0, 1), lambda: session.load_row(4),
                session.clear, lambda: session.add_edge_type("pool", "pool")):
        act()
        states.append(session.draft)
    for state in reversed(states[:-1]):
        session.undo()
        assert session.draft == state
    session.undo()
    assert not session.can_undo and session.draft == states[0]
    for state in states[1:]:
        session.redo()
        assert session.draft == state
    assert not session.can_redo
    session.undo()
    session.add_vertex("conv")
    assert not session.can_redo, "a new step ends the old future"


def test_moving_a_vertex_is_a_step_that_keeps_the_others(session):
    session.add_vertex("conv")
    session.move_vertex(1, 0.5, 0.25, {0: (0, 1), 1: (0, 0), 2: (0, -1)})
    assert session.positions == {0: (0, 1), 1: (0.5, 0.25), 2: (0, -1)}
    session.add_vertex("pool")
    assert session.positions == {0: (0, 1), 1: (0.5, 0.25), 3: (0, -1)}, "the output took its position along"
    session.remove_vertex(1)
    assert session.positions == {0: (0, 1), 2: (0, -1)}
    session.undo()
    session.undo()
    session.undo()
    assert session.positions == {}


def test_held_positions_belong_to_the_next_step(session):
    session.add_vertex("conv")
    session.hold_places({0: (0, 1), 1: (0, 0), 2: (0, -1)})
    session.add_edge(0, 1)
    assert session.positions == {0: (0, 1), 1: (0, 0), 2: (0, -1)}
    session.hold_places({0: (5, 5)})
    assert session.positions == {0: (0, 1), 1: (0, 0), 2: (0, -1)}, "what a person placed stays"
    session.undo()
    assert session.draft.edges == () and session.positions == {}
    session.redo()
    assert session.draft.edges == ((0, 1),) and session.positions == {0: (0, 1), 1: (0, 0), 2: (0, -1)}


def test_limits_are_said_and_change_nothing(session):
    for _ in range(3):
        session.add_vertex("conv")
    held = session.draft
    session.add_vertex("pool")
    assert session.draft == held and session.message == "A cell of this search space has at most 5 vertices."
    for edge in ((0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)):
        session.add_edge(*edge)
    assert session.message == ""
    session.add_edge(0, 4)
    assert session.message == "A cell of this search space has at most 6 edges."
    assert len(session.draft.edges) == 6
    session.add_edge_type("conv", "conv")
    assert session.message == "A cell of this search space has at most 6 edges."


@pytest.mark.parametrize(("edge", "message"), [
    ((1, 1), "An edge needs two different vertices."),
    ((1, 0), "No edge can enter the input."),
    ((3, 1), "No edge can leave the output."),
    ((0, 1), "That edge is drawn already."),
])
def test_impossible_edges_are_reported(session, edge, message):
    session.load_cell(Draft(("input", "conv", "pool", "output"), [(0, 1)]))
    session.add_edge(*edge)
    assert session.message == message
    assert session.draft.edges == ((0, 1),)


def test_input_and_output_stay(session):
    session.remove_vertex(0)
    session.remove_vertex(1)
    assert session.draft == EMPTY
    assert session.message == "Input and output cannot be removed."


def test_a_cycle_can_be_drawn_and_is_named(session):
    session.load_cell(Draft(("input", "conv", "pool", "output"), [(0, 1), (1, 2), (2, 3)]))
    session.add_edge(2, 1)
    assert [problem.kind for problem in session.problems] == ["cycle"]
    assert session.completions.attrs["reason"] == "The draft has a directed cycle; no cell has one."


def test_edge_types_bring_the_vertices_they_need(session):
    session.add_edge_type("conv", "pool")
    assert sorted(session.draft.operations[1:-1]) == ["conv", "pool"]
    [edge] = session.draft.edges
    assert session.draft.edge_type(edge) == ("conv", "pool")
    session.add_edge_type("input", "conv")
    session.add_edge_type("pool", "output")
    assert session.problems == () and len(session.draft.operations) == 4
    session.add_edge_type("input", "output")
    assert (0, 3) in session.draft.edges
    held = session.draft
    session.add_edge_type("input", "output")
    assert session.draft == held
    assert session.message == "Every edge of that type is drawn already, or would close a cycle."
    session.add_edge_type("conv", "conv")
    assert session.draft.operations.count("conv") == 2
    assert session.draft.topological_order() is not None


def test_unknown_operations_are_an_error(session):
    with pytest.raises(UnknownOperationError, match="expected one of conv, pool"):
        session.add_vertex("<b>conv</b>")


def test_selection_is_checked_however_it_is_set(session):
    session.rows = [5, 2, 2]
    assert session.rows.tolist() == [2, 5]
    with pytest.raises(SelectionError):
        session.rows = [10**6]
    assert session.rows.tolist() == [2, 5]
    session.select([])
    assert session.importance["importance"].isna().all()
    session.select(None)
    assert session.rows is None


def test_importance_follows_every_new_selection(session, table):
    # Arrays of one size, made and dropped in turn, tend to share an address.
    for start in range(30):
        session.select(np.arange(start, start + 20))
        assert session.importance.equals(in_order_of_all(table, range(start, start + 20)))


def test_setting_the_draft_from_code_can_be_undone_and_forgets_positions(session):
    session.add_vertex("conv")
    session.move_vertex(1, 1, 1, {0: (0, 1), 2: (0, 0)})
    session.draft = Draft(("input", "pool", "pool", "output"), [(0, 1)])
    assert session.positions == {}
    session.undo()
    assert session.draft.operations == ("input", "conv", "output")
    session.cell = session.table.cell(3)
    assert session.row == 3


def test_pinning(session):
    session.pin()
    assert session.pinned is None and session.message == "Only a valid cell can be pinned."
    session.load_row(3)
    session.pin()
    session.load_row(4)
    assert session.pinned == session.table.cell(3)
    session.unpin()
    assert session.pinned is None


def test_a_view_sees_the_finished_state_once_per_step(session):
    seen = []
    session.param.watch(lambda *events: seen.append((session.draft, dict(session.positions), session.can_undo)),
                        ["draft", "positions"])
    session.load_row(3)
    session.move_vertex(1, 1.0, 2.0, {0: (0.0, 0.0)})
    assert len(seen) == 2
    assert all(can_undo for _, _, can_undo in seen)
    assert seen[1][1] == {0: (0.0, 0.0), 1: (1.0, 2.0)}


def test_loading_nonsense_changes_nothing(session):
    with pytest.raises(InvalidCellError):
        type(session.table.cell(0))(("input", "conv", "output"), [(0, 1)], SPACE)
    with pytest.raises(SelectionError):
        session.load_row(len(session.table))
    assert session.draft == EMPTY


# Directions ----------------------------------------------------------------------------------------------------------

def test_switched_direction_updates_the_table_before_watchers_run(session, table):
    session.load_row(3)
    session.select([3, 4, 5, 6, 7])
    draft, rows = session.draft, session.rows
    before = session.completions["row"].tolist()
    seen = []
    session.param.watch(lambda event: seen.append((session.table.directions, event.new)), "better")
    session.better = {"test_accuracy": False}
    assert seen == [({"test_accuracy": False}, {"test_accuracy": False})]
    assert session.table.origin is table and session.table.column("test_accuracy") is table.column("test_accuracy")
    turned = complete(session.table, session.draft, "test_accuracy", top=5)
    assert session.completions["row"].tolist() == turned["row"].tolist()
    assert session.draft == draft and session.rows is rows and session.row == 3
    # What is as the table was opened is no switched direction.
    session.better = {"test_accuracy": True, "trainable_parameters": False}
    assert session.table is table and session.better == {} and session.completions["row"].tolist() == before
    assert len(seen) == 2


def test_of_a_draft_that_many_contain_the_worst_come_first_once_less_is_better(table):
    session = Session(table)
    session.add_vertex("conv")
    session.extra_vertices = 2
    values = table.column("test_accuracy")
    contained = [row for row in range(len(table)) if table.cell(row).operations.count("conv") >= 1
                 and len(table.cell(row).operations) <= 5 and not np.isnan(values[row])]
    for better, sign in ((True, -1), (False, 1)):
        session.better = {"test_accuracy": better}
        assert session.completions["test_accuracy"].tolist() == sorted(values[contained], key=lambda v: sign * v)[:5]


def test_directions_are_those_of_the_table_at_first_and_go_along_with_a_state(table):
    switched = Session(table.with_direction("trainable_parameters", None))
    assert switched.better == {"trainable_parameters": None}
    assert Session(table, better={"test_accuracy": np.False_}).table.directions == {"test_accuracy": False}
    other = Session(table)
    other.take(switched)
    assert other.table.directions == other.better == {"trainable_parameters": None}
    other.take(Session(table))
    assert other.table is table and other.better == {}


@pytest.mark.parametrize(("wrong", "error"), [({"beauty": True}, UnknownMetricError), ("lower", ValueError),
                                              (7, ValueError)])
def test_directions_of_nothing_are_refused(session, table, wrong, error):
    with pytest.raises(error):
        session.better = wrong
    assert session.table is table and session.better == {}
