"""Studies that Optuna itself writes in this moment, against its own data frame."""

import numpy as np
import pytest

from vanas_panel.readers.trials import open_trials

optuna = pytest.importorskip("optuna", reason="needs Optuna, the extra 'optuna'")

pytestmark = pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning", "ignore::DeprecationWarning",
                                        "ignore::ResourceWarning")


def run_in(storage):
    """Two studies: one with all states, kinds of parameters and named objectives, and an empty one."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(study_name="all", storage=storage, directions=["minimize", "maximize"],
                                sampler=optuna.samplers.RandomSampler(seed=0))
    study.set_metric_names(["loss", "speed"])
    optuna.create_study(study_name="empty", storage=storage)

    def objective(trial):
        kind = trial.suggest_categorical("kind", ["a", None, 3, True, "<b>"])
        depth = trial.suggest_int("depth", 1, 9, step=2)
        rate = trial.suggest_float("rate", 1e-5, 1, log=True)
        if depth > 3:
            trial.suggest_float("width", 0, 1, step=0.25)
        trial.set_user_attr("note", {"at": [1, 2]})
        trial.set_user_attr("rate", rate * 2)
        if trial.number == 5:
            raise ValueError
        return (float("inf") if trial.number == 3 else rate + (kind is None)), depth

    study.optimize(objective, n_trials=25, catch=ValueError)
    study.ask()
    study.enqueue_trial({"depth": 1})
    study.add_trial(optuna.trial.create_trial(
        values=[1.0, 2.0], params={"depth": 5}, user_attrs={"note": "added"},
        distributions={"depth": optuna.distributions.IntDistribution(1, 9, step=2)}))
    return study


@pytest.fixture(params=["sqlite", "journal"])
def written(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'x'}", tmp_path / "x"
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "x"))
    return optuna.storages.JournalStorage(backend), tmp_path / "x"


def test_all_that_optuna_knows_of_a_study_is_read(written):
    storage, path = written
    study = run_in(storage)
    frame = study.trials_dataframe()
    table = open_trials(path, study="all")
    assert [*table.to_frame()["state"]] == [
        {"COMPLETE": "complete", "FAIL": "failed", "RUNNING": "running", "WAITING": "waiting"}[state]
        for state in frame["state"]]
    assert {*table.parameters} == {"kind", "depth", "rate", "width"}
    for name in ("depth", "rate", "width"):
        np.testing.assert_array_equal(table.columns[name].values, frame[f"params_{name}"])
    for row, kind in enumerate(frame["params_kind"]):
        said = table.trial(row)["kind"]
        assert said == {True: "true", 3: "3", "a": "a", "<b>": "<b>"}.get(kind) if isinstance(kind, str | bool | int) \
            else said is None
    loss = np.where(np.isinf(frame["values_loss"]), np.nan, frame["values_loss"])
    np.testing.assert_array_equal(table.column("loss"), loss)
    np.testing.assert_array_equal(table.column("speed"), frame["values_speed"])
    assert [table.metrics[name].higher_is_better for name in ("loss", "speed")] == [False, True]
    np.testing.assert_array_equal(table.column("user_attrs_rate"), frame["user_attrs_rate"])
    assert table.trial(0)["note"] == '{"at": [1, 2]}' and table.trial(len(frame) - 1)["note"] == "added"
    assert "Column loss: 1 infinite value counts as unknown." in table.notes
    np.testing.assert_allclose(table.column("duration"), frame["duration"].dt.total_seconds())


def test_a_study_without_trials_is_refused(written):
    storage, path = written
    run_in(storage)
    with pytest.raises(Exception, match="without any trial; expected at least one trial"):
        open_trials(path, study="empty")


def test_a_deleted_study_is_gone(written):
    storage, path = written
    run_in(storage)
    optuna.delete_study(study_name="empty", storage=storage)
    assert open_trials(path).title == "all"


def test_tables_that_optuna_makes(written, tmp_path):
    storage, path = written
    study = run_in(storage)
    for multi in (False, True):
        table = open_trials(study.trials_dataframe(multi_index=multi))
        assert {*table.parameters} == {"kind", "depth", "rate", "width"}
        assert {"values_loss", "values_speed"} <= {*table.metrics}
    study.trials_dataframe().to_csv(tmp_path / "x.csv")
    again = open_trials(tmp_path / "x.csv")
    assert again.state_counts == open_trials(path, study="all").state_counts
