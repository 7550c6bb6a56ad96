"""Cells as text against `Cell`, and every way in which a row can be no cell."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import oracles
from tests.core.strategies import cells, drafts
from tests.readers.conftest import as_texts
from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_EDGES, MAX_VERTICES
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.errors import SourceError
from vanas_panel.readers.cells.matrices import LARGEST_SIDE
from vanas_panel.readers.cells.packing import pack_cells, pruning_notes


def pack(rows, space=None):
    """Pack rows of (adjacency, operations)."""
    adjacency, operations = zip(*rows, strict=True)
    columns = pa.array(adjacency, pa.string()), pa.array(operations, pa.string())
    return pack_cells(*columns, lambda row: {"row": row}, space)[:2]


def shuffled(cell: Draft, order) -> Draft:
    """The same cell with its inner vertices in another order, most often no topological one."""
    inner = [vertex + 1 for vertex in order]
    relabelled = [0, *inner, cell.output]
    rank = {vertex: index for index, vertex in enumerate(relabelled)}
    return Draft([cell.operations[v] for v in relabelled], [(rank[s], rank[t]) for s, t in cell.edges])


@given(st.lists(cells(), min_size=1, max_size=5))
def test_rows_are_packed_as_cells_pack_themselves(some):
    packed, space = pack([as_texts(cell) for cell in some])
    assert space is NASBENCH101
    assert packed.tolist() == [cell.packed(NASBENCH101) for cell in some]


@given(st.data())
def test_any_vertex_order_is_sorted_as_a_draft_sorts_it(data):
    cell = data.draw(cells())
    order = data.draw(st.permutations(range(len(cell.operations) - 2)))
    other = shuffled(cell, order)
    order = other.topological_order()
    sorted_again = shuffled(other, [vertex - 1 for vertex in order[1:-1]])
    packed, _ = pack([as_texts(other)])
    assert packed[0] == pack([as_texts(sorted_again)])[0][0]
    assert all(source < target for source, target in sorted_again.edges)


@given(drafts(max_inner=9), st.integers(0, 3), st.sampled_from(["behind", "before the output"]))
def test_rows_are_pruned_as_reachability_says_and_refused_where_no_cell_is_left(draft, padding, where):
    good = ("0100", "input,output")
    vertices, edges = oracles.parts_on_walks(draft.operations, draft.edges)
    kept = sorted(vertices)
    left = draft if not kept else Draft([draft.operations[vertex] for vertex in kept],
                                        [(kept.index(source), kept.index(target)) for source, target in edges])
    rows = [good, good, padded(draft, padding, where)]
    if not oracles.is_cell(left.operations, left.edges) or len(kept) > MAX_VERTICES:
        with pytest.raises(SourceError) as caught:
            pack(rows)
        assert caught.value.row == 2
        assert "vertices" in str(caught.value) or str(left.problems(None)[0]).rstrip(".") in str(caught.value)
        return
    found = pack_cells(*map(pa.array, zip(*rows, strict=True)), lambda row: {"row": row})
    assert found.packed[2] == pack([as_texts(left)])[0][0]
    assert found.pruned.tolist() == [False, False, len(kept) < len(draft.operations)]
    assert found.padded.tolist() == [False, False, padding > 0]


def padded(draft: Draft, padding: int, where: str) -> tuple[str, str]:
    """The texts of a draft whose matrix has some more rows and columns of zeros."""
    size = len(draft.operations)
    relabelled = [*range(size - 1), size - 1 + (0 if where == "behind" else padding)]
    matrix = np.zeros((size + padding,) * 2, int)
    for source, target in draft.edges:
        matrix[relabelled[source], relabelled[target]] = 1
    return "".join(map(str, matrix.ravel().tolist())), ",".join(draft.operations)


def test_operations_that_are_left_out_need_no_name_and_widen_no_space():
    rows = [("0101000100000000", "input,sep,strange,output"), ("0101000100000000", "input,sep,,output"),
            ("0101000100000000", "input,sep,input,output"), ("0110000100000" + "0" * 12, "input,sep,output,,none"),
            ("0110000100" + "0" * 15, "input,sep,output")]
    found = pack_cells(*map(pa.array, zip(*rows, strict=True)), lambda row: {})
    assert found.space == CellSpace(("sep",), 3, 3)
    assert np.unique(found.packed).size == 1
    assert found.pruned.tolist() == [True] * 3 + [False] * 2
    assert pruning_notes(found.pruned, found.padded) == [
        "In 2 of 5 rows, row 4 for one, rows and columns of zeros beyond the operations were left out.",
        "In 3 of 5 rows, row 1 for one, vertices or edges on no path from input to output were left out."]
    assert pack([("0101000100000000", "input,maxpool3x3,strange,output")], NASBENCH101)[0][0] > 0


def test_the_largest_matrix_is_read_and_a_larger_one_is_refused():
    for side in (LARGEST_SIDE, LARGEST_SIDE + 1):
        matrix = np.zeros((side, side), int)
        matrix[0, side - 2] = matrix[side - 2, side - 1] = 1
        labels = ["input", *["maxpool3x3"] * (side - 2), "output"]
        row = ("".join(map(str, matrix.ravel().tolist())), ",".join(labels))
        if side == LARGEST_SIDE:
            assert pack([row])[0][0] == pack([("010001000", "input,maxpool3x3,output")])[0][0]
        else:
            with pytest.raises(SourceError, match="at most 62 in all"):
                pack([row])
            with pytest.raises(SourceError, match="a 63 x 63 matrix, for 2 operations"):
                pack([(row[0], "input,output")])


def test_the_order_of_a_topological_source_is_kept_where_another_one_has_a_smaller_key():
    rows = [("0110000100010000", "input,maxpool3x3,conv3x3-bn-relu,output")]
    packed, space = pack(rows)
    from_operations = [space.operations[packed[0] >> shift & 15] for shift in (48, 44)]
    assert from_operations == ["maxpool3x3", "conv3x3-bn-relu"]


@pytest.mark.parametrize(("adjacency", "operations", "found"), [
    ("010001000", "input,unknown", "'input' first and 'output' last"),
    ("010001000", "output,maxpool3x3,input", "'input' first and 'output' last"),
    ("0", "input", "'input' first and 'output' last"),
    ("", "", "'input' first and 'output' last"),
    ("010001000", "input,,output", "operation '' between input and output"),
    ("0100001000010000", "input,input,maxpool3x3,output", "operation 'input' between"),
    ("01000100", "input,maxpool3x3,output", "8 characters, no square matrix, for 3 operations"),
    ("0100001000010000", "input,maxpool3x3,output", "a matrix of 4 rows, 4 of them with edges, for 3 operations"),
    ("0100", "input,maxpool3x3,output", "a 2 x 2 matrix, for 3 operations"),
    ("0100010x0", "input,maxpool3x3,output", "'x' at position 7"),
    ("010002000", "input,maxpool3x3,output", "'2' at position 5"),
    ("01000100\N{FULLWIDTH DIGIT ZERO}", "input,maxpool3x3,output", "'\N{FULLWIDTH DIGIT ZERO}' at position 8"),
    ("0100001001010000", "input,maxpool3x3,maxpool3x3,output", "directed cycle"),
    ("010011000", "input,maxpool3x3,output", "directed cycle"),
    ("010000000", "input,maxpool3x3,output", "no path from input to output"),
    ("0" * 81, ",".join(["input", *["maxpool3x3"] * 7, "output"]), "no path from input to output"),
    ("".join("1" if column == row + 1 else "0" for row in range(25) for column in range(25)),
     ",".join(["input", *["maxpool3x3"] * 23, "output"]), "a cell of 25 vertices"),
    (None, "input,output", "no adjacency"),
    ("0100", None, "no operations"),
])
def test_a_row_that_is_no_cell_is_named_with_its_reason(adjacency, operations, found):
    with pytest.raises(SourceError) as caught:
        pack([("0100", "input,output"), (adjacency, operations), ("0100", "input,output")])
    assert caught.value.row == 1
    assert found in str(caught.value)


def test_a_given_space_is_held_to():
    dense = "".join("1" if column > row else "0" for row in range(6) for column in range(6))
    with pytest.raises(SourceError, match="6 vertices and 15 edges; expected at most 7 vertices and 9 edges"):
        pack([(dense, ",".join(["input", *["maxpool3x3"] * 4, "output"]))], NASBENCH101)
    with pytest.raises(SourceError, match="unknown operation 'sep'; expected one of conv3x3"):
        pack([("010001000", "input,sep,output")], NASBENCH101)
    with pytest.raises(SourceError, match="a cell of 4 vertices; expected at most 3"):
        pack([("0100001000010000", "input,a,a,output")], CellSpace(("a",), 3, 3))


def test_the_space_follows_from_the_rows():
    _, space = pack([("010001000", "input, sep ,output"), ("0110000100010000", "input,dil,sep,output")])
    assert space == CellSpace(("dil", "sep"), 4, 4)
    dense = "".join("1" if column > row else "0" for row in range(8) for column in range(8))
    _, space = pack([(dense, ",".join(["input", *["maxpool3x3"] * 6, "output"]))])
    assert space == CellSpace(NASBENCH101.operations, 8, MAX_EDGES)
    _, space = pack([("0100", "input,output")])
    assert space is NASBENCH101


def test_two_hundred_and_fifty_six_operations_are_too_many():
    rows = [("010001000", f"input,op{number:03},output") for number in range(256)]
    with pytest.raises(SourceError, match="256 distinct operations") as caught:
        pack(rows)
    assert caught.value.row == 255
    cells, space = pack(rows[:16])
    assert isinstance(cells, WideCells) and len(space.operations) == 16
    packed, space = pack(rows[:15])
    assert len(space.operations) == 15
    assert np.unique(packed).size == 15


def test_a_sliced_column_is_read_from_its_own_offset():
    adjacency = pa.array(["0100", "010001000", "0100"], pa.large_string()).slice(1)
    operations = pa.array(["input,output", "input,maxpool3x3,output", "input,output"]).slice(1)
    packed = pack_cells(adjacency, operations, lambda row: {}).packed
    assert (packed >> 52).tolist() == [3, 2]
