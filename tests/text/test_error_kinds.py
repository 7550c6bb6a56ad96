"""Errors are of the kinds that Python's habits expect, read as sentences, and survive the way to another process."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel import errors, exchange

C3 = "conv3x3-bn-relu"
CELL = vp.Cell(["input", C3, "output"], [(0, 1), (1, 2)])
STRANGE = vp.Cell(["input", C3, C3, C3, C3, "output"], [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])


def table():
    return vp.open_table("structure4")


@pytest.mark.parametrize(("call", "ours", "pythons"), [
    (lambda: table().column("no"), vp.UnknownMetricError, KeyError),
    (lambda: table()["no"], vp.UnknownMetricError, KeyError),
    (lambda: vp.edge_importance(table(), "no"), vp.UnknownMetricError, KeyError),
    (lambda: table().find(STRANGE), vp.CellNotInTableError, KeyError),
    (lambda: table().cell(1000), vp.SelectionError, IndexError),
    (lambda: table().cell(1000), vp.SelectionError, ValueError),
    (lambda: table().cell("first"), vp.SelectionError, ValueError),
    (lambda: vp.edge_importance(table(), "edges", rows=[0.5]), vp.SelectionError, ValueError),
    (lambda: vp.Cell(["input", C3, "output"], [(0, 1)]), vp.InvalidCellError, ValueError),
    (lambda: vp.Draft(["input"]), vp.InvalidDraftError, ValueError),
    (lambda: vp.CellSpace([], 3, 3), vp.SearchSpaceError, ValueError),
    (lambda: vp.complete(table(), CELL, "edges", top=-1), vp.SearchSpaceError, ValueError),
    (lambda: vp.NASBENCH101.operation_index("no"), vp.UnknownOperationError, ValueError),
    (lambda: exchange.read("nothing"), vp.ExchangeError, ValueError),
    (lambda: vp.edge_contributions(table(), "first", "edges"), errors.ArgumentKindError, TypeError),
    (lambda: vp.edge_contributions(table(), vp.Draft(["input", "output"]), "edges"), errors.ArgumentKindError,
     TypeError),
    (lambda: vp.complete(table(), 0, "edges"), errors.ArgumentKindError, TypeError),
    (lambda: table().find(0), errors.ArgumentKindError, TypeError),
])
def test_an_error_is_also_pythons_own(call, ours, pythons):
    with pytest.raises(pythons) as caught:
        call()
    assert isinstance(caught.value, ours) and isinstance(caught.value, vp.VanasError)
    text = str(caught.value)
    assert text == caught.value.args[0] and text[0] not in "'\"" and text.endswith(".")


KINDS = [getattr(errors, name) for name in dir(errors) if name.endswith("Error")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_error_shows_its_text_in_quotes(kind):
    error = kind.__new__(kind)
    error.args = ("Found 'a'; expected\nb.",)
    assert str(error) == "Found 'a'; expected\nb."


def test_every_error_is_rebuilt_from_a_pickle():
    source = errors.SourceError("one", "two", "Do three", path="a.csv", row=3)
    conflict = errors.ShelfConflictError("Somebody was quicker.", current=7, changed=["note"])
    invalid = errors.InvalidCellError(vp.Draft(["input", C3, "output"], [(0, 1)]).problems())
    metric = errors.UnknownMetricError("Found 'x'.")
    for error in (source, conflict, invalid, metric):
        back = pickle.loads(pickle.dumps(error))
        assert type(back) is type(error) and str(back) == str(error)
    back = pickle.loads(pickle.dumps(source))
    assert (back.path, back.row, str(back.in_row(4))) == (source.path, 3, str(source.in_row(4)))
    assert pickle.loads(pickle.dumps(conflict)).changed == ("note",)
    assert pickle.loads(pickle.dumps(invalid)).problems == invalid.problems


@pytest.mark.parametrize("kind", [int, np.int64, np.uint8, np.array])
def test_contributions_take_the_row_of_a_cell(kind):
    one = table()
    row = one.find(CELL)
    expected = vp.edge_contributions(one, one.cell(row), "edges")
    assert vp.edge_contributions(one, kind(row), "edges").equals(expected)


@pytest.mark.parametrize("wrong", ["0", None, 0.0, True, np.float64(0), [0], vp.Draft(["input", "output"], [(0, 1)])])
def test_argument_that_is_no_cell_and_no_row_is_refused_with_a_sentence(wrong):
    with pytest.raises(TypeError, match=r"^Found .*; expected a Cell or the row number of one\. "):
        vp.edge_contributions(table(), wrong, "edges")


def test_an_unknown_operation_lists_the_known_ones():
    draft = vp.Draft(["input", "conv5x5", "output"], [(0, 1), (1, 2)])
    known = "conv3x3-bn-relu, conv1x1-bn-relu, maxpool3x3"
    assert str(draft.problems()[0]) == f"This search space has no operation conv5x5; it has {known}."
    assert vp.complete(table(), draft, "edges").attrs["reason"] == (
        f"This table has no operation conv5x5; it has {known}.")
    with pytest.raises(ValueError, match=f"expected one of {known}"):
        vp.NASBENCH101.operation_index("conv5x5")


def test_very_long_names_are_not_listed():
    space = vp.CellSpace(["a" * 100, "b" * 99], 5, 5)
    draft = vp.Draft(["input", "c", "output"], [(0, 1), (1, 2)])
    assert str(draft.problems(space)[0]) == "This search space has no operation c."
    short = vp.CellSpace(["a" * 100, "b" * 98], 5, 5)
    assert str(draft.problems(short)[0]).endswith(f"; it has {'a' * 100}, {'b' * 98}.")
