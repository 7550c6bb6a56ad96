"""Forms of larger cells are equal exactly where networkx finds a relabelling, and agree with packed keys."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import cells, examples
from tests.core.wide.draws import OPERATIONS, SPACE, are_isomorphic, larger_cells, relabelled, shuffled
from tests.larger_cells import of_packed
from vanas_panel.core.canonical import canonical_keys
from vanas_panel.core.cell import Cell
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.core.wide.canonical import canonical_forms, form_of_key, key_of_form
from vanas_panel.core.wide.columns import WideCells
from vanas_panel.core.wide.lookup import WideLookup


def forms(*drawn):
    return canonical_forms(WideCells.of_drafts(drawn, OPERATIONS))


@examples(60)
@given(larger_cells(), st.randoms(use_true_random=False))
def test_relabelling_never_changes_the_form(cell, random):
    one, other = forms(cell, relabelled(cell, random))
    assert (one == other).all()


@examples(60)
@given(larger_cells(most_inner=9, operations=("a",)), larger_cells(most_inner=9, operations=("a",)))
def test_two_cells_have_one_form_exactly_where_a_relabelling_leads_from_one_to_the_other(one, other):
    first, second = forms(one, other)
    assert (first == second).all() == are_isomorphic(one, other)


@examples(60)
@given(larger_cells(), st.data())
def test_a_cell_that_lost_an_edge_has_the_form_of_it_only_where_networkx_says_so(cell, data):
    edge = data.draw(st.sampled_from(cell.edges))
    edges = [other for other in cell.edges if other != edge]
    try:
        changed = Cell(cell.operations, [*edges, *_another(cell, data)], None)
    except ValueError:
        return
    first, second = forms(cell, changed)
    assert (first == second).all() == are_isomorphic(cell, changed)


def _another(cell, data):
    free = [(one, other) for one in range(1, cell.output) for other in range(one + 1, cell.output)
            if (one, other) not in cell.edges]
    return [data.draw(st.sampled_from(free))] if free else []


@examples(40)
@given(larger_cells())
def test_the_form_is_the_cell_itself_in_another_order(cell):
    form = forms(cell)[0]
    bits = np.unpackbits(form[23:])
    count = int(form[0])
    edges = [(source, target) for target in range(count) for source in range(target)
             if bits[target * (target - 1) // 2 + source]]
    operations = [OPERATIONS[code] for code in form[1:count - 1]]
    assert are_isomorphic(cell, Cell(["input", *operations, "output"], edges, None))
    assert form_of_key(key_of_form(form)) == form.tobytes()


def test_forms_tell_the_cells_of_a_whole_space_apart_as_packed_keys_do():
    packed = enumerate_cells(CellSpace(("a", "b"), 5, 10))
    found = WideLookup.of(of_packed(packed))
    assert found.equal_rows() is None
    assert np.unique(found.numbers()).size == np.unique(canonical_keys(packed)).size == packed.size


@examples(40)
@given(st.lists(cells(), min_size=2, max_size=8))
def test_small_cells_are_equal_in_both_forms_or_in_neither(drawn):
    packed = canonical_keys(np.array([cell.packed(NASBENCH101) for cell in drawn]))
    wide = WideLookup.of(WideCells.of_drafts(drawn, NASBENCH101.operations)).numbers()
    assert (np.equal.outer(packed, packed) == np.equal.outer(wide, wide)).all()


def _between(layers, inside):
    """One operation everywhere; a layer takes the input, another one gives to the output, edges lie between them."""
    side = layers
    return Cell(["input", *["a"] * (2 * side), "output"],
                [*((0, 1 + i) for i in range(side)), *((1 + side + i, 2 * side + 1) for i in range(side)),
                 *((1 + i, 1 + side + j) for i, j in inside)], None)


SYMMETRIC = {
    "eleven chains of two": _between(11, [(i, i) for i in range(11)]),
    "all but a matching": _between(11, [(i, j) for i in range(11) for j in range(11) if i != j]),
    "one long cycle": _between(11, [(i, (i + d) % 11) for i in range(11) for d in (0, 1)]),
    "three short cycles": _between(9, [(i, i - i % 3 + (i + d) % 3) for i in range(9) for d in (0, 1)]),
    "a biplane": _between(11, [(i, (i + d) % 11) for i in range(11) for d in (0, 1, 3, 4, 5, 9)]),
    "twenty-two at once": Cell(["input", *["a"] * 22, "output"],
                               [edge for vertex in range(1, 23) for edge in ((0, vertex), (vertex, 23))], None),
    "a full cell": Cell(["input", *["a"] * 22, "output"], [(s, t) for t in range(24) for s in range(t)], None),
}


@pytest.mark.parametrize("cell", SYMMETRIC.values(), ids=SYMMETRIC)
def test_symmetric_cells_have_one_form_in_every_order(cell, jit):
    copies = shuffled([cell] * (20 if jit else 3))
    assert np.unique(forms(*copies), axis=0).shape[0] == 1


def test_cycles_that_look_alike_from_every_vertex_are_told_apart(jit):
    one, three = _between(9, [(i, (i + d) % 9) for i in range(9) for d in (0, 1)]), SYMMETRIC["three short cycles"]
    first, second = forms(one, three)
    assert not (first == second).all() and not are_isomorphic(one, three)
    hashes = {nx.weisfeiler_lehman_graph_hash(nx.Graph(each.to_networkx()), node_attr="operation")
              for each in (one, three)}
    assert len(hashes) == 1  # what networkx's hash takes for the same


def test_a_space_gives_one_key_to_relabelled_cells_and_none_to_unknown_operations():
    chain = Cell(["input", *"abcabcabc", "output"], [(v, v + 1) for v in range(10)], SPACE)
    other = shuffled([chain])[0]
    assert chain == other and hash(chain) == hash(other) and SPACE.key_of(chain) == SPACE.key_of(other)
    with pytest.raises(ValueError, match="operation 'z'"):
        SPACE.key_of(Cell(["input", *"zbcabcabc", "output"], [(v, v + 1) for v in range(10)], None))
    assert NASBENCH101.key_of(chain) == -1
