"""Devices, precision and cells at once: found, refused in one sentence, written into every result."""

from __future__ import annotations

import json
import multiprocessing
import threading
from dataclasses import asdict, replace

import pytest
from trained_cells import POOL, SIX, record

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
pytest.importorskip("distributed", reason="Dask distributed is not installed (pip install 'vanas-panel[train]')")

import torch

from vanas_panel.cli import command_line as cli
from vanas_panel.errors import DeviceError, TrainingError
from vanas_panel.panels.training.results import result_html, settings_words
from vanas_panel.training import slots, trainer
from vanas_panel.training.device import Device, find_devices, require_precision
from vanas_panel.training.joined import joined_table, why_not_joined
from vanas_panel.training.personal import Personal
from vanas_panel.training.results import Record, ResultsFile, read_results
from vanas_panel.training.runs import CELLS_PER_DEVICE, DEVICE, Runs
from vanas_panel.training.settings import Settings
from vanas_panel.training.slots import slot
from vanas_panel.training.table import results_table
from vanas_panel.training.trainer import train_cell
from vanas_panel.training.workers import space_keys, train_keys, train_record

CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
MPS = pytest.mark.skipif(not torch.backends.mps.is_available(), reason="no MPS device here")
OTHERS = [pytest.param("cuda", marks=CUDA), pytest.param("mps", marks=MPS)]
MIXED = ("bfloat16", "float16")


@pytest.fixture
def no_gpu(monkeypatch):
    """A machine with a processor only."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def two_gpus(monkeypatch):
    """A machine with two CUDA devices, as far as one can tell without using them."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: f"Card {index}")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def slots_here(tmp_path, monkeypatch):
    monkeypatch.setattr(slots, "slots_folder", lambda: tmp_path / "slots")


def names(asked: str) -> list[str]:
    return [device.name for device in find_devices(asked)]


def test_auto_takes_the_best_kind_that_is_there(two_gpus):
    assert names("auto") == names("cuda") == names("CUDA ") == ["cuda:0", "cuda:1"]
    assert names("cuda:1") == ["cuda:1"] and names("cpu") == ["cpu"]
    assert find_devices("cuda:1")[0] == Device("cuda:1", "Card 1")


def test_auto_is_the_processor_where_there_is_nothing_else(no_gpu):
    assert names("auto") == ["cpu"]
    assert find_devices()[0].label


@pytest.mark.parametrize("asked", ["cuda", "cuda:0", "mps"])
def test_a_device_that_is_not_there_is_one_clear_error(asked, no_gpu):
    with pytest.raises(DeviceError, match=rf"^Found no device {asked}; expected one that PyTorch .* sees here: cpu\. "):
        find_devices(asked)


@pytest.mark.parametrize("asked", ["gpu", "cuda:-1", "cuda:x", "", "cuda:99999999999", "x" * 5000])
def test_a_word_for_no_device_is_refused_briefly(asked):
    with pytest.raises(DeviceError, match="expected auto, cpu, cuda, cuda:N or mps") as caught:
        find_devices(asked)
    assert len(str(caught.value)) < 200


def test_the_third_of_two_cards_is_refused(two_gpus):
    with pytest.raises(DeviceError, match="Found no device cuda:2; .* cpu, cuda:0, cuda:1"):
        find_devices("cuda:2")


def test_a_precision_that_a_device_lacks_is_refused_with_the_reason(monkeypatch):
    def cannot(*_, **_options):
        raise RuntimeError("not implemented for 'Half'\nand a long stack")

    monkeypatch.setattr(torch.nn.functional, "conv2d", cannot)
    odd = Device("cpu", "Odd processor")
    with pytest.raises(DeviceError, match=r"Found precision float16, in which cpu \(Odd processor\) cannot train \(not "
                                          r"implemented for 'Half'\); .* Use float32"):
        require_precision(odd, "float16")
    require_precision(odd, "float32")


def test_card_without_bfloat16_is_refused_with_the_reason(two_gpus, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    with pytest.raises(DeviceError, match="bfloat16, in which cuda:0"):
        require_precision(Device("cuda:0", "Old card"), "bfloat16")


@pytest.mark.parametrize("precision", MIXED)
def test_mixed_precision_learns_and_rounds_otherwise(precision, cell, settings, dataset):
    long = replace(settings, steps=60, budgets=(60,))
    plain = train_cell(cell, long, dataset, device="cpu")
    mixed = train_cell(cell, replace(long, precision=precision), dataset, device="cpu")
    for one, other in zip(plain, mixed, strict=True):
        assert not other.failed
        assert other.loss != one.loss
        assert other.loss == pytest.approx(one.loss, abs=0.05)
        assert min(other.train_accuracy[0], other.validation_accuracy[0], other.test_accuracy[0]) > 0.9


def test_mixed_precision_keeps_weights_in_float32(cell, settings, dataset, monkeypatch):
    made = []

    class Kept(trainer.GroupedNetwork):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(trainer, "GroupedNetwork", Kept)
    short = replace(settings, precision="bf16", steps=2, budgets=(2,))
    assert not any(repeat.failed for repeat in train_cell(cell, short, dataset, device="cpu"))
    (network,) = made
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}


def test_the_scale_of_the_loss_changes_no_update_but_by_rounding(cell, settings, dataset, monkeypatch):
    with_scale = train_cell(cell, replace(settings, precision="float16"), dataset, device="cpu")
    monkeypatch.setattr(trainer, "loss_scale", lambda precision: 1.0)
    without = train_cell(cell, replace(settings, precision="float16"), dataset, device="cpu")
    for one, other in zip(with_scale, without, strict=True):
        assert one.loss == pytest.approx(other.loss, abs=0.02)


def test_precision_is_a_setting_and_older_digests_stay():
    # The digest of the embedded table, which was made before there was a choice.
    assert Settings().digest == Settings(precision="fp32").digest == "528a5f826ba09fd9"
    assert "precision" not in Settings().to_dict()
    mixed = Settings(precision="BF16")
    assert mixed.precision == "bfloat16" and mixed == Settings(precision="bfloat16")
    assert mixed.digest != Settings().digest != Settings(precision="float16").digest
    assert Settings.from_json(mixed.to_json()) == mixed
    assert "Mixed precision in bfloat16" in settings_words(mixed) and "precision" not in settings_words(Settings())
    for wrong in ("float8", "", 16):
        with pytest.raises(TrainingError, match="precision"):
            Settings.from_dict({"precision": wrong})


def test_a_result_says_where_and_how_exactly(cell, settings, dataset):
    from vanas_panel.training.trainable import canonical_cell

    key, _ = canonical_cell(cell)
    found = train_record(key, replace(settings, precision="bf16"), dataset, "images", device="cpu", cells_per_device=3)
    assert (found.device, found.device_kind, found.precision, found.cells_per_device) == ("cpu", "cpu", "bfloat16", 3)
    assert found.device_name == find_devices("cpu")[0].label
    assert found.versions["torch"] == torch.__version__
    assert asdict(Record.from_json(found.to_json())) == asdict(found)


def test_results_of_before_there_was_a_choice_are_of_a_processor():
    content = json.loads(record().to_json())
    for name in ("device", "device_name", "precision", "cells_per_device"):
        del content[name]
    old = Record.from_json(json.dumps(content))
    assert (old.device, old.precision) == ("cpu", "float32")
    assert results_table([old], name="old").metric("training_time").label == "Training time (processor)"


def test_a_table_says_where_its_cells_were_trained():
    torch_said = {"versions": {"torch": "2.13.0"}}
    card = record(POOL, device="cuda:0", device_name="Card", **torch_said)
    table = results_table([card], name="card")
    assert table.metric("training_time").label == "Training time (CUDA)"
    assert {name: table.training[name] for name in ("devices", "device_names", "precision", "torch")} == {
        "devices": ["cuda"], "device_names": ["Card"], "precision": "float32", "torch": ["2.13.0"]}
    assert "Trained on cuda in float32." in table.notes
    both = results_table([card, record()], name="both")
    assert both.metric("training_time").label == "Training time (several devices)"
    assert both.training["devices"] == ["cpu", "cuda"]


def test_only_cells_of_the_same_kind_of_device_are_counted_in():
    table = results_table([record()], name="source")
    card = record(SIX, 0.9, device="cuda:0")
    assert "trained on cpu, the cells here on another kind of device" in why_not_joined(table, [card])
    assert joined_table(table, [card, record(SIX, 0.7)]).column("test_accuracy")[-1] == 0.7
    on_card = results_table([record(device="cuda:1")], name="source")
    assert joined_table(on_card, [card, record(SIX, 0.7)]).column("test_accuracy")[-1] == 0.9


def test_results_of_two_kinds_of_devices_are_kept_side_by_side(tmp_path):
    personal = Personal(tmp_path / "trained.sqlite")
    personal.add("ann", "", record(accuracy=0.5))
    personal.add("ann", "", record(accuracy=0.6, device="cuda:0"))
    personal.add("ann", "", record(accuracy=0.7, device="cuda:1"))
    assert sorted(row.record.repeats[0]["test_accuracy"][0] for row in personal.all("ann")) == [0.5, 0.7]
    for kind, wanted in (("cpu", 0.5), ("cuda", 0.7)):
        table = personal.table("ann", record().settings_hash, "images", kind)
        assert table.column("test_accuracy").tolist() == [wanted]


def test_the_drawer_shows_device_precision_and_version_as_text():
    from vanas_panel.training.personal import Trained

    shown = result_html(Trained(1, "", record(device="cuda:0", device_name="<Card>", versions={"torch": "2.13.0"})))
    assert "cuda:0 (&lt;Card&gt;), float32, PyTorch 2.13.0" in shown
    assert "device time" in shown and "processor time" not in shown


def test_full_device_memory_is_reported(cell, settings, dataset, monkeypatch):
    def full(*_, **_options):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    monkeypatch.setattr(trainer, "GroupedNetwork", full)
    with pytest.raises(DeviceError, match=r"Found no memory left on cpu .* Train fewer cells at once"):
        train_cell(cell, settings, dataset, device="cpu")


def give_up():
    raise InterruptedError


def test_slots_go_round_the_devices_and_no_further_than_the_limit(slots_here):
    cards = ["cuda:0", "cuda:1"]
    with slot(cards, 2) as one, slot(cards, 2) as two, slot(cards, 2) as three, slot(cards, 2) as four:
        assert [one, two, three, four] == ["cuda:0", "cuda:1", "cuda:0", "cuda:1"]
        with pytest.raises(InterruptedError), slot(cards, 2, give_up):
            pass
    with slot(cards, 2) as again:
        assert again == "cuda:0"


def test_waiting_worker_gets_a_slot_when_it_is_free(slots_here):
    waits, got = threading.Event(), threading.Event()

    def wait():
        with slot(["cpu"], 1, waits.set):
            got.set()

    with slot(["cpu"], 1):
        thread = threading.Thread(target=wait)
        thread.start()
        assert waits.wait(30) and not got.is_set()
    thread.join(30)
    assert got.is_set()


def _hold(folder, taken, forever) -> None:
    """In another process: take a slot and never give it back."""
    slots.slots_folder = lambda: folder
    with slot(["cpu"], 1):
        taken.set()
        forever.wait()


@pytest.mark.slow
def test_a_process_that_is_killed_keeps_no_slot(slots_here, tmp_path):
    spawn = multiprocessing.get_context("spawn")
    taken, forever = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(tmp_path / "slots", taken, forever))
    other.start()
    assert taken.wait(300)
    with pytest.raises(InterruptedError), slot(["cpu"], 1, give_up):
        pass
    other.kill()
    other.join(60)
    with slot(["cpu"], 1) as device:
        assert device == "cpu"


def test_limits_out_of_range_are_refused():
    for asked in (0, -1, 65):
        with pytest.raises(DeviceError, match=f"Found {asked} cells at once on a device; expected 1 to 64"):
            slots.limit_for(["cpu"], asked)


def test_a_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(slots, "slots_folder", lambda: tmp_path / "file")
    with pytest.raises(DeviceError, match="expected one for the marks of devices in use"), slot(["cpu"], 1):
        pass


@pytest.mark.slow
def test_workers_that_share_one_slot_train_every_cell_and_write_the_limit_down(processes, settings, images, tmp_path):
    keys = [int(key) for key in space_keys(4)[:4]]
    with ResultsFile(tmp_path / "results.jsonl", settings) as file:
        assert train_keys(keys, settings, images, file, processes, device="cpu", cells_per_device=1) == []
    found = read_results(tmp_path / "results.jsonl").records
    assert {one.key for one in found} == set(keys)
    assert {(one.device, one.cells_per_device) for one in found} == {("cpu", 1)}


def test_a_worker_without_the_device_ends_the_run_at_once(threads, settings, images, tmp_path, no_gpu):
    with (ResultsFile(tmp_path / "results.jsonl", settings) as file,
          pytest.raises(DeviceError, match=r"^On a worker: Found no device cuda:0")):
        train_keys(space_keys(4), settings, images, file, threads, device="cuda:0")
    assert read_results(tmp_path / "results.jsonl").records == ()


@pytest.mark.parametrize(("options", "said"), [
    (("--device", "cuda:7"), "Found no device cuda:7"),
    (("--device", "gpu"), "expected auto, cpu, cuda"),
    (("--device", "cpu", "--cells-per-device", "0"), "Found 0 cells at once"),
])
def test_the_command_refuses_in_one_line_before_anything_starts(options, said, tmp_path, capsys, no_gpu):
    path = tmp_path / "r.jsonl"
    assert cli.main(["train-space", "--max-vertices", "2", "--out", str(path), *options]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not path.exists()


def test_a_device_of_the_environment_that_is_not_there_ends_the_run_with_the_reason(
        threads, cell, settings, tmp_path, monkeypatch, no_gpu):
    monkeypatch.setenv(DEVICE, "cuda")
    runs = Runs(Personal(tmp_path / "trained.sqlite"), settings, scheduler=threads.scheduler.address)
    try:
        run = runs.start(cell)
        finished = threading.Event()
        for _ in range(1200):
            if run.progress.ended:
                break
            finished.wait(0.05)
        assert run.progress.reason.startswith("Found no device cuda;")
    finally:
        runs.close()


def test_a_limit_of_the_environment_must_be_a_number(tmp_path, monkeypatch):
    monkeypatch.setenv(CELLS_PER_DEVICE, "many")
    runs = Runs(Personal(tmp_path / "trained.sqlite"))
    with pytest.raises(TrainingError, match=f"Found {CELLS_PER_DEVICE} = 'many'; expected a whole number"):
        _ = runs.cells_per_device
    monkeypatch.setenv(CELLS_PER_DEVICE, "3")
    assert runs.cells_per_device == 3
    runs.close()


@pytest.mark.parametrize("kind", OTHERS)
def test_a_device_of_another_kind_learns_as_the_processor_does(kind, cell, settings, dataset):
    long = replace(settings, steps=60, budgets=(60,))
    here = train_cell(cell, long, dataset, device="cpu")
    for one, other in zip(here, train_cell(cell, long, dataset, device=kind), strict=True):
        assert other.loss == pytest.approx(one.loss, abs=0.05)
        assert other.test_accuracy[0] > 0.9 and other.training_seconds[0] > 0


@pytest.mark.parametrize("precision", MIXED)
@pytest.mark.parametrize("kind", OTHERS)
def test_mixed_precision_on_a_device_of_another_kind(kind, precision, cell, settings, dataset):
    device = find_devices(kind)[0]
    try:
        require_precision(device, precision)
    except DeviceError as error:
        pytest.skip(str(error))
    settings = replace(settings, steps=60, budgets=(60,), precision=precision)
    for result in train_cell(cell, settings, dataset, device=device):
        assert not result.failed and result.test_accuracy[0] > 0.9
