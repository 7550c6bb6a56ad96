"""Studies of Optuna, which the tests make, are read as searches and are left as they are."""

import sqlite3
import warnings
from contextlib import closing

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError

pytest.importorskip("optuna", reason="Optuna is not installed (pip install optuna)")

import optuna
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend

NAMES = ["conv3x3-bn-relu", "maxpool3x3"]


def cell_of(trial):
    if trial.params["skip"]:
        return vp.Cell(["input", trial.params["one"], "output"], [(0, 1), (1, 2), (0, 2)])
    return vp.Cell(["input", trial.params["one"], "output"], [(0, 1), (1, 2)])


def fill(storage, name="mine", direction="maximize"):
    """Six trials: the cells and values that are expected of them."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(study_name=name, storage=storage, direction=direction)
    space = {"one": optuna.distributions.CategoricalDistribution(NAMES),
             "skip": optuna.distributions.CategoricalDistribution([True, False])}
    for place, (one, skip) in enumerate([(0, True), (1, True), (0, False), (0, True), (1, False)]):
        state = optuna.trial.TrialState.PRUNED if place == 2 else optuna.trial.TrialState.COMPLETE
        study.add_trial(optuna.trial.create_trial(params={"one": NAMES[one], "skip": skip}, distributions=space,
                                                  value=None if place == 2 else place / 10, state=state))
    study.ask(space)
    return study


@pytest.fixture(params=["database", "url", "journal"])
def source(request, tmp_path):
    path = tmp_path / "study.db"
    if request.param == "journal":
        fill(JournalStorage(JournalFileBackend(str(path))))
        return path
    storage = RDBStorage(f"sqlite:///{path}")
    fill(storage)
    storage.engine.dispose()
    return path if request.param == "database" else f"sqlite:///{path}"


def test_a_study_is_a_search(source, tmp_path):
    before = (tmp_path / "study.db").read_bytes()
    run = vp.read_search(source, study="mine", cell=cell_of)
    assert run.strategy == "optuna-study:mine" and len(run) == 4 and run.asked_in_vain == 1
    assert run.trials["value"].tolist() == [0.0, 0.1, 0.3, 0.4]
    assert run.trials["duplicate"].tolist() == [False, False, True, False]
    assert run.best == vp.Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]) and run.states == []
    assert run.space == vp.NASBENCH101 and any("1 trial was left out" in note for note in run.notes)
    assert repr(vp.read_search(source, cell=cell_of)) == repr(run)
    assert (tmp_path / "study.db").read_bytes() == before
    run.to_parquet(tmp_path / "study.parquet")
    assert vp.read_search(tmp_path / "study.parquet").trials.equals(run.trials)
    run.to_jsonl(tmp_path / "study.jsonl")
    assert vp.read_search(tmp_path / "study.jsonl").trials.equals(run.trials)


def test_missing_arguments_of_a_study_are_named(source):
    with pytest.raises(SearchError, match="storage of Optuna without cell"):
        vp.read_search(source)
    with pytest.raises(SearchError, match="Found study 'other' among 'mine'"):
        vp.read_search(source, study="other", cell=cell_of)
    with pytest.raises(SearchError, match="Found trial 0, of which cell makes nothing .*KeyError"):
        vp.read_search(source, cell=lambda trial: trial.params["two"])
    with pytest.raises(SearchError, match="of which cell makes a str"):
        vp.read_search(source, cell=lambda trial: "a cell")
    assert len(vp.read_search(source, cell=lambda trial: None)) == 0


def test_less_is_better_where_the_study_says_so_and_two_objectives_are_refused(tmp_path):
    storage = RDBStorage(f"sqlite:///{tmp_path / 's.db'}")
    fill(storage, "less", "minimize")
    optuna.create_study(study_name="two", storage=storage, directions=["minimize", "maximize"])
    storage.engine.dispose()
    run = vp.read_search(tmp_path / "s.db", study="less", cell=cell_of)
    assert run.sign == -1 and np.isclose(run.trials["best"].iloc[-1], 0.0)
    with pytest.raises(SearchError, match="Found a study of 2 objectives"):
        vp.read_search(tmp_path / "s.db", study="two", cell=cell_of)
    with pytest.raises(SearchError, match="among 'less', 'two'"):
        vp.read_search(tmp_path / "s.db", cell=cell_of)


def test_databases_of_something_else_stay_as_they_are(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE mine (id INTEGER)")
    before = path.read_bytes()
    for source in (path, f"sqlite:///{path}"):
        with warnings.catch_warnings(), pytest.raises(SearchError, match="Found no storage of Optuna"):
            vp.read_search(source, cell=cell_of)
    assert path.read_bytes() == before
    with pytest.raises(SearchError, match="Cannot read"):
        vp.read_search(f"sqlite:///{tmp_path / 'none.db'}", cell=cell_of)
    assert not (tmp_path / "none.db").exists()
