"""Reading a file again with other kinds: what each kind does, what is refused, and how little is kept."""

from __future__ import annotations

import json

import pytest

import vanas_panel as vp
from vanas_panel.errors import SourceError
from vanas_panel.readers import again
from vanas_panel.readers.again import (
    asked_of,
    can_read_again,
    description_text,
    kept_readings,
    opening_code,
    read_again,
)

ROWS = [("a", 4, 0, 0.5), ("a", 8, 1, 0.7), ("b", 4, 0, 0.6), ("b", 8, 1, 0.9)]


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "cells.csv"
    path.write_text("adjacency,operations,epochs,seed,score\n" + "".join(
        f'010001000,"input,{name},output",{epochs},{seed},{score}\n' for name, epochs, seed, score in ROWS),
        encoding="utf-8")
    return path


def test_every_kind_is_read_as_it_is_said(source):
    def metrics(**said):
        table = vp.open_table(source, **said)
        return {name: table.column(name).round(9).tolist() for name in table.metrics}

    with pytest.raises(SourceError, match="epochs = 4 and 8"):
        metrics()
    averaged = {"score": [0.6, 0.75]}
    assert metrics(kinds={"epochs": "repeat"}) == averaged == metrics(kinds={"epochs": "left out"})
    assert metrics(kinds={"epochs": "identifier"}) == averaged
    assert metrics(kinds={"epochs": "metric"}) == {"epochs": [6.0, 6.0], **averaged}
    assert metrics(kinds={"epochs": "repeat", "seed": "metric"}) == {"seed": [0.5, 0.5], **averaged}
    for kind in ("parameter", "condition"):
        with pytest.raises(SourceError, match="epochs = 4 and 8"):
            metrics(kinds={"epochs": kind})
        assert metrics(kinds={"epochs": kind}, conditions={"epochs": "split"}) == {
            "score_epochs_4": [0.5, 0.6], "score_epochs_8": [0.7, 0.9]}
    # What differs in no cell may be a parameter without harm; a seed that is one is never averaged.
    with pytest.raises(SourceError, match="seed = 0 and 1"):
        metrics(kinds={"epochs": "left out", "seed": "parameter"})


def test_kinds_that_are_none_are_refused(source):
    for kinds, words in (({"epochs": "nonsense"}, "nonsense"), ({"nowhere": "metric"}, "nowhere"),
                         ({"epochs": "cell"}, "cell"), ({"operations": "left out"}, "operations")):
        with pytest.raises(SourceError, match=words):
            vp.open_table(source, kinds=kinds)


def test_a_description_says_kinds_too(source):
    source.with_name("cells.csv.json").write_text(json.dumps({"kinds": {"epochs": "repeat"}}), encoding="utf-8")
    table = vp.open_table(source)
    assert [each.kind for each in table.source_columns] == ["cell", "cell", "repeat", "repeat", "metric"]


def test_few_readings_are_kept_and_none_on_disk(source, monkeypatch, tmp_path):
    table = vp.open_table(source, kinds={"epochs": "repeat"}, directions={"score": False})
    files = sorted(path for path in (tmp_path / "cache").rglob("*.parquet"))
    made = [read_again(table, asked_of(table, conditions={"epochs": choice}, kinds={}))
            for choice in ("split", {"choose": 4}, {"choose": 8}, "ignore", "repeat")]
    assert len({id(each) for each in made}) == 5 and kept_readings() == again.MOST
    assert read_again(table, asked_of(table, conditions={"epochs": "repeat"}, kinds={})) is made[-1]
    assert sorted(path for path in (tmp_path / "cache").rglob("*.parquet")) == files
    assert made[1].column("score").tolist() == [0.5, 0.6] and made[1].metrics["score"].higher_is_better is False
    assert made[0].title == table.title and can_read_again(made[0])
    # A switched direction goes along, and the table that others see is as it was.
    switched = read_again(made[1].with_direction("score", True), asked_of(made[1].with_direction("score", True)))
    assert switched.metrics["score"].higher_is_better is True
    assert table.column("score").round(9).tolist() == [0.6, 0.75]


def test_a_description_that_changes_is_read_anew(source):
    table = vp.open_table(source, kinds={"epochs": "repeat"})
    asked = asked_of(table)
    assert "kept" not in read_again(table, asked).metrics["score"].label
    (source.parent / "cells.csv.json").write_text('{"metrics": {"score": {"label": "kept"}}}', encoding="utf-8")
    assert read_again(table, asked).metrics["score"].label == "kept"


@pytest.mark.parametrize("spoilt", ['{"metrics": [', '{"metrics": []}', '{"metrics": {"score": 3}}', '{"kinds": []}',
                                    "[]", "\xff"])
def test_a_description_that_is_spoilt_later_is_none(source, spoilt):
    table = vp.open_table(source, kinds={"epochs": "repeat"})
    (source.parent / "cells.csv.json").write_text(spoilt, encoding="latin-1")
    assert json.loads(description_text(table)[1]) == {"kinds": {"epochs": "repeat"}}


def test_the_description_and_the_code_open_the_same_table(source):
    table = vp.open_table(source, kinds={"epochs": "condition"}, conditions={"epochs": "split"},
                          directions={"score_epochs_4": False})
    name, text = description_text(table)
    assert opening_code(table) == ("vp.open_table('cells.csv', conditions={'epochs': 'split'}, "
                                   "kinds={'epochs': 'condition'}, directions={'score_epochs_4': False})")
    source.with_name(name).write_text(text, encoding="utf-8")
    again_opened = vp.open_table(source)
    assert list(again_opened.metrics) == list(table.metrics)
    assert {each.higher_is_better for each in again_opened.metrics.values()} == {False}


def test_a_file_that_is_gone_is_said(source):
    table = vp.open_table(source, kinds={"epochs": "repeat"})
    source.unlink()
    assert not can_read_again(table)
    with pytest.raises(SourceError, match="no file of that name"):
        read_again(table, asked_of(table))
    with pytest.raises(SourceError, match="not read from a file"):
        read_again(vp.open_table(table.frame(cells=True)), asked_of(table))
