"""Files and folders that nothing here reads are refused by what they are, with what to do, whatever their names say."""

from __future__ import annotations

import bz2
import pickle
import struct
import zipfile

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.cli import main
from vanas_panel.errors import SourceError
from vanas_panel.readers.formats.tfrecord import masked_crc32c
from vanas_panel.readers.trials import open_trials

FRAME = pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]})


def archive(path, **members):
    """A ZIP archive."""
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), data)


def events(path):
    """The first record of an event file of TensorBoard, as its writer begins one."""
    data = b"\x09" + struct.pack("<d", 1.7e9) + b"\x1a\x0dbrain.Event:2"
    length = struct.pack("<Q", len(data))
    path.write_bytes(length + struct.pack("<I", masked_crc32c(length)) + data
                     + struct.pack("<I", masked_crc32c(data)))


def torch_file(path, value):
    """A file that PyTorch saves: its pickle within an archive."""
    archive(path, archive__data_dot_pkl=pickle.dumps(value, 2), archive__version="3\n")


WRITTEN = {
    "NAS-Bench-201-v1_1-096897.pth": (lambda path: torch_file(path, {"meta_archs": ["|none~0|"], "arch2infos": {}}),
                                      "NAS-Bench-201 (saved by PyTorch)", "api.meta_archs"),
    "old.pth": (lambda path: path.write_bytes(pickle.dumps({"meta_archs": [], "arch2infos": {}}, 2)), "NAS-Bench-201",
                "It may run code"),
    "model.pt": (lambda path: torch_file(path, {"weight": 1}), "a file that PyTorch saved", "It may run code"),
    "meta.pickle.pbz2": (lambda path: path.write_bytes(bz2.compress(pickle.dumps({}))), "NATS-Bench", "api.meta_archs"),
    "HW-NAS-Bench-v1_0.pickle": (lambda path: path.write_bytes(pickle.dumps({"cifar10": {"edgegpu_latency": [1.0]}})),
                                 "HW-NAS-Bench", "CSV"),
    "transnas.pth": (lambda path: path.write_bytes(pickle.dumps({"class_scene": {}}, 2)), "TransNAS-Bench-101", "CSV"),
    "nb-asr-e40-1234.pickle": (lambda path: path.write_bytes(pickle.dumps({"a": 1})), "a pickle of Python",
                               "never opened here"),
    "events.out.tfevents.1700000000.host": (events, "an event file of TensorBoard", "one row for each run"),
    "results.xlsx": (lambda path: archive(path, xl__workbook_dot_xml="<x/>"), "an Excel file", "as CSV"),
    "results.ods": (lambda path: archive(path, mimetype="x", content_dot_xml="<x/>"), "an OpenDocument sheet", "CSV"),
    "results.xls": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64), "an Excel file (.xls)",
                    "as CSV"),
    "results.feather": (FRAME.to_feather, "an Arrow or Feather file", "pandas.read_feather"),
    "results.orc": (FRAME.to_orc, "an ORC file", "pandas.read_orc"),
    "results.dta": (lambda path: FRAME.to_stata(path, version=118), "a Stata file", "pandas.read_stata"),
    "results.h5": (lambda path: path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(500)), "an HDF5 file", "pandas.read_hdf"),
    "results.npy": (lambda path: np.save(path, np.arange(3)), "an array of NumPy", "pandas"),
    "results.npz": (lambda path: np.savez(path, a=np.arange(3)), "arrays of NumPy (.npz)", "pandas"),
    "run-abc.wandb": (lambda path: path.write_bytes(b":W&B\x00" + bytes(99)), "a run of Weights & Biases", "api.runs"),
    "results.html": (lambda path: path.write_text("\n<!DOCTYPE html><html>"), "a web page", "Download the file itself"),
    "results.lfs": (lambda path: path.write_text("version https://git-lfs.github.com/spec/v1\n"), "Git LFS",
                    "git lfs pull"),
    "results.pdf": (lambda path: path.write_bytes(b"%PDF-1.7\n"), "a PDF", "CSV"),
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("opens", [vp.open_table, open_trials])
def test_a_file_is_named_by_its_content(tmp_path, name, opens):
    write, found, advice = WRITTEN[name]
    path = tmp_path / name
    write(path)
    with pytest.raises(SourceError) as caught:
        opens(path)
    assert found in str(caught.value) and advice in str(caught.value)


@pytest.mark.parametrize("name", [name for name in WRITTEN if not name.endswith(("lfs", ".pbz2"))])
def test_a_name_that_lies_does_not_help(tmp_path, name):
    write, found, advice = WRITTEN[name]
    path = tmp_path / name
    write(path)
    other = path.rename(tmp_path / "results.csv")
    with pytest.raises(SourceError) as caught:
        vp.open_table(other)
    assert found in str(caught.value) and advice in str(caught.value)


FOLDERS = {
    "NATS-tss-v1_0-3ffb9-simple": ("meta.pickle.pbz2", "the folder of NATS-Bench"),
    "nb_models": ("xgb_v1.0/surrogate_model.model", "surrogate models of NAS-Bench-301"),
    "mlruns": ("0/meta.yaml", "a folder of MLflow"),
    "wandb": ("offline-run-20240101_000000-abc/run-abc.wandb", "runs of Weights & Biases"),
    "logs": ("train/events.out.tfevents.1.host", "a folder of event files of TensorBoard"),
    "light": ("cora.bench", "a folder of NAS-Bench-Graph"),
    "other": ("readme.txt", "a directory"),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_named_by_what_lies_in_it(tmp_path, name, capsys):
    inner, found = FOLDERS[name]
    path = tmp_path / name / inner
    path.parent.mkdir(parents=True)
    path.write_text("x")
    with pytest.raises(SourceError, match=f"Found {found}.*; expected a file"):
        vp.open_table(tmp_path / name)
    assert main(["info", str(tmp_path / name)]) == 2
    assert found in capsys.readouterr().err


def test_a_damaged_archive_is_still_one_error(tmp_path):
    path = tmp_path / "some.xlsx"
    archive(path, xl__workbook_dot_xml="<x/>")
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(SourceError, match="a file whose name ends in '.xlsx'.*spreadsheet"):
        vp.open_table(path)
