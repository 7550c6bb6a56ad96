"""Thumbnails: well-formed, self-contained, and the drawing that the designer shows."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import NASBENCH101
from vanas_panel.draw.cell.thumbnail import cell_svg, describe
from vanas_panel.draw.theme import DARK, LIGHT, operation_colors

OPERATIONS = NASBENCH101.operations
C3, C1, MP = OPERATIONS
SVG = "{http://www.w3.org/2000/svg}"
CELL = Draft(("input", C3, C1, MP, "output"), ((0, 1), (1, 2), (2, 4), (0, 3), (3, 4), (0, 4)))


def shapes(svg):
    """Boxes as (left, top, right, bottom, fill) and lines as arrays of points."""
    root = ElementTree.fromstring(svg)
    boxes = []
    for rect in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        boxes.append((x, y, x + width, y + height, rect.get("fill")))
    lines = [np.array([pair.split(",") for pair in line.get("points").split()], dtype=float)
             for line in root.iter(f"{SVG}polyline")]
    return root, boxes, lines


@st.composite
def drafts(draw):
    inner = draw(st.lists(st.sampled_from(OPERATIONS), max_size=5))
    vertex = st.integers(0, len(inner) + 1)
    return Draft(("input", *inner, "output"), draw(st.lists(st.tuples(vertex, vertex), max_size=9)))


@given(drafts(), st.integers(24, 200), st.integers(24, 200))
def test_everything_lies_within_the_frame(draft, width, height):
    root, boxes, lines = shapes(cell_svg(draft, OPERATIONS, LIGHT, width, height))
    assert (root.get("width"), root.get("height")) == (str(width), str(height))
    assert len(boxes) == len(draft.operations) and len(lines) == len(draft.edges)
    for left, top, right, bottom, _ in boxes:
        assert 0 <= left < right <= width and 0 <= top < bottom <= height
    for line in lines:
        assert (line >= 0).all() and (line[:, 0] <= width).all() and (line[:, 1] <= height).all()


@given(drafts())
def test_boxes_do_not_overlap_and_no_line_runs_behind_one(draft):
    _, boxes, lines = shapes(cell_svg(draft, OPERATIONS, LIGHT, 440, 360))
    for index, (left, top, right, bottom, _) in enumerate(boxes):
        for other in boxes[:index]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
        for line in lines:
            # Points are rounded to a tenth of a pixel.
            inside = (line > [left + 0.2, top + 0.2]) & (line < [right - 0.2, bottom - 0.2])
            assert not inside.all(axis=1).any()


def test_boxes_have_the_colours_of_their_operations_in_order():
    for colors in (LIGHT, DARK):
        _, boxes, _ = shapes(cell_svg(CELL, OPERATIONS, colors))
        assert [fill for *_, fill in boxes] == [operation_colors(name, OPERATIONS, colors)[0]
                                                for name in CELL.operations]


def test_input_is_the_highest_box_and_output_the_lowest():
    _, boxes, _ = shapes(cell_svg(CELL, OPERATIONS, LIGHT))
    tops = [top for _, top, *_ in boxes]
    assert tops[0] == min(tops) and tops[-1] == max(tops)


def test_nothing_refers_to_anything_outside_and_text_is_escaped():
    svg = cell_svg(Draft(("input", "<b>&\"'", "output"), ((0, 1),)), ("<b>&\"'",), LIGHT, title="<script>\"'&</script>")
    root, *_ = shapes(svg)
    assert root.find(f"{SVG}title").text == root.get("aria-label") == "<script>\"'&</script>"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "title", "g", "polyline", "rect"}
    assert svg.count("http") == 1
    assert not any(name in element.attrib for element in root.iter() for name in ("href", "style", "onload"))


@pytest.mark.parametrize(("draft", "words"), [
    (Draft(("input", "output"), ((0, 1),)), "no operations; 1 edge"),
    (CELL, "1 × conv 3×3, 1 × conv 1×1, 1 × max-pool 3×3; 6 edges"),
    (Draft(("input", C3, C3, "output")), "2 × conv 3×3; 0 edges"),
])
def test_untitled_drawing_is_named_after_its_content(draft, words):
    assert describe(draft) == words
    root, *_ = shapes(cell_svg(draft, OPERATIONS, LIGHT))
    assert root.find(f"{SVG}title").text == words


def test_equal_cells_with_other_vertex_numbers_keep_their_own_colours():
    one = Cell(("input", C3, MP, "output"), ((0, 1), (1, 2), (2, 3)))
    other = Cell(("input", MP, C3, "output"), ((0, 2), (2, 1), (1, 3)))
    assert one == other
    _, first, _ = shapes(cell_svg(one, OPERATIONS, LIGHT))
    _, second, _ = shapes(cell_svg(other, OPERATIONS, LIGHT))
    assert sorted(first) == sorted(second) and first != second
