"""Sessions in any state that fits into a link, for the tests of links."""

import numpy as np
from demo_tables import demo_table, structure_table
from hypothesis import strategies as st

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import CellSpace
from vanas_panel.searches.plan import plan_search
from vanas_panel.state.cells_view import SPREADS, CellsView
from vanas_panel.state.gradient_view import COLOURS, KINDS, VALUES, GradientView
from vanas_panel.state.improving import TABS, Improve
from vanas_panel.state.map_colour import STATISTICS
from vanas_panel.state.searching import BELIEFS
from vanas_panel.state.selection import Box
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

STRANGE = ["a,b:c", "100 % @ <b>", "größe&x=1#?", "-", "합성곱", "a+b;c", "%2C", "~"]

_VERTICES = 12
"""Most of a draft. Recorded links hold drafts of so many, and another number would draw others."""


def strange_table() -> BenchmarkTable:
    """A table whose every name is made of the letters that links are built from."""
    space = CellSpace(tuple(STRANGE), max_vertices=3, max_edges=3)
    packed = np.array([Cell(("input", name, "output"), ((0, 1), (1, 2)), space).packed(space) for name in STRANGE])
    values = np.linspace(0, 1, packed.size)
    return BenchmarkTable(space, packed, {name: Metric(name, name) for name in STRANGE},
                          dict.fromkeys(STRANGE, values), name="my: results, 2 & more")


TABLES = [demo_table(), structure_table(), strange_table()]

NUMBERS = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
SIDE = st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False))


@st.composite
def drafts(draw, operations):
    """Any labelled digraph that fits a link: cycles, loops and operations unknown to the table included."""
    inner = draw(st.lists(st.sampled_from(operations) | st.text(min_size=1, max_size=9).filter(
        lambda name: name.strip() and name not in ("input", "output")), max_size=_VERTICES - 2))
    vertex = st.integers(0, len(inner) + 1)
    return Draft(("input", *inner, "output"), draw(st.lists(st.tuples(vertex, vertex), max_size=20)))


@st.composite
def windows(draw, log):
    """Ends of an axis that Bokeh can show: a thousandth of their distance is more than a rounding error of theirs."""
    low = draw(st.floats(1e-9, 1e9) if log else st.floats(-1e9, 1e9))
    wide = draw(st.floats(1e-9, 1e9))
    return (low, low * (1.00001 + wide)) if log else (low, low + max(wide, abs(low) * 1e-6))


def searched_metrics(table):
    """Metrics that have a direction and at least two values."""
    return [name for name, metric in table.metrics.items() if metric.higher_is_better is not None
            and np.unique(table.column(name)[~np.isnan(table.column(name))]).size > 1]


@st.composite
def plans(draw, table, metrics):
    """A search that the table can run, with settings of its own or without."""
    metric = draw(st.sampled_from(metrics))
    settings = draw(st.sampled_from([None, {"population": 30, "edge_flip": 0.125}, {"selection": "rank"}]))
    strategy = "regularised-evolution:naszilla" if settings else draw(st.sampled_from(["random", "local-search:best"]))
    return plan_search(table, strategy, metric=metric, queries=draw(st.integers(40, 5000)),
                       seed=draw(st.integers(0, 2**40)), settings=settings,
                       repeat=draw(st.sampled_from(["mean", "draw", 0])))


def cells_views(names):
    """What the drawer of cells can show of a table with these columns."""
    name = st.sampled_from(names)
    some = st.lists(name, max_size=3, unique=True).map(tuple)
    filters = st.dictionaries(st.sampled_from([*names, "operations"]), st.sampled_from(
        [">= 94 %", "3..5", "none", "a,b:c%", "conv"]), max_size=3).map(lambda each: tuple(each.items()))
    return st.builds(CellsView, st.sampled_from(["table", "axes"]), name, st.booleans(), filters, st.integers(0, 99),
                     some, some, st.sampled_from(SPREADS))


@st.composite
def sessions(draw, tables, *, searching=True):
    """A session in any state that fits into a link, with searches or without."""
    table = draw(st.sampled_from(tables))
    metric = st.sampled_from(list(table.metrics))
    table = table.with_directions(draw(st.dictionaries(metric, st.sampled_from([True, False, None]), max_size=3)))
    session = Session(table, metric=draw(metric), x=draw(metric), y=draw(metric), log_x=draw(st.booleans()),
                      log_y=draw(st.booleans()), dark=draw(st.booleans()), extra_vertices=draw(st.integers(0, 2)),
                      drawer=draw(st.sampled_from(["", "shelf", "my drawer"])))
    session.draft = draw(drafts(table.space.operations))
    if draw(st.booleans()):
        session.positions = draw(st.dictionaries(st.integers(0, session.draft.output), st.tuples(NUMBERS, NUMBERS)))
    if draw(st.booleans()):
        session.pinned = table.cell(draw(st.integers(0, len(table) - 1)))
    if draw(st.booleans()):
        rows = draw(st.lists(st.none() | st.integers(0, len(table) - 1), max_size=7))
        session.other_pins = [None if row is None else table.cell(row) for row in rows]
    if draw(st.booleans()):
        session.window = (*draw(windows(session.log_x)), *draw(windows(session.log_y)))
    metrics = searched_metrics(table) if searching else []
    if metrics and draw(st.booleans()):
        session.searches = draw(st.lists(plans(table, metrics), max_size=3))
        if session.searches:
            session.followed = (draw(st.integers(0, len(session.searches) - 1)), draw(st.integers(0, 40)))
            session.belief = draw(st.sampled_from(BELIEFS))
    if draw(st.booleans()):
        names = st.text("0123456789abcdef", min_size=32, max_size=32)
        session.gradient = GradientView(tuple(draw(st.lists(names, max_size=2))), draw(st.integers(0, 999)),
                                        *(draw(st.sampled_from(each)) for each in (KINDS, VALUES, COLOURS)))
    session.cells = draw(cells_views(list(table.numbers)))
    session.color = draw(st.sampled_from(["", *table.structure_metrics]))
    session.only_selected = draw(st.booleans())
    session.statistic = draw(st.sampled_from(STATISTICS))
    if draw(st.booleans()):
        ends = tuple(draw(drafts(table.space.operations)) for _ in range(draw(st.sampled_from([0, 2]))))
        bounds = draw(st.dictionaries(metric, st.tuples(st.none() | st.floats(-1e9, 0), st.none() | st.floats(0, 1e9)),
                                      max_size=2))
        session.improve = Improve(draw(st.sampled_from(TABS)), draw(st.just("") | metric), draw(st.integers(0, 99)),
                                  tuple((name, *each) for name, each in bounds.items()), ends)
    session.front = tuple(draw(st.lists(metric, max_size=3, unique=True)))
    session.without = tuple(draw(st.lists(st.sampled_from(table.space.operations), max_size=2, unique=True)))
    session.noise = draw(st.dictionaries(metric, st.floats(1e-6, 10.0), max_size=2))
    kind = draw(st.sampled_from(["all", "box", "rows", "block"]))
    if kind == "box":
        session.select_box(Box(draw(metric), draw(metric), draw(SIDE), draw(SIDE)))
    elif kind == "rows":
        session.select(sorted(draw(st.sets(st.integers(0, len(table) - 1), max_size=90))))
    elif kind == "block":
        ends = sorted(draw(st.tuples(*[st.integers(0, len(table))] * 2)))
        session.select(np.arange(*ends))
    return session
