"""Cells as text: what is written comes back, close relatives are understood, and anything else is refused in words."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from core.strategies import cells, drafts
from hypothesis import example, given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel import exchange
from vanas_panel.core.cost import KERNEL_SIZES, Skeleton
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.errors import ExchangeError, InvalidCellError, UnknownOperationError
from vanas_panel.exchange.reading import MAX_TEXT

C3, C1, MP = vp.NASBENCH101.operations
CELL = vp.Cell(["input", C3, MP, C1, "output"], [(0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (3, 4), (0, 4)])
PLAIN = vp.Draft(CELL.operations, CELL.edges)
MATRIX = CELL.matrix.tolist()
LABELS = list(CELL.operations)
WRITERS = [exchange.to_json, exchange.to_nasbench, exchange.to_pytorch]
FORMS = pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)

labels = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"]), min_size=1,
                 max_size=20).filter(lambda label: label not in ("input", "output"))


@FORMS
@given(cell=cells())
def test_written_text_is_read_back_as_the_same_cell(write, cell):
    back = exchange.read(write(cell))
    # These cells are drawn in a topological order, so not even a vertex changes its place.
    assert back == vp.Draft(cell.operations, cell.edges)


@FORMS
@given(data=st.data())
def test_any_order_of_the_vertices_is_the_same_cell(write, data):
    cell = data.draw(cells())
    order = data.draw(st.permutations(range(1, cell.output)))
    place = {0: 0, cell.output: cell.output} | dict(zip(order, range(1, cell.output), strict=True))
    operations = ["input", *(cell.operations[vertex] for vertex in order), "output"]
    mixed = vp.Cell(operations, [(place[s], place[t]) for s, t in cell.edges])
    back = exchange.read(write(mixed))
    assert vp.Cell(back.operations, back.edges) == cell


@FORMS
def test_every_cell_of_four_vertices_comes_back(write):
    space = vp.CellSpace(vp.NASBENCH101.operations, 4, 6)
    for key in enumerate_cells(space):
        cell = vp.Cell.from_packed(int(key), space)
        back = exchange.read(write(cell))
        assert vp.Cell(back.operations, back.edges) == cell


@given(drafts())
def test_json_keeps_any_draft_as_it_is_drawn(draft):
    assert exchange.read(exchange.to_json(draft)) == draft


@given(drafts())
def test_exported_matrix_equals_the_api_in_a_valid_vertex_order(draft):
    back = exchange.read(exchange.to_nasbench(draft))
    if draft.on_path()[0]:
        draft = draft.pruned()
    assert sorted(back.operations) == sorted(draft.operations)
    assert sorted(map(back.edge_type, back.edges)) == sorted(map(draft.edge_type, draft.edges))
    assert {p.kind for p in back.problems(None)} == {p.kind for p in draft.problems(None)}
    if not back.problems(None):
        assert vp.Cell(back.operations, back.edges, None) == vp.Cell(draft.operations, draft.edges, None)


@given(drafts())
def test_a_matrix_says_where_the_api_refuses_it(draft):
    text, asked = exchange.to_nasbench(draft), []
    api = SimpleNamespace(ModelSpec=lambda **spec: asked.append(spec))
    exec(text.replace("from nasbench import api", ""), {"api": api})
    rows = np.array(asked[0]["matrix"])
    assert ("has a cycle" in text) == (not np.array_equal(np.triu(rows, 1), rows))


@given(st.lists(labels, max_size=6))
def test_operations_of_any_name_come_back(names):
    draft = vp.Draft(["input", *names, "output"], [(0, 1)])
    for write in (exchange.to_json, exchange.to_nasbench):
        assert exchange.read(write(draft)) == draft


def test_json_names_the_search_space_of_a_cell():
    text = exchange.to_json(CELL)
    assert text.isascii()
    assert json.loads(text) == {
        "format": "vanas-panel cell 1", "operations": LABELS, "edges": [list(edge) for edge in CELL.edges],
        "space": {"operations": [C3, C1, MP], "max_vertices": 7, "max_edges": 9}}
    assert "space" not in json.loads(exchange.to_json(PLAIN))
    assert json.loads(exchange.to_json(PLAIN, vp.CellSpace([C3], 5, 6)))["space"]["max_edges"] == 6


def test_matrix_is_accepted_by_the_nasbench101_api():
    asked = []

    class Api:
        @staticmethod
        def ModelSpec(matrix, ops):
            asked.append((matrix, ops))

    text = exchange.to_nasbench(CELL)
    exec(text.replace("from nasbench import api", ""), {"api": Api})
    ((matrix, ops),) = asked
    assert np.array_equal(matrix, CELL.matrix)
    assert ops == LABELS
    assert np.array_equal(np.triu(matrix, 1), matrix)
    assert f"# module_hash: {CELL.module_hash}\n" in text


@pytest.mark.real
def test_module_hash_is_that_of_the_published_table(real_frame):
    for _, row in real_frame.sample(50, random_state=1).iterrows():
        count = len(row["module_operations"].split(","))
        ones = np.array([int(digit) for digit in row["module_adjacency"]]).reshape(count, count)
        cell = vp.Cell.from_matrix(ones, row["module_operations"].split(","))
        assert f"# module_hash: {row['module_hash']}\n" in exchange.to_nasbench(cell)


@pytest.mark.parametrize(("draft", "said"), [
    (vp.Draft(["input", C3, "output"], [(0, 1)]), "no valid cell yet"),
    (vp.Draft(["input", C3, C3, "output"], [(0, 1), (1, 2), (2, 1), (2, 3)]), "has a cycle"),
    (vp.Draft(["input", C3, "output"], [(1, 0), (0, 2)]), "into the input"),
    (vp.Draft(["input", "conv5x5", "output"], [(0, 1), (1, 2)]), "outside the search space"),
    (vp.Draft(["input", *[C3] * 6, "output"], [(v, v + 1) for v in range(7)]), "outside the search space"),
    (vp.Draft(["input", "a\nimport os\n", "output"], [(0, 1), (1, 2)]), "outside the search space"),
])
def test_a_matrix_says_why_it_has_no_hash(draft, said):
    text = exchange.to_nasbench(draft)
    assert said in text and "module_hash: " + "0" not in text
    assert "\nimport os" not in text


def test_pytorch_needs_a_cell_of_operations_with_known_weights():
    with pytest.raises(InvalidCellError, match="no path from input to output"):
        exchange.to_pytorch(vp.Draft(["input", C3, "output"], [(0, 1)]))
    with pytest.raises(UnknownOperationError, match="Found operation conv5x5; expected only conv3x3-bn-relu, "):
        exchange.to_pytorch(vp.Draft(["input", "conv5x5", "output"], [(0, 1), (1, 2)]))


def test_pytorch_knows_every_operation_whose_weights_are_counted():
    for operation in KERNEL_SIZES:
        assert f'operation == "{operation}"' in exchange.to_pytorch(
            vp.Draft(["input", operation, "output"], [(0, 1), (1, 2)]))


def test_the_skeleton_becomes_constants():
    text = exchange.to_pytorch(CELL, Skeleton(8, 2, 1, 12, 4, 11))
    for line in ("STEM_CHANNELS = 8", "STACKS = 2", "CELLS_PER_STACK = 1", "IMAGE_SIZE = 12", "IMAGE_CHANNELS = 4",
                 "CLASSES = 11"):
        assert f"\n{line}\n" in text


@FORMS
def test_written_text_is_far_below_the_length_limit(write):
    full = vp.Cell(["input", *[C3] * 6, "output"], [(s, t) for t in range(8) for s in range(t)], None)
    assert len(write(full)) < MAX_TEXT / 4 + 200
    assert max(map(len, exchange.to_pytorch(full).splitlines())) <= 88


RELATIVES = {
    "JSON with a matrix": json.dumps({"matrix": MATRIX, "ops": LABELS}),
    "JSON of edges, other things beside them": json.dumps({"name": "x", "edges": CELL.edges, "operations": LABELS}),
    "JSON list": json.dumps([MATRIX, LABELS]),
    "JSON list, turned": json.dumps([LABELS, MATRIX]),
    "JSON of floats": json.dumps({"matrix": CELL.matrix.astype(float).tolist(), "operations": LABELS}),
    "a list of Python": str([MATRIX, LABELS]),
    "a pair": f"{MATRIX}, {LABELS}",
    "a pair in brackets": f"({MATRIX}, {LABELS})",
    "two lines": f"{MATRIX}\n{LABELS}",
    "assignments": f"matrix = {MATRIX}\nops = {LABELS}",
    "capitals": f"MATRIX = {MATRIX}\nOPS = {LABELS}",
    "a dictionary": str({"module_adjacency": MATRIX, "module_operations": LABELS}),
    "an assigned dictionary": f"cell = {({'edges': CELL.edges, 'operations': tuple(LABELS)})}",
    "arrays of the API": f"{{'module_adjacency': array({MATRIX}, dtype=int8), 'module_operations': {LABELS}}}",
    "a call": f"nasbench.query(api.ModelSpec(matrix=np.array({MATRIX}), ops={LABELS}))",
    "a call with places": f"x = ModelSpec({MATRIX}, {LABELS})",
    "a call with variables": f"adjacency = {MATRIX}\nops = {LABELS}\nspec = ModelSpec(matrix=adjacency, ops=ops)",
    "the example's constants": f"ModelSpec(matrix={MATRIX}, ops=[INPUT, CONV3X3, MAXPOOL3X3, CONV1X1, OUTPUT])",
    "constants of one's own": f"POOL = '{MP}'\nops = [INPUT, CONV3X3, POOL, CONV1X1, OUTPUT]\nmatrix = {MATRIX}",
    "indented": f"    matrix = {MATRIX}\n    ops = {LABELS}\n",
    "a mark at the start": "\ufeff" + exchange.to_json(CELL),
    "lines of another system": exchange.to_pytorch(CELL).replace("\n", "\r\n"),
    "a changed network": exchange.to_pytorch(CELL).replace("STACKS = 3", "STACKS = 5") + "\nprint(Network())\n",
}


@pytest.mark.parametrize("text", RELATIVES.values(), ids=RELATIVES)
def test_close_relatives_are_understood(text):
    assert exchange.read(text) == PLAIN


REFUSED = {
    "": "no text",
    " \n\t": "no text",
    "hello there": "neither JSON nor Python (reading stops in line 1)",
    "{]": "neither JSON nor Python (reading stops in line 1)",
    "x = 1": "no cell in the text",
    "17": "no cell in the text",
    "null": "no cell in the text",
    "[]": "no cell in the text",
    "import os; os.abort()": "no cell in the text",
    "edges = [(0, 1)]": "edges without operations",
    str(MATRIX): "matrix without operations",
    str(LABELS): "Found operations alone; expected either edges or a matrix beside them",
    '{"operations": ["input", "output"]}': "either edges or a matrix",
    '{"operations": ["input", "output"], "edges": [], "matrix": [[0, 1], [0, 0]]}': "either edges or a matrix",
    exchange.to_nasbench(CELL) * 2: "twice",
    json.dumps({"format": "vanas-panel cell 2", "operations": LABELS, "edges": []}): "another version",
    "ops = ['input', 'output']; edges = [(0, i) for i in range(2)]": "must be computed",
    "ops = ['input', 'output']; edges = __import__('os').abort()": "must be computed",
    "ops = open('x').read(); edges = []": "must be computed",
    "ops = 'input'; edges = []": "a list of texts",
    "ops = ['input', 3, 'output']; edges = []": "a list of texts",
    "ops = []; edges = []": "'input'",
    "ops = ['output', 'input']; edges = []": "'input'",
    "ops = ['input', ' ', 'output']; edges = []": "non-empty",
    "ops = ['input', 'input', 'output']; edges = []": "other than",
    f"ops = ['input', {'x' * 101!r}, 'output']; edges = []": "at most 100 letters",
    r"ops = ['input', 'a\nb', 'output']; edges = []": "in one line",
    r'{"operations": ["input", "\ud800", "output"], "edges": []}': r"'\ud800'",
    str({"ops": ["input", *["x"] * 23, "output"], "edges": []}): "25 operations; expected at most 24",
    "ops = ['input', 'output']; edges = 7": "a list of pairs",
    "ops = ['input', 'output']; edges = [(0, 2)]": "from 0 to 1",
    "ops = ['input', 'output']; edges = [(0, -1)]": "from 0 to 1",
    "ops = ['input', 'output']; edges = [(0, True)]": "edge (0, True)",
    "ops = ['input', 'output']; edges = [(0, 1.0)]": "two vertex indices",
    "ops = ['input', 'output']; edges = [(0, 1, 1)]": "two vertex indices",
    f"ops = ['input', 'output']; edges = [(0, 0x{'f' * 9000})]": "two vertex indices",
    "ops = ['input', 'output']; matrix = [[0, 1]]": "2 rows of 2 numbers",
    "ops = ['input', 'output']; matrix = [[0, 1], [0]]": "2 rows of 2 numbers",
    "ops = ['input', 'output']; matrix = 5": "2 rows of 2 numbers",
    "ops = ['input', 'output']; matrix = [[0, 2], [0, 0]]": "2 in the matrix; expected 0 or 1",
    "ops = ['input', 'output']; matrix = [[0, 'x'], [0, 0]]": "'x' in the matrix",
    '{"operations": ["input", "output"], "matrix": [[0, NaN], [0, 0]]}': "nan in the matrix",
    "x" * (MAX_TEXT + 1): "30,001 characters",
}


@pytest.mark.parametrize(("text", "said"), REFUSED.items(), ids=[text[:30] for text in REFUSED])
def test_anything_else_is_refused_in_words(text, said):
    with pytest.raises(ExchangeError) as caught:
        exchange.read(text)
    message = str(caught.value)
    assert said in message and "Found" in message and "; expected" in message and message.endswith(".")
    assert len(message) < 1000 and message.isprintable()


def read_or_refuse(text: str) -> None:
    try:
        assert isinstance(exchange.read(text), vp.Draft)
    except ExchangeError as error:
        assert str(error)


@given(st.text(max_size=300))
def test_no_text_gives_anything_but_a_draft_or_a_refusal(text):
    read_or_refuse(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(
                        st.sampled_from(["operations", "ops", "edges", "matrix", "format", "x"]), inner, max_size=4),
                    max_leaves=20))
def test_any_json_or_python_value_gives_a_draft_or_a_refusal(value):
    read_or_refuse(json.dumps(value))
    read_or_refuse(repr(value))
    read_or_refuse(f"ops = ['input', 'x', 'output']\nedges = {value!r}")


@FORMS
@given(data=st.data())
@example(data=None)
def test_damaged_text_of_a_cell_gives_a_draft_or_a_refusal(write, data):
    text = write(CELL)
    if data is None:
        return read_or_refuse(text[: len(text) // 2])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    read_or_refuse(text[:start] + data.draw(st.text(max_size=6)) + text[end:])


@pytest.mark.parametrize("unit", ["-", "~", "not ", "a.", "a()", "1+", "1**", "(", "[", "{", "[[", "{'ops':", '{"ops":',
                                  "x=", "lambda:", "1if 1 else ", "f'{", "'", "#", "\\", "\n ", "\x00", "ModelSpec(",
                                  "array(", "9", "if 1:\n", "@a\n", "import a."])
def test_repetition_up_to_the_limit_gives_a_draft_or_a_refusal(unit):
    for count in (90, 900, MAX_TEXT // len(unit)):
        read_or_refuse(unit * count)
        read_or_refuse((f"ops = ['input', 'output']\nedges = {unit * count}")[:MAX_TEXT])


@pytest.mark.parametrize("depth", [80, 190, *range(900, 1001, 10), 3000])
def test_any_depth_of_nesting_gives_a_draft_or_a_refusal(depth):
    for text in ('{"operations": ["input", "output"], "edges": %s}', "ops = ['input', 'output']; edges = %s"):
        read_or_refuse(text % ("[" * depth + "]" * depth))
