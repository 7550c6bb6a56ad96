"""Descriptions: every misspelling is named."""

from __future__ import annotations

import json

import pytest

from vanas_panel.errors import SourceError
from vanas_panel.readers.description import describe
from vanas_panel.readers.formats.tabular import read_csv


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
    ({"title": 5}, "title = 5; expected a text"),
    ({"title": "x" * 5000}, "expected a text of length <= 1000"),
    ({"notes": "one"}, 'notes = "one"; expected a list'),
    ({"notes": ["one", 2]}, "notes[1] = 2; expected a text"),
    ({"ignore": [["loss"]]}, 'ignore[0] = ["loss"]; expected a text'),
    ({"ignore": ["lost"]}, "a column 'lost' that is not there"),
    ({"metrics": {"lost": {}}}, "a column 'lost' that is not there; expected one of adjacency, operations, loss"),
    ({"metrics": {"loss": "ms"}}, "metrics['loss'] = \"ms\"; expected an object"),
    ({"metrics": {"loss": {"units": "ms"}}}, "'units' in metrics['loss']"),
    ({"metrics": {"loss": {"unit": 5}}}, "metrics['loss'].unit = 5; expected a text"),
    ({"metrics": {"loss": {"higher_is_better": "yes"}}}, '.higher_is_better = "yes"; expected true or false or null'),
    ({"metrics": {"loss": {"higher_is_better": 0}}}, "higher_is_better = 0"),
    ({"adjacency": "graph"}, "a column 'graph' that is not there"),
    ({"space": {"operations": ["pool"], "max_vertices": 3}}, "no 'max_edges' in space"),
    ({"space": {"operations": ["pool"], "max_vertices": 30, "max_edges": 3}}, "a search space that is none"),
    ({"space": {"operations": "pool", "max_vertices": 3, "max_edges": "3"}}, 'space.operations = "pool"'),
    ({"space": {"operations": ["conv"], "max_vertices": 3, "max_edges": 3}}, "unknown operation 'pool'"),
])
def test_wrong_description_is_refused_with_its_fault(described, said, found):
    with pytest.raises(SourceError) as caught:
        described(json.dumps(said))
    assert found in str(caught.value)
    assert caught.value.path.name.startswith("some.csv")


def test_description_that_is_no_json_is_refused(described):
    with pytest.raises(SourceError, match=r"some.csv.json: Found a description with text that is no JSON .*line 1, "):
        described("{title: 1}")


def test_empty_description_is_accepted(described, tmp_path):
    assert described("{}").title == "some"
    assert describe(tmp_path / "other.csv").title == ""


@pytest.mark.parametrize(("text", "found"), [
    ('{"title": "one", "title": "two"}', "the name 'title' twice"),
    ('{"notes": [' + "[" * 100_000, "levels deep"),
    ('{"title": NaN}', "NaN; expected a finite number"),
    ('{"title": ' + "9" * 5000 + "}", "a number of 5,000 digits"),
    ('{"title": "\\ud800"}', "half a character"),
    ('{"title": "' + "x" * 2_000_000 + '"}', "at most 1,048,576"),
])
def test_hostile_json_is_refused_with_its_fault(described, text, found):
    with pytest.raises(SourceError) as caught:
        described(text)
    assert found in str(caught.value)
    assert len(str(caught.value)) <= 500


def test_a_mark_of_the_byte_order_does_no_harm(described):
    assert described('\ufeff{"title": "From Windows"}').title == "From Windows"
