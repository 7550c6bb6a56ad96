"""Texts that somebody may paste: anything, snippets of cells, and snippets that went through rough hands."""

from __future__ import annotations

import json

import numpy as np
from core.strategies import drafts
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel import exchange
from vanas_panel.errors import VanasError

LONGEST = 500
"""Most characters of a message that says why a text is refused."""

PIECES = [
    "[", "]", "(", ")", "{", "}", ",", ":", "=", "'", '"', "\\", "\n", " ", "\t", "#", "0", "1", "2", "-1",
    "1.0", "nan", "9" * 300, "\x00", "\ufeff", "é", "input", "output", "ops", "matrix", "edges", "None", "True",
    "m[0, 1] = 1\n", "ops += ops\n", "m = [m, m]\n", "for i in m:\n    m[i] = i\n", "np.zeros((3, 3))",
    "np.zeros((9**9, 2))",
    "ModelSpec(", "array(", ".tolist()", ">>> ", "Genotype(", "|none~0|", "'op1': 'conv'", "'input1': [0]", "* 10**9",
    "lambda: ", "[0] * 99999", "\ud800", "x" * 200,
]


def snippets_of(draft) -> list[str]:
    """A draft in every way in which people have it at hand, which all mean the same."""
    rows, labels = draft.matrix.tolist(), list(draft.operations)
    printed = str(np.array(draft.matrix))
    return [
        exchange.to_nasbench(draft) if draft.topological_order() is None else f"matrix = {rows}\nops = {labels}",
        f"m = np.array({rows})\nnames = {labels}\ncell = api.ModelSpec(matrix=m, ops=names)",
        f"{np.array(draft.matrix)!r}\n{labels}",
        f">>> m\n{np.array(draft.matrix)!r}\n>>> ops\n{labels}",
        f"{printed}\n{np.array(labels)}",
        f"{printed} {labels}",
        f"The best cell:\n  matrix: {rows}\n  its operations: {labels}!",
        json.dumps({"arch": {"module_adjacency": rows, "module_operations": labels}}),
        f"matrix={rows},\nops={labels},",
        f"m, ops = {rows}, {labels}\nprint(nasbench.query(ModelSpec(m.tolist(), ops=ops)))",
    ]


def snippets():
    """A draft, and a text that means it."""
    return drafts().flatmap(lambda draft: st.tuples(st.just(draft), st.sampled_from(snippets_of(draft))))


@st.composite
def damaged(draw) -> str:
    """A snippet with some of it cut out, doubled, moved or replaced."""
    _, text = draw(snippets())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        put = draw(st.sampled_from(PIECES) | st.text(max_size=5) | st.just(text[start:end] * 2))
        text = text[:start] + put * draw(st.sampled_from([1, 1, 1, 3, 200])) + text[end:]
    return text


def pastes():
    """Any text that may be pasted."""
    return st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | damaged()


def check_paste(text: str) -> None:
    """A text gives a draft, or a message that a person can read; never anything else."""
    try:
        draft, notes = exchange.read_noted(text, vp.NASBENCH101)
    except VanasError as error:
        assert 0 < len(str(error)) <= LONGEST and str(error).isprintable(), str(error)
    else:
        assert isinstance(draft, vp.Draft) and all(type(name) is str for name in draft.operations)
        assert all(len(note) <= LONGEST for note in notes)
