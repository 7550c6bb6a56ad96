"""Descriptions: every misspelling is named."""

from __future__ import annotations

import json

import pytest

from vanas_panel.errors import SourceError
from vanas_panel.readers.description import describe
from vanas_panel.readers.tabular import read_csv


@pytest.fixture
def described(tmp_path):
    """Describe a file of one row."""
    path = tmp_path / "some.csv"
    path.write_text('adjacency,operations,loss\n010001000,"input,pool,output",0.5\n')

    def run(text: str):
        (tmp_path / "some.csv.json").write_text(text)
        return read_csv(path, lambda count: None)

    return run


@pytest.mark.parametrize(("said", "found"), [
    ([], "a description that is a list"),
    ({"titel": "x"}, "'titel' in the description; expected only title"),
    ({"title": 5}, "'title' of type int"),
    ({"notes": "one"}, "'notes' of type str"),
    ({"notes": ["one", 2]}, "2 in 'notes'"),
    ({"ignore": [["loss"]]}, "['loss'] in 'ignore'"),
    ({"ignore": ["lost"]}, "a column 'lost' that is not there"),
    ({"metrics": {"lost": {}}}, "a column 'lost' that is not there; expected one of adjacency, operations, loss"),
    ({"metrics": {"loss": "ms"}}, "'ms' for metric 'loss'"),
    ({"metrics": {"loss": {"units": "ms"}}}, "'units': 'ms' for metric 'loss'"),
    ({"metrics": {"loss": {"unit": 5}}}, "'unit': 5 for metric 'loss'"),
    ({"metrics": {"loss": {"higher_is_better": "yes"}}}, "'higher_is_better': 'yes'"),
    ({"metrics": {"loss": {"higher_is_better": 0}}}, "'higher_is_better': 0"),
    ({"adjacency": "graph"}, "a column 'graph' that is not there"),
    ({"space": {"operations": ["pool"], "max_vertices": 3}}, "a search space that is none ('max_edges')"),
    ({"space": {"operations": ["pool"], "max_vertices": 30, "max_edges": 3}}, "a search space that is none"),
    ({"space": {"operations": "pool", "max_vertices": 3, "max_edges": "3"}}, "a search space that is none"),
    ({"space": {"operations": ["conv"], "max_vertices": 3, "max_edges": 3}}, "unknown operation 'pool'"),
])
def test_what_is_wrong_is_named(described, said, found):
    with pytest.raises(SourceError) as caught:
        described(json.dumps(said))
    assert found in str(caught.value)
    assert caught.value.path.name.startswith("some.csv")


def test_what_is_no_json_is_named(described):
    with pytest.raises(SourceError, match=r"some.csv.json: Found a description that is not JSON .*; expected a JSON"):
        described("{title: 1}")


def test_nothing_said_is_fine(described, tmp_path):
    assert described("{}").title == "some"
    assert describe(tmp_path / "other.csv").title == ""
