"""Texts as people have them: unpruned or padded matrices, names, printed arrays, NNI, short operation names."""

import ast
import json

import numpy as np
import pytest
from core import oracles
from fuzz.pastes import LONGEST, check_paste, pastes, snippets, snippets_of
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel import exchange
from vanas_panel.exchange.names import resolve
from vanas_panel.exchange.reading import MAX_TEXT

C3, C1, MP = vp.NASBENCH101.operations
CHAIN = vp.Draft(["input", C3, "output"], [(0, 1), (1, 2)])
ROWS = "[[0, 1, 0], [0, 0, 1], [0, 0, 0]]"
NAMES = f"['input', '{C3}', 'output']"

SAME = {
    "names assigned before": f"m = np.array([[0, 1, 0],\n [0, 0, 1],\n [0, 0, 0]])\nops = {NAMES}\n"
                             "cell = api.ModelSpec(matrix=m, ops=ops)",
    "names of names": f"a = {ROWS}\nb = a\nc = {NAMES}\nModelSpec(b, c)",
    "names alone": f"adj = {ROWS}\nlabels = {NAMES}",
    "the last value of a name counts": f"m = 3\nm = {ROWS}\nlabels = {NAMES}",
    "two at once": f"m, ops = {ROWS}, {NAMES}",
    "a printed array": "array([[0, 1, 0],\n       [0, 0, 1],\n       [0, 0, 0]])\n" + NAMES,
    "an array with its type": f"array({ROWS}, dtype=int8)\n{NAMES}",
    "a tensor": f"tensor({ROWS})\n{NAMES}",
    "printed without commas": f"[[0 1 0]\n [0 0 1]\n [0 0 0]]\n['input' '{C3}' 'output']",
    "printed floats": f"[[0. 1. 0.]\n [0. 0. 1.]\n [0. 0. 0.]]\n{NAMES}",
    "printed truth values": f"[[False  True False]\n [False False  True]\n [False False False]]\n{NAMES}",
    "printed on one line": f"{ROWS} {NAMES}",
    "a console": f">>> m\narray({ROWS})\n>>> ops\n{NAMES}",
    "a notebook": f"In [3]: m\nOut[3]:\narray({ROWS})\nIn [4]: ops\nOut[4]: {NAMES}",
    "arguments without their call": f"matrix={ROWS},\nops={NAMES}",
    "arguments with a comma": f"matrix={ROWS},\nops={NAMES},",
    "like YAML": f"matrix: {ROWS}\nops: {NAMES}",
    "words around it": f"The best cell's matrix is {ROWS}, its operations are {NAMES}!",
    "methods": f"ModelSpec(np.array({ROWS}).astype(int).tolist(), ops={NAMES})",
    "scalars of NumPy": f"m = [[np.int64(0), 1, 0], [np.False_, np.bool_(False), np.float64(1.0)], [0, 0, 0]]\n"
                        f"ops = [np.str_('input'), np.str_('{C3}'), str('output')]",
    "items set one by one": f"m = np.zeros((3, 3), dtype=int)\nm[0, 1] = 1\nm[1][2] = 1\nops = {NAMES}",
    "a sum of lists": f"ModelSpec({ROWS}, [INPUT] + [CONV3X3] * 1 + [OUTPUT])",
    "a list that grows": f"ops = ['input', '{C3}']\nops += ['output']\nmatrix = {ROWS}",
    "in a loop": f"for seed in range(3):\n    print(api.query(ModelSpec({ROWS}, {NAMES})))",
    "in another dictionary": json.dumps({"arch": {"matrix": json.loads(ROWS), "ops": ["input", C3, "output"]}}),
    "as tables keep it": str({"module_adjacency": "010001000", "module_operations": f"input,{C3},output"}),
    "one long list": f"matrix = [0, 1, 0, 0, 0, 1, 0, 0, 0]; ops = {NAMES}",
    "a row of a CSV file": f'010001000,"input,{C3},output",0.93',
    "a row with more before and after": f'7,{"5c" * 16},010001000,"input,{C3},output",108,1000,x,',
    "a row below its header": f'adjacency,operations,acc\n010001000,"input,{C3},output",0.93\n',
    "a row in another order": f'0.93,"INPUT, {C3}, OUTPUT","010001000"',
    "a row of a spreadsheet": f"010001000\tinput,{C3},output\t0,93",
    "a row with semicolons": f"\ufeff010001000;input,{C3},output;0,93;1e3",
    "a row without quotes": f"010001000,input,{C3},output,0.93",
    "a row with a defused text": f"'010001000,\"input,{C3},output\",'=1+1",
    "a row of lists": f'"{ROWS}","{NAMES}",0.93',
    "NNI": str({"op1": C3, "input1": [0], "input2": [1]}),
    "NNI as JSON with more": json.dumps({"cell/op1": C3, "cell/input1": [0], "cell/input2": [1], "num_nodes": 3}),
    "NNI with a number": str({"op1": C3, "input1": 0, "input2": 1}),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_common_pastes_are_read_as_the_intended_cell(text):
    assert exchange.read_noted(text) == (CHAIN, ())


@given(snippets())
def test_any_draft_in_any_form_equals_the_nasbench101_interface(drawn):
    draft, text = drawn
    found = exchange.read_noted(text, vp.NASBENCH101)
    vertices, edges = oracles.parts_on_walks(draft.operations, draft.edges)
    if len(draft.operations) == 2:
        # One row of two numbers, and a list of two: the shapes leave no doubt here either.
        assert found.draft.operations == draft.operations
    if not vertices:
        assert (found.draft, found.notes) == (draft, ())
        return
    kept = sorted(vertices)
    assert found.draft.operations == tuple(draft.operations[vertex] for vertex in kept)
    assert {(kept[s], kept[t]) for s, t in found.draft.edges} == edges
    assert bool(found.notes) == (len(kept) < len(draft.operations) or len(edges) < len(draft.edges))


def test_every_kind_of_paste_is_tried():
    for text in snippets_of(CHAIN):
        assert exchange.read(text) == CHAIN, text


@pytest.mark.parametrize(("side", "places"), [(5, [0, 1, 2]), (7, [0, 1, 6]), (4, [0, 2, 3]), (64, [0, 1, 2])])
def test_a_padding_with_zeros_is_left_out_and_said(side, places):
    rows = np.zeros((side, side), dtype=int)
    rows[places[0], places[1]] = rows[places[1], places[2]] = 1
    found = exchange.read_noted(f"matrix={rows.tolist()}; ops={NAMES}")
    assert found.draft == CHAIN
    rest = side - 3
    assert found.notes == ((f"{rest} rows and columns of zeros beyond the operations were left out." if rest > 1 else
                            "1 row and column of zeros beyond the operations was left out."),)


def test_a_padding_before_the_output_leaves_vertices_without_edges_their_names():
    rows = np.zeros((7, 7), dtype=int)
    rows[0, 2] = rows[2, 6] = 1
    found = exchange.read_noted(f"matrix={rows.tolist()}; ops={['input', MP, C3, 'output']}")
    assert found == (CHAIN, ("3 rows and columns of zeros beyond the operations were left out.",
                             "1 vertex on no path from input to output was removed."))


def test_a_row_of_a_table_may_be_padded_and_pruned_and_have_short_names():
    reading = exchange.read_noted('0100001000000000,"input,conv3x3,output",0.93', vp.NASBENCH101)
    assert reading.draft == CHAIN and len(reading.notes) == 2
    reading = exchange.read_noted('011000000,"input,maxpool3x3,output",1000')
    assert reading.draft == vp.Draft(["input", "output"], [(0, 1)]) and len(reading.notes) == 1


def test_parts_on_no_path_are_left_out_and_reported():
    matrix = [[0, 1, 1, 0, 0], [0, 0, 0, 0, 1], [0] * 5, [0] * 5, [0] * 5]
    found = exchange.read_noted(f"ModelSpec({matrix}, {['input', C3, MP, C1, 'output']})")
    assert found == (CHAIN, ("2 vertices and 1 edge on no path from input to output were removed.",))
    nine = np.zeros((9, 9), dtype=int)
    nine[0, 1] = nine[1, 8] = 1
    assert exchange.read(f"matrix={nine.tolist()}; ops={['input', C3, *[MP] * 6, 'output']}") == CHAIN


def test_a_matrix_without_a_path_and_edges_stay_as_they_are():
    loose = vp.Draft(["input", C3, MP, "output"], [(0, 1), (2, 3)])
    assert exchange.read_noted(f"{loose.matrix.tolist()}, {list(loose.operations)}") == (loose, ())
    stray = vp.Draft(["input", C3, "output"], [(0, 1), (0, 2)])
    assert exchange.read_noted(exchange.to_json(stray)) == (stray, ())


def test_nni_feeds_each_vertex_by_its_inputs_and_the_output_by_the_last():
    text = str({"op1": C3, "op2": MP, "op3": C1, "input1": [0], "input2": [0, 1], "input3": [1], "input4": [2]})
    found = exchange.read_noted(text)
    assert found.draft == vp.Draft(["input", C3, MP, "output"], [(0, 1), (0, 2), (1, 2), (2, 3)])
    assert found.notes == ("1 vertex and 1 edge on no path from input to output were removed.",)


@pytest.mark.parametrize(("short", "operation"), [
    ("conv3x3", C3), ("conv1x1", C1), ("CONV3X3", C3), ("3x3 conv", C3), ("3×3 Convolution", C3), ("conv_3x3", C3),
    ("conv 1 x 1", C1), ("Conv2d 3x3", C3), ("conv3x3_bn_relu", C3), ("maxpool", MP), ("max_pool", MP),
    ("MaxPool3x3", MP), ("max_pool_3x3", MP), ("pool", MP), ("3x3 max pooling", MP), (C3, C3),
])
def test_short_names_are_resolved_and_said(short, operation):
    found = exchange.read_noted(f"matrix={ROWS}; ops={['input', short, 'output']!r}", vp.NASBENCH101)
    assert found.draft.operations[1] == operation
    assert len(found.notes) == (short != operation)
    assert all(operation in note for note in found.notes)
    # Without a search space there is nothing to resolve them by.
    assert exchange.read(f"matrix={ROWS}; ops={['input', short, 'output']!r}").operations[1] == short


def test_text_with_python_syntax_warnings_is_read(recwarn):
    draft = exchange.read("note = 1if True else 2\nOPERATIONS = ['input', 'output']\nEDGES = [(0, 1)]")
    assert draft.edges == ((0, 1),) and not recwarn.list


@pytest.mark.parametrize("change", [
    "matrix[0][3] += 1", "matrix[0, 3] |= 1", "matrix.itemset((0, 3), 1)", "np.put(matrix, [3], 1)",
    "def add(m, i, j): m[i][j] = 1\nadd(matrix, 0, 3)", "add = lambda m: m[0].reverse()\nadd(matrix)",
    "(lambda m: m.clear())(matrix)", "matrix[0].__setitem__(3, 1)", "del matrix[1]", "x = ops.pop(1)",
    "print(ops.insert(1, 'input'))", "[r.append(0) for r in matrix]", "list(map(lambda r: r.reverse(), matrix))",
    "matrix.flat[3] = 1", "matrix[0].pop()", "same = matrix\nsame.pop()", "random.shuffle(ops)",
])
def test_a_change_that_is_not_followed_is_refused(change):
    text = f"matrix = [[0, 1, 0], [0, 0, 1], [0, 0, 0]]\nops = {list(CHAIN.operations)}\n"
    assert exchange.read(f"{text}ModelSpec(matrix, ops)") == CHAIN
    with pytest.raises(vp.ExchangeError, match="changed|given"):
        exchange.read(f"{text}{change}\nModelSpec(matrix, ops)")


@pytest.mark.parametrize(("form", "reason"), [
    ('{"operations": %s, "operations": %s, "edges": [[0, 1], [1, 2]]}', "'operations' twice in an object"),
    ("{'operations': %s, 'operations': %s, 'edges': [(0, 1), (1, 2)]}", "Found no cell in the text")])
def test_of_two_values_for_one_name_none_is_taken(form, reason):
    first, second = (json.dumps(["input", each, "output"]) for each in ("conv3x3-bn-relu", "maxpool3x3"))
    with pytest.raises(vp.ExchangeError, match=reason):
        exchange.read(form % (first, second))


def test_arrays_and_copies_share_no_rows():
    ops = list(CHAIN.operations)
    text = f"a = np.array([[0] * 3] * 3)\na[0, 1] = 1\na[1, 2] = 1\nb = a.copy()\nb[0, 2] = 1\nModelSpec(a, {ops})"
    assert exchange.read(text) == CHAIN


def test_names_that_fit_several_or_none_are_not_guessed():
    assert resolve("conv", vp.NASBENCH101.operations) == [C3, C1]
    for strange in ("sep_conv_3x3", "conv5x5", "avgpool3x3", "-", "", "none", "conv3x3 conv3x3 x"):
        assert resolve(strange, vp.NASBENCH101.operations) == []
    assert resolve("conv3x3", ["sepconv3x3", "conv3x3"]) == ["conv3x3"]
    for other in ("sep_conv_3x3", "dil_conv_3x3", "SeparableConv2d 3x3", "dilated_conv_3x3", "sepconv3x3-bn-relu"):
        for short in ("conv3x3", "conv", "3x3", "conv3x3-bn-relu"):
            assert resolve(short, [other, MP]) == ([MP] if short == "3x3" else []), (short, other)
            assert resolve(short, [other, C3]) == [C3]
    assert resolve("sep conv", ["sep_conv_3x3", "dil_conv_3x3", C3]) == ["sep_conv_3x3"]
    assert resolve("SeparableConv2d 3x3", ["sep_conv_3x3", "dil_conv_3x3", C3]) == ["sep_conv_3x3"]
    with pytest.raises(vp.ExchangeError, match="'3x3', which may be conv3x3-bn-relu, maxpool3x3; expected one of them"):
        exchange.read(f"matrix={ROWS}; ops=['input', '3x3', 'output']", vp.NASBENCH101)
    kept = exchange.read(f"matrix={ROWS}; ops=['input', 'conv5x5', 'output']", vp.NASBENCH101)
    assert kept.operations[1] == "conv5x5"


REASONS = {
    "ModelSpec(matrix=m, ops=ops)": "matrix given by the name m, which nothing in the text assigns",
    f"ModelSpec(matrix={ROWS}, ops=LABELS)": "operations given by the name LABELS, which nothing",
    f"m = np.triu(np.ones((3, 3)), 1)\nops = {NAMES}": "matrix that must be computed (a call of triu())",
    f"m = [[int(b == a + 1) for b in range(3)] for a in range(3)]\nops = {NAMES}": "computed (a comprehension)",
    f"m = np.zeros((3, 3))\nfor i in range(2):\n    m[i, i + 1] = 1\nops = {NAMES}": "computed (set in a loop)",
    f"m = np.zeros((3, 3))\nm[0, 1:] = 1\nops = {NAMES}": "computed (set item by item in a way",
    f"m = {ROWS}\nm.append([0])\nops = {NAMES}": "computed (changed by .append())",
    f"m = np.array({ROWS}).T\nops = {NAMES}": "computed (the attribute .T)",
    f"matrix = {ROWS}; ops = {NAMES} * 10**9": "computed (a calculation)",
    f"matrix = {ROWS}; ops = {NAMES} * 1000000000": "computed (larger than any cell)",
    f"m = {ROWS}\nn = {ROWS}\nops = {NAMES}": "matrix twice",
    '10001000,"input,a,output",0.9': "a matrix of 8 digits for 3 operations; expected 9 digits, 3 rows of 3 without "
                                     "separators. Copy it as text: a spreadsheet takes zeros",
    '0100010000,"input,a,output",0.9': "a matrix of 10 digits for 3 operations; expected 9 digits",
    '010001000,"input,a,b,output",0.9': "a matrix of 9 digits for 4 operations; expected 16 digits",
    '010001000,"input,a,output",1\n001000000,"input,b,output",2': "2 rows of a table; expected one cell. Paste one",
    '010001000,001000000,"input,a,output",1': "a row with two matrices",
    "{'op1': 'a', 'input1': [0]}": "NNI in which input2 is missing",
    "{'op1': 'a', 'op3': 'a', 'input1': [0], 'input2': [1]}": "in which input3, op2, op3 is missing",
    "{'op1': 'a', 'input1': [1], 'input2': [1]}": "input1 = [1]; expected a list of vertices from 0 to 0",
    "{'a/op1': 'x', 'a/input1': [0], 'a/input2': [1], 'b/op1': 'y', 'b/input1': [0], 'b/input2': [1]}": "op1 twice in",
    "{'op1': 3, 'input1': [0], 'input2': [1]}": "op1 = 3; expected the name of an operation",
    "|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|none~1|": "string of NAS-Bench-201",
    "arch = '|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|'": "string of NAS-Bench-201",
    "Genotype(normal=[('sep_conv_3x3', 0)], normal_concat=range(2, 6), reduce=[])": "genotype of DARTS",
    "{'normal': [['sep_conv_3x3', 0], ['skip_connect', 1]], 'reduce': []}": "genotype of DARTS",
    "normal = [('sep_conv_3x3', 0)]": "genotype of DARTS",
    "00005c142e6f48ac74fdcf73e3439874": "a module hash, from which no cell can be rebuilt",
    f"matrix={np.eye(4, k=1, dtype=int).tolist()}; ops={NAMES}": "a matrix of 4 rows, 4 of them with edges, and 3 op",
    NAMES: "operations alone; expected either edges or a matrix beside them",
}


@pytest.mark.parametrize(("text", "reason"), REASONS.items(), ids=[text[:40] for text in REASONS])
def test_unreadable_text_is_refused_with_the_true_reason(text, reason):
    with pytest.raises(vp.ExchangeError) as caught:
        exchange.read(text)
    assert reason in str(caught.value) and len(str(caught.value)) <= LONGEST


odd = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30) | st.sampled_from(
    ["'", '"', "\\", "'''", 'a"b\'c', "a\nb", "[1 2]", "['a' 'b']", ">>> x", "], [", "class", "|none~0|", "Genotype(",
     "{x}", "$x", "%s", "\ufeff", "\u2028", "conv", "1", "ModelSpec(", "a,b", "#", "\x00", "é" * 30])


@given(st.lists(odd, min_size=1, max_size=5, unique=True).filter(
    lambda names: all(name.strip() and name not in ("input", "output") for name in names)))
def test_operations_of_odd_names_run_as_python_and_come_back(names):
    draft = vp.Draft(["input", *names, "output"], [(v, v + 1) for v in range(len(names) + 1)])
    space = vp.CellSpace(names, 8, 28)
    for write in (exchange.to_json, exchange.to_nasbench):
        assert exchange.read_noted(write(draft), space) == (draft, ())
    spec = next(node for node in ast.walk(ast.parse(exchange.to_nasbench(draft))) if isinstance(node, ast.Call))
    assert ast.literal_eval(spec.keywords[1].value) == list(draft.operations)
    assert json.loads(exchange.to_json(draft))["operations"] == list(draft.operations)


@given(pastes())
def test_any_text_gives_a_draft_or_a_short_refusal(text):
    check_paste(text)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["a = [a, a]\n", "a = a + a\n", "a = [a]\n", "a += a\n", "a = (a, a)\n", "a[0] = a\n",
                                  "[1 ", "[1 1 ", "'a' ", "['a' ", "\\'", '"', "[[0 1]", ">>> ", "|a~0|", "normal=[",
                                  "m[0]", "[" * 50 + "]" * 50 + "\n", "a.b(", "1 ", "] [1", "ModelSpec(a, a)\n",
                                  "ab" * 16, "[0,"])
def test_repetition_costs_neither_time_nor_memory(unit):
    # Steps are bounded by the reader itself; were they not, these would run for minutes or fill the memory.
    text = ("a = ['input', 'output']\n" + unit * MAX_TEXT)[: MAX_TEXT - 20]
    check_paste(text)
    check_paste(text + "\nops = a\nmatrix = a"[:20])
    check_paste((unit * MAX_TEXT)[:MAX_TEXT])
