"""What is said in Python or on the command line comes before a description, and is a table of its own in the cache."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vanas_panel as vp
from tests.readers.tfrecord_writer import write_records
from vanas_panel.cli.command_line import main
from vanas_panel.errors import SourceError, UnknownMetricError
from vanas_panel.readers.cache import cache_folder
from vanas_panel.readers.options import Asked
from vanas_panel.report.plan import plan_of, starting_session
from vanas_panel.report.recipe import code_of
from vanas_panel.serve.tables import shared_tables

CONV, POOL = '010001000,"input,conv3x3-bn-relu,output"', '010001000,"input,maxpool3x3,output"'
ONE = '010001000,"input,conv1x1-bn-relu,output"'
EPOCHS = f"adjacency,operations,epochs,test_accuracy\n{CONV},4,0.40\n{CONV},108,0.94\n{POOL},108,0.70\n"
FAILED = f"adjacency,operations,test_accuracy,val_loss\n{CONV},0.9,0.31\n{ONE},0.1,inf\n{POOL},0.5,\n{POOL},0.7,-inf\n"
NOTE = "2 of 4 rows set aside, since they hold an infinite value of val_loss: row 2, 4."


@pytest.fixture
def write(tmp_path):
    def write_(text: str, description: dict | None = None, name: str = "results.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        if description is not None:
            path.with_name(name + ".json").write_text(json.dumps(description), encoding="utf-8")
        return path

    return write_


# Conditions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("choice", "option", "expected"), [
    ("split", "epochs=split", {"test_accuracy_epochs_4": [0.4, np.nan], "test_accuracy_epochs_108": [0.94, 0.7]}),
    ("repeat", "epochs=repeat", {"test_accuracy": [0.67, 0.7]}),
    ("ignore", "epochs=ignore", {"test_accuracy": [0.67, 0.7]}),
    ({"choose": 108}, "epochs=choose:108", {"test_accuracy": [0.94, 0.7]}),
    ({"choose": 4}, "epochs=choose:4", {"test_accuracy": [0.4]}),
])
def test_conditions_are_a_keyword_and_an_option(write, capsys, choice, option, expected):
    path = write(EPOCHS)
    table = vp.open_table(path, conditions={"epochs": choice})
    assert list(table.metrics) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(table.column(name), values)
    assert main(["info", str(path), "--condition", option]) == 0
    said = capsys.readouterr().out
    assert all(f"{name} " in said for name in expected) and f": {len(table)} cell" in said


@pytest.mark.parametrize(("values", "wanted", "rows"), [
    (["4.0", "108.0", "12.5"], "4", 1), (["4.0", "108.0", ""], "108", 1), (["4", "108", "12"], "4.0", 1),
    (["1e-3", "1e-2", "0.1"], "0.001", 1),
    (["1760448103833408513", "1760448103833408512", "5"], "1760448103833408513", 1),
    (["true", "false", "true"], "true", 2), (["true", "false", "true"], "False", 1), (["04", "4", "x"], "4", 1),
    (["4.0", "4.0", "8"], 4, 2), (["4", "4", "8"], 4.0, 2),
])
def test_one_value_is_chosen_as_a_number_where_the_column_holds_numbers(write, values, wanted, rows):
    text = "".join(f"{cell},{value},0.5\n" for cell, value in zip((CONV, POOL, ONE), values, strict=True))
    path = write(f"adjacency,operations,epochs,test_accuracy\n{text}")
    assert len(vp.open_table(path, conditions={"epochs": {"choose": wanted}})) == rows
    assert main(["info", str(path), "--condition", f"epochs=choose:{wanted}"]) == 0
    with pytest.raises(SourceError, match="no row whose 'epochs' is '5000'; expected one of "):
        vp.open_table(path, conditions={"epochs": {"choose": "5000"}})


@pytest.mark.parametrize("said", [5, ["epochs"], {3: "split"}, {"epochs": "split", 3: "split"}])
@pytest.mark.parametrize("what", ["conditions", "directions"])
def test_non_dictionary_of_names_is_refused(said, what):
    with pytest.raises(SourceError, match=f"{what} = .*; expected a dictionary with names of columns as keys"):
        Asked(**{what: said})


def test_the_error_about_a_condition_names_all_three_ways(write):
    with pytest.raises(SourceError) as caught:
        vp.open_table(write(EPOCHS))
    text = str(caught.value)
    for part in ('open_table(..., conditions={"epochs": "split"})', "--condition epochs=split",
                 '{"conditions": {"epochs": "split"}} in results.csv.json', '{"choose": 4}', '"repeat"', '"ignore"'):
        assert part in text
    assert len(text) <= 500


def test_keyword_overrides_the_description_and_each_is_cached_apart(write):
    path = write(EPOCHS, {"title": "Mine", "conditions": {"epochs": "ignore"}})
    averaged, chosen = vp.open_table(path), vp.open_table(path, conditions={"epochs": {"choose": 4}})
    assert (len(averaged), len(chosen), chosen.title) == (2, 1, "Mine")
    assert len(vp.open_table(path)) == 2 and len(vp.open_table("results", conditions={"epochs": {"choose": 4}})) == 1
    assert len(list((cache_folder() / "tables").glob("*.parquet"))) == 2
    path.unlink()
    assert len(vp.open_table("results")) == 2
    assert len(vp.open_table("results", conditions={"epochs": {"choose": 4}})) == 1
    with pytest.raises(SourceError, match="no table named 'results'"):
        vp.open_table("results", conditions={"epochs": "split"})


def test_rows_are_those_of_the_file_although_some_are_left_out(write):
    twice = f"{EPOCHS}{POOL},12,1.5\n"
    with pytest.raises(SourceError, match=r"row 4: Found test_accuracy = 1\.5") as caught:
        vp.open_table(write(twice), conditions={"epochs": {"choose": 12}})
    assert caught.value.row == 3
    more = f"adjacency,operations,dataset,lr,test_accuracy\n{CONV},a,1,0.4\n{CONV},b,1,0.5\n{CONV},b,2,0.6\n"
    with pytest.raises(SourceError, match="rows 2 and 3, which hold the same cell, with lr = 1 and 2"):
        vp.open_table(write(more), conditions={"dataset": {"choose": "b"}})
    pruned = f'adjacency,operations,dataset,acc\n{CONV},a,1\n0101000000010000,"input,c,d,output",b,2\n'
    notes = vp.open_table(write(pruned), conditions={"dataset": {"choose": "b"}}).notes
    assert any("In 1 of 1 rows, row 2 for one" in note for note in notes)
    notes = vp.open_table(write(more), conditions={"dataset": {"choose": "b"}, "lr": "repeat"}).notes
    assert any("row 3, for one, that of row 2" in note for note in notes)


@pytest.mark.parametrize(("keywords", "said"), [
    ({"conditions": {"epochs": "mean"}}, "'mean' for condition 'epochs'"),
    ({"conditions": {"budget": "split"}}, "condition 'budget' that is not there"),
    ({"infinite": "ignore"}, "'ignore' for infinite values; expected one of 'set aside' and 'refuse'"),
    ({"directions": {"test_accuracy": "down"}}, "'down' as the direction of 'test_accuracy'"),
])
def test_invalid_choice_is_refused(write, keywords, said):
    with pytest.raises(SourceError, match=said):
        vp.open_table(write(EPOCHS), **keywords)


@pytest.mark.parametrize("option", ["--condition=epochs", "--condition=epochs=mean", "--condition==split",
                                    "--condition=epochs=choose:", "--infinite=drop", "--better=loss",
                                    "--better=loss=down"])
def test_options_that_are_none_are_refused(write, capsys, option):
    with pytest.raises(SystemExit) as stopped:
        main(["info", str(write(EPOCHS)), option])
    said = capsys.readouterr().err
    assert stopped.value.code == 2 and said.count("\n") == 1 and ("expected" in said or "choose from" in said)


def test_tables_without_rows_of_one_cell_have_no_conditions(tmp_path, few_trainings):
    with pytest.raises(SourceError, match="conditions for a table in our own form"):
        vp.open_table("structure4", conditions={"edges": "split"})
    path = write_records(tmp_path / "some.tfrecord", few_trainings[:3])
    with pytest.raises(SourceError, match="conditions for a file of NAS-Bench-101, whose budgets are metrics"):
        vp.open_table(path, conditions={"epochs": "split"})
    assert len(vp.open_table("structure4", infinite="set aside")) == 91


# Infinite values -----------------------------------------------------------------------------------------------------


def test_infinite_values_are_refused_with_an_offer_and_set_aside_when_asked(write, capsys):
    path = write(FAILED)
    with pytest.raises(SourceError) as caught:
        vp.open_table(path)
    for part in ("row 2: Found an infinite value of val_loss", 'open_table(..., infinite="set aside")',
                 "--infinite set-aside", '"infinite": "set aside"'):
        assert part in str(caught.value)
    table = vp.open_table(path, infinite="set aside")
    assert len(table) == 2 and NOTE in table.notes
    np.testing.assert_array_equal(table.column("val_loss"), [0.31, np.nan])
    np.testing.assert_array_equal(table.column("test_accuracy"), [0.9, 0.5])
    assert main(["info", str(path), "--infinite", "set-aside"]) == 0
    assert f"Note: {NOTE}" in capsys.readouterr().out
    write(FAILED, {"infinite": "set aside"})
    assert NOTE in vp.open_table(path).notes
    with pytest.raises(SourceError, match="an infinite value of val_loss"):
        vp.open_table(path, infinite="refuse")


def test_infinite_values_of_parquet_files_are_set_aside_too(tmp_path):
    path = tmp_path / "results.parquet"
    graphs = {"adjacency": ["010001000"] * 3, "operations": [f"input,{name},output" for name in "abc"]}
    for kind in (pa.float64(), pa.float32(), pa.float16()):
        values = pa.array(np.array([1.0, math.inf, np.nan], kind.to_pandas_dtype()), kind)
        pq.write_table(pa.table({**graphs, "val_loss": values}), path)
        with pytest.raises(SourceError, match="row 2: Found an infinite value of val_loss"):
            vp.open_table(path)
        table = vp.open_table(path, infinite="set aside")
        assert len(table) == 2 and "1 of 3 rows set aside" in table.notes[0]
    everything = pa.table({**graphs, "val_loss": [math.inf] * 3})
    pq.write_table(everything, path)
    with pytest.raises(SourceError, match="an infinite value in every row"):
        vp.open_table(path, infinite="set aside")


def test_infinite_values_of_the_official_format_are_set_aside_too(tmp_path, few_trainings):
    records = list(few_trainings[:9])
    records[4] = records[4]._replace(total_time=math.inf)
    path = write_records(tmp_path / "some.tfrecord", records)
    with pytest.raises(SourceError, match="an infinite value of total_time"):
        vp.open_table(path)
    table = vp.open_table(path, infinite="set aside")
    assert len(table) == 3 and int(np.isnan(table.repeats("total_time")).sum()) == 1
    assert table.notes[0] == "1 of 9 records set aside, since they hold an infinite value of total_time: record 5."


def test_values_in_columns_that_are_left_out_may_be_infinite(write):
    table = vp.open_table(write(FAILED, {"ignore": ["val_loss"]}))
    assert len(table) == 3 and list(table.metrics) == ["test_accuracy"]


# Directions ----------------------------------------------------------------------------------------------------------


def test_directions_count_as_those_of_the_source(write, capsys):
    path = write(f"adjacency,operations,my_loss\n{CONV},0.9\n{POOL},0.5\n")
    table = vp.open_table(path, directions={"my_loss": True})
    assert (table.origin is table, table.directions, table.best("my_loss")) == (True, {}, 0)
    assert table.metrics["my_loss"].better == "higher is better"
    assert vp.open_table(path, directions={"my_loss": False}).metrics["my_loss"].better == "lower is better"
    assert vp.open_table(path).metrics["my_loss"].better == "lower is better (guessed)"
    assert main(["info", str(path), "--better", "my_loss=higher"]) == 0
    assert "higher is better" in capsys.readouterr().out
    with pytest.raises(UnknownMetricError, match="beauty"):
        vp.open_table(path, directions={"beauty": True})


@pytest.mark.slow
def test_a_server_of_several_tables_gives_each_what_is_about_its_columns(write):
    with_epochs, plain = write(EPOCHS), write(f"adjacency,operations,my_loss\n{CONV},0.9\n", name="plain.csv")
    asked = Asked({"epochs": {"choose": "108"}}, "set aside", {"my_loss": True, "test_accuracy": True}, True)
    said: list[str] = []
    tables = shared_tables((str(with_epochs), str(plain)), said.append, asked)
    assert said == [] and [table.name for table in tables] == ["results", "plain"]
    np.testing.assert_allclose(tables[0].column("test_accuracy"), [0.94, 0.7])
    assert tables[1].metrics["my_loss"].higher_is_better


@pytest.mark.parametrize(("asked", "said"), [
    ({"conditions": {"epcohs": "split"}}, "a condition 'epcohs', which none of the sources has; expected one of "
     "epochs, my_loss, test_accuracy. Write 'epochs', if that is meant"),
    ({"directions": {"tset_accuracy": False}}, "a direction for 'tset_accuracy', which none of the sources has; "
     "expected one of depth, edges, epochs, flops, my_loss, test_accuracy, trainable_parameters, vertices. Write "
     "'test_accuracy'"),
    ({"directions": {"edge": True}}, "Write 'edges', if that is meant"),
    ({"conditions": {"edges": "split"}}, "a condition 'edges', which none of the sources has"),
])
def test_a_name_that_none_of_several_sources_has_is_refused_before_any_is_read(write, monkeypatch, asked, said):
    paths = [str(write(EPOCHS)), str(write(f"adjacency,operations,my_loss\n{CONV},0.9\n", name="plain.csv"))]
    frame = pa.table({"adjacency": ["010001000"], "operations": ["input,a,output"], "other": [0.5]})
    pq.write_table(frame, Path(paths[0]).with_name("more.parquet"))
    sources = (*paths, str(Path(paths[0]).with_name("more.parquet")), "structure4")

    def fail(*_):
        raise AssertionError("a source is opened")

    monkeypatch.setattr("vanas_panel.serve.followed_tables.open_asked", fail)
    with pytest.raises(SourceError) as caught:
        shared_tables(sources, None, Asked(**asked, where_there=True))
    text = str(caught.value)
    assert said in text.replace("other, ", "") and len(text) <= 500


def test_names_of_metrics_that_are_made_are_checked_once_they_are_there(write):
    sources = tuple(str(write(text, name=name)) for text, name in (
        (EPOCHS, "one.csv"), (f"adjacency,operations,my_loss\n{CONV},0.9\n", "two.csv")))
    asked = Asked({"epochs": "split"}, "", {"test_accuracy_epochs_4": False}, True)
    assert shared_tables(sources, None, asked)[0].metrics["test_accuracy_epochs_4"].higher_is_better is False
    with pytest.raises(SourceError, match="Write 'test_accuracy_epochs_4', if that is meant"):
        shared_tables(sources, None, Asked({"epochs": "split"}, "", {"test_accuracy_epochs_5": False}, True))


def test_a_source_that_cannot_be_read_is_still_left_out_alone(write):
    said: list[str] = []
    sources = (str(write("nothing")), str(write(EPOCHS, name="two.csv")), "no such table")
    asked = Asked({"epochs": "split"}, "", {"test_accuracy_epochs_4": False}, True)
    assert len(shared_tables(sources[:2], said.append, asked)) == 1 and len(said) == 1
    with pytest.raises(SourceError, match="no table named"):
        shared_tables(sources[2:] * 2, said.append, asked)


def test_the_code_in_a_report_says_the_limits_that_were_raised(write, tmp_path, monkeypatch):
    wide = "".join(f",m{number}" for number in range(30))
    path = write(f"adjacency,operations{wide}\n{CONV}{',1' * 30}\n{POOL}{',2' * 30}\n")
    monkeypatch.setenv("VANAS_PANEL_LIMITS", "columns=20")
    with pytest.raises(SourceError, match="32 columns; expected at most 20"):
        vp.open_table(path)
    options = ["--limit", "columns=40", "--limit", "rows=1k", "--infinite", "set-aside"]
    assert main(["report", str(path), str(tmp_path / "out.html"), *options]) == 0
    table = vp.open_table(path, infinite="set aside", limits=vp.Limits(columns=40, rows=1000))
    code = code_of(plan_of(table, session=starting_session(table), source=str(path)))
    assert "infinite='set aside', limits=vp.Limits(rows=1000, columns=40))" in code
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "code", "exec"), {})
    assert (tmp_path / "report.html").read_text() == (tmp_path / "out.html").read_text()
    monkeypatch.delenv("VANAS_PANEL_LIMITS")
    assert vp.open_table("structure4").opened_with == {}
    assert "limits" not in code_of(plan_of(vp.open_table(path)))


def test_the_code_in_a_report_opens_the_table_as_it_was_opened(write, tmp_path, monkeypatch, capsys):
    path = write(EPOCHS)
    assert main(["report", str(path), str(tmp_path / "out.html"), "--condition", "epochs=choose:108",
                 "--better", "test_accuracy=lower"]) == 0
    table = vp.open_table(path, conditions={"epochs": {"choose": "108"}}, directions={"test_accuracy": False})
    code = code_of(plan_of(table, session=starting_session(table), source=str(path)))
    assert "conditions={'epochs': {'choose': '108'}}, directions={'test_accuracy': False})" in code
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "code", "exec"), {})
    assert (tmp_path / "report.html").read_text() == (tmp_path / "out.html").read_text()


# Digits --------------------------------------------------------------------------------------------------------------

LARGE = [2**53 - 1, 2**53 + 1, -(2**53) - 1, 2**62 + 1, 2**63 - 1, -(2**63) + 1]


def notes_of(table) -> list[str]:
    return [note for note in table.notes if "more digits than a metric holds" in note]


@pytest.mark.parametrize(("values", "count", "first"), [
    ([1760448103833408513] * 3, 3, "1760448103833408513 in row 1, for one, counts as 1760448103833408512"),
    ([2**53, 2**53 - 1, -(2**53)], 0, ""),
    ([5, 2**53 + 1, 7], 1, "9007199254740993 in row 2, for one, counts as 9007199254740992"),
    ([5, -(2**53) - 1, 7], 1, "-9007199254740993 in row 2, for one, counts as -9007199254740992"),
    ([2**63 - 1, 0, -(2**63) + 1], 2, "9223372036854775807 in row 1, for one, counts as 9223372036854775808"),
    ([9223372036854775809, 9223372036854775810, 2**63], 2, "9223372036854775809 in row 1"),
    ([2**64 - 1, 1, 2**64 - 2**11], 1, "18446744073709551615 in row 1, for one, counts as 18446744073709551616"),
    ([10**25 + 1, 10**22, 3], 1, f"{10**25 + 1} in row 1, for one, counts as {int(1e25)}"),
])
def test_whole_numbers_that_lose_digits_are_said(write, tmp_path, values, count, first):
    rows = "".join(f"{cell},{value}\n" for cell, value in zip((CONV, POOL, ONE), values, strict=True))
    table = vp.open_table(write(f"adjacency,operations,counted\n{rows}"))
    np.testing.assert_array_equal(table.column("counted"), np.array(values, float))
    tables = [table]
    kinds = [kind for kind, low, high in ((pa.int64(), -(2**63), 2**63), (pa.uint64(), 0, 2**64),
                                          (pa.decimal128(38), -(10**38), 10**38))
             if low <= min(values) and max(values) < high]
    for kind in kinds:
        path = tmp_path / f"{kind.id}.parquet"
        pq.write_table(pa.table({"adjacency": ["010001000"] * 3, "counted": pa.array(values, kind),
                                 "operations": [f"input,{name},output" for name in "abc"]}), path)
        tables.append(vp.open_table(path))
    for each in tables:
        notes = notes_of(each)
        assert len(notes) == (count > 0), notes
        if count:
            assert notes[0].startswith(f"Column counted: {count} of 3 value") and first in notes[0]


def test_decimals_powers_and_texts_say_nothing_about_digits(write):
    table = vp.open_table(write("adjacency,operations,loss,name\n"
                                f'{CONV},0.1234567890123456789,"12345678901234567890x"\n{POOL},1.0e300,b\n'))
    assert notes_of(table) == []
    ignored = vp.open_table(write(f"adjacency,operations,loss,job\n{CONV},1,{2**60 + 1}\n", {"ignore": ["job"]}))
    assert notes_of(ignored) == []


def test_columns_may_be_called_as_those_of_our_own_form(write):
    rows = "adjacency,operations,key,acc\n" + "".join(f"{CONV},{key},0.{key}\n" for key in (4, 5))
    sources = (str(write(rows, name="one.csv")), str(write(EPOCHS, name="two.csv")))
    asked = Asked({"key": "split", "epochs": "split"}, "", {}, True)
    assert {"acc_key_4", "acc_key_5"} <= {*shared_tables(sources, None, asked)[0].metrics}
