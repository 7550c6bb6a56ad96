"""Results and settings that somebody changed or damaged: one clear error each, and nothing of a file is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from tests.trained_cells import CHAIN, POOL, SIX, record
from vanas_panel.errors import TrainingError
from vanas_panel.training.results import ResultsFile, read_results
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import results_table


@pytest.fixture
def path(tmp_path):
    """A file of three results."""
    path = tmp_path / "results.jsonl"
    with ResultsFile(path, Settings.from_dict(record().settings)) as file:
        for cell in (CHAIN, POOL, SIX):
            file.append(record(cell))
    return path


def changed(path, change, line: int = 1) -> None:
    """Change the content of one line."""
    lines = path.read_text().splitlines()
    content = json.loads(lines[line])
    change(content)
    lines[line] = json.dumps(content)
    path.write_text("\n".join(lines) + "\n")


DEEP = json.loads("[" * 200 + "]" * 200)


@pytest.mark.parametrize(("change", "said"), [
    (lambda said: said.pop("key"), "no 'key'"),
    (lambda said: said.update(key=-1), "key = -1; expected a whole number >= 0"),
    (lambda said: said.update(key=said["key"] + 2), "that of its operations and edges"),
    (lambda said: said.update(key=float(said["key"]) + 0.5), "key = "),
    (lambda said: said.update(operations=["input", "output", "conv3x3-bn-relu"]), "of no cell"),
    (lambda said: said.update(operations=["input", "attention", "output"]), "attention"),
    (lambda said: said.update(edges=[[0, 1], [1, 2], [2, 1]]), "of no cell"),
    (lambda said: said.update(edges=[[0, 1, 2]]), "edges[0] = [0, 1, 2]"),
    (lambda said: said.update(edges=[[0, 99]]), "edges[0][1] = 99"),
    (lambda said: said.update(trainable_parameters=-5), "trainable_parameters = -5"),
    (lambda said: said.update(trainable_parameters=10**30), "trainable_parameters = 1000"),
    (lambda said: said.update(trainable_parameters=True), "trainable_parameters = true; expected a whole number"),
    (lambda said: said.update(repeats=[]), "repeats = []"),
    (lambda said: said.update(repeats=said["repeats"] * 2), "2 repeats; expected as many as settings.repeats, 1"),
    (lambda said: said.update(repeats=[None]), "repeats[0] = null; expected an object"),
    (lambda said: said["repeats"][0].pop("repeat"), "no 'repeat' in repeats[0]"),
    (lambda said: said["repeats"][0].pop("failed"), "no 'failed' in repeats[0]"),
    (lambda said: said["repeats"][0].update(repeat=5), "repeats[0].repeat = 5; expected 0"),
    (lambda said: said["repeats"][0].update(test_accuracy=[1.01]), "repeats[0].test_accuracy[0] = 1.01"),
    (lambda said: said["repeats"][0].update(test_accuracy=[-0.5]), "repeats[0].test_accuracy[0] = -0.5"),
    (lambda said: said["repeats"][0].update(test_accuracy=["0.5"]), 'repeats[0].test_accuracy[0] = "0.5"'),
    (lambda said: said["repeats"][0].update(test_accuracy=[None]), "since this repeat did not fail"),
    (lambda said: said["repeats"][0].update(test_accuracy=[]), "repeats[0].test_accuracy = []"),
    (lambda said: said["repeats"][0].update(test_accuracy=[0.5] * 65), "65 entries in repeats[0].test_accuracy"),
    (lambda said: said["repeats"][0].update(training_seconds=[-1.0]), "repeats[0].training_seconds[0] = -1.0"),
    (lambda said: said["repeats"][0].update(training_seconds=[1e300]), "repeats[0].training_seconds[0] = 1e+300"),
    (lambda said: said["repeats"][0].update(training_seconds=[float("inf")]), "Infinity"),
    (lambda said: said["repeats"][0].update(training_seconds=[float("nan")]), "NaN"),
    (lambda said: said.update(seconds=-3), "seconds = -3"),
    (lambda said: said.update(settings_hash=10**400), "a number of 401 digits"),
    (lambda said: said.update(settings_hash=5), "settings_hash = 5; expected a text"),
    (lambda said: said.update(settings={}), "settings without budgets"),
    (lambda said: said.update(settings="x" * 40_000), "settings = "),
    (lambda said: said.update(settings=DEEP), "levels deep"),
    (lambda said: said.update(more=DEEP), "levels deep"),
    (lambda said: said.update(images="\ud800"), "half a character"),
    (lambda said: said.update(finished="x" * 2_000_000), "at most 1,048,576"),
])
def test_a_result_that_cannot_be_true_is_named_with_its_line(path, change, said):
    changed(path, change)
    with pytest.raises(TrainingError, match=r"results\.jsonl, line 2: Found no record") as caught:
        read_results(path)
    assert said in str(caught.value)
    assert len(str(caught.value)) <= 500


def test_names_of_other_versions_are_passed_over(path):
    changed(path, lambda said: (said.update(colour="red"), said["repeats"][0].update(seed=3)))
    assert len(read_results(path).records) == 3
    assert len(results_table(read_results(path).records, name="three")) == 3


def test_times_need_not_grow_and_devices_are_kept(path):
    changed(path, lambda said: said.update(device="cuda:0", device_name="H100", precision="bfloat16",
                                           cells_per_device=4))
    records = read_results(path).records
    assert [(one.device_kind, one.device_name, one.precision, one.cells_per_device) for one in records] == [
        ("cpu", "", "float32", 0), ("cuda", "H100", "bfloat16", 4), ("cpu", "", "float32", 0)]
    settings = Settings(repeats=1, budgets=(90, 180)).to_dict()
    for line in range(3):
        changed(path, lambda said: (said.update(settings=settings), said["repeats"][0].update(
            training_seconds=[3.0, 2.0], loss=[0.2, 0.1], train_accuracy=[0.25, 0.5],
            validation_accuracy=[0.25, 0.5], test_accuracy=[0.25, 0.5])), line)
    table = results_table(read_results(path).records, name="three")
    assert table.column("training_time").tolist() == [2.0] * 3
    assert table.column("test_accuracy_90").tolist() == [0.25] * 3


def test_two_kinds_of_settings_under_one_digest_make_no_table(path):
    changed(path, lambda said: said["settings"].update(learning_rate=0.5))
    with pytest.raises(TrainingError, match="Found two kinds of settings with the digest"):
        results_table(read_results(path).records, name="three")


def test_a_last_line_that_is_whole_and_wrong_is_no_torn_one(path):
    path.write_text(path.read_text().replace('"failed": false', '"failed": 7').rstrip("\n"))
    before = path.read_bytes()
    for use in (read_results, lambda file: ResultsFile(file, Settings(repeats=1, budgets=(180,)))):
        with pytest.raises(TrainingError, match="Found no record"):
            use(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_results_file_is_left_as_it_is(tmp_path):
    path = tmp_path / "thesis.txt"
    path.write_text("Chapter one")
    with pytest.raises(TrainingError, match="Found no record"):
        ResultsFile(path, Settings())
    assert path.read_text() == "Chapter one"


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.trained_cells import CHAIN, POOL, record
from vanas_panel.errors import TrainingError
from vanas_panel.training.results import ResultsFile
from vanas_panel.training.settings import Settings
path = Path({path!r})
settings = Settings.from_dict(record().settings)
with ResultsFile(path, settings) as file:
    file.append(record(CHAIN))
    size = path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + {room}, resource.RLIM_INFINITY))
    try:
        file.append(record(POOL))
    except TrainingError as error:
        print(error)
    assert path.stat().st_size == size, path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    file.append(record(POOL))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
@pytest.mark.parametrize("room", [0, 1, 300])
def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, request, room):
    path = tmp_path / "results.jsonl"
    script = FULL.format(root=str(request.config.rootpath), path=str(path), room=room)
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith(f"{path}: Found no room for another result")
    assert [asdict(found) for found in read_results(path).records] == [asdict(record(CHAIN)), asdict(record(POOL))]


@pytest.mark.parametrize(("text", "said"), [
    ('{"data": {"noise": ' + "[" * 100_000 + "}}", "levels deep"),
    ('{"data": {"test": "' + "A" * 40_000 + '"}}', "data.test = "),
    ('{"steps": 1e400}', "the number 1e400"),
    ('{"steps": NaN}', "NaN"),
    ('{"steps": ' + "9" * 5000 + "}", "5,000 digits"),
    ('{"steps": 1000000000000, "budgets": [1000000000000]}', "steps = 1000000000000"),
    ('{"data": {"copies": 100000000}}', "data.copies = 100000000"),
    ('{"steps": 20, "steps": 30}', "the name 'steps' twice"),
    ('{"budgets": [45, 90, true]}', "budgets[2] = true"),
    ('{"budgets": [[45]]}', "budgets[0] = [45]"),
    ('{"colour": 1}', "'colour'"),
    ('{"data": null}', "data = null"),
    ('{"precision": "' + "x" * 9000 + '"}', "precision = "),
    ("", "no JSON"),
])
def test_impossible_settings_are_refused_by_name(tmp_path, text, said):
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(TrainingError, match=r"settings\.json: Found") as caught:
        Settings.read(path)
    assert said in str(caught.value)
    assert len(str(caught.value)) <= 500


def test_settings_with_a_mark_of_the_byte_order_are_read(tmp_path):
    path = tmp_path / "settings.json"
    settings = replace(Settings(), seed=2**40, learning_rate=1)
    path.write_bytes(b"\xef\xbb\xbf" + settings.to_json().encode())
    assert Settings.read(path) == settings
