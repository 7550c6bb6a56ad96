"""Small files of trials: what columns are taken for, what is kept, and what is refused."""

import json
import zipfile

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import ArgumentKindError, SourceError, UnknownMetricError
from vanas_panel.readers.trials import open_trials
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import speaking


@pytest.fixture
def written(tmp_path):
    """Writes a file and gives its path."""
    def write(text, name="trials.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path
    return write


def kinds_of(table):
    return {name: column.kind for name, column in table.columns.items()}


def test_kinds_are_guessed_with_reasons(written):
    table = open_trials(written(
        "run_id,seed,dataset,epochs,lr,optimizer,loss_weight,val_loss,latency_ms,top1,hostname\n"
        "1,0,cifar,10,0.1,adam,0.5,1.2,30,0.8,a\n2,1,svhn,20,0.2,sgd,0.7,1.1,31,0.9,b\n"))
    assert kinds_of(table) == {
        "run_id": "identifier", "seed": "repeat", "dataset": "condition", "epochs": "condition", "lr": "parameter",
        "optimizer": "parameter", "loss_weight": "parameter", "val_loss": "metric", "latency_ms": "metric",
        "top1": "metric", "hostname": "identifier"}
    assert all(column.reason for column in table.columns.values())
    assert {name: metric.higher_is_better for name, metric in table.metrics.items()} == {
        "val_loss": False, "latency_ms": False, "top1": True}
    assert len(table) == 2 and table.state_counts == {"complete": 2}


def test_kinds_are_changed_by_the_caller_and_by_a_description(written):
    path = written("lr,depth,loss\n0.1,3,1\n0.2,4,2\n")
    assert kinds_of(open_trials(path, kinds={"depth": "metric"})) == {"lr": "parameter", "depth": "metric",
                                                                      "loss": "metric"}
    path.with_name("trials.csv.json").write_text(json.dumps({
        "title": "My trials", "notes": ["Cut short."], "kinds": {"depth": "condition", "lr": "identifier"},
        "metrics": {"loss": {"label": "Loss", "higher_is_better": True}}}))
    table = open_trials(path, kinds={"lr": "repeat"})
    assert kinds_of(table) == {"lr": "repeat", "depth": "condition", "loss": "metric"}
    assert table.title == "My trials" and "Cut short." in table.notes
    assert table.metrics["loss"].higher_is_better is True and not table.metrics["loss"].guessed
    assert table.columns["depth"].reason == "said to be one of kind condition"


@pytest.mark.parametrize(("kinds", "message"), [
    ({"lr": "hyperparameter"}, "'hyperparameter' as the kind of column 'lr'; expected one of metric, parameter"),
    ({"nothing": "metric"}, "a kind for column 'nothing', which is not there; expected one of lr, opt, loss"),
    ({"opt": "metric"}, "texts such as 'adam' in column 'opt', which is to be a metric; expected numbers"),
])
def test_kinds_that_are_none(written, kinds, message):
    with pytest.raises(SourceError, match=message):
        open_trials(written("lr,opt,loss\n0.1,adam,1\n0.2,sgd,2\n"), kinds=kinds)


def test_directions_are_said(written):
    path = written("lr,value_of_it\n0.1,1\n0.2,2\n")
    table = open_trials(path, kinds={"value_of_it": "metric"}, directions={"value_of_it": False})
    assert table.metrics["value_of_it"].better == "lower is better"
    assert table.with_direction("value_of_it", True).metrics["value_of_it"].higher_is_better is True
    with pytest.raises(UnknownMetricError, match="expected one of value_of_it"):
        open_trials(path, kinds={"value_of_it": "metric"}, directions={"lr": True})


def test_nothing_is_averaged_and_gaps_stay(written):
    table = open_trials(written("opt,units_2,seed,loss\nadam,,1,0.5\nadam,,2,0.7\nsgd,32,1,\n"))
    assert len(table) == 3
    assert table.to_frame()["units_2"].isna().tolist() == [True, True, False]
    assert np.isnan(table.column("loss")[2])


def test_a_table_cannot_be_changed(written):
    table = open_trials(written("lr,loss\n0.1,1\n0.2,2\n"))
    with pytest.raises(ValueError, match="read-only"):
        table.column("loss")[0] = 3
    with pytest.raises(TypeError):
        table.columns["lr"] = None
    frame = table.to_frame()
    frame.loc[0, "loss"] = 9
    assert table.column("loss")[0] == 1
    assert isinstance(table, TrialTable)


def test_reports_of_a_plain_table_are_not_trials(written):
    table = open_trials(written("trial,epoch,lr,loss\n7,1,0.1,3\n8,1,0.2,4\n7,2,0.1,2\n8,2,0.2,5\n7,3,0.1,1\n"))
    assert table.column("loss").tolist() == [1, 5]
    assert table.columns["reports"].values.tolist() == [3, 2]
    assert table.notes[0].startswith("2 trials reported 5 times")


def test_json_lines_with_settings_within_each_other(written):
    lines = ['{"config": {"lr": 0.1, "opt": {"name": "adam"}}, "loss": NaN}',
             '{"config": {"lr": 0.2, "opt": {"name": "sgd"}}, "loss": Infinity, "flag": true}',
             '{"config": {"lr": 0.3}, "loss": 1.5, "sizes": [1, 2], "__proto__": "x"}']
    table = open_trials(written("\n".join(lines), "x.jsonl"))
    assert table.columns["config/opt/name"].levels == ("adam", "sgd")
    np.testing.assert_array_equal(table.column("loss"), [np.nan, np.nan, 1.5])
    assert "Column loss: 1 infinite value counts as unknown." in table.notes
    assert table.trial(2)["sizes"] == "[1, 2]" and table.trial(1)["flag"] == "true"
    assert table.trial(2)["__proto__"] == "x"


def test_a_last_line_that_is_cut_off_is_left_out_and_said(written):
    table = open_trials(written('{"lr": 0.1, "loss": 1}\n{"lr": 0.2, "loss": 2}\n{"lr": 0.3, "lo', "x.json"))
    assert len(table) == 2 and "cut off" in table.notes[-1]
    with pytest.raises(SourceError, match="in line 2"):
        open_trials(written('{"lr": 0.1, "loss": 1}\n{"lr": 0.2, "lo\n{"lr": 0.3, "loss": 2}\n', "y.json"))


def test_large_numbers_stay_whole(written):
    table = open_trials(written("seed,loss\n12345678901234567890,1\n9007199254740993,2\n"))
    assert table.columns["seed"].levels == ("12345678901234567890", "9007199254740993")
    table = open_trials(written('{"seed": 9007199254740993, "loss": 1}\n{"seed": 3, "loss": 2}\n', "x.json"))
    assert table.columns["seed"].levels == ("3", "9007199254740993")


def test_names_and_texts_of_any_kind_are_kept_as_they_are(written):
    table = open_trials(written('"<b>lr</b>","a ""q"", ü",loss\n0.1,"<script>x</script>\nline",1\n0.2,=1+1,2\n'))
    assert table.parameters == ("<b>lr</b>", 'a "q", ü')
    assert table.trial(0)['a "q", ü'] == "<script>x</script>\nline"
    assert "<script>" in table.summary()


def test_runs_of_weights_and_biases(written):
    table = open_trials(written(
        'Name,State,Notes,User,Tags,Created,Runtime,Sweep,lr,optimizer,acc\n'
        'warm-sun-1,finished,"two\nlines",me,,2024-01-01T00:00:00.000Z,30,,0.1,adam,0.9\n'
        'cold-sea-2,crashed,,me,,2024-01-01T00:01:00.000Z,12,,0.2,sgd,\n'))
    assert table.format == "a table of runs that Weights & Biases saved"
    assert table.parameters == ("lr", "optimizer") and [*table.metrics] == ["Runtime", "acc"]
    assert table.state_counts == {"complete": 1, "failed": 1}


def test_semicolons_and_percents(written):
    table = open_trials(written("opt;lr;accuracy\nadam;0.5;93.5%\nsgd;0.25;90%\n"))
    assert table.parameters == ("opt", "lr")
    assert open_trials(written("lr;loss\n0,5;1,5\n0,25;2\n")).column("loss").tolist() == [1.5, 2.0]
    assert table.column("accuracy").tolist() == [0.935, 0.9]


HOSTILE = {
    "a zip bomb": (lambda path: bomb(path), "x.csv.zip", "bytes once it is unpacked|at most"),
    "two columns of one name": (lambda path: path.write_text("lr,lr,loss\n1,2,3\n"), "x.csv", "two columns 'lr'"),
    "no rows": (lambda path: path.write_text("lr,loss\n"), "x.csv", "without any trial; expected at least one"),
    "no UTF-8": (lambda path: path.write_bytes(b"lr,n\xe4me,loss\n1,a,2\n"), "x.csv", "Export it again as CSV"),
    "a name twice": (lambda path: path.write_text('{"lr": 1, "lr": 2, "loss": 3}\n{"lr": 1, "loss": 2}\n'), "x.json",
                     "the name 'lr' twice"),
    "deep JSON": (lambda path: path.write_text("[" * 100_000), "x.json", "too deep"),
    "a huge number": (lambda path: path.write_text('{"lr": ' + "9" * 5000 + "}"), "x.json", "a number that is none"),
    "an empty file": (lambda path: path.write_text(""), "x.csv", "an empty file"),
    "JSON of something else": (lambda path: path.write_text('{"name": ["me"]}'), "x.json", "a JSON object that holds"),
    "an object of lists": (lambda path: path.write_text("[1, 2]"), "x.json", "a JSON list that holds no trials"),
    "a spreadsheet": (lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 100), "x.csv", "a packed file"),
    "bytes": (lambda path: path.write_bytes(bytes(range(256)) * 10), "x.dat", "no text"),
    "a row too long": (lambda path: path.write_text("lr,loss\n1,2\n1,2,3\n"), "x.csv", "2 columns in every line"),
    "an export without values": (lambda path: path.write_text('[{"parameter": 3, "value": 1}, 7]'), "x.json",
                                 "holds no trials"),
    "a journal that makes no sense": (lambda path: path.write_text('{"op_code": 4, "worker_id": "", "study_id": 9}\n'),
                                      "x.log", "makes no sense in line 1"),
    "a point that is none": (lambda path: path.write_text('{"datapoints": [{"uid": 1}]}'), "x.json", "datapoint 1"),
    "a SQLite header alone": (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\1" * 200), "x.db",
                              "cannot be read"),
    "a folder of nothing": (lambda path: path.mkdir(), "folder", "a folder without result.json"),
}


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", b"lr,loss\n" + b"0" * 30_000_000)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_one_clear_error(tmp_path, name):
    make, file, message = HOSTILE[name]
    make(tmp_path / file)
    with pytest.raises(SourceError, match=message) as caught:
        open_trials(tmp_path / file, limits=vp.Limits(bytes=20_000_000))
    text = str(caught.value)
    assert len(text) <= 500 and "\n" not in text.strip() and "expected" in text and file in text


def test_things_that_are_no_source():
    with pytest.raises(ArgumentKindError, match="a path or a pandas.DataFrame"):
        open_trials(3)
    with pytest.raises(SourceError, match="no file of that name"):
        open_trials("nothing.db")


def test_limits_hold(written):
    path = written("lr,loss\n" + "0.1,1\n" * 50)
    with pytest.raises(SourceError, match="at most 20"):
        open_trials(path, limits=vp.Limits(rows=20))


def test_summary_speaks_korean(written):
    table = open_trials(written("lr,state,loss\n0.1,ok,1\n0.2,failed,2\n"))
    with speaking("ko"):
        words = table.summary()
    assert "시행 2개" in words and "완료" in words and "매개변수:" in words


def test_a_frame_of_two_header_lines_is_one_of_optuna():
    frame = pd.DataFrame({("number", ""): [0], ("value", ""): [1.0], ("params", "lr"): [0.1],
                          ("state", ""): ["COMPLETE"]})
    table = open_trials(frame)
    assert table.parameters == ("lr",) and [*table.metrics] == ["value"]
