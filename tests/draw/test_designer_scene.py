"""What the designer shows: columns, labels, what a click hits, and the figure that reads them."""

import itertools
import math
from dataclasses import replace

import demo_tables
import pytest
from bokeh.models import Arrow, GraphRenderer, HoverTool
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.cell.canvas import BOX_HEIGHT, BOX_WIDTH, HEIGHT, STRIP_HEIGHT, WIDTH
from vanas_panel.draw.cell.figure import DesignerCanvas, designer_figure
from vanas_panel.draw.cell.layout import place, route
from vanas_panel.draw.cell.scene import (
    Contribution,
    Scene,
    contributions_of,
    edge_columns,
    short_difference,
    sign_of,
    vertex_columns,
)
from vanas_panel.draw.cell.tags import TAG_HEIGHT, place_tags, tag_width
from vanas_panel.draw.theme import DARK, LIGHT
from vanas_panel.panels.designer.hit import hit
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric

C3, C1, MP = OPERATIONS = NASBENCH101.operations
ACCURACY = known_metric("test_accuracy")
NAN = float("nan")
BRANCHES = Draft(("input", C3, MP, "output"), ((0, 1), (0, 2), (1, 3), (2, 3)))
NINE = Draft(("input", C3, C3, C3, C3, C1, "output"),
             ((0, 1), (0, 2), (0, 4), (0, 6), (1, 5), (2, 3), (3, 4), (4, 5), (5, 6)))


def scene_of(draft, contributions=(), colors=LIGHT, metric=ACCURACY, **more):
    parts = {edge: Contribution(value, 4, 3) for edge, value in dict(contributions).items()}
    return Scene(draft, place(draft), OPERATIONS, colors, metric, parts, draft.problems(NASBENCH101), **more)


# Columns --------------------------------------------------------------------------------------------------------------

def test_one_box_per_vertex_where_the_layout_puts_it():
    columns = vertex_columns(scene_of(BRANCHES))
    assert len({len(values) for values in columns.values()}) == 1
    assert columns["index"] == [0, 1, 2, 3]
    assert list(zip(columns["x"], columns["y"], strict=True)) == list(place(BRANCHES).values())
    assert columns["text"] == ["input", "conv 3×3", "max-pool 3×3", "output"]
    assert columns["degree"] == ["edges: 0 in, 2 out", "edges: 1 in, 1 out", "edges: 1 in, 1 out", "edges: 2 in, 0 out"]
    assert columns["ring_alpha"] == [0, 0, 0, 0]


def test_chosen_and_focused_vertices_have_rings_that_differ_without_colour():
    columns = vertex_columns(scene_of(BRANCHES, selected=1, focused=2))
    assert columns["ring_alpha"] == [0, 1, 1, 0]
    assert columns["ring"][1] == LIGHT.accent
    assert columns["ring_dash"][1:3] == ["solid", "dashed"]


def test_one_line_per_edge_from_border_to_border_with_a_head_at_its_tip():
    columns = edge_columns(scene_of(NINE))
    lines = route(NINE, place(NINE))
    assert len({len(values) for values in columns.values()}) == 1
    for row, edge in enumerate(NINE.edges):
        xs, ys = lines[edge]
        assert (columns["start"][row], columns["end"][row]) == edge
        assert columns["xs"][row] == xs.tolist() and columns["ys"][row] == ys.tolist()
        assert (columns["tip_x"][row], columns["tip_y"][row]) == (xs[-1], ys[-1])
        tail = columns["tail_x"][row], columns["tail_y"][row]
        assert tail == (columns["line_xs"][row][-1], columns["line_ys"][row][-1])
        assert math.dist(tail, (xs[-1], ys[-1])) == pytest.approx(7.0, abs=0.5)


def test_only_parts_on_no_path_are_translucent():
    draft = Draft(("input", C3, C1, MP, "output"), ((0, 1), (1, 4), (2, 3), (0, 2)))
    vertices, edges = vertex_columns(scene_of(draft)), edge_columns(scene_of(draft))
    assert [alpha < 0.5 for alpha in vertices["alpha"]] == [False, False, True, True, False]
    assert {edge: alpha < 0.5 for edge, alpha in zip(draft.edges, edges["alpha"], strict=True)} == {
        (0, 1): False, (1, 4): False, (2, 3): True, (0, 2): True}


def test_edges_of_a_cycle_stand_out():
    draft = Draft(("input", C3, C1, "output"), ((0, 1), (1, 2), (2, 1), (2, 3)))
    columns = edge_columns(scene_of(draft))
    assert [color == LIGHT.accent for color in columns["color"]] == [False, True, True, False]


def test_without_contributions_lines_are_quiet_and_unlabelled():
    columns = edge_columns(scene_of(BRANCHES))
    assert set(columns["color"]) == {LIGHT.muted} and len(set(columns["width"])) == 1
    assert set(columns["tag"]) == {""} and set(columns["tag_alpha"]) == {0.0}
    assert columns["dash"] == [[]] * 4


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_contributions_show_in_colour_dash_sign_and_width(colors):
    values = {(0, 1): 0.02, (0, 2): -0.004, (1, 3): 0.01, (2, 3): NAN}
    columns = edge_columns(scene_of(BRANCHES, values, colors))
    assert columns["color"] == [colors.positive, colors.negative, colors.positive, colors.neutral]
    assert [bool(dash) for dash in columns["dash"]] == [False, True, False, False]
    assert columns["tag"] == ["+2.0", "−0.4", "+1.0", ""]
    widths = columns["width"]
    assert widths[0] > widths[2] > widths[1] > widths[3]
    assert columns["value"] == ["+2.00 points", "−0.40 points", "+1.00 points", "undefined"]
    assert columns["detail"][0] == "mean of 4 measured sub-cells with it minus mean of 3 without"


@pytest.mark.parametrize(("higher_is_better", "colors"), [
    (True, [LIGHT.positive, LIGHT.negative]), (False, [LIGHT.negative, LIGHT.positive]),
    (None, [LIGHT.neutral, LIGHT.neutral])])
def test_green_is_better_while_dash_and_label_tell_the_sign(higher_is_better, colors):
    metric = replace(known_metric("training_time"), higher_is_better=higher_is_better)
    columns = edge_columns(scene_of(BRANCHES, {(0, 1): 35.0, (0, 2): -20.0}, metric=metric))
    assert columns["color"][:2] == colors
    assert columns["tag"][:2] == ["+35.0 s", "−20.0 s"]
    assert [bool(dash) for dash in columns["dash"][:2]] == [False, True]


@pytest.mark.parametrize(("value", "sign"), [(0.1, 1), (-0.1, -1), (0.0, 0), (NAN, 0), (None, 0)])
def test_sign_of_a_contribution(value, sign):
    assert sign_of(value) == sign


@pytest.mark.parametrize(("difference", "text"), [
    (0.0263, "+2.6"), (-0.103, "−10.3"), (0.0004, "+0.04"), (-0.00001, "±0.00"), (0.0, "±0.00"), (NAN, ""),
    (0.000949, "+0.09"), (0.00095, "+0.1"),
])
def test_short_differences_of_accuracies(difference, text):
    assert short_difference(ACCURACY, difference) == text


def test_contributions_come_from_the_sessions_frame():
    session = Session(demo_tables.demo_table())
    session.load_row(60)
    frame = session.contributions
    parts = contributions_of(frame)
    assert tuple(parts) == session.draft.edges
    for row in frame.itertuples():
        part = parts[row.source, row.target]
        assert (part.n_with, part.n_without) == (row.n_with, row.n_without)
        assert part.value == row.contribution or (math.isnan(part.value) and math.isnan(row.contribution))
    assert contributions_of(None) == {}


# Labels ---------------------------------------------------------------------------------------------------------------

@st.composite
def cells(draw):
    """Operations and forward edges: many of them are crowded."""
    inner = draw(st.lists(st.sampled_from(OPERATIONS), max_size=5))
    last = len(inner) + 1
    pairs = list(itertools.combinations(range(last + 1), 2))
    return Draft(("input", *inner, "output"), draw(st.lists(st.sampled_from(pairs), max_size=9, unique=True)))


@given(cells())
def test_labels_lie_on_the_canvas_off_every_box_and_off_each_other(draft):
    centres = place(draft)
    texts = ["−10.3"] * len(draft.edges)
    spots = place_tags(list(route(draft, centres).values()), texts, list(centres.values()))
    half = tag_width(texts[0]) / 2 if texts else 0
    for x, y in spots:
        assert half <= x <= WIDTH - half and STRIP_HEIGHT + TAG_HEIGHT / 2 <= y <= HEIGHT - TAG_HEIGHT / 2
        assert not any(abs(x - cx) < BOX_WIDTH / 2 + half and abs(y - cy) < (BOX_HEIGHT + TAG_HEIGHT) / 2
                       for cx, cy in centres.values())
    for (x, y), (other_x, other_y) in itertools.combinations(spots, 2):
        assert abs(x - other_x) >= 2 * half or abs(y - other_y) >= TAG_HEIGHT


# Hits -----------------------------------------------------------------------------------------------------------------

def test_a_vertex_is_hit_anywhere_in_its_box():
    scene = scene_of(NINE)
    for vertex, (x, y) in scene.positions.items():
        for dx, dy in itertools.product((-BOX_WIDTH / 2, 0, BOX_WIDTH / 2), (-BOX_HEIGHT / 2, 0, BOX_HEIGHT / 2)):
            assert hit(scene, x + dx, y + dy) == vertex


def test_an_edge_is_hit_along_its_whole_line_and_a_little_beside_it():
    scene = scene_of(BRANCHES)
    for edge, (xs, ys) in scene.lines.items():
        for x, y in list(zip(xs, ys, strict=True))[1:-1]:
            assert hit(scene, x, y) == edge
            assert hit(scene, x + 1.5, y) == edge


def test_of_two_edges_the_nearer_one_is_hit():
    scene = scene_of(NINE)
    (xs, ys), (other_xs, _) = scene.lines[0, 4], scene.lines[0, 6]
    middle = xs.size // 2
    assert hit(scene, xs[middle] + 2, ys[middle], reach=500) == (0, 4)
    assert hit(scene, other_xs.max() + 40, ys[middle], reach=500) == (0, 6)


def test_the_empty_canvas_is_no_hit():
    assert hit(scene_of(BRANCHES), 2.0, 2.0) is None
    assert hit(scene_of(Draft(("input", "output"))), 250.0, 280.0) is None


# The figure -----------------------------------------------------------------------------------------------------------

def test_the_figure_is_a_graph_that_reads_the_columns():
    scene = scene_of(NINE, {edge: 0.01 for edge in NINE.edges})
    plot = designer_figure(scene, 400)
    graph = plot.select_one(GraphRenderer)
    assert graph.layout_provider.graph_layout == scene.positions
    for source, wanted in ((graph.node_renderer.data_source, vertex_columns(scene)),
                           (graph.edge_renderer.data_source, edge_columns(scene))):
        assert dict(source.data) == wanted
    assert graph.node_renderer.glyph.width == BOX_WIDTH and graph.node_renderer.glyph.height == BOX_HEIGHT
    assert plot.select_one(Arrow).source is graph.edge_renderer.data_source
    assert (plot.x_range.start, plot.x_range.end, plot.y_range.start, plot.y_range.end) == (0, WIDTH, 0, HEIGHT)
    assert plot.toolbar_location is None and plot.height == 400


def test_every_column_that_a_glyph_reads_exists():
    plot = designer_figure(scene_of(NINE))
    renderers = [renderer for renderer in plot.renderers if not isinstance(renderer, GraphRenderer)]
    graph = plot.select_one(GraphRenderer)
    renderers += [graph.node_renderer, graph.edge_renderer]
    for renderer in renderers:
        fields = {value.field for value in renderer.glyph.properties_with_values().values() if hasattr(value, "field")}
        assert fields <= set(renderer.data_source.data)
    for tool in plot.select(HoverTool):
        assert tool.filters and "@" in tool.tooltips
        for template in [word for word in tool.tooltips.replace("<", " ").split() if "@" in word]:
            name = template.partition("@")[2]
            assert name in graph.node_renderer.data_source.data or name in graph.edge_renderer.data_source.data


def test_drawing_another_scene_changes_data_and_not_the_figure():
    canvas = DesignerCanvas(scene_of(NINE))
    plot, sources, renderers = canvas.figure, (canvas.vertices, canvas.edges), list(canvas.figure.renderers)
    other = scene_of(BRANCHES, colors=DARK)
    canvas.draw(other)
    assert canvas.figure is plot and canvas.figure.renderers == renderers
    assert (canvas.vertices, canvas.edges) == sources
    assert dict(canvas.vertices.data) == vertex_columns(other) and dict(canvas.edges.data) == edge_columns(other)
    assert canvas.layout.graph_layout == other.positions


def test_drawing_afresh_sends_unchanged_columns_again():
    canvas = DesignerCanvas(scene_of(BRANCHES))
    changes = []
    for model, name in ((canvas.vertices, "data"), (canvas.edges, "data"), (canvas.layout, "graph_layout")):
        model.on_change(name, lambda attribute, _old, new: changes.append((attribute, bool(new))))
    canvas.draw(scene_of(BRANCHES), afresh=True)
    assert changes.count(("data", True)) == 2 and changes.count(("graph_layout", True)) == 1
