"""Links: the state of a session as a query string, and back into a session that has never seen the first."""

import base64
import itertools
import math
import zlib
from urllib.parse import urlencode

import numpy as np
import pytest
from any_sessions import STRANGE, TABLES, sessions
from demo_tables import CELLS, demo_table, structure_table
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import SelectionError, UnknownMetricError
from vanas_panel.readers import open_table
from vanas_panel.state.link import left_out, restore, to_query
from vanas_panel.state.link.form import MOST_EDGES, MOST_LETTERS, MOST_READ, MOST_VERTICES
from vanas_panel.state.selection import Box, pack_rows, unpack_rows
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable


def state_of(session):
    """Everything that a link is to hold."""
    rows = None if session.rows is None else session.rows.tolist()
    names = ("metric", "x", "y", "log_x", "log_y", "short_box", "draft", "extra_vertices", "dark", "drawer")
    # Cells are equal up to relabelling; a link keeps even the order of the vertices.
    pinned = session.pinned and (session.pinned.operations, session.pinned.edges)
    pins = [each and (each.operations, each.edges) for each in session.other_pins]
    positions = {vertex: (round(x, 1), round(y, 1)) for vertex, (x, y) in session.positions.items()}
    return {"table": session.table.origin, "directions": session.table.directions, "rows": rows, "pinned": pinned,
            "pins": pins,
            "positions": positions, **{name: getattr(session, name) for name in names}}


def check_round_trip(session, tables):
    query = to_query(session, tables)
    assert query.isascii() and not set(query) & set(" \"'<>\\^`{|}#+")
    again = restore(query, tables)
    assert again.messages == () == left_out(session)
    assert state_of(again.session) == state_of(session)
    check_same_window(again.session, session)
    assert to_query(again.session, tables) == query
    assert restore(f"?{query}", tables).messages == ()


def check_same_window(found, expected):
    """A window a thousandth larger at most: what is rounded cannot be seen."""
    if expected.window is None:
        assert found.window is None
        return
    for start, log in ((0, expected.log_x), (2, expected.log_y)):
        turn = np.log if log else np.asarray
        low, high = turn(np.array(expected.window[start:start + 2]))
        new_low, new_high = turn(np.array(found.window[start:start + 2]))
        slack = 0.0011 * (high - low)
        assert low - slack <= new_low <= low and high <= new_high <= high + slack


@given(sessions(TABLES))
def test_a_link_opens_the_same_state(session):
    check_round_trip(session, TABLES)


def test_empty_canvas_keeps_its_positions():
    session = Session(demo_table())
    session.move_vertex(1, 300.0, 80.5, {0: (100.0, 80.0), 1: (200.0, 80.0)})
    assert session.draft == EMPTY
    check_round_trip(session, TABLES)
    assert not restore("draft=nonsense:0&place=1:2:3", TABLES).session.positions


def test_link_names_switched_directions_and_omits_defaults():
    table = demo_table()
    session = Session(table.with_directions({"flops": True, "test_accuracy": False}))
    assert to_query(session) == "v=1&table=demo&better=test_accuracy:lower,flops:higher"
    back, messages = restore("better=test_accuracy:higher,flops:neither", [session.table])
    assert messages == () and back.table.directions == {"flops": None}
    assert back.metric == "test_accuracy"
    plain, messages = restore("better=flops:false", [table])
    assert plain.table is table and messages == (
        "better: Found 'false'; expected one of 'higher', 'lower', 'neither'.",)
    plain, messages = restore("better=zzz", [table])
    assert plain.table is table and messages[0].startswith("better: Found 'zzz'; expected one of '")
    plain, messages = restore("better=beauty:lower&metric=flops", [table])
    assert plain.table is table and plain.metric == "flops" and "better: Found 'beauty'" in messages[0]


def test_directions_that_are_too_many_for_a_link_are_said():
    names = [f"{index}_{'x' * 200}" for index in range(12)]
    table = BenchmarkTable(NASBENCH101, CELLS[:2], {name: Metric(name, name) for name in names},
                           dict.fromkeys(names, np.arange(2.0)), name="wide")
    session = Session(table.with_directions(dict.fromkeys(names, True)))
    assert "better=" not in to_query(session) and to_query(session).endswith("without=better")
    assert left_out(session) == restore(to_query(session), [table]).messages != ()


@pytest.fixture(scope="module")
def real_table(real_table_path):
    return open_table(real_table_path)


@pytest.mark.real
@settings(max_examples=40)
@given(data=st.data())
def test_a_link_opens_the_same_state_of_nasbench101(real_table, data):
    check_round_trip(data.draw(sessions([real_table])), [real_table])


@pytest.mark.real
def test_a_box_around_most_of_nasbench101_is_a_short_link(real_table):
    session = Session(real_table)
    session.select_box(Box("trainable_parameters", "test_accuracy", (0, math.inf), (0.9, 1)))
    assert session.rows.size > 100_000
    assert len(to_query(session)) < 200
    check_round_trip(session, [real_table])


def test_a_new_page_and_a_read_one():
    table = demo_table()
    session = Session(table)
    assert to_query(session) == "v=1&table=demo"
    session.param.update(log_x=True, log_y=True, dark=True, extra_vertices=2, drawer="shelf")
    session.load_cell(Draft(["input", "conv3x3-bn-relu", "maxpool3x3", "output"], [(0, 1), (1, 3), (2, 1)]))
    session.positions = {1: (250.0, 64.5)}
    session.window = (1234567.89, 98765432.1, 0.0123456789, 0.98765432)
    session.select_box(Box("flops", "test_accuracy", (0, 2.5e9), (0.9, 0.95)))
    assert to_query(session) == (
        "v=1&table=demo&log=x,y&window=1234000:98770000,0.01234:0.9877"
        "&box=flops:0:2500000000,test_accuracy:0.9:0.95&draft=conv3x3-bn-relu,maxpool3x3:0-1,1-3,2-1"
        "&place=1:250:64.5&extra_vertices=2&dark=1&drawer=shelf")


def test_a_drawn_box_takes_few_letters_and_selects_the_same_cells():
    session = Session(demo_table())
    values = np.unique(session.table.column("flops"))
    low, high = np.mean(values[9:11]), np.mean(values[-4:-2])
    session.select_box(Box("flops", "test_accuracy", (low + 1 / 3, high + 1 / 7), (0.1234567890123, 0.98765432109876)))
    query = to_query(session)
    sides = query.partition("box=")[2].split(",")
    limits = [limit for side in sides for limit in side.split(":")[1:]]
    assert len(limits) == 4 and all(len(limit.rstrip("0")) <= 7 for limit in limits), limits
    again = restore(query, [session.table]).session
    assert again.rows.tolist() == session.rows.tolist() and to_query(again) == query


def test_neighbours_that_differ_in_the_last_digit_stay_on_their_sides():
    table = demo_table()
    values = np.sort(table.column("flops"))
    session = Session(table)
    session.select_box(Box("flops", "flops", (np.nextafter(values[3], np.inf), values[-2]), (-math.inf, math.inf)))
    assert values[3] not in table.column("flops")[session.rows]
    assert restore(to_query(session), [table]).session.rows.tolist() == session.rows.tolist()


@pytest.mark.parametrize("window", ["1:2", "2:1,3:4", "0:inf,0:1", "a:2,3:4", "0:1,0:nan"])
def test_a_window_that_is_none_shows_all_of_the_map(window):
    session, messages = restore(f"window={window}", [demo_table()])
    assert session.window is None and len(messages) == 1 and messages[0].startswith("window: Found")


def test_a_window_below_zero_has_no_logarithm():
    assert restore("window=-1:2,3:4", [demo_table()]).session.window == (-1, 2, 3, 4)
    session, messages = restore("log=x&window=-1:2,3:4", [demo_table()])
    assert session.window is None and "logarithmic" in messages[0]


def test_links_of_the_first_form_open_as_they_did():
    """Written by an earlier version, which named everything and rounded nothing."""
    table = demo_table()
    old = ("v=1&table=demo&metric=test_accuracy&x=trainable_parameters&y=test_accuracy&log=x"
           "&box=flops:1234567.125:2500000000,test_accuracy:0.9012345678901234:1&draft=maxpool3x3:0-1,1-2"
           "&place=1:250.1234567:64.5")
    session, messages = restore(old, [table])
    assert messages == () and session.log_x and session.window is None
    assert session.box == Box("flops", "test_accuracy", (1234567.125, 2.5e9), (0.9012345678901234, 1.0))
    assert session.positions == {1: (250.1234567, 64.5)}


def test_other_axes_start_with_all_of_the_map():
    session = Session(demo_table(), window=(0, 1e6, 0.9, 1))
    session.metric = "flops"
    assert session.window == (0, 1e6, 0.9, 1)
    session.log_x = True
    assert session.window is None
    session.param.update(x="flops", window=(1, 2, 3, 4))
    assert session.window == (1, 2, 3, 4)


def test_opening_a_link_is_no_undo_step():
    session, messages = restore("draft=maxpool3x3:0-1,1-2", TABLES)
    assert messages == () and session.row is not None
    assert not session.can_undo
    session.add_vertex("maxpool3x3")
    session.undo()
    assert session.row is not None and not session.can_undo


def test_tables_of_the_same_name_are_numbered():
    tables = [demo_table(), structure_table()]
    assert [table.name for table in tables] == ["demo", "demo"]
    assert "table=demo@2" in to_query(Session(tables[1]), tables)
    for table in tables:
        assert restore(to_query(Session(table), tables), tables).session.table is table


# The box -------------------------------------------------------------------------------------------------------------

def test_rows_in_a_box_need_both_values_and_the_edges_count():
    columns = {"x": [1, 2, np.nan, 3, 4], "y": [1, 2, 2, np.nan, 4]}
    table = BenchmarkTable(NASBENCH101, CELLS[:5], {name: known_metric(name) for name in columns}, columns, name="t")
    assert Box("x", "y", (1, 3), (1, 4)).rows(table).tolist() == [0, 1]
    assert Box("x", "y", (5, 6), (5, 6)).rows(table).tolist() == []
    with pytest.raises(UnknownMetricError):
        Box("x", "z", (5, 6), (5, 6)).rows(table)


def test_the_box_is_known_exactly_while_its_rows_are_selected():
    session = Session(demo_table())
    seen = []
    session.param.watch(lambda _: seen.append(session.box), "rows")
    box = Box("test_accuracy", "flops", (0.8, 0.9), (0, 1e9))
    session.select_box(box)
    assert session.box == box and session.rows.tolist() == box.rows(session.table).tolist()
    session.select_box(box)
    assert session.box == box
    session.rows = session.rows.copy()
    assert session.box is None
    session.select_box(box)
    with pytest.raises(SelectionError):
        session.select([10**9])
    assert session.box == box
    session.select(None)
    assert session.box is None
    assert seen == [box, box, None, box, None]


# Rows as text --------------------------------------------------------------------------------------------------------

@given(st.lists(st.booleans(), max_size=200))
def test_rows_as_text(mask):
    rows = np.flatnonzero(mask)
    assert unpack_rows(pack_rows(rows, len(mask)), len(mask)).tolist() == rows.tolist()


@pytest.mark.parametrize("text", ["", ".", "100", "100.", "100.AAAA", "x.eJw", "99.eJxjYAADAAAEAAE", "100.한",
                                  "100.e=J", "9" * 99 + ".eJw"])
def test_other_texts_are_no_rows(text):
    with pytest.raises(SelectionError):
        unpack_rows(text, 100)


def test_rows_from_a_table_of_another_size_are_refused():
    with pytest.raises(SelectionError, match="from a table of 90 cells; expected a selection from a table of 100"):
        unpack_rows(pack_rows(np.arange(3), 90), 100)


def packed(data, count=100):
    return f"{count}.{base64.urlsafe_b64encode(data).decode().rstrip('=')}"


def test_rows_that_claim_to_be_huge_are_never_unpacked():
    bomb = zlib.compress(bytes(50_000_000), 9)
    with pytest.raises(SelectionError, match="damaged"):
        unpack_rows(packed(bomb), 100)
    with pytest.raises(SelectionError, match="damaged"):
        unpack_rows(packed(zlib.compress(bytes(13)) + b"more"), 100)
    with pytest.raises(SelectionError, match="the table does not have"):
        unpack_rows(packed(zlib.compress(bytes(12) + b"\xff")), 100)


def test_a_selection_that_is_too_scattered_is_left_out_and_said_to_be():
    # 4,096 truth values by chance cannot be told in less than 512 bytes; these take some 20,000.
    count = 200_000
    space = CellSpace(("a", "b", "c"), 2, 1)

    class Many(BenchmarkTable):
        def __len__(self):
            return count

    table = Many(space, CELLS[:1], {name: known_metric(name) for name in ("score", "other")},
                 dict.fromkeys(("score", "other"), np.arange(float(count))), name="many")
    session = Session(table)
    session.select(np.flatnonzero(np.random.default_rng(3).random(count) < 0.3))
    query = to_query(session)
    assert query.endswith("&without=selection") and "rows=" not in query and len(query) < 200
    assert len(left_out(session)) == 1 and "selection is left out" in left_out(session)[0]
    again = restore(query, [table])
    assert again.session.rows is None and again.messages == left_out(session)


def test_draft_too_large_for_a_link_is_left_out_with_its_positions():
    table = demo_table()
    large = Draft(("input", *["maxpool3x3"] * (MOST_VERTICES - 1), "output"))
    pairs = list(itertools.product(range(11), repeat=2))
    dense = Draft(("input", *["maxpool3x3"] * 9, "output"), pairs[:MOST_EDGES + 1])
    long = Draft(("input", "x" * (MOST_LETTERS + 1), "output"))
    for draft in (large, dense, long):
        session = Session(table, draft=draft)
        session.positions = {0: (1.0, 2.0)}
        query = to_query(session)
        assert "draft=" not in query and "place=" not in query and query.endswith("without=draft")
        again = restore(query, [table])
        assert again.session.draft == Draft(("input", "output")) and again.messages == left_out(session) != ()


# Links that are old, cut or made up ----------------------------------------------------------------------------------

SOME = to_query(Session(demo_table()))


@pytest.mark.parametrize(("query", "said"), [
    ("table=elsewhere", "table: Found 'elsewhere'; expected one of 'demo', 'demo@2'"),
    ("v=7", "Found a link of form '7'; expected form 1"),
    ("metric=beauty", "metric: Found 'beauty'; expected one of 'test_accuracy'"),
    ("x=", "x: Found ''"),
    ("log=z", "log: Found 'z'; expected one of 'x', 'y', 'x,y'"),
    ("extra_vertices=3", "extra_vertices: Found '3'"),
    ("dark=yes", "dark: Found 'yes'"),
    ("drawer=secrets", "drawer: Found 'secrets'; expected one of 'shelf'"),
    ("box=flops:0", "box: Found 'flops:0'; expected two limits"),
    ("box=beauty:0:1,flops:0:1", "box: Found 'beauty'"),
    ("box=flops:0:nan,flops:0:1", "box: Found 'nan'; expected a number"),
    ("rows=91.AAAA", "rows: Found one from a table of 91 cells; expected a selection from a table of 90 cells"),
    ("rows=90.AAAA", "rows: Found a selection that is damaged"),
    ("draft=maxpool3x3:0-9", "draft: Found edge (0, 9); expected two vertex indices from 0 to 2"),
    ("draft=maxpool3x3:01", "draft: Found edges '01'; expected pairs"),
    ("draft=input:0-1", "draft: Found 'input' as an inner operation"),
    ("draft=,:0-1", "draft: Found '' as an inner operation"),
    (f"draft={'maxpool3x3,' * 23}a", "draft: Found 26 vertices and 0 edges; expected at most 24 and 96"),
    ("draft=a&place=3:0:0", "place: Found '3:0:0'; expected a vertex of the draft"),
    ("draft=a&place=1:0:inf", "place: Found 'inf'; expected a number"),
    ("pinned=maxpool3x3:0-1", "pinned: This is not a valid cell"),
    ("pinned=unheard-of:0-1,1-2", "pinned: This is not a valid cell: This search space has no operation unheard-of"),
    ("without=selection,nonsense", "The selection is left out"),
    ("a&" * 200, "more than 64 parts"),
    ("x" * (MOST_READ + 1), f"a link of {MOST_READ + 1:,} letters"),
])
def test_a_part_that_cannot_be_shown_is_said_and_the_rest_is_shown(query, said):
    rest = "" if len(query) > 300 else "&y=flops"
    session, messages = restore(query + rest, TABLES[:2], drawers=["shelf"])
    assert len(messages) == 1 and said in messages[0]
    assert session.table is TABLES[0] and session.y == ("flops" if rest else "test_accuracy")
    rest_of_page = {**state_of(session), "y": "test_accuracy"}
    if "place" in query:
        assert rest_of_page.pop("draft").operations == ("input", "a", "output")
    fresh = state_of(Session(TABLES[0]))
    assert rest_of_page == {name: fresh[name] for name in rest_of_page}


def test_a_link_that_names_many_metrics_in_vain_lists_them_once():
    query = "better=gone:lower&metric=lost&x=flops&y=missing&box=astray:0:1,flops:0:1&table=elsewhere"
    session, messages = restore(query, TABLES[:1])
    names = ", ".join(map(repr, list(TABLES[0].metrics)[:12]))
    above = "expected one of the metrics named above."
    assert messages == (
        "table: Found 'elsewhere'; expected one of 'demo'.", f"better: Found 'gone'; expected one of {names}.",
        f"metric: Found 'lost'; {above}", f"y: Found 'missing'; {above}", f"box: Found 'astray'; {above}")
    assert session.x == "flops"
    # Another link names them again.
    assert restore("x=lost", TABLES[:1]).messages == (f"x: Found 'lost'; expected one of {names}.",)


def test_link_to_a_missing_table_keeps_parameters_of_the_other():
    session, messages = restore("table=gone&metric=validation_accuracy&draft=maxpool3x3:0-1&x=gone_too", TABLES[:1])
    assert (session.metric, session.draft.edges) == ("validation_accuracy", ((0, 1),))
    assert [message.split(":")[0] for message in messages] == ["table", "x"]


def test_parts_of_others_are_passed_over_and_the_first_of_two_counts():
    session, messages = restore("utm_source=mail&dark=1&dark=nonsense&fbclid=x", TABLES)
    assert session.dark and messages == ()
    for nothing in ("", "?", "&&&", "=", "?=&=", "v=1"):
        assert restore(nothing, TABLES).messages == ()


VALUES = st.text(max_size=40) | st.sampled_from([*STRANGE, "0-1", "1:2:3", "flops:0:1,flops:0:1", ":", ",", "90.eJw"])


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin1")))
@example("%" * 100)
@example("table=%00&draft=%ff%fe:0-1&metric=\ud800")
@example("draft=" + "9" * 5000)
def test_any_text_at_all_opens_a_page(query):
    check_usable(query)


@given(st.dictionaries(st.sampled_from(["v", "table", "metric", "x", "y", "log", "box", "rows", "draft", "place",
                                        "pinned", "extra_vertices", "dark", "drawer", "without"]), VALUES))
def test_any_value_of_any_part_opens_a_page(parts):
    check_usable(urlencode(parts))


@given(session=sessions(TABLES), data=st.data())
def test_a_damaged_link_opens_a_page(session, data):
    query = to_query(session, TABLES)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(query))] * 2)))
    check_usable(query[:start] + data.draw(st.text(max_size=5)) + query[end:])


def check_usable(query):
    """Whatever the link was: a session that works, whose own link works, and messages of a length to be read."""
    session, messages = restore(query, TABLES)
    assert len(messages) <= 15 and all(0 < len(message) < 1200 for message in messages)
    assert session.problems is not None and session.importance is not None and session.completions is not None
    again = restore(to_query(session, TABLES), TABLES)
    # A part that came unescaped may take too many letters once it is escaped; then that is said.
    assert again.messages == left_out(session)
    assert left_out(session) or state_of(again.session) == state_of(session)
