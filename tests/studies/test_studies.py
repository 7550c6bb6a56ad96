"""A study: what it searches and trains, its means and intervals against NumPy and SciPy, and bad folders."""

from __future__ import annotations

import dataclasses
import gzip
import json
import shutil

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')", exc_type=ImportError)
from scipy import stats

import vanas_panel as vp
from vanas_panel.draw.studies.chart import study_svg
from vanas_panel.draw.studies.words import with_interval
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import TrainingError
from vanas_panel.studies.insides import insides
from vanas_panel.studies.results import mean_interval


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A study of seconds, on images of 8 x 8 pixels in two classes, and on as many others."""
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    for name, half in (("left", np.arange(8) < 4), ("right", np.arange(8) >= 4)):
        labels = np.arange(120) % 2
        images = rng.integers(0, 100, (120, 8, 8)) + 120 * labels[:, None, None] * half
        np.savez(folder / f"{name}.npz", images=images.astype(np.uint8), labels=labels)
    left, right = ({"source": str(folder / f"{name}.npz"), "crop": 8, "pool": 1, "train": 64, "validation": 28,
                    "test": 28} for name in ("left", "right"))
    stage = {"operations": ["none", "max_pool_3x3", "skip_connect", "sep_conv_3x3", "dil_conv_3x3"], "nodes": 2,
             "cells": 3, "channels": 2, "epochs": 2, "batch_size": 8, "data": left}
    training = {"cells": 3, "channels": 2, "epochs": 2, "batch_size": 8}
    return {"baseline": "resnet", "darts": stage, "dg_darts": {"stage": {**stage, "frozen": 0}, "least": 2},
            "random": 2, "spread": 0.5,
            "trainings": {"left": {**training, "data": left}, "right": {**training, "data": right}},
            "neat": {"population": 4, "generations": 2, "channels": 2, "epochs": 1, "batch_size": 8, "data": left,
                     "operations": ["skip_connect", "sep_conv_3x3", "max_pool_3x3"]}}


@pytest.fixture(scope="module")
def study(plan, tmp_path_factory):
    folder, steps = tmp_path_factory.mktemp("study"), []
    vp.run_study(plan, [0, np.int64(1)], out=folder, device="cpu", on_step=steps.append)
    found = vp.read_study(folder)
    assert [(each.dataset, each.method, each.seed) for each in steps] == [
        (dataset, method, seed) for seed in (0, 1) for dataset in ("left", "right")
        for method in ("baseline", "darts", "dg-darts", "random", "random", "neat", "neat-random")]
    return found


def test_every_method_is_trained_with_every_seed_on_every_data_set(study):
    counts = study.trainings.groupby(["dataset", "method", "seed"]).size()
    assert len(counts) == 24 and study.seeds == [0, 1]
    assert set(counts[:, "random"]) == {2} and set(counts.drop("random", level="method")) == {1}
    frame = study.trainings
    for seed in (0, 1):
        for method in ("darts", "dg-darts"):
            own = frame[(frame["method"] == method) & (frame["seed"] == seed)]
            assert set(own["network"]) == {str(study.searches[method, seed].genotype)}
        for method in ("neat", "neat-random"):
            run = study.searches[method, seed]
            assert set(frame.loc[(frame["method"] == method) & (frame["seed"] == seed), "network"]) == {
                run.individual(run.best).network}
        darts = frame[(frame["method"] == "darts") & (frame["seed"] == seed)]["multiply_accumulates"].iloc[0]
        drawn = frame[(frame["method"] == "random") & (frame["seed"] == seed)]["multiply_accumulates"]
        assert (abs(drawn - darts) <= 0.5 * darts).all()
    assert frame["multiply_accumulates"].isna().equals(frame["method"].str.startswith("neat"))
    assert len(study.searches["neat", 0].trained) == len(study.searches["neat-random", 0].trained)


def test_means_and_intervals_are_those_of_numpy_and_scipy(study):
    summary, frame = study.summary.set_index(["dataset", "method"]), study.trainings
    assert len(summary) == 12
    for (dataset, method), row in summary.iterrows():
        own = frame[(frame["dataset"] == dataset) & (frame["method"] == method)]
        by_seed = [own.loc[own["seed"] == seed, "test_accuracy"].mean() for seed in (0, 1)]
        beside = "neat-random" if method == "neat" else "random"
        chance = [frame.loc[(frame["dataset"] == dataset) & (frame["method"] == beside) & (frame["seed"] == seed),
                            "test_accuracy"].mean() for seed in (0, 1)]
        assert row["mean"] == pytest.approx(np.mean(by_seed)) and row["seeds"] == 2 and row["networks"] == len(own)
        half = stats.t.ppf(0.975, 1) * np.std(by_seed, ddof=1) / np.sqrt(2)
        assert row["high"] - row["mean"] == pytest.approx(half, abs=1e-12)
        assert row["mean"] - row["low"] == pytest.approx(half, abs=1e-12)
        if method in ("random", "neat-random"):
            assert np.isnan(row["difference"])
        else:
            assert row["difference"] == pytest.approx(np.mean(by_seed) - np.mean(chance))
            gap = np.subtract(by_seed, chance)
            assert row["difference_high"] - row["difference"] == pytest.approx(
                stats.t.ppf(0.975, 1) * np.std(gap, ddof=1) / np.sqrt(2), abs=1e-12)
    darts = [run.epochs["seconds"].sum() for (name, _seed), run in study.searches.items() if name == "darts"]
    assert summary.loc[("right", "darts"), "search_seconds"] == pytest.approx(np.mean(darts))
    assert summary.loc[("left", "random"), "search_seconds"] == 0


def test_intervals_of_few_values():
    assert np.isnan(mean_interval(np.empty(0))).all()
    mean, low, high = mean_interval(np.array([0.5]))
    assert mean == 0.5 and np.isnan([low, high]).all()
    assert mean_interval(np.array([0.5, 0.5, 0.5])) == (0.5, 0.5, 0.5)


def test_a_study_goes_on_and_adds_seeds_without_training_again(study, plan, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.jsonl")}
    vp.run_study(plan, [0, 1], out=folder, device="cpu")
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.jsonl")} == before
    # A training that is gone is trained again, to the same numbers.
    (folder / "right" / "darts.jsonl").unlink()
    (folder / "left" / "neat.jsonl").unlink()
    vp.run_study(vp.StudyPlan.read(folder / "study.json"), [0, 1], out=folder, device="cpu")
    columns = ["dataset", "method", "seed", "network", "test_accuracy", "parameters"]
    assert vp.read_study(folder).trainings[columns].equals(study.trainings[columns])


def test_packed_searches_are_read_alike(study, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    for path in (folder / "searches").rglob("*.jsonl"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    found = vp.read_study(folder)
    assert found.summary.equals(study.summary)
    assert all(np.array_equal(found.searches[key].first.alphas if key[0] == "dg-darts" else found.searches[key].alphas,
                              study.searches[key].first.alphas if key[0] == "dg-darts" else study.searches[key].alphas)
               for key in study.searches if not key[0].startswith("neat"))
    path = folder / "searches" / "darts-0.jsonl.gz"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(TrainingError, match="darts-0.jsonl.gz, line 1: Found Compressed file ended"):
        vp.read_darts(path)


def test_folders_and_plans_that_do_not_fit_are_named(study, plan, tmp_path):
    other_order = {**plan, "trainings": dict(reversed(plan["trainings"].items()))}
    for other in ({**plan, "random": 3}, other_order):
        with pytest.raises(TrainingError, match="Found another study"):
            vp.run_study(other, [0], out=study.folder)
    with pytest.raises(TrainingError, match="study.json: Found no such file"):
        vp.read_study(tmp_path)
    shutil.copy(study.folder / "study.json", tmp_path)
    with pytest.raises(TrainingError, match="Found a study without a finished training"):
        vp.read_study(tmp_path)
    (tmp_path / "study.json").write_text("[]")
    with pytest.raises(TrainingError, match="as study; expected an object"):
        vp.read_study(tmp_path)
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(TrainingError, match="Found something else; expected the plan of a study"):
        vp.read_study(tmp_path)
    (tmp_path / "left").mkdir()
    (tmp_path / "study.json").write_text(json.dumps(study.plan.to_dict()))
    for line in ("{}", '{"form": "vanas-panel-study-neat-1", "seed": 0, "settings": "", "images": "", "trained": {}}'):
        (tmp_path / "left" / "neat.jsonl").write_text(line + "\n")
        with pytest.raises(TrainingError, match="neat.jsonl, line 1: Found something else; expected networks of NEAT"):
            vp.read_study(tmp_path)


@pytest.mark.parametrize(("change", "words"), [
    ({"trainings": {}}, "Found no training in the study"), ({"trainings": {"A b": {}}}, "Found data set 'A b'"),
    ({"trainings": 3}, "Found a study without trainings"), ({"random": 0}, "Found random = 0"),
    ({"spread": -1}, "Found spread = -1"), ({"baseline": "vgg"}, "expected resnet, transformer"),
    ({"trainings": {"searches": {}}}, "Found data set 'searches'"),
    ({"baseline": "transformer"}, "Found operation 'attention_8'"),
    ({"neat": {"data": {"kind": "text"}}}, "Found images and texts in one study"),
    ({"colour": 1}, "Found colour in study"), ({"neat": 3}, "Found 3 as settings")])
def test_plans_that_cannot_be_used_are_named(plan, change, words):
    with pytest.raises(TrainingError, match=words):
        vp.StudyPlan.from_dict({**plan, **change})


def test_what_does_not_fit_is_refused_before_the_first_search(plan, tmp_path):
    folder = tmp_path / "new"
    for wrong in ([-1], [0.5], ["a"], [], 3, "01"):
        with pytest.raises(TrainingError, match="Found seeds = .*expected whole numbers from 0"):
            vp.run_study(plan, wrong, out=folder)
    absent = {**plan["trainings"]["right"], "data": {**plan["trainings"]["right"]["data"], "source": "absent.npz"}}
    too_large = {**plan["trainings"]["right"], "data": {**plan["trainings"]["right"]["data"], "test": 200}}
    for training, words in ((absent, "absent.npz: Found"), (too_large, "examples of class 0; expected")):
        with pytest.raises(TrainingError, match=words):
            vp.run_study({**plan, "trainings": {**plan["trainings"], "right": training}}, [0], out=folder)
    assert not folder.exists()


def test_trainings_of_other_data_or_settings_are_never_averaged_with_those_of_the_study(study, tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(study.folder, folder)
    for path, change in ((folder / "right" / "darts.jsonl", {"images": "0" * 16}),
                         (folder / "right" / "neat.jsonl", {"images": "0" * 16})):
        content = path.read_text()
        path.write_text(content + json.dumps({**json.loads(content.splitlines()[0]), **change}) + "\n")
        with pytest.raises(TrainingError, match="Found trainings on different data of one name"):
            vp.read_study(folder)
        path.write_text(content)
    path = folder / "right" / "darts.jsonl"
    line = json.loads(path.read_text().splitlines()[0])
    path.write_text(path.read_text() + json.dumps({**line, "settings": {**line["settings"], "epochs": 9}}) + "\n")
    assert vp.read_study(folder).trainings.equals(study.trainings)



def test_the_picture_says_every_mean_and_shows_every_network(study):
    drawn = study_svg(study, "left", LIGHT)
    rows = study.summary[study.summary["dataset"] == "left"]
    assert drawn.count('r="4"') == len(rows) == 6 and drawn.count('r="2.6"') == rows["networks"].sum() == 14
    for row in rows.to_dict("records"):
        assert with_interval(row["mean"], row["low"], row["high"]) in drawn
    # Of one seed there are no intervals.
    one = dataclasses.replace(study)
    one.__dict__["trainings"] = study.trainings[study.trainings["seed"] == 0]
    assert "±" not in study_svg(one, "left", LIGHT) and "<rect" not in study_svg(one, "left", LIGHT)


def test_what_the_searches_did_inside_is_counted(study):
    frame = insides(study).set_index(["method", "seed"])
    for seed in (0, 1):
        run, dropped = study.searches["darts", seed], study.searches["dg-darts", seed]
        first = [[max(range(5), key=lambda each, edge=edge: edge[each]) for edge in kind] for kind in run.weights[-1]]
        assert frame.at[("darts", seed), "none_first"] == sum(each == 0 for kind in first for each in kind)
        assert frame.at[("darts", seed), "edges"] == 10
        assert frame.at[("darts", seed), "highest_weight"] == pytest.approx(
            np.mean([max(edge) for kind in run.weights[-1] for edge in kind]))
        same = [run.genotype_at(epoch) == run.genotype for epoch in (1, 2)]
        assert frame.at[("darts", seed), "settled"] == (1 if all(same) else 2)
        lost = sum(max((weight, -place) for place, weight in enumerate(edge) if place)[1] not in kept
                   for edge, kept in zip(
                       dropped.first.weights[-1].reshape(-1, 5).tolist(),
                       [{-place for place in np.flatnonzero(each)} for each in dropped.dropping.kept.reshape(-1, 5)],
                       strict=True))
        assert frame.at[("dg-darts", seed), "outvoted"] == lost
        bred = study.searches["neat", seed]
        assert frame.at[("neat", seed), "repeated"] == (8 - len(bred.trained)) / 8 or not all(bred.genomes["network"])


def test_a_report_holds_everything_and_runs_nothing(study, tmp_path):
    path = vp.save_study_report(study.folder, tmp_path / "study.html", notes="One <b>.\n\nTwo.")
    text = path.read_text(encoding="utf-8")
    assert "One &lt;b&gt;." in text and "<script" not in text and "default-src 'none'" in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "") and "https://" not in text
    assert text.count('class="vp-study"') == 2 and "random genotypes" in text and "of 20 edges lost" in text
    korean = vp.save_study_report(study, tmp_path / "ko.html", lang="ko").read_text(encoding="utf-8")
    assert '<html lang="ko">' in korean and "random genotypes" not in korean
    assert study._repr_html_().count('class="vp-study"') == 2
    with pytest.raises(vp.ReportError, match="Found the language 'xx'"):
        vp.save_study_report(study, tmp_path / "xx.html", lang="xx")
    with pytest.raises(vp.ReportError, match="expected a name that ends in .html"):
        vp.save_study_report(study, tmp_path / "study.pdf")
