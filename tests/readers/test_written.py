"""Cells as lists in text, and what spreadsheets leave of matrices."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tests.readers.conftest import as_texts
from vanas_panel.errors import SourceError

MATRIX = [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
LABELS = ["input", "conv3x3-bn-relu", "output"]


@pytest.fixture
def read(write):
    """Write adjacency and operations in either format, and read them."""
    return lambda adjacency, operations: write(
        pd.DataFrame({"adjacency": adjacency, "operations": operations, "loss": 0.5}))


@pytest.mark.parametrize("matrix", [
    str(MATRIX), str(tuple(map(tuple, MATRIX))), json.dumps(MATRIX, separators=(",", ":")), str(np.array(MATRIX)),
    str(np.array(MATRIX, float)), str(np.array(MATRIX, bool)), str(np.array(MATRIX, bool).tolist()),
    json.dumps(np.array(MATRIX, bool).tolist()), str(np.array(MATRIX).ravel().tolist()),
    "'010001000", '="010001000"', " 010001000 "])
def test_matrices_as_programs_print_them(read, matrix):
    table = read([matrix], ["input,conv3x3-bn-relu,output"])
    assert as_texts(table.cell(0)) == ("010001000", "input,conv3x3-bn-relu,output")
    assert table.notes == ()


@pytest.mark.parametrize("labels", [str(LABELS), json.dumps(LABELS), str(tuple(LABELS)), str(np.array(LABELS)),
                                    "[input, conv3x3-bn-relu, output]"])
def test_labels_as_programs_print_them(read, labels):
    assert as_texts(read([str(MATRIX)], [labels]).cell(0)) == ("010001000", "input,conv3x3-bn-relu,output")


@pytest.mark.parametrize("matrix", ["[[0, 1], [0]]", "[[0, 2], [0, 0]]", "[__import__('os').abort()]",
                                    "[" * 5000 + "]"])
def test_other_lists_are_refused_and_never_run(read, matrix):
    with pytest.raises(SourceError, match="row 1: Found adjacency .* expected a list of rows as long as the list"):
        read([matrix], ["input,output"])


def test_zeros_that_a_spreadsheet_took_are_put_back_with_a_note(read, few_cells):
    texts = [as_texts(cell) for cell in few_cells if len(as_texts(cell)[0]) < 25]
    table = read([str(int(adjacency)) for adjacency, _ in texts], [operations for _, operations in texts])
    assert {as_texts(table.cell(row)) for row in range(len(table))} == set(texts)
    assert f"In {len(texts)} of {len(texts)} rows, row 1 for one, the adjacency had lost its first zeros" in " ".join(
        table.notes)


@pytest.mark.parametrize("power", ["1.10E+47", "1,1E+23", "1E+15", "1.00001e47"])
def test_powers_of_ten_name_the_spreadsheet(read, power):
    with pytest.raises(SourceError, match="row 2: Found adjacency .*a spreadsheet has changed the column to numbers"):
        read(["010001000", power], ["input,maxpool3x3,output"] * 2)


def test_digits_that_may_be_rounded_are_refused(read):
    # Of the edges 0-1, 1-2, 2-3, 3-4 the last two come after the fifteenth digit from the first edge on.
    rounded = str(int("0100000100000100000100000"))[:15].ljust(24, "0")
    with pytest.raises(SourceError, match="a spreadsheet may have kept 15 alone"):
        read([rounded], ["input,maxpool3x3,maxpool3x3,maxpool3x3,output"])


def test_short_adjacency_with_its_leading_zero_is_refused(read):
    with pytest.raises(SourceError, match="an adjacency of 8 characters"):
        read(["01000100", "010001000"], ["input,maxpool3x3,output"] * 2)


def test_labels_that_are_no_plain_list_are_refused(read):
    for labels in (r"['input', 'a\d', 'output']", "['input', ['a'], 'output']", "['input', 'a,b', 'output']"):
        with pytest.raises(SourceError, match="'input' first and 'output' last"):
            read([str(MATRIX)], [labels])
