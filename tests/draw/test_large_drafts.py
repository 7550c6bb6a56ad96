"""Where the vertices of large cells stand and how their edges run: up to 24 vertices, and rows of two cells."""

import itertools
import random

import numpy as np
import pytest

from tests.larger_cells import darts_row, some_larger_cell
from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.canvas import HEIGHT, STRIP_HEIGHT, WIDTH, box_size, overlap
from vanas_panel.draw.cell.layout import place, route, settle
from vanas_panel.draw.cell.scene import Scene, edge_columns, vertex_columns
from vanas_panel.draw.cell.svg import cell_figure_svg
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.tables.metrics import known_metric

DRAFTS = [Draft(*make(random.Random(seed))) for seed in range(4)
          for make in (darts_row, lambda rng: some_larger_cell(rng, 12), lambda rng: some_larger_cell(rng, 24))]


def runs_inside(xs, ys, centre, size):
    """Whether a line, looked at in many points, enters the box around a centre."""
    t = np.linspace(0, 1, 30)[:, None]
    xs, ys = xs[:-1] + t * np.diff(xs), ys[:-1] + t * np.diff(ys)
    return bool(((np.abs(xs - centre[0]) < size[0] / 2 - 0.02) & (np.abs(ys - centre[1]) < size[1] / 2 - 0.02)).any())


@pytest.mark.parametrize("draft", DRAFTS)
def test_no_box_covers_another_and_no_edge_runs_behind_one(draft):
    centres, size = place(draft), box_size(len(draft.operations))
    assert not any(overlap(one, other, 0, size) for one, other in itertools.combinations(centres.values(), 2))
    for edge, (xs, ys) in route(draft, centres).items():
        assert xs.min() >= 0 and xs.max() <= WIDTH and ys.min() >= STRIP_HEIGHT and ys.max() <= HEIGHT, edge
        assert not any(runs_inside(xs, ys, centre, size) for centre in centres.values()), edge


@pytest.mark.parametrize("seed", range(6))
def test_the_two_cells_of_a_row_stand_side_by_side(seed):
    labels, edges = darts_row(random.Random(seed))
    centres = place(Draft(labels, edges))
    ends = {name: [vertex for vertex, label in enumerate(labels) if label.startswith(name)]
            for name in ("normal", "reduction")}
    cells = {name: [centres[vertex][0] for vertex in range(min(of), max(of) + 1)] for name, of in ends.items()}
    middles = {name: sum(xs) / len(xs) for name, xs in cells.items()}
    assert abs(middles["normal"] - middles["reduction"]) > WIDTH / 4
    left, right = sorted(cells, key=middles.__getitem__)
    # In every row, all boxes of the one are to the left of all boxes of the other.
    for (one, (x, y)), (other, (its_x, its_y)) in itertools.permutations(centres.items(), 2):
        if y == its_y and one in range(min(ends[left]), max(ends[left]) + 1) and (
                other in range(min(ends[right]), max(ends[right]) + 1)):
            assert x < its_x


def test_small_drafts_keep_the_boxes_that_they_have():
    assert box_size(12) == (104, 32) and box_size(13) == (84, 28)


@pytest.mark.parametrize("draft", DRAFTS[:3])
def test_what_is_drawn_has_the_boxes_of_the_layout(draft):
    scene = Scene(draft, place(draft), tuple(sorted(set(draft.operations[1:-1]))), LIGHT, known_metric("test_accuracy"))
    vertices, edges = vertex_columns(scene), edge_columns(scene)
    width, height = box_size(len(draft.operations))
    for left, right, bottom, top in zip(*(vertices[side] for side in ("left", "right", "bottom", "top")), strict=True):
        assert (right - left, top - bottom) == (pytest.approx(width), pytest.approx(height))
    assert len(edges["xs"]) == len(draft.edges)
    # Words are as short as their boxes, and no two operations share one.
    words = dict(zip(draft.operations, vertices["word"], strict=True))
    assert max(map(len, words.values())) <= (14 if len(draft.operations) > 12 else 18)
    assert len(set(words.values())) == len(words)
    assert cell_figure_svg(scene).count("<rect") >= len(draft.operations)
    assert cell_svg(draft, (), LIGHT).count("<rect") == len(draft.operations)


def test_a_dropped_box_of_a_large_cell_overlaps_no_other():
    draft = DRAFTS[0]
    centres, size = place(draft), box_size(len(draft.operations))
    for vertex in (3, 9, 20):
        centres[vertex] = settle(vertex, (250, 260), centres)
    assert not any(overlap(one, other, 0, size) for one, other in itertools.combinations(centres.values(), 2))
