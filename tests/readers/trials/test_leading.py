"""A file of trials where a table of cells is asked for: its format is named, and where it opens is said."""

import pytest

import vanas_panel as vp
from vanas_panel.cli import main
from vanas_panel.errors import NoCellsError, SourceError

FORMATS = {"study.db": "an Optuna study (SQLite)", "nni.sqlite": "an NNI experiment (SQLite)",
           "nni_export.json": "an NNI experiment (exported as JSON)", "hiplot.csv": "a HiPlot experiment (CSV)",
           "optuna_trials_dataframe.csv": "a table of trials that Optuna's trials_dataframe made",
           "optuna_dashboard_1.csv": "a table of trials that Optuna's dashboard saved",
           "hiplot_experiment.json": "a HiPlot experiment (JSON)", "syne_tune_results.csv.zip": "results of Syne Tune",
           "ray_result_one_trial.json": "results of one trial of Ray Tune (result.json)",
           "ray_tune_dataframe.csv": "a table of trials that Ray Tune made"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_trials_is_named_where_cells_are_asked_for(real_trials, name):
    with pytest.raises(NoCellsError) as caught:
        vp.open_table(real_trials / name)
    assert f"Found {FORMATS[name]}; expected a table of cells. Open it with vp.open_trials(...)" in str(caught.value)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "study.db"])
def test_info_says_how_it_was_understood(real_trials, name, capsys):
    assert main(["info", str(real_trials / name)]) == 0
    said = capsys.readouterr().out
    assert "Understood as: " in said and "Metrics:" in said and "(guessed)" in said


def test_info_of_one_study_of_several(real_trials, capsys):
    assert main(["info", str(real_trials / "study.db")]) == 2
    assert "3 studies in one file" in capsys.readouterr().err
    assert main(["info", str(real_trials / "study.db"), "--study", "single", "--kind", "n_layers=condition", "--better",
                 "params=higher"]) == 0
    said = capsys.readouterr().out
    assert "single: 100 trials (46 complete, 54 pruned)." in said and "params: 10041 to 40989; higher is better" in said
    assert "Conditions:\n  n_layers: 1 to 4; said to be one of kind condition" in said


def test_a_plain_table_without_cells_leads_to_trials_too(tmp_path, capsys):
    path = tmp_path / "x.csv"
    path.write_text("lr,loss\n0.1,1\n0.2,2\n")
    with pytest.raises(SourceError, match="Found columns lr, loss; expected one column named adjacency .*open_trials"):
        vp.open_table(path)
    assert main(["info", str(path)]) == 0
    assert "lr: 0.1 to 0.2" in capsys.readouterr().out


def test_a_study_of_cells_still_opens_as_cells(real_trials):
    assert len(vp.open_table(real_trials / "optuna_nas201_trials_dataframe.csv")) == 125


def test_an_ordinary_mistake_is_still_told_as_before(tmp_path):
    path = tmp_path / "x.pkl"
    path.write_bytes(b"\x80\x04" * 100)
    with pytest.raises(SourceError, match="Found a pickle of Python; expected one of .parquet"):
        vp.open_table(path)
