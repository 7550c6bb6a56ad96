"""Architecture strings of NAS-Bench-201 as text to take away and to bring."""

from __future__ import annotations

import pytest

import vanas_panel as vp
from vanas_panel import exchange
from vanas_panel.core.kinds import LINE, PRUNED_LINE, KindSpace
from vanas_panel.core.line_graph import LINE_EDGES, NASBENCH201_OPERATIONS
from vanas_panel.core.space import NASBENCH101

SPACE = KindSpace(NASBENCH201_OPERATIONS, 8, 10, LINE)
PRUNED = KindSpace(NASBENCH201_OPERATIONS[1:], 8, 10, PRUNED_LINE)
TEXT = "|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|none~1|none~2|"


@pytest.mark.parametrize("around", ["{}", " {}\n", "arch = '{}'", '"{}"', "arch_str = \"{}\";"])
@pytest.mark.parametrize("space", [None, SPACE])
def test_it_is_read_and_written(around, space):
    draft = exchange.read(around.format(TEXT), space)
    assert draft.edges == LINE_EDGES and exchange.to_architecture(draft) == TEXT
    assert not draft.problems(SPACE)
    assert exchange.read(exchange.to_json(draft, SPACE), SPACE) == draft


def test_none_is_pruned_where_the_table_has_pruned_it():
    draft = exchange.read(TEXT, PRUNED)
    assert draft == vp.Draft(["input", "skip_connect", "output"], [(0, 1), (1, 2)]) and not draft.problems(PRUNED)
    with pytest.raises(vp.ExchangeError, match="in which no path is left without 'none'"):
        exchange.read("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", PRUNED)


def test_other_spaces_say_why_they_cannot_have_it():
    with pytest.raises(vp.ExchangeError, match="string of NAS-Bench-201, whose operations are on edges"):
        exchange.read(TEXT, NASBENCH101)
    with pytest.raises(vp.ExchangeError, match="Load a cell of the table"):
        exchange.to_architecture(vp.Draft(["input", "output"], [(0, 1)]))


@pytest.mark.parametrize(("edges", "is_one"), [(LINE_EDGES, True), ((*LINE_EDGES[:-1], (2, 7), (6, 7)), False)])
def test_the_designer_is_told_why_a_drawing_is_no_cell(edges, is_one):
    problems = vp.Draft(["input", *["none"] * 6, "output"], edges).problems(KindSpace(SPACE.operations, 8, 12, LINE))
    assert [problem.kind for problem in problems] == ([] if is_one else ["not of this kind"])
    assert is_one or "Load a cell and change its operations" in problems[0].message
